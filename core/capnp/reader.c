/* SPDX-License-Identifier: MIT */
/*
 * reader.c - see reader.h for what it promises.
 *
 * All checks sit in three functions: follow() for where a pointer may lead, decode_struct()
 * and decode_list() for what may be there. What they return is inside its segment.
 *
 * A traversal unit is one word read, or one element of a list whose elements take no
 * room; otherwise a pointer of eight bytes could make a loop of half a billion turns.
 */
#include "core/capnp/reader.h"

enum {
	KIND_STRUCT = 0,
	KIND_LIST = 1,
	KIND_FAR = 2,
	KIND_OTHER = 3,
	FAR_IS_DOUBLE = 4,
};

/* A pointer that was followed: what it says, and where it leads. */
struct target {
	struct capnp_segment *segment;
	const uint64_t *words;
	uint64_t words_after; /* from there to the end of the segment */
	uint32_t lower;       /* its kind in the lowest bits */
	uint32_t upper;
};

const uint64_t capnp_empty_message[1] = { 0 };

static const struct capnp_data no_data = { (const uint8_t *)"", 0 };

/* The first error stays, with the place of the pointer at @at. */
[[gnu::cold, gnu::noinline]] static void fail(struct capnp_segment *segment,
					      const uint64_t *at, enum capnp_error error)
{
	struct capnp_reader *reader = capnp_segment_reader(segment);

	if (reader->error != CAPNP_ERROR_NONE || reader->role == CAPNP_SEGMENT_CONSTANT)
		return;
	reader->error = error;
	reader->error_segment = 0;
	if (segment->role == CAPNP_SEGMENT_FURTHER)
		reader->error_segment = (uint32_t)(segment - reader->segments);
	reader->error_word = (uint32_t)(at - segment->words);
}

/* Counts @words as read; @error is what it is if they are too many. */
static bool spend(struct capnp_segment *segment, const uint64_t *at, uint64_t words,
		  enum capnp_error error)
{
	struct capnp_reader *reader = capnp_segment_reader(segment);
	uint32_t left = reader->traversal_words_left;

	if (left == CAPNP_TRAVERSAL_UNLIMITED)
		return true;
	if (words > left) {
		reader->traversal_words_left = 0;
		fail(segment, at, error);
		return false;
	}
	reader->traversal_words_left = left - (uint32_t)words;
	return true;
}

/* Where the near pointer @pointer leads, which stands at @at; false: outside. */
static inline bool follow_near(struct capnp_segment *segment, const uint64_t *at,
			       uint64_t pointer, struct target *out)
{
	int64_t offset = (int32_t)(uint32_t)pointer >> 2; /* signed, 30 bits */
	uint64_t index = (uint64_t)((at - segment->words) + 1 + offset);

	if (index > segment->word_count)
		return false;
	out->segment = segment;
	out->words = segment->words + index;
	out->words_after = segment->word_count - index;
	out->lower = (uint32_t)pointer;
	out->upper = (uint32_t)(pointer >> 32);
	return true;
}

/* Where @pointer, a far one, leads, if @words are there. */
static enum capnp_error far_place(struct capnp_reader *reader, uint64_t pointer,
				  uint32_t words, struct target *out)
{
	uint32_t index = (uint32_t)(pointer >> 32);
	uint32_t word = (uint32_t)pointer >> 3;
	uint32_t count = reader->role == CAPNP_SEGMENT_FIRST ? reader->segment_count : 1;
	struct capnp_segment *segment;

	if (index >= count)
		return CAPNP_ERROR_SEGMENT;
	segment = index == 0 ? &reader->segment : &reader->segments[index];
	if (word > segment->word_count || words > segment->word_count - word)
		return CAPNP_ERROR_BOUNDS;
	out->segment = segment;
	out->words = segment->words + word;
	out->words_after = segment->word_count - word;
	return CAPNP_ERROR_NONE;
}

/*
 * Through a pad of two words: a far pointer to the content, then a tag with the kind and
 * size of what is there. The tag's offset is zero: it is no pointer from where it stands.
 */
static enum capnp_error follow_double_far(struct capnp_reader *reader,
					  const uint64_t *pad, struct target *out)
{
	out->lower = (uint32_t)pad[1];
	out->upper = (uint32_t)(pad[1] >> 32);
	if ((pad[0] & (3 | FAR_IS_DOUBLE)) != KIND_FAR || out->lower > KIND_OTHER ||
	    out->lower == KIND_FAR)
		return CAPNP_ERROR_FAR;
	return far_place(reader, pad[0], 0, out);
}

/* Resolves a far pointer by its landing pad, which has the pointer proper. */
static enum capnp_error follow_far(struct capnp_reader *reader, uint64_t pointer,
				   struct target *out)
{
	uint32_t pad_words = pointer & FAR_IS_DOUBLE ? 2 : 1;
	struct target pad;
	enum capnp_error error = far_place(reader, pointer, pad_words, &pad);

	*out = (struct target){ 0 };
	if (error != CAPNP_ERROR_NONE)
		return error;
	if (pad_words == 2)
		return follow_double_far(reader, pad.words, out);
	out->lower = (uint32_t)pad.words[0];
	out->upper = (uint32_t)(pad.words[0] >> 32);
	if ((out->lower & 3) == KIND_FAR)
		return CAPNP_ERROR_FAR;
	if ((out->lower & 3) != KIND_OTHER &&
	    !follow_near(pad.segment, pad.words, pad.words[0], out))
		return CAPNP_ERROR_BOUNDS;
	return CAPNP_ERROR_NONE;
}

/* Resolves the pointer at @at, which is not null and has to lead to a @kind of object. */
static inline bool follow(struct capnp_segment *segment, const uint64_t *at,
			  uint32_t kind, struct target *out)
{
	uint64_t pointer = *at;
	enum capnp_error error = CAPNP_ERROR_KIND;

	if ((pointer & 3) == kind) {
		if (follow_near(segment, at, pointer, out))
			return true;
		error = CAPNP_ERROR_BOUNDS;
	} else if ((pointer & 3) == KIND_FAR) {
		error = follow_far(capnp_segment_reader(segment), pointer, out);
		if (error == CAPNP_ERROR_NONE && (out->lower & 3) == kind)
			return true;
		if (error == CAPNP_ERROR_NONE)
			error = CAPNP_ERROR_KIND;
	}
	fail(segment, at, error);
	return false;
}

/* Whether a struct of these sizes can be named by a struct capnp_struct. */
static inline bool within_limits(uint64_t data_words, uint64_t pointer_count)
{
	return data_words <= CAPNP_STRUCT_DATA_WORDS_MAX &&
	       pointer_count <= CAPNP_STRUCT_POINTERS_MAX;
}

static inline uint32_t byte_offset(const struct capnp_segment *segment, const void *at)
{
	return (uint32_t)((const uint8_t *)at - (const uint8_t *)segment->words);
}

/* Why there is no struct of these sizes at @target; none if there is one. */
static inline enum capnp_error check_struct(const struct target *target,
					    uint64_t data_words, uint64_t pointer_count)
{
	if (data_words + pointer_count > target->words_after)
		return CAPNP_ERROR_BOUNDS;
	if (!within_limits(data_words, pointer_count))
		return CAPNP_ERROR_STRUCT;
	return CAPNP_ERROR_NONE;
}

static struct capnp_struct decode_struct(struct capnp_segment *segment,
					 const uint64_t *at, uint32_t depth_left)
{
	const struct capnp_struct none = { 0 };
	struct target target;
	uint64_t data_words;
	uint64_t pointer_count;
	enum capnp_error error;

	if (*at == 0)
		return none;
	if (depth_left == 0) {
		fail(segment, at, CAPNP_ERROR_DEPTH);
		return none;
	}
	if (!follow(segment, at, KIND_STRUCT, &target))
		return none;
	data_words = target.upper & 0xffff;
	pointer_count = target.upper >> 16;
	error = check_struct(&target, data_words, pointer_count);
	if (error != CAPNP_ERROR_NONE) {
		fail(segment, at, error);
		return none;
	}
	if (!spend(segment, at, data_words + pointer_count, CAPNP_ERROR_TRAVERSAL))
		return none;
	return (struct capnp_struct){
		.message = target.segment,
		.offset = byte_offset(target.segment, target.words),
		.data_bytes = (uint16_t)(data_words * 8),
		.pointer_count = (uint8_t)pointer_count,
		.depth_left = (uint8_t)(depth_left - 1),
	};
}

static uint32_t element_bits(uint32_t size)
{
	static const uint8_t bits[] = { 0, 1, 8, 16, 32, 64, 64 };

	return bits[size];
}

/* Reads the tag of a list of structs, and replaces the word count by its elements. */
static enum capnp_error decode_struct_list(const struct target *target,
					   uint64_t word_count, struct capnp_list *list)
{
	uint64_t tag;
	uint64_t words_each;

	if (word_count + 1 > target->words_after)
		return CAPNP_ERROR_LIST_BOUNDS;
	tag = target->words[0];
	list->count = (uint32_t)tag >> 2;
	list->element_data_bits = (uint32_t)(uint16_t)(tag >> 32) * 64;
	list->element_pointers = (uint16_t)(tag >> 48);
	words_each = list->element_data_bits / 64 + (uint64_t)list->element_pointers;
	list->step_bits = (uint32_t)words_each * 64;
	list->bytes = (const uint8_t *)(target->words + 1);
	if ((tag & 3) != KIND_STRUCT || list->count > CAPNP_LIST_COUNT_MAX ||
	    list->count * words_each > word_count)
		return CAPNP_ERROR_TAG;
	return CAPNP_ERROR_NONE;
}

/* Whether elements laid out as in @list can be read as @expected ones. */
static bool elements_fit(const struct capnp_list *list, uint32_t expected)
{
	uint32_t found = list->element_size;

	if (expected == CAPNP_ELEMENT_ANY)
		return true;
	if (found == CAPNP_ELEMENT_BIT || expected == CAPNP_ELEMENT_BIT)
		return found == expected;
	if (expected == CAPNP_ELEMENT_STRUCT || expected == CAPNP_ELEMENT_VOID)
		return true; /* an old plain list read as one of structs, or only counted */
	if (expected == CAPNP_ELEMENT_POINTER)
		return list->element_pointers != 0;
	return list->element_data_bits >= element_bits(expected);
}

/* Fills @list from a pointer that was followed, and *@words with those it takes. */
static enum capnp_error decode_elements(const struct target *target,
					struct capnp_list *list, uint64_t *words)
{
	uint32_t found = target->upper & 7;
	uint32_t count = target->upper >> 3;

	list->element_size = (enum capnp_element_size)found;
	if (found == CAPNP_ELEMENT_STRUCT) {
		*words = (uint64_t)count + 1;
		return decode_struct_list(target, count, list);
	}
	list->count = count;
	list->bytes = (const uint8_t *)target->words;
	list->step_bits = element_bits(found);
	if (found == CAPNP_ELEMENT_POINTER)
		list->element_pointers = 1;
	else
		list->element_data_bits = list->step_bits;
	*words = ((uint64_t)count * list->step_bits + 63) / 64;
	return *words <= target->words_after ? CAPNP_ERROR_NONE : CAPNP_ERROR_LIST_BOUNDS;
}

/* The same, with what else must be so; false with the error in the reader. */
static bool decode_checked(struct capnp_segment *segment, const uint64_t *at,
			   const struct target *target, struct capnp_list *list,
			   enum capnp_element_size expected)
{
	uint64_t words;
	enum capnp_error error = decode_elements(target, list, &words);

	if (error == CAPNP_ERROR_NONE && !elements_fit(list, expected))
		error = CAPNP_ERROR_LIST;
	if (error == CAPNP_ERROR_NONE &&
	    !within_limits(list->element_data_bits / 64, list->element_pointers))
		error = CAPNP_ERROR_STRUCT;
	if (error != CAPNP_ERROR_NONE) {
		fail(segment, at, error);
		return false;
	}
	return spend(segment, at, words, CAPNP_ERROR_TRAVERSAL) &&
	       (list->step_bits != 0 ||
		spend(segment, at, list->count, CAPNP_ERROR_COUNT));
}

static struct capnp_list decode_list(struct capnp_segment *segment, const uint64_t *at,
				     uint32_t depth_left,
				     enum capnp_element_size expected)
{
	const struct capnp_list none = { 0 };
	struct capnp_list list = { 0 };
	struct target target;

	if (*at == 0)
		return none;
	if (depth_left == 0) {
		fail(segment, at, CAPNP_ERROR_DEPTH);
		return none;
	}
	if (!follow(segment, at, KIND_LIST, &target) ||
	    !decode_checked(segment, at, &target, &list, expected))
		return none;
	list.message = target.segment;
	list.depth_left = (uint8_t)(depth_left - 1);
	return list;
}

/* The bytes of a list of bytes; with null bytes if there is none. */
static struct capnp_data decode_bytes(struct capnp_segment *segment, const uint64_t *at)
{
	const struct capnp_data none = { nullptr, 0 };
	struct target target;
	uint32_t words;
	uint32_t size;

	if (*at == 0 || !follow(segment, at, KIND_LIST, &target))
		return none;
	size = target.upper >> 3;
	words = (size + 7) / 8;
	if ((target.upper & 7) != CAPNP_ELEMENT_BYTE) {
		fail(segment, at, CAPNP_ERROR_LIST);
		return none;
	}
	if (words > target.words_after) {
		fail(segment, at, CAPNP_ERROR_LIST_BOUNDS);
		return none;
	}
	if (!spend(segment, at, words, CAPNP_ERROR_TRAVERSAL))
		return none;
	return (struct capnp_data){ (const uint8_t *)target.words, size };
}

static inline struct capnp_text decode_text(struct capnp_segment *segment,
					    const uint64_t *at,
					    struct capnp_text default_text)
{
	struct capnp_data data = decode_bytes(segment, at);

	if (!data.bytes)
		return default_text;
	if (data.size == 0 || data.bytes[data.size - 1] != 0) {
		fail(segment, at, CAPNP_ERROR_TEXT);
		return default_text;
	}
	return (struct capnp_text){ (const char *)data.bytes, data.size - 1 };
}

static struct capnp_data decode_data(struct capnp_segment *segment, const uint64_t *at)
{
	struct capnp_data data = decode_bytes(segment, at);

	return data.bytes ? data : no_data;
}

static uint32_t decode_cap(struct capnp_segment *segment, const uint64_t *at)
{
	uint64_t pointer = *at;
	struct target target = { .lower = (uint32_t)pointer,
				 .upper = (uint32_t)(pointer >> 32) };
	enum capnp_error error = CAPNP_ERROR_NONE;

	if (pointer == 0)
		return CAPNP_NO_CAP;
	if ((pointer & 3) == KIND_FAR)
		error = follow_far(capnp_segment_reader(segment), pointer, &target);
	/* The greatest index would read as no capability: no list is that long. */
	if (error == CAPNP_ERROR_NONE && target.lower == KIND_OTHER &&
	    target.upper != CAPNP_NO_CAP)
		return target.upper;
	fail(segment, at, error != CAPNP_ERROR_NONE ? error : CAPNP_ERROR_KIND);
	return CAPNP_NO_CAP;
}

/* Makes of @segment an empty one; false if it cannot be read. */
static bool check_segment(struct capnp_segment *segment)
{
	bool good = segment->word_count <= CAPNP_SEGMENT_WORDS_MAX &&
		    (uintptr_t)segment->words % 8 == 0;

	if (!good || segment->word_count == 0) {
		segment->words = capnp_empty_message;
		segment->word_count = 0;
	}
	return good;
}

void capnp_reader_init_segments(struct capnp_reader *reader,
				struct capnp_segment *segments, uint32_t count)
{
	uint64_t traversal = 0;
	bool good = count != 0 && count <= CAPNP_SEGMENTS_MAX;

	capnp_reader_init(reader, nullptr, 0);
	for (uint32_t i = 0; good && i < count; i++) {
		good = check_segment(&segments[i]);
		segments[i].role = CAPNP_SEGMENT_FURTHER;
		segments[i].reader = reader;
		traversal += (uint64_t)segments[i].word_count * CAPNP_TRAVERSAL_RATIO;
	}
	if (!good) {
		reader->error = CAPNP_ERROR_SIZE;
		return;
	}
	reader->words = segments[0].words;
	reader->word_count = segments[0].word_count;
	reader->role = CAPNP_SEGMENT_FIRST;
	reader->segments = segments;
	reader->segment_count = count;
	reader->traversal_words_left =
		traversal < UINT32_MAX ? (uint32_t)traversal : UINT32_MAX - 1;
}

bool capnp_read_root(struct capnp_reader *reader, struct capnp_struct *out)
{
	*out = (struct capnp_struct){ 0 };
	if (reader->word_count != 0) /* the root itself is no depth */
		*out = decode_struct(&reader->segment, reader->words,
				     reader->depth_max + 1u);
	return !capnp_reader_failed(reader);
}

struct capnp_any capnp_read_root_any(struct capnp_reader *reader)
{
	if (reader->word_count == 0)
		return (struct capnp_any){ 0 };
	return (struct capnp_any){
		.message = &reader->segment,
		.depth_left = (uint16_t)(reader->depth_max + 1),
	};
}

struct capnp_struct capnp_get_struct(struct capnp_struct s, uint32_t index)
{
	if (index >= s.pointer_count)
		return (struct capnp_struct){ 0 };
	return decode_struct(s.message, capnp_struct_pointer(s, index), s.depth_left);
}

struct capnp_list capnp_get_list(struct capnp_struct s, uint32_t index,
				 enum capnp_element_size expected)
{
	if (index >= s.pointer_count)
		return (struct capnp_list){ 0 };
	return decode_list(s.message, capnp_struct_pointer(s, index), s.depth_left,
			   expected);
}

struct capnp_text capnp_get_text(struct capnp_struct s, uint32_t index,
				 struct capnp_text default_text)
{
	if (index >= s.pointer_count)
		return default_text;
	return decode_text(s.message, capnp_struct_pointer(s, index), default_text);
}

struct capnp_data capnp_get_data(struct capnp_struct s, uint32_t index)
{
	if (index >= s.pointer_count)
		return no_data;
	return decode_data(s.message, capnp_struct_pointer(s, index));
}

static const uint64_t *any_pointer(struct capnp_any any)
{
	return any.message->words + any.word;
}

enum capnp_any_kind capnp_any_kind(struct capnp_any any)
{
	static const enum capnp_any_kind kinds[] = {
		[KIND_STRUCT] = CAPNP_ANY_STRUCT,
		[KIND_LIST] = CAPNP_ANY_LIST,
		[KIND_OTHER] = CAPNP_ANY_CAP,
	};
	uint64_t pointer = any.message ? *any_pointer(any) : 0;
	struct target target = { .lower = (uint32_t)pointer,
				 .upper = (uint32_t)(pointer >> 32) };
	enum capnp_error error = CAPNP_ERROR_NONE;

	if (pointer == 0)
		return CAPNP_ANY_NULL;
	if ((pointer & 3) == KIND_FAR)
		error = follow_far(capnp_segment_reader(any.message), pointer, &target);
	else if ((pointer & 3) != KIND_OTHER &&
		 !follow_near(any.message, any_pointer(any), pointer, &target))
		error = CAPNP_ERROR_BOUNDS;
	if (error == CAPNP_ERROR_NONE && (target.lower & 3) == KIND_OTHER &&
	    (target.lower != KIND_OTHER || target.upper == CAPNP_NO_CAP))
		error = CAPNP_ERROR_KIND;
	if (error != CAPNP_ERROR_NONE) {
		fail(any.message, any_pointer(any), error);
		return CAPNP_ANY_NULL;
	}
	return kinds[target.lower & 3];
}

struct capnp_struct capnp_any_struct(struct capnp_any any)
{
	if (!any.message)
		return (struct capnp_struct){ 0 };
	return decode_struct(any.message, any_pointer(any), any.depth_left);
}

struct capnp_list capnp_any_list(struct capnp_any any, enum capnp_element_size expected)
{
	if (!any.message)
		return (struct capnp_list){ 0 };
	return decode_list(any.message, any_pointer(any), any.depth_left, expected);
}

struct capnp_text capnp_any_text(struct capnp_any any)
{
	struct capnp_text none = { "", 0 };

	return any.message ? decode_text(any.message, any_pointer(any), none) : none;
}

struct capnp_data capnp_any_data(struct capnp_any any)
{
	return any.message ? decode_data(any.message, any_pointer(any)) : no_data;
}

uint32_t capnp_any_cap(struct capnp_any any)
{
	return any.message ? decode_cap(any.message, any_pointer(any)) : CAPNP_NO_CAP;
}

[[gnu::noinline]] uint32_t capnp_get_far_cap(struct capnp_struct s, uint32_t index)
{
	return decode_cap(s.message, capnp_struct_pointer(s, index));
}

struct capnp_any capnp_constant_any(const struct capnp_reader *message)
{
	/* Of a constant message nothing is ever written, by its role. */
	return capnp_read_root_any((struct capnp_reader *)(uintptr_t)message);
}

struct capnp_struct capnp_constant_struct(const struct capnp_reader *message)
{
	return capnp_any_struct(capnp_constant_any(message));
}

struct capnp_list capnp_constant_list(const struct capnp_reader *message,
				      enum capnp_element_size expected)
{
	return capnp_any_list(capnp_constant_any(message), expected);
}

struct capnp_data capnp_constant_data(const struct capnp_reader *message)
{
	return capnp_any_data(capnp_constant_any(message));
}

struct capnp_struct capnp_get_struct_or(struct capnp_struct s, uint32_t index,
					const struct capnp_reader *default_message)
{
	struct capnp_struct found = capnp_get_struct(s, index);

	return found.message ? found : capnp_constant_struct(default_message);
}

struct capnp_list capnp_get_list_or(struct capnp_struct s, uint32_t index,
				    enum capnp_element_size expected,
				    const struct capnp_reader *default_message)
{
	struct capnp_list found = capnp_get_list(s, index, expected);

	return found.message ? found : capnp_constant_list(default_message, expected);
}

struct capnp_data capnp_get_data_or(struct capnp_struct s, uint32_t index,
				    const struct capnp_reader *default_message)
{
	struct capnp_data data = { nullptr, 0 };

	if (index < s.pointer_count)
		data = decode_bytes(s.message, capnp_struct_pointer(s, index));
	return data.bytes ? data : capnp_constant_data(default_message);
}

/* The first pointer of element @i; nullptr if there is none. */
static const uint64_t *element_pointer(const struct capnp_list *list, uint32_t i)
{
	const uint8_t *bytes;

	if (i >= list->count || list->element_pointers == 0)
		return nullptr;
	bytes = capnp_list_element(list, i) + list->element_data_bits / 8;
	return (const uint64_t *)(const void *)bytes; /* words, so it is aligned */
}

struct capnp_struct capnp_list_get_struct(struct capnp_list list, uint32_t i)
{
	if (i >= list.count || list.element_data_bits == 1)
		return (struct capnp_struct){ 0 };
	if (list.depth_left == 0) {
		fail(list.message, (const uint64_t *)(const void *)list.bytes,
		     CAPNP_ERROR_DEPTH);
		return (struct capnp_struct){ 0 };
	}
	return (struct capnp_struct){
		.message = list.message,
		.offset = byte_offset(list.message, capnp_list_element(&list, i)),
		.data_bytes = (uint16_t)(list.element_data_bits / 8),
		.pointer_count = (uint8_t)list.element_pointers,
		.depth_left = (uint8_t)(list.depth_left - 1),
	};
}

struct capnp_list capnp_list_get_list(struct capnp_list list, uint32_t i,
				      enum capnp_element_size expected)
{
	const uint64_t *at = element_pointer(&list, i);

	if (!at)
		return (struct capnp_list){ 0 };
	return decode_list(list.message, at, list.depth_left, expected);
}

struct capnp_text capnp_list_get_text(struct capnp_list list, uint32_t i)
{
	const uint64_t *at = element_pointer(&list, i);
	struct capnp_text none = { "", 0 };

	return at ? decode_text(list.message, at, none) : none;
}

struct capnp_data capnp_list_get_data(struct capnp_list list, uint32_t i)
{
	const uint64_t *at = element_pointer(&list, i);

	return at ? decode_data(list.message, at) : no_data;
}

uint32_t capnp_list_get_cap(struct capnp_list list, uint32_t i)
{
	const uint64_t *at = element_pointer(&list, i);

	return at ? decode_cap(list.message, at) : CAPNP_NO_CAP;
}

struct capnp_any capnp_list_get_any(struct capnp_list list, uint32_t i)
{
	const uint64_t *at = element_pointer(&list, i);

	if (!at)
		return (struct capnp_any){ 0 };
	return (struct capnp_any){
		.message = list.message,
		.word = (uint32_t)(at - list.message->words),
		.depth_left = list.depth_left,
	};
}

bool capnp_text_equals(struct capnp_text text, const char *string)
{
	for (uint32_t i = 0; i < text.size; i++) {
		if (string[i] == '\0' || string[i] != text.bytes[i])
			return false;
	}
	return string[text.size] == '\0';
}

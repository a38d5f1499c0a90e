/* SPDX-License-Identifier: MIT */
/*
 * reader.c - see reader.h for what it promises.
 *
 * All checks sit in two functions: follow() for what a pointer may lead to, and
 * decode_list() for what a list may hold. What they return is inside the message.
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
};

/* A pointer that was followed: where it leads, and its upper half. */
struct target {
	const uint64_t *words;
	uint64_t words_after; /* from there to the end of the message */
	uint32_t upper;
};

static void fail(struct capnp_reader *reader, enum capnp_error error)
{
	if (reader->error == CAPNP_ERROR_NONE)
		reader->error = error;
}

static bool spend(struct capnp_reader *reader, uint64_t words)
{
	if (words > reader->traversal_words_left) {
		reader->traversal_words_left = 0;
		fail(reader, CAPNP_ERROR_TRAVERSAL);
		return false;
	}
	reader->traversal_words_left -= (uint32_t)words;
	return true;
}

const uint64_t capnp_empty_message[1] = { 0 };

const char *capnp_error_text(enum capnp_error error)
{
	static const char *const texts[] = {
		[CAPNP_ERROR_NONE] = "no error",
		[CAPNP_ERROR_SIZE] = "size or alignment is not a multiple of eight bytes",
		[CAPNP_ERROR_BOUNDS] = "a pointer leads outside the message",
		[CAPNP_ERROR_KIND] = "a pointer is of another kind than the schema says",
		[CAPNP_ERROR_FAR] = "a pointer leads to another segment",
		[CAPNP_ERROR_STRUCT] = "a struct is larger than this reader supports",
		[CAPNP_ERROR_LIST] = "the elements of a list do not fit its pointer",
		[CAPNP_ERROR_TEXT] = "text does not end in NUL",
		[CAPNP_ERROR_DEPTH] = "nested too deeply",
		[CAPNP_ERROR_TRAVERSAL] = "too much to read for its size",
	};

	if (error >= sizeof(texts) / sizeof(texts[0]))
		return "unknown error";
	return texts[error];
}

/* Resolves the pointer at @at, which is in the message and not null. */
static bool follow(struct capnp_reader *reader, const uint64_t *at, uint32_t kind,
		   struct target *out)
{
	uint64_t pointer = *at;
	uint32_t found = pointer & 3;

	if (found != kind) {
		fail(reader, found == KIND_FAR ? CAPNP_ERROR_FAR : CAPNP_ERROR_KIND);
		return false;
	}

	int64_t offset = (int32_t)(uint32_t)pointer >> 2; /* signed, 30 bits */
	int64_t index = (at - reader->words) + 1 + offset;

	if (index < 0 || index > (int64_t)reader->word_count) {
		fail(reader, CAPNP_ERROR_BOUNDS);
		return false;
	}
	out->words = reader->words + index;
	out->words_after = reader->word_count - (uint64_t)index;
	out->upper = (uint32_t)(pointer >> 32);
	return true;
}

/* Whether a struct of these sizes can be named by a struct capnp_struct. */
static bool within_limits(struct capnp_reader *reader, uint64_t data_words,
			  uint64_t pointer_count)
{
	if (data_words <= CAPNP_STRUCT_DATA_WORDS_MAX &&
	    pointer_count <= CAPNP_STRUCT_POINTERS_MAX)
		return true;
	fail(reader, CAPNP_ERROR_STRUCT);
	return false;
}

static uint32_t byte_offset(const struct capnp_reader *reader, const void *at)
{
	return (uint32_t)((const uint8_t *)at - (const uint8_t *)reader->words);
}

static struct capnp_struct decode_struct(struct capnp_reader *reader, const uint64_t *at,
					 uint8_t depth_left)
{
	const struct capnp_struct none = { 0 };
	struct target target;
	uint64_t data_words;
	uint64_t pointer_count;

	if (*at == 0)
		return none;
	if (depth_left == 0) {
		fail(reader, CAPNP_ERROR_DEPTH);
		return none;
	}
	if (!follow(reader, at, KIND_STRUCT, &target))
		return none;
	data_words = target.upper & 0xffff;
	pointer_count = target.upper >> 16;
	if (data_words + pointer_count > target.words_after) {
		fail(reader, CAPNP_ERROR_BOUNDS);
		return none;
	}
	if (!within_limits(reader, data_words, pointer_count) ||
	    !spend(reader, data_words + pointer_count))
		return none;
	return (struct capnp_struct){
		.message = reader,
		.offset = byte_offset(reader, target.words),
		.data_bytes = (uint16_t)(data_words * 8),
		.pointer_count = (uint8_t)pointer_count,
		.depth_left = (uint8_t)(depth_left - 1),
	};
}

bool capnp_read_root(struct capnp_reader *reader, struct capnp_struct *out)
{
	*out = (struct capnp_struct){ 0 };
	if (reader->word_count != 0)
		*out = decode_struct(reader, reader->words, 1);
	if (out->message)
		out->depth_left = reader->depth_max; /* the root itself is no depth */
	return !capnp_reader_failed(reader);
}

static uint32_t element_bits(uint32_t size)
{
	static const uint8_t bits[] = { 0, 1, 8, 16, 32, 64, 64 };

	return bits[size];
}

/* Reads the tag of a list of structs, and replaces the word count by its elements. */
static bool decode_struct_list(const struct target *target, uint64_t word_count,
			       struct capnp_list *list)
{
	uint64_t tag;
	uint64_t words_each;

	if (word_count + 1 > target->words_after)
		return false;
	tag = target->words[0];
	list->count = (uint32_t)tag >> 2;
	list->element_data_bits = (uint32_t)(uint16_t)(tag >> 32) * 64;
	list->element_pointers = (uint16_t)(tag >> 48);
	words_each = list->element_data_bits / 64 + (uint64_t)list->element_pointers;
	list->step_bits = (uint32_t)words_each * 64;
	list->bytes = (const uint8_t *)(target->words + 1);
	return (tag & 3) == KIND_STRUCT && list->count <= CAPNP_LIST_COUNT_MAX &&
	       list->count * words_each <= word_count;
}

/* Whether elements laid out as in @list can be read as @expected ones. */
static bool elements_fit(const struct capnp_list *list, uint32_t found, uint32_t expected)
{
	if (found == CAPNP_ELEMENT_BIT || expected == CAPNP_ELEMENT_BIT)
		return found == expected;
	if (expected == CAPNP_ELEMENT_STRUCT || expected == CAPNP_ELEMENT_VOID)
		return true; /* an old plain list read as one of structs, or only counted */
	if (expected == CAPNP_ELEMENT_POINTER)
		return list->element_pointers != 0;
	return list->element_data_bits >= element_bits(expected);
}

/* Fills @list from a pointer that was followed; false if it does not fit. */
static bool decode_elements(const struct target *target, struct capnp_list *list,
			    uint64_t *words)
{
	uint32_t found = target->upper & 7;
	uint32_t count = target->upper >> 3;

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
	return *words <= target->words_after;
}

static struct capnp_list decode_list(struct capnp_reader *reader, const uint64_t *at,
				     uint8_t depth_left, enum capnp_element_size expected)
{
	struct capnp_list list = { .message = reader };
	struct target target;
	uint64_t words;

	if (*at == 0)
		return (struct capnp_list){ 0 };
	if (depth_left == 0) {
		fail(reader, CAPNP_ERROR_DEPTH);
		return (struct capnp_list){ 0 };
	}
	if (!follow(reader, at, KIND_LIST, &target))
		return (struct capnp_list){ 0 };
	if (!decode_elements(&target, &list, &words) ||
	    !elements_fit(&list, target.upper & 7, expected)) {
		fail(reader, CAPNP_ERROR_LIST);
		return (struct capnp_list){ 0 };
	}
	if (!within_limits(reader, list.element_data_bits / 64, list.element_pointers))
		return (struct capnp_list){ 0 };
	if (!spend(reader, words + (list.step_bits == 0 ? list.count : 0)))
		return (struct capnp_list){ 0 };
	list.depth_left = (uint8_t)(depth_left - 1);
	return list;
}

/* The bytes of a list of bytes; false with nothing in @out if there is none. */
static bool decode_bytes(struct capnp_reader *reader, const uint64_t *at,
			 struct capnp_data *out)
{
	struct target target;
	uint64_t words;

	if (*at == 0 || !follow(reader, at, KIND_LIST, &target))
		return false;
	out->bytes = (const uint8_t *)target.words;
	out->size = target.upper >> 3;
	words = ((uint64_t)out->size + 7) / 8;
	if ((target.upper & 7) != CAPNP_ELEMENT_BYTE || words > target.words_after) {
		fail(reader, CAPNP_ERROR_LIST);
		return false;
	}
	return spend(reader, words);
}

static struct capnp_text decode_text(struct capnp_reader *reader, const uint64_t *at,
				     struct capnp_text default_text)
{
	struct capnp_data data;

	if (!decode_bytes(reader, at, &data))
		return default_text;
	if (data.size == 0 || data.bytes[data.size - 1] != 0) {
		fail(reader, CAPNP_ERROR_TEXT);
		return default_text;
	}
	return (struct capnp_text){ (const char *)data.bytes, data.size - 1 };
}

static struct capnp_data decode_data(struct capnp_reader *reader, const uint64_t *at)
{
	struct capnp_data data;

	if (!decode_bytes(reader, at, &data))
		return (struct capnp_data){ (const uint8_t *)"", 0 };
	return data;
}

static uint32_t decode_cap(struct capnp_reader *reader, const uint64_t *at)
{
	uint64_t pointer = *at;

	if (pointer == 0)
		return CAPNP_NO_CAP;
	if ((uint32_t)pointer != KIND_OTHER) {
		fail(reader,
		     (pointer & 3) == KIND_FAR ? CAPNP_ERROR_FAR : CAPNP_ERROR_KIND);
		return CAPNP_NO_CAP;
	}
	return (uint32_t)(pointer >> 32);
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
		return (struct capnp_data){ (const uint8_t *)"", 0 };
	return decode_data(s.message, capnp_struct_pointer(s, index));
}

uint32_t capnp_get_cap(struct capnp_struct s, uint32_t index)
{
	if (index >= s.pointer_count)
		return CAPNP_NO_CAP;
	return decode_cap(s.message, capnp_struct_pointer(s, index));
}

/* Where element @i starts if it exists and has @bits of data, else nullptr. */
static const uint8_t *element(const struct capnp_list *list, uint32_t i, uint32_t bits)
{
	if (i >= list->count || list->element_data_bits < bits)
		return nullptr;
	return list->bytes + (size_t)i * (list->step_bits / 8);
}

/* The first pointer of element @i, else nullptr. */
static const uint64_t *element_pointer(const struct capnp_list *list, uint32_t i)
{
	const uint8_t *bytes = element(list, i, 0);

	if (!bytes || list->element_pointers == 0)
		return nullptr;
	bytes += list->element_data_bits / 8;
	return (const uint64_t *)(const void *)bytes; /* words, so it is aligned */
}

bool capnp_list_get_bool(struct capnp_list list, uint32_t i)
{
	if (i >= list.count || list.element_data_bits != 1)
		return false;
	return (list.bytes[i / 8] >> (i % 8)) & 1;
}

/* Copies a scalar element to @value, which stays as it is if there is none. */
static inline void copy_element(struct capnp_list list, uint32_t i, void *value,
				uint32_t size_bytes)
{
	const uint8_t *bytes = element(&list, i, size_bytes * 8);

	if (bytes)
		__builtin_memcpy(value, bytes, size_bytes);
}

uint8_t capnp_list_get_u8(struct capnp_list list, uint32_t i)
{
	uint8_t value = 0;

	copy_element(list, i, &value, sizeof(value));
	return value;
}

uint16_t capnp_list_get_u16(struct capnp_list list, uint32_t i)
{
	uint16_t value = 0;

	copy_element(list, i, &value, sizeof(value));
	return value;
}

uint32_t capnp_list_get_u32(struct capnp_list list, uint32_t i)
{
	uint32_t value = 0;

	copy_element(list, i, &value, sizeof(value));
	return value;
}

uint64_t capnp_list_get_u64(struct capnp_list list, uint32_t i)
{
	uint64_t value = 0;

	copy_element(list, i, &value, sizeof(value));
	return value;
}

struct capnp_struct capnp_list_get_struct(struct capnp_list list, uint32_t i)
{
	const uint8_t *bytes = element(&list, i, 0);

	if (!bytes || list.element_data_bits == 1)
		return (struct capnp_struct){ 0 };
	return (struct capnp_struct){
		.message = list.message,
		.offset = byte_offset(list.message, bytes),
		.data_bytes = (uint16_t)(list.element_data_bits / 8),
		.pointer_count = (uint8_t)list.element_pointers,
		.depth_left = list.depth_left,
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

	if (!at)
		return (struct capnp_data){ (const uint8_t *)"", 0 };
	return decode_data(list.message, at);
}

uint32_t capnp_list_get_cap(struct capnp_list list, uint32_t i)
{
	const uint64_t *at = element_pointer(&list, i);

	return at ? decode_cap(list.message, at) : CAPNP_NO_CAP;
}

bool capnp_text_equals(struct capnp_text text, const char *string)
{
	for (uint32_t i = 0; i < text.size; i++) {
		if (string[i] == '\0' || string[i] != text.bytes[i])
			return false;
	}
	return string[text.size] == '\0';
}

/* SPDX-License-Identifier: MIT */
/*
 * reader.h - reads one Cap'n Proto message, of one or several segments, in place.
 *
 * The bytes come from somebody else: every pointer is checked when it is followed,
 * nothing outside the message is ever read, and no allocation is made. A malformed
 * pointer reads as the default value and leaves the first error in the reader, with the
 * pointer's place, so that a server decodes first and refuses the whole message once
 * (capnp_reader_failed()). Depth and traversal are limited: a small message cannot make
 * a large walk.
 *
 * The message must not change while it is read: whoever receives it in shared memory
 * copies it first. An empty message is a root with all defaults.
 *
 * A constant message is trusted: it was made with the program. Its reader is never
 * written, so it may be const, and any number of threads may read it at once.
 *
 *   tests    reader_test.c, any_test.c, segments_test.c, tests/fuzz/capnp_reader.c
 */
#ifndef CORE_CAPNP_READER_H
#define CORE_CAPNP_READER_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/segment.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	      "messages are read in place, so the machine has to be little-endian");

enum {
	/* Default: how deep structs and lists nest below the root, elements counted. */
	CAPNP_DEPTH_MAX = 63,
	CAPNP_TRAVERSAL_RATIO = 8, /* default; words read per word of the message */
	CAPNP_LIST_COUNT_MAX = (1 << 29) - 1,
	/* A struct is named in two registers, so there are limits to what it may hold. */
	CAPNP_STRUCT_DATA_WORDS_MAX = 8191,
	CAPNP_STRUCT_POINTERS_MAX = 255,
};

/* A capability pointer that is null. */
static const uint32_t CAPNP_NO_CAP = UINT32_MAX;

/* A traversal limit that is none, and is not counted down. */
static const uint32_t CAPNP_TRAVERSAL_UNLIMITED = UINT32_MAX;

/* How the elements of a list are laid out; the numbers are those of the wire. */
enum capnp_element_size : uint8_t {
	CAPNP_ELEMENT_VOID,
	CAPNP_ELEMENT_BIT,
	CAPNP_ELEMENT_BYTE,
	CAPNP_ELEMENT_TWO_BYTES,
	CAPNP_ELEMENT_FOUR_BYTES,
	CAPNP_ELEMENT_EIGHT_BYTES,
	CAPNP_ELEMENT_POINTER,
	CAPNP_ELEMENT_STRUCT,
	CAPNP_ELEMENT_ANY, /* not on the wire: whatever is found is expected */
};

/*
 * One message being read. It starts with its first segment, so that what names a segment
 * names the reader of a usual message too, at no cost. Its limits are spent as it is
 * traversed. It stays where it is: what was read from it points to it.
 */
struct capnp_reader {
	union {
		struct capnp_segment segment;
		struct {
			const uint64_t *words;
			uint32_t word_count;
			enum capnp_segment_role role;
			uint8_t depth_max;      /* at most 254 */
			enum capnp_error error; /* the first one stays */
			uint8_t zero;
		};
	};
	uint32_t traversal_words_left;
	uint32_t segment_count;         /* it and segments: only if there are several */
	struct capnp_segment *segments; /* [0] is not used: the first is above */
	uint32_t error_segment; /* both only if there is an error: of which pointer */
	uint32_t error_word;
};

/*
 * A struct in a message; a zeroed one reads as all defaults. Two machine words, so that
 * it is passed in registers.
 */
struct capnp_struct {
	struct capnp_segment *message; /* the segment that it lies in */
	uint32_t offset;     /* of its data, in bytes from the start of the segment */
	uint16_t data_bytes; /* its pointers, if any, come right after the data */
	uint8_t pointer_count;
	uint8_t depth_left;
};

static_assert(sizeof(struct capnp_struct) == 16, "two registers");

/* A list in a message; a zeroed one is empty. */
struct capnp_list {
	struct capnp_segment *message; /* the segment that it lies in */
	const uint8_t *bytes;
	uint32_t count;
	uint32_t step_bits;         /* from one element to the next */
	uint32_t element_data_bits; /* of each element, before its pointers */
	uint16_t element_pointers;
	uint8_t depth_left;
	enum capnp_element_size element_size; /* as found, not as expected */
};

/* A pointer in a message, whatever it leads to; a zeroed one is null. */
struct capnp_any {
	struct capnp_segment *message; /* the segment that it lies in */
	uint32_t word;
	uint16_t depth_left;
};

/* What a pointer leads to. */
enum capnp_any_kind : uint8_t {
	CAPNP_ANY_NULL,
	CAPNP_ANY_STRUCT,
	CAPNP_ANY_LIST, /* text and data too */
	CAPNP_ANY_CAP,
};

/* Text is never null: absent text is "". bytes[size] is NUL. */
struct capnp_text {
	const char *bytes;
	uint32_t size;
};

struct capnp_data {
	const uint8_t *bytes;
	uint32_t size;
};

extern const uint64_t capnp_empty_message[1];

/*
 * Starts reading the @size_bytes at @bytes, 8-aligned and a multiple of 8; anything
 * else is an empty message with an error. The limits may be changed afterwards.
 */
static inline void capnp_reader_init(struct capnp_reader *reader, const void *bytes,
				     uint32_t size_bytes)
{
	bool good = (size_bytes | (uintptr_t)bytes) % 8 == 0;
	uint32_t word_count = good ? size_bytes / 8 : 0;
	uint32_t ratio = CAPNP_TRAVERSAL_RATIO;

	*reader = (struct capnp_reader){
		.words = word_count != 0 ? bytes : capnp_empty_message,
		.word_count = word_count,
		.traversal_words_left = word_count < UINT32_MAX / ratio
						? word_count * ratio
						: UINT32_MAX - 1,
		.depth_max = CAPNP_DEPTH_MAX,
		.error = good ? CAPNP_ERROR_NONE : CAPNP_ERROR_SIZE,
	};
}

/*
 * The same for a message known to be whole aligned words, fewer than 2^26, whose first
 * word may be looked at even if there is none.
 */
static inline void capnp_reader_init_words(struct capnp_reader *reader,
					   const uint64_t *words, uint32_t word_count)
{
	/* Only what is looked at in a message of one segment; calls are counted in stores. */
	reader->words = words;
	reader->word_count = word_count;
	reader->role = CAPNP_SEGMENT_ALONE;
	reader->depth_max = CAPNP_DEPTH_MAX;
	reader->error = CAPNP_ERROR_NONE;
	reader->zero = 0;
	reader->traversal_words_left = word_count * CAPNP_TRAVERSAL_RATIO;
}

/*
 * Starts reading a message of @count segments, from 1 to CAPNP_SEGMENTS_MAX, each
 * 8-aligned and of at most CAPNP_SEGMENT_WORDS_MAX words; anything else is an empty
 * message with an error. The array is the reader's until it is used no more; in it only
 * words and word_count have to be set.
 */
void capnp_reader_init_segments(struct capnp_reader *reader,
				struct capnp_segment *segments, uint32_t count);

/*
 * What a constant message in the array @words_ is read with: of one segment, made with
 * the program and not changed by anybody.
 *
 *     static const struct capnp_reader x = CAPNP_CONSTANT_MESSAGE(x_words);
 */
#define CAPNP_CONSTANT_MESSAGE(words_)                                \
	{                                                             \
		.words = (words_),                                    \
		.word_count = sizeof(words_) / sizeof(uint64_t),      \
		.role = CAPNP_SEGMENT_CONSTANT,                       \
		.depth_max = CAPNP_DEPTH_MAX,                         \
		.traversal_words_left = UINT32_MAX, /* not counted */ \
	}

/* The reader that spends its limits and has the error for what lies in @segment. */
static inline struct capnp_reader *capnp_segment_reader(struct capnp_segment *segment)
{
	if (segment->role == CAPNP_SEGMENT_FURTHER)
		return segment->reader;
	return (struct capnp_reader *)segment; /* its first member */
}

/* Whether anything read so far was malformed. */
static inline bool capnp_reader_failed(const struct capnp_reader *reader)
{
	return reader->error != CAPNP_ERROR_NONE;
}

/* What the error means, in words for a person. */
const char *capnp_error_text(enum capnp_error error);

/* Long enough for every text of capnp_reader_error_text(), with its NUL. */
enum { CAPNP_ERROR_TEXT_BYTES = 112 };

/*
 * The same with the place of the pointer that it was found at, as in "segment 0, word 12:
 * a list leads outside its segment". At most @size bytes with NUL, which is at least 1.
 */
void capnp_reader_error_text(const struct capnp_reader *reader, char *out, size_t size);

/* Reads the root struct; false, and a struct of all defaults, if it is malformed. */
[[nodiscard]] bool capnp_read_root(struct capnp_reader *reader, struct capnp_struct *out);

/* The root as it is found, of any kind; null if the message is empty. */
struct capnp_any capnp_read_root_any(struct capnp_reader *reader);

/*
 * Whether the root is a struct of @data_words and @pointer_count right after the root
 * pointer, as from a sender with the same schema: what usually comes.
 */
[[nodiscard]] static inline bool capnp_root_is(const struct capnp_reader *reader,
					       uint16_t data_words, uint8_t pointer_count)
{
	uint64_t usual = (uint64_t)data_words << 32 | (uint64_t)pointer_count << 48;

	return reader->words[0] == usual &&
	       (uint32_t)data_words + pointer_count < reader->word_count;
}

/* The root if it is that: the compiler knows the bounds of what is read next. */
static inline struct capnp_struct
capnp_root_as(struct capnp_reader *reader, uint16_t data_words, uint8_t pointer_count)
{
	return (struct capnp_struct){
		.message = &reader->segment,
		.offset = 8,
		.data_bytes = (uint16_t)(data_words * 8),
		.pointer_count = pointer_count,
		.depth_left = reader->depth_max,
	};
}

/* capnp_read_root that is fast where the root is the usual one. */
[[nodiscard]] static inline bool capnp_read_root_as(struct capnp_reader *reader,
						    uint16_t data_words,
						    uint8_t pointer_count,
						    struct capnp_struct *out)
{
	if (!capnp_root_is(reader, data_words, pointer_count)) {
		/* In a copy, so that the usual case can keep *out in registers. */
		struct capnp_struct root;
		bool good = capnp_read_root(reader, &root);

		*out = root;
		return good;
	}
	*out = capnp_root_as(reader, data_words, pointer_count);
	return true;
}

/* Where the data of @s starts; only of a struct that has some. */
static inline const uint8_t *capnp_struct_data(struct capnp_struct s)
{
	return (const uint8_t *)s.message->words + s.offset;
}

/* The pointer at @index, which is less than s.pointer_count. */
static inline const uint64_t *capnp_struct_pointer(struct capnp_struct s, uint32_t index)
{
	return s.message->words + (s.offset + s.data_bytes) / 8 + index;
}

/*
 * Plain fields: @offset in bytes (bits for bool) from the start of the data, and the
 * bits of the schema's default. A field that an older sender did not know is beyond
 * the data and reads as its default.
 */
static inline bool capnp_get_bool(struct capnp_struct s, uint32_t offset_bits,
				  bool default_value)
{
	if (offset_bits / 8 >= s.data_bytes)
		return default_value;
	return ((capnp_struct_data(s)[offset_bits / 8] >> (offset_bits % 8)) & 1) !=
	       default_value;
}

static inline uint8_t capnp_get_u8(struct capnp_struct s, uint32_t offset,
				   uint8_t default_bits)
{
	if (offset + sizeof(uint8_t) > s.data_bytes)
		return default_bits;
	return capnp_struct_data(s)[offset] ^ default_bits;
}

static inline uint16_t capnp_get_u16(struct capnp_struct s, uint32_t offset,
				     uint16_t default_bits)
{
	uint16_t bits;

	if (offset + sizeof(bits) > s.data_bytes)
		return default_bits;
	__builtin_memcpy(&bits, capnp_struct_data(s) + offset, sizeof(bits));
	return bits ^ default_bits;
}

static inline uint32_t capnp_get_u32(struct capnp_struct s, uint32_t offset,
				     uint32_t default_bits)
{
	uint32_t bits;

	if (offset + sizeof(bits) > s.data_bytes)
		return default_bits;
	__builtin_memcpy(&bits, capnp_struct_data(s) + offset, sizeof(bits));
	return bits ^ default_bits;
}

static inline uint64_t capnp_get_u64(struct capnp_struct s, uint32_t offset,
				     uint64_t default_bits)
{
	uint64_t bits;

	if (offset + sizeof(bits) > s.data_bytes)
		return default_bits;
	__builtin_memcpy(&bits, capnp_struct_data(s) + offset, sizeof(bits));
	return bits ^ default_bits;
}

/* Whether the pointer at @index is there and not null. */
static inline bool capnp_has(struct capnp_struct s, uint32_t index)
{
	return index < s.pointer_count && *capnp_struct_pointer(s, index) != 0;
}

/* Fields behind the pointer at @index. Absent or malformed: empty, or the default. */
struct capnp_struct capnp_get_struct(struct capnp_struct s, uint32_t index);
struct capnp_list capnp_get_list(struct capnp_struct s, uint32_t index,
				 enum capnp_element_size expected);
struct capnp_text capnp_get_text(struct capnp_struct s, uint32_t index,
				 struct capnp_text default_text);
struct capnp_data capnp_get_data(struct capnp_struct s, uint32_t index);

/* The same with a constant message, whose root is the default. */
struct capnp_struct capnp_get_struct_or(struct capnp_struct s, uint32_t index,
					const struct capnp_reader *default_message);
struct capnp_list capnp_get_list_or(struct capnp_struct s, uint32_t index,
				    enum capnp_element_size expected,
				    const struct capnp_reader *default_message);
struct capnp_data capnp_get_data_or(struct capnp_struct s, uint32_t index,
				    const struct capnp_reader *default_message);

/* What @any leads to as one of these, as from a field. */
struct capnp_struct capnp_any_struct(struct capnp_any any);
struct capnp_list capnp_any_list(struct capnp_any any, enum capnp_element_size expected);
struct capnp_text capnp_any_text(struct capnp_any any);
struct capnp_data capnp_any_data(struct capnp_any any);
uint32_t capnp_any_cap(struct capnp_any any);

/* The pointer itself; null if it is absent. It is checked when it is used. */
static inline struct capnp_any capnp_get_any(struct capnp_struct s, uint32_t index)
{
	if (index >= s.pointer_count)
		return (struct capnp_any){ 0 };
	return (struct capnp_any){
		.message = s.message,
		.word = (s.offset + s.data_bytes) / 8 + index,
		.depth_left = s.depth_left,
	};
}

/* What @any leads to; null, with an error in the reader, if it is malformed. */
enum capnp_any_kind capnp_any_kind(struct capnp_any any);

/* What capnp_get_cap() does with a pointer that is far or malformed. */
[[gnu::cold]] uint32_t capnp_get_far_cap(struct capnp_struct s, uint32_t index);

/* The index into the message's capability list, or CAPNP_NO_CAP. */
static inline uint32_t capnp_get_cap(struct capnp_struct s, uint32_t index)
{
	enum { USUAL = 3 }; /* the lower half of a capability pointer */
	uint64_t pointer = index < s.pointer_count ? *capnp_struct_pointer(s, index) : 0;

	if ((uint32_t)pointer == USUAL)
		return (uint32_t)(pointer >> 32);
	if (pointer == 0)
		return CAPNP_NO_CAP;
	return capnp_get_far_cap(s, index);
}

/* The root of a constant message. */
struct capnp_any capnp_constant_any(const struct capnp_reader *message);
struct capnp_struct capnp_constant_struct(const struct capnp_reader *message);
struct capnp_list capnp_constant_list(const struct capnp_reader *message,
				      enum capnp_element_size expected);
struct capnp_data capnp_constant_data(const struct capnp_reader *message);

/* The elements of a list. Beyond its end everything reads as zero or empty. */
static inline bool capnp_list_get_bool(struct capnp_list list, uint32_t i)
{
	if (i >= list.count || list.element_data_bits != 1)
		return false;
	return (list.bytes[i / 8] >> (i % 8)) & 1;
}

/* Where element @i starts, which exists; not of a list of bits. */
static inline const uint8_t *capnp_list_element(const struct capnp_list *list, uint32_t i)
{
	return list->bytes + (size_t)i * (list->step_bits / 8);
}

static inline uint8_t capnp_list_get_u8(struct capnp_list list, uint32_t i)
{
	if (i >= list.count || list.element_data_bits < 8)
		return 0;
	return *capnp_list_element(&list, i);
}

static inline uint16_t capnp_list_get_u16(struct capnp_list list, uint32_t i)
{
	uint16_t value;

	if (i >= list.count || list.element_data_bits < 16)
		return 0;
	__builtin_memcpy(&value, capnp_list_element(&list, i), sizeof(value));
	return value;
}

static inline uint32_t capnp_list_get_u32(struct capnp_list list, uint32_t i)
{
	uint32_t value;

	if (i >= list.count || list.element_data_bits < 32)
		return 0;
	__builtin_memcpy(&value, capnp_list_element(&list, i), sizeof(value));
	return value;
}

static inline uint64_t capnp_list_get_u64(struct capnp_list list, uint32_t i)
{
	uint64_t value;

	if (i >= list.count || list.element_data_bits < 64)
		return 0;
	__builtin_memcpy(&value, capnp_list_element(&list, i), sizeof(value));
	return value;
}

/* As an element of any size but a bit can be read. */
struct capnp_struct capnp_list_get_struct(struct capnp_list list, uint32_t i);
struct capnp_list capnp_list_get_list(struct capnp_list list, uint32_t i,
				      enum capnp_element_size expected);
struct capnp_text capnp_list_get_text(struct capnp_list list, uint32_t i);
struct capnp_data capnp_list_get_data(struct capnp_list list, uint32_t i);
uint32_t capnp_list_get_cap(struct capnp_list list, uint32_t i);
struct capnp_any capnp_list_get_any(struct capnp_list list, uint32_t i);

/* Whether @text is exactly the NUL-terminated @string. */
bool capnp_text_equals(struct capnp_text text, const char *string);

#endif /* CORE_CAPNP_READER_H */

/* SPDX-License-Identifier: MIT */
/*
 * reader.h - reads one Cap'n Proto message of a single segment, in place.
 *
 * The bytes come from somebody else: every pointer is checked when it is followed,
 * nothing outside the message is ever read, and no allocation is made. A malformed
 * pointer reads as the default value and leaves the first error in the reader, so that
 * a server decodes first and refuses the whole message once (capnp_reader_failed()).
 * Depth and traversal are limited: a small message cannot make a large walk.
 *
 * The message must not change while it is read: whoever receives it in shared memory
 * copies it first. An empty message is a root with all defaults.
 *
 *   tests    reader_test.c, tests/fuzz/capnp_reader.c, tests/schema/
 */
#ifndef CORE_CAPNP_READER_H
#define CORE_CAPNP_READER_H

#include <stddef.h>
#include <stdint.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	      "messages are read in place, so the machine has to be little-endian");

enum {
	CAPNP_DEPTH_MAX = 64,      /* default; pointers followed from the root down */
	CAPNP_TRAVERSAL_RATIO = 8, /* default; words read per word of the message */
	CAPNP_LIST_COUNT_MAX = (1 << 29) - 1,
	/* A struct is named in two registers, so there are limits to what it may hold. */
	CAPNP_STRUCT_DATA_WORDS_MAX = 8191,
	CAPNP_STRUCT_POINTERS_MAX = 255,
};

/* A capability pointer that is null. */
static const uint32_t CAPNP_NO_CAP = UINT32_MAX;

enum capnp_error : uint8_t {
	CAPNP_ERROR_NONE,
	CAPNP_ERROR_SIZE,      /* not a multiple of eight bytes, or not aligned */
	CAPNP_ERROR_BOUNDS,    /* a pointer leads outside the message */
	CAPNP_ERROR_KIND,      /* a pointer of another kind than the schema says */
	CAPNP_ERROR_FAR,       /* a pointer to another segment; there is only one */
	CAPNP_ERROR_STRUCT,    /* a struct above the limits of this reader */
	CAPNP_ERROR_LIST,      /* elements of the wrong size, or more than fit */
	CAPNP_ERROR_TEXT,      /* text without its final NUL */
	CAPNP_ERROR_DEPTH,     /* nested deeper than the limit */
	CAPNP_ERROR_TRAVERSAL, /* the walk is longer than the limit */
};

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
};

/* One message being read. Its limits are spent as it is traversed. */
struct capnp_reader {
	const uint64_t *words; /* words[0] can always be read, also of an empty message */
	uint32_t word_count;
	uint32_t traversal_words_left;
	uint8_t depth_max;
	enum capnp_error error; /* the first one stays */
};

/*
 * A struct in a message; a zeroed one reads as all defaults. Two machine words, so that
 * it is passed in registers.
 */
struct capnp_struct {
	struct capnp_reader *message;
	uint32_t offset;     /* of its data, in bytes from the start of the message */
	uint16_t data_bytes; /* its pointers, if any, come right after the data */
	uint8_t pointer_count;
	uint8_t depth_left;
};

static_assert(sizeof(struct capnp_struct) == 16, "two registers");

/* A list in a message; a zeroed one is empty. */
struct capnp_list {
	struct capnp_reader *message;
	const uint8_t *bytes;
	uint32_t count;
	uint32_t step_bits;         /* from one element to the next */
	uint32_t element_data_bits; /* of each element, before its pointers */
	uint16_t element_pointers;
	uint8_t depth_left;
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
		.traversal_words_left = word_count <= UINT32_MAX / ratio
						? word_count * ratio
						: UINT32_MAX,
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
	*reader = (struct capnp_reader){
		.words = words,
		.word_count = word_count,
		.traversal_words_left = word_count * CAPNP_TRAVERSAL_RATIO,
		.depth_max = CAPNP_DEPTH_MAX,
	};
}

/* Whether anything read so far was malformed. */
static inline bool capnp_reader_failed(const struct capnp_reader *reader)
{
	return reader->error != CAPNP_ERROR_NONE;
}

/* What the error means, in words for a person. */
const char *capnp_error_text(enum capnp_error error);

/* Reads the root struct; false, and a struct of all defaults, if it is malformed. */
[[nodiscard]] bool capnp_read_root(struct capnp_reader *reader, struct capnp_struct *out);

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
		.message = reader,
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

/* The index into the message's capability list, or CAPNP_NO_CAP. */
uint32_t capnp_get_cap(struct capnp_struct s, uint32_t index);

/* The elements of a list. Beyond its end everything reads as zero or empty. */
bool capnp_list_get_bool(struct capnp_list list, uint32_t i);
uint8_t capnp_list_get_u8(struct capnp_list list, uint32_t i);
uint16_t capnp_list_get_u16(struct capnp_list list, uint32_t i);
uint32_t capnp_list_get_u32(struct capnp_list list, uint32_t i);
uint64_t capnp_list_get_u64(struct capnp_list list, uint32_t i);
struct capnp_struct capnp_list_get_struct(struct capnp_list list, uint32_t i);
struct capnp_list capnp_list_get_list(struct capnp_list list, uint32_t i,
				      enum capnp_element_size expected);
struct capnp_text capnp_list_get_text(struct capnp_list list, uint32_t i);
struct capnp_data capnp_list_get_data(struct capnp_list list, uint32_t i);
uint32_t capnp_list_get_cap(struct capnp_list list, uint32_t i);

/* Whether @text is exactly the NUL-terminated @string. */
bool capnp_text_equals(struct capnp_text text, const char *string);

#endif /* CORE_CAPNP_READER_H */

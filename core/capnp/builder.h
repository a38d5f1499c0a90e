/* SPDX-License-Identifier: MIT */
/*
 * builder.h - writes one Cap'n Proto message into given memory, of one or several pieces.
 *
 * Nothing is allocated: what does not fit sets the builder's overflow flag, which stays,
 * and gives out builders whose setters do nothing; the writer checks once at the end
 * (capnp_builder_failed()). Nothing is read back from the memory to decide anything, so
 * it may be shared with somebody who changes it meanwhile: only the message suffers.
 *
 * A pointer field is named by its word in the struct, after the data words; generated
 * setters know it. Setting a pointer field twice abandons the room of the first value.
 *
 * Every piece of memory becomes a segment of the message. An object goes where there was
 * room last, or else wherever there is; a far pointer leads to it from another piece.
 *
 *   tests    builder_test.c, rooms_test.c, tests/schema/
 */
#ifndef CORE_CAPNP_BUILDER_H
#define CORE_CAPNP_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/reader.h"

/* Room that stubs give a message for text, data and lists when the caller says nothing. */
enum { CAPNP_EXTRA_WORDS_DEFAULT = 64 };

/* A piece of memory for a message. Its words are 8-aligned. */
struct capnp_room {
	uint64_t *words;
	uint32_t capacity_words;
	uint32_t used_words; /* the segment so far; the builder counts */
};

/* It starts with its first room, which is the only one of a usual message. */
struct capnp_builder {
	union {
		struct capnp_room room;
		struct {
			uint64_t *words;
			uint32_t capacity_words;
			uint32_t used_words;
		};
	};
	bool overflow;
	bool several;  /* the rest is there only if so */
	uint16_t zero; /* so that one store sets all three */
	uint32_t room_count;
	struct capnp_room *rooms; /* [0] is not used: the first is above */
	uint32_t current;         /* where there was room last */
};

/* A pointer being written, whatever it will lead to; with null nothing is done. */
struct capnp_any_builder {
	struct capnp_builder *message;
	uint64_t *at;
};

/* A struct being written; with null words everything done to it does nothing. */
struct capnp_struct_builder {
	struct capnp_builder *message;
	uint64_t *words; /* data, then pointers */
};

/* A list being written; the sizes are those of one element. */
struct capnp_list_builder {
	struct capnp_builder *message;
	uint64_t *words; /* the first element */
	uint32_t count;
	uint16_t data_words; /* of a list of structs, else 0 */
	uint16_t pointer_count;
	enum capnp_element_size element_size;
};

/* Starts an empty message in @capacity_bytes at @bytes, which is 8-aligned. */
static inline void capnp_builder_init(struct capnp_builder *builder, void *bytes,
				      uint32_t capacity_bytes)
{
	/* Only what is looked at in a message of one piece; calls are counted in stores. */
	builder->words = bytes;
	builder->capacity_words = capacity_bytes / 8;
	builder->used_words = 0;
	builder->overflow = false;
	builder->several = false;
	builder->zero = 0;
}

/*
 * The same in @count pieces, 1 to CAPNP_SEGMENTS_MAX, each of at most
 * CAPNP_SEGMENT_WORDS_MAX words and the first of at least one; else there is no room at
 * all. The array is the builder's until the message is not used any more; in it only
 * words and capacity_words have to be set.
 */
void capnp_builder_init_rooms(struct capnp_builder *builder, struct capnp_room *rooms,
			      uint32_t count);

/* Whether something did not fit, so that the message must not be sent. */
static inline bool capnp_builder_failed(const struct capnp_builder *builder)
{
	return builder->overflow;
}

/* The message's size if it was built in one piece. */
static inline uint32_t capnp_builder_size_bytes(const struct capnp_builder *builder)
{
	return builder->used_words * 8;
}

/* How many segments the message has so far; one if it was built in one piece. */
uint32_t capnp_builder_segment_count(const struct capnp_builder *builder);

/* Fills @segments, as many as that, to send the message or to read it. */
void capnp_builder_segments(const struct capnp_builder *builder,
			    struct capnp_segment *segments);

/*
 * Starts the message over with a zeroed root struct right after the root pointer, in the
 * first piece of memory; what was used of the others is not given back.
 */
static inline struct capnp_struct_builder capnp_build_root(struct capnp_builder *builder,
							   uint16_t data_words,
							   uint16_t pointer_count)
{
	uint32_t size_words = (uint32_t)data_words + pointer_count;
	uint64_t *words = builder->words;

	if (builder->capacity_words <= size_words) {
		builder->overflow = true;
		return (struct capnp_struct_builder){ builder, nullptr };
	}
	builder->used_words = size_words + 1;
	words[0] = (uint64_t)data_words << 32 | (uint64_t)pointer_count << 48;
	for (uint32_t i = 1; i <= size_words; i++)
		words[i] = 0;
	return (struct capnp_struct_builder){ builder, words + 1 };
}

/*
 * Starts the message over with a root that may be anything, in any piece, and is null at
 * first. What was used of all pieces is given back.
 */
struct capnp_any_builder capnp_build_root_any(struct capnp_builder *builder);

/*
 * Plain fields: @offset in bytes (bits for bool) from the start of the struct; the value
 * is already combined with the bits of the schema's default.
 */
static inline void capnp_set_bool(struct capnp_struct_builder b, uint32_t offset_bits,
				  bool value)
{
	if (!b.words)
		return;

	uint8_t *byte = (uint8_t *)b.words + offset_bits / 8;
	uint32_t mask = 1u << (offset_bits % 8);

	*byte = (uint8_t)(value ? *byte | mask : *byte & ~mask);
}

static inline void capnp_set_u8(struct capnp_struct_builder b, uint32_t offset,
				uint8_t bits)
{
	if (b.words)
		((uint8_t *)b.words)[offset] = bits;
}

static inline void capnp_set_u16(struct capnp_struct_builder b, uint32_t offset,
				 uint16_t bits)
{
	if (b.words)
		__builtin_memcpy((uint8_t *)b.words + offset, &bits, sizeof(bits));
}

static inline void capnp_set_u32(struct capnp_struct_builder b, uint32_t offset,
				 uint32_t bits)
{
	if (b.words)
		__builtin_memcpy((uint8_t *)b.words + offset, &bits, sizeof(bits));
}

static inline void capnp_set_u64(struct capnp_struct_builder b, uint32_t offset,
				 uint64_t bits)
{
	if (b.words)
		b.words[offset / 8] = bits;
}

/* ---- Pointers ---------------------------------------------------------------------- */

/* What @any leads to from now on. What is inited is zeroed, and written later. */
struct capnp_struct_builder capnp_any_init_struct(struct capnp_any_builder any,
						  uint16_t data_words,
						  uint16_t pointer_count);
struct capnp_list_builder capnp_any_init_list(struct capnp_any_builder any,
					      enum capnp_element_size size,
					      uint32_t count);
struct capnp_list_builder capnp_any_init_struct_list(struct capnp_any_builder any,
						     uint32_t count, uint16_t data_words,
						     uint16_t pointer_count);

/* Room for @size bytes to be written by the caller; nullptr if it does not fit. */
char *capnp_any_init_text(struct capnp_any_builder any, uint32_t size);
uint8_t *capnp_any_init_data(struct capnp_any_builder any, uint32_t size);

/* Copies @size bytes; text gets its NUL here and must not count it. */
void capnp_any_set_text(struct capnp_any_builder any, const char *bytes, uint32_t size);
void capnp_any_set_data(struct capnp_any_builder any, const void *bytes, uint32_t size);

/* A capability: its index in the message's capability list; CAPNP_NO_CAP is null. */
static inline void capnp_any_set_cap(struct capnp_any_builder any, uint32_t index)
{
	if (any.at)
		*any.at = index == CAPNP_NO_CAP ? 0 : (uint64_t)index << 32 | 3;
}

static inline void capnp_any_set_null(struct capnp_any_builder any)
{
	if (any.at)
		*any.at = 0;
}

/* The pointer in @word of a struct. */
static inline struct capnp_any_builder capnp_any_at(struct capnp_struct_builder b,
						    uint32_t word)
{
	return (struct capnp_any_builder){ b.message,
					   b.words ? b.words + word : nullptr };
}

/* The same, each done with the pointer in @word. */
static inline struct capnp_struct_builder capnp_init_struct(struct capnp_struct_builder b,
							    uint32_t word,
							    uint16_t data_words,
							    uint16_t pointer_count)
{
	return capnp_any_init_struct(capnp_any_at(b, word), data_words, pointer_count);
}

static inline struct capnp_list_builder capnp_init_list(struct capnp_struct_builder b,
							uint32_t word,
							enum capnp_element_size size,
							uint32_t count)
{
	return capnp_any_init_list(capnp_any_at(b, word), size, count);
}

static inline struct capnp_list_builder
capnp_init_struct_list(struct capnp_struct_builder b, uint32_t word, uint32_t count,
		       uint16_t data_words, uint16_t pointer_count)
{
	return capnp_any_init_struct_list(capnp_any_at(b, word), count, data_words,
					  pointer_count);
}

static inline char *capnp_init_text(struct capnp_struct_builder b, uint32_t word,
				    uint32_t size)
{
	return capnp_any_init_text(capnp_any_at(b, word), size);
}

static inline uint8_t *capnp_init_data(struct capnp_struct_builder b, uint32_t word,
				       uint32_t size)
{
	return capnp_any_init_data(capnp_any_at(b, word), size);
}

static inline void capnp_set_text(struct capnp_struct_builder b, uint32_t word,
				  const char *bytes, uint32_t size)
{
	capnp_any_set_text(capnp_any_at(b, word), bytes, size);
}

static inline void capnp_set_data(struct capnp_struct_builder b, uint32_t word,
				  const void *bytes, uint32_t size)
{
	capnp_any_set_data(capnp_any_at(b, word), bytes, size);
}

static inline void capnp_set_cap(struct capnp_struct_builder b, uint32_t word,
				 uint32_t index)
{
	capnp_any_set_cap(capnp_any_at(b, word), index);
}

/* ---- Elements ---------------------------------------------------------------------- */

/* Whether @list has an element @i, and elements of @size. */
static inline bool capnp_list_has(const struct capnp_list_builder *list, uint32_t i,
				  enum capnp_element_size size)
{
	return i < list->count && list->element_size == size;
}

/* Beyond the end, and in a list of another element size, nothing is done. */
static inline void capnp_list_set_bool(struct capnp_list_builder list, uint32_t i,
				       bool value)
{
	if (capnp_list_has(&list, i, CAPNP_ELEMENT_BIT))
		capnp_set_bool((struct capnp_struct_builder){ list.message, list.words },
			       i, value);
}

static inline void capnp_list_set_u8(struct capnp_list_builder list, uint32_t i,
				     uint8_t value)
{
	if (capnp_list_has(&list, i, CAPNP_ELEMENT_BYTE))
		((uint8_t *)list.words)[i] = value;
}

static inline void capnp_list_set_u16(struct capnp_list_builder list, uint32_t i,
				      uint16_t value)
{
	if (capnp_list_has(&list, i, CAPNP_ELEMENT_TWO_BYTES))
		__builtin_memcpy((uint8_t *)list.words + (size_t)i * sizeof(value),
				 &value, sizeof(value));
}

static inline void capnp_list_set_u32(struct capnp_list_builder list, uint32_t i,
				      uint32_t value)
{
	if (capnp_list_has(&list, i, CAPNP_ELEMENT_FOUR_BYTES))
		__builtin_memcpy((uint8_t *)list.words + (size_t)i * sizeof(value),
				 &value, sizeof(value));
}

static inline void capnp_list_set_u64(struct capnp_list_builder list, uint32_t i,
				      uint64_t value)
{
	if (capnp_list_has(&list, i, CAPNP_ELEMENT_EIGHT_BYTES))
		list.words[i] = value;
}

/* The pointer that is element @i of a list of pointers. */
static inline struct capnp_any_builder capnp_list_any_at(struct capnp_list_builder list,
							 uint32_t i)
{
	if (!capnp_list_has(&list, i, CAPNP_ELEMENT_POINTER))
		return (struct capnp_any_builder){ list.message, nullptr };
	return (struct capnp_any_builder){ list.message, list.words + i };
}

/* Element @i of a list of structs. */
static inline struct capnp_struct_builder
capnp_list_struct_at(struct capnp_list_builder list, uint32_t i)
{
	size_t size_words = (size_t)list.data_words + list.pointer_count;

	if (!capnp_list_has(&list, i, CAPNP_ELEMENT_STRUCT))
		return (struct capnp_struct_builder){ list.message, nullptr };
	return (struct capnp_struct_builder){ list.message, list.words + i * size_words };
}

static inline void capnp_list_set_text(struct capnp_list_builder list, uint32_t i,
				       const char *bytes, uint32_t size)
{
	capnp_any_set_text(capnp_list_any_at(list, i), bytes, size);
}

static inline void capnp_list_set_data(struct capnp_list_builder list, uint32_t i,
				       const void *bytes, uint32_t size)
{
	capnp_any_set_data(capnp_list_any_at(list, i), bytes, size);
}

static inline void capnp_list_set_cap(struct capnp_list_builder list, uint32_t i,
				      uint32_t index)
{
	capnp_any_set_cap(capnp_list_any_at(list, i), index);
}

static inline char *capnp_list_init_text(struct capnp_list_builder list, uint32_t i,
					 uint32_t size)
{
	return capnp_any_init_text(capnp_list_any_at(list, i), size);
}

static inline uint8_t *capnp_list_init_data(struct capnp_list_builder list, uint32_t i,
					    uint32_t size)
{
	return capnp_any_init_data(capnp_list_any_at(list, i), size);
}

/* A list as element @i of a list of lists. */
static inline struct capnp_list_builder
capnp_list_init_list(struct capnp_list_builder list, uint32_t i,
		     enum capnp_element_size size, uint32_t count)
{
	return capnp_any_init_list(capnp_list_any_at(list, i), size, count);
}

static inline struct capnp_list_builder
capnp_list_init_struct_list(struct capnp_list_builder list, uint32_t i, uint32_t count,
			    uint16_t data_words, uint16_t pointer_count)
{
	return capnp_any_init_struct_list(capnp_list_any_at(list, i), count, data_words,
					  pointer_count);
}

#endif /* CORE_CAPNP_BUILDER_H */

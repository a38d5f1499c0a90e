/* SPDX-License-Identifier: MIT */
/*
 * builder.h - writes one Cap'n Proto message of a single segment into given memory.
 *
 * Nothing is allocated: what does not fit sets the builder's overflow flag, which stays,
 * and gives out builders whose setters do nothing; the writer checks once at the end
 * (capnp_builder_failed()). Nothing is read back from the memory to decide anything, so
 * it may be shared with somebody who changes it meanwhile: only the message suffers.
 *
 * A pointer field is named by its word in the struct, after the data words; generated
 * setters know it. Setting a pointer field twice abandons the room of the first value.
 *
 *   tests    builder_test.c, tests/schema/
 */
#ifndef CORE_CAPNP_BUILDER_H
#define CORE_CAPNP_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/reader.h"

/* Room that stubs give a message for text, data and lists when the caller says nothing. */
enum { CAPNP_EXTRA_WORDS_DEFAULT = 64 };

struct capnp_builder {
	uint64_t *words;
	uint32_t capacity_words;
	uint32_t used_words; /* the message so far; its size to send */
	bool overflow;
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
	*builder = (struct capnp_builder){
		.words = bytes,
		.capacity_words = capacity_bytes / 8,
	};
}

/* Whether something did not fit, so that the message must not be sent. */
static inline bool capnp_builder_failed(const struct capnp_builder *builder)
{
	return builder->overflow;
}

static inline uint32_t capnp_builder_size_bytes(const struct capnp_builder *builder)
{
	return builder->used_words * 8;
}

/* Starts the message over with a zeroed root struct right after the root pointer. */
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

/* A capability: its index in the message's capability list; CAPNP_NO_CAP is null. */
static inline void capnp_set_cap(struct capnp_struct_builder b, uint32_t word,
				 uint32_t index)
{
	if (b.words)
		b.words[word] = index == CAPNP_NO_CAP ? 0 : (uint64_t)index << 32 | 3;
}

/* Fields behind the pointer in @word. What is inited is zeroed, and written later. */
struct capnp_struct_builder capnp_init_struct(struct capnp_struct_builder b,
					      uint32_t word, uint16_t data_words,
					      uint16_t pointer_count);
struct capnp_list_builder capnp_init_list(struct capnp_struct_builder b, uint32_t word,
					  enum capnp_element_size size, uint32_t count);
struct capnp_list_builder capnp_init_struct_list(struct capnp_struct_builder b,
						 uint32_t word, uint32_t count,
						 uint16_t data_words,
						 uint16_t pointer_count);

/* Room for @size bytes to be written by the caller; nullptr if it does not fit. */
char *capnp_init_text(struct capnp_struct_builder b, uint32_t word, uint32_t size);
uint8_t *capnp_init_data(struct capnp_struct_builder b, uint32_t word, uint32_t size);

/* Copies @size bytes; text gets its NUL here and must not count it. */
void capnp_set_text(struct capnp_struct_builder b, uint32_t word, const char *bytes,
		    uint32_t size);
void capnp_set_data(struct capnp_struct_builder b, uint32_t word, const void *bytes,
		    uint32_t size);

/* Elements. Beyond the end, and in a list of another element size, nothing is done. */
void capnp_list_set_bool(struct capnp_list_builder list, uint32_t i, bool value);
void capnp_list_set_u8(struct capnp_list_builder list, uint32_t i, uint8_t value);
void capnp_list_set_u16(struct capnp_list_builder list, uint32_t i, uint16_t value);
void capnp_list_set_u32(struct capnp_list_builder list, uint32_t i, uint32_t value);
void capnp_list_set_u64(struct capnp_list_builder list, uint32_t i, uint64_t value);
void capnp_list_set_text(struct capnp_list_builder list, uint32_t i, const char *bytes,
			 uint32_t size);
void capnp_list_set_data(struct capnp_list_builder list, uint32_t i, const void *bytes,
			 uint32_t size);
void capnp_list_set_cap(struct capnp_list_builder list, uint32_t i, uint32_t index);

/* Element @i of a list of structs. */
struct capnp_struct_builder capnp_list_struct_at(struct capnp_list_builder list,
						 uint32_t i);

/* A list as element @i of a list of lists. */
struct capnp_list_builder capnp_list_init_list(struct capnp_list_builder list, uint32_t i,
					       enum capnp_element_size size,
					       uint32_t count);
struct capnp_list_builder capnp_list_init_struct_list(struct capnp_list_builder list,
						      uint32_t i, uint32_t count,
						      uint16_t data_words,
						      uint16_t pointer_count);

#endif /* CORE_CAPNP_BUILDER_H */

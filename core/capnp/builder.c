/* SPDX-License-Identifier: MIT */
/*
 * builder.c - see builder.h for what it promises.
 *
 * Room is handed out from the front; new objects are zeroed because the memory may hold
 * an older message. A pointer's offset is computed from addresses alone.
 */
#include "core/capnp/builder.h"

enum {
	KIND_STRUCT = 0,
	KIND_LIST = 1,
	OFFSET_ONE_BACK = 0xfffffffc, /* offset -1: an object without any words */
};

/* Takes @words zeroed words; nullptr with overflow set if they are not there. */
static uint64_t *take_words(struct capnp_builder *builder, uint64_t words)
{
	uint64_t *start;

	if (words > builder->capacity_words - builder->used_words) {
		builder->overflow = true;
		return nullptr;
	}
	start = builder->words + builder->used_words;
	builder->used_words += (uint32_t)words;
	__builtin_memset(start, 0, words * 8);
	return start;
}

/* The lower half of a pointer at @at to @target. */
static uint64_t pointer_lower(const uint64_t *at, const uint64_t *target, uint32_t kind)
{
	int64_t offset = target - at - 1;

	return (uint32_t)offset << 2 | kind;
}

static struct capnp_struct_builder init_struct(struct capnp_builder *message,
					       uint64_t *at, uint16_t data_words,
					       uint16_t pointer_count)
{
	struct capnp_struct_builder b = { message, nullptr };
	uint32_t size_words = (uint32_t)data_words + pointer_count;

	b.words = take_words(message, size_words);
	if (!b.words)
		return b;
	*at = (uint64_t)data_words << 32 | (uint64_t)pointer_count << 48;
	*at |= size_words == 0 ? (uint32_t)OFFSET_ONE_BACK
			       : pointer_lower(at, b.words, KIND_STRUCT);
	return b;
}

static uint64_t list_words(enum capnp_element_size size, uint32_t count)
{
	static const uint8_t bits[] = { 0, 1, 8, 16, 32, 64, 64 };

	return ((uint64_t)count * bits[size] + 63) / 64;
}

static struct capnp_list_builder init_list(struct capnp_builder *message, uint64_t *at,
					   enum capnp_element_size size, uint32_t count)
{
	struct capnp_list_builder list = { .message = message, .element_size = size };

	if (count > CAPNP_LIST_COUNT_MAX || size >= CAPNP_ELEMENT_STRUCT) {
		message->overflow = true;
		return list;
	}
	list.words = take_words(message, list_words(size, count));
	if (!list.words)
		return list;
	list.count = count;
	*at = pointer_lower(at, list.words, KIND_LIST) | (uint64_t)size << 32 |
	      (uint64_t)count << 35;
	return list;
}

static struct capnp_list_builder init_struct_list(struct capnp_builder *message,
						  uint64_t *at, uint32_t count,
						  uint16_t data_words,
						  uint16_t pointer_count)
{
	struct capnp_list_builder list = {
		.message = message,
		.data_words = data_words,
		.pointer_count = pointer_count,
		.element_size = CAPNP_ELEMENT_STRUCT,
	};
	uint64_t words = (uint64_t)count * ((uint32_t)data_words + pointer_count);
	uint64_t *tag;

	if (count > CAPNP_LIST_COUNT_MAX || words > CAPNP_LIST_COUNT_MAX) {
		message->overflow = true;
		return list;
	}
	tag = take_words(message, words + 1);
	if (!tag)
		return list;
	*tag = (uint64_t)count << 2 | (uint64_t)data_words << 32 |
	       (uint64_t)pointer_count << 48;
	*at = pointer_lower(at, tag, KIND_LIST) | (uint64_t)CAPNP_ELEMENT_STRUCT << 32 |
	      words << 35;
	list.words = tag + 1;
	list.count = count;
	return list;
}

/* Room for a list of @size bytes, and where they go. */
static uint8_t *init_bytes(struct capnp_builder *message, uint64_t *at, uint64_t size)
{
	if (size > CAPNP_LIST_COUNT_MAX) {
		message->overflow = true;
		return nullptr;
	}
	return (uint8_t *)init_list(message, at, CAPNP_ELEMENT_BYTE, (uint32_t)size)
		.words;
}

static void set_bytes(struct capnp_builder *message, uint64_t *at, const void *bytes,
		      uint32_t size, uint32_t nul_bytes)
{
	uint8_t *room = init_bytes(message, at, (uint64_t)size + nul_bytes);

	if (room && size != 0)
		__builtin_memcpy(room, bytes, size);
}

struct capnp_struct_builder capnp_init_struct(struct capnp_struct_builder b,
					      uint32_t word, uint16_t data_words,
					      uint16_t pointer_count)
{
	if (!b.words)
		return b;
	return init_struct(b.message, b.words + word, data_words, pointer_count);
}

struct capnp_list_builder capnp_init_list(struct capnp_struct_builder b, uint32_t word,
					  enum capnp_element_size size, uint32_t count)
{
	if (!b.words)
		return (struct capnp_list_builder){ 0 };
	return init_list(b.message, b.words + word, size, count);
}

struct capnp_list_builder capnp_init_struct_list(struct capnp_struct_builder b,
						 uint32_t word, uint32_t count,
						 uint16_t data_words,
						 uint16_t pointer_count)
{
	if (!b.words)
		return (struct capnp_list_builder){ 0 };
	return init_struct_list(b.message, b.words + word, count, data_words,
				pointer_count);
}

char *capnp_init_text(struct capnp_struct_builder b, uint32_t word, uint32_t size)
{
	if (!b.words)
		return nullptr;
	return (char *)init_bytes(b.message, b.words + word, (uint64_t)size + 1);
}

uint8_t *capnp_init_data(struct capnp_struct_builder b, uint32_t word, uint32_t size)
{
	if (!b.words)
		return nullptr;
	return init_bytes(b.message, b.words + word, size);
}

void capnp_set_text(struct capnp_struct_builder b, uint32_t word, const char *bytes,
		    uint32_t size)
{
	if (b.words)
		set_bytes(b.message, b.words + word, bytes, size, 1);
}

void capnp_set_data(struct capnp_struct_builder b, uint32_t word, const void *bytes,
		    uint32_t size)
{
	if (b.words)
		set_bytes(b.message, b.words + word, bytes, size, 0);
}

static bool has_element(const struct capnp_list_builder *list, uint32_t i,
			enum capnp_element_size size)
{
	return i < list->count && list->element_size == size;
}

void capnp_list_set_bool(struct capnp_list_builder list, uint32_t i, bool value)
{
	struct capnp_struct_builder all = { list.message, list.words };

	if (has_element(&list, i, CAPNP_ELEMENT_BIT))
		capnp_set_bool(all, i, value);
}

void capnp_list_set_u8(struct capnp_list_builder list, uint32_t i, uint8_t value)
{
	if (has_element(&list, i, CAPNP_ELEMENT_BYTE))
		((uint8_t *)list.words)[i] = value;
}

void capnp_list_set_u16(struct capnp_list_builder list, uint32_t i, uint16_t value)
{
	struct capnp_struct_builder all = { list.message, list.words };

	if (has_element(&list, i, CAPNP_ELEMENT_TWO_BYTES))
		capnp_set_u16(all, i * 2, value);
}

void capnp_list_set_u32(struct capnp_list_builder list, uint32_t i, uint32_t value)
{
	struct capnp_struct_builder all = { list.message, list.words };

	if (has_element(&list, i, CAPNP_ELEMENT_FOUR_BYTES))
		capnp_set_u32(all, i * 4, value);
}

void capnp_list_set_u64(struct capnp_list_builder list, uint32_t i, uint64_t value)
{
	if (has_element(&list, i, CAPNP_ELEMENT_EIGHT_BYTES))
		list.words[i] = value;
}

void capnp_list_set_text(struct capnp_list_builder list, uint32_t i, const char *bytes,
			 uint32_t size)
{
	if (has_element(&list, i, CAPNP_ELEMENT_POINTER))
		set_bytes(list.message, list.words + i, bytes, size, 1);
}

void capnp_list_set_data(struct capnp_list_builder list, uint32_t i, const void *bytes,
			 uint32_t size)
{
	if (has_element(&list, i, CAPNP_ELEMENT_POINTER))
		set_bytes(list.message, list.words + i, bytes, size, 0);
}

void capnp_list_set_cap(struct capnp_list_builder list, uint32_t i, uint32_t index)
{
	struct capnp_struct_builder all = { list.message, list.words };

	if (has_element(&list, i, CAPNP_ELEMENT_POINTER))
		capnp_set_cap(all, i, index);
}

struct capnp_struct_builder capnp_list_struct_at(struct capnp_list_builder list,
						 uint32_t i)
{
	size_t size_words = (size_t)list.data_words + list.pointer_count;

	if (!has_element(&list, i, CAPNP_ELEMENT_STRUCT))
		return (struct capnp_struct_builder){ list.message, nullptr };
	return (struct capnp_struct_builder){ list.message, list.words + i * size_words };
}

struct capnp_list_builder capnp_list_init_list(struct capnp_list_builder list, uint32_t i,
					       enum capnp_element_size size,
					       uint32_t count)
{
	if (!has_element(&list, i, CAPNP_ELEMENT_POINTER))
		return (struct capnp_list_builder){ 0 };
	return init_list(list.message, list.words + i, size, count);
}

struct capnp_list_builder capnp_list_init_struct_list(struct capnp_list_builder list,
						      uint32_t i, uint32_t count,
						      uint16_t data_words,
						      uint16_t pointer_count)
{
	if (!has_element(&list, i, CAPNP_ELEMENT_POINTER))
		return (struct capnp_list_builder){ 0 };
	return init_struct_list(list.message, list.words + i, count, data_words,
				pointer_count);
}

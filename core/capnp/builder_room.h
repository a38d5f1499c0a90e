/* SPDX-License-Identifier: MIT */
/*
 * builder_room.h - how objects get their room; private to builder.c, orphan.c and copy.c.
 *
 * A shape is all there is to know of an object before it has a place: the words it takes,
 * and its pointer as far as that does not depend on where it stands.
 */
#ifndef CORE_CAPNP_BUILDER_ROOM_H
#define CORE_CAPNP_BUILDER_ROOM_H

#include "core/capnp/builder.h"

enum {
	CAPNP_POINTER_STRUCT = 0,
	CAPNP_POINTER_LIST = 1,
	CAPNP_POINTER_FAR = 2,
	CAPNP_POINTER_DOUBLE_FAR = 6,
};

struct capnp_shape {
	uint64_t pointer; /* with offset zero */
	uint64_t words;
};

static inline struct capnp_shape capnp_struct_shape(uint16_t data_words,
						    uint16_t pointer_count)
{
	return (struct capnp_shape){
		.pointer = (uint64_t)data_words << 32 | (uint64_t)pointer_count << 48,
		.words = (uint32_t)data_words + pointer_count,
	};
}

/* Of anything but structs; false if there is no such list. */
static inline bool capnp_list_shape(enum capnp_element_size size, uint32_t count,
				    struct capnp_shape *out)
{
	static const uint8_t bits[] = { 0, 1, 8, 16, 32, 64, 64 };

	if (count > CAPNP_LIST_COUNT_MAX || size >= CAPNP_ELEMENT_STRUCT)
		return false;
	*out = (struct capnp_shape){
		.pointer =
			CAPNP_POINTER_LIST | (uint64_t)size << 32 | (uint64_t)count << 35,
		.words = ((uint64_t)count * bits[size] + 63) / 64,
	};
	return true;
}

/* The words start with the tag, which is the element's shape with @count as offset. */
static inline bool capnp_struct_list_shape(uint32_t count, struct capnp_shape element,
					   struct capnp_shape *out)
{
	uint64_t words = count * element.words;

	if (count > CAPNP_LIST_COUNT_MAX || words > CAPNP_LIST_COUNT_MAX)
		return false;
	*out = (struct capnp_shape){
		.pointer = CAPNP_POINTER_LIST | (uint64_t)CAPNP_ELEMENT_STRUCT << 32 |
			   words << 35,
		.words = words + 1,
	};
	return true;
}

/* A near pointer from @at to @words of the shape with @pointer, in the same room. */
static inline uint64_t capnp_near(const uint64_t *at, const uint64_t *words,
				  uint64_t pointer)
{
	return pointer | (uint32_t)(words - at - 1) << 2;
}

static inline void capnp_point(uint64_t *at, const uint64_t *words, uint64_t pointer)
{
	*at = capnp_near(at, words, pointer);
}

/* A struct without words is one word back: at its own pointer, wherever that stands. */
static inline void capnp_point_to_nothing(uint64_t *at)
{
	*at = 0xfffffffc;
}

/* A far pointer of @kind to the pad at @words in room @index. */
static inline uint64_t capnp_far(const struct capnp_room *room, uint32_t index,
				 const uint64_t *words, uint32_t kind)
{
	return (uint64_t)index << 32 | (uint32_t)(words - room->words) << 3 | kind;
}

static inline struct capnp_room *capnp_room_at(struct capnp_builder *builder,
					       uint32_t index)
{
	return index == 0 ? &builder->room : &builder->rooms[index];
}

/* Whether the word at @at is one of the room's. */
static inline bool capnp_room_has(const struct capnp_room *room, const uint64_t *at)
{
	return (uintptr_t)at - (uintptr_t)room->words <
	       (uintptr_t)room->capacity_words * sizeof(uint64_t);
}

/*
 * Takes @words from one room, whose number goes to *@index. In a room without @beside it
 * takes @pad_words more, which come first. nullptr, with overflow set, if there is none.
 */
uint64_t *capnp_rooms_take(struct capnp_builder *builder, const uint64_t *beside,
			   uint64_t words, uint32_t pad_words, uint32_t *index);

/* capnp_attach() in whatever room there is. */
uint64_t *capnp_attach_in_rooms(struct capnp_any_builder any, struct capnp_shape shape,
				uint64_t *pointer);

/*
 * Takes room for an object, which is not zeroed. What has to be stored at any.at to lead
 * there goes to *@pointer, which may be that place itself.
 */
static inline uint64_t *capnp_attach(struct capnp_any_builder any,
				     struct capnp_shape shape, uint64_t *pointer)
{
	struct capnp_builder *message = any.message;
	uint64_t *words = message->words + message->used_words;

	if (message->several)
		return capnp_attach_in_rooms(any, shape, pointer);
	if (shape.words > message->capacity_words - message->used_words) {
		message->overflow = true;
		return nullptr;
	}
	message->used_words += (uint32_t)shape.words;
	*pointer = capnp_near(any.at, words, shape.pointer);
	return words;
}

/* Sees to it that the root pointer's word is not taken for anything else. */
bool capnp_keep_root(struct capnp_builder *builder);

#endif /* CORE_CAPNP_BUILDER_ROOM_H */

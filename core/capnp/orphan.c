/* SPDX-License-Identifier: MIT */
/*
 * orphan.c - see orphan.h for what it promises.
 *
 * Without a pointer there is no saying which room is best, so an orphan lies wherever
 * there is room, without a landing pad; adopting finds out whether it needs one.
 */
#include "core/capnp/orphan.h"

#include "core/capnp/builder_room.h"

/* Takes zeroed room for @shape; false, with no orphan, if there is none. */
static bool take(struct capnp_builder *message, struct capnp_shape shape,
		 struct capnp_orphan *out)
{
	uint64_t *words = nullptr;
	uint32_t room = 0;

	*out = (struct capnp_orphan){ 0 };
	if (!capnp_keep_root(message))
		return false;
	if (shape.words != 0) {
		words = capnp_rooms_take(message, nullptr, shape.words, 0, &room);
		if (!words)
			return false;
		__builtin_memset(words, 0, shape.words * sizeof(uint64_t));
	}
	*out = (struct capnp_orphan){ message, words, shape.pointer, room };
	return true;
}

/* What can be written of an object without words: nothing, but not for want of room. */
static uint64_t *something(const struct capnp_orphan *orphan)
{
	return orphan->words ? orphan->words : orphan->message->words;
}

struct capnp_struct_builder capnp_orphan_struct(struct capnp_builder *message,
						uint16_t data_words,
						uint16_t pointer_count,
						struct capnp_orphan *out)
{
	struct capnp_struct_builder b = { message, nullptr };

	if (take(message, capnp_struct_shape(data_words, pointer_count), out))
		b.words = something(out);
	return b;
}

struct capnp_list_builder capnp_orphan_list(struct capnp_builder *message,
					    enum capnp_element_size size, uint32_t count,
					    struct capnp_orphan *out)
{
	struct capnp_list_builder list = { .message = message, .element_size = size };
	struct capnp_shape shape;

	*out = (struct capnp_orphan){ 0 };
	if (!capnp_list_shape(size, count, &shape)) {
		message->overflow = true;
		return list;
	}
	if (take(message, shape, out)) {
		list.words = something(out);
		list.count = count;
	}
	return list;
}

struct capnp_list_builder capnp_orphan_struct_list(struct capnp_builder *message,
						   uint32_t count, uint16_t data_words,
						   uint16_t pointer_count,
						   struct capnp_orphan *out)
{
	struct capnp_shape element = capnp_struct_shape(data_words, pointer_count);
	struct capnp_list_builder list = {
		.message = message,
		.data_words = data_words,
		.pointer_count = pointer_count,
		.element_size = CAPNP_ELEMENT_STRUCT,
	};
	struct capnp_shape shape;

	*out = (struct capnp_orphan){ 0 };
	if (!capnp_struct_list_shape(count, element, &shape)) {
		message->overflow = true;
		return list;
	}
	if (take(message, shape, out)) {
		out->words[0] = element.pointer | (uint64_t)count << 2;
		list.words = out->words + 1;
		list.count = count;
	}
	return list;
}

uint8_t *capnp_orphan_data(struct capnp_builder *message, uint32_t size,
			   struct capnp_orphan *out)
{
	return (uint8_t *)capnp_orphan_list(message, CAPNP_ELEMENT_BYTE, size, out).words;
}

char *capnp_orphan_text(struct capnp_builder *message, uint32_t size,
			struct capnp_orphan *out)
{
	/* With its NUL, which is one too many only if it is too many without. */
	uint32_t bytes = size < UINT32_MAX ? size + 1 : size;

	return (char *)capnp_orphan_data(message, bytes, out);
}

/* The orphan's words are in another room than @at, so a pad leads there. */
static bool point_far(uint64_t *at, const struct capnp_orphan *orphan)
{
	struct capnp_builder *message = orphan->message;
	struct capnp_room *room = capnp_room_at(message, orphan->room);
	uint64_t *pad;
	uint32_t index;

	if (room->used_words < room->capacity_words) {
		pad = room->words + room->used_words++;
		capnp_point(pad, orphan->words, orphan->pointer);
		*at = capnp_far(room, orphan->room, pad, CAPNP_POINTER_FAR);
		return true;
	}
	/* No pad can stand beside them: one that says where they are, and what. */
	pad = capnp_rooms_take(message, nullptr, 2, 0, &index);
	if (!pad)
		return false;
	pad[0] = capnp_far(room, orphan->room, orphan->words, CAPNP_POINTER_FAR);
	pad[1] = orphan->pointer;
	*at = capnp_far(capnp_room_at(message, index), index, pad,
			CAPNP_POINTER_DOUBLE_FAR);
	return true;
}

bool capnp_adopt(struct capnp_any_builder any, struct capnp_orphan *orphan)
{
	struct capnp_builder *message = orphan->message;

	if (!message || message != any.message || !any.at)
		return false;
	if (!orphan->words && orphan->pointer == 0)
		capnp_point_to_nothing(any.at);
	else if (!orphan->words)
		capnp_point(any.at, any.at + 1, orphan->pointer);
	else if (capnp_room_has(capnp_room_at(message, orphan->room), any.at))
		capnp_point(any.at, orphan->words, orphan->pointer);
	else if (!point_far(any.at, orphan))
		return false;
	*orphan = (struct capnp_orphan){ 0 };
	return true;
}

bool capnp_adopt_root(struct capnp_orphan *orphan)
{
	struct capnp_builder *message = orphan->message;

	return message &&
	       capnp_adopt((struct capnp_any_builder){ message, message->words }, orphan);
}

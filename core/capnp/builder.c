/* SPDX-License-Identifier: MIT */
/*
 * builder.c - see builder.h for what it promises.
 *
 * Room is handed out from the front; new objects are zeroed because the memory may hold
 * an older message. A pointer's offset is computed from addresses alone.
 */
#include "core/capnp/builder_room.h"

void capnp_builder_init_rooms(struct capnp_builder *builder, struct capnp_room *rooms,
			      uint32_t count)
{
	bool good =
		count != 0 && count <= CAPNP_SEGMENTS_MAX && rooms[0].capacity_words != 0;

	capnp_builder_init(builder, nullptr, 0);
	for (uint32_t i = 0; good && i < count; i++) {
		good = rooms[i].capacity_words <= CAPNP_SEGMENT_WORDS_MAX;
		rooms[i].used_words = 0;
	}
	if (!good) {
		builder->overflow = true;
		return;
	}
	builder->room = rooms[0];
	builder->several = count > 1;
	builder->room_count = count;
	builder->rooms = rooms;
	builder->current = 0;
}

uint32_t capnp_builder_segment_count(const struct capnp_builder *builder)
{
	uint32_t count = builder->several ? builder->room_count : 1;

	while (count > 1 && builder->rooms[count - 1].used_words == 0)
		count--;
	return count;
}

void capnp_builder_segments(const struct capnp_builder *builder,
			    struct capnp_segment *segments)
{
	uint32_t count = capnp_builder_segment_count(builder);

	for (uint32_t i = 0; i < count; i++) {
		const struct capnp_room *room =
			i == 0 ? &builder->room : &builder->rooms[i];

		segments[i] = (struct capnp_segment){ .words = room->words,
						      .word_count = room->used_words };
	}
}

uint64_t *capnp_rooms_take(struct capnp_builder *builder, const uint64_t *beside,
			   uint64_t words, uint32_t pad_words, uint32_t *index)
{
	uint32_t count = builder->several ? builder->room_count : 1;
	uint32_t at = builder->several ? builder->current : 0;

	for (uint32_t tried = 0; tried < count; tried++) {
		struct capnp_room *room = capnp_room_at(builder, at);
		uint64_t needed = words + (capnp_room_has(room, beside) ? 0 : pad_words);

		if (needed <= room->capacity_words - room->used_words) {
			uint64_t *start = room->words + room->used_words;

			room->used_words += (uint32_t)needed;
			*index = at;
			if (builder->several)
				builder->current = at;
			return start;
		}
		at = at + 1 < count ? at + 1 : 0;
	}
	builder->overflow = true;
	return nullptr;
}

[[gnu::noinline]] uint64_t *capnp_attach_in_rooms(struct capnp_any_builder any,
						  struct capnp_shape shape,
						  uint64_t *pointer)
{
	const struct capnp_room *room;
	uint64_t *words;
	uint32_t index;

	if (shape.words == 0) { /* a list of nothing, right after its pointer */
		*pointer = capnp_near(any.at, any.at + 1, shape.pointer);
		return any.at + 1;
	}
	words = capnp_rooms_take(any.message, any.at, shape.words, 1, &index);
	if (!words)
		return nullptr;
	room = capnp_room_at(any.message, index);
	if (capnp_room_has(room, any.at)) {
		*pointer = capnp_near(any.at, words, shape.pointer);
		return words;
	}
	*pointer = capnp_far(room, index, words, CAPNP_POINTER_FAR);
	capnp_point(words, words + 1, shape.pointer);
	return words + 1;
}

/* Makes @any lead to a new object, which is not zeroed. */
static inline uint64_t *attach(struct capnp_any_builder any, struct capnp_shape shape)
{
	return capnp_attach(any, shape, any.at);
}

static inline void clear(uint64_t *words, uint64_t count)
{
	__builtin_memset(words, 0, count * sizeof(uint64_t));
}

struct capnp_struct_builder capnp_any_init_struct(struct capnp_any_builder any,
						  uint16_t data_words,
						  uint16_t pointer_count)
{
	struct capnp_struct_builder b = { any.message, any.at };
	struct capnp_shape shape = capnp_struct_shape(data_words, pointer_count);

	if (!any.at)
		return b;
	if (shape.words == 0) {
		capnp_point_to_nothing(any.at);
		return b;
	}
	b.words = attach(any, shape);
	if (b.words)
		clear(b.words, shape.words);
	return b;
}

struct capnp_list_builder capnp_any_init_list(struct capnp_any_builder any,
					      enum capnp_element_size size,
					      uint32_t count)
{
	struct capnp_list_builder list = { .message = any.message, .element_size = size };
	struct capnp_shape shape;

	if (!any.at)
		return list;
	if (!capnp_list_shape(size, count, &shape)) {
		any.message->overflow = true;
		return list;
	}
	list.words = attach(any, shape);
	if (!list.words)
		return list;
	clear(list.words, shape.words);
	list.count = count;
	return list;
}

struct capnp_list_builder capnp_any_init_struct_list(struct capnp_any_builder any,
						     uint32_t count, uint16_t data_words,
						     uint16_t pointer_count)
{
	struct capnp_list_builder list = {
		.message = any.message,
		.data_words = data_words,
		.pointer_count = pointer_count,
		.element_size = CAPNP_ELEMENT_STRUCT,
	};
	struct capnp_shape element = capnp_struct_shape(data_words, pointer_count);
	struct capnp_shape shape;
	uint64_t *tag;

	if (!any.at)
		return list;
	if (!capnp_struct_list_shape(count, element, &shape)) {
		any.message->overflow = true;
		return list;
	}
	tag = attach(any, shape);
	if (!tag)
		return list;
	clear(tag, shape.words);
	*tag = element.pointer | (uint64_t)count << 2;
	list.words = tag + 1;
	list.count = count;
	return list;
}

/* Room for a list of @size bytes; what is not of it in its last word is zero. */
static uint8_t *attach_bytes(struct capnp_any_builder any, uint64_t size)
{
	struct capnp_shape shape;
	uint64_t *words;

	if (!any.at)
		return nullptr;
	if (size > UINT32_MAX ||
	    !capnp_list_shape(CAPNP_ELEMENT_BYTE, (uint32_t)size, &shape)) {
		any.message->overflow = true;
		return nullptr;
	}
	words = attach(any, shape);
	if (words && shape.words != 0)
		words[shape.words - 1] = 0;
	return (uint8_t *)words;
}

char *capnp_any_init_text(struct capnp_any_builder any, uint32_t size)
{
	uint8_t *room = attach_bytes(any, (uint64_t)size + 1);

	if (room)
		__builtin_memset(room, 0, size);
	return (char *)room;
}

uint8_t *capnp_any_init_data(struct capnp_any_builder any, uint32_t size)
{
	uint8_t *room = attach_bytes(any, size);

	if (room)
		__builtin_memset(room, 0, size);
	return room;
}

void capnp_any_set_text(struct capnp_any_builder any, const char *bytes, uint32_t size)
{
	uint8_t *room = attach_bytes(any, (uint64_t)size + 1);

	if (room && size != 0)
		__builtin_memcpy(room, bytes, size);
}

void capnp_any_set_data(struct capnp_any_builder any, const void *bytes, uint32_t size)
{
	uint8_t *room = attach_bytes(any, size);

	if (room && size != 0)
		__builtin_memcpy(room, bytes, size);
}

/* Nothing is used but the root pointer, which is null; false if there is no room for it. */
static bool start_over(struct capnp_builder *builder)
{
	for (uint32_t i = 1; builder->several && i < builder->room_count; i++)
		builder->rooms[i].used_words = 0;
	if (builder->several)
		builder->current = 0;
	builder->used_words = 0;
	return capnp_keep_root(builder);
}

bool capnp_keep_root(struct capnp_builder *builder)
{
	if (builder->used_words != 0)
		return true;
	if (builder->capacity_words == 0) {
		builder->overflow = true;
		return false;
	}
	builder->words[0] = 0;
	builder->used_words = 1;
	return true;
}

struct capnp_any_builder capnp_build_root_any(struct capnp_builder *builder)
{
	bool good = start_over(builder);

	return (struct capnp_any_builder){ builder, good ? builder->words : nullptr };
}

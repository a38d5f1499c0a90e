/* SPDX-License-Identifier: MIT */
/*
 * copy.c - see copy.h for what it promises.
 *
 * What a pointer leads to is resolved by the reader, once, with all its checks; here only
 * sizes and places of the copy are worked out. A pointer is stored after everything that
 * it leads to is whole, so a copy that fails leaves null behind.
 */
#include "core/capnp/builder_room.h"
#include "core/capnp/copy_private.h"

/* The data of @s as whole words: what an element of an old plain list lacks is zero. */
static void copy_data(uint64_t *to, struct capnp_struct s, uint32_t words)
{
	uint32_t whole = s.data_bytes / 8;

	if (words == 0)
		return;
	if (words > whole)
		to[whole] = 0;
	else
		s.data_bytes = (uint16_t)(words * 8);
	__builtin_memcpy(to, capnp_struct_data(s), s.data_bytes);
}

/* Copies @count pointers, the first of which is @from. */
static bool copy_pointers(struct copying *copying, struct capnp_any from, uint32_t count,
			  uint64_t *to)
{
	for (uint32_t i = 0; i < count; i++, from.word++) {
		to[i] = 0;
		if (word_of(from) != 0 && !capnp_copy_pointer(copying, from, &to[i]))
			return false;
	}
	return true;
}

/* How much of a struct is copied. */
struct extent {
	uint16_t data_words;
	uint16_t pointers;
};

static struct extent whole_extent(struct capnp_struct s)
{
	return (struct extent){ (uint16_t)data_words_of(s), s.pointer_count };
}

static struct extent used_extent(struct capnp_struct s)
{
	return (struct extent){
		.data_words = (uint16_t)((used_data_bytes(s) + 7) / 8),
		.pointers = (uint16_t)used_pointers(s),
	};
}

/* Room for an object that @at is going to lead to; *@pointer is what it will be then. */
static uint64_t *attach(const struct copying *copying, uint64_t *at,
			struct capnp_shape shape, uint64_t *pointer)
{
	return capnp_attach((struct capnp_any_builder){ copying->to, at }, shape,
			    pointer);
}

bool capnp_copy_struct(struct copying *copying, struct capnp_struct from, uint64_t *at)
{
	struct extent extent =
		copying->canonical ? used_extent(from) : whole_extent(from);
	struct capnp_shape shape = capnp_struct_shape(extent.data_words, extent.pointers);
	uint64_t *words;
	uint64_t pointer;

	if (shape.words == 0) {
		capnp_point_to_nothing(at);
		return true;
	}
	words = attach(copying, at, shape, &pointer);
	if (!words)
		return false;
	copy_data(words, from, extent.data_words);
	if (!copy_pointers(copying, any_of(from, 0), extent.pointers,
			   words + extent.data_words))
		return false;
	*at = pointer;
	return true;
}

/* The lists that have no pointers in them: their bytes. */
static bool copy_plain_list(struct copying *copying, const struct capnp_list *from,
			    uint64_t *at)
{
	uint64_t bits = (uint64_t)from->count * from->step_bits;
	struct capnp_shape shape = { 0 };
	uint64_t *to;

	/* The count came out of a pointer, so there is a shape for it. */
	(void)capnp_list_shape(from->element_size, from->count, &shape);
	to = attach(copying, at, shape, at);
	if (!to)
		return false;
	if (shape.words != 0) {
		to[shape.words - 1] = 0;
		__builtin_memcpy(to, from->bytes, bits / 8);
	}
	if (bits % 8 != 0) /* what is above the last bit is no part of the list */
		((uint8_t *)to)[bits / 8] =
			(uint8_t)(from->bytes[bits / 8] & ((1u << bits % 8) - 1));
	return true;
}

static bool copy_pointer_list(struct copying *copying, const struct capnp_list *from,
			      uint64_t *at)
{
	struct capnp_shape shape = { 0 };
	uint64_t pointer;
	uint64_t *to;

	(void)capnp_list_shape(CAPNP_ELEMENT_POINTER, from->count, &shape);
	to = attach(copying, at, shape, &pointer);
	if (!to ||
	    !copy_pointers(copying, pointer_in(from, from->bytes, from->depth_left),
			   from->count, to))
		return false;
	*at = pointer;
	return true;
}

/* What the elements of a list of structs need, all of them. */
static struct extent extent_of_list(const struct copying *copying,
				    const struct capnp_list *list)
{
	struct extent most = { 0 };

	if (!copying->canonical)
		return (struct extent){ (uint16_t)(list->element_data_bits / 64),
					list->element_pointers };
	for (uint32_t i = 0; i < list->count && list->step_bits != 0; i++) {
		struct extent one = used_extent(capnp_list_get_struct(*list, i));

		if (one.data_words > most.data_words)
			most.data_words = one.data_words;
		if (one.pointers > most.pointers)
			most.pointers = one.pointers;
	}
	return most;
}

/* The room of all elements is taken, so that what they lead to comes after them. */
static bool copy_elements(struct copying *copying, const struct capnp_list *from,
			  struct extent extent, uint64_t *to)
{
	const uint8_t *bytes = from->bytes;

	if (extent.data_words + extent.pointers == 0)
		return true;
	for (uint32_t i = 0; i < from->count; i++) {
		const uint8_t *pointers = bytes + from->element_data_bits / 8;

		__builtin_memcpy(to, bytes, extent.data_words * 8u);
		to += extent.data_words;
		if (!copy_pointers(copying,
				   pointer_in(from, pointers, from->depth_left - 1u),
				   extent.pointers, to))
			return false;
		to += extent.pointers;
		bytes += from->step_bits / 8;
	}
	return true;
}

static bool copy_struct_list(struct copying *copying, const struct capnp_list *from,
			     uint64_t *at)
{
	struct capnp_shape element;
	struct capnp_shape shape = { 0 };
	struct extent extent;
	uint64_t pointer;
	uint64_t *to;

	/* An element is one level deeper than its list: the reader says if that is too deep. */
	if (from->count != 0 && !capnp_list_get_struct(*from, 0).message)
		return false;
	extent = extent_of_list(copying, from);
	element = capnp_struct_shape(extent.data_words, extent.pointers);
	/* As many words as this are in the source, so there is a shape for them. */
	(void)capnp_struct_list_shape(from->count, element, &shape);
	to = attach(copying, at, shape, &pointer);
	if (!to)
		return false;
	*to = element.pointer | (uint64_t)from->count << 2;
	if (!copy_elements(copying, from, extent, to + 1))
		return false;
	*at = pointer;
	return true;
}

static bool copy_list(struct copying *copying, const struct capnp_list *from,
		      uint64_t *at)
{
	if (from->element_size == CAPNP_ELEMENT_STRUCT)
		return copy_struct_list(copying, from, at);
	if (from->element_size == CAPNP_ELEMENT_POINTER)
		return copy_pointer_list(copying, from, at);
	return copy_plain_list(copying, from, at);
}

/* Capabilities have no place in a canonical message: they mean nothing outside a call. */
static bool copy_cap(struct copying *copying, struct capnp_any from, uint64_t *at)
{
	uint32_t index = capnp_any_cap(from);

	if (!is_good_cap(from, index))
		return false;
	if (copying->canonical) {
		copying->met_cap = true;
		return false;
	}
	if (copying->caps)
		index = copying->caps->index_of(copying->caps->context, index);
	*at = index == CAPNP_NO_CAP ? 0 : (uint64_t)index << 32 | COPY_KIND_CAP;
	return true;
}

bool capnp_copy_pointer(struct copying *copying, struct capnp_any from, uint64_t *at)
{
	struct capnp_struct s;
	struct capnp_list list;

	switch (kind_of(from)) {
	case COPY_KIND_STRUCT:
		s = capnp_any_struct(from);
		return s.message && capnp_copy_struct(copying, s, at);
	case COPY_KIND_LIST:
		list = capnp_any_list(from, CAPNP_ELEMENT_ANY);
		return list.message && copy_list(copying, &list, at);
	case COPY_KIND_CAP:
		return copy_cap(copying, from, at);
	default:
		return false;
	}
}

/* What every copy from outside ends with: one that failed fails the message. */
static bool finish(struct capnp_builder *builder, bool good)
{
	if (!good)
		builder->overflow = true;
	return good;
}

bool capnp_any_set_mapped(struct capnp_any_builder to, struct capnp_any from,
			  const struct capnp_cap_map *caps)
{
	struct copying copying = { .to = to.message, .caps = caps };

	if (!to.at)
		return false;
	*to.at = 0;
	return is_null(from) ||
	       finish(to.message, capnp_copy_pointer(&copying, from, to.at));
}

bool capnp_any_set_any(struct capnp_any_builder to, struct capnp_any from)
{
	return capnp_any_set_mapped(to, from, nullptr);
}

bool capnp_any_set_struct(struct capnp_any_builder to, struct capnp_struct from)
{
	struct copying copying = { .to = to.message };

	if (!to.at)
		return false;
	*to.at = 0;
	return !from.message ||
	       finish(to.message, capnp_copy_struct(&copying, from, to.at));
}

bool capnp_any_set_list(struct capnp_any_builder to, struct capnp_list from)
{
	struct copying copying = { .to = to.message };

	if (!to.at)
		return false;
	*to.at = 0;
	return !from.message || finish(to.message, copy_list(&copying, &from, to.at));
}

bool capnp_list_set_struct(struct capnp_list_builder list, uint32_t i,
			   struct capnp_struct from)
{
	struct copying copying = { .to = list.message };
	struct extent extent = { 0 };
	size_t size = (size_t)list.data_words + list.pointer_count;
	uint64_t *to;

	if (!capnp_list_has(&list, i, CAPNP_ELEMENT_STRUCT))
		return false;
	to = list.words + i * size;
	__builtin_memset(to, 0, size * 8);
	if (from.message)
		extent = used_extent(from);
	if (extent.data_words > list.data_words || extent.pointers > list.pointer_count)
		return finish(list.message, false);
	copy_data(to, from, extent.data_words);
	if (copy_pointers(&copying, any_of(from, 0), extent.pointers,
			  to + list.data_words))
		return true;
	__builtin_memset(to, 0, size * 8);
	return finish(list.message, false);
}

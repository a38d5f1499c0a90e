/* SPDX-License-Identifier: MIT */
/* measure.c - see measure.h for what it promises. */
#include "core/capnp/measure.h"

#include "core/capnp/copy_private.h"

static bool measure_pointer(struct capnp_any any, struct capnp_size *size);

static bool measure_pointers(struct capnp_any first, uint32_t count,
			     struct capnp_size *size)
{
	for (uint32_t i = 0; i < count; i++, first.word++) {
		if (word_of(first) != 0 && !measure_pointer(first, size))
			return false;
	}
	return true;
}

static bool measure_struct(struct capnp_struct s, struct capnp_size *size)
{
	size->words += data_words_of(s) + (uint64_t)s.pointer_count;
	return measure_pointers(any_of(s, 0), s.pointer_count, size);
}

static bool measure_elements(const struct capnp_list *list, struct capnp_size *size)
{
	const uint8_t *pointers = list->bytes + list->element_data_bits / 8;

	/* An element is one level deeper than its list: the reader says if that is too deep. */
	if (list->count != 0 && !capnp_list_get_struct(*list, 0).message)
		return false;
	for (uint32_t i = 0; i < list->count && list->element_pointers != 0; i++) {
		if (!measure_pointers(pointer_in(list, pointers, list->depth_left - 1u),
				      list->element_pointers, size))
			return false;
		pointers += list->step_bits / 8;
	}
	return true;
}

static bool measure_list(const struct capnp_list *list, struct capnp_size *size)
{
	size->words += ((uint64_t)list->count * list->step_bits + 63) / 64;
	if (list->element_size == CAPNP_ELEMENT_POINTER)
		return measure_pointers(pointer_in(list, list->bytes, list->depth_left),
					list->count, size);
	if (list->element_size != CAPNP_ELEMENT_STRUCT)
		return true;
	size->words++; /* the tag */
	return measure_elements(list, size);
}

static bool measure_pointer(struct capnp_any any, struct capnp_size *size)
{
	struct capnp_struct s;
	struct capnp_list list;

	switch (kind_of(any)) {
	case COPY_KIND_STRUCT:
		s = capnp_any_struct(any);
		return s.message && measure_struct(s, size);
	case COPY_KIND_LIST:
		list = capnp_any_list(any, CAPNP_ELEMENT_ANY);
		return list.message && measure_list(&list, size);
	case COPY_KIND_CAP:
		size->caps++;
		return is_good_cap(any, capnp_any_cap(any));
	default:
		return false;
	}
}

static bool finish(struct capnp_size *out, bool good)
{
	if (!good)
		*out = (struct capnp_size){ 0 };
	return good;
}

bool capnp_measure(struct capnp_any any, struct capnp_size *out)
{
	*out = (struct capnp_size){ 0 };
	if (is_null(any))
		return true;
	return finish(out, measure_pointer(any, out));
}

bool capnp_measure_struct(struct capnp_struct s, struct capnp_size *out)
{
	*out = (struct capnp_size){ 0 };
	return !s.message || finish(out, measure_struct(s, out));
}

bool capnp_measure_list(struct capnp_list list, struct capnp_size *out)
{
	*out = (struct capnp_size){ 0 };
	return !list.message || finish(out, measure_list(&list, out));
}

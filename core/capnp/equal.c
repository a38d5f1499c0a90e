/* SPDX-License-Identifier: MIT */
/* equal.c - see equal.h for what it promises. */
#include "core/capnp/equal.h"

#include "core/capnp/copy_private.h"

/* Compares both sides from the start; a difference ends it, capabilities do not. */
static bool goes_on(enum capnp_equality *so_far, enum capnp_equality next)
{
	if (next != CAPNP_EQUAL)
		*so_far = next;
	return next == CAPNP_EQUAL || next == CAPNP_EQUAL_BUT_CAPS;
}

static enum capnp_equality compare_pointers(struct capnp_any a, struct capnp_any b,
					    uint32_t count)
{
	enum capnp_equality result = CAPNP_EQUAL;

	for (uint32_t i = 0; i < count; i++, a.word++, b.word++) {
		if (!goes_on(&result, capnp_compare(a, b)))
			break;
	}
	return result;
}

static enum capnp_equality equal_if(bool same)
{
	return same ? CAPNP_EQUAL : CAPNP_DIFFERENT;
}

/* One struct, as itself or as an element. */
static enum capnp_equality compare_two(struct capnp_struct a, struct capnp_struct b)
{
	uint32_t data_bytes = used_data_bytes(a);
	uint32_t pointers = used_pointers(a);

	if (data_bytes != used_data_bytes(b) || pointers != used_pointers(b))
		return CAPNP_DIFFERENT;
	if (data_bytes != 0 &&
	    __builtin_memcmp(capnp_struct_data(a), capnp_struct_data(b), data_bytes) != 0)
		return CAPNP_DIFFERENT;
	return compare_pointers(any_of(a, 0), any_of(b, 0), pointers);
}

static enum capnp_equality compare_elements(const struct capnp_list *a,
					    const struct capnp_list *b)
{
	enum capnp_equality result = CAPNP_EQUAL;

	for (uint32_t i = 0; i < a->count; i++) {
		struct capnp_struct one = capnp_list_get_struct(*a, i);
		struct capnp_struct other = capnp_list_get_struct(*b, i);

		if (!one.message || !other.message)
			return CAPNP_EQUAL_MALFORMED; /* too deep */
		if (a->step_bits == 0 && b->step_bits == 0)
			break; /* they are all like this one, however many there are */
		if (!goes_on(&result, compare_two(one, other)))
			break;
	}
	return result;
}

static enum capnp_equality compare_bits(const struct capnp_list *a,
					const struct capnp_list *b)
{
	uint64_t bits = (uint64_t)a->count * a->step_bits;

	if (bits / 8 != 0 && __builtin_memcmp(a->bytes, b->bytes, bits / 8) != 0)
		return CAPNP_DIFFERENT;
	if (bits % 8 == 0)
		return CAPNP_EQUAL;
	/* What is above the last bit is no part of the list. */
	return equal_if(((a->bytes[bits / 8] ^ b->bytes[bits / 8]) &
			 ((1u << bits % 8) - 1)) == 0);
}

static enum capnp_equality compare_lists(const struct capnp_list *a,
					 const struct capnp_list *b)
{
	if (a->count != b->count || a->element_size != b->element_size)
		return CAPNP_DIFFERENT;
	if (a->element_size == CAPNP_ELEMENT_STRUCT)
		return compare_elements(a, b);
	if (a->element_size == CAPNP_ELEMENT_POINTER)
		return compare_pointers(pointer_in(a, a->bytes, a->depth_left),
					pointer_in(b, b->bytes, b->depth_left), a->count);
	return compare_bits(a, b);
}

static enum capnp_equality compare_caps(struct capnp_any a, struct capnp_any b)
{
	bool good = is_good_cap(a, capnp_any_cap(a)) && is_good_cap(b, capnp_any_cap(b));

	return good ? CAPNP_EQUAL_BUT_CAPS : CAPNP_EQUAL_MALFORMED;
}

/* Both pointers are not null. */
static enum capnp_equality compare_found(struct capnp_any a, struct capnp_any b)
{
	uint32_t kind = kind_of(a);
	uint32_t other = kind_of(b);

	if (kind == COPY_KIND_FAR || other == COPY_KIND_FAR)
		return CAPNP_EQUAL_MALFORMED;
	if (kind != other)
		return CAPNP_DIFFERENT;
	if (kind == COPY_KIND_CAP)
		return compare_caps(a, b);
	if (kind == COPY_KIND_STRUCT) {
		struct capnp_struct s = capnp_any_struct(a);
		struct capnp_struct t = capnp_any_struct(b);

		return s.message && t.message ? compare_two(s, t) : CAPNP_EQUAL_MALFORMED;
	}

	struct capnp_list list = capnp_any_list(a, CAPNP_ELEMENT_ANY);
	struct capnp_list with = capnp_any_list(b, CAPNP_ELEMENT_ANY);

	return list.message && with.message ? compare_lists(&list, &with)
					    : CAPNP_EQUAL_MALFORMED;
}

enum capnp_equality capnp_compare(struct capnp_any a, struct capnp_any b)
{
	if (is_null(a) || is_null(b))
		return equal_if(is_null(a) && is_null(b));
	return compare_found(a, b);
}

enum capnp_equality capnp_compare_structs(struct capnp_struct a, struct capnp_struct b)
{
	if (!a.message || !b.message)
		return equal_if(!a.message && !b.message);
	return compare_two(a, b);
}

enum capnp_equality capnp_compare_lists(struct capnp_list a, struct capnp_list b)
{
	if (!a.message || !b.message)
		return equal_if(!a.message && !b.message);
	return compare_lists(&a, &b);
}

/* SPDX-License-Identifier: MIT */
/*
 * equal.h - whether two values are the same, without knowing their schema.
 *
 * Values are the same if every program that knows their schema reads the same from both:
 * where things stand, far pointers, and zeros or null pointers at the end of a struct,
 * which an older or newer sender leaves out or adds, make no difference. As in the
 * reference implementation a null pointer differs from one to an empty struct or list,
 * and lists of different kinds of elements differ.
 *
 * Whether two capabilities are the same is not written in the messages, so a pair of
 * capabilities is neither.
 *
 *   tests    equal_test.c
 */
#ifndef CORE_CAPNP_EQUAL_H
#define CORE_CAPNP_EQUAL_H

#include "core/capnp/reader.h"

enum capnp_equality : uint8_t {
	CAPNP_EQUAL,
	CAPNP_DIFFERENT,
	CAPNP_EQUAL_BUT_CAPS,  /* the same, if the capabilities in them are */
	CAPNP_EQUAL_MALFORMED, /* one of them cannot be read: its reader has the error */
};

/*
 * Compares all that both lead to, in order, up to the first difference. The limits of
 * both readers hold and are spent. What is absent equals null. The calls nest as deep as
 * the values; a level takes up to 220 bytes of stack.
 */
[[nodiscard]] enum capnp_equality capnp_compare(struct capnp_any a, struct capnp_any b);
[[nodiscard]] enum capnp_equality capnp_compare_structs(struct capnp_struct a,
							struct capnp_struct b);
[[nodiscard]] enum capnp_equality capnp_compare_lists(struct capnp_list a,
						      struct capnp_list b);

#endif /* CORE_CAPNP_EQUAL_H */

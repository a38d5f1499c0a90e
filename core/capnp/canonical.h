/* SPDX-License-Identifier: MIT */
/*
 * canonical.h - the one form that a value has in bytes, for hashing and signing.
 *
 * A canonical message is one segment without far pointers, in which
 *
 *     each object stands before what its pointers lead to, in the pointers' order, with
 *         nothing in between and nothing after the last one
 *     a struct ends neither in a word of data nor in a pointer that is zero
 *     the elements of a list of structs are as large as the longest one of them so needs
 *     a struct of no words is pointed to by the offset -1
 *     bits above the end of a list are zero
 *
 * so that equal values (equal.h) without capabilities have equal bytes. Capabilities have
 * no canonical form. A canonical message is sent without the table of frame.h.
 *
 *   tests    canonical_test.c
 */
#ifndef CORE_CAPNP_CANONICAL_H
#define CORE_CAPNP_CANONICAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/reader.h"

enum capnp_canonical_result : uint8_t {
	CAPNP_CANONICAL_DONE,
	CAPNP_CANONICAL_ROOM,       /* it does not fit */
	CAPNP_CANONICAL_CAPABILITY, /* there is a capability in it */
	CAPNP_CANONICAL_MALFORMED,  /* the source's reader has the error */
};

/* What the result means, in words for a person. */
const char *capnp_canonical_text(enum capnp_canonical_result result);

/*
 * Writes the canonical message whose root is a copy of @from into @room_words at @out.
 * Its words go to *@word_count, which is 0, with rubbish at @out, if it is not done. What
 * is absent or null makes a message of one zero word. Never larger than one word more
 * than capnp_measure() says. Takes stack as told in copy.h.
 */
[[nodiscard]] enum capnp_canonical_result capnp_make_canonical(struct capnp_any from,
							       uint64_t *out,
							       uint32_t room_words,
							       uint32_t *word_count);
[[nodiscard]] enum capnp_canonical_result
capnp_make_canonical_struct(struct capnp_struct from, uint64_t *out, uint32_t room_words,
			    uint32_t *word_count);

/*
 * Whether the message of this fresh reader is canonical. False for a malformed one, too,
 * with the error in the reader, and for one that exceeds the reader's limits.
 */
[[nodiscard]] bool capnp_is_canonical(struct capnp_reader *reader);

#endif /* CORE_CAPNP_CANONICAL_H */

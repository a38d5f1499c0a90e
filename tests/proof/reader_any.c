/* SPDX-License-Identifier: MIT */
// PROVES: the kind of any pointer, and its capability, are found inside its segment
// BOUND: one step from any word; a segment of any bytes up to 2^32 - 8
// SOLVER: kissat
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - !follow_near(any.message, any_pointer(any), pointer, &target))
// + !follow_near(any.message, any_pointer(any) + 1, any_pointer(any)[1], &target))
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;

	proof_single(&reader, PROOF_WORDS_MAX);

	struct capnp_any any = { .message = &reader.segment,
				 .word = nondet_uint32(),
				 .depth_left = nondet_uint8() };

	proof_assume(any.word < any.message->word_count);
	if (nondet_bool())
		return capnp_any_kind(any);
	return capnp_any_cap(any) == 0;
}

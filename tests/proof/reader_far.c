/* SPDX-License-Identifier: MIT */
// PROVES: far and double-far pointers lead to a struct inside a segment, or nowhere
// BOUND: from any pointer of the first or second of 3 segments of 4 words of any content
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - if (word > segment->word_count || words > segment->word_count - word)
// + if (word > segment->word_count)
// FAULT: core/capnp/reader.c
// - if (index >= count)
// + if (index > count)
#include "tests/proof/proof.h"

int main(void)
{
	struct proof_message message;
	struct proof_small first;
	struct proof_small second;
	struct proof_small third;
	struct capnp_any any = { .word = nondet_uint32(), .depth_left = nondet_uint8() };

	proof_segments(&message, &first, &second, &third);
	any.message = nondet_bool() ? &message.reader.segment : &message.segments[1];
	proof_assume(any.word < PROOF_SMALL_WORDS);
	proof_require(struct_inside(capnp_any_struct(any)),
		      "the struct is inside its segment");
	return 0;
}

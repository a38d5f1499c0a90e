/* SPDX-License-Identifier: MIT */
// PROVES: a struct behind any pointer is inside its segment or all defaults
// BOUND: one step from any struct; a segment of any bytes up to 2^32 - 8
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - if (index > segment->word_count)
// + if (index > segment->word_count + 1u)
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;

	proof_single(&reader, PROOF_WORDS_MAX);

	struct capnp_struct outer = proof_struct(&reader.segment);
	uint32_t before = reader.traversal_words_left;
	struct capnp_struct inner = capnp_get_struct(outer, nondet_uint32());

	proof_require(struct_inside(inner), "the inner struct is inside its segment");
	proof_require(reader.traversal_words_left <= before, "limits are only spent");
	if (inner.message)
		proof_require(inner.depth_left < outer.depth_left, "nesting costs depth");
	return 0;
}

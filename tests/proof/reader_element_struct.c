/* SPDX-License-Identifier: MIT */
// PROVES: every element of any list, read as a struct, is inside its segment
// BOUND: one step from any list of a segment of any bytes up to 2^32 - 8
// SOLVER: kissat
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.h
// - return list->bytes + (size_t)i * (list->step_bits / 8);
// + return list->bytes + i * (list->step_bits / 4);
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;
	uint32_t i = nondet_uint32();

	proof_single(&reader, PROOF_WORDS_MAX);

	struct capnp_list list = proof_list(&reader.segment, i);

	proof_require(struct_inside(capnp_list_get_struct(list, i)),
		      "a struct of the list is inside its segment");
	return 0;
}

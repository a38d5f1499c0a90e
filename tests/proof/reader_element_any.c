/* SPDX-License-Identifier: MIT */
// PROVES: the pointer of every element of any list, as found, is a word of its segment
// BOUND: one step from any list of a segment of any bytes up to 2^32 - 8
// SOLVER: kissat
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - bytes = capnp_list_element(list, i) + list->element_data_bits / 8;
// + bytes = capnp_list_element(list, i) + list->step_bits / 8;
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;
	uint32_t i = nondet_uint32();

	proof_single(&reader, PROOF_WORDS_MAX);

	/* Lists, texts, data and capabilities of a list are read from the same word. */
	struct capnp_any any = capnp_list_get_any(proof_list(&reader.segment, i), i);

	if (any.message)
		proof_require(any.word < any.message->word_count, "the word is inside");
	return 0;
}

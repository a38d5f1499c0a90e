/* SPDX-License-Identifier: MIT */
// PROVES: every element of a list behind any pointer is inside its segment
// BOUND: one step from any struct; a segment of any bytes up to 8192
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - if (word_count + 1 > target->words_after)
// + if (word_count > target->words_after)
// FAULT: core/capnp/reader.c
// - list->count * words_each > word_count)
// + (uint32_t)(list->count * words_each) > word_count)
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;
	uint8_t expected = nondet_uint8();
	uint32_t i = nondet_uint32();

	proof_assume(expected <= CAPNP_ELEMENT_ANY);
	proof_single(&reader, PROOF_LIST_WORDS);

	/* NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): any value */
	const enum capnp_element_size size = (enum capnp_element_size)expected;
	struct capnp_list list =
		capnp_get_list(proof_struct(&reader.segment), nondet_uint32(), size);

	proof_require(list_shape(list), "the list has the shape of a list");
	if (i < list.count)
		proof_require(element_inside(list, i), "each element is inside");
	return 0;
}

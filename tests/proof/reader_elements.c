/* SPDX-License-Identifier: MIT */
// PROVES: plain elements of any list are read inside it
// BOUND: one step from any list of a segment of any bytes up to 8192
// SOLVER: kissat
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.h
// - if (i >= list.count || list.element_data_bits < 16)
// + if (i >= list.count || list.element_data_bits < 8)
// FAULT: core/capnp/reader.h
// - if (i >= list.count || list.element_data_bits != 1)
// + if (i > list.count || list.element_data_bits != 1)
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;
	uint32_t i = nondet_uint32();

	proof_single(&reader, PROOF_LIST_WORDS);

	struct capnp_list list = proof_list(&reader.segment, i);

	switch (nondet_uint8()) {
	case 0:
		return capnp_list_get_bool(list, i);
	case 1:
		return capnp_list_get_u8(list, i);
	case 2:
		return capnp_list_get_u16(list, i);
	case 3:
		return capnp_list_get_u32(list, i) != 0;
	default:
		return capnp_list_get_u64(list, i) != 0;
	}
}

/* SPDX-License-Identifier: MIT */
// PROVES: plain fields of any struct are read inside it
// BOUND: one step from any struct of a segment of any bytes up to 2^32 - 8
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.h
// - if (offset_bits / 8 >= s.data_bytes)
// + if (offset_bits / 8 > s.data_bytes)
// FAULT: core/capnp/reader.h
// - return index < s.pointer_count && *capnp_struct_pointer(s, index) != 0;
// + return index <= s.pointer_count && *capnp_struct_pointer(s, index) != 0;
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;
	uint32_t offset = nondet_uint32();

	proof_single(&reader, PROOF_WORDS_MAX);

	struct capnp_struct s = proof_struct(&reader.segment);

	switch (nondet_uint8()) {
	case 0:
		return capnp_get_bool(s, offset, nondet_bool());
	case 1:
		return capnp_get_u8(s, offset, nondet_uint8());
	case 2:
		return capnp_get_u16(s, offset, nondet_uint16());
	case 3:
		return capnp_get_u32(s, offset, nondet_uint32()) != 0;
	case 4:
		return capnp_get_u64(s, offset, nondet_uint64()) != 0;
	default:
		return capnp_has(s, offset);
	}
}

/* SPDX-License-Identifier: MIT */
// PROVES: the root, read in three ways, is inside its message or all defaults
// BOUND: one segment of any bytes, up to 2^32 - 8
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.h
// - (uint32_t)data_words + pointer_count < reader->word_count;
// + (uint32_t)data_words + pointer_count <= reader->word_count;
// FAULT: core/capnp/reader.c
// - if (data_words + pointer_count > target->words_after)
// + if (data_words > target->words_after)
#include "tests/proof/proof.h"

int main(void)
{
	uint32_t word_count = nondet_uint32();
	struct capnp_reader reader;
	struct capnp_struct root;

	proof_assume(word_count <= UINT32_MAX / 8);
	capnp_reader_init(&reader, proof_words(word_count), word_count * 8);
	switch (nondet_uint8()) {
	case 0:
		if (!capnp_read_root(&reader, &root))
			proof_require(!root.message, "a malformed root is none");
		break;
	case 1:
		if (!capnp_read_root_as(&reader, nondet_uint16(), nondet_uint8(), &root))
			proof_require(!root.message, "a malformed root is none");
		break;
	default:
		root = capnp_any_struct(capnp_read_root_any(&reader));
		break;
	}
	proof_require(struct_inside(root), "the root is inside its message");
	return 0;
}

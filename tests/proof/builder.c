/* SPDX-License-Identifier: MIT */
// PROVES: what is inited in a message lies inside its memory, and only that is written
// BOUND: two objects of any kind and size after a root of 2 pointers; memory up to 64 bytes
// LINK: core/capnp/builder.c
// UNWIND: 4
// FAULT: core/capnp/builder.h
// - if (builder->capacity_words <= size_words) {
// + if (builder->capacity_words < size_words) {
#include "core/capnp/builder.h"
#include "tests/proof/proof.h"

enum { WORDS_MAX = 8 };

static void init_anything(struct capnp_struct_builder root, uint32_t word)
{
	struct capnp_struct_builder inner;
	struct capnp_list_builder list;
	uint32_t i = nondet_uint32();
	uint8_t *data;

	switch (nondet_uint8()) {
	case 0:
		inner = capnp_init_struct(root, word, nondet_uint16(), 1);
		capnp_set_cap(inner, 0, nondet_uint32());
		break;
	case 1:
		list = capnp_init_list(root, word, CAPNP_ELEMENT_TWO_BYTES,
				       nondet_uint32());
		capnp_list_set_u16(list, i, nondet_uint16());
		break;
	default:
		data = capnp_init_data(root, word, i);
		if (data && i != 0)
			data[i - 1] = 1;
		break;
	}
}

int main(void)
{
	uint32_t capacity = nondet_uint32();
	struct capnp_builder builder;

	proof_assume(capacity <= WORDS_MAX);
	capnp_builder_init(&builder, proof_words(capacity), capacity * 8);

	struct capnp_struct_builder root = capnp_build_root(&builder, 0, 2);

	init_anything(root, 0);
	init_anything(root, 1);
	proof_require(builder.used_words <= capacity || capnp_builder_failed(&builder),
		      "no more is used than there is");
	return 0;
}

/* SPDX-License-Identifier: MIT */
// PROVES: unpacking reads only its input and writes only its room
// BOUND: any input up to 12 bytes, room up to 2 words
// LINK: core/capnp/unpack.c core/capnp/pack_table.c
// UNWIND: 22
// FAULT: core/capnp/unpack.c
// - if (in_left(c) < size || out_left(c) < 8 + words * 8)
// + if (in_left(c) < size)
// FAULT: core/capnp/unpack.c
// - if (c->out == c->out_end || (present && c->in == c->in_end))
// + if (c->out == c->out_end)
#include "core/capnp/pack.h"
#include "tests/proof/proof.h"

enum { IN_MAX = 12, ROOM_MAX = 2 };

int main(void)
{
	uint32_t size = nondet_uint32();
	uint32_t room = nondet_uint32();
	size_t word_count;

	proof_assume(size <= IN_MAX && room <= ROOM_MAX);
	if (capnp_unpack(proof_allocate(size, false), size, proof_words(room), room,
			 &word_count) == CAPNP_PACK_DONE)
		proof_require(word_count <= room, "no more words than there is room");
	return 0;
}

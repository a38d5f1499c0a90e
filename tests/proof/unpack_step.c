/* SPDX-License-Identifier: MIT */
// PROVES: a step of the slow unpacking reads only its input and writes only its room
// BOUND: one step, in any state, from any place of any input and room up to 4 KiB
// SOLVER: kissat
// LINK: core/capnp/pack_table.c
// UNWIND: 9
// FAULT: core/capnp/unpack.c
// - if (c->out == c->out_end || (present && c->in == c->in_end))
// + if (c->out == c->out_end)
#include "tests/proof/unpack.h"

int main(void)
{
	struct cursor c = proof_cursor(4096, 4096);
	struct cursor before = c;
	struct capnp_unpacker unpacker = {
		.run_bytes = nondet_uint16(),
		.phase = nondet_uint8() % (PHASE_RAW + 1),
		.tag = nondet_uint8(),
		.index = nondet_uint8(),
	};

	proof_assume(unpacker.index <= 8);
	unpack_step(&unpacker, &c);
	require_inside(&before, &c);
	proof_require(unpacker.phase <= PHASE_RAW && unpacker.index <= 8,
		      "the state is one");
	return 0;
}

/* SPDX-License-Identifier: MIT */
// PROVES: unpacking a whole run reads only its input and writes only its room
// BOUND: one run, from any place of any input and room up to 4 KiB
// SOLVER: kissat
// LINK: core/capnp/pack_table.c
// FAULT: core/capnp/unpack.c
// - if (in_left(c) < size || out_left(c) < 8 + words * 8)
// + if (in_left(c) < size || out_left(c) < words * 8)
#include "tests/proof/unpack.h"

int main(void)
{
	struct cursor c = proof_cursor(4096, 4096);
	struct cursor before = c;

	proof_assume(in_left(&c) >= UNIT_BYTES); /* which its caller has checked */
	unpack_run(&c, nondet_bool() ? TAG_ZERO : TAG_RAW);
	require_inside(&before, &c);
	return 0;
}

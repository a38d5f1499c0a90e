/* SPDX-License-Identifier: MIT */
// PROVES: the table of segments is read inside the bytes, and each segment is inside them
// BOUND: any bytes up to 40; tables of up to 4 segments are read, more are refused
// LINK: core/capnp/frame.c
// UNWIND: 6
// FAULT: core/capnp/frame.c
// - if (size_bytes < header_bytes)
// + if (size_bytes < CAPNP_FRAME_FIRST_BYTES)
// FAULT: core/capnp/frame.c
// - if (size_bytes < size)
// + if (size_bytes < words * 8)
#include "core/capnp/frame.h"
#include "tests/proof/proof.h"

enum { BYTES_MAX = 40, ROOM = 4 };

int main(void)
{
	struct capnp_segment segments[ROOM];
	struct capnp_frame frame;
	uint32_t size = nondet_uint32();

	proof_assume(size <= BYTES_MAX);

	uint8_t *bytes = proof_allocate(size, false);

	if (capnp_frame_parse(bytes, size, nondet_uint64(), segments, ROOM, &frame) !=
	    CAPNP_FRAME_WHOLE)
		return 0;
	proof_require(frame.segment_count <= ROOM, "no more segments than there is room");
	proof_require(frame.size_bytes <= size, "the message is inside the bytes");

	uint32_t i = nondet_uint32();

	proof_assume(i < frame.segment_count);

	size_t offset = proof_offset(segments[i].words);

	proof_require(proof_same_object(segments[i].words, bytes) && offset % 8 == 0 &&
			      offset <= size &&
			      segments[i].word_count * 8ull <= size - offset,
		      "each segment is inside the bytes");
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * segment.h - one piece of a message, as the reader, the framing and the packing name it.
 */
#ifndef CORE_CAPNP_SEGMENT_H
#define CORE_CAPNP_SEGMENT_H

#include <stdint.h>

/* More pieces than this are no message: a table of them would be larger than its use. */
enum { CAPNP_SEGMENTS_MAX = 512 };

/* The words stay where they are and belong to whoever gave them. */
struct capnp_segment {
	const uint64_t *words;
	uint32_t word_count;
};

#endif /* CORE_CAPNP_SEGMENT_H */

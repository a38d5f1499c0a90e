/* SPDX-License-Identifier: MIT */
/*
 * measure.h - how large a value in a message is, with all it leads to.
 *
 * For a caller that wants to know beforehand what a copy takes, or to limit what it
 * keeps. What two pointers lead to counts twice, as a copy has it twice; room that nothing
 * leads to does not count. The reader's limits hold, so measuring ends; it spends the same
 * traversal as copying would.
 *
 *   tests    measure_test.c
 */
#ifndef CORE_CAPNP_MEASURE_H
#define CORE_CAPNP_MEASURE_H

#include <stdint.h>

#include "core/capnp/reader.h"

struct capnp_size {
	uint64_t words; /* without the pointer to the value, and in one segment */
	uint32_t caps;  /* capability pointers, however many capabilities those are */
};

/*
 * False, and zeros in @out, if the value is malformed; the reader has the error. What is
 * absent or null has no size.
 */
[[nodiscard]] bool capnp_measure(struct capnp_any any, struct capnp_size *out);
[[nodiscard]] bool capnp_measure_struct(struct capnp_struct s, struct capnp_size *out);
[[nodiscard]] bool capnp_measure_list(struct capnp_list list, struct capnp_size *out);

#endif /* CORE_CAPNP_MEASURE_H */

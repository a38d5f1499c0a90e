/* SPDX-License-Identifier: MIT */
/* flatten.h - a stream-framed message of many segments as one segment. */
#ifndef CAPNPC_FLATTEN_H
#define CAPNPC_FLATTEN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes one segment of the framed message in @words: the segments lie behind each other
 * and every far pointer is replaced by a near one, in place. Returns the segment and
 * its size, or nullptr if the message is malformed.
 */
uint64_t *flatten(uint64_t *words, size_t word_count, uint32_t *out_words);

#endif /* CAPNPC_FLATTEN_H */

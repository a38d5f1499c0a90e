/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - the valid name that somebody probably meant.
 *
 * Feed every valid name; the nearest one by edit distance (insertions, deletions,
 * substitutions and swapped neighbours, letter case free) wins, the first one among equals.
 *
 *   tests    nearest_test.c
 */
#ifndef CORE_CAPNP_NEAREST_H
#define CORE_CAPNP_NEAREST_H

#include <stdint.h>

#include "core/capnp/reader.h"

struct capnp_nearest {
	struct capnp_text wanted;
	struct capnp_text best; /* empty while nothing was offered */
	uint32_t distance;      /* UINT32_MAX while nothing was; 0 for the very name */
};

void capnp_nearest_init(struct capnp_nearest *nearest, struct capnp_text wanted);
void capnp_nearest_offer(struct capnp_nearest *nearest, struct capnp_text name);

#endif /* CORE_CAPNP_NEAREST_H */

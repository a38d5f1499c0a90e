/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - the valid name that somebody probably meant.
 *
 * Feed every valid name; the nearest one by edit distance (insertions, deletions,
 * substitutions and swapped neighbours, letter case free) wins, the first one among equals.
 */
#ifndef SHELL_NEAREST_H
#define SHELL_NEAREST_H

#include "programs/shell/sink.h"

struct nearest {
	struct text wanted;
	struct text best; /* empty while nothing was offered */
	size_t distance;
};

void nearest_init(struct nearest *nearest, struct text wanted);
void nearest_offer(struct nearest *nearest, struct text name);

/* Writes "; the nearest is PREFIXname", or nothing if nothing was offered. */
void nearest_write(const struct nearest *nearest, const char *prefix, struct sink *sink);

#endif /* SHELL_NEAREST_H */

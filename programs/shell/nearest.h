/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - core/capnp/nearest.h for the shell's texts: the valid name that somebody
 * probably meant.
 */
#ifndef SHELL_NEAREST_H
#define SHELL_NEAREST_H

#include "core/capnp/nearest.h"
#include "programs/shell/sink.h"

struct nearest {
	struct capnp_nearest core;
};

void nearest_init(struct nearest *nearest, struct text wanted);
void nearest_offer(struct nearest *nearest, struct text name);

/* Whether the very name was offered. */
bool nearest_is_exact(const struct nearest *nearest);

/* Writes "; the nearest is PREFIXname", or nothing if nothing was offered. */
void nearest_write(const struct nearest *nearest, const char *prefix, struct sink *sink);

#endif /* SHELL_NEAREST_H */

/* SPDX-License-Identifier: MIT */
/*
 * result.h - the results of a call, for people.
 *
 * One line for each result, "  name = value", or more where `capnp decode` has more. Data is
 * hexadecimal, and a capability stands there by the name that it was given.
 */
#ifndef SHELL_RESULT_H
#define SHELL_RESULT_H

#include "core/capnp/dynamic.h"
#include "programs/shell/names.h"

enum { RESULT_CAPS_MAX = 16 };

/* A capability in the results, and the name it got (empty if it got none). */
struct result_cap {
	uint32_t index; /* in the message's capability list */
	const char *field;
	const struct capnp_interface_info *interface; /* nullptr: any */
	char name[CAPOS_NAME_BYTES];
};

struct result_caps {
	struct result_cap caps[RESULT_CAPS_MAX];
	size_t count;
};

/* Finds the capabilities in @results: in its fields, groups and chosen union members. */
void result_find_caps(struct capnp_struct results, const struct capnp_struct_info *info,
		      struct result_caps *out);

void result_write(struct capnp_struct results, const struct capnp_struct_info *info,
		  const struct result_caps *caps, struct sink *sink);

#endif /* SHELL_RESULT_H */

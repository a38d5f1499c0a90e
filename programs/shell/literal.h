/* SPDX-License-Identifier: MIT */
/*
 * literal.h - values as they are typed become the fields of a message, as
 * core/capnp/parse.h reads them. A capability is one of the shell's names, and must have
 * the interface that is wanted.
 */
#ifndef SHELL_LITERAL_H
#define SHELL_LITERAL_H

#include "capos/ring.h"
#include "core/capnp/parse.h"
#include "programs/shell/names.h"

enum { LITERAL_DEPTH_MAX = 12 }; /* lists and structs inside one another */

struct literal_build {
	const struct names *names;
	struct text line;       /* that the values are a part of, for the columns */
	const char *field_word; /* "parameter" or "field", for the messages */
	struct sink *problem;   /* gets one line if the build fails */
	/* Capabilities in the order of their indices in the message. */
	cap_t caps[CAPOS_TRANSFERS_MAX];
	uint32_t cap_count;
};

/* Writes NAME=VALUE ... as the root struct of type @info. False: @build->problem says why. */
[[nodiscard]] bool literal_build_root(struct literal_build *build,
				      const struct capnp_struct_info *info,
				      struct text fields, struct capnp_builder *message);

/* The same with (NAME = VALUE, ...) and a struct that has been started. */
[[nodiscard]] bool literal_build_struct(struct literal_build *build,
					struct capnp_dynamic_builder place,
					struct text source);

#endif /* SHELL_LITERAL_H */

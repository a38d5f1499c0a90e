/* SPDX-License-Identifier: MIT */
/*
 * literal.h - typed values: literals, as written, become the fields of a message.
 *
 * The schema's reflection decides what a literal may be: a number must fit its type, a
 * word must be an enumerant, a capability must have the interface. Fields that are not
 * given keep the schema's default. Nothing is written beyond the builder.
 */
#ifndef SHELL_LITERAL_H
#define SHELL_LITERAL_H

#include "capos/ring.h"
#include "core/capnp/dynamic.h"
#include "programs/shell/command.h"
#include "programs/shell/names.h"

enum { LITERAL_DATA_MAX_BYTES = 1024 };

struct literal_build {
	const struct names *names;
	const char *field_word; /* "parameter" or "field", for the messages */
	struct sink *problem;   /* gets one line if the build fails */
	/* Capabilities in the order of their indices in the message. */
	cap_t caps[CAPOS_TRANSFERS_MAX];
	uint32_t cap_count;
	char data
		[LITERAL_DATA_MAX_BYTES]; /* of a number given as data, until it is copied */
};

/* Writes @fields as the root struct of type @info. False: @build->problem says why. */
[[nodiscard]] bool literal_build_root(struct literal_build *build,
				      const struct capnp_struct_info *info,
				      const struct literal *fields,
				      struct capnp_builder *message);

/* The same into a struct that has been started, whose type @place knows. */
[[nodiscard]] bool literal_build_fields(struct literal_build *build,
					struct capnp_dynamic_builder place,
					const struct literal *fields);

#endif /* SHELL_LITERAL_H */

/* SPDX-License-Identifier: MIT */
/*
 * literal_scalar.h - the values of literal.h that are no lists or structs, checked against
 * their type. A private part of literal.c.
 */
#ifndef SHELL_LITERAL_SCALAR_H
#define SHELL_LITERAL_SCALAR_H

#include "programs/shell/literal.h"

/* Starts a message: "parameter NAME: ", or "list element: ". */
struct sink *literal_complain(struct literal_build *build, const struct literal *literal);

/* "parameter x: Bool is wanted (such as true or false), not a number `1`"; false. */
bool literal_wrong_kind(struct literal_build *build, const struct literal *literal,
			const struct capnp_type_info *type, const char *example);

/* The value of @literal as @type, which is no list and no struct. Bytes are valid until the next. */
[[nodiscard]] bool literal_read(struct literal_build *build,
				const struct literal *literal,
				const struct capnp_type_info *type,
				struct capnp_value *out);

#endif /* SHELL_LITERAL_SCALAR_H */

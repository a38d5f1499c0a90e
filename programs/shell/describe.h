/* SPDX-License-Identifier: MIT */
/*
 * describe.h - what the schemas say, for people: interfaces, methods, types, budgets.
 */
#ifndef SHELL_DESCRIBE_H
#define SHELL_DESCRIBE_H

#include "core/capnp/reflect.h"
#include "programs/shell/command_table.h"
#include "programs/shell/sink.h"

/* The doc comment and every method with its types and doc comment. */
void describe_interface(const struct capnp_interface_info *info, struct sink *sink);

/* One method, its parameters and results, and the enums and structs that they use. */
void describe_method(const struct capnp_interface_info *info,
		     const struct capnp_method_info *method, struct sink *sink);

/* Every field of a struct with its default. */
void describe_defaults(const struct capnp_struct_info *info, struct sink *sink);

void describe_command(const struct command_info *info, struct sink *sink);
void describe_all_commands(struct sink *sink);

/* How values are written. */
void describe_values(struct sink *sink);

#endif /* SHELL_DESCRIBE_H */

/* SPDX-License-Identifier: MIT */
/*
 * catalog.h - finds interfaces, methods and fields in what the schemas say.
 *
 * A lookup that finds nothing can say the nearest valid name.
 */
#ifndef SHELL_CATALOG_H
#define SHELL_CATALOG_H

#include "core/capnp/interface.h"
#include "programs/shell/sink.h"

/* As many ancestors of an interface are shown and offered. */
enum { ANCESTORS_MAX = 32 };

/* nullptr if the system's schemas have no such interface. */
const struct capnp_interface_info *catalog_find_id(uint64_t interface_id);
const struct capnp_interface_info *catalog_find(struct text name);

/* The interface's name, or "an unknown interface". */
const char *catalog_name(uint64_t interface_id);

/* Whether a capability of the interface of this id answers to @wanted. */
bool catalog_answers(uint64_t interface_id, const struct capnp_interface_info *wanted);

/* The method, also one of a superclass; nullptr if there is none. */
const struct capnp_method_info *
catalog_find_method(const struct capnp_interface_info *info, struct text name);

const struct capnp_field_info *catalog_find_field(const struct capnp_struct_info *info,
						  struct text name);

/* "INTERFACE has no method `NAME`; the nearest is METHOD". */
void catalog_no_method(const struct capnp_interface_info *info, struct text name,
		       struct sink *sink);

/* UInt64, List(Text), Protection, ... */
void catalog_write_type(const struct capnp_type_info *type, struct sink *sink);

#endif /* SHELL_CATALOG_H */

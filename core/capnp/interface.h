/* SPDX-License-Identifier: MIT */
/*
 * interface.h - which interfaces a capability answers to, by the tables of reflect.h.
 *
 * For tools, which have schemas and no kernel, and to show interfaces to people. Whether a
 * capability really answers a program learns from capos_cap_answers().
 *
 *   tests    core/capnp/interface_test.c
 */
#ifndef CORE_CAPNP_INTERFACE_H
#define CORE_CAPNP_INTERFACE_H

#include "core/capnp/reflect.h"

/* How many interfaces deep one may extend another here; what lies deeper is not found. */
enum { CAPNP_INHERITANCE_DEPTH_MAX = 32 };

/* Whether @info is @ancestor, or extends it by any way. */
bool capnp_interface_extends(const struct capnp_interface_info *info,
			     const struct capnp_interface_info *ancestor);

/*
 * Whether a capability held as @held answers calls through @named: that is @held itself, an
 * ancestor of it, or a narrowed facet of one of these. A facet answers nothing but itself.
 */
bool capnp_interface_answers(const struct capnp_interface_info *held,
			     const struct capnp_interface_info *named);

/*
 * The interfaces that @info extends, directly or not, each once and nearest first: up to
 * @max of them in @out. Returns how many.
 */
size_t capnp_interface_ancestors(const struct capnp_interface_info *info,
				 const struct capnp_interface_info **out, size_t max);

/* The method with @ordinal that @info itself has; nullptr if there is none. */
const struct capnp_method_info *
capnp_interface_method(const struct capnp_interface_info *info, uint16_t ordinal);

#endif /* CORE_CAPNP_INTERFACE_H */

/* SPDX-License-Identifier: MIT */
/*
 * interface.h - which interfaces a capability answers to, by the tables of reflect.h.
 *
 * For tools, which have schemas and no kernel; a program asks capos_cap_answers().
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

#endif /* CORE_CAPNP_INTERFACE_H */

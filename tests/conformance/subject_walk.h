/* SPDX-License-Identifier: MIT */
/* subject_walk.h - copies a struct value by value, through reflection alone. */
#ifndef TESTS_CONFORMANCE_SUBJECT_WALK_H
#define TESTS_CONFORMANCE_SUBJECT_WALK_H

#include "core/capnp/dynamic.h"
#include "tests/conformance/subject.h"

/*
 * Sets in @b, of the type of @s, all that is there in @s, in the given order. nullptr, or
 * in words what was refused.
 */
const char *subject_walk(struct capnp_struct s, struct capnp_dynamic_builder b,
			 enum subject_order order);

#endif /* TESTS_CONFORMANCE_SUBJECT_WALK_H */

/* SPDX-License-Identifier: MIT */
/*
 * stream_result.h - what streaming methods return: nothing, once there is room for more.
 *
 * StreamResult of capnp/stream.capnp, which `-> stream` means; it is written here so that
 * no schema needs that file to be compiled with it.
 */
#ifndef CORE_CAPNP_STREAM_RESULT_H
#define CORE_CAPNP_STREAM_RESULT_H

#include "core/capnp/builder.h"
#include "core/capnp/reader.h"

struct capnp_struct_info;

struct stream_result {
	struct capnp_struct s;
};

struct stream_result_builder {
	struct capnp_struct_builder b;
};

enum { STREAM_RESULT_DATA_WORDS = 0, STREAM_RESULT_POINTERS = 0 };

/* For reflection (reflect.h). */
extern const struct capnp_struct_info stream_result_schema;

#endif /* CORE_CAPNP_STREAM_RESULT_H */

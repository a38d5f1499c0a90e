/* SPDX-License-Identifier: MIT */
/* stream_result.c - see stream_result.h. */
#include "core/capnp/stream_result.h"

#include "core/capnp/reflect.h"

const struct capnp_struct_info stream_result_schema = {
	.id = UINT64_C(0x995f9a3377c0b16e),
	.name = "StreamResult",
	.doc = "Empty: the answer itself says that the caller may send more.",
};

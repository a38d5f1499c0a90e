/* SPDX-License-Identifier: MIT */
/*
 * method.h - one row of a generated server table: how a method of an interface is reached.
 *
 * The table knows each method's sizes, so that whoever dispatches can refuse a call whose
 * result would not fit before the method does anything.
 */
#ifndef CORE_CAPNP_METHOD_H
#define CORE_CAPNP_METHOD_H

#include <stdint.h>

#include "abi/status.h"
#include "core/capnp/builder.h"
#include "core/capnp/reader.h"

struct call; /* the dispatcher's; generated code only passes it on */

struct capnp_method {
	/*
	 * Reads the root of @params, starts the root of @results and calls the function
	 * that serves the method. CAPOS_ERR_BAD_MESSAGE, and no call, if the root is
	 * malformed; CAPOS_ERR_RESULT_TOO_SMALL, and no call, if the results' root does
	 * not fit. A struct without fields is neither read nor written. The method checks
	 * capnp_reader_failed() for what lies behind pointers.
	 */
	status_t (*invoke)(void *self, struct call *call, struct capnp_reader *params,
			   struct capnp_builder *results);
	const char *name;
	uint16_t params_words;   /* data and pointers; 0 without fields */
	uint16_t results_bytes;  /* of the smallest results message; 0 without fields */
	uint8_t params_caps_max; /* capability pointers directly in the parameters */
	uint8_t result_caps_max; /* and in the results */
};

/* Serves an ordinal that a narrowed facet leaves out: refuses it. Nothing is changed. */
static inline status_t capnp_method_absent(void *self, struct call *call,
					   struct capnp_reader *params,
					   struct capnp_builder *results)
{
	(void)self, (void)call, (void)params, (void)results;
	return CAPOS_ERR_BAD_METHOD;
}

/*
 * Its row. It takes any call as it comes, so that what the caller hears is that there is
 * no such method, and not what is wrong with how it was called.
 */
#define CAPNP_METHOD_ABSENT(method_name) \
	{ .invoke = capnp_method_absent, \
	  .name = (method_name),         \
	  .params_caps_max = UINT8_MAX }

#endif /* CORE_CAPNP_METHOD_H */

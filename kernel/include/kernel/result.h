/* SPDX-License-Identifier: MIT */
/*
 * result.h - the caller's result buffer: capability records, then a message.
 *
 * Results are built straight in the caller's arena: the builder never reads what it
 * wrote, so a caller that scribbles there meanwhile spoils only its own answer.
 */
#ifndef KERNEL_RESULT_H
#define KERNEL_RESULT_H

#include "kernel/call.h"
#include "kernel/thread.h"

/* A result buffer that was checked when the entry was accepted. */
struct result_place {
	struct thread *thread;
	uint32_t offset;
	uint32_t size;
	uint8_t cap_max;
};

static inline uint32_t result_caps_bytes(uint8_t cap_max)
{
	return (uint32_t)cap_max * sizeof(struct capos_result_cap);
}

static inline void result_builder_init(struct capnp_builder *builder,
				       struct thread *thread, uint32_t offset,
				       uint32_t size, uint8_t cap_max)
{
	uint32_t caps_bytes = result_caps_bytes(cap_max);

	capnp_builder_init(builder, thread->region.arena + offset + caps_bytes,
			   size - caps_bytes);
}

/* Makes @filled of @prepared returned capabilities live and writes their records. */
void result_commit(const struct result_place *place, const struct call_results *results,
		   uint32_t prepared, uint32_t filled);

/* Gives back what was prepared and what the method had put in. */
void result_abort(const struct result_place *place, const struct call_results *results,
		  uint32_t prepared, uint32_t filled);

/*
 * Writes a CapException with @cqe's rule and detail. Returns the status to post:
 * exception, or exceptionTruncated if it does not fit.
 */
status_t result_exception(const struct result_place *place, enum exception_type type,
			  struct capos_cqe *cqe);

#endif /* KERNEL_RESULT_H */

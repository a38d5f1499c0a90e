/* SPDX-License-Identifier: MIT */
/*
 * copied.h - parameters that a generated stub copies out of other messages.
 *
 * Structs, lists and any pointers are given to X_send as what a reader found. They are
 * measured first, so that the call has exactly the room they need. A capability in them is
 * an index that means nothing in another message, so the call fails then: with begin, and
 * capos_call_give(), it can be said which capability is meant.
 *
 *   tests    tests/schema/test_interfaces.py
 */
#ifndef CAPOS_COPIED_H
#define CAPOS_COPIED_H

#include "capos/call.h"
#include "core/capnp/copy.h"
#include "core/capnp/measure.h"

/* What has been measured for one call so far. Starts zeroed. */
struct capos_copied {
	uint32_t words;
	status_t
		status; /* CAPOS_OK; BAD_MESSAGE: malformed; BAD_TRANSFER: a capability */
};

static inline void capos_copied_add(struct capos_copied *copied, bool well_formed,
				    struct capnp_size size)
{
	const uint32_t most = CAPOS_ARENA_MAX_BYTES / 8;

	if (!well_formed)
		copied->status = CAPOS_ERR_BAD_MESSAGE;
	else if (size.caps != 0 && copied->status == CAPOS_OK)
		copied->status = CAPOS_ERR_BAD_TRANSFER;
	/* What is larger than any arena stays so, and begin says that it does not fit. */
	copied->words += size.words < most ? (uint32_t)size.words : most;
	if (copied->words > most)
		copied->words = most;
}

static inline void capos_copied_struct(struct capos_copied *copied, struct capnp_struct s)
{
	struct capnp_size size;
	bool well_formed = capnp_measure_struct(s, &size);

	capos_copied_add(copied, well_formed, size);
}

static inline void capos_copied_list(struct capos_copied *copied, struct capnp_list list)
{
	struct capnp_size size;
	bool well_formed = capnp_measure_list(list, &size);

	capos_copied_add(copied, well_formed, size);
}

static inline void capos_copied_any(struct capos_copied *copied, struct capnp_any any)
{
	struct capnp_size size;
	bool well_formed = capnp_measure(any, &size);

	capos_copied_add(copied, well_formed, size);
}

#endif /* CAPOS_COPIED_H */

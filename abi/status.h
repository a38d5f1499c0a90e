/* SPDX-License-Identifier: MIT */
/*
 * status.h - transport statuses as C sees them: 0 or a negated ordinal of enum Status.
 *
 * The one list is schema/status.capnp; names, numbers and texts all come from there.
 * A status says why an entry was not carried out. Outcomes that a method's own schema
 * describes are results, not statuses.
 */
#ifndef ABI_STATUS_H
#define ABI_STATUS_H

#include <stdint.h>

#include "gen/status.capnp.h"

typedef int32_t status_t;

#define CAPOS_STATUS_CODE(name, ordinal) CAPOS_ERR_##name = -(ordinal),
enum {
	STATUS_LIST(CAPOS_STATUS_CODE) /* CAPOS_ERR_RING_CORRUPT, ... */
	CAPOS_OK = 0,
	/* Kernel-internal: the call will complete later. Never in a completion. */
	CAPOS_PENDING = 1,
};
#undef CAPOS_STATUS_CODE

#endif /* ABI_STATUS_H */

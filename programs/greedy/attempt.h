/* SPDX-License-Identifier: MIT */
/*
 * attempt.h - one forbidden entry, and whether the kernel refused it.
 */
#ifndef GREEDY_ATTEMPT_H
#define GREEDY_ATTEMPT_H

#include <stddef.h>
#include <stdint.h>

#include "capos/ring.h"

/* What became of all attempts so far. */
struct tally {
	uint32_t tried;
	uint32_t allowed; /* every one of these is a defect */
};

/* Whether the kernel refused @entry; the completion is in *@answer. */
[[nodiscard]] bool attempt_refused(const struct capos_sqe *entry,
				   struct capos_cqe *answer);

/* Attempts @entry and reports "name: refused (STATUS, RULE)". */
void attempt(struct tally *tally, const char *name, const struct capos_sqe *entry);

/* Reports something that was attempted otherwise. */
void attempt_report(struct tally *tally, const char *name, status_t status,
		    uint16_t rule);

#endif /* GREEDY_ATTEMPT_H */

/* SPDX-License-Identifier: MIT */
/*
 * work.h - long work in bounded steps.
 *
 * A step runs from the scheduler with no lock held and takes at most 50,000
 * instructions; interrupts are taken between steps. Steps of several works take turns with each other and with threads.
 */
#ifndef KERNEL_WORK_H
#define KERNEL_WORK_H

#include "kernel/arch.h"
#include "kernel/list.h"

/* What a step of many small things may take before it leaves the rest to the next one. */
enum { WORK_STEP_NS = 15'000 };

/* Whether a step that @started at this count of the counter has taken that long. */
static inline bool work_step_over(uint64_t started)
{
	return arch_counter() - started >= arch_counter_of(WORK_STEP_NS);
}

struct work {
	struct list_node link;
	bool queued;
	/* Does a step; returns true when nothing is left (the work may be freed then). */
	bool (*step)(struct work *work);
};

void work_init(struct work *work, bool (*step)(struct work *work));
/* Queues @work if it is not queued. */
void work_add(struct work *work);
/* Whether any work is queued. */
bool work_pending(void);
/* Runs one step of the first work, if any; false if there is none. */
bool work_run_one(void);

#endif /* KERNEL_WORK_H */

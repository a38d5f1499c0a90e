/* SPDX-License-Identifier: MIT */
/*
 * work.h - long work in bounded steps.
 *
 * A step runs from the scheduler with no lock held and takes at most 50,000
 * instructions; interrupts are taken between steps. Steps of several works take turns with each other and with threads.
 */
#ifndef KERNEL_WORK_H
#define KERNEL_WORK_H

#include "kernel/list.h"

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

/* SPDX-License-Identifier: MIT */
/*
 * alarm.h - absolute monotonic deadlines and what happens at them.
 *
 * One queue, ordered by deadline; the arch timer is armed for the first one. An alarm's
 * function runs from the timer interrupt with no lock held and must not block.
 */
#ifndef KERNEL_ALARM_H
#define KERNEL_ALARM_H

#include "core/heap.h"

struct alarm {
	struct heap_node node; /* keyed by deadline */
	void (*expired)(struct alarm *alarm);
	bool queued;
};

void alarm_init(struct alarm *alarm, void (*expired)(struct alarm *alarm));
/* Queues @alarm, which is not queued. */
void alarm_set(struct alarm *alarm, uint64_t deadline_ns);
/* Takes it out; false if it was not queued (its function has run or is running). */
bool alarm_cancel(struct alarm *alarm);
/* So many in one timer interrupt: any number can be due at the same time. */
enum { ALARM_RUN_MAX = 64 };
/*
 * Runs what is due at @now_ns, at most ALARM_RUN_MAX; returns the next deadline, which may
 * have passed, or UINT64_MAX.
 */
uint64_t alarm_run_expired(uint64_t now_ns);
uint64_t alarm_next_deadline(void);

#endif /* KERNEL_ALARM_H */

/* SPDX-License-Identifier: MIT */
/*
 * work.c - see work.h.
 *
 * Locking. work_lock (rank RUN_QUEUE) guards the queue and every work's queued flag; it
 * is dropped while a step runs. A work leaves the queue for the duration of its step, so
 * that the last step may free it; adding it again meanwhile queues it.
 */
#include "kernel/work.h"

#include <stdatomic.h>

#include "kernel/lock.h"
#include "kernel/sched.h"

static struct spinlock work_lock = SPINLOCK(LOCK_RUN_QUEUE);
static struct list_node work_queue = { &work_queue, &work_queue };
static _Atomic uint32_t work_count; /* in the queue, for readers without the lock */

void work_init(struct work *work, bool (*step)(struct work *work))
{
	list_init(&work->link);
	work->queued = false;
	work->step = step;
}

static bool work_queue_up(struct work *work)
{
	bool added;

	spin_lock(&work_lock);
	added = !work->queued;
	if (added) {
		work->queued = true;
		list_append(&work_queue, &work->link);
		atomic_fetch_add_explicit(&work_count, 1, memory_order_relaxed);
	}
	spin_unlock(&work_lock);
	return added;
}

void work_add(struct work *work)
{
	/* Whoever runs now has to make room for it when its slice ends. */
	if (work_queue_up(work))
		sched_arm_timer();
}

bool work_pending(void)
{
	return atomic_load_explicit(&work_count, memory_order_relaxed) != 0;
}

static struct work *work_take_first(void)
{
	struct work *work = nullptr;

	spin_lock(&work_lock);
	if (!list_empty(&work_queue)) {
		work = list_entry(work_queue.next, struct work, link);
		list_remove(&work->link);
		atomic_fetch_sub_explicit(&work_count, 1, memory_order_relaxed);
		work->queued = false;
	}
	spin_unlock(&work_lock);
	return work;
}

bool work_run_one(void)
{
	struct work *work = work_take_first();

	if (!work)
		return false;
	if (!work->step(work))
		(void)work_queue_up(work); /* behind the others: they take turns */
	return true;
}

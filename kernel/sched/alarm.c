/* SPDX-License-Identifier: MIT */
/*
 * alarm.c - see alarm.h.
 *
 * Locking. alarm_lock (rank ALARM) guards the heap and every alarm's queued flag. It is
 * dropped before an alarm's function runs, so the function may take any lock: whoever
 * takes the alarm out of the heap, alarm_cancel or alarm_run_expired, alone decides.
 */
#include "kernel/alarm.h"

#include <stdatomic.h>

#include "kernel/lock.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/types.h"

static struct spinlock alarm_lock = SPINLOCK(LOCK_ALARM);
static struct heap alarm_heap;
/* The first deadline, for readers that may see it a moment late. */
static _Atomic uint64_t alarm_first_deadline = UINT64_MAX;

static void alarm_publish_first(void)
{
	const struct heap_node *first = heap_first(&alarm_heap);

	atomic_store_explicit(&alarm_first_deadline, first ? first->key : UINT64_MAX,
			      memory_order_relaxed);
}

void alarm_init(struct alarm *alarm, void (*expired)(struct alarm *alarm))
{
	*alarm = (struct alarm){ .expired = expired };
}

void alarm_set(struct alarm *alarm, uint64_t deadline_ns)
{
	bool first;

	spin_lock(&alarm_lock);
	kernel_debug_assert(!alarm->queued);
	alarm->node.key = deadline_ns;
	alarm->queued = true;
	heap_insert(&alarm_heap, &alarm->node);
	first = heap_first(&alarm_heap) == &alarm->node;
	alarm_publish_first();
	spin_unlock(&alarm_lock);

	/* A cancelled first alarm leaves the timer armed: an early interrupt does no harm. */
	if (first)
		sched_arm_timer();
}

bool alarm_cancel(struct alarm *alarm)
{
	bool queued;

	spin_lock(&alarm_lock);
	queued = alarm->queued;
	if (queued) {
		heap_remove(&alarm_heap, &alarm->node);
		alarm->queued = false;
		alarm_publish_first();
	}
	spin_unlock(&alarm_lock);
	return queued;
}

/* Takes the first alarm out if it is due. */
static struct alarm *alarm_take_expired(uint64_t now_ns)
{
	struct heap_node *first;
	struct alarm *alarm = nullptr;

	spin_lock(&alarm_lock);
	first = heap_first(&alarm_heap);
	if (first && first->key <= now_ns) {
		heap_remove(&alarm_heap, first);
		alarm = container_of(first, struct alarm, node);
		alarm->queued = false;
		alarm_publish_first();
	}
	spin_unlock(&alarm_lock);
	return alarm;
}

uint64_t alarm_run_expired(uint64_t now_ns)
{
	for (int i = 0; i < ALARM_RUN_MAX; i++) {
		struct alarm *alarm = alarm_take_expired(now_ns);

		if (!alarm)
			break;
		alarm->expired(alarm); /* may free it */
	}
	return alarm_next_deadline();
}

uint64_t alarm_next_deadline(void)
{
	return atomic_load_explicit(&alarm_first_deadline, memory_order_relaxed);
}

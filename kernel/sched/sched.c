/* SPDX-License-Identifier: MIT */
/*
 * sched.c - the run queue of this processor, and what it does when it is empty.
 *
 * Locking. queue_lock guards the queue and each thread's run_link. A thread is in the
 * queue exactly while it is RUNNABLE and not some processor's current one.
 */
#include "kernel/sched.h"

#include "kernel/cpu.h"
#include "kernel/process.h"
#include "kernel/upcall.h"
#include "kernel/work.h"

static struct spinlock queue_lock = SPINLOCK(LOCK_RUN_QUEUE);
static struct list_node queue = { &queue, &queue };

bool sched_contended(void)
{
	return !list_empty(&queue) || work_pending();
}

void sched_arm_timer(void)
{
	uint64_t next = alarm_next_deadline();
	const struct cpu *cpu = arch_cpu();

	if (cpu->current && sched_contended() && cpu->slice_end_ns < next)
		next = cpu->slice_end_ns;
	arch_timer_set(next);
}

void sched_add(struct thread *thread)
{
	spin_lock(&queue_lock);
	list_append(&queue, &thread->run_link);
	spin_unlock(&queue_lock);
	sched_arm_timer();
}

void sched_remove(struct thread *thread)
{
	spin_lock(&queue_lock);
	list_remove(&thread->run_link);
	spin_unlock(&queue_lock);
}

static struct thread *take_next(void)
{
	struct thread *thread = nullptr;

	spin_lock(&queue_lock);
	if (!list_empty(&queue)) {
		thread = list_entry(queue.next, struct thread, run_link);
		list_remove(&thread->run_link);
	}
	spin_unlock(&queue_lock);
	return thread;
}

/* The processor has left its current thread: account for the time it had. */
static void leave_current(struct cpu *cpu, uint64_t now_ns)
{
	if (!cpu->current)
		return;
	cpu->current->runtime_ns += now_ns - cpu->current->started_ns;
	cpu->current = nullptr;
}

static void enter_thread(struct cpu *cpu, struct thread *thread)
{
	uint64_t now_ns = arch_time_ns();

	thread->started_ns = now_ns;
	cpu->current = thread;
	cpu->slice_end_ns = now_ns + SCHED_SLICE_NS;
	cpu->thread_switches++;
	sched_arm_timer();
	if (thread->reenter) {
		thread->reenter = false;
		arch_context_set_result(&thread->context,
					kernel_cap_enter(thread,
							 thread->enter_min_complete,
							 thread->enter_deadline_ns));
	}
	upcall_deliver(thread);
	arch_resume(thread);
}

/*
 * The current thread goes on at once if it was only interrupted by its own upcall. Not if its
 * drain gave way after that: it is in the queue then, and has entries left.
 */
static void resume_replaced(struct cpu *cpu)
{
	struct thread *thread = cpu->current;

	if (!thread || !thread->context_replaced || thread->reenter ||
	    thread->state != THREAD_RUNNABLE)
		return;
	thread->context_replaced = false;
	upcall_deliver(thread); /* what was raised while the upcall ran */
	arch_resume(thread);
}

void sched_run(void)
{
	struct cpu *cpu = arch_cpu();

	resume_replaced(cpu);
	leave_current(cpu, arch_time_ns());
	for (;;) {
		if (work_run_one())
			arch_poll_interrupts();

		struct thread *thread = take_next();

		if (thread)
			enter_thread(cpu, thread);
		if (work_pending())
			continue;
		sched_arm_timer();
		arch_idle();
	}
}

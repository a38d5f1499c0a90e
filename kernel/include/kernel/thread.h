/* SPDX-License-Identifier: MIT */
/*
 * thread.h - a thread: registers, ring region, outstanding calls, wait state.
 *
 * A waiting thread is a record, not a stack. All indices that the kernel relies on are
 * its own copies here; the region's are only what the thread is shown or claims.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "kernel/alarm.h"
#include "kernel/arch.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/object.h"
#include "kernel/region.h"

struct process;

enum thread_state {
	THREAD_NEW,      /* not started */
	THREAD_RUNNABLE, /* in a run queue, or running */
	THREAD_WAITING,  /* in cap_enter, for completions or its deadline */
	THREAD_ENDED,
};

struct thread {
	struct arch_context context; /* first: the arch's entry code wants offset 0 */
	struct arch_space *space;    /* second: what arch_resume activates */
	struct process *process;
	struct region region;

	/* Ring state. Submission side: this thread's processor only. */
	uint32_t sq_head;
	/* Under lock (rank THREAD): */
	struct spinlock lock;
	union {
		struct {
			uint32_t cq_tail;     /* completions posted */
			uint32_t outstanding; /* accepted, not completed */
		};
		/* Both, as they were at one moment, for who looks without the lock. */
		_Atomic uint64_t completions;
	};
	uint32_t wait_target; /* completions available that end the wait */
	enum thread_state state;
	struct list_node pending; /* struct pending_call.thread_link */
	struct alarm deadline;    /* of the wait */

	struct list_node run_link; /* under the run queue's lock */
	struct list_node process_link;
	uint64_t runtime_ns;
	uint64_t started_ns; /* when it last got the processor */

	/* Upcalls. Only the thread's own processor. */
	uaddr_t upcall_entry;
	uaddr_t upcall_stack;
	uint32_t upcall_mask;
	bool upcall_active;
	bool upcall_raised; /* an interrupt event waits for the next return to user mode */
	bool context_replaced; /* by ThreadControl.resume: cap_enter must not return */

	uint64_t drain_bound; /* counter value until which a drain may go on */

	/* A cap_enter that gave way in the middle of its drain goes on with these. */
	bool reenter;
	uint64_t enter_min_complete;
	uint64_t enter_deadline_ns;

	struct object *control; /* its ThreadControl object, made on demand */
};

struct thread_spec {
	struct process *process;
	uaddr_t region_address;
	uint32_t arena_bytes;
};

/* A new thread with a zeroed, mapped region; charged to the process's ledger. */
[[nodiscard]] status_t thread_create(const struct thread_spec *spec, struct thread **out,
				     enum rule *rule);
void thread_start(struct thread *thread, uaddr_t entry, uaddr_t stack_top,
		  uint64_t argument);
/*
 * Ends a thread that is not running: leaves all queues, withdraws its calls, some at a time;
 * true when none is left.
 */
[[nodiscard]] bool thread_end(struct thread *thread);
/* Frees an ended thread and its region. */
void thread_destroy(struct thread *thread);

#endif /* KERNEL_THREAD_H */

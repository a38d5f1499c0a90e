/* SPDX-License-Identifier: MIT */
/*
 * ring.h - posting completions. Submission is kernel_cap_enter (kernel/ring/enter.c).
 *
 * A completion slot is reserved when an entry is accepted: completions available plus
 * entries outstanding never pass 128, so posting cannot fail and none is ever lost.
 */
#ifndef KERNEL_RING_H
#define KERNEL_RING_H

#include "abi/ring.h"
#include "kernel/thread.h"

/* Posts the completion of an entry that the running thread's own drain just carried out. */
static inline void ring_post(struct thread *thread, const struct capos_cqe *cqe)
{
	spin_lock(&thread->lock);
	region_write(&thread->region.cq[thread->cq_tail % CAPOS_CQ_ENTRIES], cqe, sizeof(*cqe));
	/* Release: whoever sees the new tail sees the completion. */
	atomic_store_explicit(&thread->region.header->cq_tail, ++thread->cq_tail,
			      memory_order_release);
	spin_unlock(&thread->lock);
}

/*
 * Posts the completion of an entry that was outstanding, and wakes the thread if its
 * wait is over. No lock may be held.
 */
void ring_post_outstanding(struct thread *thread, const struct capos_cqe *cqe);

/* Completions that the thread has not taken, or more than 128 if its index is damaged. */
static inline uint32_t ring_available(const struct thread *thread)
{
	return thread->cq_tail - region_load_index(&thread->region.header->cq_head);
}

#endif /* KERNEL_RING_H */

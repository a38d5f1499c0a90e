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

/* The kernel's copy of an entry, also as eight words, to check many fields at once. */
enum { SQE_WORDS = sizeof(struct capos_sqe) / 8 };

union ring_entry {
	struct capos_sqe sqe;
	uint64_t words[SQE_WORDS];
};

/* Word 5: transfer_count u8, result_cap_max u8, pipeline_field u16, pipeline_dep u32. */
static_assert(offsetof(struct capos_sqe, transfer_count) == 40 &&
	      offsetof(struct capos_sqe, pipeline_dep) == 44);

/*
 * Writes a completion at cq_tail and publishes it; thread->lock is held. If its entry
 * @was_outstanding it is no more.
 */
static inline void ring_put_locked(struct thread *thread, const struct capos_cqe *cqe,
				   bool was_outstanding)
{
	uint32_t tail = thread->cq_tail;

	region_write(&thread->region.cq[tail % CAPOS_CQ_ENTRIES], cqe, sizeof(*cqe));
	if (was_outstanding) /* both at once: their sum is never seen too large or too small */
		atomic_store_explicit(&thread->completions,
				      (uint64_t)(thread->outstanding - 1) << 32 |
					      (tail + 1),
				      memory_order_relaxed);
	else
		thread->cq_tail = tail + 1;
	/* Release: whoever sees the new tail sees the completion. */
	atomic_store_explicit(&thread->region.header->cq_tail, tail + 1,
			      memory_order_release);
}

/* Posts the completion of an entry that the running thread's own drain just carried out. */
static inline void ring_post(struct thread *thread, const struct capos_cqe *cqe)
{
	spin_lock(&thread->lock);
	ring_put_locked(thread, cqe, false);
	spin_unlock(&thread->lock);
}

/* The same for success, which is what mostly happens: nothing but these three differs from 0. */
static inline void ring_post_success(struct thread *thread, uint64_t user_data,
				     uint32_t payload_size, uint16_t cap_count)
{
	const struct capos_cqe cqe = {
		.user_data = user_data,
		.payload_size = payload_size,
		.cap_count = cap_count,
	};

	ring_post(thread, &cqe);
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

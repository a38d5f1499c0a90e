/* SPDX-License-Identifier: MIT */
/*
 * ring.h - one thread's ring client: its queues, its arena, the two system calls.
 *
 * Programs use call.h and the generated stubs; this is what those are made of, and what
 * a program that speaks to the kernel in raw entries (bench, hostile tests) uses.
 *
 * An entry's user_data is the address of the struct capos_call that waits for it, or 0
 * if nobody does (RELEASE, CANCEL). The client belongs to one thread and is not
 * reentrant: an upcall must not use it.
 *
 *   tests    runtime/ring_test.c (against a kernel made of C)
 */
#ifndef CAPOS_RING_H
#define CAPOS_RING_H

#include <stdatomic.h>
#include <stdint.h>

#include "abi/cap.h"
#include "abi/ring.h"
#include "abi/status.h"
#include "capos/arena.h"

struct capos_ring {
	struct capos_ring_header *header; /* the region; queues and arena follow */
	uint32_t credits; /* entries that surely fit: counted anew when used up */
	/* Entries and completions that belong to no call: all other ones do. */
	uint32_t silent_entries;
	uint32_t silent_completions;
	struct capos_arena arena;
};

/* The ring of the first thread; programs have one thread so far. */
extern struct capos_ring capos_thread_ring;

/*
 * The system call (arch/). Every caller-saved and every vector register is lost, as in
 * any C function.
 */
int64_t capos_sys_call(uint32_t number, uint64_t first, uint64_t second);

/* Returns the number of available completions, or a status. */
static inline int64_t capos_sys_enter(uint32_t min_complete, uint64_t deadline_ns)
{
	return capos_sys_call(CAPOS_SYS_CAP_ENTER, min_complete, deadline_ns);
}

/* Takes over the region at @region. Ends the process if its layout is another one. */
void capos_ring_init(struct capos_ring *ring, void *region);

/* cap_enter, then every completion that is there. Ends the process on RING_CORRUPT. */
void capos_ring_enter(struct capos_ring *ring, uint32_t min_complete,
		      uint64_t deadline_ns);

/* What follows a cap_enter that returned @available, if that was not done already. */
void capos_ring_entered(struct capos_ring *ring, int64_t available);

/* Hands every available completion to its call. */
void capos_ring_reap(struct capos_ring *ring);

/*
 * Makes sure that at least one more entry fits the queue and may be outstanding, entering the
 * kernel and waiting for completions if it must; sets the credits.
 */
void capos_ring_make_room(struct capos_ring *ring);

/* Calls queued or in flight, and completions not yet reaped. */
uint32_t capos_ring_outstanding(const struct capos_ring *ring);

/* ---- Raw entries ------------------------------------------------------------- */

/* Only this thread writes sq_tail and cq_head, so it may read them without order. */
static inline uint32_t capos_ring_sq_tail(const struct capos_ring *ring)
{
	return atomic_load_explicit(&ring->header->sq_tail, memory_order_relaxed);
}

/* Acquire: the kernel is done with the entries before sq_head. */
static inline uint32_t capos_ring_sq_head(const struct capos_ring *ring)
{
	return atomic_load_explicit(&ring->header->sq_head, memory_order_acquire);
}

static inline uint32_t capos_ring_cq_head(const struct capos_ring *ring)
{
	return atomic_load_explicit(&ring->header->cq_head, memory_order_relaxed);
}

/* Acquire pairs with the kernel's release of cq_tail: the completions are there. */
static inline uint32_t capos_ring_cq_tail(const struct capos_ring *ring)
{
	return atomic_load_explicit(&ring->header->cq_tail, memory_order_acquire);
}

/* The place of the entry with the free-running index @sequence. */
static inline struct capos_sqe *capos_ring_sqe(const struct capos_ring *ring,
					       uint32_t sequence)
{
	void *queue = (uint8_t *)ring->header + CAPOS_SQ_OFFSET;

	return (struct capos_sqe *)queue + sequence % CAPOS_SQ_ENTRIES;
}

static inline const struct capos_cqe *capos_ring_cqe(const struct capos_ring *ring,
						     uint32_t sequence)
{
	const void *queue = (const uint8_t *)ring->header + CAPOS_CQ_OFFSET;

	return (const struct capos_cqe *)queue + sequence % CAPOS_CQ_ENTRIES;
}

/* Release pairs with the kernel's acquire of sq_tail: it sees the entries written. */
static inline void capos_ring_publish(const struct capos_ring *ring, uint32_t sq_tail)
{
	atomic_store_explicit(&ring->header->sq_tail, sq_tail, memory_order_release);
}

/* Release: the completions were read before the kernel may write over them. */
static inline void capos_ring_consume(const struct capos_ring *ring, uint32_t cq_head)
{
	atomic_store_explicit(&ring->header->cq_head, cq_head, memory_order_release);
}

#endif /* CAPOS_RING_H */

/* SPDX-License-Identifier: MIT */
/*
 * lock.h - ranked spinlocks.
 *
 * A processor may take a lock only if its rank is higher than that of every lock it
 * holds; two locks of one rank are never held together. Debug builds (KERNEL_DEBUG)
 * check both and panic with the two names. Interrupts are off in the kernel, so a lock
 * is never contended by its own processor.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "arch_types.h"

/* In the order in which they may nest, outermost first. */
enum lock_rank {
	LOCK_PROCESS = 1, /* a process's life: building, started, ending */
	LOCK_SPACE,       /* an address space and its mappings */
	LOCK_OBJECT,      /* a kernel object's own state */
	LOCK_TABLE,       /* a capability table */
	LOCK_THREAD,      /* a thread's outstanding calls and wait state */
	LOCK_ALARM,       /* the alarm queue */
	LOCK_RUN_QUEUE,
	LOCK_LEDGER, /* a ledger's list of objects and children */
	LOCK_CACHE,  /* an object cache */
	LOCK_FRAME,  /* the frame allocator */
	LOCK_CONSOLE,
	LOCK_RANKS,
};

struct spinlock {
	_Atomic uint8_t locked;
	uint8_t rank;
};

#define SPINLOCK(rank) { 0, (rank) }

void lock_check_take(const struct spinlock *lock); /* debug builds only */
void lock_check_drop(const struct spinlock *lock);
bool lock_is_held(const struct spinlock *lock); /* debug: by this processor */

void spin_wait(struct spinlock *lock); /* until it is free, and takes it */

static inline void spin_init(struct spinlock *lock, enum lock_rank rank)
{
	atomic_init(&lock->locked, 0);
	lock->rank = (uint8_t)rank;
}

static inline void spin_lock(struct spinlock *lock)
{
	if (KERNEL_DEBUG)
		lock_check_take(lock);
	/* Acquire: pairs with the release in spin_unlock. */
	if (__builtin_expect(
		    atomic_exchange_explicit(&lock->locked, 1, memory_order_acquire), 0))
		spin_wait(lock);
}

/* Takes the lock unless that means waiting. */
[[nodiscard]] static inline bool spin_try_lock(struct spinlock *lock)
{
	if (atomic_exchange_explicit(&lock->locked, 1, memory_order_acquire))
		return false;
	if (KERNEL_DEBUG)
		lock_check_take(lock);
	return true;
}

static inline void spin_unlock(struct spinlock *lock)
{
	if (KERNEL_DEBUG)
		lock_check_drop(lock);
	atomic_store_explicit(&lock->locked, 0, memory_order_release);
}

#endif /* KERNEL_LOCK_H */

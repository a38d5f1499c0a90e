/* SPDX-License-Identifier: MIT */
/*
 * lock_check.c - debug builds: locks are taken in the order of their ranks.
 *
 * Each processor keeps a bit per rank it holds, so a check is one comparison. This also
 * finds a lock taken twice, because two locks of one rank are never held together.
 */
#include "kernel/arch.h"
#include "kernel/lock.h"
#include "kernel/panic.h"

static const char *const rank_names[LOCK_RANKS] = {
	[0] = "no rank",          [LOCK_PROCESS] = "process",
	[LOCK_SPACE] = "space",   [LOCK_OBJECT] = "object",
	[LOCK_TABLE] = "table",   [LOCK_THREAD] = "thread",
	[LOCK_ALARM] = "alarm",   [LOCK_RUN_QUEUE] = "run queue",
	[LOCK_LEDGER] = "ledger", [LOCK_CACHE] = "cache",
	[LOCK_FRAME] = "frame",   [LOCK_CONSOLE] = "console",
};

static const char *highest_name(uint32_t ranks)
{
	return rank_names[31 - __builtin_clz(ranks)];
}

void lock_check_take(const struct spinlock *lock)
{
	struct cpu *cpu = arch_cpu();

	if (lock->rank == 0 || lock->rank >= LOCK_RANKS)
		panic("a lock was never initialized");
	if (cpu->held_ranks >> lock->rank != 0)
		panic("lock order: '%s' taken while '%s' is held", rank_names[lock->rank],
		      highest_name(cpu->held_ranks));
	cpu->held_ranks |= 1u << lock->rank;
}

void lock_check_drop(const struct spinlock *lock)
{
	struct cpu *cpu = arch_cpu();

	if (!lock_is_held(lock))
		panic("lock '%s' dropped but not held", rank_names[lock->rank]);
	cpu->held_ranks &= ~(1u << lock->rank);
}

bool lock_is_held(const struct spinlock *lock)
{
	return atomic_load_explicit(&lock->locked, memory_order_relaxed) != 0 &&
	       (arch_cpu()->held_ranks >> lock->rank & 1) != 0;
}

void spin_wait(struct spinlock *lock)
{
	while (atomic_exchange_explicit(&lock->locked, 1, memory_order_acquire))
		arch_relax();
}

/* SPDX-License-Identifier: MIT */
/*
 * region.h - the memory a thread shares with the kernel: ring header, queues, arena.
 *
 * Its frames are physically contiguous, so the kernel's direct map shows the region as
 * one piece. It is pinned for the life of the thread. User code can change every byte
 * at any time: read through the functions here, once, and check what was read.
 */
#ifndef KERNEL_REGION_H
#define KERNEL_REGION_H

#include "abi/ring.h"
#include "kernel/arch.h"
#include "kernel/types.h"

struct region {
	struct capos_ring_header *header; /* kernel addresses */
	struct capos_sqe *sq;
	struct capos_cqe *cq;
	uint8_t *arena;
	uint32_t arena_bytes;
	uint32_t page_count;
	paddr_t frames;
	uaddr_t address; /* where the thread sees it */
};

/* Whether [@offset, @offset + @size) is an aligned range of the arena. */
static inline bool region_covers(const struct region *region, uint32_t offset,
				 uint32_t size)
{
	return ((offset | size) & (CAPOS_BUFFER_ALIGN - 1)) == 0 &&
	       (uint64_t)offset + size <= region->arena_bytes;
}

static inline uint32_t region_load_index(const _Atomic uint32_t *index)
{
	uint32_t value = atomic_load_explicit(index, memory_order_acquire);

	arch_shared_read();
	return value;
}

/*
 * Copies whole words out of shared memory once, each by one load; the copy is what gets
 * checked.
 */
static inline void region_read(void *to, const void *shared, size_t size_bytes)
{
	const _Atomic uint64_t *from = shared;
	const _Atomic uint64_t *end = from + size_bytes / 8;

	for (uint64_t *word = to; from != end; from++, word++) {
		*word = atomic_load_explicit(from, memory_order_relaxed);
		arch_shared_read();
	}
}

static inline void region_write(void *shared, const void *from, size_t size_bytes)
{
	_Atomic uint64_t *to = shared;
	const uint64_t *words = from;

	for (size_t i = 0; i < size_bytes / 8; i++)
		atomic_store_explicit(&to[i], words[i], memory_order_relaxed);
}

#endif /* KERNEL_REGION_H */

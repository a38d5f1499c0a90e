/* SPDX-License-Identifier: MIT */
/*
 * frame.h - the physical page allocator (a buddy allocator).
 *
 * Frames are charged to a ledger by the caller, not here. Constant time for single
 * frames; freed single frames are kept at hand. Start-up touches one byte of metadata
 * per frame, 64 at a time, and one frame per free block (boot is counted).
 */
#ifndef KERNEL_FRAME_H
#define KERNEL_FRAME_H

#include "abi/status.h"
#include "arch_types.h"
#include "kernel/types.h"

struct boot_info;

enum { FRAME_RUN_MAX = 1024 };

/*
 * Takes over all of @info->memory, less the metadata's pages. The direct map of all of
 * it must work: free blocks are linked through their first bytes.
 */
void frame_init(const struct boot_info *info);

/* One frame, contents undefined. CAPOS_ERR_NO_MEMORY if none is free. */
[[nodiscard]] status_t frame_alloc(paddr_t *out);
/* One zeroed frame. */
[[nodiscard]] status_t frame_alloc_zeroed(paddr_t *out);
void frame_free(paddr_t frame);

/* @count (1 to FRAME_RUN_MAX) physically contiguous frames, contents undefined. The unused
 * tail of the power-of-two block goes back. Freed one by one or with frame_free_run. */
[[nodiscard]] status_t frame_alloc_run(size_t count, paddr_t *out);
void frame_free_run(paddr_t first, size_t count);

/*
 * Frames that are freed one after the other, and often neighbours: a run of them is given
 * back at once. Starts zeroed; frame_batch_end gives back what is left.
 */
struct frame_batch {
	paddr_t first;
	size_t count;
};

static inline void frame_batch_end(struct frame_batch *batch)
{
	if (batch->count == 1)
		frame_free(batch->first);
	else if (batch->count > 1)
		frame_free_run(batch->first, batch->count);
	batch->count = 0;
}

static inline void frame_batch_add(struct frame_batch *batch, paddr_t frame)
{
	if (batch->count > 0 &&
	    frame.raw == batch->first.raw + ((uint64_t)batch->count << ARCH_PAGE_SHIFT)) {
		batch->count++;
		return;
	}
	frame_batch_end(batch);
	batch->first = frame;
	batch->count = 1;
}

/* Frames that the allocator manages, and those of them that are free. */
uint64_t frame_total_count(void);
uint64_t frame_free_count(void);
void frame_check(void); /* asserts the allocator's invariants (debug, tests) */

#endif /* KERNEL_FRAME_H */

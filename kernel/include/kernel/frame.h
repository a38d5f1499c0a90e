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

/* Frames that the allocator manages, and those of them that are free. */
uint64_t frame_total_count(void);
uint64_t frame_free_count(void);
void frame_check(void); /* asserts the allocator's invariants (debug, tests) */

#endif /* KERNEL_FRAME_H */

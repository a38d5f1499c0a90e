/* SPDX-License-Identifier: MIT */
/*
 * heap.h - memory that a program asks for while it runs.
 *
 * The heap grows through the process's own VirtualMemory if it was granted that as
 * "memory"; otherwise it is CAPOS_HEAP_STATIC_BYTES of the program's own data. Nothing
 * ever goes back to the kernel. Blocks are aligned to 16 bytes.
 *
 *   tests    runtime/heap_test.c
 */
#ifndef CAPOS_HEAP_H
#define CAPOS_HEAP_H

#include <stddef.h>
#include <stdint.h>

enum { CAPOS_HEAP_STATIC_BYTES = 65536, CAPOS_HEAP_ALIGN = 16 };

/* nullptr if there is no more. A size of 0 gives a block of its own. */
[[nodiscard]] void *capos_alloc(size_t size_bytes);
/* @count times @size_bytes of zeros; nullptr also if the product is too large. */
[[nodiscard]] void *capos_alloc_zeroed(size_t count, size_t size_bytes);
/* Keeps the contents. On failure returns nullptr and leaves the old block alone. */
[[nodiscard]] void *capos_realloc(void *block, size_t size_bytes);
void capos_free(void *block); /* nullptr is ignored */

/* ---- What the above is made of; for tests and for heaps of one's own ---------------- */

struct capos_heap_block; /* a free block, or the header of a used one */

struct capos_heap {
	struct capos_heap_block *free; /* by address, no two adjacent */
	/*
	 * Memory for at least @size_bytes more, aligned to 16 bytes: returns it and its size
	 * in *@got, or nullptr.
	 */
	void *(*grow)(struct capos_heap *heap, size_t size_bytes, size_t *got);
	size_t used_bytes; /* of used blocks, headers included */
};

[[nodiscard]] void *capos_heap_take(struct capos_heap *heap, size_t size_bytes);
void capos_heap_give(struct capos_heap *heap, void *block);
/* The bytes that fit the block, at least as many as were asked for. */
size_t capos_heap_room(const void *block);
/* Asserts the invariants; false if one is broken. */
[[nodiscard]] bool capos_heap_check(const struct capos_heap *heap);

#endif /* CAPOS_HEAP_H */

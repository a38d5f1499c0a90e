/* SPDX-License-Identifier: MIT */
/*
 * heap.c - first fit over one list of free blocks, ordered by address.
 *
 * Invariants:
 *   H1  Free blocks ascend and no two touch: neighbours are joined when one is freed.
 *   H2  Sizes are multiples of 16, header included, and at least 32.
 */
#include "capos/heap.h"

#include "capos/string.h"

struct capos_heap_block {
	size_t size_bytes;             /* with this header */
	struct capos_heap_block *next; /* while free */
};

enum { HEADER_BYTES = sizeof(struct capos_heap_block), BLOCK_MIN_BYTES = 32 };

static_assert(HEADER_BYTES == CAPOS_HEAP_ALIGN, "what follows a header is aligned");

static struct capos_heap_block *block_at(void *address, size_t offset)
{
	return (struct capos_heap_block *)(void *)((uint8_t *)address + offset);
}

/* The size of the block for @size_bytes; 0 if that is absurd. */
static size_t block_size(size_t size_bytes)
{
	if (size_bytes > SIZE_MAX / 2)
		return 0;
	size_bytes = (size_bytes + HEADER_BYTES + CAPOS_HEAP_ALIGN - 1) &
		     ~(size_t)(CAPOS_HEAP_ALIGN - 1);
	return size_bytes < BLOCK_MIN_BYTES ? BLOCK_MIN_BYTES : size_bytes;
}

/* Puts a block back into the list, joined with neighbours that it touches. */
static void insert(struct capos_heap *heap, struct capos_heap_block *block)
{
	struct capos_heap_block **link = &heap->free;
	struct capos_heap_block *before = nullptr;

	while (*link && *link < block) {
		before = *link;
		link = &before->next;
	}
	block->next = *link;
	*link = block;
	if (block->next && block_at(block, block->size_bytes) == block->next) {
		block->size_bytes += block->next->size_bytes;
		block->next = block->next->next;
	}
	if (before && block_at(before, before->size_bytes) == block) {
		before->size_bytes += block->size_bytes;
		before->next = block->next;
	}
}

/* Takes @size from the end of the first block that has it; nullptr if none has. */
static struct capos_heap_block *take_first(struct capos_heap *heap, size_t size)
{
	for (struct capos_heap_block **link = &heap->free; *link; link = &(*link)->next) {
		struct capos_heap_block *block = *link;

		if (block->size_bytes < size)
			continue;
		if (block->size_bytes - size < BLOCK_MIN_BYTES) {
			*link = block->next;
			return block;
		}
		block->size_bytes -= size;
		block = block_at(block, block->size_bytes);
		block->size_bytes = size;
		return block;
	}
	return nullptr;
}

static bool grow(struct capos_heap *heap, size_t size)
{
	size_t got = 0;
	struct capos_heap_block *block = heap->grow(heap, size, &got);

	if (!block || got < BLOCK_MIN_BYTES)
		return false;
	block->size_bytes = got & ~(size_t)(CAPOS_HEAP_ALIGN - 1);
	insert(heap, block);
	return true;
}

void *capos_heap_take(struct capos_heap *heap, size_t size_bytes)
{
	size_t size = block_size(size_bytes);
	struct capos_heap_block *block;

	if (size == 0)
		return nullptr;
	block = take_first(heap, size);
	if (!block && grow(heap, size))
		block = take_first(heap, size);
	if (!block)
		return nullptr;
	heap->used_bytes += block->size_bytes;
	return block + 1;
}

void capos_heap_give(struct capos_heap *heap, void *memory)
{
	struct capos_heap_block *block = (struct capos_heap_block *)memory - 1;

	heap->used_bytes -= block->size_bytes;
	insert(heap, block);
}

size_t capos_heap_room(const void *memory)
{
	return ((const struct capos_heap_block *)memory - 1)->size_bytes - HEADER_BYTES;
}

bool capos_heap_check(const struct capos_heap *heap)
{
	for (const struct capos_heap_block *block = heap->free; block;
	     block = block->next) {
		if (block->size_bytes % CAPOS_HEAP_ALIGN != 0 ||
		    block->size_bytes < BLOCK_MIN_BYTES)
			return false; /* H2 */
		if (block->next && (const uint8_t *)block + block->size_bytes >=
					   (const uint8_t *)block->next)
			return false; /* H1 */
	}
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * heap_own.c - the program's own heap, and where it gets its memory.
 */
#include "capos/cap.h"
#include "capos/heap.h"
#include "capos/string.h"
#include "gen/memory.client.h"

/*
 * The heap has a part of the address space to itself, so that what it adds joins what it
 * has. Steps are a multiple of every page size, and of a size that one call maps.
 */
static const uint64_t HEAP_FIRST = UINT64_C(0x0000100000000000);

enum { HEAP_STEP_BYTES = 65536 };

static uint64_t heap_next = HEAP_FIRST;

static void *grow_mapped(struct virtual_memory_client memory, size_t size_bytes,
			 size_t *got)
{
	uint64_t first = heap_next;
	uint64_t address;

	for (*got = 0; *got < size_bytes; *got += HEAP_STEP_BYTES) {
		if (virtual_memory_map(memory, heap_next, HEAP_STEP_BYTES,
				       PROTECTION_READ_WRITE, &address) != CAPOS_OK)
			break;
		heap_next += HEAP_STEP_BYTES;
	}
	/* Less than asked for is still memory; the taker sees that it does not suffice. */
	return *got != 0 ? (void *)(uintptr_t)first : nullptr;
}

static void *grow_static(size_t *got)
{
	alignas(CAPOS_HEAP_ALIGN) static uint8_t memory[CAPOS_HEAP_STATIC_BYTES];
	static bool given;

	if (given)
		return nullptr;
	given = true;
	*got = sizeof(memory);
	return memory;
}

static void *grow_own(struct capos_heap *heap, size_t size_bytes, size_t *got)
{
	cap_t memory = capos_capset_find("memory", VIRTUAL_MEMORY_INTERFACE_ID);

	(void)heap;
	if (cap_is_null(memory))
		return grow_static(got);
	return grow_mapped((struct virtual_memory_client){ memory }, size_bytes, got);
}

static struct capos_heap own_heap = { .grow = grow_own };

void *capos_alloc(size_t size_bytes)
{
	return capos_heap_take(&own_heap, size_bytes);
}

void *capos_alloc_zeroed(size_t count, size_t size_bytes)
{
	size_t total;
	void *block;

	if (__builtin_mul_overflow(count, size_bytes, &total))
		return nullptr;
	block = capos_alloc(total);
	if (block)
		memset(block, 0, total);
	return block;
}

void *capos_realloc(void *block, size_t size_bytes)
{
	void *larger;

	if (!block)
		return capos_alloc(size_bytes);
	if (size_bytes <= capos_heap_room(block))
		return block;
	larger = capos_alloc(size_bytes);
	if (!larger)
		return nullptr;
	memcpy(larger, block, capos_heap_room(block));
	capos_free(block);
	return larger;
}

void capos_free(void *block)
{
	if (block)
		capos_heap_give(&own_heap, block);
}

/* SPDX-License-Identifier: MIT */
/*
 * arena.c - see arena.h for what it promises.
 *
 * Invariants:
 *   A1  A unit on the free list has its bit set: nobody else finds it.
 *   A2  Bits beyond unit_count are never set.
 */
#include "capos/arena.h"

enum { WORD_BITS = 64 };

void capos_arena_init(struct capos_arena *arena, void *base, uint32_t size_bytes)
{
	uint32_t units = size_bytes / CAPOS_ARENA_UNIT_BYTES;

	/* The bits are zero already: the ring client lies in zeroed memory. */
	arena->free = nullptr;
	arena->base = base;
	arena->unit_count = units < CAPOS_ARENA_UNITS_MAX ? units : CAPOS_ARENA_UNITS_MAX;
}

/* The first unit at or after @from whose bit is @set; unit_count if there is none. */
static uint32_t next_unit(const struct capos_arena *arena, uint32_t from, bool set)
{
	while (from < arena->unit_count) {
		uint64_t word = arena->used[from / WORD_BITS];

		if (!set)
			word = ~word;
		word >>= from % WORD_BITS;
		if (word != 0) {
			from += (uint32_t)__builtin_ctzll(word);
			break;
		}
		from = (from / WORD_BITS + 1) * WORD_BITS;
	}
	return from < arena->unit_count ? from : arena->unit_count;
}

/* The lowest run of @count free units; unit_count if there is none. */
static uint32_t find_run(const struct capos_arena *arena, uint32_t count)
{
	uint32_t first = next_unit(arena, 0, false);

	while (first < arena->unit_count) {
		uint32_t end = next_unit(arena, first, true);

		if (end - first >= count)
			return first;
		first = next_unit(arena, end, false);
	}
	return arena->unit_count;
}

/* The highest free unit; unit_count if there is none. */
static uint32_t find_last(const struct capos_arena *arena)
{
	uint32_t end = arena->unit_count;

	while (end > 0) {
		uint32_t word_first = (end - 1) / WORD_BITS * WORD_BITS;
		uint64_t word = ~arena->used[word_first / WORD_BITS];

		if (end - word_first < WORD_BITS)
			word &= (UINT64_C(1) << (end - word_first)) - 1;
		if (word != 0)
			return word_first + 63 - (uint32_t)__builtin_clzll(word);
		end = word_first;
	}
	return arena->unit_count;
}

static void mark_run(struct capos_arena *arena, uint32_t first, uint32_t count, bool used)
{
	for (uint32_t i = first; i < first + count; i++) {
		uint64_t bit = UINT64_C(1) << (i % WORD_BITS);

		if (used)
			arena->used[i / WORD_BITS] |= bit;
		else
			arena->used[i / WORD_BITS] &= ~bit;
	}
}

static uint32_t unit_of(const struct capos_arena *arena, const void *block)
{
	return (uint32_t)((const uint8_t *)block - arena->base) / CAPOS_ARENA_UNIT_BYTES;
}

static uint32_t units_for(uint32_t size_bytes)
{
	return size_bytes / CAPOS_ARENA_UNIT_BYTES +
	       (size_bytes % CAPOS_ARENA_UNIT_BYTES != 0);
}

/* Gives the listed units back to the bits, where they can become part of a run. */
static void collect(struct capos_arena *arena)
{
	while (arena->free) {
		struct capos_arena_block *block = arena->free;

		arena->free = block->next;
		mark_run(arena, unit_of(arena, block), 1, false);
	}
}

void *capos_arena_find_block(struct capos_arena *arena, uint32_t size_bytes)
{
	uint32_t count = units_for(size_bytes);
	uint32_t first;

	if (count == 0)
		return nullptr;
	if (count == 1 && arena->free)
		return capos_arena_take_unit(arena);
	first = count == 1 ? find_last(arena) : find_run(arena, count);
	if (first == arena->unit_count && arena->free) {
		collect(arena);
		first = find_run(arena, count);
	}
	if (first == arena->unit_count)
		return nullptr;
	mark_run(arena, first, count, true);
	return arena->base + (size_t)first * CAPOS_ARENA_UNIT_BYTES;
}

void capos_arena_free(struct capos_arena *arena, void *block, uint32_t size_bytes)
{
	uint32_t count = units_for(size_bytes);

	if (count == 1)
		capos_arena_free_unit(arena, block);
	else
		mark_run(arena, unit_of(arena, block), count, false);
}

uint32_t capos_arena_free_units(const struct capos_arena *arena)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < arena->unit_count; i++)
		count += (arena->used[i / WORD_BITS] >> (i % WORD_BITS) & 1) == 0;
	for (const struct capos_arena_block *block = arena->free; block;
	     block = block->next)
		count++;
	return count;
}

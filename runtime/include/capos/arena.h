/* SPDX-License-Identifier: MIT */
/*
 * arena.h - hands out blocks of a thread's message arena.
 *
 * Nearly every message fits one unit: those blocks come from a list, in constant time,
 * and go back to it. What is larger is found first-fit, from the low end; single units
 * are cut from the high end, so that they do not lie in the way.
 *
 *   tests    runtime/arena_test.c
 */
#ifndef CAPOS_ARENA_H
#define CAPOS_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "abi/ring.h"

enum {
	CAPOS_ARENA_UNIT_BYTES = 256,
	CAPOS_ARENA_UNITS_MAX = CAPOS_ARENA_MAX_BYTES / CAPOS_ARENA_UNIT_BYTES,
};

/* A free block of one unit; it lies in the arena itself. */
struct capos_arena_block {
	struct capos_arena_block *next;
};

struct capos_arena {
	struct capos_arena_block *free; /* blocks of one unit, marked as used below */
	uint8_t *base;
	uint32_t unit_count;
	uint64_t used[CAPOS_ARENA_UNITS_MAX /
		      64]; /* bit set: handed out, or on the list */
};

/* @base is aligned to 8 bytes. Nothing is written to the arena. */
void capos_arena_init(struct capos_arena *arena, void *base, uint32_t size_bytes);

/* nullptr if no @size_bytes in one piece are free, or if @size_bytes is 0. */
[[nodiscard]] void *capos_arena_find_block(struct capos_arena *arena,
					   uint32_t size_bytes);

/* Gives back a block taken with the same size. */
void capos_arena_free(struct capos_arena *arena, void *block, uint32_t size_bytes);

/* Units not handed out; for tests and for finding leaks. */
uint32_t capos_arena_free_units(const struct capos_arena *arena);

/* One unit. */
[[nodiscard]] static inline void *capos_arena_take_unit(struct capos_arena *arena)
{
	struct capos_arena_block *block = arena->free;

	if (__builtin_expect(!block, false))
		return capos_arena_find_block(arena, CAPOS_ARENA_UNIT_BYTES);
	arena->free = block->next;
	return block;
}

static inline void capos_arena_free_unit(struct capos_arena *arena, void *unit)
{
	struct capos_arena_block *block = unit;

	block->next = arena->free;
	arena->free = block;
}

#endif /* CAPOS_ARENA_H */

/* SPDX-License-Identifier: MIT */
/*
 * arena_test.c - blocks never overlap, and everything comes back.
 */
// TEST-LINK: runtime/arena.c
#include "capos/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 65536, UNITS = ARENA_BYTES / CAPOS_ARENA_UNIT_BYTES, STEPS = 20000 };

alignas(64) static uint8_t memory[ARENA_BYTES];
static struct capos_arena arena;

static int set_up(void **state)
{
	(void)state;
	memset(&arena, 0, sizeof(arena));
	capos_arena_init(&arena, memory, ARENA_BYTES);
	return 0;
}

static void arena_gives_every_unit_once(void **state)
{
	static bool seen[UNITS];

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < UNITS; i++) {
		uint8_t *unit = capos_arena_take_unit(&arena);

		assert_non_null(unit);
		assert_true(unit >= memory && unit < memory + ARENA_BYTES);
		assert_int_equal((unit - memory) % CAPOS_ARENA_UNIT_BYTES, 0);
		assert_false(seen[(unit - memory) / CAPOS_ARENA_UNIT_BYTES]);
		seen[(unit - memory) / CAPOS_ARENA_UNIT_BYTES] = true;
	}
	assert_null(capos_arena_take_unit(&arena));
	assert_int_equal(capos_arena_free_units(&arena), 0);
}

static void arena_reuses_the_last_unit_first(void **state)
{
	void *unit = capos_arena_take_unit(&arena);

	(void)state;
	capos_arena_free_unit(&arena, unit);
	assert_ptr_equal(capos_arena_take_unit(&arena), unit);
}

static void arena_refuses_nothing_and_too_much(void **state)
{
	(void)state;
	assert_null(capos_arena_find_block(&arena, 0));
	assert_null(capos_arena_find_block(&arena, ARENA_BYTES + 1));
	assert_null(capos_arena_find_block(&arena, UINT32_MAX));
	assert_non_null(capos_arena_find_block(&arena, ARENA_BYTES));
	assert_null(capos_arena_find_block(&arena, 1));
}

static void arena_makes_large_blocks_of_listed_units(void **state)
{
	void *units[UNITS];

	(void)state;
	for (uint32_t i = 0; i < UNITS; i++)
		units[i] = capos_arena_take_unit(&arena);
	for (uint32_t i = 0; i < UNITS; i++)
		capos_arena_free_unit(&arena, units[i]);
	assert_ptr_equal(capos_arena_find_block(&arena, ARENA_BYTES), memory);
}

static void arena_keeps_small_blocks_out_of_the_way_of_large_ones(void **state)
{
	void *unit = capos_arena_take_unit(&arena);

	(void)state;
	assert_ptr_equal(unit, memory + ARENA_BYTES - CAPOS_ARENA_UNIT_BYTES);
	assert_ptr_equal(
		capos_arena_find_block(&arena, ARENA_BYTES - CAPOS_ARENA_UNIT_BYTES),
		memory);
}

static void arena_of_the_largest_size_works_to_its_end(void **state)
{
	uint8_t *large = malloc(CAPOS_ARENA_MAX_BYTES);

	(void)state;
	memset(&arena, 0, sizeof(arena));
	capos_arena_init(&arena, large, CAPOS_ARENA_MAX_BYTES);
	assert_int_equal(capos_arena_free_units(&arena), CAPOS_ARENA_UNITS_MAX);
	assert_ptr_equal(capos_arena_find_block(&arena, CAPOS_ARENA_MAX_BYTES), large);
	free(large);
}

struct held {
	uint8_t *block;
	uint32_t size;
	uint8_t mark;
};

static void arena_blocks_never_overlap(void **state)
{
	struct held held[64] = { 0 };

	(void)state;
	srand(1);
	for (uint32_t step = 0; step < STEPS; step++) {
		struct held *one = &held[(unsigned)rand() % 64];

		if (one->block) {
			for (uint32_t i = 0; i < one->size; i++)
				assert_int_equal(one->block[i], one->mark);
			capos_arena_free(&arena, one->block, one->size);
			one->block = nullptr;
			continue;
		}
		one->size = rand() % 3 ? 1 + (uint32_t)rand() % 256
				       : 1 + (uint32_t)rand() % 5000;
		one->mark = (uint8_t)step;
		one->block = capos_arena_find_block(&arena, one->size);
		if (one->block)
			memset(one->block, one->mark, one->size);
	}
	for (uint32_t i = 0; i < 64; i++) {
		if (held[i].block)
			capos_arena_free(&arena, held[i].block, held[i].size);
	}
	assert_int_equal(capos_arena_free_units(&arena), UNITS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(arena_gives_every_unit_once, set_up),
		cmocka_unit_test_setup(arena_reuses_the_last_unit_first, set_up),
		cmocka_unit_test_setup(arena_refuses_nothing_and_too_much, set_up),
		cmocka_unit_test_setup(arena_makes_large_blocks_of_listed_units, set_up),
		cmocka_unit_test_setup(
			arena_keeps_small_blocks_out_of_the_way_of_large_ones, set_up),
		cmocka_unit_test(arena_of_the_largest_size_works_to_its_end),
		cmocka_unit_test_setup(arena_blocks_never_overlap, set_up),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

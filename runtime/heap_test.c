/* SPDX-License-Identifier: MIT */
/*
 * heap_test.c - blocks are aligned, disjoint and reused; no memory is an answer.
 */
// TEST-LINK: runtime/heap.c
#include "capos/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MEMORY_BYTES = 1 << 18, STEP_BYTES = 1 << 14, STEPS = 20000, HELD = 64 };

alignas(16) static uint8_t memory[MEMORY_BYTES];
static size_t memory_used;
static size_t memory_limit;

static void *grow(struct capos_heap *heap, size_t size_bytes, size_t *got)
{
	void *start = memory + memory_used;

	(void)heap;
	*got = (size_bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
	if (*got > memory_limit - memory_used)
		return nullptr;
	memory_used += *got;
	return start;
}

static struct capos_heap new_heap(size_t limit)
{
	memory_used = 0;
	memory_limit = limit;
	return (struct capos_heap){ .grow = grow };
}

static void heap_blocks_are_aligned_and_disjoint(void **state)
{
	struct capos_heap heap = new_heap(MEMORY_BYTES);
	uint8_t *held[HELD] = { 0 };
	size_t sizes[HELD] = { 0 };

	(void)state;
	srand(2);
	for (int step = 0; step < STEPS; step++) {
		uint32_t i = (uint32_t)rand() % HELD;

		if (held[i]) {
			for (size_t at = 0; at < sizes[i]; at++)
				assert_int_equal(held[i][at], i);
			capos_heap_give(&heap, held[i]);
			held[i] = nullptr;
		} else {
			sizes[i] = (size_t)rand() % 3000;
			held[i] = capos_heap_take(&heap, sizes[i]);
			assert_non_null(held[i]);
			assert_int_equal((uintptr_t)held[i] % CAPOS_HEAP_ALIGN, 0);
			assert_true(capos_heap_room(held[i]) >= sizes[i]);
			memset(held[i], (int)i, sizes[i]);
		}
		if (step % 100 == 0)
			assert_true(capos_heap_check(&heap));
	}
	for (uint32_t i = 0; i < HELD; i++) {
		if (held[i])
			capos_heap_give(&heap, held[i]);
	}
	assert_int_equal(heap.used_bytes, 0);
	assert_true(capos_heap_check(&heap));
}

static void heap_joins_what_is_freed(void **state)
{
	struct capos_heap heap = new_heap(STEP_BYTES);
	void *blocks[8];

	(void)state;
	for (int i = 0; i < 8; i++)
		blocks[i] = capos_heap_take(&heap, 1000);
	for (int i = 0; i < 8; i += 2)
		capos_heap_give(&heap, blocks[i]);
	for (int i = 1; i < 8; i += 2)
		capos_heap_give(&heap, blocks[i]);
	assert_non_null(capos_heap_take(&heap, STEP_BYTES - 16));
	assert_int_equal(memory_used, STEP_BYTES);
}

static void heap_joins_growth_to_what_it_has(void **state)
{
	struct capos_heap heap = new_heap(3 * STEP_BYTES);
	void *first = capos_heap_take(&heap, 100);

	(void)state;
	capos_heap_give(&heap, first);
	assert_non_null(capos_heap_take(&heap, STEP_BYTES + 100));
	assert_non_null(capos_heap_take(&heap, 2 * STEP_BYTES - 200));
	assert_int_equal(memory_used, 3 * STEP_BYTES);
	assert_true(capos_heap_check(&heap));
}

static void heap_without_memory_says_so(void **state)
{
	struct capos_heap heap = new_heap(0);

	(void)state;
	assert_null(capos_heap_take(&heap, 1));
	assert_null(capos_heap_take(&heap, SIZE_MAX));
	assert_null(capos_heap_take(&heap, SIZE_MAX / 2 - 8));
	heap = new_heap(STEP_BYTES);
	assert_null(capos_heap_take(&heap, 2 * STEP_BYTES));
	assert_non_null(capos_heap_take(&heap, 0));
	assert_true(capos_heap_check(&heap));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heap_blocks_are_aligned_and_disjoint),
		cmocka_unit_test(heap_joins_what_is_freed),
		cmocka_unit_test(heap_joins_growth_to_what_it_has),
		cmocka_unit_test(heap_without_memory_says_so),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

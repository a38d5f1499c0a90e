/* SPDX-License-Identifier: MIT */
// TEST-LINK: core/range_map.c
/* range_map_test.c - the promises of range_map.h, and a comparison with a plain bitmap. */
#include "core/range_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SHIFT = 12, PAGE = 1 << SHIFT, CAPACITY = 64 };

static struct range storage[CAPACITY];
static struct range_map map;

static int setup(void **state)
{
	(void)state;
	memset(storage, 0, sizeof(storage));
	map = (struct range_map){ .ranges = storage, .capacity = CAPACITY };
	return 0;
}

static uint64_t page(uint64_t number)
{
	return number * PAGE;
}

static void add(uint64_t first_page, uint64_t page_count)
{
	struct range range = { .start = page(first_page),
			       .page_count = page_count,
			       .info = first_page };
	uint32_t index;

	assert_true(range_map_free(&map, range.start, page_count, SHIFT, &index));
	range_map_insert(&map, index, &range);
	assert_true(range_map_check(&map, SHIFT));
}

static void range_map_find_gives_the_first_range_that_ends_after(void **state)
{
	(void)state;
	assert_int_equal(range_map_find(&map, 0, SHIFT), 0);
	add(10, 2);
	add(20, 1);
	add(21, 3);
	assert_int_equal(range_map_find(&map, page(9), SHIFT), 0);
	assert_int_equal(range_map_find(&map, page(11) + 5, SHIFT), 0);
	assert_int_equal(range_map_find(&map, page(12), SHIFT), 1);
	assert_int_equal(range_map_find(&map, page(20), SHIFT), 1);
	assert_int_equal(range_map_find(&map, page(21), SHIFT), 2);
	assert_int_equal(range_map_find(&map, page(24), SHIFT), 3);
}

static void range_map_free_sees_every_kind_of_overlap(void **state)
{
	uint32_t index;

	(void)state;
	add(10, 4);
	assert_false(range_map_free(&map, page(10), 4, SHIFT, &index));
	assert_false(range_map_free(&map, page(9), 2, SHIFT, &index));
	assert_false(range_map_free(&map, page(13), 2, SHIFT, &index));
	assert_false(range_map_free(&map, page(11), 1, SHIFT, &index));
	assert_false(range_map_free(&map, page(5), 20, SHIFT, &index));
	assert_true(range_map_free(&map, page(9), 1, SHIFT, &index));
	assert_int_equal(index, 0);
	assert_true(range_map_free(&map, page(14), 1, SHIFT, &index));
	assert_int_equal(index, 1);
}

static void range_map_gap_is_the_lowest_from_the_hint_on(void **state)
{
	uint32_t index;

	(void)state;
	add(10, 2); /* gap of 3 */
	add(15, 5); /* gap of 1 */
	add(21, 4);
	assert_int_equal(range_map_gap(&map, page(10), page(100), 0, 3, SHIFT, &index),
			 page(12));
	assert_int_equal(index, 1);
	assert_int_equal(
		range_map_gap(&map, page(10), page(100), page(13), 3, SHIFT, &index),
		page(25));
	assert_int_equal(index, 3);
	assert_int_equal(
		range_map_gap(&map, page(10), page(100), page(13), 2, SHIFT, &index),
		page(13));
	assert_int_equal(range_map_gap(&map, page(10), page(100), 0, 1, SHIFT, &index),
			 page(12));
	/* Nothing after the hint: from the first again. */
	assert_int_equal(
		range_map_gap(&map, page(10), page(26), page(20), 3, SHIFT, &index),
		page(12));
	/* Exactly up to the end, and not beyond. */
	assert_int_equal(
		range_map_gap(&map, page(10), page(29), page(25), 4, SHIFT, &index),
		page(25));
	assert_int_equal(
		range_map_gap(&map, page(10), page(28), page(25), 4, SHIFT, &index), 0);
	assert_int_equal(range_map_gap(&map, page(10), page(28), 0, 4, SHIFT, &index), 0);
}

static void range_map_remove_closes_the_hole(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 6; i++)
		add(10 + 2 * i, 1);
	range_map_remove(&map, 1, 3);
	assert_int_equal(map.count, 3);
	assert_int_equal(map.ranges[0].info, 10);
	assert_int_equal(map.ranges[1].info, 18);
	assert_int_equal(map.ranges[2].info, 20);
	range_map_remove(&map, 0, 3);
	assert_int_equal(map.count, 0);
}

static void range_map_check_sees_broken_maps(void **state)
{
	(void)state;
	add(10, 2);
	add(12, 2);
	storage[0].page_count = 3;
	assert_false(range_map_check(&map, SHIFT));
	storage[0].page_count = 0;
	assert_false(range_map_check(&map, SHIFT));
	storage[0].page_count = 2;
	map.capacity = 1;
	assert_false(range_map_check(&map, SHIFT));
}

/* A small generator: tests must repeat. */
static uint32_t next_random(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

static bool bitmap_free(const bool *used, uint32_t start, uint32_t count)
{
	for (uint32_t i = start; i < start + count; i++)
		if (used[i])
			return false;
	return true;
}

static void range_map_agrees_with_a_bitmap(void **state)
{
	enum { FIRST = 16, END = 200 };
	bool used[END + 16] = { 0 };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t count = 1 + next_random() % 6;
		uint32_t hint = FIRST + next_random() % (END - FIRST);
		uint32_t index;

		if (map.count > 0 && (next_random() % 2 == 0 || map.count == CAPACITY)) {
			index = next_random() % map.count;
			memset(&used[storage[index].start / PAGE], 0,
			       storage[index].page_count);
			range_map_remove(&map, index, 1);
			continue;
		}

		uint64_t expected = 0;

		for (uint32_t pass = 0; pass < 2 && expected == 0; pass++)
			for (uint32_t i = pass == 0 ? hint : FIRST; i + count <= END; i++)
				if (bitmap_free(used, i, count)) {
					expected = page(i);
					break;
				}

		uint64_t start = range_map_gap(&map, page(FIRST), page(END), page(hint),
					       count, SHIFT, &index);
		struct range range = { .start = start, .page_count = count };

		assert_int_equal(start, expected);
		if (start == 0)
			continue;
		range_map_insert(&map, index, &range);
		memset(&used[start / PAGE], 1, count);
		assert_true(range_map_check(&map, SHIFT));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			range_map_find_gives_the_first_range_that_ends_after, setup),
		cmocka_unit_test_setup(range_map_free_sees_every_kind_of_overlap, setup),
		cmocka_unit_test_setup(range_map_gap_is_the_lowest_from_the_hint_on,
				       setup),
		cmocka_unit_test_setup(range_map_remove_closes_the_hole, setup),
		cmocka_unit_test_setup(range_map_check_sees_broken_maps, setup),
		cmocka_unit_test_setup(range_map_agrees_with_a_bitmap, setup),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/* boot_memory_test.c - the promises of boot_memory.h, and a comparison with a page bitmap. */
// TEST-LINK: kernel/arch/common/boot_memory.c
#include "kernel/arch/common/boot_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

constexpr uint64_t PAGE = 4096;

enum { PAGES = 256, ROUNDS = 400, STEPS = 30 };

static void expect_range(const struct boot_info *info, size_t index, uint64_t start,
			 uint64_t size_bytes)
{
	assert_true(index < info->memory_count);
	assert_int_equal(info->memory[index].start.raw, start);
	assert_int_equal(info->memory[index].size_bytes, size_bytes);
}

static void check(const struct boot_info *info)
{
	uint64_t end = 0;

	for (size_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];

		assert_int_equal(range->start.raw % PAGE, 0);
		assert_int_equal(range->size_bytes % PAGE, 0);
		assert_true(range->size_bytes > 0);
		assert_true(i == 0 || range->start.raw > end);
		end = range->start.raw + range->size_bytes;
	}
}

static void boot_memory_add_keeps_whole_pages_only(void **state)
{
	struct boot_info info = { 0 };

	(void)state;
	assert_true(boot_memory_add(&info, 100, 3 * PAGE));
	expect_range(&info, 0, PAGE, 2 * PAGE);
	assert_true(boot_memory_add(&info, 10 * PAGE + 1, PAGE));
	assert_int_equal(info.memory_count, 1);
}

static void boot_memory_add_sorts_and_merges(void **state)
{
	struct boot_info info = { 0 };

	(void)state;
	assert_true(boot_memory_add(&info, 20 * PAGE, 5 * PAGE));
	assert_true(boot_memory_add(&info, 2 * PAGE, 2 * PAGE));
	assert_true(boot_memory_add(&info, 4 * PAGE, PAGE)); /* touches */
	expect_range(&info, 0, 2 * PAGE, 3 * PAGE);
	expect_range(&info, 1, 20 * PAGE, 5 * PAGE);
	assert_true(boot_memory_add(&info, 3 * PAGE, 18 * PAGE));
	assert_int_equal(info.memory_count, 1);
	expect_range(&info, 0, 2 * PAGE, 23 * PAGE);
}

static void boot_memory_cut_takes_touched_pages_and_splits(void **state)
{
	struct boot_info info = { 0 };

	(void)state;
	assert_true(boot_memory_add(&info, 0, 10 * PAGE));
	assert_true(boot_memory_cut(&info, 5 * PAGE - 1, 2));
	expect_range(&info, 0, 0, 4 * PAGE);
	expect_range(&info, 1, 6 * PAGE, 4 * PAGE);
	assert_true(boot_memory_cut(&info, 3 * PAGE, 0));
	assert_int_equal(info.memory_count, 2);
}

static void boot_memory_survives_sizes_that_wrap(void **state)
{
	struct boot_info info = { 0 };

	(void)state;
	assert_true(boot_memory_add(&info, PAGE, UINT64_MAX));
	check(&info);
	assert_true(boot_memory_cut(&info, UINT64_MAX - 5, 100));
	assert_true(boot_memory_cut(&info, UINT64_C(1) << 39, UINT64_MAX));
	assert_int_equal(info.memory_count, 1);
	expect_range(&info, 0, PAGE, (UINT64_C(1) << 39) - PAGE);
}

static void boot_memory_says_when_ranges_do_not_fit(void **state)
{
	struct boot_info info = { 0 };

	(void)state;
	for (uint64_t i = 0; i < BOOT_MEMORY_RANGES_MAX; i++)
		assert_true(boot_memory_add(&info, 4 * i * PAGE, 3 * PAGE));
	assert_false(boot_memory_add(&info, UINT64_C(1) << 30, PAGE));
	/* A split loses its upper half rather than the cut. */
	assert_false(boot_memory_cut(&info, PAGE, PAGE));
	check(&info);
	expect_range(&info, 0, 0, PAGE);
}

static void boot_memory_agrees_with_a_bitmap(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		struct boot_info info = { 0 };
		bool usable[PAGES] = { false };

		for (int step = 0; step < STEPS; step++) {
			size_t start = (size_t)rand() % PAGES;
			size_t count = (size_t)rand() % (PAGES - start) / 4;
			bool add = rand() % 2;

			memset(usable + start, add, count);
			if (add)
				assert_true(boot_memory_add(&info, start * PAGE,
							    count * PAGE));
			else
				assert_true(boot_memory_cut(&info, start * PAGE,
							    count * PAGE));
			check(&info);
		}
		for (size_t i = 0; i < info.memory_count; i++) {
			size_t first = info.memory[i].start.raw / PAGE;

			for (size_t page = 0; page < info.memory[i].size_bytes / PAGE;
			     page++) {
				assert_true(usable[first + page]);
				usable[first + page] = false;
			}
		}
		for (size_t page = 0; page < PAGES; page++)
			assert_false(usable[page]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_memory_add_keeps_whole_pages_only),
		cmocka_unit_test(boot_memory_add_sorts_and_merges),
		cmocka_unit_test(boot_memory_cut_takes_touched_pages_and_splits),
		cmocka_unit_test(boot_memory_survives_sizes_that_wrap),
		cmocka_unit_test(boot_memory_says_when_ranges_do_not_fit),
		cmocka_unit_test(boot_memory_agrees_with_a_bitmap),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

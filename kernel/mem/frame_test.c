/* SPDX-License-Identifier: MIT */
// TEST-LINK: @hosted
/* frame_test.c - the promises of frame.h. */
#include "kernel/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "hosted.h"

enum { MACHINE_FRAMES = 4352 };

static const struct boot_info machine = {
	.memory = {
		{ { 0x10000 }, 0x8f000 },     /* odd size */
		{ { 0x103000 }, 0x7000 },     /* odd start, less than one metadata page's worth */
		{ { 0x123000 }, 0xec5000 },   /* the large one */
		{ { 0x1003000 }, 0x1000 },    /* a single frame */
	},
	.memory_count = 4,
};

static bool used[MACHINE_FRAMES];

static int setup(void **state)
{
	static bool made;

	(void)state;
	if (!made)
		hosted_init((size_t)MACHINE_FRAMES * ARCH_PAGE_SIZE);
	made = true;
	frame_init(&machine);
	memset(used, 0, sizeof(used));
	return 0;
}

static bool in_ram(paddr_t frame)
{
	for (size_t i = 0; i < machine.memory_count; i++)
		if (frame.raw >= machine.memory[i].start.raw &&
		    frame.raw <
			    machine.memory[i].start.raw + machine.memory[i].size_bytes)
			return true;
	return false;
}

/* Marks frames as used, and fails if one was, or is not RAM. */
static void mark(paddr_t first, size_t count)
{
	assert_int_equal(first.raw % ARCH_PAGE_SIZE, 0);
	for (size_t i = 0; i < count; i++) {
		paddr_t frame = paddr_add(first, i * ARCH_PAGE_SIZE);

		assert_true(in_ram(frame));
		assert_false(used[frame.raw / ARCH_PAGE_SIZE]);
		used[frame.raw / ARCH_PAGE_SIZE] = true;
	}
}

static void unmark(paddr_t first, size_t count)
{
	memset(&used[first.raw / ARCH_PAGE_SIZE], 0, count);
}

static void frame_init_takes_all_memory_but_a_byte_per_frame(void **state)
{
	uint64_t frames = 0;

	(void)state;
	for (size_t i = 0; i < machine.memory_count; i++)
		frames += machine.memory[i].size_bytes / ARCH_PAGE_SIZE;
	assert_int_equal(frame_total_count(), frames - 1);
	assert_int_equal(frame_free_count(), frames - 1);
	frame_check();
}

static void frame_alloc_gives_each_frame_once_until_none_is_left(void **state)
{
	uint64_t total = frame_total_count();
	paddr_t frame = { 1 };

	(void)state;
	for (uint64_t i = 0; i < total; i++) {
		assert_int_equal(frame_alloc(&frame), CAPOS_OK);
		mark(frame, 1);
	}
	assert_int_equal(frame_free_count(), 0);
	frame.raw = 1;
	assert_int_equal(frame_alloc(&frame), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(frame_alloc_zeroed(&frame), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(frame_alloc_run(1, &frame), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(frame.raw, 1);
	frame_check();
	for (uint64_t i = 0; i < MACHINE_FRAMES; i++)
		if (used[i])
			frame_free((paddr_t){ i * ARCH_PAGE_SIZE });
	assert_int_equal(frame_free_count(), total);
	frame_check();
}

static void frame_alloc_zeroed_clears_what_was_used_before(void **state)
{
	static const uint8_t zeros[ARCH_PAGE_SIZE];
	paddr_t frame;

	(void)state;
	assert_int_equal(frame_alloc(&frame), CAPOS_OK);
	memset(arch_direct(frame), 0xee, ARCH_PAGE_SIZE);
	frame_free(frame);
	assert_int_equal(frame_alloc_zeroed(&frame), CAPOS_OK);
	assert_memory_equal(arch_direct(frame), zeros, ARCH_PAGE_SIZE);
	frame_free(frame);
}

static void frame_run_takes_exactly_its_frames(void **state)
{
	uint64_t total = frame_total_count();
	static const size_t counts[] = { 1, 2, 3, 5, 8, 17, 31, 33, 100, 511, 513, 1024 };
	paddr_t runs[sizeof(counts) / sizeof(counts[0])];
	uint64_t sum = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		assert_int_equal(frame_alloc_run(counts[i], &runs[i]), CAPOS_OK);
		mark(runs[i], counts[i]);
		sum += counts[i];
		assert_int_equal(frame_free_count(), total - sum);
		frame_check();
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		frame_free_run(runs[i], counts[i]);
		frame_check();
	}
	assert_int_equal(frame_free_count(), total);
}

/* How many runs of @count can be had at once. */
static int count_runs(size_t count)
{
	paddr_t runs[64];
	int got = 0;

	while (got < 64 && frame_alloc_run(count, &runs[got]) == CAPOS_OK)
		got++;
	for (int i = 0; i < got; i++)
		frame_free_run(runs[i], count);
	return got;
}

static void frame_freed_one_by_one_merges_again(void **state)
{
	int before = count_runs(1024);
	paddr_t run;

	(void)state;
	assert_true(before >= 2);
	assert_int_equal(frame_alloc_run(1000, &run), CAPOS_OK);
	/* Odd frames first, so that nothing merges until the end. */
	for (size_t start = 1; start < 3; start++)
		for (size_t i = start % 2; i < 1000; i += 2)
			frame_free(paddr_add(run, i * ARCH_PAGE_SIZE));
	frame_check();
	assert_int_equal(count_runs(1024), before);
}

static void frame_run_uses_the_frames_kept_at_hand(void **state)
{
	paddr_t pair;
	paddr_t other;

	(void)state;
	assert_int_equal(frame_alloc_run(2, &pair), CAPOS_OK);
	while (frame_alloc(&other) == CAPOS_OK)
		continue;
	frame_free(pair);
	frame_free(paddr_add(pair, ARCH_PAGE_SIZE));
	assert_int_equal(frame_alloc_run(2, &other), CAPOS_OK);
	assert_int_equal(other.raw, pair.raw);
}

static uint32_t next_random(void)
{
	static uint32_t seed = 7;

	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void frame_allocator_keeps_its_invariants_in_random_use(void **state)
{
	enum { SLOTS = 200 };
	static struct {
		paddr_t first;
		size_t count;
	} slots[SLOTS];
	uint64_t total = frame_total_count();
	uint64_t held = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t i = next_random() % SLOTS;

		if (slots[i].count == 0) {
			size_t count =
				next_random() % 4 != 0 ? 1 : 1 + next_random() % 70;
			status_t status =
				count == 1 ? frame_alloc(&slots[i].first)
					   : frame_alloc_run(count, &slots[i].first);

			if (status != CAPOS_OK)
				continue;
			mark(slots[i].first, count);
			slots[i].count = count;
			held += count;
		} else {
			unmark(slots[i].first, slots[i].count);
			if (slots[i].count == 1)
				frame_free(slots[i].first);
			else
				frame_free_run(slots[i].first, slots[i].count);
			held -= slots[i].count;
			slots[i].count = 0;
		}
		assert_int_equal(frame_free_count(), total - held);
		if (round % 1000 == 0)
			frame_check();
	}
	frame_check();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(frame_init_takes_all_memory_but_a_byte_per_frame,
				       setup),
		cmocka_unit_test_setup(
			frame_alloc_gives_each_frame_once_until_none_is_left, setup),
		cmocka_unit_test_setup(frame_alloc_zeroed_clears_what_was_used_before,
				       setup),
		cmocka_unit_test_setup(frame_run_takes_exactly_its_frames, setup),
		cmocka_unit_test_setup(frame_freed_one_by_one_merges_again, setup),
		cmocka_unit_test_setup(frame_run_uses_the_frames_kept_at_hand, setup),
		cmocka_unit_test_setup(frame_allocator_keeps_its_invariants_in_random_use,
				       setup),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

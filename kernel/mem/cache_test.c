/* SPDX-License-Identifier: MIT */
// TEST-LINK: tests/support/memory_bed.c @hosted
/* cache_test.c - the promises of cache.h. */
#include "kernel/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/arch.h"
#include "kernel/frame.h"
#include "tests/support/memory_bed.h"

enum { MANY = 300 };

static struct ledger *payer(void)
{
	return &memory_bed_payer.ledger;
}

static void cache_gives_zeroed_distinct_aligned_objects(void **state)
{
	static const uint32_t sizes[] = { 8, 24, 48, 64, 192, 1000, 2048 };
	static const uint8_t zeros[CACHE_OBJECT_MAX];
	static void *objects[MANY];

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct cache cache = CACHE("test", sizes[s]);
		uintptr_t alignment = cache.size_bytes % 64 == 0 ? 64 : 16;

		assert_true(cache.size_bytes >= sizes[s]);
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(cache_alloc(&cache, payer(), &objects[i]),
					 CAPOS_OK);
			assert_int_equal((uintptr_t)objects[i] % alignment, 0);
			assert_memory_equal(objects[i], zeros, cache.size_bytes);
			/* Overlapping objects would find this. */
			memset(objects[i], i % 255 + 1, cache.size_bytes);
		}
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(*(uint8_t *)objects[i], i % 255 + 1);
			assert_int_equal(((uint8_t *)objects[i])[cache.size_bytes - 1],
					 i % 255 + 1);
			cache_free(&cache, payer(), objects[i]);
		}
		assert_int_equal(cache.live, 0);
		assert_int_equal(cache.frames, 1);
		/* This cache goes; nobody else would give its last frame back. */
		frame_free(arch_direct_paddr(cache.open));
	}
}

static void cache_charges_the_rounded_size_and_gives_it_back(void **state)
{
	static struct cache cache = CACHE("test", 40);
	void *object;

	(void)state;
	assert_int_equal(cache_alloc(&cache, payer(), &object), CAPOS_OK);
	assert_int_equal(ledger_used(payer(), LEDGER_KERNEL_BYTES), 48);
	cache_free(&cache, payer(), object);
	assert_int_equal(ledger_used(payer(), LEDGER_KERNEL_BYTES), 0);
}

static void cache_refuses_a_poor_ledger_and_changes_nothing(void **state)
{
	static struct cache cache = CACHE("test", 48);
	struct account poor;
	uint64_t frames = frame_free_count();
	void *object = &poor;

	(void)state;
	memory_bed_carve(&poor, 47);
	assert_int_equal(cache_alloc(&cache, &poor.ledger, &object), CAPOS_ERR_NO_LEDGER);
	assert_ptr_equal(object, &poor);
	assert_int_equal(ledger_used(&poor.ledger, LEDGER_KERNEL_BYTES), 0);
	assert_int_equal(frame_free_count(), frames);
	assert_int_equal(cache.frames, 0);
	ledger_return(&poor.ledger);
}

static void cache_without_memory_changes_nothing(void **state)
{
	static struct cache cache = CACHE("test", 48);
	void *object = &cache;

	(void)state;
	memory_bed_leave_frames(0);
	assert_int_equal(cache_alloc(&cache, payer(), &object), CAPOS_ERR_NO_MEMORY);
	assert_ptr_equal(object, &cache);
	assert_int_equal(ledger_used(payer(), LEDGER_KERNEL_BYTES), 0);
	assert_int_equal(cache.live, 0);
	memory_bed_return_frames();
	assert_int_equal(cache_alloc(&cache, payer(), &object), CAPOS_OK);
	cache_free(&cache, payer(), object);
}

static void cache_gives_frames_back_in_any_order_of_freeing(void **state)
{
	static struct cache cache = CACHE("test", 512);
	static void *objects[MANY];
	uint64_t frames = frame_free_count();

	(void)state;
	for (int i = 0; i < MANY; i++)
		assert_int_equal(cache_alloc(&cache, payer(), &objects[i]), CAPOS_OK);
	assert_true(cache.frames > MANY / 8);
	for (int step = 0; step < 7; step++)
		for (int i = step; i < MANY; i += 7)
			cache_free(&cache, payer(), objects[i]);
	assert_int_equal(cache.frames, 1);
	assert_int_equal(frame_free_count(), frames - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			cache_gives_zeroed_distinct_aligned_objects, memory_bed_begin,
			memory_bed_end),
		cmocka_unit_test_setup_teardown(
			cache_charges_the_rounded_size_and_gives_it_back,
			memory_bed_begin, memory_bed_end),
		cmocka_unit_test_setup_teardown(
			cache_refuses_a_poor_ledger_and_changes_nothing, memory_bed_begin,
			memory_bed_end),
		cmocka_unit_test_setup_teardown(cache_without_memory_changes_nothing,
						memory_bed_begin, memory_bed_end),
		cmocka_unit_test_setup_teardown(
			cache_gives_frames_back_in_any_order_of_freeing, memory_bed_begin,
			memory_bed_end),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

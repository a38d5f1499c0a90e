/* SPDX-License-Identifier: MIT */
// TEST-LINK: tests/support/memory_bed.c @hosted
/*
 * memory_object_test.c - the promises of memory_object.h, without the interface: who pays,
 * when frames come back, and what the end of the payer does to mappings elsewhere.
 */
#include "kernel/memory_object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "abi/address_map.h"
#include "kernel/arch.h"
#include "kernel/frame.h"
#include "kernel/space.h"
#include "tests/support/memory_bed.h"

enum { PAGE = ARCH_PAGE_SIZE };

#define BASE UINT64_C(0x200000)
#define BED_TEST(name) \
	cmocka_unit_test_setup_teardown(name, memory_bed_begin, memory_bed_end)

static uint64_t used(enum ledger_resource resource)
{
	return ledger_used(&memory_bed_payer.ledger, resource);
}

/* An object of any size, filled. */
static struct memory_object *make(struct account *payer, uint32_t page_count)
{
	struct object *object;
	enum rule rule;
	bool done = false;

	assert_int_equal(memory_object_begin(payer, page_count, &object, &rule),
			 CAPOS_OK);
	while (!done)
		assert_int_equal(
			memory_object_fill_step(memory_object_from(object), &done),
			CAPOS_OK);
	return memory_object_from(object);
}

static void put(struct memory_object *object)
{
	object_put(memory_object_base(object));
}

/* Frames that an object of @page_count pages needs in all. */
static uint64_t frames_of(uint64_t page_count)
{
	if (page_count <= 8)
		return page_count;
	return page_count + (page_count <= 512 ? 1 : 1 + (page_count + 511) / 512);
}

static const uint32_t sizes[] = { 1, 2, 8, 9, 64, 65, 512, 513, 1024, 1500 };

static void memory_object_has_zeroed_pages_that_the_payer_pays(void **state)
{
	static bool seen[MEMORY_BED_FRAMES + 256];

	(void)state;
	put(make(&memory_bed_payer, 1)); /* the cache may keep a frame */
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		uint64_t frames = frame_free_count();
		struct memory_object *object = make(&memory_bed_payer, sizes[s]);

		memset(seen, 0, sizeof(seen));
		assert_int_equal(memory_object_page_count(object), sizes[s]);
		assert_true(memory_object_mutable(object));
		for (uint32_t i = 0; i < sizes[s]; i++) {
			paddr_t frame = memory_object_frame(object, i);
			const uint64_t *words = arch_direct(frame);

			assert_false(seen[frame.raw / PAGE]);
			seen[frame.raw / PAGE] = true;
			for (size_t w = 0; w < PAGE / 8; w++)
				assert_int_equal(words[w], 0);
			memset(arch_direct(frame), 0xee, PAGE); /* for whoever is next */
		}
		assert_int_equal(used(LEDGER_MEMORY_PAGES), frames_of(sizes[s]));
		assert_int_equal(frame_free_count(), frames - frames_of(sizes[s]));
		put(object);
		assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
		assert_int_equal(used(LEDGER_KERNEL_BYTES), 0);
		memory_bed_work();
		assert_int_equal(frame_free_count(), frames);
	}
}

static void memory_object_large_ones_are_freed_in_steps(void **state)
{
	struct memory_object *object = make(&memory_bed_payer, 3000);
	uint64_t before = frame_free_count();

	(void)state;
	put(object);
	assert_int_equal(frame_free_count(), before);
	while (work_run_one()) {
		uint64_t now = frame_free_count();

		assert_true(now - before <= 3 * 513 + 1);
		before = now;
	}
}

static void memory_object_refuses_a_poor_payer_and_changes_nothing(void **state)
{
	static const struct {
		enum ledger_resource resource;
		uint32_t page_count;
		enum rule rule;
	} cases[] = {
		{ LEDGER_MEMORY_PAGES, 1, RULE_LEDGER_MEMORY_PAGES },
		{ LEDGER_MEMORY_PAGES, 9, RULE_LEDGER_MEMORY_PAGES },
		{ LEDGER_KERNEL_BYTES, 1, RULE_LEDGER_KERNEL_BYTES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger_account *account =
			&memory_bed_payer.ledger.accounts[cases[i].resource];
		uint64_t max = account->max;
		uint64_t frames = frame_free_count();
		struct object *object = nullptr;
		enum rule rule = RULE_NONE;

		account->max =
			cases[i].page_count; /* one too few for the index, or the record */
		if (cases[i].page_count == 1 && cases[i].resource == LEDGER_MEMORY_PAGES)
			account->max = 0;
		assert_int_equal(memory_object_create(&memory_bed_payer,
						      cases[i].page_count, &object,
						      &rule),
				 CAPOS_ERR_NO_LEDGER);
		assert_int_equal(rule, cases[i].rule);
		assert_null(object);
		assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
		assert_int_equal(used(LEDGER_KERNEL_BYTES), 0);
		assert_int_equal(frame_free_count(), frames);
		assert_true(list_empty(&memory_bed_payer.objects));
		account->max = max;
	}
}

static void memory_object_create_survives_the_nth_missing_frame(void **state)
{
	struct object *object = nullptr;
	status_t status = CAPOS_ERR_NO_MEMORY;

	(void)state;
	put(make(&memory_bed_payer, 1)); /* so that the cache has its frame */
	for (uint64_t n = 0; status != CAPOS_OK; n++) {
		enum rule rule = RULE_NONE;

		assert_true(n <= 21);
		memory_bed_leave_frames(n);
		status = memory_object_create(&memory_bed_payer, 20, &object, &rule);
		if (status != CAPOS_OK) {
			assert_int_equal(status, CAPOS_ERR_NO_MEMORY);
			assert_int_equal(rule, RULE_MACHINE_MEMORY);
			assert_int_equal(frame_free_count(), n);
			assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
			assert_int_equal(used(LEDGER_KERNEL_BYTES), 0);
		}
	}
	object_put(object);
}

static void memory_object_half_filled_ones_are_freed_too(void **state)
{
	(void)state;
	put(make(&memory_bed_payer, 1));
	for (int steps = 0; steps < 20; steps += 3) {
		uint64_t frames = frame_free_count();
		struct object *object;
		enum rule rule;
		bool done;

		assert_int_equal(
			memory_object_begin(&memory_bed_payer, 1200, &object, &rule),
			CAPOS_OK);
		for (int i = 0; i < steps; i++)
			assert_int_equal(memory_object_fill_step(
						 memory_object_from(object), &done),
					 CAPOS_OK);
		object_put(object);
		memory_bed_work();
		assert_int_equal(frame_free_count(), frames);
		assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
	}
}

static void memory_object_static_frames_stay_where_they_are(void **state)
{
	struct object *base;
	struct memory_object *object;
	paddr_t frames;
	uint64_t free_before;

	(void)state;
	assert_int_equal(frame_alloc_run(5, &frames), CAPOS_OK);
	assert_int_equal(memory_object_create_static(&memory_bed_payer, frames, 5, &base),
			 CAPOS_OK);
	free_before = frame_free_count();
	object = memory_object_from(base);
	assert_ptr_equal(memory_object_base(object), base);
	assert_false(memory_object_mutable(object));
	assert_int_equal(memory_object_page_count(object), 5);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(memory_object_frame(object, i).raw,
				 frames.raw + i * PAGE);
	assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
	object_put(base);
	assert_int_equal(frame_free_count(), free_before);
	frame_free_run(frames, 5);
}

/* ---- The end of the payer ------------------------------------------------------------------ */

static void end_account(struct account *account)
{
	while (!account_close_objects(account, 1))
		continue;
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		assert_int_equal(ledger_used(&account->ledger, (enum ledger_resource)i),
				 0);
	ledger_return(&account->ledger);
}

static void memory_object_frees_its_frames_when_the_payer_ends(void **state)
{
	struct account victim;
	struct memory_object *objects[sizeof(sizes) / sizeof(sizes[0])];
	uint64_t frames;

	(void)state;
	put(make(&memory_bed_payer, 1));
	frames = frame_free_count();
	memory_bed_carve(&victim, 100000);
	for (size_t s = 0; s < 7; s++)
		objects[s] = make(&victim, sizes[s]);
	end_account(&victim);
	memory_bed_work();
	/* Somebody still holds the records, and can do nothing with them. */
	assert_in_range(frame_free_count(), frames - 1, frames);
	for (size_t s = 0; s < 7; s++) {
		assert_true(object_closed(memory_object_base(objects[s])));
		assert_false(memory_object_pin(objects[s]));
		put(objects[s]);
	}
	assert_int_equal(frame_free_count(), frames);
}

static void memory_object_pin_keeps_the_frames_of_a_closed_object(void **state)
{
	struct account victim;
	struct memory_object *object;
	uint64_t frames;

	(void)state;
	memory_bed_carve(&victim, 1000);
	object = make(&victim, 64);
	frames = frame_free_count();
	assert_true(memory_object_pin(object));
	memory_object_pin_again(object);
	end_account(&victim);
	memory_bed_work();
	memory_object_unpin(object);
	assert_int_equal(frame_free_count(), frames);
	assert_false(memory_object_pin(object));
	assert_int_equal(frame_free_count(), frames);
	memory_object_unpin(object);
	assert_int_equal(frame_free_count(), frames + 65);
	put(object);
}

static void map(struct space *space, struct memory_object *object, uint64_t address,
		uint64_t page_count)
{
	struct space_range range = { { address },
				     page_count * PAGE,
				     PROTECTION_READ_WRITE };
	enum rule rule;

	assert_int_equal(space_map_object(space, object, 0, &range, &rule), CAPOS_OK);
}

static uint64_t space_pages(struct space *space, const struct memory_object *object)
{
	uint64_t pages = 0;

	for (uint32_t i = 0; i < space->mappings.count; i++)
		if (space->mappings.ranges[i].object == object)
			pages += space->mappings.ranges[i].page_count;
	return pages;
}

static void memory_object_leaves_every_space_when_the_payer_ends(void **state)
{
	enum { SPACES = 20 };
	static struct space spaces[SPACES];
	struct account victim;
	struct memory_object *object;
	struct memory_object *other = make(&memory_bed_payer, 3);
	uint64_t frames;
	uint64_t left = UINT64_MAX;

	(void)state;
	memory_bed_carve(&victim, 1000);
	object = make(&victim, 500);
	for (int i = 0; i < SPACES; i++) {
		assert_int_equal(space_init(&spaces[i], &memory_bed_payer), CAPOS_OK);
		map(&spaces[i], other, BASE + 1000 * PAGE, 3);
		if (i % 3 == 0)
			continue;
		map(&spaces[i], object, BASE, 250);
		map(&spaces[i], object, BASE + 300 * PAGE, 7);
	}
	frames = frame_free_count();
	put(object); /* the mappings are the only references left */
	end_account(&victim);
	/* Nothing is lost at once; each step removes at most 200 pages. */
	do {
		uint64_t now = 0;

		for (int i = 0; i < SPACES; i++) {
			space_check(&spaces[i]);
			now += space_pages(&spaces[i], object);
		}
		assert_true(left == UINT64_MAX || left - now <= 200);
		left = now;
	} while (work_run_one());
	assert_int_equal(left, 0);
	assert_int_equal(frame_free_count(), frames + 501);
	assert_int_equal(used(LEDGER_MAPPINGS), SPACES);
	assert_int_equal(used(LEDGER_VIRTUAL_PAGES), 3 * SPACES);
	for (int i = 0; i < SPACES; i++)
		while (!space_fini_step(&spaces[i]))
			continue;
	put(other);
}

static void memory_object_of_an_ended_payer_cannot_be_mapped(void **state)
{
	struct account victim;
	struct space space;
	struct memory_object *object;
	struct space_range range = { { BASE }, PAGE, PROTECTION_READ };
	struct ledger_budget before;
	enum rule rule = RULE_NONE;

	(void)state;
	memory_bed_carve(&victim, 1000);
	object = make(&victim, 1);
	assert_int_equal(space_init(&space, &memory_bed_payer), CAPOS_OK);
	end_account(&victim);
	before = memory_bed_used(&memory_bed_payer.ledger);
	assert_int_equal(space_map_object(&space, object, 0, &range, &rule),
			 CAPOS_ERR_DISCONNECTED);
	assert_int_equal(rule, RULE_TARGET_ALIVE);
	assert_int_equal(space_map_copy(&space, object, 0, PAGE, &range, &rule),
			 CAPOS_ERR_DISCONNECTED);
	assert_int_equal(rule, RULE_TARGET_ALIVE);

	struct ledger_budget after = memory_bed_used(&memory_bed_payer.ledger);

	assert_true(memory_bed_same(&before, &after));
	assert_int_equal(space.mappings.count, 0);
	put(object);
	assert_true(space_fini_step(&space));
}

static void memory_object_end_and_space_end_may_cross(void **state)
{
	(void)state;
	/* The space goes after n steps of the object's end. */
	for (int n = 0; n < 6; n++) {
		struct account victim;
		struct space space;
		struct memory_object *object;

		memory_bed_carve(&victim, 1000);
		assert_int_equal(space_init(&space, &memory_bed_payer), CAPOS_OK);
		object = make(&victim, 500);
		map(&space, object, BASE, 500);
		map(&space, object, BASE + 600 * PAGE, 500);
		put(object);
		end_account(&victim);
		for (int i = 0; i < n; i++)
			(void)work_run_one();
		while (!space_fini_step(&space))
			continue;
		memory_bed_work();
		assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
		assert_int_equal(used(LEDGER_MAPPINGS), 0);
	}
}

static void memory_object_is_closed_only_once(void **state)
{
	struct account parent;
	struct account child;
	struct ledger_budget budget;
	enum ledger_resource short_of;
	struct memory_object *object;

	(void)state;
	memory_bed_carve(&parent, 5000);
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		budget.max[i] = 1000;
	account_init(&child);
	assert_true(ledger_carve(&parent.ledger, &budget, &child.ledger, &short_of));
	object = make(&child, 10);
	assert_true(memory_object_pin(object));
	end_account(&child);
	end_account(&parent); /* inherited the record */
	memory_object_unpin(object);
	put(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(memory_object_has_zeroed_pages_that_the_payer_pays),
		BED_TEST(memory_object_large_ones_are_freed_in_steps),
		BED_TEST(memory_object_refuses_a_poor_payer_and_changes_nothing),
		BED_TEST(memory_object_create_survives_the_nth_missing_frame),
		BED_TEST(memory_object_half_filled_ones_are_freed_too),
		BED_TEST(memory_object_static_frames_stay_where_they_are),
		BED_TEST(memory_object_frees_its_frames_when_the_payer_ends),
		BED_TEST(memory_object_pin_keeps_the_frames_of_a_closed_object),
		BED_TEST(memory_object_leaves_every_space_when_the_payer_ends),
		BED_TEST(memory_object_of_an_ended_payer_cannot_be_mapped),
		BED_TEST(memory_object_end_and_space_end_may_cross),
		BED_TEST(memory_object_is_closed_only_once),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

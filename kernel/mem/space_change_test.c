/* SPDX-License-Identifier: MIT */
// TEST-LINK: tests/support/memory_bed.c @hosted
/* space_change_test.c - the promises of space.h: unmapping, protection, random use. */
#include "tests/support/space_bed.h"

/* ---- Unmapping ---------------------------------------------------------------------------- */

static void space_unmap_splits_what_it_covers_partly(void **state)
{
	static const struct {
		uint64_t page, count; /* of what goes, out of pages 0 to 11 */
		uint32_t mappings;    /* that are left of 3, of 4 pages each */
	} cases[] = {
		{ 0, 4, 2 }, { 4, 4, 2 }, { 8, 4, 2 },  { 0, 12, 0 }, { 0, 1, 3 },
		{ 3, 1, 3 }, { 1, 2, 4 }, { 5, 1, 4 },  { 3, 2, 3 },  { 1, 10, 2 },
		{ 2, 6, 2 }, { 4, 7, 2 }, { 11, 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t first = cases[i].page;
		uint64_t end = first + cases[i].count;

		for (uint64_t m = 0; m < 3; m++)
			must_map(4 * m, 4);
		for (uint64_t page = 0; page < 12; page++)
			*at(BASE + page * PAGE) = (uint8_t)(page + 1);

		uint64_t frames = frame_free_count();

		must_unmap(first, cases[i].count);
		assert_int_equal(space.mappings.count, cases[i].mappings);
		assert_int_equal(used(LEDGER_MAPPINGS), cases[i].mappings);
		assert_int_equal(used(LEDGER_VIRTUAL_PAGES), 12 - cases[i].count);
		assert_int_equal(frame_free_count(), frames + cases[i].count);
		for (uint64_t page = 0; page < 12; page++) {
			assert_int_equal(mapped(page), page < first || page >= end);
			if (mapped(page))
				assert_int_equal(*at(BASE + page * PAGE), page + 1);
		}
		for (uint64_t page = 0; page < 12; page++)
			if (mapped(page))
				must_unmap(page, 1);
		assert_int_equal(space.mappings.count, 0);
	}
}

static void space_unmap_refuses_holes_and_changes_nothing(void **state)
{
	static const uint64_t cases[][2] = {
		{ 0, 2 }, { 1, 5 }, { 3, 3 }, { 4, 1 }, { 8, 1 }
	};
	struct snapshot before;
	enum rule rule;

	(void)state;
	must_map(1, 3);
	must_map(5, 3);
	before = snapshot_take();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct space_range range = { { BASE + cases[i][0] * PAGE },
					     cases[i][1] * PAGE,
					     PROTECTION_READ };

		assert_int_equal(
			space_unmap(&space, range.address, range.size_bytes, &rule),
			CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_MAPPED);
		assert_int_equal(space_protect(&space, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_MAPPED);
		assert_unchanged(&before);
	}
}

static void space_unmap_needs_a_mapping_for_the_middle_only(void **state)
{
	struct ledger_account *account =
		&memory_bed_payer.ledger.accounts[LEDGER_MAPPINGS];
	uint64_t max = account->max;
	struct snapshot before;
	enum rule rule;

	(void)state;
	must_map(0, 4);
	account->max = 1;
	before = snapshot_take();
	assert_int_equal(space_unmap(&space, (uaddr_t){ BASE + PAGE }, PAGE, &rule),
			 CAPOS_ERR_NO_LEDGER);
	assert_int_equal(rule, RULE_LEDGER_MAPPINGS);
	assert_unchanged(&before);
	must_unmap(0, 1);
	must_unmap(3, 1);
	must_unmap(1, 2);
	account->max = max;
}

/* ---- Protection --------------------------------------------------------------------------- */

static void space_protect_changes_just_the_range(void **state)
{
	static const uint64_t cases[][2] = { { 0, 4 }, { 1, 1 }, { 0, 1 },
					     { 3, 1 }, { 2, 4 }, { 0, 8 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct space_range range = { { BASE + cases[i][0] * PAGE },
					     cases[i][1] * PAGE,
					     PROTECTION_NONE };
		enum rule rule;

		must_map(0, 4);
		must_map(4, 4);
		*at(BASE + cases[i][0] * PAGE) = 9;
		assert_int_equal(space_protect(&space, &range, &rule), CAPOS_OK);
		space_check(&space);
		assert_int_equal(used(LEDGER_MAPPINGS), space.mappings.count);
		assert_int_equal(*at(BASE + cases[i][0] * PAGE), 9); /* the page stays */
		for (uint64_t page = 0; page < 8; page++) {
			uaddr_t address = { BASE + page * PAGE };
			bool inside = page - cases[i][0] < cases[i][1];

			assert_true(space_allows(&space, address, PROTECTION_NONE));
			assert_int_equal(space_allows(&space, address, PROTECTION_READ),
					 !inside);
			assert_int_equal(
				space_allows(&space, address, PROTECTION_READ_WRITE),
				!inside);
		}
		must_unmap(0, 8);
	}
}

static void space_protect_needs_a_mapping_for_each_split(void **state)
{
	struct ledger_account *account =
		&memory_bed_payer.ledger.accounts[LEDGER_MAPPINGS];
	struct space_range range = { { BASE + PAGE }, PAGE, PROTECTION_READ };
	uint64_t max = account->max;
	struct snapshot before;
	enum rule rule;

	(void)state;
	must_map(0, 3);
	before = snapshot_take();
	account->max = 2;
	assert_int_equal(space_protect(&space, &range, &rule), CAPOS_ERR_NO_LEDGER);
	assert_int_equal(rule, RULE_LEDGER_MAPPINGS);
	assert_unchanged(&before);
	account->max = 3;
	assert_int_equal(space_protect(&space, &range, &rule), CAPOS_OK);
	assert_int_equal(space.mappings.count, 3);
	account->max = max;
}

static void space_fresh_memory_may_become_executable_but_not_both(void **state)
{
	struct space_range range = { { BASE }, PAGE, PROTECTION_READ_EXECUTE };
	enum rule rule;

	(void)state;
	must_map(0, 1);
	assert_int_equal(space_protect(&space, &range, &rule), CAPOS_OK);
	assert_true(space_allows(&space, range.address, PROTECTION_READ_EXECUTE));
	assert_true(space_allows(&space, range.address, PROTECTION_READ));
	assert_false(space_allows(&space, range.address, PROTECTION_READ_WRITE));
}

/* ---- The kernel's own pages --------------------------------------------------------------- */

static void space_kernel_pages_are_out_of_reach(void **state)
{
	struct space_range range = { { BASE + PAGE }, 2 * PAGE, PROTECTION_READ_WRITE };
	struct snapshot before;
	enum rule rule;
	paddr_t frames;

	(void)state;
	must_map(0, 1);
	must_map(3, 1);
	assert_int_equal(frame_alloc_run(2, &frames), CAPOS_OK);
	assert_int_equal(space_map_kernel(&space, &range, frames, &rule), CAPOS_OK);
	assert_ptr_equal(at(BASE + 2 * PAGE), (uint8_t *)arch_direct(frames) + PAGE);
	before = snapshot_take();
	for (uint64_t page = 0; page < 3; page++) {
		struct space_range part = { { BASE + page * PAGE },
					    2 * PAGE,
					    PROTECTION_READ };

		assert_int_equal(
			space_unmap(&space, part.address, part.size_bytes, &rule),
			CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_MAPPED);
		assert_int_equal(space_protect(&space, &part, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_MAPPED);
		assert_int_equal(space_write(&space, part.address, "x", PAGE + 1, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_MAPPED);
	}
	assert_unchanged(&before);
	/* Nothing but such a mapping is removed, and the frames are not freed. */
	space_unmap_kernel(&space, (uaddr_t){ BASE });
	space_unmap_kernel(&space, (uaddr_t){ BASE + 2 * PAGE });
	assert_unchanged(&before);
	space_unmap_kernel(&space, range.address);
	assert_int_equal(space.mappings.count, 2);
	assert_int_equal(frame_free_count(), before.free_frames);
	assert_int_equal(used(LEDGER_VIRTUAL_PAGES), 2);
	frame_free_run(frames, 2);
}

/* ---- Random use against a model --------------------------------------------------------------------- */

/* What one call may free is bounded; whoever maps more unmaps it in parts. */
static void space_unmap_refuses_what_takes_too_long(void **state)
{
	enum { EACH = 63, COUNT = CAPOS_UNMAP_MAX / (EACH + 1) };
	struct snapshot before;
	enum rule rule;

	(void)state;
	for (uint64_t i = 0; i <= COUNT; i++)
		must_map(i * EACH, EACH);
	before = snapshot_take();
	assert_int_equal(space_unmap(&space, (uaddr_t){ BASE },
				     (COUNT * EACH + 1) * (uint64_t)PAGE, &rule),
			 CAPOS_ERR_EXCEPTION);
	assert_int_equal(rule, RULE_SIZE_LIMIT);
	assert_unchanged(&before);
	must_unmap(0, COUNT * EACH);
	must_unmap(COUNT * EACH, EACH);
	assert_int_equal(space.mappings.count, 0);
}

static uint32_t next_random(void)
{
	static uint32_t seed = 3;

	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

enum { MODEL_PAGES = 64, ABSENT = 0xff };

static void model_step(uint8_t *model)
{
	uint64_t page = next_random() % MODEL_PAGES;
	uint64_t count = 1 + next_random() % 8;
	enum protection protection = (enum protection)(next_random() % PROTECTION_COUNT);
	struct space_range range = { { BASE + page * PAGE }, count * PAGE, protection };
	unsigned int present = 0;
	status_t status;
	enum rule rule;

	if (page + count > MODEL_PAGES)
		return;
	for (uint64_t i = page; i < page + count; i++)
		present += model[i] != ABSENT;
	switch (next_random() % 3) {
	case 0:
		status = space_map_fresh(&space, &range, &rule);
		assert_int_equal(status == CAPOS_OK, present == 0);
		break;
	case 1:
		status = space_unmap(&space, range.address, range.size_bytes, &rule);
		assert_int_equal(status == CAPOS_OK, present == count);
		protection = (enum protection)ABSENT;
		break;
	default:
		status = space_protect(&space, &range, &rule);
		assert_int_equal(status == CAPOS_OK, present == count);
		break;
	}
	if (status == CAPOS_OK)
		memset(&model[page], (int)protection, count);
}

static void space_agrees_with_a_page_model(void **state)
{
	uint8_t model[MODEL_PAGES];

	(void)state;
	memset(model, ABSENT, sizeof(model));
	for (int round = 0; round < 20000; round++) {
		uint64_t pages = 0;

		model_step(model);
		if (round % 50 != 0)
			continue;
		space_check(&space);
		for (uint64_t i = 0; i < MODEL_PAGES; i++) {
			struct space_range range;
			bool is_mapped =
				space_query(&space, (uaddr_t){ BASE + i * PAGE }, &range);

			assert_int_equal(is_mapped, model[i] != ABSENT);
			if (is_mapped)
				assert_int_equal(range.protection, model[i]);
			pages += is_mapped;
		}
		assert_int_equal(used(LEDGER_VIRTUAL_PAGES), pages);
		assert_int_equal(used(LEDGER_MAPPINGS), space.mappings.count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPACE_TEST(space_unmap_splits_what_it_covers_partly),
		SPACE_TEST(space_unmap_refuses_holes_and_changes_nothing),
		SPACE_TEST(space_unmap_refuses_what_takes_too_long),
		SPACE_TEST(space_unmap_needs_a_mapping_for_the_middle_only),
		SPACE_TEST(space_protect_changes_just_the_range),
		SPACE_TEST(space_protect_needs_a_mapping_for_each_split),
		SPACE_TEST(space_fresh_memory_may_become_executable_but_not_both),
		SPACE_TEST(space_kernel_pages_are_out_of_reach),
		SPACE_TEST(space_agrees_with_a_page_model),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

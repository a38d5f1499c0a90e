/* SPDX-License-Identifier: MIT */
/* cap_table_test.c - the capability table against the promises in cap_table.h. */
// TEST-LINK: core/cap_table.c
#include "core/cap_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ENTRIES_MAX = CAP_TABLE_PAGES_MAX * CAP_TABLE_PAGE_ENTRIES };

/* Two arrays, so that a growing table always moves to the other one. */
static struct cap_entry memory[2][ENTRIES_MAX];
static int node_a;
static int node_b;

static bool grow(struct cap_table *table)
{
	uint32_t pages = cap_table_next_pages(table);
	struct cap_entry *old = table->entries;

	if (pages == 0)
		return false;
	assert_ptr_equal(cap_table_grow(table, memory[old == memory[0]], pages), old);
	return true;
}

static struct cap_table fresh(uint32_t pages)
{
	struct cap_table table;

	memset(memory, 0, sizeof(memory));
	cap_table_init(&table);
	while (table.capacity < pages * CAP_TABLE_PAGE_ENTRIES)
		assert_true(grow(&table));
	return table;
}

static void cap_table_finds_what_was_added(void **state)
{
	struct cap_table table = fresh(1);
	cap_t a = cap_table_add(&table, &node_a, nullptr, 7, 0);
	cap_t b = cap_table_add(&table, &node_b, nullptr, 8, 0);

	(void)state;
	assert_ptr_equal(cap_table_find(&table, a)->node, &node_a);
	assert_int_equal(cap_table_find(&table, a)->epoch, 7);
	assert_ptr_equal(cap_table_find(&table, b)->node, &node_b);
	assert_int_equal(table.used_count, 2);
	assert_true(cap_table_check(&table));
}

static void cap_table_never_resolves_the_null_capability(void **state)
{
	struct cap_table table = fresh(1);

	(void)state;
	assert_null(cap_table_find(&table, CAP_NULL));
	(void)cap_table_add(&table, &node_a, nullptr, 1, 0);
	assert_null(cap_table_find(&table, CAP_NULL));
}

static void cap_table_refuses_stale_and_forged_ids(void **state)
{
	struct cap_table table = fresh(2);
	cap_t stale = cap_table_add(&table, &node_a, nullptr, 1, 0);

	(void)state;
	cap_table_remove(&table, stale);
	assert_null(cap_table_find(&table, stale));

	cap_t next = cap_table_add(&table, &node_b, nullptr, 1, 0);

	assert_int_equal(cap_slot(next), cap_slot(stale)); /* the slot is used again */
	assert_null(cap_table_find(&table, stale));
	assert_null(cap_table_find(&table,
				   cap_make(cap_slot(next), cap_generation(next) + 1)));
	assert_null(cap_table_find(&table, cap_make(UINT32_MAX, 1)));
	assert_null(cap_table_find(&table, cap_make(2 * CAP_TABLE_PAGE_ENTRIES, 1)));
	assert_true(cap_table_check(&table));
}

static void cap_table_retires_a_slot_whose_generation_would_wrap(void **state)
{
	struct cap_table table = fresh(1);

	(void)state;
	table.entries[0].generation = UINT32_MAX;

	cap_t last = cap_table_add(&table, &node_a, nullptr, 1, 0);

	assert_int_equal(cap_slot(last), 0);
	assert_int_equal(cap_generation(last), UINT32_MAX);
	cap_table_remove(&table, last);
	assert_true(cap_table_check(&table));
	for (uint32_t i = 1; i < CAP_TABLE_PAGE_ENTRIES; i++)
		assert_int_not_equal(
			cap_slot(cap_table_add(&table, &node_a, nullptr, 1, 0)), 0);
	assert_true(cap_table_full(&table));
	assert_true(cap_table_check(&table));
}

static void cap_table_fills_every_slot_and_then_is_full(void **state)
{
	struct cap_table table = fresh(CAP_TABLE_PAGES_MAX);

	(void)state;
	assert_false(grow(&table));
	for (uint32_t i = 0; i < ENTRIES_MAX; i++) {
		assert_false(cap_table_full(&table));
		(void)cap_table_add(&table, &node_a, nullptr, 1, 0);
	}
	assert_true(cap_table_full(&table));
	assert_int_equal(table.used_count, ENTRIES_MAX);
	assert_true(cap_table_check(&table));
}

static void cap_table_keeps_its_ids_when_it_grows(void **state)
{
	struct cap_table table = fresh(1);
	cap_t caps[CAP_TABLE_PAGE_ENTRIES];

	(void)state;
	for (int i = 0; i < CAP_TABLE_PAGE_ENTRIES; i++)
		caps[i] = cap_table_add(&table, &node_a, nullptr, (uint32_t)i, 0);
	assert_true(cap_table_full(&table));
	assert_true(grow(&table));
	assert_true(cap_table_check(&table));
	for (uint32_t i = 0; i < CAP_TABLE_PAGE_ENTRIES; i++)
		assert_int_equal(cap_table_find(&table, caps[i])->epoch, i);
	assert_int_equal(cap_slot(cap_table_add(&table, &node_b, nullptr, 1, 0)),
			 CAP_TABLE_PAGE_ENTRIES);
}

static void cap_table_next_visits_each_used_slot_once(void **state)
{
	struct cap_table table = fresh(1);
	cap_t caps[3];
	uint32_t slot = 0;
	uint32_t seen = 0;
	cap_t cap;

	(void)state;
	for (int i = 0; i < 3; i++)
		caps[i] = cap_table_add(&table, &node_a, nullptr, 1, 0);
	cap_table_remove(&table, caps[1]);
	for (; cap_table_next(&table, &slot, &cap); slot++) {
		assert_true(cap_equal(cap, caps[0]) || cap_equal(cap, caps[2]));
		seen++;
	}
	assert_int_equal(seen, 2);
}

static void cap_table_check_finds_planted_damage(void **state)
{
	struct cap_table table = fresh(1);

	(void)state;
	(void)cap_table_add(&table, &node_a, nullptr, 1, 0);
	table.used_count = 2;
	assert_false(cap_table_check(&table)); /* T3 */
	table.used_count = 1;
	table.entries[5].next_free = 5;
	assert_false(cap_table_check(&table)); /* T2: the list goes round */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cap_table_finds_what_was_added),
		cmocka_unit_test(cap_table_never_resolves_the_null_capability),
		cmocka_unit_test(cap_table_refuses_stale_and_forged_ids),
		cmocka_unit_test(cap_table_retires_a_slot_whose_generation_would_wrap),
		cmocka_unit_test(cap_table_fills_every_slot_and_then_is_full),
		cmocka_unit_test(cap_table_keeps_its_ids_when_it_grows),
		cmocka_unit_test(cap_table_next_visits_each_used_slot_once),
		cmocka_unit_test(cap_table_check_finds_planted_damage),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

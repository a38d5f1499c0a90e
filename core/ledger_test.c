/* SPDX-License-Identifier: MIT */
// TEST-LINK: core/ledger.c
/* ledger_test.c - the promises of ledger.h. */
#include "core/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ledger_budget budget_of(uint64_t each)
{
	struct ledger_budget budget;

	for (int i = 0; i < LEDGER_RESOURCES; i++)
		budget.max[i] = each + (uint64_t)i;
	return budget;
}

static void ledger_starts_with_nothing_used(void **state)
{
	struct ledger_budget budget = budget_of(5);
	struct ledger ledger;

	(void)state;
	memset(&ledger, 0xff, sizeof(ledger));
	ledger_init(&ledger, &budget);
	assert_null(ledger.parent);
	for (int i = 0; i < LEDGER_RESOURCES; i++) {
		assert_int_equal(ledger_used(&ledger, (enum ledger_resource)i), 0);
		assert_int_equal(ledger.accounts[i].max, 5 + i);
	}
}

static void ledger_charges_up_to_the_maximum_and_not_beyond(void **state)
{
	struct ledger_budget budget = budget_of(5);
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger, &budget);
	assert_true(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 3));
	assert_false(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 3));
	assert_int_equal(ledger_used(&ledger, LEDGER_CAP_SLOTS), 3); /* as before */
	assert_true(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 2));
	assert_false(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 1));
	assert_true(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 0));
	assert_int_equal(ledger_used(&ledger, LEDGER_CALLS), 0); /* another resource */
}

static void ledger_refund_makes_room_again(void **state)
{
	struct ledger_budget budget = budget_of(2);
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger, &budget);
	assert_true(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 2));
	ledger_refund(&ledger, LEDGER_CAP_SLOTS, 1);
	assert_true(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 1));
	assert_false(ledger_charge(&ledger, LEDGER_CAP_SLOTS, 1));
}

static void ledger_carve_reserves_the_whole_budget(void **state)
{
	struct ledger_budget budget = budget_of(10);
	struct ledger_budget part = budget_of(4);
	struct ledger parent;
	struct ledger child;
	enum ledger_resource short_of;

	(void)state;
	ledger_init(&parent, &budget);
	assert_true(ledger_carve(&parent, &part, &child, &short_of));
	assert_ptr_equal(child.parent, &parent);
	for (int i = 0; i < LEDGER_RESOURCES; i++) {
		assert_int_equal(ledger_used(&parent, (enum ledger_resource)i), 4 + i);
		assert_int_equal(ledger_used(&child, (enum ledger_resource)i), 0);
		assert_int_equal(child.accounts[i].max, 4 + i);
	}
	/* What the child uses is its own affair: all of it goes back. */
	assert_true(ledger_charge(&child, LEDGER_THREADS, 2));
	ledger_return(&child);
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		assert_int_equal(ledger_used(&parent, (enum ledger_resource)i), 0);
}

static void ledger_carve_names_the_short_resource_and_changes_nothing(void **state)
{
	(void)state;
	for (int short_one = 0; short_one < LEDGER_RESOURCES; short_one++) {
		struct ledger_budget budget = budget_of(10);
		struct ledger_budget part = budget_of(4);
		struct ledger parent;
		struct ledger child = { 0 };
		enum ledger_resource short_of = LEDGER_RESOURCES;

		budget.max[short_one] = part.max[short_one] - 1;
		ledger_init(&parent, &budget);
		assert_false(ledger_carve(&parent, &part, &child, &short_of));
		assert_int_equal(short_of, short_one);
		assert_null(child.parent);
		for (int i = 0; i < LEDGER_RESOURCES; i++) {
			assert_int_equal(ledger_used(&parent, (enum ledger_resource)i),
					 0);
			assert_int_equal(child.accounts[i].max, 0);
		}
	}
}

static void ledger_return_of_the_machines_own_does_nothing(void **state)
{
	struct ledger_budget budget = budget_of(1);
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger, &budget);
	assert_true(ledger_charge(&ledger, LEDGER_CALLS, 1));
	ledger_return(&ledger);
	assert_int_equal(ledger_used(&ledger, LEDGER_CALLS), 1);
}

static void ledger_refuses_huge_amounts(void **state)
{
	struct ledger_budget budget = budget_of(100);
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger, &budget);
	assert_true(ledger_charge(&ledger, LEDGER_CALLS, 50));
	assert_false(ledger_charge(&ledger, LEDGER_CALLS, UINT64_MAX / 2));
	assert_int_equal(ledger_used(&ledger, LEDGER_CALLS), 50);
}

/* A child's maximum is not got by making the parent's sum wrap. */
static void ledger_carve_refuses_a_budget_that_would_wrap(void **state)
{
	struct ledger_budget budget = budget_of(100);
	struct ledger_budget part = budget_of(1);
	enum ledger_resource short_of = LEDGER_CALLS;
	struct ledger parent;
	struct ledger child = { 0 };

	(void)state;
	ledger_init(&parent, &budget);
	assert_true(ledger_charge(&parent, LEDGER_MEMORY_PAGES, 50));
	for (uint64_t back = 1; back <= 50; back++) {
		part.max[LEDGER_MEMORY_PAGES] = -back; /* 50 + it is less than 100 */
		assert_false(ledger_carve(&parent, &part, &child, &short_of));
		assert_int_equal(short_of, LEDGER_MEMORY_PAGES);
		assert_int_equal(ledger_used(&parent, LEDGER_MEMORY_PAGES), 50);
		assert_int_equal(ledger_used(&parent, LEDGER_CALLS), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ledger_starts_with_nothing_used),
		cmocka_unit_test(ledger_charges_up_to_the_maximum_and_not_beyond),
		cmocka_unit_test(ledger_refund_makes_room_again),
		cmocka_unit_test(ledger_carve_reserves_the_whole_budget),
		cmocka_unit_test(
			ledger_carve_names_the_short_resource_and_changes_nothing),
		cmocka_unit_test(ledger_return_of_the_machines_own_does_nothing),
		cmocka_unit_test(ledger_refuses_huge_amounts),
		cmocka_unit_test(ledger_carve_refuses_a_budget_that_would_wrap),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

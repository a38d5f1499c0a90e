/* SPDX-License-Identifier: MIT */
/* alarm_test.c - the promises of alarm.h. */
// TEST-LINK: @hosted
#include "kernel/alarm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kernel/arch.h"

enum { ALARMS = 50 };

static struct alarm alarms[ALARMS];
static int rung[ALARMS];
static int rung_count;

static void ring(struct alarm *alarm)
{
	assert_false(alarm->queued);
	rung[rung_count++] = (int)(alarm - alarms);
}

static void ring_and_set_again(struct alarm *alarm)
{
	rung_count++;
	alarm_set(alarm, alarm->node.key + 10);
}

static void ring_many(struct alarm *alarm)
{
	assert_false(alarm->queued);
	rung_count++;
}

static int setup(void **state)
{
	(void)state;
	rung_count = 0;
	for (int i = 0; i < ALARMS; i++)
		alarm_init(&alarms[i], ring);
	return 0;
}

static void alarm_rings_when_due_and_in_order(void **state)
{
	(void)state;
	for (int i = 0; i < ALARMS; i++)
		alarm_set(&alarms[i], (uint64_t)(i * 7 % ALARMS) + 100);
	assert_int_equal(alarm_next_deadline(), 100);
	assert_int_equal(hosted_cpu.timer_ns, 100); /* the timer is armed for the first */
	assert_int_equal(alarm_run_expired(99), 100);
	assert_int_equal(rung_count, 0);
	assert_int_equal(alarm_run_expired(100 + ALARMS / 2 - 1), 100 + ALARMS / 2);
	assert_int_equal(rung_count, ALARMS / 2);
	assert_int_equal(alarm_run_expired(1000), UINT64_MAX);
	assert_int_equal(rung_count, ALARMS);
	for (int i = 0; i < ALARMS; i++)
		assert_int_equal(rung[i] * 7 % ALARMS, i);
}

static void alarm_cancel_tells_whether_it_won(void **state)
{
	(void)state;
	alarm_set(&alarms[0], 10);
	alarm_set(&alarms[1], 20);
	assert_true(alarm_cancel(&alarms[0]));
	assert_false(alarm_cancel(&alarms[0]));
	assert_int_equal(alarm_next_deadline(), 20);
	(void)alarm_run_expired(20);
	assert_int_equal(rung_count, 1);
	assert_false(alarm_cancel(&alarms[1]));
	assert_false(alarm_cancel(&alarms[2])); /* never set */
	assert_int_equal(alarm_next_deadline(), UINT64_MAX);
}

static void alarm_may_be_set_again_when_it_rings(void **state)
{
	(void)state;
	alarm_init(&alarms[0], ring_and_set_again);
	alarm_set(&alarms[0], 10);
	assert_int_equal(alarm_run_expired(35), 40); /* at 10, 20 and 30 */
	assert_int_equal(rung_count, 3);
	assert_true(alarm_cancel(&alarms[0]));
}

static void alarm_that_nobody_lives_to_see_never_rings(void **state)
{
	(void)state;
	alarm_set(&alarms[0], UINT64_MAX);
	assert_int_equal(alarm_run_expired(UINT64_MAX - 1), UINT64_MAX);
	assert_int_equal(rung_count, 0);
	assert_true(alarm_cancel(&alarms[0]));
}

/* Any number can be due at once; an interrupt runs some and leaves the timer armed. */
static void alarm_runs_at_most_so_many_at_a_time(void **state)
{
	static struct alarm many[ALARM_RUN_MAX + 5];

	(void)state;
	for (int i = 0; i < ALARM_RUN_MAX + 5; i++) {
		alarm_init(&many[i], ring_many);
		alarm_set(&many[i], 10);
	}
	assert_int_equal(alarm_run_expired(20), 10);
	assert_int_equal(rung_count, ALARM_RUN_MAX);
	assert_int_equal(alarm_run_expired(20), UINT64_MAX);
	assert_int_equal(rung_count, ALARM_RUN_MAX + 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(alarm_rings_when_due_and_in_order, setup),
		cmocka_unit_test_setup(alarm_cancel_tells_whether_it_won, setup),
		cmocka_unit_test_setup(alarm_may_be_set_again_when_it_rings, setup),
		cmocka_unit_test_setup(alarm_that_nobody_lives_to_see_never_rings, setup),
		cmocka_unit_test_setup(alarm_runs_at_most_so_many_at_a_time, setup),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

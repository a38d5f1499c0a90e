/* SPDX-License-Identifier: MIT */
/* timer_test.c - Timer: the promises of schema/timer.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "gen/timer.capnp.h"
#include "tests/support/hosted_fixture.h"

enum : uint64_t { SECOND = 1'000'000'000 };

static struct capos_sqe sleep_for(struct fixture *f, uint64_t duration_ns)
{
	struct capnp_builder builder = machine_params(&f->child);

	timer_sleep_params_set_duration_ns(timer_sleep_params_new(&builder), duration_ns);
	return machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, &builder);
}

static struct capos_sqe sleep_until(struct fixture *f, uint64_t deadline_ns)
{
	struct capnp_builder builder = machine_params(&f->child);

	timer_sleep_until_params_set_deadline_ns(timer_sleep_until_params_new(&builder),
						 deadline_ns);
	return machine_call(&f->child, "timer", TIMER_METHOD_SLEEP_UNTIL, &builder);
}

static uint64_t now_of(struct fixture *f, const struct capos_cqe *cqe)
{
	struct capnp_reader reader = machine_results(&f->child, cqe, 0);
	struct timer_now_results results;

	assert_true(timer_now_results_read(&reader, &results));
	return timer_now_results_get_now_ns(results);
}

static uint64_t alarms_used(const struct fixture *f)
{
	return ledger_used(&f->child.process->account.ledger, LEDGER_ALARMS);
}

/* Submits a call that must stay pending. */
static void start(struct fixture *f, const struct capos_sqe *sqe)
{
	struct capos_cqe cqe;

	(void)machine_submit(&f->child, sqe);
	(void)machine_enter(&f->child, 0, 0);
	assert_false(machine_take(&f->child, &cqe));
}

static void timer_now_is_the_clock(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	uint64_t first = now_of(f, &cqe);

	assert_int_equal(first, hosted_cpu.now_ns);
	machine_advance(SECOND);
	cqe = fixture_ok(f, &sqe);
	assert_int_equal(now_of(f, &cqe), first + SECOND);
}

static void timer_sleep_completes_when_its_time_has_come(void **state)
{
	struct fixture *f = *state;
	uint64_t start_ns = hosted_cpu.now_ns;
	struct capos_sqe sqe = sleep_for(f, SECOND);
	struct capos_cqe cqe;

	start(f, &sqe);
	assert_int_equal(alarms_used(f), 1);
	machine_advance(SECOND - 1);
	assert_false(machine_take(&f->child, &cqe));
	machine_advance(1);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_OK);
	assert_int_equal(cqe.user_data, sqe.user_data);
	assert_int_equal(now_of(f, &cqe), start_ns + SECOND);
	assert_int_equal(alarms_used(f), 0);
}

static void timer_sleeps_that_are_over_complete_at_once(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_for(f, 0);

	machine_advance(SECOND);
	(void)fixture_ok(f, &sqe);
	sqe = sleep_until(f, 0);
	(void)fixture_ok(f, &sqe);
	sqe = sleep_until(f, hosted_cpu.now_ns);
	(void)fixture_ok(f, &sqe);
	assert_int_equal(alarms_used(f), 0);
}

static void timer_sleeps_too_long_to_count_never_end(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_for(f, UINT64_MAX);
	struct capos_cqe cqe;

	start(f, &sqe);
	sqe = sleep_for(f, UINT64_MAX - 1);
	start(f, &sqe);
	sqe = sleep_until(f, UINT64_MAX);
	start(f, &sqe);
	machine_advance(1000 * SECOND);
	assert_false(machine_take(&f->child, &cqe));
	assert_int_equal(alarms_used(f), 3);
}

static void timer_alarms_ring_in_order_of_their_deadlines(void **state)
{
	struct fixture *f = *state;
	uint64_t base_ns = hosted_cpu.now_ns;
	struct capos_cqe cqe;

	for (uint64_t i = 0; i < 20; i++) {
		uint64_t after = (i * 7) % 20 + 1;
		struct capos_sqe sqe = sleep_until(f, base_ns + after * SECOND);

		sqe.user_data = after;
		start(f, &sqe);
	}
	for (uint64_t i = 1; i <= 20; i++) {
		machine_advance(SECOND);
		assert_true(machine_take(&f->child, &cqe));
		assert_int_equal(cqe.user_data, i);
		assert_false(machine_take(&f->child, &cqe));
	}
}

static void timer_sleeps_end_with_the_ledgers_alarms(void **state)
{
	struct fixture *f = *state;
	struct ledger_account *account =
		&f->child.process->account.ledger.accounts[LEDGER_ALARMS];
	uint64_t max = account->max;
	struct capos_sqe sqe = sleep_for(f, SECOND);
	struct capos_cqe cqe;

	account->max = 1;
	start(f, &sqe);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_ALARMS);
	machine_advance(SECOND);
	assert_true(machine_take(&f->child, &cqe));
	start(f, &sqe); /* there is room again */
	account->max = max;
}

static void timer_sleeps_end_with_the_ledgers_calls(void **state)
{
	struct fixture *f = *state;
	struct ledger_account *account =
		&f->child.process->account.ledger.accounts[LEDGER_CALLS];
	uint64_t max = account->max;
	struct capos_sqe sqe = sleep_for(f, SECOND);

	account->max = 0;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_CALLS);
	account->max = max;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(timer_now_is_the_clock),
		FIXTURE_TEST(timer_sleep_completes_when_its_time_has_come),
		FIXTURE_TEST(timer_sleeps_that_are_over_complete_at_once),
		FIXTURE_TEST(timer_sleeps_too_long_to_count_never_end),
		FIXTURE_TEST(timer_alarms_ring_in_order_of_their_deadlines),
		FIXTURE_TEST(timer_sleeps_end_with_the_ledgers_alarms),
		FIXTURE_TEST(timer_sleeps_end_with_the_ledgers_calls),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

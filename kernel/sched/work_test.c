/* SPDX-License-Identifier: MIT */
/* work_test.c - the promises of work.h. */
// TEST-LINK: @hosted
#include "kernel/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct job {
	struct work work;
	int steps_left;
	char name;
};

static char trace[64];
static size_t trace_size;

static bool step(struct work *work)
{
	struct job *job = container_of(work, struct job, work);

	trace[trace_size++] = job->name;
	return --job->steps_left == 0;
}

static bool step_and_free(struct work *work)
{
	free(container_of(work, struct job, work));
	return true;
}

static bool step_and_add_itself(struct work *work)
{
	work_add(work);
	return step(work);
}

static int setup(void **state)
{
	(void)state;
	trace_size = 0;
	return 0;
}

static struct job job_new(char name, int steps)
{
	struct job job = { .steps_left = steps, .name = name };

	work_init(&job.work, step);
	return job;
}

static void work_takes_turns_until_done(void **state)
{
	struct job a = job_new('a', 3);
	struct job b = job_new('b', 1);
	struct job c = job_new('c', 2);

	(void)state;
	assert_false(work_pending());
	assert_false(work_run_one());
	/* A copied link would point at the original: init where it stays. */
	work_init(&a.work, step);
	work_init(&b.work, step);
	work_init(&c.work, step);
	work_add(&a.work);
	work_add(&b.work);
	work_add(&c.work);
	work_add(&a.work); /* is queued: nothing happens */
	while (work_pending())
		assert_true(work_run_one());
	assert_int_equal(trace_size, 6);
	assert_memory_equal(trace, "abcaca", 6);
	assert_false(work_run_one());
}

static void work_may_be_freed_by_its_last_step(void **state)
{
	struct job *job = malloc(sizeof(*job));

	(void)state;
	work_init(&job->work, step_and_free);
	work_add(&job->work);
	assert_true(work_run_one());
	assert_false(work_pending());
}

static void work_may_be_added_again(void **state)
{
	struct job a = job_new('a', 1);

	(void)state;
	work_init(&a.work, step);
	work_add(&a.work);
	assert_true(work_run_one());
	a.steps_left = 1;
	work_add(&a.work);
	assert_true(work_run_one());
	assert_int_equal(trace_size, 2);
}

static void work_added_during_its_step_is_queued_once(void **state)
{
	struct job a = job_new('a', 3);

	(void)state;
	work_init(&a.work, step_and_add_itself);
	work_add(&a.work);
	assert_true(work_run_one());
	assert_true(work_run_one());
	assert_int_equal(trace_size, 2);
	a.work.step = step;
	assert_true(work_run_one());
	assert_false(work_pending());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(work_takes_turns_until_done, setup),
		cmocka_unit_test_setup(work_may_be_freed_by_its_last_step, setup),
		cmocka_unit_test_setup(work_may_be_added_again, setup),
		cmocka_unit_test_setup(work_added_during_its_step_is_queued_once, setup),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/jobs.c programs/shell/text.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "programs/shell/jobs.h"

static void jobs_forget_the_oldest_ended_one_first(void **state)
{
	static struct jobs jobs;

	(void)state;
	for (uint32_t i = 1; i <= JOBS_MAX; i++)
		jobs_add(&jobs, text_of("x"), cap_make(i, 1));
	assert_int_equal(jobs.count, JOBS_MAX);
	jobs_find(&jobs, cap_make(5, 1))->ended = true;
	jobs_add(&jobs, text_of("y"), cap_make(100, 1));
	assert_null(jobs_find(&jobs, cap_make(5, 1)));
	assert_non_null(jobs_find(&jobs, cap_make(1, 1)));
	jobs_add(&jobs, text_of("z"), cap_make(101, 1));
	assert_null(jobs_find(&jobs, cap_make(1, 1)));
	assert_int_equal(jobs.count, JOBS_MAX);
	assert_string_equal(jobs_find(&jobs, cap_make(101, 1))->program, "z");
}

static void jobs_never_find_the_null_handle(void **state)
{
	static struct jobs jobs;

	(void)state;
	jobs_add(&jobs, text_of("a program whose name is longer than fits"), CAP_NULL);
	assert_null(jobs_find(&jobs, CAP_NULL));
	assert_string_equal(jobs.entries[0].program, "a program whose name is longer ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_forget_the_oldest_ended_one_first),
		cmocka_unit_test(jobs_never_find_the_null_handle),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

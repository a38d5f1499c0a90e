/* SPDX-License-Identifier: MIT */
/* nearest_test.c - one case per promise of nearest.h. */
// TEST-LINK: core/capnp/nearest.c
#include "core/capnp/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct capnp_text text(const char *string)
{
	return (struct capnp_text){ string, (uint32_t)strlen(string) };
}

/* The nearest of @names, which end with a null. */
static const char *nearest_of(const char *wanted, const char *const *names)
{
	struct capnp_nearest nearest;

	capnp_nearest_init(&nearest, text(wanted));
	assert_int_equal(nearest.best.size, 0);
	for (; *names; names++)
		capnp_nearest_offer(&nearest, text(*names));

	return nearest.best.bytes;
}

static void the_name_with_the_fewest_edits_wins(void **state)
{
	static const char *const names[] = { "kill", "help", "helpful", "release",
					     nullptr };

	(void)state;
	assert_string_equal(nearest_of("hlep", names), "help"); /* swapped neighbours */
	assert_string_equal(nearest_of("hep", names), "help");
	assert_string_equal(nearest_of("heelp", names), "help");
	assert_string_equal(nearest_of("held", names), "help");
	assert_string_equal(nearest_of("helpfull", names), "helpful");
	assert_string_equal(nearest_of("RELEASE", names), "release");
	assert_string_equal(nearest_of("kill", names), "kill");
}

static void the_first_among_equals_wins(void **state)
{
	static const char *const names[] = { "xa", "xb", nullptr };

	(void)state;
	assert_string_equal(nearest_of("xc", names), "xa");
	assert_string_equal(nearest_of("", names), "xa");
}

static void a_shared_start_counts(void **state)
{
	static const char *const names[] = { "bone", "done", nullptr };
	static const char *const other[] = { "bone", "tonx", nullptr };

	(void)state;
	assert_string_equal(nearest_of("dune", names), "done");
	assert_string_equal(nearest_of("tone", other), "tonx");
}

static void long_names_are_compared_by_their_start(void **state)
{
	static const char *const names[] = {
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"b", nullptr
	};

	(void)state;
	assert_string_equal(
		nearest_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", names), names[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_name_with_the_fewest_edits_wins),
		cmocka_unit_test(the_first_among_equals_wins),
		cmocka_unit_test(a_shared_start_counts),
		cmocka_unit_test(long_names_are_compared_by_their_start),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

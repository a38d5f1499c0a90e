/* SPDX-License-Identifier: MIT */
/* boot_info_test.c - words of the command line. */
// TEST-LINK: kernel/boot/boot_info.c
#include "kernel/boot_info.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct boot_info info = {
	.command_line =
		"nonce=12ab  console=tty quiet xconsole=no rows=24 empty= last=end",
};

static void boot_option_finds_whole_words(void **state)
{
	char value[16];

	(void)state;
	assert_true(boot_option(&info, "nonce", value, sizeof(value)));
	assert_string_equal(value, "12ab");
	assert_true(boot_option(&info, "console", value, sizeof(value)));
	assert_string_equal(value, "tty");
	assert_true(boot_option(&info, "last", value, sizeof(value)));
	assert_string_equal(value, "end");
	assert_true(boot_option(&info, "empty", value, sizeof(value)));
	assert_string_equal(value, "");
}

static void boot_option_finds_nothing_else(void **state)
{
	static const struct boot_info nothing;
	char value[16] = "kept";

	(void)state;
	assert_false(boot_option(&info, "quiet", value, sizeof(value)));
	assert_false(boot_option(&info, "row", value, sizeof(value)));
	assert_false(boot_option(&info, "onsole", value, sizeof(value)));
	assert_false(boot_option(&nothing, "nonce", value, sizeof(value)));
	assert_string_equal(value, "kept");
}

static void boot_option_cuts_what_does_not_fit(void **state)
{
	char value[3];

	(void)state;
	assert_true(boot_option(&info, "nonce", value, sizeof(value)));
	assert_string_equal(value, "12");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_option_finds_whole_words),
		cmocka_unit_test(boot_option_finds_nothing_else),
		cmocka_unit_test(boot_option_cuts_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

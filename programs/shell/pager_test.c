/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/pager.c programs/shell/sink.c programs/shell/text.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "programs/shell/pager.h"

#define STOP "-- more: space next page, Enter next line, q quit --\r\x1b[K"

static const char *keys;
static char shown[4096];
static struct sink_buffer screen;
static struct pager pager;

static uint8_t next_key(void *context)
{
	(void)context;
	assert_true(*keys);
	return (uint8_t)*keys++;
}

static void begin(size_t rows, const char *pressed)
{
	keys = pressed;
	sink_buffer_init(&screen, shown, sizeof(shown));
	pager_init(&pager, &screen.sink, rows, 10, next_key, nullptr);
	pager_begin(&pager);
}

static void say(const char *string)
{
	sink_strings(&pager.sink, string, nullptr);
}

static void pager_stops_at_a_screenful(void **state)
{
	(void)state;
	begin(4, "x q");
	say("1\n2\n3\n");
	assert_string_equal(shown, "1\n2\n3\n");
	say("4\n5\n6\n7\n8");
	assert_string_equal(shown, "1\n2\n3\n" STOP "4\n5\n6\n" STOP);
	assert_true(pager.quit);
	say("more");
	assert_string_equal(shown, "1\n2\n3\n" STOP "4\n5\n6\n" STOP);
	pager_begin(&pager);
	say("again");
	assert_non_null(strstr(shown, "again"));
}

static void pager_goes_on_by_lines(void **state)
{
	(void)state;
	begin(3, "\r\n\3");
	say("1\n2\n3\n4\n5\n6\n");
	assert_string_equal(shown, "1\n2\n" STOP "3\n" STOP "4\n" STOP);
}

static void pager_counts_long_lines_as_the_terminal_does(void **state)
{
	(void)state;
	begin(4, " ");
	say("0123456789");
	say("0123456789a\n"); /* three rows */
	assert_string_equal(shown, "01234567890123456789a\n");
	say("\xc3\xa4");
	assert_string_equal(shown, "01234567890123456789a\n" STOP "\xc3\xa4");
}

static void pager_passes_everything_without_rows(void **state)
{
	(void)state;
	begin(0, "");
	for (int i = 0; i < 100; i++)
		say("line\n");
	assert_int_equal(screen.size, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pager_stops_at_a_screenful),
		cmocka_unit_test(pager_goes_on_by_lines),
		cmocka_unit_test(pager_counts_long_lines_as_the_terminal_does),
		cmocka_unit_test(pager_passes_everything_without_rows),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

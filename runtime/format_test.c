/* SPDX-License-Identifier: MIT */
/*
 * format_test.c - each format of print.h.
 */
// TEST-LINK: runtime/format.c
#include "capos/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define EXPECT(text, ...)                                                           \
	do {                                                                        \
		char buffer[128];                                                   \
		assert_int_equal(capos_format(buffer, sizeof(buffer), __VA_ARGS__), \
				 strlen(text));                                     \
		assert_string_equal(buffer, text);                                  \
	} while (false)

static void format_writes_numbers(void **state)
{
	(void)state;
	EXPECT("0 -1 42", "%d %d %i", 0, -1, 42);
	EXPECT("-2147483648 4294967295", "%d %u", INT32_MIN, UINT32_MAX);
	EXPECT("-9223372036854775808", "%lld", (long long)INT64_MIN);
	EXPECT("18446744073709551615", "%llu", (unsigned long long)UINT64_MAX);
	EXPECT("ff FF ffffffffffffffff", "%x %X %llx", 255, 255,
	       (unsigned long long)UINT64_MAX);
	EXPECT("7 8", "%zu %ld", (size_t)7, 8L);
}

static void format_pads(void **state)
{
	(void)state;
	EXPECT("[   42]", "[%5d]", 42);
	EXPECT("[00042]", "[%05d]", 42);
	EXPECT("[-0042]", "[%05d]", -42);
	EXPECT("[42   ]", "[%-5d]", 42);
	EXPECT("[   ab]", "[%5s]", "ab");
	EXPECT("[ab   ]", "[%-*s]", 5, "ab");
	EXPECT("[0x000001]", "[0x%06x]", 1);
	EXPECT("[12345]", "[%3d]", 12345);
}

static void format_writes_text(void **state)
{
	const char open[3] = { 'a', 'b', 'c' }; /* without NUL */

	(void)state;
	EXPECT("a-bc", "%c-%s", 'a', "bc");
	EXPECT("abc|ab|", "%.*s|%.2s|%.0s", 3, open, open, open);
	EXPECT("100%", "%d%%", 100);
	EXPECT("(null)", "%s", (const char *)nullptr);
}

static void format_shows_what_it_does_not_know(void **state)
{
	char buffer[32];
	const char *volatile strange = "%q %";

	(void)state;
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
#pragma clang diagnostic ignored "-Wformat-security"
	assert_int_equal(capos_format(buffer, sizeof(buffer), strange), 4);
#pragma clang diagnostic pop
	assert_string_equal(buffer, "%q %");
}

static void format_never_writes_beyond_the_size(void **state)
{
	char buffer[8];

	(void)state;
	memset(buffer, 'x', sizeof(buffer));
	assert_int_equal(capos_format(buffer, 4, "%s", "abcdef"), 6);
	assert_memory_equal(buffer, "abc\0xxxx", 8);
	assert_int_equal(capos_format(buffer, 1, "%d", 12), 2);
	assert_int_equal(buffer[0], '\0');
	assert_int_equal(capos_format(nullptr, 0, "%d", 123), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(format_writes_numbers),
		cmocka_unit_test(format_pads),
		cmocka_unit_test(format_writes_text),
		cmocka_unit_test(format_shows_what_it_does_not_know),
		cmocka_unit_test(format_never_writes_beyond_the_size),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

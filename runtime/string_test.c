/* SPDX-License-Identifier: MIT */
/*
 * string_test.c - the functions of string.c under other names, against the C library's.
 */
#define memcmp  tested_memcmp
#define memchr  tested_memchr
#define strlen  tested_strlen
#define strnlen tested_strnlen
#define strcmp  tested_strcmp
#define strncmp tested_strncmp
#define strchr  tested_strchr
#define strrchr tested_strrchr
#define strstr  tested_strstr
#include "runtime/string.c" // NOLINT(bugprone-suspicious-include)
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strrchr
#undef strstr

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const texts[] = { "",
				     "a",
				     "b",
				     "ab",
				     "ba",
				     "abc",
				     "abab",
				     "aaab",
				     "\xff",
				     "\x01\x02",
				     "a long text, with words" };

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void strings_compare_and_search_as_in_the_c_library(void **state)
{
	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		for (int j = 0; j < TEXTS; j++) {
			const char *a = texts[i], *b = texts[j];

			assert_int_equal(sign(tested_strcmp(a, b)), sign(strcmp(a, b)));
			assert_ptr_equal(tested_strstr(a, b), strstr(a, b));
			for (size_t n = 0; n < 5; n++)
				assert_int_equal(sign(tested_strncmp(a, b, n)),
						 sign(strncmp(a, b, n)));
		}
	}
}

static void strings_measure_and_find_bytes_as_in_the_c_library(void **state)
{
	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		assert_int_equal(tested_strlen(texts[i]), strlen(texts[i]));
		assert_int_equal(tested_strnlen(texts[i], 2), strnlen(texts[i], 2));
		for (int byte = 0; byte < 256; byte++) {
			assert_ptr_equal(tested_strchr(texts[i], byte),
					 strchr(texts[i], byte));
			assert_ptr_equal(tested_strrchr(texts[i], byte),
					 strrchr(texts[i], byte));
		}
	}
	assert_int_equal(sign(tested_memcmp("a\0b", "a\0c", 3)), -1);
	assert_int_equal(tested_memcmp("a", "b", 0), 0);
	assert_null(tested_memchr("abc", 'c', 2));
}

static void text_is_copied_whole_or_cut(void **state)
{
	char to[4] = "xxx";

	(void)state;
	assert_int_equal(capos_copy_text(to, sizeof(to), "abcdef"), 6);
	assert_string_equal(to, "abc");
	assert_int_equal(capos_copy_text(to, sizeof(to), "z"), 1);
	assert_string_equal(to, "z");
	assert_int_equal(capos_copy_text(to, 0, "abc"), 3);
	assert_string_equal(to, "z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_compare_and_search_as_in_the_c_library),
		cmocka_unit_test(strings_measure_and_find_bytes_as_in_the_c_library),
		cmocka_unit_test(text_is_copied_whole_or_cut),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

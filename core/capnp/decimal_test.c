/* SPDX-License-Identifier: MIT */
/* decimal_test.c - decimal.h against the C library's printf and strtod. */
// TEST-LINK: core/capnp/decimal.c
#include "core/capnp/decimal.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/float.h"

/* %g without the plus sign of an exponent. */
static void print_as_c(double value, int digits, char *out, size_t capacity)
{
	char *plus;

	snprintf(out, capacity, "%.*g", digits, value);
	plus = strchr(out, '+');
	if (plus)
		memmove(plus, plus + 1, strlen(plus));
}

static void integers_are_as_printed(void **state)
{
	const int64_t values[] = { 0, 1, -1, 9, 10, 12345, INT64_MAX, INT64_MIN };
	char out[CAPNP_DECIMAL_BYTES];
	char expected[CAPNP_DECIMAL_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(expected, sizeof(expected), "%" PRId64, values[i]);
		assert_int_equal(capnp_decimal_integer(values[i], out), strlen(expected));
		assert_string_equal(out, expected);
		snprintf(expected, sizeof(expected), "%" PRIu64, (uint64_t)values[i]);
		capnp_decimal_natural((uint64_t)values[i], out);
		assert_string_equal(out, expected);
	}
}

static void floats_are_as_printed_by_percent_g(void **state)
{
	const double values[] = {
		0,         -0.0,      0.5,    -12,     1e14,    1e15,
		1e16,      1e17,      1e21,   1e300,   0.0001,  0.00001,
		INFINITY,  -INFINITY, 2.5,    9.5,     9.99996, 99999.95,
		0.0099995, 123456.75, 5e-324, DBL_MAX, DBL_MIN, 1.0 / 3,
	};
	char out[CAPNP_DECIMAL_BYTES];
	char expected[64];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		for (int digits = 1; digits <= 17; digits++) {
			uint64_t bits = capnp_f64_bits(values[i]);
			size_t size = capnp_decimal_float(bits, (uint32_t)digits, out);

			print_as_c(values[i], digits, expected, sizeof(expected));
			assert_int_equal(size, strlen(out));
			assert_string_equal(out, expected);
		}
	}
	capnp_decimal_float(UINT64_C(0x7ff8000000000000), 17, out);
	assert_string_equal(out, "nan");
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void doubles_have_15_digits_or_17_and_read_back(void **state)
{
	const uint64_t extremes[] = { 1, 0x7fefffffffffffff, 0x0010000000000000,
				      0x000fffffffffffff, 0x3ff0000000000001 };
	uint64_t seed = 88172645463325252;
	char out[CAPNP_DECIMAL_BYTES];
	char expected[64];

	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		uint64_t bits = i < 5 ? extremes[i] : next_random(&seed);
		double value = capnp_f64_from_bits(bits);

		if (!isfinite(value))
			continue;
		if (i % 2 == 1) {
			value = (double)(bits % 1000000) / 1000;
			bits = capnp_f64_bits(value);
		}
		capnp_decimal_float64(bits, out);
		print_as_c(value, 15, expected, sizeof(expected));
		if (strtod(expected, nullptr) != value)
			print_as_c(value, 17, expected, sizeof(expected));
		assert_string_equal(out, expected);
		assert_true(capnp_f64_bits(strtod(out, nullptr)) == bits);
	}
}

static void floats_have_6_digits_or_8_and_exact_ones_read_back(void **state)
{
	uint64_t seed = 0x9e3779b97f4a7c15;
	char out[CAPNP_DECIMAL_BYTES];
	char expected[64];

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t bits = (uint32_t)next_random(&seed);
		float value = capnp_f32_from_bits(bits);

		if (!isfinite(value))
			continue;
		if (i % 2 == 1) {
			value = (float)(bits % 1000000) / 1000;
			bits = capnp_f32_bits(value);
		}
		capnp_decimal_float32(bits, false, out);
		print_as_c(value, 6, expected, sizeof(expected));
		if (strtof(expected, nullptr) != value || fabsf(value) < FLT_MIN)
			print_as_c(value, 8, expected, sizeof(expected));
		if (value != 0)
			assert_string_equal(out, expected);
		capnp_decimal_float32(bits, true, out);
		assert_true(capnp_f32_bits(strtof(out, nullptr)) == bits);
	}
}

/* Compares with strtod and strtof; a number that is too large is refused. */
static void compare_with_c(const char *text)
{
	double wide = strtod(text, nullptr);
	float narrow = strtof(text, nullptr);
	uint64_t bits;

	assert_int_equal(capnp_decimal_parse(text, strlen(text), CAPNP_FLOAT64, &bits),
			 isfinite(wide));
	if (isfinite(wide) && bits != capnp_f64_bits(wide))
		fail_msg("%s", text);
	assert_int_equal(capnp_decimal_parse(text, strlen(text), CAPNP_FLOAT32, &bits),
			 isfinite(narrow));
	if (isfinite(narrow) && bits != capnp_f32_bits(narrow))
		fail_msg("%s", text);
}

static void hard_numbers_are_read_as_c_reads_them(void **state)
{
	const char *const texts[] = {
		"0",
		"-0",
		"0.0",
		"0e999999999999",
		"000001",
		"1",
		"-1",
		"1.",
		"1e0",
		"9007199254740993",
		"9007199254740992.9999999999999999999999999999999",
		"9007199254740993.00000000000000000000000000000000000000000000000001",
		"179769313486231570814527423731704356798070567525844996598917476803157260"
		"780028538760589558632766878171540458953514382464234321326889464182768467"
		"546703537516986049910576551282076245490090389328944075868508455133942304"
		"583236903222948165808559332123347974826204144723168738177180919299881250"
		"404026184124858368",
		"1.7976931348623158e308",
		"1.7976931348623159e308",
		"1e309",
		"1e400",
		"1e99999999999999999999",
		"1e-99999999999999999999",
		"1e-400",
		"2.2250738585072011e-308",
		"2.2250738585072014e-308",
		"2.2250738585072012e-308",
		"4.9406564584124654e-324",
		"2.4703282292062327e-324",
		"2.4703282292062328e-324",
		"2.47032822920623272e-324",
		"7.4109846876186981e-324",
		"3.4028235677973366e38",
		"3.4028235677973365e38",
		"3.4028236e38",
		"1.401298464324817e-45",
		"7.0064923216240853e-46",
		"7.0064923216240854e-46",
		"7.006492321624086e-46",
		"1.1754942e-38",
		"1.17549435e-38",
		"16777217",
		"16777219",
		"8388609.5",
		"0.1",
		"123e-2",
		"1E5",
		"1e+5",
		"6929495644600919.5",
		"3.518437208883201171875e13",
		"0.000000000000000000000000000000000000000000000000000000000000001",
		"100000000000000000000000000000000000000000000000000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		compare_with_c(texts[i]);
}

/* The number halfway between a double and the next, exactly and off by the last digit. */
static void numbers_halfway_go_to_the_even_one(void **state)
{
	uint64_t seed = 77;
	char text[1200];

	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		uint64_t bits = next_random(&seed) & INT64_MAX;
		long double middle;
		size_t size;

		if (i % 5 == 0)
			bits &= 0x000fffffffffffff; /* subnormal */
		if (!isfinite(capnp_f64_from_bits(bits + 1)))
			continue;
		middle = ((long double)capnp_f64_from_bits(bits) +
			  (long double)capnp_f64_from_bits(bits + 1)) /
			 2;
		size = (size_t)snprintf(text, sizeof(text), "%.1080Le", middle);
		assert_true(size < sizeof(text));
		compare_with_c(text);
		*strchr(text, 'e') = '\0';
		compare_with_c(text);
		snprintf(text, sizeof(text), "%.760Le", middle);
		compare_with_c(text);
	}
}

/* The last digit, far behind those that are kept, decides. */
static void no_digit_is_lost(void **state)
{
	char text[1200];
	int size = snprintf(text, sizeof(text), "9007199254740993.%0900d", 0);
	uint64_t bits;

	(void)state;
	compare_with_c(text);
	text[size - 1] = '1';
	compare_with_c(text);
	assert_true(capnp_decimal_parse(text, (size_t)size, CAPNP_FLOAT64, &bits));
	assert_true(capnp_f64_from_bits(bits) == 9007199254740994.0);
	compare_with_c("4294967296"); /* a carry into a new word */
	compare_with_c("18446744073709551616");
}

static void random_numbers_are_read_as_c_reads_them(void **state)
{
	uint64_t seed = 4242;
	char text[80];

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		uint64_t digits = next_random(&seed) >> (next_random(&seed) % 64);
		int exponent = (int)(next_random(&seed) % 700) - 360;

		if (i % 3 == 0)
			exponent /= 16;
		snprintf(text, sizeof(text), "%s%" PRIu64 ".%" PRIu64 "e%d",
			 i % 2 ? "-" : "", digits, next_random(&seed) % 100000, exponent);
		compare_with_c(text);
	}
}

static void what_is_no_number_is_refused(void **state)
{
	const char *const texts[] = { "",    "-",   ".5",    "+5",   "e5",   "1e",
				      "1e-", "1e+", "1.2.3", "1e5x", "0x10", "1 ",
				      "inf", "nan", "--1",   "1_000" };
	uint64_t bits;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(capnp_decimal_parse(texts[i], strlen(texts[i]),
						 CAPNP_FLOAT64, &bits));
}

static void floats_widen_exactly(void **state)
{
	uint64_t seed = 123456789;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t bits = i < 1000 ? i : (uint32_t)next_random(&seed);
		float value = capnp_f32_from_bits(bits);

		if (i >= 1000 && i < 1010) /* infinity too */
			value = i % 2 ? -INFINITY : INFINITY;
		bits = capnp_f32_bits(value);
		if (!isnan(value))
			assert_true(capnp_float32_to_64(bits) ==
				    capnp_f64_bits((double)value));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_as_printed),
		cmocka_unit_test(floats_are_as_printed_by_percent_g),
		cmocka_unit_test(doubles_have_15_digits_or_17_and_read_back),
		cmocka_unit_test(floats_have_6_digits_or_8_and_exact_ones_read_back),
		cmocka_unit_test(hard_numbers_are_read_as_c_reads_them),
		cmocka_unit_test(numbers_halfway_go_to_the_even_one),
		cmocka_unit_test(no_digit_is_lost),
		cmocka_unit_test(random_numbers_are_read_as_c_reads_them),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(floats_widen_exactly),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

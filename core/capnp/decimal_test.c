/* SPDX-License-Identifier: MIT */
/* decimal_test.c - decimal.h against the C library's printf. */
// TEST-LINK: core/capnp/decimal.c
#include "core/capnp/decimal.h"

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

static void floats_have_plain_and_scientific_forms(void **state)
{
	const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "-0" },
		{ 0.5, "0.5" },
		{ -12, "-12" },
		{ 1e16, "10000000000000000" },
		{ 1e17, "1e+17" },
		{ 1e300, "1.0000000000000001e+300" },
		{ 0.0001, "0.0001" },
		{ 0.00001, "1.0000000000000001e-05" },
		{ INFINITY, "inf" },
		{ -INFINITY, "-inf" },
		{ 123456.75, "123456.75" },
	};
	char out[CAPNP_DECIMAL_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t size =
			capnp_decimal_float(capnp_f64_bits(cases[i].value), 17, out);

		assert_int_equal(size, strlen(out));
		assert_true(strcmp(out, cases[i].text) == 0 ||
			    strtod(out, nullptr) == strtod(cases[i].text, nullptr));
	}
	capnp_decimal_float(UINT64_C(0x7ff8000000000000), 17, out);
	assert_string_equal(out, "nan");
	capnp_decimal_float(capnp_f64_bits(9.9999), 3, out);
	assert_string_equal(out, "10");
	capnp_decimal_float(capnp_f64_bits(2.5), 1, out);
	assert_string_equal(out, "2"); /* halfway goes to even */
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void doubles_read_back_to_the_same_bits(void **state)
{
	const uint64_t extremes[] = { 1, 0x7fefffffffffffff, 0x0010000000000000,
				      0x000fffffffffffff, 0x3ff0000000000001 };
	uint64_t seed = 88172645463325252;
	char out[CAPNP_DECIMAL_BYTES];

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		uint64_t bits = i < 5 ? extremes[i] : next_random(&seed);

		if ((bits >> 52 & 0x7ff) == 0x7ff)
			continue;
		capnp_decimal_float(bits, 17, out);
		assert_true(capnp_f64_bits(strtod(out, nullptr)) == bits);
	}
}

static void floats_widen_exactly(void **state)
{
	uint64_t seed = 123456789;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t bits = i < 1000 ? i : (uint32_t)next_random(&seed);
		float value = capnp_f32_from_bits(bits);

		if (!isnan(value))
			assert_true(capnp_float32_to_64(bits) ==
				    capnp_f64_bits((double)value));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_as_printed),
		cmocka_unit_test(floats_have_plain_and_scientific_forms),
		cmocka_unit_test(doubles_read_back_to_the_same_bits),
		cmocka_unit_test(floats_widen_exactly),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

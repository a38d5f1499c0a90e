/* SPDX-License-Identifier: MIT */
/* acpi_s5_test.c - byte codes as firmware writes them, and every way to cut them short. */
// TEST-LINK: kernel/arch/common/acpi_s5.c
#include "kernel/arch/common/acpi_s5.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIND(code, types) acpi_s5_find((code), sizeof(code), (types))

static void acpi_s5_reads_each_form_of_number(void **state)
{
	static const uint8_t bytes[] = { 0xff, 0x08, '_',  'S',  '5',  '_',  0x12,
					 0x08, 0x04, 0x0a, 0x05, 0x01, 0x00, 0x00 };
	static const uint8_t words[] = { 0x08, '\\', '_',  'S',  '5',  '_',
					 0x12, 0x40, 0x01, 0x02, 0x0b, 0x07,
					 0x00, 0x0c, 0x06, 0,    0,    0 };
	static const uint8_t single[] = {
		0x08, '_', 'S', '5', '_', 0x12, 0x04, 0x01, 0x01
	};
	uint8_t types[2];

	(void)state;
	assert_true(FIND(bytes, types));
	assert_int_equal(types[0], 5);
	assert_int_equal(types[1], 1);
	assert_true(FIND(words, types));
	assert_int_equal(types[0], 7);
	assert_int_equal(types[1], 6);
	assert_true(FIND(single, types));
	assert_int_equal(types[1], 1);
}

static void acpi_s5_passes_over_uses_of_the_name(void **state)
{
	static const uint8_t code[] = { 0x70, '_',  'S',  '5',  '_',  0x60, 0x08, '_',
					'S',  '5',  '_',  0x14, 0x08, '_',  'S',  '5',
					'_',  0x12, 0x05, 2,    0x0a, 3,    0x0a, 4 };
	uint8_t types[2];

	(void)state;
	assert_true(FIND(code, types));
	assert_int_equal(types[0], 3);
	assert_int_equal(types[1], 4);
}

static void acpi_s5_refuses_what_is_cut_short_or_not_a_number(void **state)
{
	static const uint8_t code[] = { 0x08, '_', 'S',  '5', '_',  0x12,
					0x06, 2,   0x0a, 3,   0x0a, 4 };
	static const uint8_t method[] = {
		0x08, '_', 'S', '5', '_', 0x12, 0x06, 2, 0x5b, 3
	};
	static const uint8_t empty[] = { 0x08, '_', 'S', '5', '_', 0x12, 0x02, 0 };
	uint8_t types[2];

	(void)state;
	for (size_t size = 0; size < sizeof(code); size++) {
		/* On the heap, where a byte too far is noticed. */
		uint8_t *exact = malloc(size > 0 ? size : 1);

		assert_non_null(exact);
		memcpy(exact, code, size);
		assert_false(acpi_s5_find(exact, size, types));
		free(exact);
	}
	assert_false(FIND(method, types));
	assert_false(FIND(empty, types));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acpi_s5_reads_each_form_of_number),
		cmocka_unit_test(acpi_s5_passes_over_uses_of_the_name),
		cmocka_unit_test(acpi_s5_refuses_what_is_cut_short_or_not_a_number),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/* measure_test.c - one case per promise of measure.h. */
// TEST-LINK: core/capnp/measure.c core/capnp/reader.c
#include "core/capnp/measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/capnp_words.h"

/* Measures what the first word of the array leads to. */
static bool measure(const uint64_t *words, size_t size_bytes, struct capnp_reader *reader,
		    struct capnp_size *size)
{
	*size = (struct capnp_size){ 77, 77 };
	capnp_reader_init(reader, words, (uint32_t)size_bytes);
	return capnp_measure(capnp_read_root_any(reader), size);
}

#define ASSERT_SIZE(words_, caps_, ...)                                         \
	do {                                                                    \
		const uint64_t message[] = { __VA_ARGS__ };                     \
		struct capnp_reader reader;                                     \
		struct capnp_size size;                                         \
		assert_true(measure(message, sizeof(message), &reader, &size)); \
		assert_int_equal(size.words, words_);                           \
		assert_int_equal(size.caps, caps_);                             \
	} while (false)

#define ASSERT_MALFORMED(error_, ...)                                            \
	do {                                                                     \
		const uint64_t message[] = { __VA_ARGS__ };                      \
		struct capnp_reader reader;                                      \
		struct capnp_size size;                                          \
		assert_false(measure(message, sizeof(message), &reader, &size)); \
		assert_int_equal(reader.error, error_);                          \
		assert_int_equal(size.words, 0);                                 \
		assert_int_equal(size.caps, 0);                                  \
	} while (false)

static void each_kind_of_object_is_measured(void **state)
{
	(void)state;
	ASSERT_SIZE(0, 0, 0);
	ASSERT_SIZE(3, 0, struct_pointer(0, 2, 1), 1, 2, 0);
	ASSERT_SIZE(2, 0, list_pointer(0, CAPNP_ELEMENT_BYTE, 9), 1, 2);
	ASSERT_SIZE(1, 0, list_pointer(0, CAPNP_ELEMENT_BIT, 64), 1);
	ASSERT_SIZE(0, 0, list_pointer(0, CAPNP_ELEMENT_VOID, 7));
	ASSERT_SIZE(0, 1, cap_pointer(5));
	ASSERT_MALFORMED(CAPNP_ERROR_KIND, cap_pointer(CAPNP_NO_CAP));
	ASSERT_SIZE(2, 1, list_pointer(0, CAPNP_ELEMENT_POINTER, 2), 0, cap_pointer(1));
	ASSERT_SIZE(1, 0, list_pointer(0, CAPNP_ELEMENT_STRUCT, 0),
		    struct_list_tag(9, 0, 0));
	ASSERT_SIZE(3, 0, list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
		    struct_list_tag(2, 1, 0), 1, 2);
}

/* Two elements of one pointer each, to a struct of one word; one word is nobody's. */
static void what_is_behind_pointers_counts_as_often_as_it_is_led_to(void **state)
{
	(void)state;
	ASSERT_SIZE(5, 0, list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
		    struct_list_tag(2, 0, 1), struct_pointer(2, 1, 0),
		    struct_pointer(1, 1, 0), 99, 7);
}

/* The pads of far pointers are no part of the value. */
static void far_pointers_do_not_count(void **state)
{
	(void)state;
	ASSERT_SIZE(1, 0, far_pointer(0, 2), 7, struct_pointer(-2, 1, 0));
}

static void what_is_malformed_has_no_size(void **state)
{
	(void)state;
	ASSERT_MALFORMED(CAPNP_ERROR_BOUNDS, struct_pointer(0, 1, 0));
	ASSERT_MALFORMED(CAPNP_ERROR_LIST_BOUNDS, struct_pointer(0, 1, 1), 5,
			 list_pointer(0, CAPNP_ELEMENT_BYTE, 1));
	ASSERT_MALFORMED(CAPNP_ERROR_KIND, list_pointer(0, CAPNP_ELEMENT_POINTER, 1), 7);
	ASSERT_MALFORMED(CAPNP_ERROR_SEGMENT, list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
			 struct_list_tag(1, 0, 1), far_pointer(1, 0));
	/* A struct that leads to itself is too deep in the end. */
	ASSERT_MALFORMED(CAPNP_ERROR_DEPTH, struct_pointer(0, 60, 1), 0, 0, 0, 0, 0, 0, 0,
			 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			 0, 0, 0, 0, 0, 0, 0, 0, 0, struct_pointer(-1, 0, 1));
}

/* Elements of a list nest, too. */
static void an_element_that_is_too_deep_is_told(void **state)
{
	const uint64_t message[] = { list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
				     struct_list_tag(1, 1, 0), 5 };
	struct capnp_reader reader;
	struct capnp_size size;

	(void)state;
	capnp_reader_init(&reader, message, sizeof(message));
	reader.depth_max = 0;
	assert_false(capnp_measure(capnp_read_root_any(&reader), &size));
	assert_int_equal(reader.error, CAPNP_ERROR_DEPTH);
}

static void structs_and_lists_are_measured_without_their_pointer(void **state)
{
	const uint64_t message[] = { struct_pointer(0, 0, 1),
				     list_pointer(0, CAPNP_ELEMENT_BYTE, 8), 5 };
	struct capnp_reader reader;
	struct capnp_struct root;
	struct capnp_size size;

	(void)state;
	capnp_reader_init(&reader, message, sizeof(message));
	assert_true(capnp_read_root(&reader, &root));
	assert_true(capnp_measure_struct(root, &size));
	assert_int_equal(size.words, 2);
	assert_true(
		capnp_measure_list(capnp_get_list(root, 0, CAPNP_ELEMENT_BYTE), &size));
	assert_int_equal(size.words, 1);
}

static void what_is_absent_has_no_size(void **state)
{
	struct capnp_size size = { 1, 1 };

	(void)state;
	assert_true(capnp_measure((struct capnp_any){ 0 }, &size));
	assert_int_equal(size.words, 0);
	assert_true(capnp_measure_struct((struct capnp_struct){ 0 }, &size));
	assert_int_equal(size.words, 0);
	assert_true(capnp_measure_list((struct capnp_list){ 0 }, &size));
	assert_int_equal(size.words, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_object_is_measured),
		cmocka_unit_test(what_is_behind_pointers_counts_as_often_as_it_is_led_to),
		cmocka_unit_test(far_pointers_do_not_count),
		cmocka_unit_test(what_is_malformed_has_no_size),
		cmocka_unit_test(an_element_that_is_too_deep_is_told),
		cmocka_unit_test(structs_and_lists_are_measured_without_their_pointer),
		cmocka_unit_test(what_is_absent_has_no_size),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

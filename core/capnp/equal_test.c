/* SPDX-License-Identifier: MIT */
/* equal_test.c - one case per promise of equal.h. */
// TEST-LINK: core/capnp/equal.c core/capnp/reader.c
#include "core/capnp/equal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/capnp_words.h"

struct message {
	const uint64_t *words;
	size_t size_bytes;
};

/* Both ways round: who is left must not matter. */
static void assert_compares(struct message a, struct message b,
			    enum capnp_equality expected)
{
	for (uint32_t turn = 0; turn < 2; turn++) {
		struct message one = turn == 0 ? a : b;
		struct message other = turn == 0 ? b : a;
		struct capnp_reader reader;
		struct capnp_reader with;

		capnp_reader_init(&reader, one.words, (uint32_t)one.size_bytes);
		capnp_reader_init(&with, other.words, (uint32_t)other.size_bytes);
		assert_int_equal(capnp_compare(capnp_read_root_any(&reader),
					       capnp_read_root_any(&with)),
				 expected);
		assert_int_equal(capnp_reader_failed(&reader) ||
					 capnp_reader_failed(&with),
				 expected == CAPNP_EQUAL_MALFORMED);
	}
}

#define WORDS(...)                                            \
	((struct message){ (const uint64_t[]){ __VA_ARGS__ }, \
			   sizeof((const uint64_t[]){ __VA_ARGS__ }) })

static void null_equals_null_and_nothing_else(void **state)
{
	(void)state;
	assert_compares(WORDS(0), WORDS(0), CAPNP_EQUAL);
	assert_compares(WORDS(0), (struct message){ nullptr, 0 }, CAPNP_EQUAL);
	assert_compares(WORDS(0), WORDS(struct_pointer(-1, 0, 0)), CAPNP_DIFFERENT);
	assert_compares(WORDS(0), WORDS(list_pointer(0, CAPNP_ELEMENT_VOID, 0)),
			CAPNP_DIFFERENT);
}

static void zeros_at_the_end_of_a_struct_do_not_matter(void **state)
{
	struct message short_one =
		WORDS(struct_pointer(0, 1, 1), 7, struct_pointer(0, 1, 0), 8);
	struct message long_one =
		WORDS(struct_pointer(0, 2, 2), 7, 0, struct_pointer(1, 1, 0), 0, 8);

	(void)state;
	assert_compares(short_one, long_one, CAPNP_EQUAL);
	assert_compares(WORDS(struct_pointer(0, 1, 0), 0),
			WORDS(struct_pointer(-1, 0, 0)), CAPNP_EQUAL);
	assert_compares(WORDS(struct_pointer(0, 1, 0), 0),
			WORDS(struct_pointer(0, 1, 0), 1), CAPNP_DIFFERENT);
	assert_compares(short_one, WORDS(struct_pointer(0, 1, 0), 7), CAPNP_DIFFERENT);
	assert_compares(short_one,
			WORDS(struct_pointer(0, 1, 1), 7, struct_pointer(0, 1, 0), 9),
			CAPNP_DIFFERENT);
	assert_compares(WORDS(struct_pointer(0, 2, 0), 1, 2),
			WORDS(struct_pointer(0, 2, 0), 3, 2), CAPNP_DIFFERENT);
}

static void where_things_stand_does_not_matter(void **state)
{
	(void)state;
	assert_compares(WORDS(struct_pointer(0, 1, 0), 7),
			WORDS(far_pointer(0, 3), 99, 7, struct_pointer(-2, 1, 0)),
			CAPNP_EQUAL);
}

static void elements_of_lists_of_structs_may_be_of_different_length(void **state)
{
	(void)state;
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
			      struct_list_tag(2, 1, 0), 1, 2),
			WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 4),
			      struct_list_tag(2, 1, 1), 1, 0, 2, 0),
			CAPNP_EQUAL);
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
			      struct_list_tag(2, 1, 0), 1, 2),
			WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
			      struct_list_tag(2, 1, 0), 1, 3),
			CAPNP_DIFFERENT);
	assert_compares(
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(2, 0, 0)),
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 2), struct_list_tag(2, 1, 0),
		      0, 0),
		CAPNP_EQUAL);
	assert_compares(
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(3, 0, 0)),
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(3, 0, 0)),
		CAPNP_EQUAL);
}

static void lists_differ_in_count_kind_and_content(void **state)
{
	struct message bytes = WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 8), 0x1122);

	(void)state;
	assert_compares(bytes, WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 8), 0x1122),
			CAPNP_EQUAL);
	assert_compares(bytes, WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 8), 0x1133),
			CAPNP_DIFFERENT);
	assert_compares(bytes, WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 7), 0x1122),
			CAPNP_DIFFERENT);
	assert_compares(bytes, WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 8), 0x1122),
			CAPNP_DIFFERENT);
	assert_compares(bytes, WORDS(struct_pointer(0, 1, 0), 0x1122), CAPNP_DIFFERENT);
}

static void what_is_above_the_last_element_does_not_matter(void **state)
{
	(void)state;
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 11), 0xf123),
			WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 11), 0x0923),
			CAPNP_EQUAL);
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 11), 0xf123),
			WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 11), 0xf523),
			CAPNP_DIFFERENT);
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 11), 0xf123),
			WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 11), 0xf122),
			CAPNP_DIFFERENT);
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 3), 0xff112233),
			WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 3), 0x00112233),
			CAPNP_EQUAL);
}

static void capabilities_are_neither_the_same_nor_different(void **state)
{
	struct message first = WORDS(list_pointer(0, CAPNP_ELEMENT_POINTER, 2),
				     cap_pointer(1), struct_pointer(0, 1, 0), 5);

	(void)state;
	assert_compares(WORDS(cap_pointer(1)), WORDS(cap_pointer(1)),
			CAPNP_EQUAL_BUT_CAPS);
	assert_compares(WORDS(cap_pointer(1)), WORDS(struct_pointer(-1, 0, 0)),
			CAPNP_DIFFERENT);
	assert_compares(first,
			WORDS(list_pointer(0, CAPNP_ELEMENT_POINTER, 2), cap_pointer(2),
			      struct_pointer(0, 1, 0), 5),
			CAPNP_EQUAL_BUT_CAPS);
	assert_compares(first,
			WORDS(list_pointer(0, CAPNP_ELEMENT_POINTER, 2), cap_pointer(2),
			      struct_pointer(0, 1, 0), 6),
			CAPNP_DIFFERENT);
}

static void what_is_malformed_equals_nothing(void **state)
{
	(void)state;
	assert_compares(WORDS(struct_pointer(0, 1, 0)), WORDS(struct_pointer(0, 1, 0), 5),
			CAPNP_EQUAL_MALFORMED);
	assert_compares(WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 1)),
			WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 1), 5),
			CAPNP_EQUAL_MALFORMED);
	assert_compares(WORDS(far_pointer(1, 0)), WORDS(struct_pointer(-1, 0, 0)),
			CAPNP_EQUAL_MALFORMED);
	assert_compares(WORDS(7), WORDS(cap_pointer(0)), CAPNP_EQUAL_MALFORMED);
}

static void an_element_that_is_too_deep_is_told(void **state)
{
	const uint64_t message[] = { list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
				     struct_list_tag(1, 1, 0), 5 };
	struct capnp_reader shallow;
	struct capnp_reader reader;

	(void)state;
	capnp_reader_init(&shallow, message, sizeof(message));
	capnp_reader_init(&reader, message, sizeof(message));
	shallow.depth_max = 0;
	assert_int_equal(capnp_compare(capnp_read_root_any(&reader),
				       capnp_read_root_any(&shallow)),
			 CAPNP_EQUAL_MALFORMED);
	assert_int_equal(shallow.error, CAPNP_ERROR_DEPTH);
}

static void structs_and_lists_are_compared_without_their_pointer(void **state)
{
	const uint64_t message[] = { struct_pointer(0, 0, 2),
				     list_pointer(1, CAPNP_ELEMENT_BYTE, 8),
				     list_pointer(1, CAPNP_ELEMENT_BYTE, 8), 5, 5 };
	struct capnp_reader reader;
	struct capnp_struct root;
	struct capnp_list first;
	struct capnp_list second;

	(void)state;
	capnp_reader_init(&reader, message, sizeof(message));
	assert_true(capnp_read_root(&reader, &root));
	first = capnp_get_list(root, 0, CAPNP_ELEMENT_BYTE);
	second = capnp_get_list(root, 1, CAPNP_ELEMENT_BYTE);
	assert_int_equal(capnp_compare_structs(root, root), CAPNP_EQUAL);
	assert_int_equal(capnp_compare_lists(first, second), CAPNP_EQUAL);
	assert_int_equal(capnp_compare_structs(root, (struct capnp_struct){ 0 }),
			 CAPNP_DIFFERENT);
	assert_int_equal(capnp_compare_structs((struct capnp_struct){ 0 },
					       (struct capnp_struct){ 0 }),
			 CAPNP_EQUAL);
	assert_int_equal(capnp_compare_lists((struct capnp_list){ 0 }, first),
			 CAPNP_DIFFERENT);
	assert_int_equal(capnp_compare((struct capnp_any){ 0 }, (struct capnp_any){ 0 }),
			 CAPNP_EQUAL);
}

/* An element of an old plain list, read as a struct, has a part of a word. */
static void parts_of_words_are_compared(void **state)
{
	const uint64_t bytes[] = { list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 3),
				   0x000700070000 };
	const uint64_t whole[] = { list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
				   struct_list_tag(1, 1, 0), 7 };
	struct capnp_reader reader;
	struct capnp_reader with;
	struct capnp_list list;
	struct capnp_list structs;

	(void)state;
	capnp_reader_init(&reader, bytes, sizeof(bytes));
	capnp_reader_init(&with, whole, sizeof(whole));
	list = capnp_any_list(capnp_read_root_any(&reader), CAPNP_ELEMENT_STRUCT);
	structs = capnp_any_list(capnp_read_root_any(&with), CAPNP_ELEMENT_STRUCT);
	assert_int_equal(capnp_compare_structs(capnp_list_get_struct(list, 1),
					       capnp_list_get_struct(list, 2)),
			 CAPNP_EQUAL);
	assert_int_equal(capnp_compare_structs(capnp_list_get_struct(list, 0),
					       capnp_list_get_struct(list, 2)),
			 CAPNP_DIFFERENT);
	assert_int_equal(capnp_compare_structs(capnp_list_get_struct(list, 1),
					       capnp_list_get_struct(structs, 0)),
			 CAPNP_EQUAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_equals_null_and_nothing_else),
		cmocka_unit_test(zeros_at_the_end_of_a_struct_do_not_matter),
		cmocka_unit_test(where_things_stand_does_not_matter),
		cmocka_unit_test(elements_of_lists_of_structs_may_be_of_different_length),
		cmocka_unit_test(lists_differ_in_count_kind_and_content),
		cmocka_unit_test(what_is_above_the_last_element_does_not_matter),
		cmocka_unit_test(capabilities_are_neither_the_same_nor_different),
		cmocka_unit_test(what_is_malformed_equals_nothing),
		cmocka_unit_test(an_element_that_is_too_deep_is_told),
		cmocka_unit_test(structs_and_lists_are_compared_without_their_pointer),
		cmocka_unit_test(parts_of_words_are_compared),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * any_test.c - pointers that may lead to anything, constant messages as defaults, and
 * the ways in which a list of one kind can be read as another.
 */
// TEST-LINK: core/capnp/reader.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/reader.h"
#include "tests/support/capnp_words.h"

/* A message of just these words, and its root. */
#define OPEN(name, ...)                                                 \
	const uint64_t name##_words[] = { __VA_ARGS__ };                \
	struct capnp_reader name;                                       \
	struct capnp_struct name##_root;                                \
	capnp_reader_init(&(name), name##_words, sizeof(name##_words)); \
	assert_true(capnp_read_root(&(name), &name##_root))

static void anything_tells_what_it_is(void **state)
{
	OPEN(m, struct_pointer(0, 0, 5), struct_pointer(4, 1, 0),
	     list_pointer(4, CAPNP_ELEMENT_BYTE, 2), cap_pointer(6), 0,
	     struct_pointer(-1, 0, 0), 7, 'x');

	(void)state;
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 0)), CAPNP_ANY_STRUCT);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 1)), CAPNP_ANY_LIST);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 2)), CAPNP_ANY_CAP);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 3)), CAPNP_ANY_NULL);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 4)), CAPNP_ANY_STRUCT);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 5)), CAPNP_ANY_NULL);
	assert_int_equal(capnp_get_u64(capnp_any_struct(capnp_get_any(m_root, 0)), 0, 0),
			 7);
	assert_string_equal(capnp_any_text(capnp_get_any(m_root, 1)).bytes, "x");
	assert_int_equal(capnp_any_data(capnp_get_any(m_root, 1)).size, 2);
	assert_int_equal(capnp_any_cap(capnp_get_any(m_root, 2)), 6);
	assert_false(capnp_reader_failed(&m));
}

static void absent_pointers_read_as_empty(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), 0);

	(void)state;
	for (uint32_t i = 0; i < 2; i++) { /* null, and beyond the pointers */
		struct capnp_any any = capnp_get_any(m_root, i);

		assert_null(capnp_any_struct(any).message);
		assert_int_equal(capnp_any_list(any, CAPNP_ELEMENT_ANY).count, 0);
		assert_string_equal(capnp_any_text(any).bytes, "");
		assert_int_equal(capnp_any_data(any).size, 0);
		assert_int_equal(capnp_any_cap(any), CAPNP_NO_CAP);
		assert_null(capnp_get_struct(m_root, i).message);
		assert_int_equal(capnp_get_list(m_root, i, CAPNP_ELEMENT_ANY).count, 0);
		assert_int_equal(capnp_get_data(m_root, i).size, 0);
		assert_int_equal(capnp_get_cap(m_root, i), CAPNP_NO_CAP);
	}
	assert_false(capnp_reader_failed(&m));
}

static void malformed_pointers_are_null_with_an_error(void **state)
{
	static const struct {
		uint64_t pointer;
		enum capnp_error error;
	} cases[] = {
		{ UINT64_C(1) << 32 | 7, CAPNP_ERROR_KIND }, /* no capability */
		{ 4, CAPNP_ERROR_BOUNDS },
		{ 0xfffffff5, CAPNP_ERROR_BOUNDS },
		{ UINT64_C(1) << 32 | 2, CAPNP_ERROR_SEGMENT },
		{ 0xa, CAPNP_ERROR_FAR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		OPEN(m, struct_pointer(0, 0, 1), cases[i].pointer);

		assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 0)),
				 CAPNP_ANY_NULL);
		assert_int_equal(m.error, cases[i].error);
		assert_int_equal(m.error_word, 1);
	}
}

static void the_root_may_be_anything(void **state)
{
	const uint64_t list[] = { list_pointer(0, CAPNP_ELEMENT_FOUR_BYTES, 2), 5 };
	const uint64_t cap[] = { cap_pointer(2) };
	struct capnp_reader reader;
	struct capnp_any root;

	(void)state;
	capnp_reader_init(&reader, list, sizeof(list));
	root = capnp_read_root_any(&reader);
	assert_int_equal(capnp_any_kind(root), CAPNP_ANY_LIST);
	assert_int_equal(capnp_list_get_u32(capnp_any_list(root, CAPNP_ELEMENT_ANY), 0),
			 5);
	capnp_reader_init(&reader, cap, sizeof(cap));
	assert_int_equal(capnp_any_cap(capnp_read_root_any(&reader)), 2);
	capnp_reader_init(&reader, nullptr, 0);
	assert_int_equal(capnp_any_kind(capnp_read_root_any(&reader)), CAPNP_ANY_NULL);
}

static void a_list_of_any_kind_tells_its_element_size(void **state)
{
	static const uint8_t bits[] = { 0, 1, 8, 16, 32, 64, 64 };

	(void)state;
	for (uint32_t size = 0; size < CAPNP_ELEMENT_STRUCT; size++) {
		OPEN(m, struct_pointer(0, 0, 1),
		     list_pointer(0, (enum capnp_element_size)size, 1), 0);
		struct capnp_list list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_ANY);

		assert_int_equal(list.element_size, size);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.step_bits, bits[size]);
	}
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_STRUCT, 4),
	     struct_list_tag(2, 1, 1), 0, 0, 0, 0);
	struct capnp_list list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_ANY);

	assert_int_equal(list.element_size, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.element_data_bits, 64);
	assert_int_equal(list.element_pointers, 1);
	assert_false(capnp_reader_failed(&m));
}

/* Rows: as found; columns: as expected. A struct found has a word of data, no pointers. */
static void lists_are_read_as_others_where_that_is_safe(void **state)
{
	static const char *const table[8] = {
		"v......s", /* void: nothing in it, but as many structs without anything */
		".1......", /* bits are bits only */
		"v.1....s", /* bytes */
		"v.12...s", "v.124..s", "v.1248.s", "v.....ps", "v.1248.s",
	};

	(void)state;
	for (uint32_t found = 0; found < 8; found++) {
		for (uint32_t expected = 0; expected < 8; expected++) {
			uint32_t count = found == CAPNP_ELEMENT_STRUCT ? 1 : 2;
			OPEN(m, struct_pointer(0, 0, 1),
			     list_pointer(0, (enum capnp_element_size)found, count),
			     struct_list_tag(1, 1, 0), 0);
			struct capnp_list list = capnp_get_list(
				m_root, 0, (enum capnp_element_size)expected);
			bool good = table[found][expected] != '.';

			assert_int_equal(list.message != nullptr, good);
			assert_int_equal(m.error,
					 good ? CAPNP_ERROR_NONE : CAPNP_ERROR_LIST);
		}
	}
}

static void elements_read_through_the_first_field(void **state)
{
	OPEN(m, struct_pointer(0, 0, 3), list_pointer(2, CAPNP_ELEMENT_STRUCT, 4),
	     list_pointer(6, CAPNP_ELEMENT_POINTER, 2),
	     list_pointer(8, CAPNP_ELEMENT_BYTE, 3), struct_list_tag(2, 1, 1), 0x11,
	     list_pointer(4, CAPNP_ELEMENT_BYTE, 2), 0x22, 0, 0,
	     list_pointer(0, CAPNP_ELEMENT_BYTE, 2), 'a', 0x030201);
	struct capnp_list list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_TWO_BYTES);

	(void)state;
	assert_int_equal(capnp_list_get_u16(list, 1), 0x22);
	list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_POINTER);
	assert_string_equal(capnp_list_get_text(list, 0).bytes, "a");
	list = capnp_get_list(m_root, 1, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(list.count, 2);
	assert_int_equal(capnp_list_get_struct(list, 1).pointer_count, 1);
	assert_string_equal(capnp_get_text(capnp_list_get_struct(list, 1), 0,
					   (struct capnp_text){ "none", 4 })
				    .bytes,
			    "a");
	list = capnp_get_list(m_root, 2, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(capnp_get_u8(capnp_list_get_struct(list, 2), 0, 0), 3);
	assert_int_equal(capnp_get_u16(capnp_list_get_struct(list, 2), 0, 9), 9);
	assert_false(capnp_reader_failed(&m));
}

static void lists_hold_pointers_to_anything(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_POINTER, 4),
	     struct_pointer(3, 1, 0), list_pointer(3, CAPNP_ELEMENT_BIT, 3),
	     cap_pointer(1), 0, 42, 5);
	struct capnp_list list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_POINTER);
	struct capnp_list inner = capnp_list_get_list(list, 1, CAPNP_ELEMENT_BIT);

	(void)state;
	assert_int_equal(capnp_any_kind(capnp_list_get_any(list, 0)), CAPNP_ANY_STRUCT);
	assert_int_equal(
		capnp_get_u64(capnp_any_struct(capnp_list_get_any(list, 0)), 0, 0), 42);
	assert_true(capnp_list_get_bool(inner, 0));
	assert_false(capnp_list_get_bool(inner, 1));
	assert_true(capnp_list_get_bool(inner, 2));
	assert_false(capnp_list_get_bool(inner, 3));
	assert_int_equal(capnp_any_kind(capnp_list_get_any(list, 2)), CAPNP_ANY_CAP);
	assert_int_equal(capnp_list_get_cap(list, 2), 1);
	assert_int_equal(capnp_list_get_cap(list, 3), CAPNP_NO_CAP);
	assert_int_equal(capnp_any_kind(capnp_list_get_any(list, 3)), CAPNP_ANY_NULL);
	assert_int_equal(capnp_any_kind(capnp_list_get_any(list, 4)), CAPNP_ANY_NULL);
	assert_int_equal(capnp_list_get_data(list, 4).size, 0);
	assert_int_equal(capnp_list_get_list(list, 4, CAPNP_ELEMENT_BIT).count, 0);
	assert_false(capnp_reader_failed(&m));
}

/* A struct with one word and, as its pointer, the bytes "ab". */
static const uint64_t struct_words[] = { UINT64_C(0x0001000100000000), 99,
					 UINT64_C(0x1200000001), 0x6261 };
static const struct capnp_reader struct_default = CAPNP_CONSTANT_MESSAGE(struct_words);
static const uint64_t list_words[] = { UINT64_C(0x1b00000001), UINT64_C(0x000300020001) };
static const struct capnp_reader list_default = CAPNP_CONSTANT_MESSAGE(list_words);
static const uint64_t data_words[] = { UINT64_C(0x1a00000001), 0x636261 };
static const struct capnp_reader data_default = CAPNP_CONSTANT_MESSAGE(data_words);

static void absent_and_malformed_pointers_read_as_their_defaults(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2), 0, 3 << 2 | 3);

	(void)state;
	for (uint32_t i = 0; i < 3; i++) { /* null, malformed, beyond the pointers */
		struct capnp_struct s = capnp_get_struct_or(m_root, i, &struct_default);
		struct capnp_list l = capnp_get_list_or(
			m_root, i, CAPNP_ELEMENT_TWO_BYTES, &list_default);

		assert_int_equal(capnp_get_u64(s, 0, 0), 99);
		assert_int_equal(capnp_get_data(s, 0).size, 2);
		assert_int_equal(l.count, 3);
		assert_int_equal(capnp_list_get_u16(l, 2), 3);
		assert_memory_equal(capnp_get_data_or(m_root, i, &data_default).bytes,
				    "abc", 3);
		assert_int_equal(m.error, i == 0 ? CAPNP_ERROR_NONE : CAPNP_ERROR_KIND);
	}
}

static void what_is_there_is_read_instead_of_its_default(void **state)
{
	OPEN(m, struct_pointer(0, 0, 3), struct_pointer(-1, 0, 0),
	     list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 0),
	     list_pointer(0, CAPNP_ELEMENT_BYTE, 0));

	(void)state;
	assert_int_equal(
		capnp_get_u64(capnp_get_struct_or(m_root, 0, &struct_default), 0, 5), 5);
	assert_int_equal(
		capnp_get_list_or(m_root, 1, CAPNP_ELEMENT_TWO_BYTES, &list_default)
			.count,
		0);
	assert_int_equal(capnp_get_data_or(m_root, 2, &data_default).size, 0);
	assert_false(capnp_reader_failed(&m));
}

static void a_constant_message_is_never_written(void **state)
{
	struct capnp_reader before = struct_default;
	struct capnp_struct s;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		s = capnp_constant_struct(&struct_default);
	(void)capnp_get_struct(s, 0); /* bytes: of another kind */
	(void)capnp_get_text(s, 0, (struct capnp_text){ "", 0 });
	assert_memory_equal(&before, &struct_default, sizeof(before));
	assert_false(capnp_reader_failed(&struct_default));
	assert_int_equal(capnp_any_kind(capnp_constant_any(&list_default)),
			 CAPNP_ANY_LIST);
	assert_int_equal(capnp_constant_list(&list_default, CAPNP_ELEMENT_ANY).count, 3);
	assert_int_equal(capnp_constant_data(&data_default).size, 3);
}

/* A struct that is the element of the list that it points to, for ever. */
static void struct_elements_count_as_a_level(void **state)
{
	OPEN(m, struct_pointer(1, 0, 1), struct_list_tag(1, 0, 1),
	     list_pointer(-2, CAPNP_ELEMENT_STRUCT, 1));
	struct capnp_struct s = m_root;
	uint32_t levels = 1;

	(void)state;
	m.traversal_words_left = CAPNP_TRAVERSAL_UNLIMITED;
	for (;;) {
		struct capnp_list list = capnp_get_list(s, 0, CAPNP_ELEMENT_STRUCT);

		levels += list.message != nullptr;
		s = capnp_list_get_struct(list, 0);
		if (!s.message)
			break;
		levels++;
	}
	assert_int_equal(levels, CAPNP_DEPTH_MAX + 1); /* the root is the first */
	assert_int_equal(m.error, CAPNP_ERROR_DEPTH);
	assert_int_equal(m.traversal_words_left, CAPNP_TRAVERSAL_UNLIMITED);
}

static void greatest_capability_index_is_malformed(void **state)
{
	const uint64_t words[] = { cap_pointer(CAPNP_NO_CAP) };
	struct capnp_reader reader;

	(void)state;
	capnp_reader_init(&reader, words, sizeof(words));
	assert_int_equal(capnp_any_kind(capnp_read_root_any(&reader)), CAPNP_ANY_NULL);
	assert_int_equal(reader.error, CAPNP_ERROR_KIND);
	capnp_reader_init(&reader, words, sizeof(words));
	assert_int_equal(capnp_any_cap(capnp_read_root_any(&reader)), CAPNP_NO_CAP);
	assert_int_equal(reader.error, CAPNP_ERROR_KIND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_tells_what_it_is),
		cmocka_unit_test(absent_pointers_read_as_empty),
		cmocka_unit_test(malformed_pointers_are_null_with_an_error),
		cmocka_unit_test(the_root_may_be_anything),
		cmocka_unit_test(a_list_of_any_kind_tells_its_element_size),
		cmocka_unit_test(lists_are_read_as_others_where_that_is_safe),
		cmocka_unit_test(elements_read_through_the_first_field),
		cmocka_unit_test(lists_hold_pointers_to_anything),
		cmocka_unit_test(absent_and_malformed_pointers_read_as_their_defaults),
		cmocka_unit_test(what_is_there_is_read_instead_of_its_default),
		cmocka_unit_test(a_constant_message_is_never_written),
		cmocka_unit_test(struct_elements_count_as_a_level),
		cmocka_unit_test(greatest_capability_index_is_malformed),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

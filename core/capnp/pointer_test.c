/* SPDX-License-Identifier: MIT */
/*
 * pointer_test.c - every kind of pointer under every getter, and the edges: objects that
 * end where the message does, objects without words, and each limit to the last unit.
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

static const struct capnp_text none = { "", 0 };

/* A message of just these words, and its root. */
#define OPEN(name, ...)                                                 \
	const uint64_t name##_words[] = { __VA_ARGS__ };                \
	struct capnp_reader name;                                       \
	struct capnp_struct name##_root;                                \
	capnp_reader_init(&(name), name##_words, sizeof(name##_words)); \
	assert_true(capnp_read_root(&(name), &name##_root))

enum getter { STRUCT, LIST, TEXT, DATA, CAP, GETTERS };

/* Whether there was something behind pointer 0 of @root. */
static bool get(struct capnp_struct root, enum getter getter)
{
	switch (getter) {
	case STRUCT:
		return capnp_get_struct(root, 0).message != nullptr;
	case LIST:
		return capnp_get_list(root, 0, CAPNP_ELEMENT_FOUR_BYTES).message !=
		       nullptr;
	case TEXT:
		return capnp_get_text(root, 0, none).bytes != none.bytes;
	case DATA:
		return capnp_get_data(root, 0).size != 0;
	case CAP:
		return capnp_get_cap(root, 0) != CAPNP_NO_CAP;
	case GETTERS:
	default:
		abort();
	}
}

/* The same through an element of a list of pointers. */
static bool get_element(struct capnp_list list, enum getter getter)
{
	switch (getter) {
	case STRUCT:
		return capnp_any_struct(capnp_list_get_any(list, 0)).message != nullptr;
	case LIST:
		return capnp_list_get_list(list, 0, CAPNP_ELEMENT_FOUR_BYTES).message !=
		       nullptr;
	case TEXT:
		return capnp_list_get_text(list, 0).size != 0;
	case DATA:
		return capnp_list_get_data(list, 0).size != 0;
	case CAP:
		return capnp_list_get_cap(list, 0) != CAPNP_NO_CAP;
	case GETTERS:
	default:
		abort();
	}
}

#define ONE CAPNP_ERROR_NONE
#define KND CAPNP_ERROR_KIND
#define LST CAPNP_ERROR_LIST
#define OUT CAPNP_ERROR_BOUNDS
#define LOU CAPNP_ERROR_LIST_BOUNDS
#define SEG CAPNP_ERROR_SEGMENT
#define FAR CAPNP_ERROR_FAR
#define TXT CAPNP_ERROR_TEXT
#define TAG CAPNP_ERROR_TAG

/* Two words, 0x...41 and 0, come right after the pointer; then the message ends. */
static const struct {
	uint64_t pointer;
	enum capnp_error errors[GETTERS]; /* none: it is found */
} cases[] = {
	/* A struct: of one word, of both, of too many, before and behind the message. */
	{ 0x0000000100000000, { ONE, KND, KND, KND, KND } },
	{ 0x0001000100000000, { ONE, KND, KND, KND, KND } },
	{ 0x0002000100000000, { OUT, KND, KND, KND, KND } },
	{ 0x0000000300000000, { OUT, KND, KND, KND, KND } },
	{ 0xffffffff00000000, { OUT, KND, KND, KND, KND } },
	{ 0x000000000000000c, { OUT, KND, KND, KND, KND } },
	{ 0x000000007ffffffc, { OUT, KND, KND, KND, KND } },
	{ 0x0000000080000000, { OUT, KND, KND, KND, KND } },
	{ 0x00000000fffffff4, { OUT, KND, KND, KND, KND } },
	/* Lists of nothing, bits, one, two, four, eight bytes, pointers. */
	{ 0x0000000800000001, { KND, LST, LST, LST, KND } },
	{ 0x0000000900000001, { KND, LST, LST, LST, KND } },
	{ 0x0000001200000001, { KND, LST, ONE, ONE, KND } },
	{ 0x0000000b00000001, { KND, LST, LST, LST, KND } },
	{ 0x0000000c00000001, { KND, ONE, LST, LST, KND } },
	{ 0x0000000d00000001, { KND, ONE, LST, LST, KND } },
	{ 0x0000000e00000001, { KND, LST, LST, LST, KND } },
	/* Of structs, whose tag is none. */
	{ 0x0000000f00000001, { KND, TAG, LST, LST, KND } },
	/* Bytes without a NUL, all there are, and one more. */
	{ 0x0000000a00000001, { KND, LST, TXT, ONE, KND } },
	{ 0x0000008200000001, { KND, LST, ONE, ONE, KND } },
	{ 0x0000008a00000001, { KND, LOU, LOU, LOU, KND } },
	{ 0xfffffffa00000001, { KND, LOU, LOU, LOU, KND } },
	/* Numbers of four bytes: one too many; of eight, as many as there can be. */
	{ 0x0000002c00000001, { KND, LOU, LST, LST, KND } },
	{ 0xfffffffd00000001, { KND, LOU, LST, LST, KND } },
	{ 0x000000170000000f, { KND, KND, KND, KND, KND } },
	/* Lists that start outside. */
	{ 0x000000020000000d, { KND, OUT, OUT, OUT, KND } },
	{ 0x00000002fffffff5, { KND, OUT, OUT, OUT, KND } },
	/* Capabilities, and what is none of the kinds there are. */
	{ 0x0000000500000003, { KND, KND, KND, KND, ONE } },
	{ 0x0000000000000007, { KND, KND, KND, KND, KND } },
	{ 0xffffffffffffffff, { KND, KND, KND, KND, KND } },
	/* Far pointers: to no segment, to no pad, to itself. */
	{ 0x0000000100000002, { SEG, SEG, SEG, SEG, SEG } },
	{ 0x0000000100000006, { SEG, SEG, SEG, SEG, SEG } },
	{ 0x0000000000000022, { OUT, OUT, OUT, OUT, OUT } },
	{ 0x000000000000001e, { OUT, OUT, OUT, OUT, OUT } },
	{ 0x000000000000000a, { FAR, FAR, FAR, FAR, FAR } },
	{ 0x000000000000000e, { FAR, FAR, FAR, FAR, FAR } },
};

static void every_pointer_is_checked_by_every_getter(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t getter = 0; getter < GETTERS; getter++) {
			enum capnp_error error = cases[i].errors[getter];
			OPEN(m, struct_pointer(0, 0, 1), cases[i].pointer, 0x41, 0);

			assert_int_equal(get(m_root, (enum getter)getter),
					 error == CAPNP_ERROR_NONE);
			assert_int_equal(m.error, error);
			if (error != CAPNP_ERROR_NONE)
				assert_int_equal(m.error_word, 1);
		}
	}
}

static void every_element_is_checked_by_every_getter(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t getter = 0; getter < GETTERS; getter++) {
			enum capnp_error error = cases[i].errors[getter];
			OPEN(m, struct_pointer(3, 0, 1), cases[i].pointer, 0x41, 0,
			     list_pointer(-4, CAPNP_ELEMENT_POINTER, 1));
			struct capnp_list list =
				capnp_get_list(m_root, 0, CAPNP_ELEMENT_POINTER);

			m.word_count = 4; /* the pointer to the list is not of this */
			assert_int_equal(get_element(list, (enum getter)getter),
					 error == CAPNP_ERROR_NONE);
			assert_int_equal(m.error, error);
			if (error != CAPNP_ERROR_NONE)
				assert_int_equal(m.error_word, 1);
		}
	}
}

static void objects_without_words_may_be_at_the_very_end(void **state)
{
	OPEN(m, struct_pointer(0, 0, 5), struct_pointer(4, 0, 0),
	     list_pointer(3, CAPNP_ELEMENT_BYTE, 0),
	     list_pointer(2, CAPNP_ELEMENT_VOID, 3), struct_pointer(-1, 0, 0),
	     struct_pointer(-5, 0, 0));

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		struct capnp_struct s = capnp_get_struct(m_root, i);
		struct capnp_list list = capnp_get_list(m_root, i, CAPNP_ELEMENT_VOID);
		bool is_list = i == 1 || i == 2;

		assert_int_equal(s.message != nullptr, !is_list);
		assert_int_equal(s.data_bytes + s.pointer_count, 0);
		assert_int_equal(list.message != nullptr, is_list);
		assert_int_equal(list.count, i == 2 ? 3 : 0);
		assert_int_equal(m.error, CAPNP_ERROR_KIND); /* by the other of the two */
		m.error = CAPNP_ERROR_NONE;
	}
}

static void a_list_of_structs_needs_its_tag(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2), list_pointer(2, CAPNP_ELEMENT_STRUCT, 0),
	     list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(0, 4, 4));

	(void)state;
	/* Without elements it takes no words, whatever their size would be. */
	assert_non_null(capnp_get_list(m_root, 1, CAPNP_ELEMENT_STRUCT).message);
	assert_false(capnp_reader_failed(&m));
	assert_null(capnp_get_list(m_root, 0, CAPNP_ELEMENT_STRUCT).message);
	assert_int_equal(m.error, CAPNP_ERROR_LIST_BOUNDS);
	OPEN(n, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_STRUCT, 0));
	assert_null(capnp_get_list(n_root, 0, CAPNP_ELEMENT_STRUCT).message);
	assert_int_equal(n.error, CAPNP_ERROR_LIST_BOUNDS);
}

static void a_list_of_structs_may_have_words_that_no_element_uses(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_STRUCT, 3),
	     struct_list_tag(1, 1, 0), 8, 9, 10);
	struct capnp_list list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_STRUCT);

	(void)state;
	assert_int_equal(list.count, 1);
	assert_int_equal(capnp_get_u64(capnp_list_get_struct(list, 0), 0, 0), 8);
	assert_null(capnp_list_get_struct(list, 1).message);
	assert_false(capnp_reader_failed(&m));
}

static void elements_without_words_are_counted_one_by_one(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2), list_pointer(1, CAPNP_ELEMENT_VOID, 12),
	     list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(13, 0, 0));

	(void)state;
	m.traversal_words_left = 12;
	assert_int_equal(capnp_get_list(m_root, 0, CAPNP_ELEMENT_VOID).count, 12);
	assert_int_equal(m.traversal_words_left, 0);
	assert_int_equal(m.error, CAPNP_ERROR_NONE);
	m.traversal_words_left = 11;
	assert_int_equal(capnp_get_list(m_root, 0, CAPNP_ELEMENT_VOID).count, 0);
	assert_int_equal(m.error, CAPNP_ERROR_COUNT);
	m.error = CAPNP_ERROR_NONE;
	m.traversal_words_left = 14; /* the tag is a word */
	assert_int_equal(capnp_get_list(m_root, 1, CAPNP_ELEMENT_STRUCT).count, 13);
	m.traversal_words_left = 13;
	assert_int_equal(capnp_get_list(m_root, 1, CAPNP_ELEMENT_STRUCT).count, 0);
	assert_int_equal(m.error, CAPNP_ERROR_COUNT);
}

static void as_many_elements_as_the_format_has_can_be_read(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_STRUCT, 0),
	     (uint64_t)CAPNP_LIST_COUNT_MAX << 2);
	struct capnp_list list;

	(void)state;
	m.traversal_words_left = CAPNP_TRAVERSAL_UNLIMITED;
	list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(list.count, CAPNP_LIST_COUNT_MAX);
	assert_non_null(capnp_list_get_struct(list, CAPNP_LIST_COUNT_MAX - 1).message);
	assert_null(capnp_list_get_struct(list, CAPNP_LIST_COUNT_MAX).message);
	assert_false(capnp_reader_failed(&m));
}

static void the_traversal_limit_is_exact(void **state)
{
	OPEN(m, struct_pointer(0, 0, 3), struct_pointer(2, 1, 0),
	     list_pointer(1, CAPNP_ELEMENT_TWO_BYTES, 5),
	     list_pointer(0, CAPNP_ELEMENT_BYTE, 9), 0, 0);

	(void)state;
	m.traversal_words_left = 1 + 2 + 2 + 2;
	assert_non_null(capnp_get_struct(m_root, 0).message);
	assert_int_equal(capnp_get_list(m_root, 1, CAPNP_ELEMENT_TWO_BYTES).count, 5);
	assert_int_equal(capnp_get_data(m_root, 2).size, 9);
	assert_int_equal(capnp_get_text(m_root, 2, none).size, 8);
	assert_int_equal(m.traversal_words_left, 0);
	assert_int_equal(m.error, CAPNP_ERROR_NONE);
	assert_int_equal(capnp_get_data(m_root, 2).size, 0);
	assert_int_equal(m.error, CAPNP_ERROR_TRAVERSAL);
	m.error = CAPNP_ERROR_NONE;
	assert_null(capnp_get_struct(m_root, 0).message);
	assert_int_equal(m.error, CAPNP_ERROR_TRAVERSAL);
}

static void elements_above_the_limits_are_refused(void **state)
{
	enum { WORDS = 9000 };
	uint64_t *words = calloc(WORDS, 8);
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	words[0] = struct_pointer(0, 0, 1);
	words[1] = list_pointer(0, CAPNP_ELEMENT_STRUCT, WORDS - 3);
	capnp_reader_init(&reader, words, WORDS * 8);
	assert_true(capnp_read_root(&reader, &root));
	words[2] = struct_list_tag(1, CAPNP_STRUCT_DATA_WORDS_MAX, 0);
	assert_int_equal(capnp_get_list(root, 0, CAPNP_ELEMENT_STRUCT).count, 1);
	words[2] = struct_list_tag(1, 0, CAPNP_STRUCT_POINTERS_MAX);
	assert_int_equal(capnp_get_list(root, 0, CAPNP_ELEMENT_STRUCT).count, 1);
	assert_false(capnp_reader_failed(&reader));
	words[2] = struct_list_tag(1, CAPNP_STRUCT_DATA_WORDS_MAX + 1, 0);
	assert_int_equal(capnp_get_list(root, 0, CAPNP_ELEMENT_STRUCT).count, 0);
	assert_int_equal(reader.error, CAPNP_ERROR_STRUCT);
	reader.error = CAPNP_ERROR_NONE;
	words[2] = struct_list_tag(1, 0, CAPNP_STRUCT_POINTERS_MAX + 1);
	assert_int_equal(capnp_get_list(root, 0, CAPNP_ELEMENT_STRUCT).count, 0);
	assert_int_equal(reader.error, CAPNP_ERROR_STRUCT);
	free(words);
}

/* How many structs the one at word 1, which points to itself, has within @depth_max. */
static uint32_t levels(uint8_t depth_max, bool any)
{
	OPEN(m, struct_pointer(0, 0, 1), struct_pointer(-1, 0, 1));
	uint32_t count = 0;

	m.traversal_words_left = CAPNP_TRAVERSAL_UNLIMITED;
	m.depth_max = depth_max;
	if (any)
		m_root = capnp_any_struct(capnp_read_root_any(&m));
	else
		assert_true(capnp_read_root(&m, &m_root));
	for (struct capnp_struct s = m_root; s.message; count++)
		s = any ? capnp_any_struct(capnp_get_any(s, 0)) : capnp_get_struct(s, 0);
	assert_int_equal(m.error, CAPNP_ERROR_DEPTH);
	return count;
}

static void the_depth_limit_is_exact_below_the_root(void **state)
{
	(void)state;
	for (uint32_t depth = 0; depth < 255; depth += 127) {
		assert_int_equal(levels((uint8_t)depth, false), depth + 1);
		assert_int_equal(levels((uint8_t)depth, true), depth + 1);
	}
}

static void a_list_nests_as_deep_as_a_struct(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(-1, CAPNP_ELEMENT_POINTER, 1));
	struct capnp_list list;

	(void)state;
	m.depth_max = 1;
	assert_true(capnp_read_root(&m, &m_root));
	list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_POINTER);
	assert_int_equal(list.count, 1);
	assert_int_equal(capnp_list_get_list(list, 0, CAPNP_ELEMENT_POINTER).count, 0);
	assert_int_equal(m.error, CAPNP_ERROR_DEPTH);
	assert_int_equal(m.error_word, 1);
}

static void words_known_to_be_good_are_read_like_any(void **state)
{
	const uint64_t words[] = { struct_pointer(0, 1, 1), 7, 1 };
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	memset(&reader, 0xa5, sizeof(reader));
	capnp_reader_init_words(&reader, words, 3);
	assert_true(capnp_read_root_as(&reader, 1, 1, &root));
	assert_int_equal(capnp_get_u64(root, 0, 0), 7);
	assert_int_equal(reader.traversal_words_left, 3 * CAPNP_TRAVERSAL_RATIO);
	assert_int_equal(capnp_get_list(root, 0, CAPNP_ELEMENT_VOID).count, 0);
	assert_int_equal(reader.error, CAPNP_ERROR_NONE);
	/* There are no segments to look for, whatever lies where they would be. */
	memset(&reader, 0xa5, sizeof(reader));
	capnp_reader_init_words(&reader, words, 3);
	const uint64_t far[] = { far_pointer(1, 0) };
	capnp_reader_init_words(&reader, far, 1);
	assert_false(capnp_read_root(&reader, &root));
	assert_int_equal(reader.error, CAPNP_ERROR_SEGMENT);
	assert_int_equal(reader.error_segment, 0);
	assert_int_equal(reader.error_word, 0);
}

static void elements_beyond_a_list_are_zero(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2), list_pointer(1, CAPNP_ELEMENT_EIGHT_BYTES, 1),
	     list_pointer(1, CAPNP_ELEMENT_BIT, 1), UINT64_MAX, UINT64_MAX);
	struct capnp_list list = capnp_get_list(m_root, 0, CAPNP_ELEMENT_EIGHT_BYTES);
	struct capnp_list bits = capnp_get_list(m_root, 1, CAPNP_ELEMENT_BIT);

	(void)state;
	assert_int_equal(capnp_list_get_u8(list, 0), UINT8_MAX);
	assert_int_equal(capnp_list_get_u16(list, 0), UINT16_MAX);
	assert_int_equal(capnp_list_get_u32(list, 0), UINT32_MAX);
	assert_true(capnp_list_get_u64(list, 0) == UINT64_MAX);
	assert_int_equal(capnp_list_get_u8(list, 1), 0);
	assert_int_equal(capnp_list_get_u16(list, 1), 0);
	assert_int_equal(capnp_list_get_u32(list, 1), 0);
	assert_int_equal(capnp_list_get_u64(list, 1), 0);
	assert_null(capnp_list_get_struct(list, 1).message);
	assert_int_equal(capnp_list_get_cap(list, 0), CAPNP_NO_CAP);
	assert_true(capnp_list_get_bool(bits, 0));
	assert_false(capnp_list_get_bool(bits, 1));
	assert_int_equal(capnp_list_get_u8(bits, 0), 0); /* a bit is no byte */
	assert_null(capnp_list_get_struct(bits, 0).message);
	assert_false(capnp_reader_failed(&m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pointer_is_checked_by_every_getter),
		cmocka_unit_test(every_element_is_checked_by_every_getter),
		cmocka_unit_test(objects_without_words_may_be_at_the_very_end),
		cmocka_unit_test(a_list_of_structs_needs_its_tag),
		cmocka_unit_test(a_list_of_structs_may_have_words_that_no_element_uses),
		cmocka_unit_test(elements_without_words_are_counted_one_by_one),
		cmocka_unit_test(as_many_elements_as_the_format_has_can_be_read),
		cmocka_unit_test(the_traversal_limit_is_exact),
		cmocka_unit_test(elements_above_the_limits_are_refused),
		cmocka_unit_test(the_depth_limit_is_exact_below_the_root),
		cmocka_unit_test(a_list_nests_as_deep_as_a_struct),
		cmocka_unit_test(words_known_to_be_good_are_read_like_any),
		cmocka_unit_test(elements_beyond_a_list_are_zero),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

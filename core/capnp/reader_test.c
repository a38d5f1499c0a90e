/* SPDX-License-Identifier: MIT */
/*
 * reader_test.c - one case per promise of reader.h. Messages are spelled out in words, so
 * that what is malformed in them can be seen.
 */
// TEST-LINK: core/capnp/reader.c core/capnp/reader_error.c
#include "core/capnp/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capnp_words.h"

struct message {
	struct capnp_reader reader;
	struct capnp_struct root;
	bool good;
};

static void start(struct message *message, const uint64_t *words, size_t size_bytes)
{
	capnp_reader_init(&message->reader, words, (uint32_t)size_bytes);
	message->good = capnp_read_root(&message->reader, &message->root);
}

/* An array of just these words, so that the sanitizer sees any read beyond them. */
#define OPEN(name, ...)                                  \
	const uint64_t name##_words[] = { __VA_ARGS__ }; \
	struct message name;                             \
	start(&name, name##_words, sizeof(name##_words))

static void assert_error(const struct message *message, enum capnp_error error)
{
	assert_int_equal(message->reader.error, error);
}

static const struct capnp_text none = { "", 0 };

static void empty_message_reads_as_defaults(void **state)
{
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	capnp_reader_init(&reader, nullptr, 0);
	assert_true(capnp_read_root(&reader, &root));
	assert_int_equal(capnp_get_u32(root, 0, 7), 7);
	assert_true(capnp_read_root_as(&reader, 1, 0, &root));
	assert_int_equal(capnp_get_u64(root, 0, 9), 9);
	assert_false(capnp_reader_failed(&reader));
}

static void odd_sizes_and_addresses_are_refused(void **state)
{
	uint64_t words[2] = { 0 };
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	capnp_reader_init(&reader, words, 12);
	assert_int_equal(reader.error, CAPNP_ERROR_SIZE);
	assert_false(capnp_read_root(&reader, &root));
	capnp_reader_init(&reader, (const char *)words + 4, 8);
	assert_int_equal(reader.error, CAPNP_ERROR_SIZE);
}

static void plain_fields_are_read_with_defaults(void **state)
{
	OPEN(m, struct_pointer(0, 1, 0), UINT64_C(0x0123456789abcdef));

	(void)state;
	assert_true(m.good);
	assert_int_equal(capnp_get_u64(m.root, 0, 0), UINT64_C(0x0123456789abcdef));
	assert_int_equal(capnp_get_u32(m.root, 4, 0), 0x01234567);
	assert_int_equal(capnp_get_u16(m.root, 2, 1), 0x89ab ^ 1);
	assert_int_equal(capnp_get_u8(m.root, 7, 0), 1);
	assert_true(capnp_get_bool(m.root, 56, false));
	assert_true(capnp_get_bool(m.root, 57, true));
	assert_error(&m, CAPNP_ERROR_NONE);
}

static void fields_beyond_the_data_are_defaults(void **state)
{
	OPEN(m, struct_pointer(0, 1, 0), 1, 2);

	(void)state;
	assert_int_equal(capnp_get_u64(m.root, 8, 5), 5);
	assert_int_equal(capnp_get_u8(m.root, 8, 6), 6);
	assert_true(capnp_get_bool(m.root, 64, true));
	assert_false(capnp_has(m.root, 0));
	assert_int_equal(capnp_get_text(m.root, 0, none).size, 0);
	assert_int_equal(capnp_get_cap(m.root, 3), CAPNP_NO_CAP);
	assert_error(&m, CAPNP_ERROR_NONE);
}

static void root_of_the_expected_size_is_read_like_any_other(void **state)
{
	struct capnp_struct root;
	OPEN(m, struct_pointer(0, 1, 1), 77, 0);

	(void)state;
	assert_true(capnp_read_root_as(&m.reader, 1, 1, &root));
	assert_memory_equal(&root, &m.root, sizeof(root));
	assert_true(capnp_read_root_as(&m.reader, 2, 0, &root)); /* a newer reader */
	assert_memory_equal(&root, &m.root, sizeof(root));
	m.reader.word_count = 2; /* cut short */
	assert_false(capnp_read_root_as(&m.reader, 1, 1, &root));
	assert_null(root.message);
	assert_error(&m, CAPNP_ERROR_BOUNDS);
}

static void pointers_outside_the_message_are_refused(void **state)
{
	const int32_t offsets[] = { 2, 3, 1000, -3, -100, (1 << 29) - 1, -(1 << 29) };

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		OPEN(m, struct_pointer(0, 0, 1), struct_pointer(offsets[i], 1, 0));
		assert_null(capnp_get_struct(m.root, 0).message);
		assert_error(&m, CAPNP_ERROR_BOUNDS);
	}
	OPEN(m, struct_pointer(0, 0, 1), struct_pointer(0, 0xffff, 0xffff));
	assert_null(capnp_get_struct(m.root, 0).message);
	assert_error(&m, CAPNP_ERROR_BOUNDS);
	OPEN(n, struct_pointer(0, 2, 0), 0);
	assert_false(n.good);
	assert_error(&n, CAPNP_ERROR_BOUNDS);
}

static void a_pointer_of_another_kind_is_refused(void **state)
{
	OPEN(m, struct_pointer(0, 1, 1), 0, list_pointer(0, CAPNP_ELEMENT_VOID, 0));

	(void)state;
	assert_null(capnp_get_struct(m.root, 0).message);
	assert_int_equal(capnp_get_cap(m.root, 0), CAPNP_NO_CAP);
	assert_error(&m, CAPNP_ERROR_KIND);
	OPEN(n, struct_pointer(0, 0, 1), struct_pointer(-1, 0, 0));
	assert_int_equal(capnp_get_list(n.root, 0, CAPNP_ELEMENT_BYTE).count, 0);
	assert_error(&n, CAPNP_ERROR_KIND);
}

static void far_pointers_out_of_a_single_segment_are_refused(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), 2 | UINT64_C(1) << 32);

	(void)state;
	assert_null(capnp_get_struct(m.root, 0).message);
	assert_error(&m, CAPNP_ERROR_SEGMENT);
	OPEN(n, struct_pointer(0, 0, 1), 6);
	assert_int_equal(capnp_get_cap(n.root, 0), CAPNP_NO_CAP);
	assert_error(&n, CAPNP_ERROR_FAR);
	OPEN(r, 2, 0);
	assert_false(r.good);
	assert_error(&r, CAPNP_ERROR_FAR);
}

static void text_ends_in_nul_or_is_refused(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2), list_pointer(1, CAPNP_ELEMENT_BYTE, 3),
	     list_pointer(0, CAPNP_ELEMENT_BYTE, 2), UINT64_C(0x006968));

	(void)state;
	assert_true(capnp_text_equals(capnp_get_text(m.root, 0, none), "hi"));
	assert_int_equal(capnp_get_data(m.root, 0).size, 3);
	assert_int_equal(capnp_get_text(m.root, 1, none).size, 0);
	assert_error(&m, CAPNP_ERROR_TEXT);
	OPEN(n, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_BYTE, 0));
	assert_string_equal(capnp_get_text(n.root, 0, none).bytes, "");
	assert_error(&n, CAPNP_ERROR_TEXT);
	OPEN(w, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 1), 0);
	assert_int_equal(capnp_get_text(w.root, 0, none).size, 0);
	assert_error(&w, CAPNP_ERROR_LIST);
}

static void lists_larger_than_the_message_are_refused(void **state)
{
	const uint64_t pointers[] = {
		list_pointer(0, CAPNP_ELEMENT_BYTE, 9),
		list_pointer(0, CAPNP_ELEMENT_BIT, 65),
		list_pointer(0, CAPNP_ELEMENT_EIGHT_BYTES, 2),
		list_pointer(0, CAPNP_ELEMENT_EIGHT_BYTES, CAPNP_LIST_COUNT_MAX),
		list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
		list_pointer(1, CAPNP_ELEMENT_STRUCT, 0),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		OPEN(m, struct_pointer(0, 0, 1), pointers[i], 0);
		assert_int_equal(capnp_get_list(m.root, 0, CAPNP_ELEMENT_VOID).count, 0);
		assert_error(&m, CAPNP_ERROR_LIST_BOUNDS);
	}
}

static void tags_of_struct_lists_are_checked(void **state)
{
	const uint64_t tags[] = {
		struct_pointer(2, 1, 0),                /* two elements in one word */
		struct_pointer(1, 2, 0),                /* an element of two words */
		list_pointer(1, CAPNP_ELEMENT_BYTE, 0), /* no struct */
		(uint64_t)UINT32_MAX - 3,               /* 2^30-1 elements */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
		     tags[i], 0);
		assert_int_equal(capnp_get_list(m.root, 0, CAPNP_ELEMENT_STRUCT).count,
				 0);
		assert_error(&m, CAPNP_ERROR_TAG);
	}
}

static void zero_sized_elements_spend_the_traversal_limit(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2),
	     list_pointer(1, CAPNP_ELEMENT_VOID, CAPNP_LIST_COUNT_MAX),
	     list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_pointer(1 << 20, 0, 0));

	(void)state;
	assert_int_equal(capnp_get_list(m.root, 0, CAPNP_ELEMENT_VOID).count, 0);
	assert_int_equal(capnp_get_list(m.root, 1, CAPNP_ELEMENT_STRUCT).count, 0);
	assert_error(&m, CAPNP_ERROR_COUNT);
}

static void overlapping_structs_spend_the_traversal_limit(void **state)
{
	/* A root whose only pointer names the root's own words again, for ever. */
	OPEN(m, struct_pointer(0, 0, 1), struct_pointer(-1, 0, 1));
	struct capnp_struct s = m.root;
	uint32_t depth = 0;

	(void)state;
	while (s.message) {
		s = capnp_get_struct(s, 0);
		depth++;
	}
	assert_int_equal(depth, 2 * CAPNP_TRAVERSAL_RATIO); /* the root spends one */
	assert_error(&m, CAPNP_ERROR_TRAVERSAL);
}

static void depth_is_limited(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), struct_pointer(-1, 0, 1));
	struct capnp_struct s = m.root;
	uint32_t depth = 0;

	(void)state;
	m.reader.traversal_words_left = UINT32_MAX;
	while (s.message) {
		s = capnp_get_struct(s, 0);
		depth++;
	}
	assert_int_equal(depth, CAPNP_DEPTH_MAX + 1);
	assert_error(&m, CAPNP_ERROR_DEPTH);
	OPEN(n, struct_pointer(0, 0, 1), list_pointer(-1, CAPNP_ELEMENT_POINTER, 1));
	n.reader.traversal_words_left = UINT32_MAX;
	struct capnp_list list = capnp_get_list(n.root, 0, CAPNP_ELEMENT_POINTER);
	for (depth = 1; list.count != 0; depth++)
		list = capnp_list_get_list(list, 0, CAPNP_ELEMENT_POINTER);
	assert_int_equal(depth, CAPNP_DEPTH_MAX + 1);
	assert_error(&n, CAPNP_ERROR_DEPTH);
}

static void structs_above_the_limits_are_refused(void **state)
{
	uint64_t *words = calloc(9001, 8);
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	words[0] = struct_pointer(0, CAPNP_STRUCT_DATA_WORDS_MAX, 0);
	capnp_reader_init(&reader, words, 9001 * 8);
	assert_true(capnp_read_root(&reader, &root));
	assert_int_equal(root.data_bytes, CAPNP_STRUCT_DATA_WORDS_MAX * 8);
	words[0] = struct_pointer(0, CAPNP_STRUCT_DATA_WORDS_MAX + 1, 0);
	assert_false(capnp_read_root(&reader, &root));
	assert_int_equal(reader.error, CAPNP_ERROR_STRUCT);
	words[0] = struct_pointer(0, 0, CAPNP_STRUCT_POINTERS_MAX + 1);
	capnp_reader_init(&reader, words, 9001 * 8);
	assert_false(capnp_read_root(&reader, &root));
	assert_int_equal(reader.error, CAPNP_ERROR_STRUCT);
	free(words);
}

static void plain_elements_are_read(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 3),
	     UINT64_C(0x000300020001));
	struct capnp_list list = capnp_get_list(m.root, 0, CAPNP_ELEMENT_TWO_BYTES);

	(void)state;
	assert_int_equal(list.count, 3);
	assert_int_equal(capnp_list_get_u16(list, 2), 3);
	assert_int_equal(capnp_list_get_u16(list, 3), 0);
	assert_int_equal(capnp_list_get_u8(list, 1), 2);
	assert_int_equal(capnp_list_get_u32(list, 0), 0); /* too narrow */
	assert_int_equal(capnp_list_get_u64(list, 0), 0);
	assert_false(capnp_list_get_bool(list, 0));
	assert_int_equal(capnp_list_get_text(list, 0).size, 0);
	assert_int_equal(capnp_list_get_cap(list, 0), CAPNP_NO_CAP);
	assert_error(&m, CAPNP_ERROR_NONE);
}

static void too_narrow_elements_are_refused(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 1), 0);

	(void)state;
	assert_int_equal(capnp_get_list(m.root, 0, CAPNP_ELEMENT_FOUR_BYTES).count, 0);
	assert_error(&m, CAPNP_ERROR_LIST);
	OPEN(n, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_BIT, 8), 0);
	assert_int_equal(capnp_get_list(n.root, 0, CAPNP_ELEMENT_STRUCT).count, 0);
	assert_error(&n, CAPNP_ERROR_LIST);
	OPEN(p, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_BYTE, 8), 0);
	assert_int_equal(capnp_get_list(p.root, 0, CAPNP_ELEMENT_POINTER).count, 0);
	assert_error(&p, CAPNP_ERROR_LIST);
}

static void plain_lists_and_struct_lists_read_as_each_other(void **state)
{
	OPEN(m, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_FOUR_BYTES, 2),
	     UINT64_C(0x0000000600000005));
	struct capnp_list list = capnp_get_list(m.root, 0, CAPNP_ELEMENT_STRUCT);

	(void)state;
	assert_int_equal(capnp_get_u32(capnp_list_get_struct(list, 1), 0, 0), 6);
	assert_int_equal(capnp_get_u64(capnp_list_get_struct(list, 1), 0, 9), 9);
	assert_null(capnp_list_get_struct(list, 2).message);
	assert_error(&m, CAPNP_ERROR_NONE);
	OPEN(n, struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_STRUCT, 4),
	     struct_pointer(2, 1, 1), 5, 3, 6, UINT64_C(7) << 32 | 3);
	list = capnp_get_list(n.root, 0, CAPNP_ELEMENT_FOUR_BYTES);
	assert_int_equal(capnp_list_get_u32(list, 1), 6);
	list = capnp_get_list(n.root, 0, CAPNP_ELEMENT_POINTER);
	assert_int_equal(capnp_list_get_cap(list, 1), 7);
	assert_error(&n, CAPNP_ERROR_NONE);
}

static void capability_pointers_are_checked(void **state)
{
	OPEN(m, struct_pointer(0, 0, 3), UINT64_C(5) << 32 | 3, 0, UINT64_C(5) << 32 | 7);

	(void)state;
	assert_int_equal(capnp_get_cap(m.root, 0), 5);
	assert_int_equal(capnp_get_cap(m.root, 1), CAPNP_NO_CAP);
	assert_false(capnp_reader_failed(&m.reader));
	assert_int_equal(capnp_get_cap(m.root, 2), CAPNP_NO_CAP);
	assert_error(&m, CAPNP_ERROR_KIND);
}

static void the_first_error_stays_with_its_place(void **state)
{
	OPEN(m, struct_pointer(0, 0, 2), 2 | UINT64_C(1) << 32,
	     list_pointer(0, CAPNP_ELEMENT_BYTE, 9));

	(void)state;
	(void)capnp_get_struct(m.root, 0);
	(void)capnp_get_data(m.root, 1);
	assert_error(&m, CAPNP_ERROR_SEGMENT);
	assert_int_equal(m.reader.error_segment, 0);
	assert_int_equal(m.reader.error_word, 1);
}

static void every_error_has_a_text(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= CAPNP_ERROR_COUNT; i++)
		assert_true(strlen(capnp_error_text((enum capnp_error)i)) > 3);
	assert_string_equal(capnp_error_text((enum capnp_error)200), "unknown error");
}

static void text_compares_whole(void **state)
{
	const struct capnp_text text = { "abc", 3 };
	const struct capnp_text with_nul = { "a\0c", 3 };

	(void)state;
	assert_true(capnp_text_equals(text, "abc"));
	assert_false(capnp_text_equals(text, "ab"));
	assert_false(capnp_text_equals(text, "abcd"));
	assert_false(capnp_text_equals(text, "abd"));
	assert_false(capnp_text_equals(with_nul, "a"));
	assert_true(capnp_text_equals(none, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_message_reads_as_defaults),
		cmocka_unit_test(odd_sizes_and_addresses_are_refused),
		cmocka_unit_test(plain_fields_are_read_with_defaults),
		cmocka_unit_test(fields_beyond_the_data_are_defaults),
		cmocka_unit_test(root_of_the_expected_size_is_read_like_any_other),
		cmocka_unit_test(pointers_outside_the_message_are_refused),
		cmocka_unit_test(a_pointer_of_another_kind_is_refused),
		cmocka_unit_test(far_pointers_out_of_a_single_segment_are_refused),
		cmocka_unit_test(text_ends_in_nul_or_is_refused),
		cmocka_unit_test(lists_larger_than_the_message_are_refused),
		cmocka_unit_test(tags_of_struct_lists_are_checked),
		cmocka_unit_test(zero_sized_elements_spend_the_traversal_limit),
		cmocka_unit_test(overlapping_structs_spend_the_traversal_limit),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(structs_above_the_limits_are_refused),
		cmocka_unit_test(plain_elements_are_read),
		cmocka_unit_test(too_narrow_elements_are_refused),
		cmocka_unit_test(plain_lists_and_struct_lists_read_as_each_other),
		cmocka_unit_test(capability_pointers_are_checked),
		cmocka_unit_test(the_first_error_stays_with_its_place),
		cmocka_unit_test(every_error_has_a_text),
		cmocka_unit_test(text_compares_whole),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

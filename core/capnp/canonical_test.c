/* SPDX-License-Identifier: MIT */
/* canonical_test.c - one case per promise of canonical.h. */
// TEST-LINK: core/capnp/canonical.c core/capnp/copy.c core/capnp/equal.c core/capnp/measure.c core/capnp/builder.c core/capnp/reader.c
#include "core/capnp/canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/equal.h"
#include "core/capnp/measure.h"
#include "tests/support/capnp_words.h"

enum { ROOM = 64 };

static bool is_canonical(const uint64_t *words, size_t size_bytes)
{
	struct capnp_reader reader;

	capnp_reader_init(&reader, words, (uint32_t)size_bytes);
	return capnp_is_canonical(&reader);
}

static struct capnp_any root_of(struct capnp_reader *reader, const uint64_t *words,
				size_t size_bytes)
{
	capnp_reader_init(reader, words, (uint32_t)size_bytes);
	return capnp_read_root_any(reader);
}

/* Makes @from canonical, in just the room that takes, and holds it against @to. */
static void assert_becomes(const uint64_t *from, size_t from_bytes, const uint64_t *to,
			   size_t to_bytes)
{
	struct capnp_reader reader;
	struct capnp_reader made;
	struct capnp_size size;
	uint32_t count = 99;
	uint64_t *out = malloc(to_bytes);

	assert_non_null(out);
	assert_int_equal(capnp_make_canonical(root_of(&reader, from, from_bytes), out,
					      (uint32_t)to_bytes / 8, &count),
			 CAPNP_CANONICAL_DONE);
	assert_int_equal(count, to_bytes / 8);
	assert_memory_equal(out, to, to_bytes);
	assert_true(is_canonical(out, to_bytes));
	assert_int_equal(is_canonical(from, from_bytes),
			 from_bytes == to_bytes && memcmp(from, to, to_bytes) == 0);
	assert_int_equal(capnp_compare(root_of(&reader, from, from_bytes),
				       root_of(&made, out, to_bytes)),
			 CAPNP_EQUAL);
	assert_true(capnp_measure(root_of(&reader, from, from_bytes), &size));
	assert_true(count <= size.words + 1);
	free(out);

	/* In any less room it is told, and nothing is written beyond it. */
	for (uint32_t room = 0; room < to_bytes / 8; room++) {
		out = malloc(room != 0 ? room * 8 : 1);
		assert_non_null(out);
		count = 99;
		assert_int_equal(capnp_make_canonical(root_of(&reader, from, from_bytes),
						      out, room, &count),
				 CAPNP_CANONICAL_ROOM);
		assert_int_equal(count, 0);
		free(out);
	}
}

#define WORDS(...) \
	(const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ })

static void a_struct_ends_in_no_zeros(void **state)
{
	(void)state;
	assert_becomes(WORDS(struct_pointer(0, 2, 2), 7, 0, 0, 0),
		       WORDS(struct_pointer(0, 1, 0), 7));
	assert_becomes(WORDS(struct_pointer(1, 2, 1), 99, 0, 7, 0),
		       WORDS(struct_pointer(0, 2, 0), 0, 7));
	assert_becomes(WORDS(struct_pointer(0, 1, 2), 0, struct_pointer(1, 1, 0), 0, 5),
		       WORDS(struct_pointer(0, 0, 1), struct_pointer(0, 1, 0), 5));
	assert_becomes(WORDS(struct_pointer(0, 1, 0), 7),
		       WORDS(struct_pointer(0, 1, 0), 7));
}

static void a_struct_of_no_words_is_one_back(void **state)
{
	(void)state;
	assert_becomes(WORDS(struct_pointer(0, 1, 0), 0),
		       WORDS(struct_pointer(-1, 0, 0)));
	assert_becomes(WORDS(struct_pointer(0, 0, 2), 0, struct_pointer(-2, 0, 0)),
		       WORDS(struct_pointer(0, 0, 2), 0, struct_pointer(-1, 0, 0)));
}

static void null_is_one_word(void **state)
{
	uint64_t out[1] = { 9 };
	uint32_t count;

	(void)state;
	assert_becomes(WORDS(0, 0), WORDS(0));
	assert_int_equal(capnp_make_canonical((struct capnp_any){ 0 }, out, 1, &count),
			 CAPNP_CANONICAL_DONE);
	assert_int_equal(count, 1);
	assert_int_equal(out[0], 0);
	out[0] = 9;
	assert_int_equal(
		capnp_make_canonical_struct((struct capnp_struct){ 0 }, out, 1, &count),
		CAPNP_CANONICAL_DONE);
	assert_int_equal(count, 1);
	assert_int_equal(out[0], 0);
	assert_int_equal(capnp_make_canonical_struct((struct capnp_struct){ 0 }, nullptr,
						     0, &count),
			 CAPNP_CANONICAL_ROOM);
}

static void elements_are_as_long_as_the_longest_needs(void **state)
{
	(void)state;
	assert_becomes(
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 8), struct_list_tag(2, 2, 2),
		      1, 0, 0, 0, 0, 0, struct_pointer(1, 1, 0), 0, 5),
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 4), struct_list_tag(2, 1, 1),
		      1, 0, 0, struct_pointer(0, 1, 0), 5));
	assert_becomes(WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
			     struct_list_tag(2, 1, 0), 0, 0),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0),
			     struct_list_tag(2, 0, 0)));
	assert_becomes(
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(0, 3, 1)),
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0),
		      struct_list_tag(0, 0, 0)));
	/* More words said than the elements take. */
	assert_becomes(WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 3),
			     struct_list_tag(2, 1, 0), 1, 2, 3),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
			     struct_list_tag(2, 1, 0), 1, 2));
}

static void there_is_nothing_above_the_end_of_a_list(void **state)
{
	(void)state;
	assert_becomes(WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 3), 0xff),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 3), 0x07));
	assert_becomes(WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 9), 1, 0xffff),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 9), 1, 0xff));
	assert_becomes(WORDS(list_pointer(1, CAPNP_ELEMENT_EIGHT_BYTES, 1), 9, 5),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_EIGHT_BYTES, 1), 5));
	assert_becomes(WORDS(list_pointer(0, CAPNP_ELEMENT_VOID, 3)),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_VOID, 3)));
}

/* Two pointers, each to a list of one pointer to a struct of one word. */
static void objects_stand_in_the_order_of_their_pointers(void **state)
{
	const uint64_t backwards[] = {
		struct_pointer(0, 0, 2),
		list_pointer(3, CAPNP_ELEMENT_POINTER, 1),
		list_pointer(0, CAPNP_ELEMENT_POINTER, 1),
		struct_pointer(2, 1, 0),
		1,
		struct_pointer(-2, 1, 0),
		2,
	};
	const uint64_t canonical[] = {
		struct_pointer(0, 0, 2),
		list_pointer(1, CAPNP_ELEMENT_POINTER, 1),
		list_pointer(2, CAPNP_ELEMENT_POINTER, 1),
		struct_pointer(0, 1, 0),
		1,
		struct_pointer(0, 1, 0),
		2,
	};

	(void)state;
	assert_becomes(backwards, sizeof(backwards), canonical, sizeof(canonical));
	assert_becomes(canonical, sizeof(canonical), canonical, sizeof(canonical));
}

static void far_pointers_are_resolved(void **state)
{
	const uint64_t first[] = { far_pointer(1, 1) };
	const uint64_t second[] = { 7, struct_pointer(-2, 1, 0) };
	const uint64_t expected[] = { struct_pointer(0, 1, 0), 7 };
	struct capnp_segment segments[] = {
		{ .words = first, .word_count = 1 },
		{ .words = second, .word_count = 2 },
	};
	struct capnp_reader reader;
	uint64_t out[2];
	uint32_t count;

	(void)state;
	capnp_reader_init_segments(&reader, segments, 2);
	assert_false(capnp_is_canonical(&reader));
	capnp_reader_init_segments(&reader, segments, 2);
	assert_int_equal(
		capnp_make_canonical(capnp_read_root_any(&reader), out, 2, &count),
		CAPNP_CANONICAL_DONE);
	assert_memory_equal(out, expected, sizeof(expected));

	segments[0] = (struct capnp_segment){ .words = expected, .word_count = 2 };
	capnp_reader_init_segments(&reader, segments, 1);
	assert_true(capnp_is_canonical(&reader));
}

static void a_struct_alone_becomes_a_message(void **state)
{
	const uint64_t words[] = { struct_pointer(0, 0, 1), struct_pointer(0, 2, 0), 5,
				   0 };
	const uint64_t expected[] = { struct_pointer(0, 1, 0), 5 };
	struct capnp_reader reader;
	struct capnp_struct root;
	uint64_t out[2];
	uint32_t count;

	(void)state;
	capnp_reader_init(&reader, words, sizeof(words));
	assert_true(capnp_read_root(&reader, &root));
	assert_int_equal(
		capnp_make_canonical_struct(capnp_get_struct(root, 0), out, 2, &count),
		CAPNP_CANONICAL_DONE);
	assert_int_equal(count, 2);
	assert_memory_equal(out, expected, sizeof(expected));
}

static void assert_not_made(const uint64_t *words, size_t size_bytes,
			    enum capnp_canonical_result expected)
{
	struct capnp_reader reader;
	uint64_t out[ROOM];
	uint32_t count = 9;

	assert_int_equal(capnp_make_canonical(root_of(&reader, words, size_bytes), out,
					      ROOM, &count),
			 expected);
	assert_int_equal(count, 0);
	assert_int_equal(capnp_reader_failed(&reader),
			 expected == CAPNP_CANONICAL_MALFORMED);
	assert_false(is_canonical(words, size_bytes));
}

static void capabilities_have_no_canonical_form(void **state)
{
	(void)state;
	assert_not_made(WORDS(cap_pointer(0)), CAPNP_CANONICAL_CAPABILITY);
	assert_not_made(WORDS(struct_pointer(0, 0, 1), cap_pointer(2)),
			CAPNP_CANONICAL_CAPABILITY);
}

static void what_is_malformed_has_no_canonical_form(void **state)
{
	struct capnp_reader reader;

	(void)state;
	assert_not_made(WORDS(struct_pointer(0, 1, 0)), CAPNP_CANONICAL_MALFORMED);
	assert_not_made(WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 1)),
			CAPNP_CANONICAL_MALFORMED);
	assert_not_made(
		WORDS(struct_pointer(0, 0, 1), list_pointer(0, CAPNP_ELEMENT_BIT, 1)),
		CAPNP_CANONICAL_MALFORMED);
	assert_not_made(WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
			      struct_list_tag(1, 0, 1), struct_pointer(0, 1, 0)),
			CAPNP_CANONICAL_MALFORMED);
	assert_not_made(WORDS(far_pointer(3, 0)), CAPNP_CANONICAL_MALFORMED);
	capnp_reader_init(&reader, nullptr, 0);
	assert_false(capnp_is_canonical(&reader)); /* there is not even a root pointer */
}

static void an_element_that_is_too_deep_is_told(void **state)
{
	const uint64_t words[] = { list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
				   struct_list_tag(1, 1, 0), 5 };
	struct capnp_reader reader;

	(void)state;
	assert_true(is_canonical(words, sizeof(words)));
	capnp_reader_init(&reader, words, sizeof(words));
	reader.depth_max = 0;
	assert_false(capnp_is_canonical(&reader));
	assert_int_equal(reader.error, CAPNP_ERROR_DEPTH);
}

static void what_stands_elsewhere_is_not_canonical(void **state)
{
	(void)state;
	assert_false(is_canonical(WORDS(struct_pointer(0, 1, 0), 7, 0)));
	assert_false(is_canonical(WORDS(struct_pointer(1, 1, 0), 0, 7)));
	assert_false(is_canonical(WORDS(list_pointer(1, CAPNP_ELEMENT_BYTE, 8), 0, 7)));
	assert_false(is_canonical(WORDS(list_pointer(1, CAPNP_ELEMENT_STRUCT, 1), 0,
					struct_list_tag(1, 1, 0), 7)));
	assert_false(
		is_canonical(WORDS(struct_pointer(0, 0, 1), struct_pointer(-2, 0, 0))));
	assert_false(is_canonical(WORDS(list_pointer(-1, CAPNP_ELEMENT_VOID, 1))));
	/* Both pointers to one struct. */
	assert_false(is_canonical(WORDS(struct_pointer(0, 0, 2), struct_pointer(1, 1, 0),
					struct_pointer(0, 1, 0), 7)));
}

/* Every other message of as many words has another value, or is not canonical. */
static void a_canonical_message_is_the_only_one_of_its_value(void **state)
{
	const uint64_t words[] = {
		struct_pointer(0, 1, 3),
		5,
		list_pointer(2, CAPNP_ELEMENT_BIT, 11),
		list_pointer(2, CAPNP_ELEMENT_STRUCT, 4),
		list_pointer(8, CAPNP_ELEMENT_POINTER, 2),
		0x0305,
		struct_list_tag(2, 1, 1),
		0,
		struct_pointer(2, 1, 0),
		8,
		list_pointer(1, CAPNP_ELEMENT_FOUR_BYTES, 1),
		9,
		77,
		struct_pointer(-1, 0, 0),
		list_pointer(0, CAPNP_ELEMENT_VOID, 4),
	};
	uint64_t changed[sizeof(words) / sizeof(words[0])];
	uint32_t other_values = 0;

	(void)state;
	assert_true(is_canonical(words, sizeof(words)));
	for (uint32_t bit = 0; bit < sizeof(words) * 8; bit++) {
		struct capnp_reader reader;
		struct capnp_reader with;

		memcpy(changed, words, sizeof(words));
		changed[bit / 64] ^= 1ull << bit % 64;
		if (!is_canonical(changed, sizeof(changed)))
			continue;
		other_values++;
		assert_int_equal(capnp_compare(root_of(&reader, words, sizeof(words)),
					       root_of(&with, changed, sizeof(changed))),
				 CAPNP_DIFFERENT);
	}
	assert_true(other_values > 100);
}

static void every_result_has_a_text(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= CAPNP_CANONICAL_MALFORMED; i++)
		assert_string_not_equal(
			capnp_canonical_text((enum capnp_canonical_result)i),
			"unknown result");
	assert_string_equal(capnp_canonical_text((enum capnp_canonical_result)200),
			    "unknown result");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_struct_ends_in_no_zeros),
		cmocka_unit_test(a_struct_of_no_words_is_one_back),
		cmocka_unit_test(null_is_one_word),
		cmocka_unit_test(elements_are_as_long_as_the_longest_needs),
		cmocka_unit_test(there_is_nothing_above_the_end_of_a_list),
		cmocka_unit_test(objects_stand_in_the_order_of_their_pointers),
		cmocka_unit_test(far_pointers_are_resolved),
		cmocka_unit_test(a_struct_alone_becomes_a_message),
		cmocka_unit_test(capabilities_have_no_canonical_form),
		cmocka_unit_test(what_is_malformed_has_no_canonical_form),
		cmocka_unit_test(an_element_that_is_too_deep_is_told),
		cmocka_unit_test(what_stands_elsewhere_is_not_canonical),
		cmocka_unit_test(a_canonical_message_is_the_only_one_of_its_value),
		cmocka_unit_test(every_result_has_a_text),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

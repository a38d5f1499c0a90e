/* SPDX-License-Identifier: MIT */
/*
 * segments_test.c - messages of several segments: what far pointers may lead to, and what
 * is refused with which place.
 */
// TEST-LINK: core/capnp/reader.c core/capnp/reader_error.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/reader.h"
#include "tests/support/capnp_words.h"

static const struct capnp_text none = { "", 0 };

/* Segments 0 and 1, each an array of just these words, whose root can be read. */
#define OPEN_TWO(name, first_, second_)                                    \
	struct capnp_reader name;                                          \
	struct capnp_struct name##_root;                                   \
	struct capnp_segment name##_segments[] = {                         \
		{ .words = (first_), .word_count = sizeof(first_) / 8 },   \
		{ .words = (second_), .word_count = sizeof(second_) / 8 }, \
	};                                                                 \
	capnp_reader_init_segments(&(name), name##_segments, 2);           \
	assert_true(capnp_read_root(&(name), &name##_root))

static void assert_failed(const struct capnp_reader *reader, enum capnp_error error,
			  uint32_t segment, uint32_t word)
{
	assert_int_equal(reader->error, error);
	assert_int_equal(reader->error_segment, segment);
	assert_int_equal(reader->error_word, word);
}

static void a_far_pointer_leads_through_its_pad(void **state)
{
	const uint64_t first[] = { far_pointer(1, 1) };
	const uint64_t second[] = { 77, struct_pointer(-2, 1, 0) };
	OPEN_TWO(m, first, second);

	(void)state;
	assert_int_equal(capnp_get_u64(m_root, 0, 0), 77);
	assert_ptr_equal(capnp_segment_reader(m_root.message), &m);
}

static void a_far_pointer_may_lead_back_into_its_own_segment(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 1), far_pointer(0, 2),
				   list_pointer(0, CAPNP_ELEMENT_BYTE, 3), 0x6968 };
	const uint64_t second[] = { 0 };
	OPEN_TWO(m, first, second);
	struct capnp_reader alone;
	struct capnp_struct root;

	(void)state;
	assert_true(capnp_text_equals(capnp_get_text(m_root, 0, none), "hi"));
	capnp_reader_init(&alone, first, sizeof(first));
	assert_true(capnp_read_root(&alone, &root));
	assert_true(capnp_text_equals(capnp_get_text(root, 0, none), "hi"));
}

static void a_double_far_pointer_leads_by_its_tag(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 2), double_far_pointer(1, 0),
				   double_far_pointer(1, 2), 0x0807060504030201 };
	const uint64_t second[] = { far_pointer(0, 3), struct_pointer(0, 1, 0),
				    far_pointer(0, 3),
				    list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 4) };
	OPEN_TWO(m, first, second);

	(void)state;
	assert_int_equal(capnp_get_u8(capnp_get_struct(m_root, 0), 7, 0), 8);
	assert_int_equal(
		capnp_list_get_u16(capnp_get_list(m_root, 1, CAPNP_ELEMENT_TWO_BYTES), 3),
		0x0807);
	assert_false(capnp_reader_failed(&m));
}

static void lists_of_structs_may_be_in_another_segment(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 2), far_pointer(1, 0),
				   double_far_pointer(1, 5) };
	const uint64_t second[] = { list_pointer(0, CAPNP_ELEMENT_STRUCT, 2),
				    struct_list_tag(2, 1, 0),
				    5,
				    6, /* the list's end */
				    0,
				    far_pointer(1, 1),
				    list_pointer(0, CAPNP_ELEMENT_STRUCT, 2) };
	OPEN_TWO(m, first, second);

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct capnp_list list = capnp_get_list(m_root, i, CAPNP_ELEMENT_STRUCT);

		assert_int_equal(list.count, 2);
		assert_int_equal(capnp_get_u64(capnp_list_get_struct(list, 1), 0, 0), 6);
	}
	assert_false(capnp_reader_failed(&m));
}

static void a_far_pointer_may_lead_to_a_capability(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 2), far_pointer(1, 0),
				   double_far_pointer(1, 1) };
	const uint64_t second[] = { cap_pointer(9), far_pointer(0, 0), cap_pointer(8) };
	OPEN_TWO(m, first, second);

	(void)state;
	assert_int_equal(capnp_get_cap(m_root, 0), 9);
	assert_int_equal(capnp_get_cap(m_root, 1), 8);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 0)), CAPNP_ANY_CAP);
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 1)), CAPNP_ANY_CAP);
	assert_false(capnp_reader_failed(&m));
}

static void a_pad_of_zero_is_a_struct_without_anything(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 1), far_pointer(1, 0) };
	const uint64_t second[] = { 0 };
	OPEN_TWO(m, first, second);

	(void)state;
	assert_int_equal(capnp_any_kind(capnp_get_any(m_root, 0)), CAPNP_ANY_STRUCT);
	assert_int_equal(capnp_get_struct(m_root, 0).data_bytes, 0);
	assert_non_null(capnp_get_struct(m_root, 0).message);
	assert_false(capnp_reader_failed(&m));
}

/* Each is what the root's pointer is, and where pads are looked for. */
static void malformed_far_pointers_are_refused(void **state)
{
	static const struct {
		uint64_t pointer;
		uint64_t pad[2];
		enum capnp_error error;
	} cases[] = {
		/* To no such segment, and outside of one that there is. */
		{ UINT64_C(2) << 32 | 2, { 0, 0 }, CAPNP_ERROR_SEGMENT },
		{ UINT64_C(0xffffffff) << 32 | 2, { 0, 0 }, CAPNP_ERROR_SEGMENT },
		{ UINT64_C(1) << 32 | 2 << 3 | 2, { 0, 0 }, CAPNP_ERROR_BOUNDS },
		{ UINT64_C(1) << 32 | 0xfffffffa, { 0, 0 }, CAPNP_ERROR_BOUNDS },
		{ UINT64_C(1) << 32 | 1 << 3 | 6, { 0, 0 }, CAPNP_ERROR_BOUNDS },
		{ UINT64_C(1) << 32 | 0xfffffffe, { 0, 0 }, CAPNP_ERROR_BOUNDS },
		/* A pad of one word that is far itself, of another kind, or leads out. */
		{ UINT64_C(1) << 32 | 2, { 2, 0 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 2, { 6, 0 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 2, { 1, 0 }, CAPNP_ERROR_KIND },
		{ UINT64_C(1) << 32 | 2, { UINT64_C(5) << 32 | 3, 0 }, CAPNP_ERROR_KIND },
		{ UINT64_C(1) << 32 | 2, { 2 << 2, 0 }, CAPNP_ERROR_BOUNDS },
		{ UINT64_C(1) << 32 | 2, { 0xfffffff8, 0 }, CAPNP_ERROR_BOUNDS },
		{ UINT64_C(1) << 32 | 2, { UINT64_C(2) << 32, 0 }, CAPNP_ERROR_BOUNDS },
		/* A pad of two words whose first is not a far pointer to one word. */
		{ UINT64_C(1) << 32 | 6, { 0, 0 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 6, { 1, 0 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 6, { 3, 0 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 6, { 6, 0 }, CAPNP_ERROR_FAR },
		/* One that leads to no such segment, or outside of one. */
		{ UINT64_C(1) << 32 | 6,
		  { UINT64_C(7) << 32 | 2, 0 },
		  CAPNP_ERROR_SEGMENT },
		{ UINT64_C(1) << 32 | 6, { 3 << 3 | 2, 0 }, CAPNP_ERROR_BOUNDS },
		/* A tag that is far, has an offset, is of another kind, or too large. */
		{ UINT64_C(1) << 32 | 6, { 2, 2 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 6, { 2, 4 }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 6, { 2, 0xfffffffc }, CAPNP_ERROR_FAR },
		{ UINT64_C(1) << 32 | 6, { 2, 1 }, CAPNP_ERROR_KIND },
		{ UINT64_C(1) << 32 | 6, { 2, UINT64_C(3) << 32 }, CAPNP_ERROR_BOUNDS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint64_t first[] = { struct_pointer(0, 0, 1), cases[i].pointer };
		OPEN_TWO(m, first, cases[i].pad);

		assert_null(capnp_get_struct(m_root, 0).message);
		assert_failed(&m, cases[i].error, 0, 1);
	}
}

static void errors_name_the_pointer_in_its_segment(void **state)
{
	char text[CAPNP_ERROR_TEXT_BYTES];
	const uint64_t first[] = { far_pointer(1, 0) };
	const uint64_t second[] = { struct_pointer(1, 0, 1), 0,
				    list_pointer(0, CAPNP_ELEMENT_BYTE, 1) };
	OPEN_TWO(m, first, second);

	(void)state;
	assert_int_equal(capnp_get_data(m_root, 0).size, 0);
	assert_failed(&m, CAPNP_ERROR_LIST_BOUNDS, 1, 2);
	capnp_reader_error_text(&m, text, sizeof(text));
	assert_string_equal(text, "segment 1, word 2: a list leads outside its segment");
	capnp_reader_error_text(&m, text, 10);
	assert_string_equal(text, "segment 1");
	capnp_reader_error_text(&m, text, 1);
	assert_string_equal(text, "");
}

static void impossible_segments_are_refused(void **state)
{
	static struct capnp_segment segments[CAPNP_SEGMENTS_MAX + 1];
	const uint64_t words[2] = { 0 };
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	capnp_reader_init_segments(&reader, segments, 0);
	assert_int_equal(reader.error, CAPNP_ERROR_SIZE);
	capnp_reader_init_segments(&reader, segments, CAPNP_SEGMENTS_MAX + 1);
	assert_int_equal(reader.error, CAPNP_ERROR_SIZE);
	capnp_reader_init_segments(&reader, segments, CAPNP_SEGMENTS_MAX);
	assert_int_equal(reader.error, CAPNP_ERROR_NONE);
	assert_true(capnp_read_root(&reader, &root)); /* all empty */
	segments[3].words = (const uint64_t *)(const void *)((const char *)words + 4);
	segments[3].word_count = 1;
	capnp_reader_init_segments(&reader, segments, 4);
	assert_int_equal(reader.error, CAPNP_ERROR_SIZE);
	assert_false(capnp_read_root(&reader, &root));
	assert_null(root.message);
	segments[3] = (struct capnp_segment){ .words = words,
					      .word_count = CAPNP_SEGMENT_WORDS_MAX + 1 };
	capnp_reader_init_segments(&reader, segments, 4);
	assert_int_equal(reader.error, CAPNP_ERROR_SIZE);
}

static void an_empty_segment_can_only_hold_what_takes_no_words(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 2), far_pointer(1, 0),
				   double_far_pointer(0, 3), far_pointer(1, 0),
				   struct_pointer(0, 0, 0) };
	struct capnp_segment segments[] = { { .words = first, .word_count = 5 }, {} };
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	capnp_reader_init_segments(&reader, segments, 2);
	assert_true(capnp_read_root(&reader, &root));
	assert_non_null(capnp_get_struct(root, 1).message);
	assert_false(capnp_reader_failed(&reader));
	assert_null(capnp_get_struct(root, 0).message);
	assert_failed(&reader, CAPNP_ERROR_BOUNDS, 0, 1);
}

static void all_segments_share_the_traversal_limit(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 1), far_pointer(1, 0) };
	const uint64_t second[] = { struct_pointer(-1, 1, 0) };
	OPEN_TWO(m, first, second);
	uint32_t read = 0;

	(void)state;
	while (capnp_get_struct(m_root, 0).message)
		read++;
	assert_int_equal(read, 3 * CAPNP_TRAVERSAL_RATIO - 1); /* the root spends one */
	assert_failed(&m, CAPNP_ERROR_TRAVERSAL, 0, 1);
}

static void the_traversal_limit_of_large_messages_stays_one(void **state)
{
	static struct capnp_segment segments[3];
	struct capnp_reader reader;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		segments[i].word_count = CAPNP_SEGMENT_WORDS_MAX;
	capnp_reader_init_segments(&reader, segments, 3); /* nothing of it is read */
	assert_int_equal(reader.error, CAPNP_ERROR_NONE);
	assert_true(reader.traversal_words_left != CAPNP_TRAVERSAL_UNLIMITED);
	capnp_reader_init(&reader, segments, UINT32_MAX - 7);
	assert_true(reader.traversal_words_left != CAPNP_TRAVERSAL_UNLIMITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_far_pointer_leads_through_its_pad),
		cmocka_unit_test(a_far_pointer_may_lead_back_into_its_own_segment),
		cmocka_unit_test(a_double_far_pointer_leads_by_its_tag),
		cmocka_unit_test(lists_of_structs_may_be_in_another_segment),
		cmocka_unit_test(a_far_pointer_may_lead_to_a_capability),
		cmocka_unit_test(a_pad_of_zero_is_a_struct_without_anything),
		cmocka_unit_test(malformed_far_pointers_are_refused),
		cmocka_unit_test(errors_name_the_pointer_in_its_segment),
		cmocka_unit_test(impossible_segments_are_refused),
		cmocka_unit_test(an_empty_segment_can_only_hold_what_takes_no_words),
		cmocka_unit_test(all_segments_share_the_traversal_limit),
		cmocka_unit_test(the_traversal_limit_of_large_messages_stays_one),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

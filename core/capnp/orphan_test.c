/* SPDX-License-Identifier: MIT */
/* orphan_test.c - one case per promise of orphan.h; results are read with reader.h. */
// TEST-LINK: core/capnp/reader.c core/capnp/builder.c core/capnp/orphan.c
#include "core/capnp/orphan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capnp_words.h"

static const struct capnp_text none = { "", 0 };

static struct capnp_struct read_back(const struct capnp_builder *builder,
				     struct capnp_reader *reader)
{
	static struct capnp_segment segments[CAPNP_SEGMENTS_MAX];
	struct capnp_struct root;

	assert_false(capnp_builder_failed(builder));
	capnp_builder_segments(builder, segments);
	capnp_reader_init_segments(reader, segments,
				   capnp_builder_segment_count(builder));
	assert_true(capnp_read_root(reader, &root));
	return root;
}

static void orphans_of_every_kind_are_adopted_by_fields(void **state)
{
	uint64_t words[64];
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_orphan orphans[5];
	struct capnp_struct_builder b;
	struct capnp_list_builder list;
	struct capnp_struct s;

	(void)state;
	memset(words, 0xa5, sizeof(words));
	capnp_builder_init(&builder, words, sizeof(words));
	b = capnp_build_root(&builder, 1, 5);
	capnp_set_u64(capnp_orphan_struct(&builder, 2, 0, &orphans[0]), 8, 42);
	list = capnp_orphan_list(&builder, CAPNP_ELEMENT_FOUR_BYTES, 3, &orphans[1]);
	capnp_list_set_u32(list, 2, 7);
	list = capnp_orphan_struct_list(&builder, 2, 1, 0, &orphans[2]);
	capnp_set_u64(capnp_list_struct_at(list, 1), 0, 9);
	memcpy(capnp_orphan_text(&builder, 4, &orphans[3]), "text", 4);
	memcpy(capnp_orphan_data(&builder, 3, &orphans[4]), "\1\2\3", 3);
	for (uint32_t i = 0; i < 5; i++)
		assert_true(capnp_adopt(capnp_any_at(b, 1 + i), &orphans[i]));
	s = read_back(&builder, &reader);
	assert_int_equal(capnp_get_u64(capnp_get_struct(s, 0), 8, 0), 42);
	assert_int_equal(capnp_get_u64(capnp_get_struct(s, 0), 0, 0), 0); /* zeroed */
	assert_int_equal(
		capnp_list_get_u32(capnp_get_list(s, 1, CAPNP_ELEMENT_FOUR_BYTES), 2), 7);
	assert_int_equal(
		capnp_get_u64(capnp_list_get_struct(
				      capnp_get_list(s, 2, CAPNP_ELEMENT_STRUCT), 1),
			      0, 0),
		9);
	assert_true(capnp_text_equals(capnp_get_text(s, 3, none), "text"));
	assert_int_equal(capnp_get_data(s, 4).bytes[2], 3);
	assert_false(capnp_reader_failed(&reader));
}

static void an_orphan_is_adopted_once(void **state)
{
	uint64_t words[16];
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_orphan orphan;
	struct capnp_struct_builder b;
	struct capnp_struct s;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	b = capnp_build_root(&builder, 0, 2);
	memcpy(capnp_orphan_text(&builder, 1, &orphan), "x", 1);
	assert_true(capnp_adopt(capnp_any_at(b, 0), &orphan));
	assert_false(capnp_adopt(capnp_any_at(b, 1), &orphan));
	assert_false(capnp_adopt_root(&orphan));
	assert_false(capnp_builder_failed(&builder));
	s = read_back(&builder, &reader);
	assert_string_equal(capnp_get_text(s, 0, none).bytes, "x");
	assert_false(capnp_has(s, 1));
}

static void an_orphan_of_another_message_is_refused(void **state)
{
	uint64_t words[2][8];
	struct capnp_builder builders[2];
	struct capnp_orphan orphan;
	struct capnp_struct_builder b;

	(void)state;
	capnp_builder_init(&builders[0], words[0], sizeof(words[0]));
	capnp_builder_init(&builders[1], words[1], sizeof(words[1]));
	b = capnp_build_root(&builders[0], 0, 1);
	(void)capnp_orphan_struct(&builders[1], 1, 0, &orphan);
	assert_false(capnp_adopt(capnp_any_at(b, 0), &orphan));
	assert_int_equal(words[0][1], 0);
	assert_true(capnp_adopt_root(&orphan)); /* it is still there for its own */
}

static void nothing_to_point_with_adopts_nothing(void **state)
{
	uint64_t words[8];
	struct capnp_builder builder;
	struct capnp_orphan orphan;
	struct capnp_list_builder list;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	list = capnp_any_init_list(capnp_build_root_any(&builder), CAPNP_ELEMENT_POINTER,
				   2);
	(void)capnp_orphan_data(&builder, 1, &orphan);
	assert_false(capnp_adopt(capnp_list_any_at(list, 2), &orphan));
	assert_true(capnp_adopt(capnp_list_any_at(list, 1), &orphan));
}

static void an_orphan_may_be_made_before_the_root_and_become_it(void **state)
{
	uint64_t words[8];
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_orphan orphan;
	struct capnp_struct s;

	(void)state;
	memset(words, 0xa5, sizeof(words));
	capnp_builder_init(&builder, words, sizeof(words));
	capnp_set_u64(capnp_orphan_struct(&builder, 1, 0, &orphan), 0, 5);
	assert_int_equal(words[0], 0); /* the root, null so far */
	assert_true(capnp_adopt_root(&orphan));
	s = read_back(&builder, &reader);
	assert_int_equal(capnp_get_u64(s, 0, 0), 5);
}

static void orphans_without_words_are_adopted_too(void **state)
{
	uint64_t words[4];
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_orphan orphans[3];
	struct capnp_struct_builder b;
	struct capnp_struct s;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	b = capnp_build_root(&builder, 0, 3); /* takes all there is */
	assert_non_null(capnp_orphan_struct(&builder, 0, 0, &orphans[0]).words);
	assert_int_equal(
		capnp_orphan_list(&builder, CAPNP_ELEMENT_VOID, 5, &orphans[1]).count, 5);
	assert_non_null(capnp_orphan_data(&builder, 0, &orphans[2]));
	for (uint32_t i = 0; i < 3; i++)
		assert_true(capnp_adopt(capnp_any_at(b, i), &orphans[i]));
	assert_int_equal(words[1], struct_pointer(-1, 0, 0));
	assert_int_equal(words[2], list_pointer(0, CAPNP_ELEMENT_VOID, 5));
	assert_int_equal(words[3], list_pointer(0, CAPNP_ELEMENT_BYTE, 0));
	s = read_back(&builder, &reader);
	assert_int_equal(capnp_any_kind(capnp_get_any(s, 0)), CAPNP_ANY_STRUCT);
	assert_int_equal(capnp_get_list(s, 1, CAPNP_ELEMENT_VOID).count, 5);
	assert_int_equal(capnp_any_kind(capnp_get_any(s, 2)), CAPNP_ANY_LIST);
	assert_false(capnp_reader_failed(&reader));
}

/* Rooms of 2 and @second words; the orphan takes two of the second. */
static bool adopt_from_the_second(uint32_t second, struct capnp_builder *builder,
				  struct capnp_room rooms[3], uint64_t words[3][4])
{
	struct capnp_orphan orphan;
	struct capnp_struct_builder b;
	bool adopted;

	for (uint32_t i = 0; i < 3; i++)
		rooms[i] = (struct capnp_room){ words[i], 2, 0 };
	rooms[1].capacity_words = second;
	capnp_builder_init_rooms(builder, rooms, second == 2 ? 3 : 2);
	b = capnp_build_root(builder, 0, 1);
	capnp_set_u64(capnp_orphan_struct(builder, 2, 0, &orphan), 8, 77);
	adopted = capnp_adopt(capnp_any_at(b, 0), &orphan);
	assert_int_equal(orphan.message == nullptr, adopted);
	return adopted;
}

static void an_orphan_in_another_piece_gets_a_pad_beside_it(void **state)
{
	uint64_t words[3][4];
	struct capnp_room rooms[3];
	struct capnp_builder builder;
	struct capnp_reader reader;

	(void)state;
	assert_true(adopt_from_the_second(3, &builder, rooms, words));
	assert_int_equal(words[0][1], far_pointer(1, 2));
	assert_int_equal(words[1][2], struct_pointer(-3, 2, 0));
	assert_int_equal(
		capnp_get_u64(capnp_get_struct(read_back(&builder, &reader), 0), 8, 0),
		77);
}

static void without_room_for_that_the_pad_says_what_is_there(void **state)
{
	uint64_t words[3][4];
	struct capnp_room rooms[3];
	struct capnp_builder builder;
	struct capnp_reader reader;

	(void)state;
	assert_true(adopt_from_the_second(2, &builder, rooms, words));
	assert_int_equal(words[0][1], double_far_pointer(2, 0));
	assert_int_equal(words[2][0], far_pointer(1, 0));
	assert_int_equal(words[2][1], struct_pointer(0, 2, 0));
	assert_int_equal(
		capnp_get_u64(capnp_get_struct(read_back(&builder, &reader), 0), 8, 0),
		77);
}

static void without_room_for_any_pad_it_overflows(void **state)
{
	uint64_t words[2][4];
	struct capnp_room rooms[2] = { { words[0], 2, 0 }, { words[1], 2, 0 } };
	struct capnp_builder builder;
	struct capnp_orphan orphan;
	struct capnp_struct_builder b;

	(void)state;
	capnp_builder_init_rooms(&builder, rooms, 2);
	b = capnp_build_root(&builder, 0, 1);
	(void)capnp_orphan_struct(&builder, 2, 0, &orphan);
	assert_false(capnp_adopt(capnp_any_at(b, 0), &orphan));
	assert_true(capnp_builder_failed(&builder));
	assert_int_equal(words[0][1], 0);
}

static void orphans_that_do_not_fit_are_none(void **state)
{
	uint64_t words[2];
	struct capnp_builder builder;
	struct capnp_orphan orphan;

	(void)state;
#define REFUSED(call)                                               \
	do {                                                        \
		capnp_builder_init(&builder, words, sizeof(words)); \
		(void)(call);                                       \
		assert_true(capnp_builder_failed(&builder));        \
		assert_null(orphan.message);                        \
		assert_false(capnp_adopt_root(&orphan));            \
	} while (false)
	REFUSED(capnp_orphan_struct(&builder, 1, 1, &orphan));
	REFUSED(capnp_orphan_list(&builder, CAPNP_ELEMENT_EIGHT_BYTES, 2, &orphan));
	REFUSED(capnp_orphan_list(&builder, CAPNP_ELEMENT_STRUCT, 0, &orphan));
	REFUSED(capnp_orphan_list(&builder, CAPNP_ELEMENT_VOID, 1 << 29, &orphan));
	REFUSED(capnp_orphan_struct_list(&builder, 1, 1, 0, &orphan));
	REFUSED(capnp_orphan_struct_list(&builder, 1 << 29, 0, 0, &orphan));
	REFUSED(capnp_orphan_text(&builder, 8, &orphan));
	REFUSED(capnp_orphan_text(&builder, UINT32_MAX, &orphan));
	REFUSED(capnp_orphan_data(&builder, 9, &orphan));
	capnp_builder_init(&builder, words, 0); /* not even for the root pointer */
	(void)capnp_orphan_data(&builder, 0, &orphan);
	assert_true(capnp_builder_failed(&builder));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orphans_of_every_kind_are_adopted_by_fields),
		cmocka_unit_test(an_orphan_is_adopted_once),
		cmocka_unit_test(an_orphan_of_another_message_is_refused),
		cmocka_unit_test(nothing_to_point_with_adopts_nothing),
		cmocka_unit_test(an_orphan_may_be_made_before_the_root_and_become_it),
		cmocka_unit_test(orphans_without_words_are_adopted_too),
		cmocka_unit_test(an_orphan_in_another_piece_gets_a_pad_beside_it),
		cmocka_unit_test(without_room_for_that_the_pad_says_what_is_there),
		cmocka_unit_test(without_room_for_any_pad_it_overflows),
		cmocka_unit_test(orphans_that_do_not_fit_are_none),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

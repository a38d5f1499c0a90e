/* SPDX-License-Identifier: MIT */
/* copy_test.c - one case per promise of copy.h. */
// TEST-LINK: core/capnp/copy.c core/capnp/equal.c core/capnp/measure.c core/capnp/builder.c core/capnp/reader.c
#include "core/capnp/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/equal.h"
#include "core/capnp/measure.h"
#include "tests/support/capnp_words.h"

enum { ROOM = 64, ROOMS = 8 };

#define WORDS(...) \
	(const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ })

static struct capnp_any root_of(struct capnp_reader *reader, const uint64_t *words,
				size_t size_bytes)
{
	capnp_reader_init(reader, words, (uint32_t)size_bytes);
	return capnp_read_root_any(reader);
}

/* One of everything, with a pad, and a word that nothing leads to. */
static const uint64_t everything[] = {
	[0] = 8ull << 2 | (2ull << 32) | (6ull << 48), /* to 9 */
	[1] = 99,
	[2] = 0xffff,                              /* the bits of a list of 11 */
	[3] = 0x1122,                              /* the bytes of a list of two */
	[4] = 1ull << 2 | 1ull << 32 | 1ull << 48, /* pad: a struct at 6 */
	[5] = 99,
	[6] = 66,
	[7] = 7ull << 32 | 3, /* a capability */
	[8] = 99,
	[9] = 1,
	[10] = 0,
	[11] = 0xffffffd8 | 1 | 1ull << 32 | 11ull << 35, /* bits at 2: -10 */
	[12] = 0xffffffd8 | 1 | 2ull << 32 | 2ull << 35,  /* bytes at 3: -10 */
	[13] = 4 << 3 | 2,                                /* far to 4 */
	[14] = 2ull << 2 | 1 | 6ull << 32 | 2ull << 35,   /* pointers at 17 */
	[15] = 3ull << 2 | 1 | 7ull << 32 | 4ull << 35,   /* structs at 19 */
	[16] = 0,
	[17] = 5ull << 32 | 3,                      /* a capability */
	[18] = 0xfffffffc,                          /* a struct of no words */
	[19] = 2ull << 2 | 1ull << 32 | 1ull << 48, /* tag: two elements */
	[20] = 20,
	[21] = 0,
	[22] = 22,
	[23] = 1ull | 0ull << 32 | 3ull << 35, /* three times nothing */
};

static void a_copy_equals_its_source(void **state)
{
	struct capnp_reader reader;
	struct capnp_reader copied;
	struct capnp_builder builder;
	struct capnp_size size;
	uint64_t out[ROOM];

	(void)state;
	assert_true(
		capnp_measure(root_of(&reader, everything, sizeof(everything)), &size));
	capnp_builder_init(&builder, out, sizeof(out));
	assert_true(capnp_copy_root(&builder,
				    root_of(&reader, everything, sizeof(everything))));
	assert_false(capnp_builder_failed(&builder));
	assert_int_equal(builder.used_words, size.words + 1);
	assert_int_equal(capnp_compare(root_of(&reader, everything, sizeof(everything)),
				       root_of(&copied, out, builder.used_words * 8)),
			 CAPNP_EQUAL_BUT_CAPS);
	assert_false(capnp_reader_failed(&copied));
}

/* What a copy made of the root's first word and the rest, spelled out. */
static void assert_copy_is(const uint64_t *words, size_t size_bytes,
			   const uint64_t *expected, size_t expected_bytes)
{
	struct capnp_reader reader;
	struct capnp_builder builder;
	uint64_t out[ROOM];

	memset(out, 0xee, sizeof(out));
	capnp_builder_init(&builder, out, sizeof(out));
	assert_true(capnp_copy_root(&builder, root_of(&reader, words, size_bytes)));
	assert_int_equal(builder.used_words, expected_bytes / 8);
	assert_memory_equal(out, expected, expected_bytes);
}

static void each_kind_is_copied_word_for_word(void **state)
{
	(void)state;
	assert_copy_is(WORDS(0, 5), WORDS(0));
	assert_copy_is(WORDS(struct_pointer(1, 1, 1), 99, 5, 0),
		       WORDS(struct_pointer(0, 1, 1), 5, 0));
	assert_copy_is(WORDS(struct_pointer(-1, 0, 0)), WORDS(struct_pointer(-1, 0, 0)));
	assert_copy_is(WORDS(list_pointer(1, CAPNP_ELEMENT_BIT, 3), 99, 0xff),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_BIT, 3), 0x07));
	assert_copy_is(WORDS(list_pointer(1, CAPNP_ELEMENT_BYTE, 2), 99, 0x112233),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_BYTE, 2), 0x2233));
	assert_copy_is(WORDS(list_pointer(1, CAPNP_ELEMENT_VOID, 9), 0),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_VOID, 9)));
	assert_copy_is(WORDS(cap_pointer(9)), WORDS(cap_pointer(9)));
	assert_copy_is(WORDS(list_pointer(1, CAPNP_ELEMENT_POINTER, 2), 99, 0,
			     struct_pointer(-3, 1, 0)),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_POINTER, 2), 0,
			     struct_pointer(0, 1, 0), 99));
	assert_copy_is(WORDS(list_pointer(1, CAPNP_ELEMENT_STRUCT, 4), 99,
			     struct_list_tag(2, 1, 1), 5, 0, 6, struct_pointer(-6, 1, 0)),
		       WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 4),
			     struct_list_tag(2, 1, 1), 5, 0, 6, struct_pointer(0, 1, 0),
			     99));
	assert_copy_is(
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0), struct_list_tag(7, 0, 0)),
		WORDS(list_pointer(0, CAPNP_ELEMENT_STRUCT, 0),
		      struct_list_tag(7, 0, 0)));
}

/* In every room that is too small it fails, and the root is null. */
static void what_does_not_fit_leaves_null(void **state)
{
	struct capnp_reader reader;
	struct capnp_builder builder;
	struct capnp_size size;

	(void)state;
	assert_true(
		capnp_measure(root_of(&reader, everything, sizeof(everything)), &size));
	for (uint32_t words = 0; words <= size.words; words++) {
		uint64_t *out = malloc(words != 0 ? words * 8 : 1);

		assert_non_null(out);
		capnp_builder_init(&builder, out, words * 8);
		assert_false(capnp_copy_root(
			&builder, root_of(&reader, everything, sizeof(everything))));
		assert_true(capnp_builder_failed(&builder));
		assert_false(capnp_reader_failed(&reader));
		if (words != 0)
			assert_int_equal(out[0], 0);
		free(out);
	}
}

static void what_is_malformed_leaves_null_and_fails_the_message(void **state)
{
	const struct {
		uint64_t words[4];
		enum capnp_error error;
	} cases[] = {
		{ { struct_pointer(9, 1, 0) }, CAPNP_ERROR_BOUNDS },
		{ { list_pointer(9, CAPNP_ELEMENT_BYTE, 8) }, CAPNP_ERROR_BOUNDS },
		{ { struct_pointer(0, 1, 1), 1, 7 }, CAPNP_ERROR_KIND },
		{ { list_pointer(0, CAPNP_ELEMENT_POINTER, 2), 0, far_pointer(1, 0) },
		  CAPNP_ERROR_SEGMENT },
		{ { list_pointer(0, CAPNP_ELEMENT_STRUCT, 2), struct_list_tag(1, 1, 1), 5,
		    list_pointer(0, CAPNP_ELEMENT_BIT, 1) },
		  CAPNP_ERROR_LIST_BOUNDS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct capnp_reader reader;
		struct capnp_builder builder;
		struct capnp_struct_builder root;
		uint64_t out[ROOM];

		capnp_builder_init(&builder, out, sizeof(out));
		root = capnp_build_root(&builder, 0, 1);
		root.words[0] = cap_pointer(1);
		assert_false(capnp_set_any(
			root, 0,
			root_of(&reader, cases[i].words, sizeof(cases[i].words))));
		assert_int_equal(root.words[0], 0);
		assert_int_equal(reader.error, cases[i].error);
		assert_true(capnp_builder_failed(&builder));
	}
}

static void the_limits_of_the_reader_hold(void **state)
{
	const uint64_t list[] = { list_pointer(0, CAPNP_ELEMENT_STRUCT, 1),
				  struct_list_tag(1, 1, 0), 5 };
	struct capnp_reader reader;
	struct capnp_builder builder;
	struct capnp_any root;
	uint64_t out[ROOM];

	(void)state;
	capnp_builder_init(&builder, out, sizeof(out));
	capnp_reader_init(&reader, list, sizeof(list));
	reader.depth_max = 0;
	assert_false(capnp_copy_root(&builder, capnp_read_root_any(&reader)));
	assert_int_equal(reader.error, CAPNP_ERROR_DEPTH);

	capnp_builder_init(&builder, out, sizeof(out));
	root = root_of(&reader, list, sizeof(list));
	reader.traversal_words_left = 1;
	assert_false(capnp_copy_root(&builder, root));
	assert_int_equal(reader.error, CAPNP_ERROR_TRAVERSAL);
}

/* Adds ten, and makes null of number 5; counts. */
static uint32_t map_cap(void *context, uint32_t index)
{
	uint32_t *calls = context;

	*calls += 1;
	return index == 5 ? CAPNP_NO_CAP : index + 10;
}

static void capabilities_are_mapped(void **state)
{
	uint32_t calls = 0;
	const struct capnp_cap_map map = { map_cap, &calls };
	const uint64_t words[] = { struct_pointer(0, 0, 3), cap_pointer(1),
				   cap_pointer(5), cap_pointer(2) };
	const uint64_t expected[] = { struct_pointer(0, 0, 3), cap_pointer(11), 0,
				      cap_pointer(12) };
	struct capnp_reader reader;
	struct capnp_builder builder;
	uint64_t out[ROOM];

	(void)state;
	capnp_builder_init(&builder, out, sizeof(out));
	assert_true(capnp_any_set_mapped(capnp_build_root_any(&builder),
					 root_of(&reader, words, sizeof(words)), &map));
	assert_memory_equal(out, expected, sizeof(expected));
	assert_int_equal(calls, 3);
}

/* Rooms of @words words each, all of them full of what was there before. */
struct rooms {
	uint64_t words[ROOMS][ROOM];
	struct capnp_room rooms[ROOMS];
	struct capnp_builder builder;
	struct capnp_segment segments[ROOMS];
	struct capnp_reader reader;
};

static void init_rooms(struct rooms *rooms, uint32_t words)
{
	memset(rooms->words, 0xee, sizeof(rooms->words));
	for (uint32_t i = 0; i < ROOMS; i++)
		rooms->rooms[i] = (struct capnp_room){ .words = rooms->words[i],
						       .capacity_words = words };
	capnp_builder_init_rooms(&rooms->builder, rooms->rooms, ROOMS);
}

static struct capnp_any read_rooms(struct rooms *rooms)
{
	capnp_builder_segments(&rooms->builder, rooms->segments);
	capnp_reader_init_segments(&rooms->reader, rooms->segments,
				   capnp_builder_segment_count(&rooms->builder));
	return capnp_read_root_any(&rooms->reader);
}

static void a_copy_goes_into_several_pieces_of_memory(void **state)
{
	struct capnp_reader reader;
	struct rooms rooms;
	uint32_t worked = 0;

	(void)state;
	for (uint32_t words = 1; words < 30; words++) {
		init_rooms(&rooms, words);
		if (!capnp_copy_root(&rooms.builder,
				     root_of(&reader, everything, sizeof(everything)))) {
			assert_true(capnp_builder_failed(&rooms.builder));
			assert_int_equal(rooms.words[0][0], 0);
			continue;
		}
		worked++;
		assert_int_equal(
			capnp_compare(root_of(&reader, everything, sizeof(everything)),
				      read_rooms(&rooms)),
			CAPNP_EQUAL_BUT_CAPS);
	}
	assert_true(worked > 15);
}

static uint64_t random_state = 4711;

static uint64_t random_bits(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* The message above with up to three bits of it changed. */
static void a_hostile_source_is_copied_whole_or_not_at_all(void **state)
{
	uint32_t whole = 0;
	uint32_t refused = 0;

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		uint64_t words[sizeof(everything) / sizeof(everything[0])];
		struct capnp_reader reader;
		struct capnp_reader copied;
		struct capnp_builder builder;
		uint64_t out[ROOM];
		enum capnp_equality equal;

		memcpy(words, everything, sizeof(words));
		for (uint64_t j = 0; j <= random_bits() % 3; j++)
			words[random_bits() % 24] ^= 1ull << random_bits() % 64;
		capnp_builder_init(&builder, out, sizeof(out));
		if (!capnp_copy_root(&builder, root_of(&reader, words, sizeof(words)))) {
			refused++;
			assert_int_equal(out[0], 0);
			assert_true(capnp_builder_failed(&builder));
			continue;
		}
		whole++;
		assert_false(capnp_reader_failed(&reader));
		equal = capnp_compare(root_of(&reader, words, sizeof(words)),
				      root_of(&copied, out, builder.used_words * 8));
		assert_true(equal == CAPNP_EQUAL || equal == CAPNP_EQUAL_BUT_CAPS);
	}
	assert_true(whole > 1000);
	assert_true(refused > 1000);
}

/* A source of several segments, far and double far. */
static void a_source_may_have_several_segments(void **state)
{
	const uint64_t first[] = { struct_pointer(0, 0, 2), far_pointer(1, 1),
				   double_far_pointer(1, 2) };
	const uint64_t second[] = { 7, struct_pointer(-2, 1, 0), far_pointer(2, 0),
				    list_pointer(0, CAPNP_ELEMENT_BYTE, 3) };
	const uint64_t third[] = { 0x332211 };
	const uint64_t expected[] = { struct_pointer(0, 0, 2), struct_pointer(1, 1, 0),
				      list_pointer(1, CAPNP_ELEMENT_BYTE, 3), 7,
				      0x332211 };
	struct capnp_segment segments[] = {
		{ .words = first, .word_count = 3 },
		{ .words = second, .word_count = 4 },
		{ .words = third, .word_count = 1 },
	};
	struct capnp_reader reader;
	struct capnp_builder builder;
	uint64_t out[ROOM];

	(void)state;
	capnp_reader_init_segments(&reader, segments, 3);
	capnp_builder_init(&builder, out, sizeof(out));
	assert_true(capnp_copy_root(&builder, capnp_read_root_any(&reader)));
	assert_int_equal(builder.used_words, 5);
	assert_memory_equal(out, expected, sizeof(expected));
}

/* A message with a field that @source's first field, a struct or list, is copied to. */
struct fields {
	struct capnp_reader reader;
	struct capnp_struct source;
	struct capnp_builder builder;
	struct capnp_struct_builder root;
	uint64_t out[ROOM];
};

static void init_fields(struct fields *fields, const uint64_t *words, size_t size_bytes,
			uint16_t pointers)
{
	capnp_reader_init(&fields->reader, words, (uint32_t)size_bytes);
	assert_true(capnp_read_root(&fields->reader, &fields->source));
	memset(fields->out, 0xee, sizeof(fields->out));
	capnp_builder_init(&fields->builder, fields->out, sizeof(fields->out));
	fields->root = capnp_build_root(&fields->builder, 0, pointers);
}

static void fields_are_set_from_structs_and_lists(void **state)
{
	const uint64_t expected[] = { struct_pointer(0, 0, 3),
				      struct_pointer(2, 1, 0),
				      list_pointer(2, CAPNP_ELEMENT_BYTE, 8),
				      0,
				      5,
				      6 };
	struct fields fields;

	(void)state;
	init_fields(&fields,
		    WORDS(struct_pointer(0, 0, 2), struct_pointer(1, 1, 0),
			  list_pointer(1, CAPNP_ELEMENT_BYTE, 8), 5, 6),
		    3);
	fields.root.words[2] = 99;
	assert_true(capnp_set_struct(fields.root, 0, capnp_get_struct(fields.source, 0)));
	assert_true(capnp_set_list(fields.root, 1,
				   capnp_get_list(fields.source, 1, CAPNP_ELEMENT_BYTE)));
	assert_true(capnp_set_struct(fields.root, 2, (struct capnp_struct){ 0 }));
	assert_memory_equal(fields.out, expected, sizeof(expected));
	assert_true(capnp_set_list(fields.root, 0, (struct capnp_list){ 0 }));
	assert_true(capnp_set_any(fields.root, 1, (struct capnp_any){ 0 }));
	assert_int_equal(fields.out[1], 0);
	assert_int_equal(fields.out[2], 0);
}

static void elements_are_set(void **state)
{
	struct fields fields;
	struct capnp_list_builder list;

	(void)state;
	init_fields(&fields,
		    WORDS(struct_pointer(0, 0, 2), cap_pointer(4),
			  list_pointer(0, CAPNP_ELEMENT_BYTE, 8), 6),
		    1);
	list = capnp_init_list(fields.root, 0, CAPNP_ELEMENT_POINTER, 2);
	assert_true(capnp_list_set_any(list, 0, capnp_get_any(fields.source, 0)));
	assert_true(capnp_list_set_list(
		list, 1, capnp_get_list(fields.source, 1, CAPNP_ELEMENT_BYTE)));
	assert_int_equal(list.words[0], cap_pointer(4));
	assert_int_equal(list.words[1], list_pointer(0, CAPNP_ELEMENT_BYTE, 8));
	assert_int_equal(list.words[2], 6);
	assert_false(capnp_list_set_any(list, 2, capnp_get_any(fields.source, 0)));
	assert_false(capnp_builder_failed(&fields.builder));
}

static void elements_of_a_list_of_structs_are_filled(void **state)
{
	struct fields fields;
	struct capnp_list_builder list;
	struct capnp_struct fits;
	struct capnp_struct too_long;

	(void)state;
	init_fields(&fields,
		    WORDS(struct_pointer(0, 0, 2), struct_pointer(1, 2, 1),
			  struct_pointer(3, 2, 0), 5, 0, struct_pointer(1, 1, 0), 6, 7),
		    1);
	fits = capnp_get_struct(fields.source, 0);
	too_long = capnp_get_struct(fields.source, 1);
	list = capnp_init_struct_list(fields.root, 0, 2, 1, 1);
	list.words[2] = 99;
	list.words[3] = 99;
	assert_true(capnp_list_set_struct(list, 0, fits));
	assert_int_equal(list.words[0], 5);
	assert_int_equal(list.words[1], struct_pointer(2, 1, 0));
	assert_int_equal(list.words[4], 7);
	assert_true(capnp_list_set_struct(list, 1, (struct capnp_struct){ 0 }));
	assert_int_equal(list.words[2], 0);
	assert_int_equal(list.words[3], 0);
	assert_false(capnp_list_set_struct(list, 2, fits));
	assert_false(capnp_builder_failed(&fields.builder));

	assert_false(capnp_list_set_struct(list, 0, too_long));
	assert_true(capnp_builder_failed(&fields.builder));
	assert_int_equal(list.words[0], 0);
	assert_int_equal(list.words[1], 0);
}

/* The same with more pointers, and with one that leads nowhere. */
static void an_element_that_cannot_be_filled_is_zero(void **state)
{
	struct fields fields;
	struct capnp_list_builder list;

	(void)state;
	init_fields(&fields, WORDS(struct_pointer(0, 1, 1), 5, struct_pointer(9, 1, 0)),
		    1);
	list = capnp_init_struct_list(fields.root, 0, 1, 1, 1);
	assert_false(capnp_list_set_struct(list, 0, fields.source));
	assert_int_equal(list.words[0], 0);
	assert_int_equal(list.words[1], 0);
	assert_int_equal(fields.reader.error, CAPNP_ERROR_BOUNDS);

	init_fields(&fields, WORDS(struct_pointer(0, 1, 1), 5, cap_pointer(1)), 1);
	list = capnp_init_struct_list(fields.root, 0, 1, 1, 0);
	assert_false(capnp_list_set_struct(list, 0, fields.source));
	assert_int_equal(list.words[0], 0);
	assert_true(capnp_builder_failed(&fields.builder));
}

/* An element of an old plain list, read as a struct: part of a word of data. */
static void parts_of_words_become_words(void **state)
{
	struct fields fields;
	struct capnp_list list;

	(void)state;
	init_fields(&fields,
		    WORDS(struct_pointer(0, 0, 1),
			  list_pointer(0, CAPNP_ELEMENT_TWO_BYTES, 3), 0x333322221111),
		    1);
	list = capnp_get_list(fields.source, 0, CAPNP_ELEMENT_STRUCT);
	assert_true(capnp_set_struct(fields.root, 0, capnp_list_get_struct(list, 1)));
	assert_int_equal(fields.out[1], struct_pointer(0, 1, 0));
	assert_int_equal(fields.out[2], 0x2222);
}

static void nothing_is_done_without_a_place(void **state)
{
	struct fields fields;
	struct capnp_struct_builder none = { 0 };

	(void)state;
	init_fields(&fields, WORDS(struct_pointer(0, 1, 0), 5), 1);
	assert_false(capnp_set_struct(none, 0, fields.source));
	assert_false(capnp_set_list(none, 0, (struct capnp_list){ 0 }));
	assert_false(capnp_set_any(none, 0, capnp_read_root_any(&fields.reader)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_equals_its_source),
		cmocka_unit_test(each_kind_is_copied_word_for_word),
		cmocka_unit_test(what_does_not_fit_leaves_null),
		cmocka_unit_test(what_is_malformed_leaves_null_and_fails_the_message),
		cmocka_unit_test(the_limits_of_the_reader_hold),
		cmocka_unit_test(capabilities_are_mapped),
		cmocka_unit_test(a_copy_goes_into_several_pieces_of_memory),
		cmocka_unit_test(a_hostile_source_is_copied_whole_or_not_at_all),
		cmocka_unit_test(a_source_may_have_several_segments),
		cmocka_unit_test(fields_are_set_from_structs_and_lists),
		cmocka_unit_test(elements_are_set),
		cmocka_unit_test(elements_of_a_list_of_structs_are_filled),
		cmocka_unit_test(an_element_that_cannot_be_filled_is_zero),
		cmocka_unit_test(parts_of_words_become_words),
		cmocka_unit_test(nothing_is_done_without_a_place),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

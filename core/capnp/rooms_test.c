/* SPDX-License-Identifier: MIT */
/*
 * rooms_test.c - messages built in several pieces of memory: whatever the pieces are, the
 * same message is read back, or it is seen not to fit.
 */
// TEST-LINK: core/capnp/reader.c core/capnp/builder.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/builder.h"
#include "tests/support/capnp_words.h"

enum { ROOMS_MAX = 40 };

static const struct capnp_text none = { "", 0 };

struct pieces {
	struct capnp_builder builder;
	struct capnp_room rooms[ROOMS_MAX];
	struct capnp_segment segments[ROOMS_MAX];
	struct capnp_reader reader;
	uint32_t count;
};

/* Pieces of @sizes words, with an older message in them, each its own for the sanitizer. */
static void set_up(struct pieces *p, const uint32_t *sizes, uint32_t count)
{
	p->count = count;
	for (uint32_t i = 0; i < count; i++) {
		size_t size_bytes = (size_t)sizes[i] * 8;

		p->rooms[i].words = malloc(size_bytes + 1);
		p->rooms[i].capacity_words = sizes[i];
		memset(p->rooms[i].words, 0xa5, size_bytes);
	}
	capnp_builder_init_rooms(&p->builder, p->rooms, count);
}

static void clean_up(struct pieces *p)
{
	for (uint32_t i = 0; i < p->count; i++)
		free(p->rooms[i].words);
}

static void open(struct pieces *p)
{
	assert_false(capnp_builder_failed(&p->builder));
	capnp_builder_segments(&p->builder, p->segments);
	capnp_reader_init_segments(&p->reader, p->segments,
				   capnp_builder_segment_count(&p->builder));
}

#define PIECES(name, ...)                                \
	const uint32_t name##_sizes[] = { __VA_ARGS__ }; \
	struct pieces name;                              \
	set_up(&name, name##_sizes, sizeof(name##_sizes) / sizeof(name##_sizes[0]))

static void one_piece_is_a_usual_message(void **state)
{
	PIECES(p, 8);

	(void)state;
	capnp_set_u64(capnp_build_root(&p.builder, 1, 0), 0, 5);
	assert_int_equal(capnp_builder_segment_count(&p.builder), 1);
	assert_int_equal(capnp_builder_size_bytes(&p.builder), 16);
	assert_false(p.builder.several);
	clean_up(&p);
}

static void what_does_not_fit_goes_to_the_next_piece(void **state)
{
	struct capnp_struct_builder b;
	struct capnp_struct s;
	PIECES(p, 3, 4, 9);

	(void)state;
	b = capnp_build_root(&p.builder, 0, 2);
	capnp_set_text(b, 0, "first", 5);
	capnp_set_text(b, 1, "the second one is longer", 24);
	assert_int_equal(capnp_builder_segment_count(&p.builder), 3);
	open(&p);
	assert_true(capnp_read_root(&p.reader, &s));
	assert_true(capnp_text_equals(capnp_get_text(s, 0, none), "first"));
	assert_true(capnp_text_equals(capnp_get_text(s, 1, none),
				      "the second one is longer"));
	/* In each the pad comes first, and its pointer is to the word after it. */
	assert_int_equal(p.rooms[1].words[0], list_pointer(0, CAPNP_ELEMENT_BYTE, 6));
	assert_int_equal(p.rooms[0].words[1], far_pointer(1, 0));
	assert_int_equal(p.rooms[0].words[2], far_pointer(2, 0));
	assert_false(capnp_reader_failed(&p.reader));
	clean_up(&p);
}

static void room_left_in_an_earlier_piece_is_used_again(void **state)
{
	struct capnp_struct_builder b;
	struct capnp_struct s;
	PIECES(p, 4, 5);

	(void)state;
	b = capnp_build_root(&p.builder, 0, 2);
	capnp_set_text(b, 0, "too long for four words", 23); /* three and a pad */
	capnp_set_text(b, 1, "hi", 2);
	open(&p);
	assert_true(capnp_read_root(&p.reader, &s));
	assert_true(capnp_text_equals(capnp_get_text(s, 1, none), "hi"));
	assert_int_equal(p.builder.used_words, 4);
	assert_int_equal(p.rooms[1].used_words, 4);
	capnp_set_text(b, 1, "again", 5); /* there is a word, but not for a pad too */
	assert_true(capnp_builder_failed(&p.builder));
	assert_int_equal(p.rooms[1].used_words, 4);
	clean_up(&p);
}

/* A tree of everything there is, as deep as @depth. */
static void build_tree(struct capnp_struct_builder b, uint32_t depth)
{
	struct capnp_list_builder list;

	capnp_set_u64(b, 0, depth);
	capnp_set_text(b, 1, "text", 4);
	capnp_set_data(b, 2, "data that takes three words", 27);
	list = capnp_init_list(b, 3, CAPNP_ELEMENT_POINTER, 4);
	capnp_list_set_text(list, 0, "element", 7);
	capnp_list_set_cap(list, 1, depth);
	capnp_list_set_u16(capnp_list_init_list(list, 2, CAPNP_ELEMENT_TWO_BYTES, 7), 6,
			   0x1234);
	(void)capnp_list_init_list(list, 3, CAPNP_ELEMENT_VOID, 12);
	(void)capnp_init_struct(b, 4, 0, 0);
	list = capnp_init_struct_list(b, 5, 2, 1, 1);
	capnp_set_text(capnp_list_struct_at(list, 1), 1, "inner", 5);
	if (depth > 0)
		build_tree(capnp_init_struct(b, 6, 1, 6), depth - 1);
}

static void read_tree(struct capnp_struct s, uint32_t depth)
{
	struct capnp_list list = capnp_get_list(s, 2, CAPNP_ELEMENT_POINTER);

	assert_int_equal(s.data_bytes, 8);
	assert_int_equal(capnp_get_u64(s, 0, 0), depth);
	assert_true(capnp_text_equals(capnp_get_text(s, 0, none), "text"));
	assert_memory_equal(capnp_get_data(s, 1).bytes, "data that takes three words",
			    27);
	assert_true(capnp_text_equals(capnp_list_get_text(list, 0), "element"));
	assert_int_equal(capnp_list_get_cap(list, 1), depth);
	assert_int_equal(
		capnp_list_get_u16(capnp_list_get_list(list, 2, CAPNP_ELEMENT_TWO_BYTES),
				   6),
		0x1234);
	assert_int_equal(capnp_list_get_list(list, 3, CAPNP_ELEMENT_VOID).count, 12);
	assert_int_equal(capnp_any_kind(capnp_get_any(s, 3)), CAPNP_ANY_STRUCT);
	list = capnp_get_list(s, 4, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(list.count, 2);
	assert_true(capnp_text_equals(
		capnp_get_text(capnp_list_get_struct(list, 1), 0, none), "inner"));
	if (depth > 0)
		read_tree(capnp_get_struct(s, 5), depth - 1);
}

static void the_same_is_read_whatever_the_pieces_are(void **state)
{
	(void)state;
	for (uint32_t size = 7; size < 60; size++) {
		uint32_t sizes[ROOMS_MAX];
		struct pieces p;
		struct capnp_struct s;

		for (uint32_t i = 0; i < ROOMS_MAX; i++)
			sizes[i] = size + i % 3;
		set_up(&p, sizes, ROOMS_MAX);
		build_tree(capnp_any_init_struct(capnp_build_root_any(&p.builder), 1, 6),
			   3);
		open(&p);
		assert_true(capnp_read_root(&p.reader, &s));
		read_tree(s, 3);
		assert_false(capnp_reader_failed(&p.reader));
		clean_up(&p);
	}
}

static void too_little_room_is_seen_and_harmless(void **state)
{
	(void)state;
	for (uint32_t count = 1; count < 12; count++) {
		for (uint32_t size = 1; size < 12; size++) {
			uint32_t sizes[12];
			struct pieces p;

			for (uint32_t i = 0; i < count; i++)
				sizes[i] = size;
			set_up(&p, sizes, count);
			build_tree(capnp_any_init_struct(capnp_build_root_any(&p.builder),
							 1, 6),
				   5);
			assert_true(capnp_builder_failed(&p.builder));
			clean_up(&p);
		}
	}
}

static void the_root_may_be_in_another_piece(void **state)
{
	struct capnp_struct s;
	PIECES(p, 1, 3);

	(void)state;
	assert_null(capnp_build_root(&p.builder, 1, 0).words); /* not in the first */
	assert_true(capnp_builder_failed(&p.builder));
	capnp_builder_init_rooms(&p.builder, p.rooms, 2);
	capnp_set_u64(capnp_any_init_struct(capnp_build_root_any(&p.builder), 2, 0), 8,
		      11);
	open(&p);
	assert_true(capnp_read_root(&p.reader, &s));
	assert_int_equal(capnp_get_u64(s, 8, 0), 11);
	clean_up(&p);
}

static void a_new_root_of_any_kind_gives_all_pieces_back(void **state)
{
	struct capnp_any_builder root;
	PIECES(p, 2, 4);

	(void)state;
	p.rooms[2].used_words = 77; /* not of this message */
	for (uint32_t i = 0; i < 3; i++) {
		root = capnp_build_root_any(&p.builder);
		assert_int_equal(capnp_builder_segment_count(&p.builder), 1);
		capnp_any_set_text(root, "longer than one word", 20);
		assert_int_equal(capnp_builder_segment_count(&p.builder), 2);
	}
	open(&p);
	assert_true(capnp_text_equals(capnp_any_text(capnp_read_root_any(&p.reader)),
				      "longer than one word"));
	capnp_any_set_null(root);
	assert_int_equal(capnp_any_kind(capnp_read_root_any(&p.reader)), CAPNP_ANY_NULL);
	assert_int_equal(p.rooms[2].used_words, 77);
	clean_up(&p);
}

static void impossible_pieces_have_no_room(void **state)
{
	static struct capnp_room rooms[CAPNP_SEGMENTS_MAX + 1];
	struct capnp_builder builder;
	uint64_t word;

	(void)state;
	rooms[0] = (struct capnp_room){ &word, 1, 0 };
	capnp_builder_init_rooms(&builder, rooms, 0);
	assert_true(capnp_builder_failed(&builder));
	capnp_builder_init_rooms(&builder, rooms, CAPNP_SEGMENTS_MAX + 1);
	assert_true(capnp_builder_failed(&builder));
	capnp_builder_init_rooms(&builder, rooms, CAPNP_SEGMENTS_MAX);
	assert_false(capnp_builder_failed(&builder));
	rooms[1].capacity_words = CAPNP_SEGMENT_WORDS_MAX;
	capnp_builder_init_rooms(&builder, rooms, 2);
	assert_false(capnp_builder_failed(&builder));
	rooms[1].capacity_words = CAPNP_SEGMENT_WORDS_MAX + 1;
	capnp_builder_init_rooms(&builder, rooms, 2);
	assert_true(capnp_builder_failed(&builder));
	assert_null(capnp_build_root_any(&builder).at);
	capnp_builder_init_rooms(&builder, rooms + 2, 3); /* the first without a word */
	assert_true(capnp_builder_failed(&builder));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_piece_is_a_usual_message),
		cmocka_unit_test(what_does_not_fit_goes_to_the_next_piece),
		cmocka_unit_test(room_left_in_an_earlier_piece_is_used_again),
		cmocka_unit_test(the_same_is_read_whatever_the_pieces_are),
		cmocka_unit_test(too_little_room_is_seen_and_harmless),
		cmocka_unit_test(the_root_may_be_in_another_piece),
		cmocka_unit_test(a_new_root_of_any_kind_gives_all_pieces_back),
		cmocka_unit_test(impossible_pieces_have_no_room),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

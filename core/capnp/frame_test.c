/* SPDX-License-Identifier: MIT */
/* frame_test.c - one case per promise of frame.h. */
// TEST-LINK: core/capnp/frame.c core/capnp/builder.c core/capnp/reader.c
#include "core/capnp/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/builder.h"
#include "core/capnp/reader.h"

enum { NO_LIMIT = 1 << 20 };

static uint64_t pair(uint32_t low, uint32_t high)
{
	return (uint64_t)high << 32 | low;
}

/* A copy of exactly @size_bytes, so that the sanitizer sees any read beyond them. */
static void *exactly(const void *bytes, size_t size_bytes)
{
	void *copy = malloc(size_bytes != 0 ? size_bytes : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, size_bytes);
	return copy;
}

static const uint64_t two_segments[] = {
	0x0000000200000001,
	0x0000000000000001, /* 2 segments: of 2 words, of 1 */
	11,
	12, /* */
	21, /* */
	99, /* the next message */
};

static void one_segment_is_found_where_it_lies(void **state)
{
	const uint64_t words[] = { pair(0, 2), 1, 2 };
	struct capnp_segment segments[1];
	struct capnp_frame frame;

	(void)state;
	assert_int_equal(capnp_frame_parse(words, sizeof(words), 2, segments, 1, &frame),
			 CAPNP_FRAME_WHOLE);
	assert_int_equal(frame.segment_count, 1);
	assert_int_equal(frame.size_bytes, 24);
	assert_ptr_equal(segments[0].words, words + 1);
	assert_int_equal(segments[0].word_count, 2);
}

static void several_segments_and_where_the_next_message_starts(void **state)
{
	struct capnp_segment segments[CAPNP_SEGMENTS_MAX];
	struct capnp_frame frame;

	(void)state;
	assert_int_equal(capnp_frame_parse(two_segments, sizeof(two_segments), NO_LIMIT,
					   segments, CAPNP_SEGMENTS_MAX, &frame),
			 CAPNP_FRAME_WHOLE);
	assert_int_equal(frame.segment_count, 2);
	assert_ptr_equal(segments[0].words, two_segments + 2);
	assert_int_equal(segments[0].word_count, 2);
	assert_ptr_equal(segments[1].words, two_segments + 4);
	assert_int_equal(segments[1].word_count, 1);
	assert_int_equal(frame.size_bytes, 40);
	assert_int_equal(two_segments[frame.size_bytes / 8], 99);
}

/* Asks with ever more bytes, as a stream reader does that reads what it is told to. */
static void a_stream_reader_is_told_how_much_to_read(void **state)
{
	const uint64_t expected[] = { 8, 16, 40 };
	struct capnp_segment segments[2];
	struct capnp_frame frame = { 0 };
	size_t asked = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		void *bytes = exactly(two_segments, asked);

		assert_int_equal(
			capnp_frame_parse(bytes, asked, NO_LIMIT, segments, 2, &frame),
			CAPNP_FRAME_MORE);
		assert_int_equal(frame.segment_count, 0);
		assert_int_equal(frame.size_bytes, expected[i]);
		asked = (size_t)frame.size_bytes;
		free(bytes);
	}
	assert_int_equal(
		capnp_frame_parse(two_segments, asked, NO_LIMIT, segments, 2, &frame),
		CAPNP_FRAME_WHOLE);
}

static void any_shorter_message_wants_more(void **state)
{
	struct capnp_segment segments[2];
	struct capnp_frame frame;

	(void)state;
	for (size_t size = 0; size < 40; size++) {
		void *bytes = exactly(two_segments, size);

		assert_int_equal(
			capnp_frame_parse(bytes, size, NO_LIMIT, segments, 2, &frame),
			CAPNP_FRAME_MORE);
		assert_true(frame.size_bytes > size);
		assert_true(frame.size_bytes <= 40);
		free(bytes);
	}
}

static void assert_refused(const uint64_t *words, size_t size_bytes, uint64_t words_max,
			   uint32_t room, enum capnp_frame_result expected)
{
	void *bytes = exactly(words, size_bytes);
	struct capnp_segment segments[4];
	struct capnp_frame frame = { 1, 1 };

	assert_int_equal(
		capnp_frame_parse(bytes, size_bytes, words_max, segments, room, &frame),
		expected);
	assert_int_equal(frame.segment_count, 0);
	assert_int_equal(frame.size_bytes, 0);
	free(bytes);
}

static void too_many_segments_are_refused_before_their_sizes_are_there(void **state)
{
	const uint64_t most[] = { pair(CAPNP_SEGMENTS_MAX, 0) };
	const uint64_t all[] = { pair(UINT32_MAX, 0) };

	(void)state;
	assert_refused(most, 8, NO_LIMIT, UINT32_MAX, CAPNP_FRAME_SEGMENTS);
	assert_refused(all, 8, NO_LIMIT, UINT32_MAX, CAPNP_FRAME_SEGMENTS);
	assert_refused(two_segments, 8, NO_LIMIT, 1, CAPNP_FRAME_SEGMENTS);
	assert_refused(two_segments, 8, NO_LIMIT, 0, CAPNP_FRAME_SEGMENTS);
}

static void too_many_words_are_refused_before_they_are_there(void **state)
{
	const uint64_t huge[] = { pair(2, UINT32_MAX), pair(UINT32_MAX, UINT32_MAX) };

	(void)state;
	assert_refused(two_segments, 16, 2, 2, CAPNP_FRAME_WORDS);
	assert_refused(huge, 16, UINT32_MAX, 3, CAPNP_FRAME_WORDS);
}

static void the_largest_table_is_read(void **state)
{
	struct capnp_segment segments[CAPNP_SEGMENTS_MAX];
	uint64_t words[CAPNP_SEGMENTS_MAX / 2 + 1] = { CAPNP_SEGMENTS_MAX - 1 };
	struct capnp_frame frame;

	(void)state;
	assert_int_equal(capnp_frame_parse(words, sizeof(words), 0, segments,
					   CAPNP_SEGMENTS_MAX, &frame),
			 CAPNP_FRAME_WHOLE);
	assert_int_equal(frame.segment_count, CAPNP_SEGMENTS_MAX);
	assert_int_equal(frame.size_bytes, sizeof(words));
}

static void bytes_off_their_alignment_are_refused(void **state)
{
	const uint64_t words[] = { 0, 0 };
	struct capnp_segment segments[1];
	struct capnp_frame frame;

	(void)state;
	assert_int_equal(capnp_frame_parse((const uint8_t *)words + 4, 8, NO_LIMIT,
					   segments, 1, &frame),
			 CAPNP_FRAME_ALIGN);
}

static void what_is_written_is_read_again(void **state)
{
	const uint64_t first[] = { 1, 2, 3 };
	const uint64_t second[] = { 4 };
	const struct capnp_segment segments[] = {
		{ .words = first, .word_count = 3 },
		{ .words = nullptr, .word_count = 0 },
		{ .words = second, .word_count = 1 },
	};
	const uint64_t expected[][6] = {
		{ pair(0, 3), 1, 2, 3 },
		{ pair(1, 3), pair(0, 0), 1, 2, 3 },
		{ pair(2, 3), pair(0, 1), 1, 2, 3, 4 },
	};
	const size_t sizes[] = { 32, 40, 48 };
	struct capnp_segment found[3];
	struct capnp_frame frame;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		uint64_t out[6];

		memset(out, 0xee, sizeof(out));
		assert_int_equal(capnp_frame_size_bytes(segments, i + 1), sizes[i]);
		assert_int_equal(capnp_frame_write(segments, i + 1, out, sizes[i] - 1),
				 0);
		assert_int_equal(out[0], 0xeeeeeeeeeeeeeeee);
		assert_int_equal(capnp_frame_write(segments, i + 1, out, sizes[i]),
				 sizes[i]);
		assert_memory_equal(out, expected[i], sizes[i]);
		assert_int_equal(
			capnp_frame_parse(out, sizes[i], NO_LIMIT, found, 3, &frame),
			CAPNP_FRAME_WHOLE);
		assert_int_equal(frame.segment_count, i + 1);
		for (uint32_t j = 0; j <= i; j++)
			assert_int_equal(found[j].word_count, segments[j].word_count);
	}
}

static void the_table_is_written_alone(void **state)
{
	const struct capnp_segment segments[] = {
		{ .words = nullptr, .word_count = 7 },
		{ .words = nullptr, .word_count = 8 },
	};
	uint64_t out[2];

	(void)state;
	assert_int_equal(capnp_frame_header_bytes(2), 16);
	assert_int_equal(capnp_frame_write_header(segments, 2, out, 15), 0);
	assert_int_equal(capnp_frame_write_header(segments, 2, out, 16), 16);
	assert_int_equal(out[0], pair(1, 7));
	assert_int_equal(out[1], pair(8, 0));
}

static void no_segments_or_too_many_are_not_written(void **state)
{
	static const struct capnp_segment segments[CAPNP_SEGMENTS_MAX + 1];
	static uint64_t out[CAPNP_SEGMENTS_MAX];

	(void)state;
	assert_int_equal(capnp_frame_write(segments, 0, out, sizeof(out)), 0);
	assert_int_equal(capnp_frame_write_header(segments, 0, out, sizeof(out)), 0);
	assert_int_equal(
		capnp_frame_write(segments, CAPNP_SEGMENTS_MAX + 1, out, sizeof(out)), 0);
	assert_int_equal(
		capnp_frame_write(segments, CAPNP_SEGMENTS_MAX, out, sizeof(out)),
		(CAPNP_SEGMENTS_MAX / 2 + 1) * 8);
}

/* From rooms to bytes, and from the bytes to a reader, as a program does it. */
static void a_message_built_in_rooms_is_framed_and_read(void **state)
{
	uint64_t memory[2][4];
	struct capnp_room rooms[] = {
		{ .words = memory[0], .capacity_words = 4 },
		{ .words = memory[1], .capacity_words = 4 },
	};
	struct capnp_segment segments[2];
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct root;
	struct capnp_frame frame;
	uint64_t out[16];
	size_t size;

	(void)state;
	capnp_builder_init_rooms(&builder, rooms, 2);
	capnp_set_text(capnp_build_root(&builder, 0, 2), 0, "in the second room", 18);
	assert_false(capnp_builder_failed(&builder));
	capnp_builder_segments(&builder, segments);
	size = capnp_frame_write(segments, capnp_builder_segment_count(&builder), out,
				 sizeof(out));
	assert_int_equal(size, 16 + 3 * 8 + 4 * 8);

	assert_int_equal(capnp_frame_parse(out, size, NO_LIMIT, segments, 2, &frame),
			 CAPNP_FRAME_WHOLE);
	capnp_reader_init_segments(&reader, segments, frame.segment_count);
	assert_true(capnp_read_root(&reader, &root));
	assert_true(
		capnp_text_equals(capnp_get_text(root, 0, (struct capnp_text){ "", 0 }),
				  "in the second room"));
	assert_false(capnp_reader_failed(&reader));
}

static void every_result_has_a_text(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= CAPNP_FRAME_ALIGN; i++)
		assert_string_not_equal(capnp_frame_text((enum capnp_frame_result)i),
					"unknown result");
	assert_string_equal(capnp_frame_text((enum capnp_frame_result)200),
			    "unknown result");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_segment_is_found_where_it_lies),
		cmocka_unit_test(several_segments_and_where_the_next_message_starts),
		cmocka_unit_test(a_stream_reader_is_told_how_much_to_read),
		cmocka_unit_test(any_shorter_message_wants_more),
		cmocka_unit_test(
			too_many_segments_are_refused_before_their_sizes_are_there),
		cmocka_unit_test(too_many_words_are_refused_before_they_are_there),
		cmocka_unit_test(the_largest_table_is_read),
		cmocka_unit_test(bytes_off_their_alignment_are_refused),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(the_table_is_written_alone),
		cmocka_unit_test(no_segments_or_too_many_are_not_written),
		cmocka_unit_test(a_message_built_in_rooms_is_framed_and_read),
		cmocka_unit_test(every_result_has_a_text),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

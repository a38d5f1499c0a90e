/* SPDX-License-Identifier: MIT */
/*
 * pack_test.c - one case per promise of pack.h. Beside examples worked out by hand stands
 * a packer written a second time, byte by byte, that the fast one must equal.
 */
// TEST-LINK: core/capnp/pack.c core/capnp/unpack.c core/capnp/pack_table.c core/capnp/frame.c
#include "core/capnp/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/frame.h"

enum { WORDS_MAX = 1200, PACKED_MAX = WORDS_MAX * 10 };

/* A copy of exactly @size_bytes, so that the sanitizer sees any read beyond them. */
static void *exactly(const void *bytes, size_t size_bytes)
{
	void *copy = malloc(size_bytes != 0 ? size_bytes : 1);

	assert_non_null(copy);
	if (size_bytes != 0)
		memcpy(copy, bytes, size_bytes);
	return copy;
}

/* The rules of pack.h, one byte after the other. */
static size_t pack_plainly(const uint64_t *words, size_t word_count, uint8_t *out)
{
	size_t size = 0;

	for (size_t i = 0; i < word_count;) {
		const uint8_t *bytes = (const uint8_t *)&words[i++];
		size_t tag_at = size++;
		size_t first = i;

		out[tag_at] = 0;
		for (uint32_t j = 0; j < 8; j++) {
			if (bytes[j] != 0) {
				out[tag_at] |= (uint8_t)(1u << j);
				out[size++] = bytes[j];
			}
		}
		if (out[tag_at] == 0) {
			while (i < word_count && i - first < 255 && words[i] == 0)
				i++;
			out[size++] = (uint8_t)(i - first);
		} else if (out[tag_at] == 0xff) {
			for (; i < word_count && i - first < 255; i++) {
				uint32_t zeros = 0;

				for (uint32_t j = 0; j < 8; j++)
					zeros += ((const uint8_t *)&words[i])[j] == 0;
				if (zeros >= 2)
					break;
			}
			out[size++] = (uint8_t)(i - first);
			memcpy(out + size, &words[first], (i - first) * 8);
			size += (i - first) * 8;
		}
	}
	return size;
}

static uint64_t random_state = 1;

static uint64_t random_bits(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Words as messages have them, with runs of both kinds, some longer than one run may be. */
static size_t random_words(uint64_t *words)
{
	size_t count = random_bits() % WORDS_MAX;

	for (size_t i = 0; i < count;) {
		uint64_t kind = random_bits() % 4;
		size_t run = random_bits() % (random_bits() % 8 == 0 ? 600 : 6);

		for (size_t j = 0; j <= run && i < count; j++) {
			uint64_t bits = random_bits();
			uint64_t mask = random_bits();

			if (kind == 0)
				bits = 0;
			else if (kind == 1)
				bits &= mask & mask << 8;
			else if (kind == 2)
				bits |= 0x0101010101010101;
			if (kind != 0 && j % 3 == 2)
				bits &= ~(0xffull << 8 * (random_bits() % 8));
			words[i++] = bits;
		}
	}
	return count;
}

static void assert_packs(const uint64_t *words, size_t word_count,
			 const uint8_t *expected, size_t size)
{
	size_t packed_size = 99;
	size_t counted = 99;
	size_t unpacked = 99;
	uint8_t *packed = exactly(expected, size);
	uint64_t *again = exactly(words, word_count * 8);

	memset(packed, 0xee, size);
	assert_int_equal(capnp_pack(words, word_count, packed, size, &packed_size),
			 CAPNP_PACK_DONE);
	assert_int_equal(packed_size, size);
	assert_memory_equal(packed, expected, size);
	assert_true(size <= capnp_packed_size_max(word_count));

	assert_int_equal(capnp_unpacked_words(packed, size, &counted), CAPNP_PACK_DONE);
	assert_int_equal(counted, word_count);
	memset(again, 0xee, word_count * 8);
	assert_int_equal(capnp_unpack(packed, size, again, word_count, &unpacked),
			 CAPNP_PACK_DONE);
	assert_int_equal(unpacked, word_count);
	assert_memory_equal(again, words, word_count * 8);
	free(packed);
	free(again);
}

#define ASSERT_PACKS(words, ...)                                                    \
	do {                                                                        \
		const uint8_t expected[] = { __VA_ARGS__ };                         \
		assert_packs(words, sizeof(words) / 8, expected, sizeof(expected)); \
	} while (false)

static void words_become_tags_and_bytes(void **state)
{
	const uint64_t mixed[] = { 0x0000000200000008, 0x0007000000030019 };
	const uint64_t zero[] = { 0 };
	const uint64_t zeros[] = { 0, 0, 0, 0 };
	const uint64_t full[] = { 0x8a8a8a8a8a8a8a8a };
	const uint64_t after_full[] = { 0x0807060504030201, 0x0f0e0d0c0b0a0009,
					0x1716151413000011 };

	(void)state;
	ASSERT_PACKS(mixed, 0x11, 8, 2, 0x45, 0x19, 3, 7);
	ASSERT_PACKS(zero, 0, 0);
	ASSERT_PACKS(zeros, 0, 3);
	ASSERT_PACKS(full, 0xff, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0x8a, 0);
	ASSERT_PACKS(after_full, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 1, 9, 0, 10, 11, 12, 13,
		     14, 15, 0xf9, 0x11, 0x13, 0x14, 0x15, 0x16, 0x17);
}

static void nothing_packs_to_nothing(void **state)
{
	size_t size = 9;

	(void)state;
	assert_int_equal(capnp_pack(nullptr, 0, nullptr, 0, &size), CAPNP_PACK_DONE);
	assert_int_equal(size, 0);
	size = 9;
	assert_int_equal(capnp_unpack(nullptr, 0, nullptr, 0, &size), CAPNP_PACK_DONE);
	assert_int_equal(size, 0);
	size = 9;
	assert_int_equal(capnp_unpacked_words(nullptr, 0, &size), CAPNP_PACK_DONE);
	assert_int_equal(size, 0);
}

static void every_tag_goes_both_ways(void **state)
{
	(void)state;
	for (uint32_t tag = 0; tag < 256; tag++) {
		/* The second word keeps the first away from the end of the buffers. */
		uint64_t words[3] = { 0, 0x0100, 0x0100 };
		uint8_t expected[PACKED_MAX];

		for (uint32_t i = 0; i < 8; i++)
			words[0] |= (tag >> i & 1) * (0x11ull + i) << 8 * i;
		assert_packs(words, 1, expected, pack_plainly(words, 1, expected));
		assert_packs(words, 3, expected, pack_plainly(words, 3, expected));
	}
}

static void runs_end_at_255_words(void **state)
{
	static uint64_t words[WORDS_MAX];
	static uint8_t expected[PACKED_MAX];
	const uint64_t kinds[] = { 0, 0x0102030405060708 };

	(void)state;
	for (size_t kind = 0; kind < 2; kind++) {
		for (size_t i = 0; i < WORDS_MAX; i++)
			words[i] = kinds[kind];
		for (size_t count = 250; count < 520; count += count == 260 ? 245 : 1)
			assert_packs(words, count, expected,
				     pack_plainly(words, count, expected));
	}
}

static void random_messages_equal_the_plain_packer(void **state)
{
	static uint64_t words[WORDS_MAX];
	static uint8_t expected[PACKED_MAX];

	(void)state;
	random_state = 0x12345678;
	for (uint32_t i = 0; i < 300; i++) {
		size_t count = random_words(words);

		assert_packs(words, count, expected,
			     pack_plainly(words, count, expected));
	}
}

static void the_largest_packed_size_is_reached(void **state)
{
	const uint64_t full = 0x0102030405060708;
	const uint64_t most[] = { full, 0x0102030405060000, full };
	uint8_t out[32];
	size_t size;

	(void)state;
	assert_int_equal(capnp_pack(most, 3, out, sizeof(out), &size), CAPNP_PACK_DONE);
	assert_int_equal(size, capnp_packed_size_max(3));
	assert_int_equal(capnp_packed_size_max(0), 2);
	assert_int_equal(capnp_packed_size_max(1), 10);
}

static void too_little_room_is_told_and_nothing_is_written_beyond_it(void **state)
{
	const uint64_t words[] = {
		5, 0, 0, 0x0102030405060708, 0x1112131415161718, 0x00ff00ff00ff00ff, 0, 1
	};
	uint8_t packed[64];
	size_t size;
	size_t count;

	(void)state;
	assert_int_equal(capnp_pack(words, 8, packed, 64, &size), CAPNP_PACK_DONE);
	for (size_t room = 0; room < size; room++) {
		uint8_t *out = exactly(packed, room);
		size_t written = 99;

		assert_int_equal(capnp_pack(words, 8, out, room, &written),
				 CAPNP_PACK_ROOM);
		assert_int_equal(written, 0);
		free(out);
	}
	for (size_t room = 0; room < 8; room++) {
		uint64_t *out = exactly(words, room * 8);

		count = 99;
		assert_int_equal(capnp_unpack(packed, size, out, room, &count),
				 CAPNP_PACK_ROOM);
		assert_int_equal(count, 0);
		free(out);
	}
}

/* Every prefix of what a message packs to either is one of fewer words or is refused. */
static void an_end_in_the_middle_is_told(void **state)
{
	const uint64_t words[] = { 0x0500000600000700, 0, 0, 0x0102030405060708,
				   0x1112131415161718, 7 };
	const size_t ends[] = { 0, 4, 6, 24, 26 }; /* where a unit ends */
	const size_t ends_words[] = { 0, 1, 3, 5, 6 };
	uint8_t packed[64];
	size_t size;
	size_t end = 0;

	(void)state;
	assert_int_equal(capnp_pack(words, 6, packed, 64, &size), CAPNP_PACK_DONE);
	assert_int_equal(size, 26);
	for (size_t i = 0; i <= size; i++) {
		uint8_t *prefix = exactly(packed, i);
		uint64_t out[8];
		bool whole = i == ends[end];
		size_t count = 99;
		size_t counted = 99;

		assert_int_equal(capnp_unpack(prefix, i, out, 8, &count),
				 whole ? CAPNP_PACK_DONE : CAPNP_PACK_INPUT);
		assert_int_equal(capnp_unpacked_words(prefix, i, &counted),
				 whole ? CAPNP_PACK_DONE : CAPNP_PACK_INPUT);
		assert_int_equal(count, whole ? ends_words[end] : 0);
		assert_int_equal(counted, count);
		end += whole;
		free(prefix);
	}
	assert_int_equal(end, 5);
}

/* Hostile bytes: never outside the buffers, and both ways to read them agree. */
static void random_bytes_are_unpacked_or_refused(void **state)
{
	static uint64_t out[4096];
	uint32_t whole = 0;

	(void)state;
	random_state = 77;
	for (uint32_t i = 0; i < 3000; i++) {
		uint8_t bytes[40];
		size_t size = random_bits() % sizeof(bytes);
		size_t counted;
		size_t count;
		enum capnp_pack_result result;

		for (size_t j = 0; j < size; j++) {
			uint64_t bits = random_bits();

			bytes[j] = (uint8_t)(bits % 4 == 0 ? 0 : bits >> 8 | -(bits % 3));
		}

		uint8_t *packed = exactly(bytes, size);

		result = capnp_unpacked_words(packed, size, &counted);
		if (result == CAPNP_PACK_DONE) {
			uint64_t *exact = exactly(out, counted * 8);

			whole++;
			assert_int_equal(
				capnp_unpack(packed, size, exact, counted, &count),
				CAPNP_PACK_DONE);
			assert_int_equal(count, counted);
			free(exact);
		} else {
			assert_int_equal(result, CAPNP_PACK_INPUT);
			assert_int_equal(capnp_unpack(packed, size, out, 4096, &count),
					 CAPNP_PACK_INPUT);
			assert_int_equal(count, 0);
		}
		free(packed);
	}
	assert_true(whole > 100);
}

/* Moves up to @most bytes of the input and room of the output into view. */
struct stream {
	struct capnp_pack_pieces all;
	struct capnp_pack_pieces piece;
};

static void show(struct stream *stream, size_t most_in, size_t most_out)
{
	const struct capnp_pack_pieces *all = &stream->all;

	stream->piece = (struct capnp_pack_pieces){
		.in = all->in,
		.in_bytes = most_in < all->in_bytes ? most_in : all->in_bytes,
		.out = all->out,
		.out_bytes = most_out < all->out_bytes ? most_out : all->out_bytes,
	};
}

static void used(struct stream *stream)
{
	stream->all.in_bytes -= (size_t)(stream->piece.in - stream->all.in);
	stream->all.out_bytes -= (size_t)(stream->piece.out - stream->all.out);
	stream->all.in = stream->piece.in;
	stream->all.out = stream->piece.out;
}

/* Most sizes are small; some take all. */
static size_t random_size(void)
{
	uint64_t kind = random_bits() % 8;

	return kind == 0 ? 5000 : random_bits() % (kind == 1 ? 300 : 12);
}

static void pack_in_pieces(const uint64_t *words, size_t count, const uint8_t *expected,
			   size_t size)
{
	struct capnp_packer packer = { 0 };
	uint8_t *out = exactly(expected, size);
	struct stream stream = { .all = { (const uint8_t *)words, count * 8, out,
					  size } };
	enum capnp_pack_result result;
	bool last;

	memset(out, 0xee, size);
	do {
		show(&stream, random_size(), random_size());
		last = stream.piece.in_bytes == stream.all.in_bytes;
		result = capnp_pack_piece(&packer, &stream.piece, last);
		if (result == CAPNP_PACK_ROOM)
			assert_int_equal(stream.piece.out_bytes, 0);
		else
			assert_int_equal(stream.piece.in_bytes, 0);
		used(&stream);
	} while (result != CAPNP_PACK_DONE || !last);

	assert_int_equal(stream.all.in_bytes, 0);
	assert_int_equal(stream.all.out_bytes, 0);
	assert_memory_equal(out, expected, size);
	free(out);
}

static void unpack_in_pieces(const uint8_t *packed, size_t size, const uint64_t *expected,
			     size_t count)
{
	struct capnp_unpacker unpacker = { 0 };
	uint8_t *out = exactly(expected, count * 8);
	struct stream stream = { .all = { packed, size, out, count * 8 } };
	enum capnp_pack_result result;

	memset(out, 0xee, count * 8);
	do {
		show(&stream, random_size(), random_size());
		result = capnp_unpack_piece(&unpacker, &stream.piece);
		if (result == CAPNP_PACK_ROOM)
			assert_int_equal(stream.piece.out_bytes, 0);
		else
			assert_int_equal(stream.piece.in_bytes, 0);
		used(&stream);
	} while (stream.all.in_bytes != 0 || result != CAPNP_PACK_DONE);

	assert_int_equal(stream.all.out_bytes, 0);
	assert_memory_equal(out, expected, count * 8);
	free(out);
}

static void pieces_of_any_size_make_the_same_bytes(void **state)
{
	static uint64_t words[WORDS_MAX];
	static uint8_t packed[PACKED_MAX];

	(void)state;
	random_state = 0xabcdef;
	for (uint32_t i = 0; i < 300; i++) {
		size_t count = random_words(words);
		size_t size = pack_plainly(words, count, packed);
		uint64_t *exact_words = exactly(words, count * 8);
		uint8_t *exact = exactly(packed, size);

		pack_in_pieces(exact_words, count, exact, size);
		unpack_in_pieces(exact, size, exact_words, count);
		free(exact_words);
		free(exact);
	}
}

static void empty_pieces_do_nothing(void **state)
{
	struct capnp_packer packer = { 0 };
	struct capnp_unpacker unpacker = { 0 };
	struct capnp_pack_pieces pieces = { 0 };

	(void)state;
	assert_int_equal(capnp_pack_piece(&packer, &pieces, false), CAPNP_PACK_DONE);
	assert_int_equal(capnp_pack_piece(&packer, &pieces, true), CAPNP_PACK_DONE);
	assert_int_equal(capnp_unpack_piece(&unpacker, &pieces), CAPNP_PACK_DONE);
}

static void words_that_end_in_the_middle_are_told(void **state)
{
	const uint8_t bytes[11] = { 1 };
	uint8_t out[16];
	struct capnp_packer packer = { 0 };
	struct capnp_pack_pieces pieces = { bytes, 11, out, 16 };

	(void)state;
	assert_int_equal(capnp_pack_piece(&packer, &pieces, true), CAPNP_PACK_INPUT);
}

/* What the unpacker says where: in a word, a count, and both runs, out of either. */
static void the_unpacker_says_what_it_waits_for(void **state)
{
	const uint8_t packed[] = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 1,
				   9,    9, 9, 9, 9, 9, 9, 9, 0, 1 };
	const struct {
		size_t in_bytes;
		size_t out_bytes;
		enum capnp_pack_result expected;
	} steps[] = {
		{ 0, 0, CAPNP_PACK_DONE },  { 1, 0, CAPNP_PACK_ROOM },
		{ 1, 1, CAPNP_PACK_INPUT }, { 9, 1, CAPNP_PACK_ROOM },
		{ 7, 7, CAPNP_PACK_INPUT }, { 1, 7, CAPNP_PACK_INPUT },
		{ 7, 6, CAPNP_PACK_ROOM },  { 1, 0, CAPNP_PACK_ROOM },
		{ 1, 8, CAPNP_PACK_INPUT }, { 1, 1, CAPNP_PACK_DONE },
		{ 1, 8, CAPNP_PACK_INPUT }, { 1, 0, CAPNP_PACK_ROOM },
		{ 0, 3, CAPNP_PACK_ROOM },  { 0, 9, CAPNP_PACK_DONE },
	};
	struct capnp_unpacker unpacker = { 0 };
	struct capnp_pack_pieces pieces = { .in = packed };
	uint8_t out[32];

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		pieces.in_bytes = steps[i].in_bytes;
		pieces.out = out;
		pieces.out_bytes = steps[i].out_bytes;
		assert_int_equal(capnp_unpack_piece(&unpacker, &pieces),
				 steps[i].expected);
	}
	assert_ptr_equal(pieces.in, packed + sizeof(packed));
}

/* Two messages packed one after the other: room for one leaves the next in the input. */
static void no_byte_of_the_next_message_is_used(void **state)
{
	const uint8_t packed[] = { 1, 7, 0, 0, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 9 };
	const size_t after[] = { 0, 2, 4, 14, 16 };
	uint64_t words[4];

	(void)state;
	for (size_t count = 1; count <= 4; count++) {
		struct capnp_unpacker unpacker = { 0 };
		struct capnp_pack_pieces pieces = { packed, sizeof(packed),
						    (uint8_t *)words, count * 8 };

		assert_int_equal(capnp_unpack_piece(&unpacker, &pieces),
				 count == 4 ? CAPNP_PACK_DONE : CAPNP_PACK_ROOM);
		assert_ptr_equal(pieces.in, packed + after[count]);
	}
}

static void a_message_is_packed_segment_by_segment(void **state)
{
	const uint64_t first[] = { 1, 0 };
	const uint64_t second[] = { 0, 0, 2 };
	const struct capnp_segment segments[] = {
		{ .words = first, .word_count = 2 },
		{ .words = second, .word_count = 3 },
	};
	/* The run of zeros stops at the end of the first segment and starts anew. */
	const uint8_t expected[] = { 0x11, 1, 2, 1, 3, 1, 1, 0, 0, 0, 1, 1, 2 };
	uint8_t packed[64];
	uint64_t flat[7];
	uint64_t again[7];
	size_t size;
	size_t count;

	(void)state;
	assert_int_equal(capnp_pack_message(segments, 2, packed, 64, &size),
			 CAPNP_PACK_DONE);
	assert_int_equal(size, sizeof(expected));
	assert_memory_equal(packed, expected, size);
	assert_true(size <= capnp_packed_message_size_max(segments, 2));
	assert_int_equal(capnp_frame_write(segments, 2, flat, sizeof(flat)), 56);
	assert_int_equal(capnp_unpack(packed, size, again, 7, &count), CAPNP_PACK_DONE);
	assert_int_equal(count, 7);
	assert_memory_equal(again, flat, 56);

	for (size_t room = 0; room < sizeof(expected); room++) {
		uint8_t *out = exactly(expected, room);

		assert_int_equal(capnp_pack_message(segments, 2, out, room, &size),
				 CAPNP_PACK_ROOM);
		assert_int_equal(size, 0);
		free(out);
	}
	assert_int_equal(capnp_pack_message(segments, 0, packed, 64, &size),
			 CAPNP_PACK_SEGMENTS);
}

static void every_result_has_a_text(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= CAPNP_PACK_SEGMENTS; i++)
		assert_string_not_equal(capnp_pack_text((enum capnp_pack_result)i),
					"unknown result");
	assert_string_equal(capnp_pack_text((enum capnp_pack_result)200),
			    "unknown result");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_tags_and_bytes),
		cmocka_unit_test(nothing_packs_to_nothing),
		cmocka_unit_test(every_tag_goes_both_ways),
		cmocka_unit_test(runs_end_at_255_words),
		cmocka_unit_test(random_messages_equal_the_plain_packer),
		cmocka_unit_test(the_largest_packed_size_is_reached),
		cmocka_unit_test(
			too_little_room_is_told_and_nothing_is_written_beyond_it),
		cmocka_unit_test(an_end_in_the_middle_is_told),
		cmocka_unit_test(random_bytes_are_unpacked_or_refused),
		cmocka_unit_test(pieces_of_any_size_make_the_same_bytes),
		cmocka_unit_test(empty_pieces_do_nothing),
		cmocka_unit_test(words_that_end_in_the_middle_are_told),
		cmocka_unit_test(the_unpacker_says_what_it_waits_for),
		cmocka_unit_test(no_byte_of_the_next_message_is_used),
		cmocka_unit_test(a_message_is_packed_segment_by_segment),
		cmocka_unit_test(every_result_has_a_text),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

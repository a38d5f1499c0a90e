/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp
/*
 * unpack.c - unpacking any bytes gives the same in one piece, in pieces of any size, and
 * by a second, naive implementation; what comes out packs and unpacks to itself.
 */
#include "core/capnp/pack.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS_MAX = 1 << 14 };

/* As the encoding says, byte by byte. Returns false where the input ends too early. */
static bool naive_unpack(const uint8_t *in, size_t size, uint8_t *out, size_t *out_size)
{
	size_t i = 0;

	*out_size = 0;
	while (i < size) {
		uint8_t tag = in[i++];
		size_t run = 0;

		for (uint32_t bit = 0; bit < 8; bit++) {
			if (tag >> bit & 1 && i == size)
				return false;
			out[(*out_size)++] = tag >> bit & 1 ? in[i++] : 0;
		}
		if (tag != 0 && tag != 0xff)
			continue;
		if (i == size)
			return false;
		run = (size_t)in[i++] * 8;
		if (tag == 0xff && run > size - i)
			return false;
		for (size_t k = 0; k < run; k++)
			out[(*out_size)++] = tag == 0 ? 0 : in[i++];
	}
	return true;
}

/* In pieces whose sizes come from @seed; true if all of it was read. */
static bool unpack_pieces(const uint8_t *in, size_t size, uint32_t seed, uint8_t *out,
			  size_t out_room)
{
	struct capnp_unpacker unpacker = { 0 };
	enum capnp_pack_result result = CAPNP_PACK_DONE; /* of nothing */
	size_t read = 0;
	size_t written = 0;

	while (read < size || result == CAPNP_PACK_ROOM) {
		size_t in_piece = 1 + (seed = seed * 1664525 + 1013904223) % 13;
		size_t out_piece = 1 + (seed = seed * 1664525 + 1013904223) % 29;
		struct capnp_pack_pieces pieces = {
			.in = in + read,
			.in_bytes = in_piece < size - read ? in_piece : size - read,
			.out = out + written,
			.out_bytes = out_piece < out_room - written ? out_piece
								    : out_room - written,
		};

		result = capnp_unpack_piece(&unpacker, &pieces);
		if (pieces.out == out + written && pieces.in == in + read &&
		    written == out_room)
			return result == CAPNP_PACK_DONE;
		read = (size_t)(pieces.in - in);
		written = (size_t)(pieces.out - out);
	}
	return result == CAPNP_PACK_DONE && written == out_room;
}

/* One word less than it takes: it says so, and writes no more than there is room for. */
static void unpack_short(const uint8_t *in, size_t size, size_t word_count)
{
	uint64_t *out = fuzz_room(word_count * 8);
	size_t count;

	FUZZ_CHECK(capnp_unpack(in, size, out, word_count, &count) == CAPNP_PACK_ROOM);
	free(out);
}

static void pack_again(const uint64_t *words, size_t word_count)
{
	size_t room = capnp_packed_size_max(word_count);
	uint8_t *packed = fuzz_room(room);
	uint64_t *back = fuzz_room(word_count * 8);
	size_t size;
	size_t count;

	FUZZ_CHECK(capnp_pack(words, word_count, packed, room, &size) == CAPNP_PACK_DONE);
	FUZZ_CHECK(size <= room);
	FUZZ_CHECK(capnp_unpack(packed, size, back, word_count, &count) ==
		   CAPNP_PACK_DONE);
	FUZZ_CHECK(count == word_count && memcmp(back, words, count * 8) == 0);
	if (size > 0)
		FUZZ_CHECK(capnp_pack(words, word_count, packed, size - 1, &size) ==
			   CAPNP_PACK_ROOM);
	free(packed);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t *in = fuzz_copy(bytes, size);
	size_t naive_room = size * (1 + CAPNP_PACK_RUN_WORDS_MAX) * 8;
	uint8_t *naive = fuzz_room(naive_room);
	size_t naive_size;
	bool good = naive_unpack(in, size, naive, &naive_size);
	size_t word_count;

	FUZZ_CHECK((capnp_unpacked_words(in, size, &word_count) == CAPNP_PACK_DONE) ==
		   good);
	FUZZ_CHECK(word_count == (good ? naive_size / 8 : 0));
	if (word_count <= WORDS_MAX) {
		uint64_t *out = fuzz_room(word_count * 8);
		size_t count;

		FUZZ_CHECK((capnp_unpack(in, size, out, word_count, &count) ==
			    CAPNP_PACK_DONE) == good);
		if (good) {
			FUZZ_CHECK(count == word_count);
			FUZZ_CHECK(memcmp(out, naive, naive_size) == 0);
			pack_again(out, count);
			if (count > 0)
				unpack_short(in, size, count - 1);
			memset(out, 0x55, naive_size);
			FUZZ_CHECK(unpack_pieces(in, size, (uint32_t)size, (uint8_t *)out,
						 naive_size));
			FUZZ_CHECK(memcmp(out, naive, naive_size) == 0);
		}
		free(out);
	}
	free(naive);
	free(in);
	return 0;
}

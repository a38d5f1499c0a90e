/* SPDX-License-Identifier: MIT */
/*
 * unpack.c - the way back of pack.h; how it is done, in pack_private.h.
 */
#include "core/capnp/pack_private.h"

/* What the unpacker waits for. */
enum phase {
	PHASE_TAG,
	PHASE_WORD,
	PHASE_COUNT,
	PHASE_ZEROS,
	PHASE_RAW,
};

/* The way back; what stands in @bytes above those of the tag is ignored. */
static uint64_t expand(uint64_t bytes, uint32_t tag)
{
	const struct moves *move = &capnp_pack_moves[tag];

	bytes ^= (bytes ^ bytes << 32) & move->by_four;
	bytes ^= (bytes ^ bytes << 16) & move->by_two;
	bytes ^= (bytes ^ bytes << 8) & move->by_one;
	return bytes & move->present;
}

/* Unpacks a run that lies whole in both buffers; false if it does not. */
static bool unpack_run(struct cursor *c, uint32_t tag)
{
	size_t words = tag == TAG_ZERO ? c->in[1] : c->in[9];
	size_t size = tag == TAG_ZERO ? 2 : UNIT_BYTES + words * 8;

	if (in_left(c) < size || out_left(c) < 8 + words * 8)
		return false;
	if (tag == TAG_ZERO) {
		__builtin_memset(c->out, 0, 8 + words * 8);
	} else {
		__builtin_memcpy(c->out, c->in + 1, 8);
		__builtin_memcpy(c->out + 8, c->in + UNIT_BYTES, words * 8);
	}
	c->in += size;
	c->out += 8 + words * 8;
	return true;
}

/* Unpacks whole units while any unit's first ten bytes and a word of room are there. */
static void unpack_units(struct cursor *c)
{
	while (in_left(c) >= UNIT_BYTES && out_left(c) >= 8) {
		uint32_t tag = c->in[0];

		if (tag == TAG_ZERO || tag == TAG_RAW) {
			if (!unpack_run(c, tag))
				return;
		} else {
			store_word(c->out, expand(load_word(c->in + 1), tag));
			c->out += 8;
			c->in += 1 + capnp_pack_counts[tag];
		}
	}
}

/* Takes a tag, if its word can be begun. */
static bool step_tag(struct capnp_unpacker *unpacker, struct cursor *c)
{
	if (c->in == c->in_end || c->out == c->out_end)
		return false;
	unpacker->tag = *c->in++;
	unpacker->index = 0;
	unpacker->phase = PHASE_WORD;
	return true;
}

static bool step_word(struct capnp_unpacker *unpacker, struct cursor *c)
{
	uint32_t tag = unpacker->tag;

	for (; unpacker->index < 8; unpacker->index++) {
		bool present = (tag >> unpacker->index & 1) != 0;

		if (c->out == c->out_end || (present && c->in == c->in_end))
			return false;
		*c->out++ = present ? *c->in++ : 0;
	}
	unpacker->phase = tag == TAG_ZERO || tag == TAG_RAW ? PHASE_COUNT : PHASE_TAG;
	return true;
}

static bool step_count(struct capnp_unpacker *unpacker, struct cursor *c)
{
	if (c->in == c->in_end)
		return false;
	unpacker->run_bytes = (uint16_t)(*c->in++ * 8);
	unpacker->phase = unpacker->tag == TAG_ZERO ? PHASE_ZEROS : PHASE_RAW;
	return true;
}

static bool step_run(struct capnp_unpacker *unpacker, struct cursor *c)
{
	bool raw = unpacker->phase == PHASE_RAW;
	size_t size = unpacker->run_bytes;

	if (size > out_left(c))
		size = out_left(c);
	if (raw && size > in_left(c))
		size = in_left(c);
	if (size != 0) {
		if (raw) {
			__builtin_memcpy(c->out, c->in, size);
			c->in += size;
		} else {
			__builtin_memset(c->out, 0, size);
		}
		c->out += size;
		unpacker->run_bytes -= (uint16_t)size;
	}
	if (unpacker->run_bytes != 0)
		return false;
	unpacker->phase = PHASE_TAG;
	return true;
}

static bool unpack_step(struct capnp_unpacker *unpacker, struct cursor *c)
{
	switch ((enum phase)unpacker->phase) {
	case PHASE_TAG:
		return step_tag(unpacker, c);
	case PHASE_WORD:
		return step_word(unpacker, c);
	case PHASE_COUNT:
		return step_count(unpacker, c);
	case PHASE_ZEROS:
	case PHASE_RAW:
	default:
		return step_run(unpacker, c);
	}
}

static enum capnp_pack_result unpack_cursor(struct capnp_unpacker *unpacker,
					    struct cursor *c)
{
	do {
		if (unpacker->phase == PHASE_TAG)
			unpack_units(c);
	} while (unpack_step(unpacker, c));

	if (unpacker->phase == PHASE_TAG)
		return c->in == c->in_end ? CAPNP_PACK_DONE : CAPNP_PACK_ROOM;
	if (unpacker->phase == PHASE_COUNT || c->out != c->out_end)
		return CAPNP_PACK_INPUT;
	return CAPNP_PACK_ROOM;
}

enum capnp_pack_result capnp_unpack_piece(struct capnp_unpacker *unpacker,
					  struct capnp_pack_pieces *pieces)
{
	struct cursor c = cursor_of(pieces);
	enum capnp_pack_result result = unpack_cursor(unpacker, &c);

	*pieces = pieces_of(&c);
	return result;
}

enum capnp_pack_result capnp_unpack(const uint8_t *packed, size_t size_bytes,
				    uint64_t *out, size_t room_words, size_t *word_count)
{
	struct capnp_unpacker unpacker = { 0 };
	const struct capnp_pack_pieces pieces = {
		.in = packed,
		.in_bytes = size_bytes,
		.out = (uint8_t *)out,
		.out_bytes = room_words * 8,
	};
	struct cursor c = cursor_of(&pieces);
	enum capnp_pack_result result = unpack_cursor(&unpacker, &c);

	*word_count = 0;
	if (result == CAPNP_PACK_DONE)
		*word_count = room_words - out_left(&c) / 8;
	return result;
}

enum capnp_pack_result capnp_unpacked_words(const uint8_t *packed, size_t size_bytes,
					    size_t *word_count)
{
	size_t words = 0;
	size_t at = 0;

	*word_count = 0;
	while (at < size_bytes) {
		uint32_t tag = packed[at];

		at += 1 + (size_t)capnp_pack_counts[tag];
		words++;
		if (tag == TAG_ZERO || tag == TAG_RAW) {
			if (at >= size_bytes)
				return CAPNP_PACK_INPUT;
			words += packed[at];
			at += 1 + (tag == TAG_RAW ? (size_t)packed[at] * 8 : 0);
		}
	}
	if (at != size_bytes)
		return CAPNP_PACK_INPUT;
	*word_count = words;
	return CAPNP_PACK_DONE;
}

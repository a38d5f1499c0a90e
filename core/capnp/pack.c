/* SPDX-License-Identifier: MIT */
/*
 * pack.c - packing; see pack.h for what it promises, pack_private.h for how.
 */
#include "core/capnp/frame.h"
#include "core/capnp/pack_private.h"

static const uint64_t LOW_SEVEN = 0x7f7f7f7f7f7f7f7f;
static const uint64_t HIGH_BITS = 0x8080808080808080;

/* The high bit of each byte of @word that is not zero. */
static uint64_t nonzero_bytes(uint64_t word)
{
	return (((word & LOW_SEVEN) + LOW_SEVEN) | word) & HIGH_BITS;
}

/* The product brings bit 8i+7 to 56+i, and no two bits meet on the way. */
static uint32_t tag_of(uint64_t word)
{
	return (uint32_t)(nonzero_bytes(word) * 0x0002040810204081 >> 56);
}

/* Whether a run of words as they are goes on over @word: at most one byte is zero. */
static bool continues_raw(uint64_t word)
{
	uint64_t zero_bytes = nonzero_bytes(word) ^ HIGH_BITS;

	return (zero_bytes & (zero_bytes - 1)) == 0;
}

/* The bytes of @word named by @tag together at the low end; the others are zero. */
static uint64_t compress(uint64_t word, uint32_t tag)
{
	const struct moves *move = &capnp_pack_moves[tag];
	uint64_t moving = word & move->by_one;

	word = (word ^ moving) | moving >> 8;
	moving = word & move->by_two;
	word = (word ^ moving) | moving >> 16;
	moving = word & move->by_four;
	return (word ^ moving) | moving >> 32;
}

const char *capnp_pack_text(enum capnp_pack_result result)
{
	static const char *const texts[] = {
		[CAPNP_PACK_DONE] = "done",
		[CAPNP_PACK_ROOM] = "there is not enough room for all of it",
		[CAPNP_PACK_INPUT] = "the input ends inside a word or a run",
		[CAPNP_PACK_SEGMENTS] = "no message has that many segments",
	};

	if (result >= sizeof(texts) / sizeof(texts[0]))
		return "unknown result";
	return texts[result];
}

/* The words from @in that are zero, at most a run of them. */
static size_t zero_run(const uint8_t *in, const uint8_t *in_end)
{
	size_t left = (size_t)(in_end - in) / 8;
	size_t most = left < CAPNP_PACK_RUN_WORDS_MAX ? left : CAPNP_PACK_RUN_WORDS_MAX;
	size_t words = 0;

	while (words < most && load_word(in + words * 8) == 0)
		words++;
	return words;
}

static size_t raw_run(const uint8_t *in, const uint8_t *in_end)
{
	size_t left = (size_t)(in_end - in) / 8;
	size_t most = left < CAPNP_PACK_RUN_WORDS_MAX ? left : CAPNP_PACK_RUN_WORDS_MAX;
	size_t words = 0;

	while (words < most && continues_raw(load_word(in + words * 8)))
		words++;
	return words;
}

/*
 * Packs the run that starts with the word at c->in; false if it does not fit, or might
 * go on in words that are not there yet.
 */
static bool pack_run(struct cursor *c, uint32_t tag, bool last)
{
	const uint8_t *next = c->in + 8;
	size_t words =
		tag == TAG_ZERO ? zero_run(next, c->in_end) : raw_run(next, c->in_end);
	size_t size = tag == TAG_ZERO ? 2 : UNIT_BYTES + words * 8;

	if (!last && words < CAPNP_PACK_RUN_WORDS_MAX &&
	    (size_t)(c->in_end - next) < words * 8 + 8)
		return false;
	if (out_left(c) < size)
		return false;
	c->out[0] = (uint8_t)tag;
	c->out[1] = (uint8_t)words;
	if (tag == TAG_RAW) {
		__builtin_memcpy(c->out + 1, c->in, 8);
		c->out[9] = (uint8_t)words;
		__builtin_memcpy(c->out + UNIT_BYTES, next, words * 8);
	}
	c->in = next + words * 8;
	c->out += size;
	return true;
}

/* Packs one word that starts no run, where the output may have no nine bytes left. */
static bool pack_word_exactly(struct cursor *c, uint64_t word, uint32_t tag)
{
	uint64_t bytes = compress(word, tag);
	size_t size = capnp_pack_counts[tag];

	if (out_left(c) < 1 + size)
		return false;
	c->out[0] = (uint8_t)tag;
	__builtin_memcpy(c->out + 1, &bytes, size);
	c->in += 8;
	c->out += 1 + size;
	return true;
}

/* Packs whole units until the input or the room ends; @last as in pack_run(). */
static void pack_units(struct cursor *c, bool last)
{
	while (in_left(c) >= 8) {
		uint64_t word = load_word(c->in);
		uint32_t tag = tag_of(word);

		if (tag == TAG_ZERO || tag == TAG_RAW) {
			if (!pack_run(c, tag, last))
				return;
		} else if (out_left(c) < UNIT_BYTES) {
			if (!pack_word_exactly(c, word, tag))
				return;
		} else {
			c->out[0] = (uint8_t)tag;
			store_word(c->out + 1, compress(word, tag));
			c->out += 1 + capnp_pack_counts[tag];
			c->in += 8;
		}
	}
}

enum capnp_pack_result capnp_pack(const uint64_t *words, size_t word_count, uint8_t *out,
				  size_t room_bytes, size_t *size_bytes)
{
	const struct capnp_pack_pieces pieces = {
		.in = (const uint8_t *)words,
		.in_bytes = word_count * 8,
		.out = out,
		.out_bytes = room_bytes,
	};
	struct cursor c = cursor_of(&pieces);

	pack_units(&c, true);
	if (c.in != c.in_end) {
		*size_bytes = 0;
		return CAPNP_PACK_ROOM;
	}
	*size_bytes = room_bytes - out_left(&c);
	return CAPNP_PACK_DONE;
}

enum capnp_pack_result capnp_pack_message(const struct capnp_segment *segments,
					  uint32_t segment_count, uint8_t *out,
					  size_t room_bytes, size_t *size_bytes)
{
	uint64_t table[CAPNP_SEGMENTS_MAX / 2 + 1];
	size_t table_bytes =
		capnp_frame_write_header(segments, segment_count, table, sizeof(table));
	enum capnp_pack_result result;
	size_t done;

	*size_bytes = 0;
	if (table_bytes == 0)
		return CAPNP_PACK_SEGMENTS;
	result = capnp_pack(table, table_bytes / 8, out, room_bytes, &done);
	for (uint32_t i = 0; i < segment_count && result == CAPNP_PACK_DONE; i++) {
		size_t size;

		result = capnp_pack(segments[i].words, segments[i].word_count, out + done,
				    room_bytes - done, &size);
		done += size;
	}
	if (result == CAPNP_PACK_DONE)
		*size_bytes = done;
	return result;
}

size_t capnp_packed_message_size_max(const struct capnp_segment *segments,
				     uint32_t segment_count)
{
	size_t size = capnp_packed_size_max(capnp_frame_header_bytes(segment_count) / 8);

	for (uint32_t i = 0; i < segment_count; i++)
		size += capnp_packed_size_max(segments[i].word_count);
	return size;
}

/* Starts to hold the unit of the word that came in pieces. */
static void hold_unit(struct capnp_packer *packer)
{
	uint32_t tag = tag_of(packer->word);
	struct cursor c = {
		.in = (const uint8_t *)&packer->word,
		.in_end = (const uint8_t *)(&packer->word + 1),
		.out = packer->held,
		.out_end = packer->held + sizeof(packer->held),
	};

	pack_units(&c, true);
	packer->held_start = 0;
	packer->held_end = (uint16_t)(c.out - packer->held);
	packer->open = tag == TAG_ZERO || tag == TAG_RAW;
	packer->word_bytes = 0;
}

/* Adds that word to the run that is held, or closes the run. */
static void continue_run(struct capnp_packer *packer)
{
	bool raw = packer->held[0] == TAG_RAW;
	uint8_t *words = &packer->held[raw ? 9 : 1];

	if (raw ? !continues_raw(packer->word) : packer->word != 0) {
		packer->open = false;
		return;
	}
	if (raw) {
		store_word(packer->held + packer->held_end, packer->word);
		packer->held_end += 8;
	}
	*words += 1;
	packer->open = *words < CAPNP_PACK_RUN_WORDS_MAX;
	packer->word_bytes = 0;
}

/* Writes what is held; false if some of it stays. */
static bool write_held(struct capnp_packer *packer, struct cursor *c)
{
	size_t held = (size_t)(packer->held_end - packer->held_start);
	size_t size = held < out_left(c) ? held : out_left(c);

	if (size != 0) {
		__builtin_memcpy(c->out, packer->held + packer->held_start, size);
		c->out += size;
		packer->held_start += (uint16_t)size;
	}
	return size == held;
}

/* Takes the next word, or what there is of it; whether it is whole. */
static bool take_word(struct capnp_packer *packer, struct cursor *c)
{
	while (packer->word_bytes < 8 && c->in != c->in_end)
		((uint8_t *)&packer->word)[packer->word_bytes++] = *c->in++;
	return packer->word_bytes == 8;
}

static enum capnp_pack_result pack_cursor(struct capnp_packer *packer, struct cursor *c,
					  bool last)
{
	for (;;) {
		if (!packer->open) {
			if (!write_held(packer, c))
				return CAPNP_PACK_ROOM;
			if (packer->word_bytes == 0)
				pack_units(c, false);
		}
		if (take_word(packer, c)) {
			if (packer->open)
				continue_run(packer);
			else
				hold_unit(packer);
		} else if (last && packer->open) {
			packer->open = false;
		} else {
			return last && packer->word_bytes != 0 ? CAPNP_PACK_INPUT
							       : CAPNP_PACK_DONE;
		}
	}
}

enum capnp_pack_result capnp_pack_piece(struct capnp_packer *packer,
					struct capnp_pack_pieces *pieces, bool last)
{
	struct cursor c = cursor_of(pieces);
	enum capnp_pack_result result = pack_cursor(packer, &c, last);

	*pieces = pieces_of(&c);
	return result;
}

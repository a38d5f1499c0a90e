/* SPDX-License-Identifier: MIT */
/*
 * pack_private.h - what packing and unpacking share: the two buffers and the table.
 *
 * Both have a fast loop over whole units (a tag and all that belongs to it) and a slow
 * one with a state, for the ends of the pieces. The fast loops load and store eight bytes
 * where fewer may belong to the unit, so they leave the last units to the slow ones.
 *
 * A word is packed without a branch per byte: its bytes that are not zero are moved
 * together in three steps, by one, two and four places; unpacking goes back the same way.
 * Which bytes move in which step depends on the tag alone and stands in a table.
 */
#ifndef CORE_CAPNP_PACK_PRIVATE_H
#define CORE_CAPNP_PACK_PRIVATE_H

#include "core/capnp/pack.h"

/* The two tags that have a count after their word. */
enum {
	TAG_ZERO = 0,
	TAG_RAW = 0xff,
	/* Tag, eight bytes and a count: what the loops may touch before they know more. */
	UNIT_BYTES = 10,
};

/* How far the work is in both buffers. */
struct cursor {
	const uint8_t *in;
	const uint8_t *in_end;
	uint8_t *out;
	uint8_t *out_end;
};

static inline size_t in_left(const struct cursor *c)
{
	return (size_t)(c->in_end - c->in);
}

static inline size_t out_left(const struct cursor *c)
{
	return (size_t)(c->out_end - c->out);
}

static inline uint64_t load_word(const uint8_t *bytes)
{
	uint64_t word;

	__builtin_memcpy(&word, bytes, sizeof(word));
	return word;
}

static inline void store_word(uint8_t *bytes, uint64_t word)
{
	__builtin_memcpy(bytes, &word, sizeof(word));
}

/* The masks of a tag: the bytes there are, and those that move by so many places. */
struct moves {
	uint64_t present;
	uint64_t by_one;
	uint64_t by_two;
	uint64_t by_four;
};

extern const struct moves capnp_pack_moves[256];

/* How many bytes follow a tag. */
extern const uint8_t capnp_pack_counts[256];

/* An empty piece may be at no address at all. */
static inline struct cursor cursor_of(const struct capnp_pack_pieces *pieces)
{
	const uint8_t *in = pieces->in;
	uint8_t *out = pieces->out;

	return (struct cursor){
		.in = in,
		.in_end = pieces->in_bytes != 0 ? in + pieces->in_bytes : in,
		.out = out,
		.out_end = pieces->out_bytes != 0 ? out + pieces->out_bytes : out,
	};
}

static inline struct capnp_pack_pieces pieces_of(const struct cursor *c)
{
	return (struct capnp_pack_pieces){
		.in = c->in,
		.in_bytes = in_left(c),
		.out = c->out,
		.out_bytes = out_left(c),
	};
}

#endif /* CORE_CAPNP_PACK_PRIVATE_H */

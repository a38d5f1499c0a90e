/* SPDX-License-Identifier: MIT */
/*
 * pack_table.c - for each tag, which bytes move in which step (pack_private.h).
 *
 * The compiler works the table out; the arguments below are constants.
 */
#include "core/capnp/pack_private.h"

/* Bits in the tag; absent bytes before byte i; the mask of one byte. */
#define BIT(tag, i) ((tag) >> (i) & 1)
#define BITS(tag)                                                              \
	(BIT(tag, 0) + BIT(tag, 1) + BIT(tag, 2) + BIT(tag, 3) + BIT(tag, 4) + \
	 BIT(tag, 5) + BIT(tag, 6) + BIT(tag, 7))
#define GAPS(tag, i) ((i) - BITS((tag) & ((1 << (i)) - 1)))
#define BYTE(i)      (0xffull << 8 * (i))

/* Byte i of a word, in the step by @places: it already moved by the smaller steps. */
#define MOVE(tag, i, places)                                   \
	(BIT(tag, i) && (GAPS(tag, i) & (places)) != 0         \
		 ? BYTE((i) - (GAPS(tag, i) & ((places) - 1))) \
		 : 0)
#define MOVES(tag, places)                                                    \
	(MOVE(tag, 1, places) | MOVE(tag, 2, places) | MOVE(tag, 3, places) | \
	 MOVE(tag, 4, places) | MOVE(tag, 5, places) | MOVE(tag, 6, places) | \
	 MOVE(tag, 7, places))
#define PRESENT(tag)                                                             \
	(BIT(tag, 0) * BYTE(0) | BIT(tag, 1) * BYTE(1) | BIT(tag, 2) * BYTE(2) | \
	 BIT(tag, 3) * BYTE(3) | BIT(tag, 4) * BYTE(4) | BIT(tag, 5) * BYTE(5) | \
	 BIT(tag, 6) * BYTE(6) | BIT(tag, 7) * BYTE(7))

#define ENTRY(tag)    { PRESENT(tag), MOVES(tag, 1), MOVES(tag, 2), MOVES(tag, 4) },

#define FOUR(each, t) each(t) each(t + 1) each(t + 2) each(t + 3)
#define SIXTEEN(each, t) \
	FOUR(each, t) FOUR(each, t + 4) FOUR(each, t + 8) FOUR(each, t + 12)
#define SIXTY_FOUR(each, t) \
	SIXTEEN(each, t) SIXTEEN(each, t + 16) SIXTEEN(each, t + 32) SIXTEEN(each, t + 48)
#define ALL_TAGS(each)      \
	SIXTY_FOUR(each, 0) \
	SIXTY_FOUR(each, 64) SIXTY_FOUR(each, 128) SIXTY_FOUR(each, 192)

const struct moves capnp_pack_moves[256] = { ALL_TAGS(ENTRY) };

#define COUNT(tag) BITS(tag),

const uint8_t capnp_pack_counts[256] = { ALL_TAGS(COUNT) };

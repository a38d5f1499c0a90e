/* SPDX-License-Identifier: MIT */
/*
 * pack.h - packing, the standard's way to leave zero bytes out of a message.
 *
 * Each word becomes a tag byte, whose bit i says whether byte i of the word is not zero,
 * and those bytes. Two tags have a count byte after them:
 *
 *     00 n                  this word and @n more are zero
 *     ff b0..b7 n ...       after this word @n words follow as they are
 *
 * The standard leaves open where the second kind of run ends. It ends here, as in the
 * reference implementation, before a word with two or more zero bytes, so that both make
 * the same bytes. A run never goes over the end of what one call was given: the reference
 * implementation refuses a message with a run from one segment into the next
 * (capnp_pack_message() packs each by itself). Unpacking takes such runs.
 *
 * Packed bytes come from somebody else: 2 of them can stand for 2048, so the room that
 * the caller gives is the limit, and what ends in the middle is told apart from what is
 * whole. Nothing outside the two buffers is touched.
 *
 *   tests    pack_test.c
 *   figures  capnp_pack, capnp_unpack in bench/rows.toml
 */
#ifndef CORE_CAPNP_PACK_H
#define CORE_CAPNP_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/segment.h"

enum {
	CAPNP_PACK_RUN_WORDS_MAX = 255, /* of either run, after its first word */
	CAPNP_PACK_UNIT_BYTES_MAX = 1 + 8 + 1 + 8 * CAPNP_PACK_RUN_WORDS_MAX,
};

enum capnp_pack_result : uint8_t {
	CAPNP_PACK_DONE,     /* all of the input is in the output */
	CAPNP_PACK_ROOM,     /* the output is full, and there is more to write */
	CAPNP_PACK_INPUT,    /* the input ends inside a word or a run */
	CAPNP_PACK_SEGMENTS, /* not 1 to CAPNP_SEGMENTS_MAX segments */
};

/* What the result means, in words for a person. */
const char *capnp_pack_text(enum capnp_pack_result result);

/* The most bytes that @word_count words, at most SIZE_MAX / 16, become in one piece. */
static inline size_t capnp_packed_size_max(size_t word_count)
{
	return word_count * 8 + word_count / 2 + 2;
}

/*
 * Packs @word_count words into at most @room_bytes at @out. CAPNP_PACK_DONE with the
 * bytes in *@size_bytes, or CAPNP_PACK_ROOM with 0 there and rubbish in @out.
 */
[[nodiscard]] enum capnp_pack_result capnp_pack(const uint64_t *words, size_t word_count,
						uint8_t *out, size_t room_bytes,
						size_t *size_bytes);

/*
 * The same for a message in its standard framing (frame.h): the table and each segment
 * are packed one after the other. CAPNP_PACK_SEGMENTS as well. Takes 2 KiB of stack.
 */
[[nodiscard]] enum capnp_pack_result
capnp_pack_message(const struct capnp_segment *segments, uint32_t segment_count,
		   uint8_t *out, size_t room_bytes, size_t *size_bytes);

/* The most bytes that capnp_pack_message() writes for these segments. */
size_t capnp_packed_message_size_max(const struct capnp_segment *segments,
				     uint32_t segment_count);

/*
 * Unpacks all of the @size_bytes at @packed into at most @room_words at @out.
 * CAPNP_PACK_DONE with the words in *@word_count; or CAPNP_PACK_ROOM or CAPNP_PACK_INPUT
 * with 0 there and rubbish in @out.
 */
[[nodiscard]] enum capnp_pack_result capnp_unpack(const uint8_t *packed,
						  size_t size_bytes, uint64_t *out,
						  size_t room_words, size_t *word_count);

/* How many words these bytes unpack to, without writing them: DONE, or INPUT and 0. */
[[nodiscard]] enum capnp_pack_result
capnp_unpacked_words(const uint8_t *packed, size_t size_bytes, size_t *word_count);

/*
 * In pieces of any size, as a stream brings them. What was used up is taken off the
 * input, what was written off the output; each piece may be empty.
 */
struct capnp_pack_pieces {
	const uint8_t *in;
	size_t in_bytes;
	uint8_t *out;
	size_t out_bytes;
};

/* Between two pieces of packed input. A zeroed one stands at the start. */
struct capnp_unpacker {
	uint16_t run_bytes; /* of a run that are still to come */
	uint8_t phase;
	uint8_t tag;
	uint8_t index; /* of the byte in its word */
};

/*
 * Unpacks as far as the pieces reach.
 *
 *   CAPNP_PACK_DONE   all input is used, and the stream may end here
 *   CAPNP_PACK_INPUT  all input is used, and the stream must not end here
 *   CAPNP_PACK_ROOM   the output is full; give more room and the rest of the input
 *
 * No byte is used that does not belong to the words already written, so a reader that
 * gives room for just one message finds the next at the rest of its input.
 */
[[nodiscard]] enum capnp_pack_result capnp_unpack_piece(struct capnp_unpacker *unpacker,
							struct capnp_pack_pieces *pieces);

/*
 * Between two pieces of words to pack. A zeroed one stands at the start. It keeps what
 * was taken from the input and may still become part of a run.
 */
struct capnp_packer {
	uint64_t word; /* the start of one that came in two pieces */
	uint8_t word_bytes;
	uint8_t open; /* the kind of run that may go on */
	uint16_t held_start;
	uint16_t held_end;
	uint8_t held[CAPNP_PACK_UNIT_BYTES_MAX]; /* packed, not yet written */
};

/*
 * Packs as far as the pieces reach. The bytes written do not depend on how the words were
 * cut into pieces. @last says that the words end with this piece of input (a segment, or
 * all there is): what is held is written, too.
 *
 *   CAPNP_PACK_DONE   all input is used, and with @last all is written
 *   CAPNP_PACK_INPUT  with @last: the input was no whole number of words
 *   CAPNP_PACK_ROOM   the output is full; give more room, the rest and the same @last
 */
[[nodiscard]] enum capnp_pack_result capnp_pack_piece(struct capnp_packer *packer,
						      struct capnp_pack_pieces *pieces,
						      bool last);

#endif /* CORE_CAPNP_PACK_H */

/* SPDX-License-Identifier: MIT */
/*
 * frame.h - the standard framing, by which messages lie in files and go over streams.
 *
 * In front of the segments stands a table of 32-bit numbers: the number of segments less
 * one, the words of each, and four bytes of padding if the table were no whole words else.
 *
 *     00000000 00000002                       one segment of two words
 *     00000001 00000002 00000001 00000000    two segments, of two words and of one
 *
 * The table comes from somebody else: what it announces is held against the caller's
 * limits before anything is asked for, so that sixteen hostile bytes cannot make a
 * receiver set gigabytes aside. The segments stay where they are; nothing is copied.
 *
 *   tests    frame_test.c
 */
#ifndef CORE_CAPNP_FRAME_H
#define CORE_CAPNP_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/segment.h"

/* Bytes that a stream reader needs before it can learn anything. */
enum { CAPNP_FRAME_FIRST_BYTES = 8 };

enum capnp_frame_result : uint8_t {
	CAPNP_FRAME_WHOLE, /* a whole message; the segments are filled in */
	CAPNP_FRAME_MORE,  /* so far good; it goes on after these bytes */
	CAPNP_FRAME_SEGMENTS, /* more segments than CAPNP_SEGMENTS_MAX or the caller's room */
	CAPNP_FRAME_WORDS, /* more words than the caller's limit */
	CAPNP_FRAME_ALIGN, /* the bytes do not start at a multiple of eight */
};

/* What was learnt; all zero after an error. */
struct capnp_frame {
	uint32_t segment_count; /* of a whole message */
	/*
	 * Of a whole message its bytes, so that the next one starts there. After
	 * CAPNP_FRAME_MORE what the reader has to hold before it asks again, counted from
	 * the start of this message and always more than it held.
	 */
	uint64_t size_bytes;
};

/*
 * Reads the message at the start of the @size_bytes at @bytes, which are 8-aligned and
 * may hold more than it. Fills @segments, of which there are @segment_room, for
 * capnp_reader_init_segments(); refuses a message whose segments together have more than
 * @words_max words.
 */
[[nodiscard]] enum capnp_frame_result
capnp_frame_parse(const void *bytes, size_t size_bytes, uint64_t words_max,
		  struct capnp_segment *segments, uint32_t segment_room,
		  struct capnp_frame *out);

/* What the result means, in words for a person. */
const char *capnp_frame_text(enum capnp_frame_result result);

/* The bytes of the table for @segment_count segments, 1 to CAPNP_SEGMENTS_MAX. */
static inline uint32_t capnp_frame_header_bytes(uint32_t segment_count)
{
	return (segment_count / 2 + 1) * 8;
}

/* The bytes of the framed message: table and segments. */
uint64_t capnp_frame_size_bytes(const struct capnp_segment *segments,
				uint32_t segment_count);

/*
 * Writes the table alone, for a writer that sends the segments from where they are. The
 * bytes written, or 0, with nothing written, if @room_bytes are too few or @segment_count
 * is not 1 to CAPNP_SEGMENTS_MAX.
 */
[[nodiscard]] size_t capnp_frame_write_header(const struct capnp_segment *segments,
					      uint32_t segment_count, void *out,
					      size_t room_bytes);

/* The same for the whole message: table and segments. */
[[nodiscard]] size_t capnp_frame_write(const struct capnp_segment *segments,
				       uint32_t segment_count, void *out,
				       size_t room_bytes);

#endif /* CORE_CAPNP_FRAME_H */

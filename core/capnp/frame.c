/* SPDX-License-Identifier: MIT */
/*
 * frame.c - see frame.h for what it promises.
 *
 * Sums are of at most 512 numbers of 32 bits, in 64 bits, so none of them overflows.
 */
#include "core/capnp/frame.h"

static uint32_t load_u32(const uint8_t *bytes, size_t index)
{
	uint32_t value;

	__builtin_memcpy(&value, bytes + index * sizeof(value), sizeof(value));
	return value;
}

static void store_u32(uint8_t *bytes, size_t index, uint32_t value)
{
	__builtin_memcpy(bytes + index * sizeof(value), &value, sizeof(value));
}

static enum capnp_frame_result more(struct capnp_frame *out, uint64_t size_bytes)
{
	out->size_bytes = size_bytes;
	return CAPNP_FRAME_MORE;
}

static void fill(struct capnp_segment *segments, uint32_t segment_count,
		 const uint8_t *header)
{
	const uint8_t *bytes = header + capnp_frame_header_bytes(segment_count);

	for (uint32_t i = 0; i < segment_count; i++) {
		uint32_t word_count = load_u32(header, i + 1);

		segments[i] = (struct capnp_segment){
			.words = (const uint64_t *)(const void *)bytes,
			.word_count = word_count,
		};
		bytes += (size_t)word_count * 8;
	}
}

enum capnp_frame_result capnp_frame_parse(const void *bytes, size_t size_bytes,
					  uint64_t words_max,
					  struct capnp_segment *segments,
					  uint32_t segment_room, struct capnp_frame *out)
{
	uint32_t header_bytes;
	uint32_t last;
	uint64_t words = 0;
	uint64_t size;

	*out = (struct capnp_frame){ 0 };
	if ((uintptr_t)bytes % 8 != 0)
		return CAPNP_FRAME_ALIGN;
	if (size_bytes < CAPNP_FRAME_FIRST_BYTES)
		return more(out, CAPNP_FRAME_FIRST_BYTES);

	last = load_u32(bytes, 0);
	if (last >= CAPNP_SEGMENTS_MAX || last >= segment_room)
		return CAPNP_FRAME_SEGMENTS;

	header_bytes = capnp_frame_header_bytes(last + 1);
	if (size_bytes < header_bytes)
		return more(out, header_bytes);

	for (uint32_t i = 0; i <= last; i++)
		words += load_u32(bytes, i + 1);
	if (words > words_max)
		return CAPNP_FRAME_WORDS;

	size = header_bytes + words * 8;
	if (size_bytes < size)
		return more(out, size);

	fill(segments, last + 1, bytes);
	*out = (struct capnp_frame){ .segment_count = last + 1, .size_bytes = size };
	return CAPNP_FRAME_WHOLE;
}

const char *capnp_frame_text(enum capnp_frame_result result)
{
	static const char *const texts[] = {
		[CAPNP_FRAME_WHOLE] = "a whole message",
		[CAPNP_FRAME_MORE] = "the message goes on after these bytes",
		[CAPNP_FRAME_SEGMENTS] = "the message has too many segments",
		[CAPNP_FRAME_WORDS] = "the message is larger than the limit",
		[CAPNP_FRAME_ALIGN] = "the message does not start at a multiple of eight",
	};

	if (result >= sizeof(texts) / sizeof(texts[0]))
		return "unknown result";
	return texts[result];
}

static bool is_segment_count(uint32_t segment_count)
{
	return segment_count >= 1 && segment_count <= CAPNP_SEGMENTS_MAX;
}

uint64_t capnp_frame_size_bytes(const struct capnp_segment *segments,
				uint32_t segment_count)
{
	uint64_t size = capnp_frame_header_bytes(segment_count);

	for (uint32_t i = 0; i < segment_count; i++)
		size += (uint64_t)segments[i].word_count * 8;
	return size;
}

size_t capnp_frame_write_header(const struct capnp_segment *segments,
				uint32_t segment_count, void *out, size_t room_bytes)
{
	uint32_t header_bytes = capnp_frame_header_bytes(segment_count);

	if (!is_segment_count(segment_count) || room_bytes < header_bytes)
		return 0;
	store_u32(out, header_bytes / 4 - 1, 0); /* the padding, if there is some */
	store_u32(out, 0, segment_count - 1);
	for (uint32_t i = 0; i < segment_count; i++)
		store_u32(out, i + 1, segments[i].word_count);
	return header_bytes;
}

size_t capnp_frame_write(const struct capnp_segment *segments, uint32_t segment_count,
			 void *out, size_t room_bytes)
{
	uint8_t *at = out;

	if (!is_segment_count(segment_count) ||
	    room_bytes < capnp_frame_size_bytes(segments, segment_count))
		return 0;
	at += capnp_frame_write_header(segments, segment_count, out, room_bytes);
	for (uint32_t i = 0; i < segment_count; i++) {
		size_t size_bytes = (size_t)segments[i].word_count * 8;

		if (size_bytes != 0)
			__builtin_memcpy(at, segments[i].words, size_bytes);
		at += size_bytes;
	}
	return (size_t)(at - (uint8_t *)out);
}

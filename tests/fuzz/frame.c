/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp
/*
 * frame.c - any bytes as a framed message: what is found is written back as it was, what
 * is short says how much more it needs, and nothing outside the bytes is named.
 */
#include "core/capnp/frame.h"
#include "core/capnp/pack.h"
#include "tests/fuzz/fuzz.h"

enum { SEGMENTS = 6 };

static void write_back(const uint8_t *bytes, const struct capnp_segment *segments,
		       const struct capnp_frame *frame)
{
	size_t size = frame->size_bytes;
	uint32_t header = capnp_frame_header_bytes(frame->segment_count);
	uint8_t *room = fuzz_room(size);

	FUZZ_CHECK(capnp_frame_size_bytes(segments, frame->segment_count) == size);
	FUZZ_CHECK(capnp_frame_write(segments, frame->segment_count, room, size) == size);
	/* The padding of the table is any four bytes there and zero here. */
	FUZZ_CHECK(memcmp(room, bytes, 4 + 4 * (size_t)frame->segment_count) == 0);
	FUZZ_CHECK(memcmp(room + header, bytes + header, size - header) == 0);
	FUZZ_CHECK(capnp_frame_write(segments, frame->segment_count, room, size - 1) ==
		   0);
	FUZZ_CHECK(capnp_frame_write_header(segments, frame->segment_count, room,
					    header - 1) == 0);
	FUZZ_CHECK(capnp_frame_write(segments, 0, room, size) == 0);
	FUZZ_CHECK(capnp_frame_write(segments, CAPNP_SEGMENTS_MAX + 1, room, size) == 0);
	free(room);
}

static void pack_it(const struct capnp_segment *segments, uint32_t count)
{
	size_t room = capnp_packed_message_size_max(segments, count);
	uint8_t *packed = fuzz_room(room);
	size_t size;
	size_t words;

	FUZZ_CHECK(capnp_pack_message(segments, count, packed, room, &size) ==
		   CAPNP_PACK_DONE);
	FUZZ_CHECK(capnp_unpacked_words(packed, size, &words) == CAPNP_PACK_DONE);
	FUZZ_CHECK(words * 8 == capnp_frame_size_bytes(segments, count));
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = fuzz_copy(bytes, size);
	uint64_t words_max = size != 0 ? bytes[size - 1] : 8;
	struct capnp_segment segments[SEGMENTS];
	struct capnp_frame frame;
	enum capnp_frame_result result =
		capnp_frame_parse(copy, size, words_max, segments, SEGMENTS, &frame);

	FUZZ_CHECK(capnp_frame_text(result)[0] != '\0');
	if (result == CAPNP_FRAME_WHOLE) {
		uint64_t words = 0;

		FUZZ_CHECK(frame.size_bytes <= size);
		FUZZ_CHECK(frame.segment_count >= 1 && frame.segment_count <= SEGMENTS);
		for (uint32_t i = 0; i < frame.segment_count; i++) {
			const uint8_t *start = (const uint8_t *)segments[i].words;
			uint64_t segment_bytes = (uint64_t)segments[i].word_count * 8;

			words += segments[i].word_count;
			if (segment_bytes != 0)
				FUZZ_CHECK(start >= copy &&
					   start + segment_bytes <= copy + size);
		}
		FUZZ_CHECK(words <= words_max);
		write_back(copy, segments, &frame);
		pack_it(segments, frame.segment_count);
	} else {
		FUZZ_CHECK(frame.segment_count == 0);
		FUZZ_CHECK((result == CAPNP_FRAME_MORE) == (frame.size_bytes > size));
	}
	if (size > 1)
		FUZZ_CHECK(capnp_frame_parse(copy + 1, size - 1, words_max, segments,
					     SEGMENTS, &frame) == CAPNP_FRAME_ALIGN);
	free(copy);
	return 0;
}

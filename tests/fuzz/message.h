/* SPDX-License-Identifier: MIT */
/*
 * message.h - an input as a Cap'n Proto message: framed, or else one segment of the words
 * that there are.
 */
#ifndef TESTS_FUZZ_MESSAGE_H
#define TESTS_FUZZ_MESSAGE_H

#include "core/capnp/frame.h"
#include "core/capnp/reader.h"
#include "tests/fuzz/fuzz.h"

enum { MESSAGE_SEGMENTS_MAX = 8 };

struct message {
	struct capnp_segment segments[MESSAGE_SEGMENTS_MAX];
	uint64_t *copies[MESSAGE_SEGMENTS_MAX];
	uint32_t count;
};

/* Each segment in memory of its own. */
static inline void message_take(struct message *message, const uint8_t *bytes,
				size_t size)
{
	uint64_t *words = fuzz_copy(bytes, size);
	struct capnp_segment whole = { .words = words,
				       .word_count = (uint32_t)(size / 8) };
	struct capnp_frame frame;

	*message = (struct message){ .count = 1, .segments = { whole } };
	if (capnp_frame_parse(words, size, size / 8, message->segments,
			      MESSAGE_SEGMENTS_MAX, &frame) == CAPNP_FRAME_WHOLE) {
		FUZZ_CHECK(frame.size_bytes <= size);
		message->count = frame.segment_count;
	} else {
		message->segments[0] = whole;
	}
	for (uint32_t i = 0; i < message->count; i++) {
		struct capnp_segment *segment = &message->segments[i];

		message->copies[i] =
			fuzz_copy(segment->words, (size_t)segment->word_count * 8);
		segment->words = message->copies[i];
	}
	free(words);
}

/* A reader from the start, as if nothing had been read; one at a time. */
static inline void message_read(struct message *message, struct capnp_reader *reader)
{
	if (message->count == 1)
		capnp_reader_init(reader, message->copies[0],
				  message->segments[0].word_count * 8);
	else
		capnp_reader_init_segments(reader, message->segments, message->count);
}

static inline uint32_t message_words(const struct message *message)
{
	uint32_t words = 0;

	for (uint32_t i = 0; i < message->count; i++)
		words += message->segments[i].word_count;
	return words;
}

static inline void message_drop(struct message *message)
{
	for (uint32_t i = 0; i < message->count; i++)
		free(message->copies[i]);
}

#endif /* TESTS_FUZZ_MESSAGE_H */

/* SPDX-License-Identifier: MIT */
/*
 * flatten.c - see flatten.h.
 *
 * capnp writes a request of more than 8 KiB in several segments. core/capnp reads one, so
 * a walk from the root rewrites each far pointer where it stands: once all segments
 * lie in one array, whatever it names is within reach of a near pointer. The landing
 * pads stay behind as unused words.
 */
#include "tools/capnpc-capos/flatten.h"

enum {
	SEGMENTS_MAX = 512,
	DEPTH_MAX = 64,
};

struct message {
	uint64_t *words; /* all segments */
	uint64_t word_count;
	uint64_t starts[SEGMENTS_MAX]; /* where each segment starts in words */
	uint32_t segment_count;
};

static bool walk(struct message *message, uint64_t at, uint32_t depth);

/* Where the near pointer @pointer at index @at leads. */
static uint64_t near_target(uint64_t pointer, uint64_t at)
{
	int64_t offset = (int32_t)(uint32_t)pointer >> 2;

	return at + 1 + (uint64_t)offset;
}

static uint64_t near_pointer(uint64_t tag, uint64_t at, uint64_t target)
{
	uint32_t offset = (uint32_t)(target - at - 1);

	return (tag & ~UINT64_C(0xfffffffc)) | (uint32_t)(offset << 2);
}

/* Where the far pointer @pointer leads; false if @words are not there. */
static bool far_target(const struct message *message, uint64_t pointer, uint64_t words,
		       uint64_t *out)
{
	uint32_t segment = (uint32_t)(pointer >> 32);

	if (segment >= message->segment_count)
		return false;
	*out = message->starts[segment] + ((uint32_t)pointer >> 3);
	return *out + words <= message->word_count;
}

/* Replaces a far pointer at @at by a near one. */
static bool rewrite_far(struct message *message, uint64_t at)
{
	uint64_t pointer = message->words[at];
	uint64_t pad;
	uint64_t target;

	if (!far_target(message, pointer, pointer & 4 ? 2 : 1, &pad))
		return false;
	if (pointer & 4) { /* two words: where the content is, and a tag for it */
		if (!far_target(message, message->words[pad], 0, &target))
			return false;
		message->words[at] = near_pointer(message->words[pad + 1], at, target);
		return true;
	}
	pointer = message->words[pad];
	if ((pointer & 3) > 1) { /* a capability, or a far pointer again */
		message->words[at] = pointer;
		return (pointer & 3) == 3;
	}
	message->words[at] = near_pointer(pointer, at, near_target(pointer, pad));
	return true;
}

static bool walk_pointers(struct message *message, uint64_t first, uint64_t count,
			  uint32_t depth)
{
	if (first > message->word_count || count > message->word_count - first)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		if (!walk(message, first + i, depth))
			return false;
	}
	return true;
}

static bool walk_structs(struct message *message, uint64_t tag_at, uint32_t depth)
{
	if (tag_at >= message->word_count)
		return false;

	uint64_t tag = message->words[tag_at];
	uint64_t data_words = (uint16_t)(tag >> 32);
	uint64_t pointers = (uint16_t)(tag >> 48);
	uint64_t at = tag_at + 1;

	if (data_words + pointers == 0)
		return true;
	for (uint32_t i = 0; i < (uint32_t)tag >> 2; i++) {
		if (!walk_pointers(message, at + data_words, pointers, depth))
			return false;
		at += data_words + pointers;
	}
	return true;
}

/* Rewrites the pointer at @at and everything behind it. */
static bool walk(struct message *message, uint64_t at, uint32_t depth)
{
	if (depth == 0)
		return false;
	if ((message->words[at] & 3) == 2 && !rewrite_far(message, at))
		return false;

	uint64_t pointer = message->words[at];
	uint64_t target = near_target(pointer, at);
	uint32_t upper = (uint32_t)(pointer >> 32);

	if (pointer == 0 || (pointer & 3) == 3)
		return true;
	if ((pointer & 3) == 0)
		return walk_pointers(message, target + (upper & 0xffff), upper >> 16,
				     depth - 1);
	if ((upper & 7) == 6)
		return walk_pointers(message, target, upper >> 3, depth - 1);
	return (upper & 7) != 7 || walk_structs(message, target, depth - 1);
}

uint64_t *flatten(uint64_t *words, size_t word_count, uint32_t *out_words)
{
	struct message message = { 0 };
	const uint32_t *header = (const uint32_t *)words;
	uint64_t total = 0;
	uint64_t header_words;

	if (word_count < 2 || header[0] >= SEGMENTS_MAX)
		return nullptr;
	message.segment_count = header[0] + 1;
	header_words = message.segment_count / 2 + 1;
	if (header_words > word_count)
		return nullptr;
	for (uint32_t i = 0; i < message.segment_count; i++) {
		message.starts[i] = total;
		total += header[1 + i];
	}
	message.words = words + header_words;
	message.word_count = word_count - header_words;
	if (total != message.word_count || total == 0 || total > UINT32_MAX / 8)
		return nullptr;
	if (message.segment_count > 1 && !walk(&message, 0, DEPTH_MAX))
		return nullptr;
	*out_words = (uint32_t)total;
	return message.words;
}

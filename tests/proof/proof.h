/* SPDX-License-Identifier: MIT */
/*
 * proof.h - what the proofs of this folder share: values that may be anything, messages of
 * any bytes, and what "inside its message" means.
 *
 * A proof is one file with a main(), which cbmc runs for all values at once. Its first
 * lines say what prove.py needs:
 *
 *     // PROVES: what holds, in one line
 *     // BOUND: for which messages, in one line
 *     // LINK: core/capnp/reader.c ...         sources besides this one
 *     // UNWIND: 4                             turns of each loop; more is a failure;
 *                                              "4 f.0:9": but 9 of the first one of f()
 *     // SOLVER: kissat                        where cbmc's own is slow: it sees that
 *                                              products of the same numbers are the same
 *     // FAULT: core/capnp/reader.c            a mistake that the proof must find:
 *     // - text of one line of it              this,
 *     // + other text                          replaced by this
 *
 * cbmc checks every read and write against the object it is in, and every sum of pointers
 * and of integers against its type. Here an object is a segment, exactly as large as its
 * reader is told.
 *
 * Most proofs are single steps: they start from any struct or list that is inside() its
 * message, and show that one getter reads inside it and returns what is inside() again.
 * So no bound on the depth of a walk is needed. What starts a walk is shown to be inside.
 */
#ifndef TESTS_PROOF_PROOF_H
#define TESTS_PROOF_PROOF_H

#include "core/capnp/reader.h"

/* cbmc's own, under the names that prove.py gives them. */
void proof_assume(bool fact);
void proof_require(bool promise, const char *what);
bool proof_same_object(const void *a, const void *b);
size_t proof_offset(const void *at); /* in its object */

/* Any value. */
bool nondet_bool(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint32_t nondet_uint32(void);
uint64_t nondet_uint64(void);
size_t nondet_size(void);

void *proof_allocate(size_t size_bytes, bool zeroed); /* never null */

enum {
	PROOF_SEGMENTS =
		3, /* one the pointer is in, one for a pad, one for what is meant */
	PROOF_SMALL_WORDS = 4,
	PROOF_LIST_WORDS = 1024, /* where sizes are multiplied with indices */
	PROOF_WORDS_MAX = CAPNP_SEGMENT_WORDS_MAX,
};

/* Memory of any content: an object of bytes, with which cbmc is faster here. */
static inline uint64_t *proof_words(uint32_t count)
{
	return proof_allocate((size_t)count * 8, false);
}

/* Any bytes, exactly as many as the segment has, at most @words_max words. */
static inline void proof_segment(struct capnp_segment *segment, uint32_t words_max)
{
	uint32_t word_count = nondet_uint32();

	proof_assume(word_count <= words_max);
	segment->words = proof_words(word_count);
	segment->word_count = word_count;
}

/* A reader in any state of a message of one segment, its own or a constant one. */
static inline void proof_single(struct capnp_reader *reader, uint32_t words_max)
{
	*reader = (struct capnp_reader){
		.role = nondet_bool() ? CAPNP_SEGMENT_ALONE : CAPNP_SEGMENT_CONSTANT,
		.depth_max = nondet_uint8(),
		.error = (enum capnp_error)nondet_uint8(),
		.traversal_words_left = nondet_uint32(),
	};
	proof_segment(&reader->segment, words_max);
}

/* Whether the @size_bytes at @bytes are in the segment. */
static inline bool bytes_inside(const struct capnp_segment *segment, const void *bytes,
				uint64_t size_bytes)
{
	uint64_t all = (uint64_t)segment->word_count * 8;

	return proof_same_object(bytes, segment->words) && proof_offset(bytes) <= all &&
	       size_bytes <= all - proof_offset(bytes);
}

static inline bool struct_inside(struct capnp_struct s)
{
	uint64_t size = (uint64_t)s.data_bytes + s.pointer_count * 8u;

	if (!s.message)
		return size == 0;
	if (s.offset + size > (uint64_t)s.message->word_count * 8)
		return false;
	/* A list of bytes may be read as structs of one byte; pointers are words. */
	return s.pointer_count == 0 || (s.offset % 8 == 0 && s.data_bytes % 8 == 0);
}

/* Any struct in the segment. */
static inline struct capnp_struct proof_struct(struct capnp_segment *segment)
{
	struct capnp_struct s = {
		.message = segment,
		.offset = nondet_uint32(),
		.data_bytes = nondet_uint16(),
		.pointer_count = nondet_uint8(),
		.depth_left = nondet_uint8(),
	};

	proof_assume(struct_inside(s));
	return s;
}

/* Whether element @i of the list, data and pointers, is in its segment. */
static inline bool element_inside(struct capnp_list list, uint32_t i)
{
	uint64_t step = list.step_bits / 8;

	if (list.element_data_bits == 1)
		return list.step_bits == 1 && list.element_pointers == 0 &&
		       bytes_inside(list.message, list.bytes, i / 8 + 1);
	return bytes_inside(list.message, list.bytes,
			    i * step + list.element_data_bits / 8 +
				    list.element_pointers * 8u);
}

/* Whether the list is as every list is, whatever its elements are. */
static inline bool list_shape(struct capnp_list list)
{
	if (!list.message)
		return list.count == 0;
	if (list.element_pointers > CAPNP_STRUCT_POINTERS_MAX ||
	    list.element_data_bits / 64 > CAPNP_STRUCT_DATA_WORDS_MAX)
		return false;
	if (list.count > CAPNP_LIST_COUNT_MAX ||
	    list.step_bits != list.element_data_bits + list.element_pointers * 64u)
		return false;
	if (list.element_pointers == 0)
		return true;
	return list.element_data_bits % 64 == 0 && proof_offset(list.bytes) % 8 == 0;
}

/*
 * Any list in the segment whose element @i, if it has one, is inside. What is proved for
 * any @i is proved for all.
 */
static inline struct capnp_list proof_list(struct capnp_segment *segment, uint32_t i)
{
	size_t offset = nondet_size();
	struct capnp_list list = {
		.message = segment,
		.count = nondet_uint32(),
		.step_bits = nondet_uint32(),
		.element_data_bits = nondet_uint32(),
		.element_pointers = nondet_uint16(),
		.depth_left = nondet_uint8(),
	};

	proof_assume(offset <= (uint64_t)segment->word_count * 8);
	list.bytes = (const uint8_t *)segment->words + offset;
	proof_assume(list_shape(list));
	proof_assume(i >= list.count || element_inside(list, i));
	return list;
}

/* A message of several segments. */
struct proof_message {
	struct capnp_reader reader;
	struct capnp_segment segments[PROOF_SEGMENTS];
};

/* What a segment of a small message has; a local one is of any content. */
struct proof_small {
	uint64_t words[PROOF_SMALL_WORDS];
};

/*
 * Makes a message of segments that are small objects of their own. Their sizes are fixed,
 * because cbmc is slow where both a segment and what is in it are unknown.
 */
static inline void proof_segments(struct proof_message *message,
				  struct proof_small *first, struct proof_small *second,
				  struct proof_small *third)
{
	const uint64_t *words[PROOF_SEGMENTS] = { first->words, second->words,
						  third->words };

	message->reader = (struct capnp_reader){
		.words = words[0],
		.word_count = PROOF_SMALL_WORDS,
		.role = CAPNP_SEGMENT_FIRST,
		.depth_max = CAPNP_DEPTH_MAX,
		.traversal_words_left = nondet_uint32(),
		.segment_count = PROOF_SEGMENTS,
		.segments = message->segments,
	};
	for (uint32_t i = 0; i < PROOF_SEGMENTS; i++) {
		message->segments[i] = (struct capnp_segment){
			.words = words[i],
			.word_count = PROOF_SMALL_WORDS,
			.role = CAPNP_SEGMENT_FURTHER,
			.reader = &message->reader,
		};
	}
}

#endif /* TESTS_PROOF_PROOF_H */

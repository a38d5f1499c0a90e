/* SPDX-License-Identifier: MIT */
/*
 * subject.h - core/capnp as the judge sees it: every operation on messages of the schema
 * number i, on framed bytes and on text, with room that grows. The judge is C++ and knows
 * nothing of core/capnp; what it hands in and gets back is what goes over a wire.
 *
 * A function returns nullptr, or in words why it refused.
 */
#ifndef TESTS_CONFORMANCE_SUBJECT_H
#define TESTS_CONFORMANCE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow: 8-aligned, freed with subject_free(). A zeroed one is empty. */
struct subject_bytes {
	uint8_t *bytes;
	size_t size;
	size_t room;
};

/* Which way a text is written. */
enum subject_style {
	SUBJECT_SHORT,  /* one line */
	SUBJECT_PRETTY, /* as `capnp decode` prints it */
	SUBJECT_FIELDS, /* each field on a line, also absent ones: shows their defaults */
};

void subject_free(struct subject_bytes *bytes);

/* How many roots the table of this program has. */
size_t subject_count(void);

/* The id of root @root's type, for the judge to see that both mean the same. */
uint64_t subject_id(size_t root);

/*
 * The reflection tables of root @root as text, with the types of its fields, of their
 * fields and so on, @depth structs deep.
 */
void subject_reflect(size_t root, int depth, struct subject_bytes *out);

/* The text of the framed message @in as a struct of type @root. */
const char *subject_render(size_t root, const struct subject_bytes *in,
			   enum subject_style style, struct subject_bytes *out);

/* In which order a message is built. */
enum subject_order {
	SUBJECT_FORWARDS,
	SUBJECT_BACKWARDS, /* each struct's last field first */
	SUBJECT_APART,     /* structs before what leads to them, which then adopts them */
};

/*
 * These build a message in pieces of memory of @piece_words and more; 0: in one.
 *
 * Built anew, value by value through reflection; of the text @in; copied as it is.
 */
const char *subject_rebuild(size_t root, const struct subject_bytes *in,
			    uint32_t piece_words, enum subject_order order,
			    struct subject_bytes *out);
const char *subject_parse(size_t root, const struct subject_bytes *in,
			  uint32_t piece_words, struct subject_bytes *out);
const char *subject_copy(const struct subject_bytes *in, uint32_t piece_words,
			 struct subject_bytes *out);

/* The words that the value takes, and the capability pointers in it. */
const char *subject_measure(const struct subject_bytes *in, uint64_t *words,
			    uint32_t *caps);

/* "equal", "different", "equal but for capabilities"; or why they cannot be compared. */
const char *subject_compare(const struct subject_bytes *a, const struct subject_bytes *b);

/* The canonical form of the framed message @in, which has no framing. */
const char *subject_canonical(const struct subject_bytes *in, struct subject_bytes *out);

/* "canonical" or "not canonical"; or why it is no message. */
const char *subject_is_canonical(const struct subject_bytes *in);

/* The framed message @in in packed form, and back. */
const char *subject_pack(const struct subject_bytes *in, struct subject_bytes *out);
const char *subject_unpack(const struct subject_bytes *in, struct subject_bytes *out);

#endif /* TESTS_CONFORMANCE_SUBJECT_H */

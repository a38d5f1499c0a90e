/* SPDX-License-Identifier: MIT */
/*
 * segment.h - one piece of a message, as reader, builder, framing and packing name it.
 */
#ifndef CORE_CAPNP_SEGMENT_H
#define CORE_CAPNP_SEGMENT_H

#include <stdint.h>

enum {
	/* More pieces are no message: a table of them would be larger than its use. */
	CAPNP_SEGMENTS_MAX = 512,
	CAPNP_SEGMENT_WORDS_MAX = (1 << 29) - 1,
};

struct capnp_reader;

/* What may be wrong with a message. */
enum capnp_error : uint8_t {
	CAPNP_ERROR_NONE,
	CAPNP_ERROR_SIZE,        /* size, alignment or number of segments */
	CAPNP_ERROR_BOUNDS,      /* a pointer or its struct leads outside its segment */
	CAPNP_ERROR_KIND,        /* a pointer of another kind than the schema says */
	CAPNP_ERROR_SEGMENT,     /* a far pointer to a segment that is not there */
	CAPNP_ERROR_FAR,         /* a far pointer's landing pad is not one */
	CAPNP_ERROR_STRUCT,      /* a struct above the limits of this reader */
	CAPNP_ERROR_LIST,        /* elements of another size than the schema says */
	CAPNP_ERROR_LIST_BOUNDS, /* a list leads outside its segment */
	CAPNP_ERROR_TAG,         /* the tag of a list of structs does not fit it */
	CAPNP_ERROR_TEXT,        /* text without its final NUL */
	CAPNP_ERROR_DEPTH,       /* nested deeper than the limit */
	CAPNP_ERROR_TRAVERSAL,   /* the walk is longer than the limit */
	CAPNP_ERROR_COUNT,       /* more elements without size than that limit */
};

/* What a segment is to its reader. */
enum capnp_segment_role : uint8_t {
	CAPNP_SEGMENT_ALONE,    /* the only one of its message */
	CAPNP_SEGMENT_CONSTANT, /* the same, of a constant message */
	CAPNP_SEGMENT_FIRST,    /* the first of several */
	CAPNP_SEGMENT_FURTHER,
};

/*
 * A piece of a message. Whoever has a message of several fills in words and word_count,
 * and keeps the array for as long as the reader is used.
 */
struct capnp_segment {
	const uint64_t
		*words; /* in a reader words[0] can be read, even of an empty one */
	uint32_t word_count;
	/* The rest is the reader's; a further segment uses role and reader only. */
	enum capnp_segment_role role;
	uint8_t depth_max;
	enum capnp_error error;
	uint8_t zero; /* so that one store sets them all */
	struct capnp_reader *reader;
};

#endif /* CORE_CAPNP_SEGMENT_H */

/* SPDX-License-Identifier: MIT */
/*
 * values.h - what both programs put into their messages; C and C++ read this file.
 *
 * Numbers are as they are in practice: ids and flags small, times large, a few bytes
 * random. The sizes of texts vary with the number of the record.
 */
#ifndef BENCH_CAPNP_VALUES_H
#define BENCH_CAPNP_VALUES_H

#include <stdint.h>

enum {
	RECORD_TAGS = 8,
	RECORD_DIGEST_BYTES = 32,
	MIXED_RECORDS = 500,
	MIXED_PICTURE_BYTES = 20000,
	TREE_ROOT_CHILDREN = 9,
	TREE_CHILDREN = 10,
	TREE_DEPTH = 4,      /* 1 + 9 + 90 + 900 + 9000 = 10,000 nodes */
	MIXED_TREE_DEPTH = 3 /* 1,000 nodes */
};

static const char RECORD_NAME[] = "quarterly-report-2026-europe.txt";
static const char RECORD_NOTE[] = "Checked by two people, to be kept for ten years; the "
				  "annexes are in the folder above.";

static const uint8_t RECORD_DIGEST[RECORD_DIGEST_BYTES] = {
	0x62, 0x9f, 0x1c, 0xe4, 0x00, 0x7b, 0x35, 0xd8, 0x91, 0x4e, 0xaa,
	0x06, 0x5d, 0xf3, 0x28, 0xb7, 0x80, 0x3c, 0xe9, 0x14, 0x57, 0xcb,
	0x2a, 0x9d, 0x41, 0xf6, 0x0e, 0x73, 0xb8, 0x65, 0x12, 0xdf,
};

/* Texts of record @i: that much of the ones above. */
static inline uint32_t record_name_size(uint32_t i)
{
	return 12 + i % 20;
}

static inline uint32_t record_note_size(uint32_t i)
{
	return i % 80;
}

static inline uint64_t record_created_ns(uint32_t i)
{
	return 1790000000000000000u + (uint64_t)i * 61234567891u;
}

/* Byte @i of data that has few zeros. */
static inline uint8_t noise(uint32_t i)
{
	uint32_t bits = (i + 1) * 2654435761u;

	return (uint8_t)(bits >> 13 ^ bits >> 24);
}

#endif /* BENCH_CAPNP_VALUES_H */

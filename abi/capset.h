/* SPDX-License-Identifier: MIT */
/*
 * capset.h - the read-only page that tells a process what it was granted.
 *
 * The kernel writes it when the process starts and never changes it. Records stand in
 * the order of the grants. A record names what was granted, not what is still held.
 */
#ifndef ABI_CAPSET_H
#define ABI_CAPSET_H

#include <stddef.h>
#include <stdint.h>

#define CAPOS_CAPSET_MAGIC UINT64_C(0x31535043736f7063) /* "cposCPS1" */

enum {
	CAPOS_NAME_BYTES = 32, /* with the NUL: names are 1 to 31 bytes */
	CAPOS_CAPSET_MAX = 84, /* what one page holds */
};

struct capos_capset_record {
	char name[CAPOS_NAME_BYTES]; /* padded with NUL */
	uint64_t cap;
	uint64_t interface;
};

struct capos_capset {
	uint64_t magic;
	uint32_t abi_version;
	uint32_t count;
	char process_name[CAPOS_NAME_BYTES];
	uint64_t process_id;
	uint64_t reserved;
	struct capos_capset_record records[CAPOS_CAPSET_MAX];
};

static_assert(sizeof(struct capos_capset_record) == 48, "records are 48 bytes");
static_assert(offsetof(struct capos_capset, process_name) == 16, "part of the ABI");
static_assert(offsetof(struct capos_capset, process_id) == 48, "part of the ABI");
static_assert(offsetof(struct capos_capset, records) == 64, "part of the ABI");
static_assert(sizeof(struct capos_capset) == 4096, "the CapSet fills one page");

#endif /* ABI_CAPSET_H */

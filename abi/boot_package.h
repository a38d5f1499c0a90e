/* SPDX-License-Identifier: MIT */
/*
 * boot_package.h - the one module that the boot loader hands to the kernel.
 *
 * A header page (more if there are many programs), then the files, each at a page boundary and padded with zeros.
 * File 0 is the system description (one Cap'n Proto segment of type System), file 1 is
 * init, the other programs follow in the order of the description.
 */
#ifndef ABI_BOOT_PACKAGE_H
#define ABI_BOOT_PACKAGE_H

#include <stdint.h>

#include "abi/capset.h"

#define CAPOS_PACKAGE_MAGIC UINT64_C(0x31474b50736f7063) /* "cposPKG1" */

enum {
	CAPOS_PACKAGE_VERSION = 1,
	CAPOS_PACKAGE_FILES_MAX = 64,
	CAPOS_PACKAGE_MANIFEST = 0, /* index of the system description */
	CAPOS_PACKAGE_INIT = 1,     /* index of init */
	CAPOS_PACKAGE_ALIGN = 4096,
};

struct capos_package_file {
	char name[CAPOS_NAME_BYTES];
	uint64_t offset; /* from the start of the package, a multiple of the page size */
	uint64_t size_bytes;
};

struct capos_package {
	uint64_t magic;
	uint32_t version;
	uint32_t file_count;
	uint64_t size_bytes; /* of the whole package, a multiple of the page size */
	uint64_t reserved;
	struct capos_package_file files[]; /* file_count of them */
};

static_assert(sizeof(struct capos_package_file) == 48, "part of the ABI");
static_assert(sizeof(struct capos_package) == 32, "part of the ABI");

#endif /* ABI_BOOT_PACKAGE_H */

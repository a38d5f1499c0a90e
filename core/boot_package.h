/* SPDX-License-Identifier: MIT */
/*
 * boot_package.h - checks a boot package before anything believes it.
 *
 * Every byte of the header is checked: magic, version, counts, reserved fields, names
 * (1 to 31 printable characters without spaces, padded with NUL, each of its own),
 * offsets (page aligned, ascending, behind the header, not overlapping) and the padding.
 * File contents are not looked at.
 */
#ifndef CORE_BOOT_PACKAGE_H
#define CORE_BOOT_PACKAGE_H

#include <stddef.h>

#include "abi/boot_package.h"

enum boot_package_error {
	BOOT_PACKAGE_OK,
	BOOT_PACKAGE_SIZE,    /* not a whole number of pages, or no room for the header */
	BOOT_PACKAGE_MAGIC,   /* not a boot package */
	BOOT_PACKAGE_VERSION, /* of another version */
	BOOT_PACKAGE_RESERVED, /* a reserved field or padding is not zero */
	BOOT_PACKAGE_COUNT,    /* no manifest, no init, or too many files */
	BOOT_PACKAGE_NAME,     /* a malformed name, or the same name twice */
	BOOT_PACKAGE_RANGE, /* a file outside the package, unaligned, empty or overlapping */
};

/* Checks the package of at most @available_bytes at @package, 8-aligned. */
[[nodiscard]] enum boot_package_error
boot_package_check(const struct capos_package *package, uint64_t available_bytes);

/* What the error means, in words for a person. */
const char *boot_package_error_text(enum boot_package_error error);

/* The index of the file called @name (@size bytes), or -1. The package was checked. */
int boot_package_find(const struct capos_package *package, const char *name, size_t size);

#endif /* CORE_BOOT_PACKAGE_H */

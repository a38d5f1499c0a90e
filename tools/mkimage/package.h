/* SPDX-License-Identifier: MIT */
/* package.h - the boot package of abi/boot_package.h, written and shown. */
#ifndef MKIMAGE_PACKAGE_H
#define MKIMAGE_PACKAGE_H

#include "tools/mkimage/program.h"

/* Writes the description and the programs, the first of them init. */
[[nodiscard]] bool package_write(const char *path, struct file_bytes description,
				 const struct program *programs, uint32_t program_count);

/* Prints what is in a package; complains and returns false if it is not one. */
[[nodiscard]] bool package_list(const char *path);

#endif /* MKIMAGE_PACKAGE_H */

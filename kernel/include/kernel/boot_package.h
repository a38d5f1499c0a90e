/* SPDX-License-Identifier: MIT */
/*
 * boot_package.h - BootPackage and its facet ProgramStore (schema/boot.capnp): the files
 * that the boot loader handed over. Their pages stay where they are and never change.
 */
#ifndef KERNEL_BOOT_PACKAGE_H
#define KERNEL_BOOT_PACKAGE_H

#include "abi/boot_package.h"
#include "kernel/object.h"
#include "kernel/types.h"

struct boot_info;

extern const struct facet boot_package_facet;
extern const struct facet program_store_facet;

/*
 * Checks the whole header of the package in @info; panics if there is none or it is
 * malformed, because nothing can run then. The one BootPackage, for the machine's account.
 */
[[nodiscard]] status_t boot_package_create(const struct boot_info *info,
					   struct account *payer, struct object **out);

struct boot_file {
	const char *name;
	const uint8_t *bytes; /* in the direct map */
	uint64_t size_bytes;
	paddr_t first;
	uint32_t page_count;
};

/* File @index of the package (CAPOS_PACKAGE_MANIFEST, CAPOS_PACKAGE_INIT, ...). */
[[nodiscard]] bool boot_package_file(const struct object *package, uint32_t index,
				     struct boot_file *out);

/* Its memory object, made at the first use and then shared, with a reference for the caller. */
[[nodiscard]] status_t boot_package_open_file(struct object *package, uint32_t index,
					      struct object **out);

#endif /* KERNEL_BOOT_PACKAGE_H */

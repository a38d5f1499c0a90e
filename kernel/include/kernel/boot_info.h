/* SPDX-License-Identifier: MIT */
/* boot_info.h - what the loader told the arch entry code, in one form for all loaders. */
#ifndef KERNEL_BOOT_INFO_H
#define KERNEL_BOOT_INFO_H

#include "kernel/types.h"

enum { BOOT_MEMORY_RANGES_MAX = 64, BOOT_COMMAND_LINE_MAX = 256 };

struct boot_memory_range {
	paddr_t start;
	uint64_t size_bytes;
};

struct boot_info {
	const char *loader; /* "PVH", "multiboot2" */
	/* Usable RAM with the kernel image and the boot package already cut out, page
	 * aligned, ascending, not overlapping; the first 64 KiB are never in it. */
	struct boot_memory_range memory[BOOT_MEMORY_RANGES_MAX];
	size_t memory_count;
	paddr_t package; /* page aligned; size 0 if there is none */
	uint64_t package_size_bytes;
	paddr_t acpi_rsdp;                        /* 0: none */
	char command_line[BOOT_COMMAND_LINE_MAX]; /* NUL-terminated, cut if longer */
	uint64_t start_counter; /* the processor's, at the kernel's first instruction */
};

/* The value of "key=value" in the command line (value ends at a space), or nullptr. */
[[nodiscard]] bool boot_option(const struct boot_info *info, const char *key, char *value,
			       size_t value_size);

#endif /* KERNEL_BOOT_INFO_H */

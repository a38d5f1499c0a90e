/* SPDX-License-Identifier: MIT */
/* boot.h - readers of the loaders' records, one per boot protocol. */
#ifndef ARCH_X86_64_BOOT_H
#define ARCH_X86_64_BOOT_H

#include "kernel/boot_info.h"

/* The order of entry.S. */
enum boot_loader { BOOT_LOADER_PVH, BOOT_LOADER_MULTIBOOT2 };

/*
 * Each fills loader, memory (raw, nothing cut out but what the map reserves), package,
 * acpi_rsdp and command_line from the record at @record. Everything that a loader passes
 * lies below 4 GiB, which the entry code's tables map; the record is copied here, because
 * its memory may be used for something else afterwards.
 */
void boot_read_pvh(struct boot_info *info, paddr_t record);
void boot_read_multiboot2(struct boot_info *info, paddr_t record);

/* Copies at most BOOT_COMMAND_LINE_MAX - 1 bytes. */
void boot_copy_command_line(struct boot_info *info, const char *from, size_t max);

#endif /* ARCH_X86_64_BOOT_H */

/* SPDX-License-Identifier: MIT */
/*
 * boot_memory.h - from a firmware memory map to the usable ranges of boot_info.
 *
 * Maps come unordered, overlapping and unaligned. Usable ranges are added first, then
 * everything that must not be used is cut out, so reserved always wins over usable.
 */
#ifndef ARCH_COMMON_BOOT_MEMORY_H
#define ARCH_COMMON_BOOT_MEMORY_H

#include "kernel/boot_info.h"

/*
 * Adds whole pages inside [@start, @start + @size_bytes) that are not in @info yet. False
 * if there is no room for another range; then less memory is used.
 */
bool boot_memory_add(struct boot_info *info, uint64_t start, uint64_t size_bytes);
/* Takes every page touched by [@start, @start + @size_bytes) out. */
bool boot_memory_cut(struct boot_info *info, uint64_t start, uint64_t size_bytes);

#endif /* ARCH_COMMON_BOOT_MEMORY_H */

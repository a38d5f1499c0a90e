/* SPDX-License-Identifier: MIT */
/*
 * address_map.h - where things are in a program's address space.
 *
 * A new thread starts with the address of its ring region in the first parameter
 * register, of the CapSet page in the second, and the argument of ProcessBuilder.start
 * (a struct capos_startup, or 0) in the third.
 */
#ifndef ABI_ADDRESS_MAP_H
#define ABI_ADDRESS_MAP_H

#include <stdint.h>

/* Programs may map [FIRST, END). Below FIRST nothing is ever mapped. */
#define CAPOS_USER_FIRST      UINT64_C(0x0000000000010000)
#define CAPOS_USER_END        UINT64_C(0x00007fffffff0000)

/*
 * Mapped by the kernel before the process starts; programs cannot unmap or change them.
 * The first thread's region, CapSet and (by convention of the loader) stack share the
 * first 2 MiB so that a small process needs few page tables.
 */
#define CAPOS_CAPSET_ADDRESS  UINT64_C(0x00000000000ff000)
#define CAPOS_REGION_ADDRESS  UINT64_C(0x0000000000100000)

/* Conventions of the loader, not rules of the kernel. */
#define CAPOS_STACK_TOP       UINT64_C(0x00000000000e0000)
#define CAPOS_STARTUP_ADDRESS UINT64_C(0x00000000000f0000)
#define CAPOS_IMAGE_ADDRESS   UINT64_C(0x0000000000200000)

/* Where VirtualMemory looks for room when no address is asked for. */
#define CAPOS_PLACEMENT_FIRST UINT64_C(0x0000000040000000)

enum {
	CAPOS_STACK_DEFAULT_BYTES = 65536,
	CAPOS_MAP_CALL_MAX_BYTES = 2 << 20, /* of one VirtualMemory call */
	CAPOS_MAP_FRESH_MAX_PAGES = 64,     /* pages cleared by one VirtualMemory call */
	CAPOS_UNMAP_MAX = 256, /* fresh pages plus mappings that one unmap removes */
};

#endif /* ABI_ADDRESS_MAP_H */

/* SPDX-License-Identifier: MIT */
/* types.h - addresses and other integers that must not be mixed up. */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "gen/memory.capnp.h"  /* enum protection */
#include "gen/process.capnp.h" /* enum fault_kind */

typedef struct {
	uint64_t raw;
} paddr_t; /* a physical address */

typedef struct {
	uint64_t raw;
} uaddr_t; /* an address in some program's address space; never dereferenced */

static inline paddr_t paddr_add(paddr_t base, uint64_t bytes)
{
	return (paddr_t){ base.raw + bytes };
}

static inline uaddr_t uaddr_add(uaddr_t base, uint64_t bytes)
{
	return (uaddr_t){ base.raw + bytes };
}

/*
 * For a function that code on the hot paths seldom calls: it saves what registers it
 * uses, so that its callers save none for its sake.
 */
#define RARELY_CALLED [[gnu::noinline, clang::preserve_most]]

#define container_of(pointer, type, member) \
	((type *)((uintptr_t)(pointer) - offsetof(type, member)))

#endif /* KERNEL_TYPES_H */

/* SPDX-License-Identifier: MIT */
/*
 * cache.h - typed caches of small kernel objects, carved from frames.
 *
 * Allocation charges the object's size to a ledger (LEDGER_KERNEL_BYTES) before
 * anything else happens, and returns zeroed memory. Debug builds poison freed memory.
 * A frame goes back to the frame allocator when its last object is freed; a cache that
 * is not in use keeps at most one.
 */
#ifndef KERNEL_CACHE_H
#define KERNEL_CACHE_H

#include "abi/status.h"
#include "kernel/lock.h"

struct ledger;
struct cache_slab;

struct cache {
	struct spinlock lock;
	const char *name;
	uint32_t size_bytes;     /* of one object, in 16s; at most CACHE_OBJECT_MAX */
	struct cache_slab *open; /* frames with room */
	uint64_t live;           /* objects */
	uint64_t frames;
};

/* An object whose size is a multiple of 64 is aligned to 64 bytes, any other to 16. */
enum { CACHE_OBJECT_MAX = 2048, CACHE_SLAB_HEADER_BYTES = 64 };

#define CACHE(type_name, size)          \
	{ .lock = SPINLOCK(LOCK_CACHE), \
	  .name = (type_name),          \
	  .size_bytes = ((size) + 15u) & ~15u }

/* CAPOS_ERR_NO_LEDGER or CAPOS_ERR_NO_MEMORY, and nothing changed. */
[[nodiscard]] status_t cache_alloc(struct cache *cache, struct ledger *payer, void **out);
/* Gives the memory back and the charge back to @payer, the ledger that paid. */
void cache_free(struct cache *cache, struct ledger *payer, void *object);

#endif /* KERNEL_CACHE_H */

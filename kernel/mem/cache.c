/* SPDX-License-Identifier: MIT */
/*
 * cache.c - see cache.h.
 *
 * A slab is one frame: a header, then objects. Free objects of a slab are linked through
 * their first word. Slabs with room are linked to the cache; full ones to nothing, they
 * are found again from the address of an object.
 *
 * Locking. cache->lock guards the cache and all its slabs. Only the frame allocator's
 * lock is taken under it.
 *
 * Invariants, asserted where they could break:
 *   C1  A slab is linked to cache->open exactly if it has a free object.
 *   C2  At most one slab is without live objects.
 */
#include "kernel/cache.h"

#include "core/ledger.h"
#include "kernel/arch.h"
#include "kernel/frame.h"
#include "kernel/panic.h"

struct cache_slab {
	struct cache_slab *next;
	struct cache_slab *prev;
	void *free;
	uint32_t live;
};

static_assert(sizeof(struct cache_slab) <= CACHE_SLAB_HEADER_BYTES);

enum { POISON = 0xa5 };

static struct cache_slab *slab_of(void *object)
{
	return (struct cache_slab *)((uintptr_t)object &
				     ~(uintptr_t)(ARCH_PAGE_SIZE - 1));
}

static void slab_link(struct cache *cache, struct cache_slab *slab)
{
	slab->prev = nullptr;
	slab->next = cache->open;
	if (slab->next)
		slab->next->prev = slab;
	cache->open = slab;
}

static void slab_unlink(struct cache *cache, struct cache_slab *slab)
{
	if (slab->prev)
		slab->prev->next = slab->next;
	else
		cache->open = slab->next;
	if (slab->next)
		slab->next->prev = slab->prev;
}

static status_t slab_create(struct cache *cache)
{
	paddr_t frame;
	status_t status = frame_alloc(&frame);

	if (status != CAPOS_OK)
		return status;

	struct cache_slab *slab = arch_direct(frame);
	uint8_t *base = arch_direct(frame);
	uint32_t offset = CACHE_SLAB_HEADER_BYTES;

	slab->free = nullptr;
	slab->live = 0;
	do { /* one fits: CACHE_OBJECT_MAX */
		void **object = (void **)(void *)(base + offset);

		*object = slab->free;
		slab->free = object;
		offset += cache->size_bytes;
	} while (offset + cache->size_bytes <= ARCH_PAGE_SIZE);
	slab_link(cache, slab);
	cache->frames++;
	return CAPOS_OK;
}

static void slab_destroy(struct cache *cache, struct cache_slab *slab)
{
	slab_unlink(cache, slab);
	cache->frames--;
	frame_free(arch_direct_paddr(slab));
}

static void object_fill(const struct cache *cache, void *object, uint8_t byte)
{
	uint64_t *words = object;

	for (uint32_t i = 0; i < cache->size_bytes / 8; i++)
		words[i] = byte * UINT64_C(0x0101010101010101);
}

status_t cache_alloc(struct cache *cache, struct ledger *payer, void **out)
{
	kernel_debug_assert(cache->size_bytes <= CACHE_OBJECT_MAX);
	if (!ledger_charge(payer, LEDGER_KERNEL_BYTES, cache->size_bytes))
		return CAPOS_ERR_NO_LEDGER;

	spin_lock(&cache->lock);
	if (!cache->open) {
		status_t status = slab_create(cache);

		if (status != CAPOS_OK) {
			spin_unlock(&cache->lock);
			ledger_refund(payer, LEDGER_KERNEL_BYTES, cache->size_bytes);
			return status;
		}
	}

	struct cache_slab *slab = cache->open;
	void **object = slab->free;

	slab->free = *object;
	slab->live++;
	if (!slab->free)
		slab_unlink(cache, slab);
	cache->live++;
	spin_unlock(&cache->lock);

	object_fill(cache, object, 0);
	*out = object;
	return CAPOS_OK;
}

void cache_free(struct cache *cache, struct ledger *payer, void *object)
{
	struct cache_slab *slab = slab_of(object);
	void **freed = object;

	if (KERNEL_DEBUG)
		object_fill(cache, object, POISON);
	spin_lock(&cache->lock);
	kernel_assert(slab->live > 0);
	if (!slab->free)
		slab_link(cache, slab);
	*freed = slab->free;
	slab->free = freed;
	slab->live--;
	cache->live--;
	if (slab->live == 0 && (slab->next || slab->prev))
		slab_destroy(cache, slab);
	spin_unlock(&cache->lock);
	ledger_refund(payer, LEDGER_KERNEL_BYTES, cache->size_bytes);
}

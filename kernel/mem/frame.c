/* SPDX-License-Identifier: MIT */
/*
 * frame.c - see frame.h.
 *
 * A zone is one range of RAM. Each of its frames has one byte: order + 1 at the first
 * frame of a free block of 2^order frames, 0 everywhere else. So a buddy is free exactly
 * if its byte says so, and merging needs no search. Free blocks of one order are linked
 * through their first frame. A small stack of single frames stands before the buddies:
 * most allocations and frees touch nothing else.
 *
 * Locking. frame_lock guards everything here; it is the innermost lock but the console's.
 *
 * Invariants, checked by frame_check():
 *   F1  A byte is order + 1 exactly if its frame heads a block on free_blocks[order].
 *   F2  A free block is aligned to its size and lies within its zone.
 *   F3  A block and its buddy are never both free (they would have merged).
 *   F4  No frame on the stack lies in a free block.
 *   F5  block_frames is the number of frames in free blocks.
 */
#include "kernel/frame.h"

#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/panic.h"

enum {
	ORDER_MAX = 10, /* 2^10 frames: FRAME_RUN_MAX */
	KEPT_MAX = 128,
	KEPT_ORDER = 5, /* how much moves between the stack and the buddies at a time */
	KEPT_BATCH = 1 << KEPT_ORDER,
	KEPT_RUN = 4, /* shorter runs are freed as single frames */
};

static_assert(FRAME_RUN_MAX == 1 << ORDER_MAX);

/* Frames are numbered: physical address divided by the page size. */
struct zone {
	uint64_t first;
	uint64_t end;
	uint8_t *heads; /* of frame @first and following */
};

static struct spinlock frame_lock = SPINLOCK(LOCK_FRAME);
static struct zone zones[BOOT_MEMORY_RANGES_MAX];
static size_t zone_count;
static struct list_node free_blocks[ORDER_MAX + 1];
static uint64_t block_frames;
static uint64_t total_frames;
static paddr_t kept[KEPT_MAX];
static size_t kept_count;

static struct list_node *block_link(uint64_t frame)
{
	return arch_direct((paddr_t){ frame << ARCH_PAGE_SHIFT });
}

static uint64_t link_block(const struct list_node *link)
{
	return arch_direct_paddr(link).raw >> ARCH_PAGE_SHIFT;
}

static struct zone *zone_of(uint64_t frame)
{
	for (size_t i = 0; i < zone_count; i++)
		if (frame >= zones[i].first && frame < zones[i].end)
			return &zones[i];
	panic("frame %lx is not RAM", frame);
}

static uint8_t *block_head(const struct zone *zone, uint64_t frame)
{
	return &zone->heads[frame - zone->first];
}

/* Whether some free block contains @frame. */
static bool frame_in_free_block(const struct zone *zone, uint64_t frame)
{
	for (unsigned order = 0; order <= ORDER_MAX; order++) {
		uint64_t head = frame >> order << order;

		if (head >= zone->first && *block_head(zone, head) > order)
			return true;
	}
	return false;
}

static void block_insert(const struct zone *zone, uint64_t frame, unsigned order)
{
	*block_head(zone, frame) = (uint8_t)(order + 1);
	/* At the front: recently used memory is still in the caches. */
	list_append(free_blocks[order].next, block_link(frame));
}

static void block_remove(const struct zone *zone, uint64_t frame)
{
	*block_head(zone, frame) = 0;
	list_remove(block_link(frame));
}

static void block_free(uint64_t frame, unsigned order)
{
	const struct zone *zone = zone_of(frame);

	kernel_debug_assert(!frame_in_free_block(zone, frame));
	kernel_assert(*block_head(zone, frame) == 0);
	block_frames += UINT64_C(1) << order;
	for (; order < ORDER_MAX; order++) {
		uint64_t buddy = frame ^ UINT64_C(1) << order;

		if (buddy < zone->first || buddy >= zone->end ||
		    *block_head(zone, buddy) != order + 1)
			break;
		block_remove(zone, buddy);
		frame &= ~(UINT64_C(1) << order);
	}
	block_insert(zone, frame, order);
}

/* Frees @count frames as the largest aligned blocks they are made of. */
static void blocks_free(uint64_t frame, uint64_t count)
{
	while (count > 0) {
		unsigned order = ORDER_MAX;

		while ((frame & ((UINT64_C(1) << order) - 1)) != 0 ||
		       UINT64_C(1) << order > count)
			order--;
		block_free(frame, order);
		frame += UINT64_C(1) << order;
		count -= UINT64_C(1) << order;
	}
}

/* Takes a block of 2^@order frames, splitting a larger one if need be. */
static bool block_take(unsigned order, uint64_t *out)
{
	unsigned have = order;

	while (have <= ORDER_MAX && list_empty(&free_blocks[have]))
		have++;
	if (have > ORDER_MAX)
		return false;

	uint64_t frame = link_block(free_blocks[have].next);
	const struct zone *zone = zone_of(frame);

	block_remove(zone, frame);
	while (have-- > order)
		block_insert(zone, frame + (UINT64_C(1) << have), have);
	block_frames -= UINT64_C(1) << order;
	*out = frame;
	return true;
}

[[gnu::noinline]] static void kept_give_back(size_t keep)
{
	while (kept_count > keep)
		block_free(kept[--kept_count].raw >> ARCH_PAGE_SHIFT, 0);
}

[[gnu::noinline]] static bool kept_refill(void)
{
	uint64_t frame;

	for (unsigned order = KEPT_ORDER + 1; order-- > 0;) {
		if (!block_take(order, &frame))
			continue;
		/* Lowest address on top. */
		for (uint64_t i = UINT64_C(1) << order; i-- > 0;)
			kept[kept_count++] = (paddr_t){ (frame + i) << ARCH_PAGE_SHIFT };
		return true;
	}
	return false;
}

status_t frame_alloc(paddr_t *out)
{
	spin_lock(&frame_lock);
	if (kept_count == 0 && !kept_refill()) {
		spin_unlock(&frame_lock);
		return CAPOS_ERR_NO_MEMORY;
	}
	*out = kept[--kept_count];
	spin_unlock(&frame_lock);
	return CAPOS_OK;
}

status_t frame_alloc_zeroed(paddr_t *out)
{
	status_t status = frame_alloc(out);

	if (status == CAPOS_OK)
		arch_page_clear(arch_direct(*out));
	return status;
}

static inline void kept_push(paddr_t frame)
{
	if (kept_count == KEPT_MAX)
		kept_give_back(KEPT_MAX - KEPT_BATCH);
	kept[kept_count++] = frame;
}

void frame_free(paddr_t frame)
{
	spin_lock(&frame_lock);
	kept_push(frame);
	spin_unlock(&frame_lock);
}

status_t frame_alloc_run(size_t count, paddr_t *out)
{
	unsigned order = 0;
	uint64_t frame;

	kernel_assert(count >= 1 && count <= FRAME_RUN_MAX);
	while (UINT64_C(1) << order < count)
		order++;

	spin_lock(&frame_lock);
	bool found = block_take(order, &frame);

	if (!found) {
		kept_give_back(0);
		found = block_take(order, &frame);
	}
	if (found)
		blocks_free(frame + count, (UINT64_C(1) << order) - count);
	spin_unlock(&frame_lock);
	if (!found)
		return CAPOS_ERR_NO_MEMORY;
	*out = (paddr_t){ frame << ARCH_PAGE_SHIFT };
	return CAPOS_OK;
}

void frame_free_run(paddr_t first, size_t count)
{
	spin_lock(&frame_lock);
	if (count < KEPT_RUN)
		for (; count > 0; count--) /* lowest address on top */
			kept_push(paddr_add(first, (count - 1) << ARCH_PAGE_SHIFT));
	else
		blocks_free(first.raw >> ARCH_PAGE_SHIFT, count);
	spin_unlock(&frame_lock);
}

uint64_t frame_total_count(void)
{
	return total_frames;
}

uint64_t frame_free_count(void)
{
	spin_lock(&frame_lock);
	uint64_t count = block_frames + kept_count;

	spin_unlock(&frame_lock);
	return count;
}

/* Start-up. */

static struct zone *zone_largest(void)
{
	struct zone *largest = &zones[0];

	for (size_t i = 1; i < zone_count; i++)
		if (zones[i].end - zones[i].first > largest->end - largest->first)
			largest = &zones[i];
	return largest;
}

/* One byte per frame of every zone, in the first pages of the largest. */
static void zones_place_heads(void)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < zone_count; i++)
		bytes += zones[i].end - zones[i].first;

	struct zone *host = zone_largest();
	uint64_t pages = (bytes + ARCH_PAGE_SIZE - 1) >> ARCH_PAGE_SHIFT;
	uint8_t *heads = arch_direct((paddr_t){ host->first << ARCH_PAGE_SHIFT });

	if (host->end - host->first <= pages)
		panic("too little memory: %lu pages", bytes);
	for (uint64_t i = 0; i < pages; i++)
		arch_page_clear(heads + (i << ARCH_PAGE_SHIFT));
	host->first += pages;
	for (size_t i = 0; i < zone_count; i++) {
		zones[i].heads = heads;
		heads += zones[i].end - zones[i].first;
	}
}

void frame_init(const struct boot_info *info)
{
	zone_count = 0;
	block_frames = 0;
	total_frames = 0;
	kept_count = 0;
	for (unsigned order = 0; order <= ORDER_MAX; order++)
		list_init(&free_blocks[order]);
	for (size_t i = 0; i < info->memory_count; i++) {
		uint64_t first = info->memory[i].start.raw >> ARCH_PAGE_SHIFT;
		uint64_t count = info->memory[i].size_bytes >> ARCH_PAGE_SHIFT;

		if (count > 0)
			zones[zone_count++] =
				(struct zone){ first, first + count, nullptr };
	}
	if (zone_count == 0)
		panic("the loader reported no memory");
	zones_place_heads();
	/* From the top down, so that low memory is at the front of the lists. */
	for (size_t i = zone_count; i-- > 0;) {
		uint64_t count = zones[i].end - zones[i].first;

		blocks_free(zones[i].first, count);
		total_frames += count;
	}
}

/* Invariants. */

static void check_block(unsigned order, uint64_t frame)
{
	const struct zone *zone = zone_of(frame);
	uint64_t size = UINT64_C(1) << order;
	uint64_t buddy = frame ^ size;

	kernel_assert(*block_head(zone, frame) == order + 1);          /* F1 */
	kernel_assert(frame % size == 0 && frame + size <= zone->end); /* F2 */
	if (order < ORDER_MAX && buddy >= zone->first && buddy < zone->end)
		kernel_assert(*block_head(zone, buddy) != order + 1); /* F3 */
}

static uint64_t count_heads(void)
{
	uint64_t count = 0;

	for (size_t i = 0; i < zone_count; i++)
		for (uint64_t frame = zones[i].first; frame < zones[i].end; frame++)
			count += *block_head(&zones[i], frame) != 0;
	return count;
}

void frame_check(void)
{
	uint64_t frames = 0;
	uint64_t blocks = 0;

	spin_lock(&frame_lock);
	for (unsigned order = 0; order <= ORDER_MAX; order++) {
		list_for_each (link, &free_blocks[order]) {
			check_block(order, link_block(link));
			frames += UINT64_C(1) << order;
			blocks++;
		}
	}
	kernel_assert(blocks == count_heads()); /* F1, the other way */
	kernel_assert(frames == block_frames);  /* F5 */
	for (size_t i = 0; i < kept_count; i++) {
		uint64_t frame = kept[i].raw >> ARCH_PAGE_SHIFT;

		kernel_assert(!frame_in_free_block(zone_of(frame), frame)); /* F4 */
	}
	spin_unlock(&frame_lock);
}

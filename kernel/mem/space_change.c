/* SPDX-License-Identifier: MIT */
/*
 * space_change.c - unmapping and changing protection, of whole mappings or parts.
 *
 * All refusals come before the first effect; a part of a mapping that stays while its
 * middle goes needs one more mapping, which is reserved with the checks.
 */
#include "kernel/frame.h"
#include "kernel/mem/space_private.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"

/* Unmaps @page_count pages of @range from @address on, and gives back what they cost. The
 * range itself is the caller's to shorten. */
[[gnu::always_inline]] static inline void unmap_pages(struct space *space,
						      const struct range *range,
						      uint64_t address,
						      uint64_t page_count)
{
	struct ledger *ledger = &space->payer->ledger;
	bool fresh = range_kind(range) == SPACE_FRESH;
	uint64_t end = address + (page_count << ARCH_PAGE_SHIFT);
	struct frame_batch batch = { 0 };
	paddr_t frame;

	for (uint64_t page = address; page < end; page += ARCH_PAGE_SIZE) {
		if (!arch_space_unmap(&space->arch, (uaddr_t){ page }, &frame))
			panic("page %lx of a mapping is not mapped", page);
		if (fresh)
			frame_batch_add(&batch, frame);
	}
	ledger_refund(ledger, LEDGER_VIRTUAL_PAGES, page_count);
	if (fresh) {
		frame_batch_end(&batch);
		ledger_refund(ledger, LEDGER_MEMORY_PAGES, page_count);
	}
	if (address < space->placement_hint)
		space->placement_hint = address;
}

/* Removes @count mappings whose pages are unmapped. */
static inline void remove_mappings(struct space *space, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++)
		if (space->mappings.ranges[i].object)
			memory_object_unpin(space->mappings.ranges[i].object);
	if (first + count == space->mappings.count)
		space->mappings.count = first;
	else
		range_map_remove(&space->mappings, first, count);
	ledger_refund(&space->payer->ledger, LEDGER_MAPPINGS, count);
}

uint64_t space_shorten(struct space *space, uint32_t index, uint64_t page_count)
{
	struct range *range = &space->mappings.ranges[index];

	if (page_count > range->page_count)
		page_count = range->page_count;
	unmap_pages(space, range, mapping_end(range) - (page_count << ARCH_PAGE_SHIFT),
		    page_count);
	range->page_count -= page_count;
	if (range->page_count == 0)
		remove_mappings(space, index, 1);
	return page_count;
}

/* Moves the start of @range up to @address, which lies in it. */
static void cut_front(struct range *range, uint64_t address)
{
	uint64_t page_count = (address - range->start) >> ARCH_PAGE_SHIFT;

	range->start = address;
	range->page_count -= page_count;
	if (range_kind(range) == SPACE_OBJECT)
		range->info += page_count << INFO_OFFSET_SHIFT;
}

static void cut_back(struct range *range, uint64_t end)
{
	range->page_count = (end - range->start) >> ARCH_PAGE_SHIFT;
}

/* Charges and makes room for @count more mappings, at most 2. */
static status_t reserve_mappings(struct space *space, uint32_t count, enum rule *rule)
{
	struct ledger *ledger = &space->payer->ledger;
	status_t status;

	if (!ledger_charge(ledger, LEDGER_MAPPINGS, count)) {
		*rule = RULE_LEDGER_MAPPINGS;
		return CAPOS_ERR_NO_LEDGER;
	}
	status = space_reserve_slots(space, count, rule);
	if (status != CAPOS_OK)
		ledger_refund(ledger, LEDGER_MAPPINGS, count);
	return status;
}

/* Inserts the part of mapping @index from @address on as one of its own. */
static void split_at(struct space *space, uint32_t index, uint64_t address)
{
	struct range *range = &space->mappings.ranges[index];
	struct range rest = *range;

	cut_front(&rest, address);
	cut_back(range, address);
	if (rest.object)
		memory_object_pin_again(rest.object);
	range_map_insert(&space->mappings, index + 1, &rest);
}

static status_t refuse_unmapped(const struct space *space, enum rule *rule)
{
	*rule = space->ending ? RULE_TARGET_ALIVE : RULE_ADDRESS_MAPPED;
	return space->ending ? CAPOS_ERR_DISCONNECTED : CAPOS_ERR_EXCEPTION;
}

/* Removes [@address, @end) from mappings @first to @last, exclusive, which cover it. */
static void unmap_range(struct space *space, uint64_t address, uint64_t end,
			uint32_t first, uint32_t last)
{
	struct range *ranges = space->mappings.ranges;
	bool keep_head = ranges[first].start < address;
	bool keep_tail = mapping_end(&ranges[last - 1]) > end;

	for (uint32_t i = first; i < last; i++) {
		uint64_t from = ranges[i].start < address ? address : ranges[i].start;
		uint64_t to =
			mapping_end(&ranges[i]) > end ? end : mapping_end(&ranges[i]);

		unmap_pages(space, &ranges[i], from, (to - from) >> ARCH_PAGE_SHIFT);
	}
	if (keep_head && keep_tail && last == first + 1) {
		split_at(space, first, end);
		last++;
	}
	if (keep_head)
		cut_back(&ranges[first++], address);
	if (keep_tail)
		cut_front(&ranges[--last], end);
	if (first < last)
		remove_mappings(space, first, last - first);
}

/* The common case: just one mapping, all of it. */
static inline void unmap_whole(struct space *space, uint32_t index)
{
	const struct range *range = &space->mappings.ranges[index];

	unmap_pages(space, range, range->start, range->page_count);
	remove_mappings(space, index, 1);
}

/* Whether the last mapping is just the page at @address, of an object. */
static inline bool is_window(const struct space *space, uint64_t address)
{
	const struct range_map *map = &space->mappings;
	const struct range *last = map->ranges + map->count - 1;

	return map->count > 0 && !space->ending && last->start == address &&
	       last->page_count == 1 && last->object;
}

[[gnu::always_inline]] bool space_unmap_window(struct space *space, uaddr_t address,
					       uint64_t size_bytes)
{
	struct range_map *map = &space->mappings;
	struct ledger *ledger = &space->payer->ledger;
	struct memory_object *object;
	paddr_t frame;

	if (size_bytes != ARCH_PAGE_SIZE || !spin_try_lock(&space->lock))
		return false;
	if (!is_window(space, address.raw)) {
		spin_unlock(&space->lock);
		return false;
	}
	if (!arch_space_unmap(&space->arch, address, &frame))
		panic("page %lx of a mapping is not mapped", address.raw);
	object = map->ranges[--map->count].object;
	if (address.raw < space->placement_hint)
		space->placement_hint = address.raw;
	ledger_refund(ledger, LEDGER_VIRTUAL_PAGES, 1);
	ledger_refund(ledger, LEDGER_MAPPINGS, 1);
	spin_unlock(&space->lock);
	memory_object_unpin(object);
	return true;
}

/*
 * Freeing a page and removing a mapping each cost about 120 instructions at worst; the sum
 * must stay below the longest time without preemption. One mapping is never too much.
 */
static bool unmap_bounded(const struct space *space, uint32_t first, uint32_t last)
{
	uint64_t cost = last - first;

	for (uint32_t i = first; i < last; i++)
		if (range_kind(&space->mappings.ranges[i]) == SPACE_FRESH)
			cost += space->mappings.ranges[i].page_count;
	return last - first == 1 || cost <= CAPOS_UNMAP_MAX;
}

/* Anything else. */
[[gnu::noinline]] static status_t unmap_parts(struct space *space, uint64_t address,
					      uint64_t end, enum rule *rule)
{
	uint32_t first;
	uint32_t last;
	status_t status = CAPOS_OK;

	if (!space_covered(space, address, end, &first, &last))
		return refuse_unmapped(space, rule);
	if (!unmap_bounded(space, first, last)) {
		*rule = RULE_SIZE_LIMIT;
		return CAPOS_ERR_EXCEPTION;
	}

	const struct range *range = &space->mappings.ranges[first];

	if (range->start < address && mapping_end(range) > end)
		status = reserve_mappings(space, 1, rule);
	if (status == CAPOS_OK)
		unmap_range(space, address, end, first, last);
	return status;
}

status_t space_unmap(struct space *space, uaddr_t address, uint64_t size_bytes,
		     enum rule *rule)
{
	status_t status = CAPOS_OK;

	if (!space_range_valid(address.raw, size_bytes, CAPOS_MAP_CALL_MAX_BYTES, false,
			       rule))
		return CAPOS_ERR_EXCEPTION;

	spin_lock(&space->lock);
	uint32_t index = range_map_find(&space->mappings, address.raw, ARCH_PAGE_SHIFT);
	const struct range *range = space->mappings.ranges + index;

	if (space->ending)
		status = refuse_unmapped(space, rule);
	else if (index < space->mappings.count && range->start == address.raw &&
		 range->page_count == size_bytes >> ARCH_PAGE_SHIFT &&
		 range_kind(range) != SPACE_KERNEL)
		unmap_whole(space, index);
	else
		status = unmap_parts(space, address.raw, address.raw + size_bytes, rule);
	spin_unlock(&space->lock);
	return status;
}

static bool protection_possible(const struct range *range, enum protection protection)
{
	if (!range->object)
		return true;
	return protection != (memory_object_mutable(range->object)
				      ? PROTECTION_READ_EXECUTE
				      : PROTECTION_READ_WRITE);
}

/* Sets @protection on [@address, @end), all of mappings @first to @last, exclusive, but
 * for the parts of the first and the last that lie outside. Two mappings are reserved. */
static void protect_range(struct space *space, uint64_t address, uint64_t end,
			  uint32_t first, uint32_t last, enum protection protection)
{
	struct range *ranges = space->mappings.ranges;

	if (ranges[first].start < address) {
		split_at(space, first, address);
		first++;
		last++;
	}
	if (mapping_end(&ranges[last - 1]) > end)
		split_at(space, last - 1, end);
	for (uint32_t i = first; i < last; i++)
		ranges[i].info =
			(ranges[i].info & ~UINT64_C(0xff)) | (uint64_t)protection;
	for (; address < end; address += ARCH_PAGE_SIZE)
		arch_space_protect(&space->arch, (uaddr_t){ address }, protection);
}

static status_t protect_locked(struct space *space, const struct space_range *range,
			       enum rule *rule)
{
	uint64_t address = range->address.raw;
	uint64_t end = address + range->size_bytes;
	uint32_t first;
	uint32_t last;

	if (space->ending || !space_covered(space, address, end, &first, &last))
		return refuse_unmapped(space, rule);
	for (uint32_t i = first; i < last; i++) {
		if (!protection_possible(&space->mappings.ranges[i], range->protection)) {
			*rule = RULE_PROTECTION_FIXED;
			return CAPOS_ERR_EXCEPTION;
		}
	}

	const struct range *ranges = space->mappings.ranges;
	uint32_t splits =
		(ranges[first].start < address) + (mapping_end(&ranges[last - 1]) > end);
	status_t status = reserve_mappings(space, splits, rule);

	if (status == CAPOS_OK)
		protect_range(space, address, end, first, last, range->protection);
	return status;
}

status_t space_protect(struct space *space, const struct space_range *range,
		       enum rule *rule)
{
	if (range->protection >= PROTECTION_COUNT) {
		*rule = RULE_PROTECTION_KNOWN;
		return CAPOS_ERR_EXCEPTION;
	}
	if (!space_range_valid(range->address.raw, range->size_bytes,
			       CAPOS_MAP_CALL_MAX_BYTES, false, rule))
		return CAPOS_ERR_EXCEPTION;

	spin_lock(&space->lock);
	status_t status = protect_locked(space, range, rule);

	spin_unlock(&space->lock);
	return status;
}

void space_unmap_kernel(struct space *space, uaddr_t address)
{
	spin_lock(&space->lock);
	uint32_t index = range_map_find(&space->mappings, address.raw, ARCH_PAGE_SHIFT);

	if (index < space->mappings.count &&
	    space->mappings.ranges[index].start == address.raw &&
	    range_kind(&space->mappings.ranges[index]) == SPACE_KERNEL)
		(void)space_shorten(space, index, UINT64_MAX);
	spin_unlock(&space->lock);
}

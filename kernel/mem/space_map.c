/* SPDX-License-Identifier: MIT */
/*
 * space_map.c - new mappings: the one choke point for what an address space may show.
 *
 * Every kind of mapping takes the same three steps under space->lock: its own checks,
 * mapping_prepare (which reserves all that can run out), and a commit that cannot fail.
 */
#include "kernel/frame.h"
#include "kernel/mem/space_private.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"
#include "kernel/string.h"

/* Where a mapping goes. By value, so that it stays in registers. */
struct place {
	uint64_t address; /* 0: nowhere */
	uint32_t index;   /* in the list of mappings */
};

/* What one new mapping has reserved. */
struct mapping_plan {
	struct place place;
	uint64_t page_count;
	paddr_t fresh; /* frames, each but the last naming the next in its first word */
};

static status_t refuse(status_t status, enum rule reason, enum rule *rule)
{
	*rule = reason;
	return status;
}

static paddr_t *frame_next(paddr_t frame)
{
	return arch_direct(frame);
}

static void frames_give_back(paddr_t chain)
{
	while (chain.raw != 0) {
		paddr_t next = *frame_next(chain);

		frame_free(chain);
		chain = next;
	}
}

/* Takes @count frames, in a chain in which neighbours tend to follow each other. */
static inline status_t frames_take(uint64_t count, paddr_t *chain)
{
	paddr_t *link = chain;
	status_t status = CAPOS_OK;

	for (; count > 0 && status == CAPOS_OK; count--) {
		status = frame_alloc(link);
		if (status == CAPOS_OK)
			link = frame_next(*link);
	}
	link->raw = 0;
	return status;
}

[[gnu::noinline]] static struct place search_place(const struct range_map *map,
						   uint64_t address, uint64_t page_count,
						   uint64_t hint)
{
	uint32_t index;

	if (address == 0)
		address = range_map_gap(map, CAPOS_PLACEMENT_FIRST, CAPOS_USER_END, hint,
					page_count, ARCH_PAGE_SHIFT, &index);
	else if (!range_map_free(map, address, page_count, ARCH_PAGE_SHIFT, &index))
		address = 0;
	return (struct place){ address, index };
}

static inline struct place find_place(const struct space *space, uint64_t address,
				      uint64_t size_bytes)
{
	const struct range_map *map = &space->mappings;
	uint64_t from = address;

	if (address == 0)
		from = space->placement_hint > CAPOS_PLACEMENT_FIRST
			       ? space->placement_hint
			       : CAPOS_PLACEMENT_FIRST;
	/* Nothing lies behind it: no search. */
	if ((map->count == 0 || mapping_end(&map->ranges[map->count - 1]) <= from) &&
	    from + size_bytes <= CAPOS_USER_END)
		return (struct place){ from, map->count };
	return search_place(map, address, size_bytes >> ARCH_PAGE_SHIFT, from);
}

/* Gives back what mapping_prepare got; @charges says how many of the charges it made. */
[[gnu::cold, gnu::noinline]] static void mapping_abort(struct space *space, paddr_t fresh,
						       uint64_t page_count,
						       uint64_t fresh_pages, int charges)
{
	struct ledger *ledger = &space->payer->ledger;

	frames_give_back(fresh);
	if (charges > 2)
		ledger_refund(ledger, LEDGER_MEMORY_PAGES, fresh_pages);
	if (charges > 1)
		ledger_refund(ledger, LEDGER_MAPPINGS, 1);
	if (charges > 0)
		ledger_refund(ledger, LEDGER_VIRTUAL_PAGES, page_count);
}

[[gnu::cold, gnu::noinline]] static status_t
refuse_charge(struct space *space, uint64_t page_count, int charges, enum rule *rule)
{
	static const enum rule rules[] = { RULE_LEDGER_VIRTUAL_PAGES,
					   RULE_LEDGER_MAPPINGS,
					   RULE_LEDGER_MEMORY_PAGES };

	mapping_abort(space, (paddr_t){ 0 }, page_count, 0, charges);
	*rule = rules[charges];
	return CAPOS_ERR_NO_LEDGER;
}

/* Reserves address, charges, page tables, frames if @fresh, and a place in the list. */
[[gnu::always_inline]] static inline status_t
mapping_prepare(struct space *space, const struct space_range *range, bool fresh,
		struct mapping_plan *plan, enum rule *rule)
{
	struct ledger *ledger = &space->payer->ledger;
	uint64_t page_count = range->size_bytes >> ARCH_PAGE_SHIFT;
	paddr_t frames = { 0 };
	status_t status;

	if (space->ending)
		return refuse(CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, rule);
	plan->place = find_place(space, range->address.raw, range->size_bytes);
	plan->page_count = page_count;
	if (plan->place.address == 0)
		return refuse(CAPOS_ERR_EXCEPTION, RULE_ADDRESS_FREE, rule);

	if (!ledger_charge(ledger, LEDGER_VIRTUAL_PAGES, page_count))
		return refuse_charge(space, page_count, 0, rule);
	if (!ledger_charge(ledger, LEDGER_MAPPINGS, 1))
		return refuse_charge(space, page_count, 1, rule);
	if (fresh && !ledger_charge(ledger, LEDGER_MEMORY_PAGES, page_count))
		return refuse_charge(space, page_count, 2, rule);
	status = arch_space_prepare(&space->arch, (uaddr_t){ plan->place.address },
				    page_count);
	if (fresh && status == CAPOS_OK)
		status = frames_take(page_count, &frames);
	if (status != CAPOS_OK)
		*rule = status == CAPOS_ERR_NO_LEDGER ? RULE_LEDGER_MEMORY_PAGES
						      : RULE_MACHINE_MEMORY;
	else
		status = space_reserve_slots(space, 1, rule);
	if (status != CAPOS_OK)
		mapping_abort(space, frames, page_count, fresh ? page_count : 0, 3);
	plan->fresh = frames;
	return status;
}

/* Enters the mapping in the list. Its pages are mapped by the caller. */
[[gnu::always_inline]] static inline void mapping_commit(struct space *space,
							 struct space_range *range,
							 const struct mapping_plan *plan,
							 void *object, uint64_t info)
{
	uint64_t address = plan->place.address;
	struct range *slot = range_map_open(&space->mappings, plan->place.index);

	slot->start = address;
	slot->page_count = plan->page_count;
	slot->object = object;
	slot->info = info;
	if (range->address.raw == 0) {
		/* The search found no room for so many pages before this. */
		if (plan->page_count == 1 || space->placement_hint == address)
			space->placement_hint =
				address + (plan->page_count << ARCH_PAGE_SHIFT);
		range->address.raw = address;
	}
}

static inline bool range_acceptable(const struct space_range *range, uint64_t limit_bytes,
				    enum rule *rule)
{
	if (range->protection >= PROTECTION_COUNT) {
		*rule = RULE_PROTECTION_KNOWN;
		return false;
	}
	return space_range_valid(range->address.raw, range->size_bytes, limit_bytes, true,
				 rule);
}

status_t space_map_fresh(struct space *space, struct space_range *range, enum rule *rule)
{
	struct mapping_plan plan;

	if (!range_acceptable(range, CAPOS_MAP_FRESH_MAX_PAGES * (uint64_t)ARCH_PAGE_SIZE,
			      rule))
		return CAPOS_ERR_EXCEPTION;

	spin_lock(&space->lock);
	status_t status = mapping_prepare(space, range, true, &plan, rule);

	if (status == CAPOS_OK) {
		uaddr_t page = { plan.place.address };

		while (plan.fresh.raw != 0) {
			paddr_t frame = plan.fresh;

			plan.fresh = *frame_next(frame);
			arch_page_clear(arch_direct(frame));
			arch_space_map(&space->arch, page, frame, range->protection);
			page.raw += ARCH_PAGE_SIZE;
		}
		mapping_commit(space, range, &plan, nullptr,
			       info_make(SPACE_FRESH, range->protection, 0));
	}
	spin_unlock(&space->lock);
	return status;
}

/* Whether [@offset_bytes, + @size_bytes) lies in @object. */
static inline bool object_covers(const struct memory_object *object,
				 uint64_t offset_bytes, uint64_t size_bytes)
{
	uint64_t object_bytes = (uint64_t)memory_object_page_count(object)
				<< ARCH_PAGE_SHIFT;

	return offset_bytes <= object_bytes && size_bytes <= object_bytes - offset_bytes;
}

static inline bool object_acceptable(const struct memory_object *object,
				     uint64_t offset_bytes,
				     const struct space_range *range, enum rule *rule)
{
	if (!range_acceptable(range, CAPOS_MAP_CALL_MAX_BYTES, rule))
		return false;
	if ((offset_bytes & (ARCH_PAGE_SIZE - 1)) != 0)
		*rule = RULE_ADDRESS_ALIGNED;
	else if (!object_covers(object, offset_bytes, range->size_bytes))
		*rule = RULE_OBJECT_RANGE;
	else if (range->protection == PROTECTION_READ_WRITE &&
		 !memory_object_mutable(object))
		*rule = RULE_OBJECT_IMMUTABLE;
	else if (range->protection == PROTECTION_READ_EXECUTE &&
		 memory_object_mutable(object))
		*rule = RULE_PROTECTION_FIXED;
	else
		return true;
	return false;
}

status_t space_map_object(struct space *space, struct memory_object *object,
			  uint64_t offset_bytes, struct space_range *range,
			  enum rule *rule)
{
	struct mapping_plan plan;

	if (!object_acceptable(object, offset_bytes, range, rule))
		return CAPOS_ERR_EXCEPTION;

	spin_lock(&space->lock);
	/* The pin is taken under the lock: see space.c on the end of an object. */
	if (!memory_object_pin(object)) {
		spin_unlock(&space->lock);
		return refuse(CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, rule);
	}

	status_t status = mapping_prepare(space, range, false, &plan, rule);

	if (status == CAPOS_OK) {
		uint32_t first = (uint32_t)(offset_bytes >> ARCH_PAGE_SHIFT);

		for (uint32_t i = 0; i < plan.page_count; i++)
			arch_space_map(&space->arch,
				       (uaddr_t){ plan.place.address +
						  ((uint64_t)i << ARCH_PAGE_SHIFT) },
				       memory_object_frame(object, first + i),
				       range->protection);
		mapping_commit(space, range, &plan, object,
			       info_make(SPACE_OBJECT, range->protection, first));
	}
	spin_unlock(&space->lock);
	if (status != CAPOS_OK)
		memory_object_unpin(object);
	return status;
}

/* What can be said of a window without looking at the space. */
static inline bool window_acceptable(const struct memory_object *object,
				     uint64_t offset_bytes,
				     const struct space_range *range)
{
	uint64_t address = range->address.raw;

	return range->size_bytes == ARCH_PAGE_SIZE &&
	       ((address | offset_bytes) & (ARCH_PAGE_SIZE - 1)) == 0 &&
	       address - CAPOS_USER_FIRST < CAPOS_USER_END - CAPOS_USER_FIRST &&
	       offset_bytes >> ARCH_PAGE_SHIFT < memory_object_page_count(object) &&
	       memory_object_page_count(object) <= MEMORY_OBJECT_DIRECT_PAGES &&
	       memory_object_mutable(object) &&
	       range->protection <= PROTECTION_READ_WRITE;
}

/* Whether there is room in the list for a page at @address behind the others. */
static inline bool window_fits(const struct space *space, uint64_t address)
{
	const struct range_map *map = &space->mappings;

	return !space->ending && map->count > 0 && map->count < map->capacity &&
	       mapping_end(&map->ranges[map->count - 1]) <= address;
}

/* Charges a window and pins its object, or changes nothing. */
static inline bool window_charge(struct ledger *ledger, struct memory_object *object)
{
	if (ledger_charge(ledger, LEDGER_VIRTUAL_PAGES, 1)) {
		if (ledger_charge(ledger, LEDGER_MAPPINGS, 1)) {
			if (memory_object_pin(object))
				return true;
			ledger_refund(ledger, LEDGER_MAPPINGS, 1);
		}
		ledger_refund(ledger, LEDGER_VIRTUAL_PAGES, 1);
	}
	return false;
}

RARELY_CALLED static void window_refund(struct ledger *ledger,
					struct memory_object *object)
{
	memory_object_unpin(object);
	ledger_refund(ledger, LEDGER_MAPPINGS, 1);
	ledger_refund(ledger, LEDGER_VIRTUAL_PAGES, 1);
}

/* The window under the lock: where only the mapping itself is left to do. */
static inline bool window_map(struct space *space, struct memory_object *object,
			      uint32_t page, const struct space_range *range)
{
	struct range_map *map = &space->mappings;
	struct ledger *ledger = &space->payer->ledger;

	if (!window_fits(space, range->address.raw) || !window_charge(ledger, object))
		return false;
	if (!arch_space_try_map(&space->arch, range->address, object->frames.direct[page],
				range->protection)) {
		window_refund(ledger, object);
		return false;
	}
	map->ranges[map->count++] = (struct range){
		.start = range->address.raw,
		.page_count = 1,
		.object = object,
		.info = info_make(SPACE_OBJECT, range->protection, page),
	};
	return true;
}

[[gnu::always_inline]] bool space_map_window(struct space *space,
					     struct memory_object *object,
					     uint64_t offset_bytes,
					     const struct space_range *range)
{
	bool mapped;

	if (!window_acceptable(object, offset_bytes, range) ||
	    !spin_try_lock(&space->lock))
		return false;
	mapped = window_map(space, object, (uint32_t)(offset_bytes >> ARCH_PAGE_SHIFT),
			    range);
	spin_unlock(&space->lock);
	return mapped;
}

/* Copies @size_bytes bytes of @object from @offset on, which need not be aligned. */
static void copy_from_object(uint8_t *to, const struct memory_object *object,
			     uint64_t offset, size_t size_bytes)
{
	while (size_bytes > 0) {
		size_t within = offset & (ARCH_PAGE_SIZE - 1);
		size_t part = ARCH_PAGE_SIZE - within;
		uint32_t index = (uint32_t)(offset >> ARCH_PAGE_SHIFT);
		const uint8_t *from = arch_direct(memory_object_frame(object, index));

		if (part > size_bytes)
			part = size_bytes;
		memcpy(to, from + within, part);
		to += part;
		offset += part;
		size_bytes -= part;
	}
}

/* Fills a page with @size_bytes bytes (a page at most) of @object from @offset on, and zeros. */
static void fill_page(uint8_t *page, const struct memory_object *object, uint64_t offset,
		      size_t size_bytes)
{
	if (size_bytes == ARCH_PAGE_SIZE && (offset & (ARCH_PAGE_SIZE - 1)) == 0) {
		uint32_t index = (uint32_t)(offset >> ARCH_PAGE_SHIFT);

		arch_page_copy(page, arch_direct(memory_object_frame(object, index)));
		return;
	}
	copy_from_object(page, object, offset, size_bytes);
	memset(page + size_bytes, 0, ARCH_PAGE_SIZE - size_bytes);
}

status_t space_map_copy(struct space *space, struct memory_object *object,
			uint64_t offset_bytes, uint64_t copy_bytes,
			struct space_range *range, enum rule *rule)
{
	struct mapping_plan plan;

	if (!range_acceptable(range, CAPOS_MAP_FRESH_MAX_PAGES * (uint64_t)ARCH_PAGE_SIZE,
			      rule))
		return CAPOS_ERR_EXCEPTION;
	if (copy_bytes > range->size_bytes ||
	    !object_covers(object, offset_bytes, copy_bytes))
		return refuse(CAPOS_ERR_EXCEPTION, RULE_OBJECT_RANGE, rule);
	if (!memory_object_pin(object))
		return refuse(CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, rule);

	spin_lock(&space->lock);
	status_t status = mapping_prepare(space, range, true, &plan, rule);

	if (status == CAPOS_OK) {
		uaddr_t page = { plan.place.address };

		while (plan.fresh.raw != 0) {
			paddr_t frame = plan.fresh;
			uint64_t part =
				copy_bytes < ARCH_PAGE_SIZE ? copy_bytes : ARCH_PAGE_SIZE;

			plan.fresh = *frame_next(frame);
			fill_page(arch_direct(frame), object, offset_bytes, part);
			arch_space_map(&space->arch, page, frame, range->protection);
			page.raw += ARCH_PAGE_SIZE;
			offset_bytes += part;
			copy_bytes -= part;
		}
		mapping_commit(space, range, &plan, nullptr,
			       info_make(SPACE_FRESH, range->protection, 0));
	}
	spin_unlock(&space->lock);
	memory_object_unpin(object);
	return status;
}

status_t space_map_kernel(struct space *space, struct space_range *range,
			  paddr_t first_frame, enum rule *rule)
{
	struct mapping_plan plan;

	if (!range_acceptable(range, CAPOS_MAP_CALL_MAX_BYTES, rule))
		return CAPOS_ERR_EXCEPTION;

	spin_lock(&space->lock);
	status_t status = mapping_prepare(space, range, false, &plan, rule);

	if (status == CAPOS_OK) {
		for (uint64_t i = 0; i < plan.page_count; i++)
			arch_space_map(
				&space->arch,
				(uaddr_t){ plan.place.address + (i << ARCH_PAGE_SHIFT) },
				paddr_add(first_frame, i << ARCH_PAGE_SHIFT),
				range->protection);
		mapping_commit(space, range, &plan, nullptr,
			       info_make(SPACE_KERNEL, range->protection, 0));
	}
	spin_unlock(&space->lock);
	return status;
}

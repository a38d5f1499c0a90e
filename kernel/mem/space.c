/* SPDX-License-Identifier: MIT */
/*
 * space.c - an address space's start and end, questions about it, and the list of all
 * spaces. See space.h; new mappings are in space_map.c, changes in space_change.c.
 *
 * Locking. space->lock guards the mappings and the page tables. An object's pin or
 * reference may be dropped under it: what that frees takes later ranks only.
 * spaces_lock (rank LEDGER) guards the list of all spaces; it is never held while a space
 * is locked: a visitor count keeps a space from being finished meanwhile.
 *
 * A MemoryObject keeps no list of its mappings. When its payer ends, all spaces are
 * searched, in steps. That is rare, and it keeps records and locks out of every map and
 * unmap. A space that a step has passed cannot gain a mapping of the object: pins are
 * refused since before the first step.
 *
 * Invariants, checked by space_check():
 *   S1  Mappings are ascending, disjoint and not empty (range_map_check).
 *   S2  A mapping has an object exactly if it is of the kind SPACE_OBJECT.
 *   S3  Every page of a mapping is in the page tables.
 */
#include "kernel/space.h"

#include "kernel/frame.h"
#include "kernel/mem/space_private.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"
#include "kernel/string.h"

enum {
	LIST_PAGE_RANGES = ARCH_PAGE_SIZE / sizeof(struct range),
	LIST_RANGES_MAX = 1024,
	STEP_PAGES = 100,
	STEP_SPACES = 4,
};

static struct spinlock spaces_lock = SPINLOCK(LOCK_LEDGER);
static struct list_node spaces = { &spaces, &spaces };
static uint64_t space_last_id;

/* ---- The list of mappings --------------------------------------------------- */

static status_t list_create(struct space *space, uint32_t page_count, paddr_t *out)
{
	struct ledger *ledger = &space->payer->ledger;

	if (!ledger_charge(ledger, LEDGER_MEMORY_PAGES, page_count))
		return CAPOS_ERR_NO_LEDGER;

	status_t status = frame_alloc_run(page_count, out);

	if (status != CAPOS_OK)
		ledger_refund(ledger, LEDGER_MEMORY_PAGES, page_count);
	return status;
}

static void list_destroy(struct space *space)
{
	uint32_t page_count = space->mappings.capacity / LIST_PAGE_RANGES;

	frame_free_run(arch_direct_paddr(space->mappings.ranges), page_count);
	ledger_refund(&space->payer->ledger, LEDGER_MEMORY_PAGES, page_count);
	space->mappings.ranges = nullptr;
	space->mappings.capacity = 0;
}

status_t space_list_grow(struct space *space, enum rule *rule)
{
	struct range_map grown = space->mappings;
	paddr_t frames;

	if (grown.capacity == LIST_RANGES_MAX) {
		*rule = RULE_LEDGER_MAPPINGS;
		return CAPOS_ERR_NO_LEDGER;
	}
	grown.capacity *= 2;

	status_t status = list_create(space, grown.capacity / LIST_PAGE_RANGES, &frames);

	if (status != CAPOS_OK) {
		*rule = status == CAPOS_ERR_NO_LEDGER ? RULE_LEDGER_MEMORY_PAGES
						      : RULE_MACHINE_MEMORY;
		return status;
	}
	grown.ranges = arch_direct(frames);
	for (uint32_t i = 0; i < grown.count; i++)
		grown.ranges[i] = space->mappings.ranges[i];
	list_destroy(space);
	space->mappings = grown;
	return CAPOS_OK;
}

/* ---- Start ------------------------------------------------------------------ */

status_t space_init(struct space *space, struct account *payer)
{
	paddr_t list;
	status_t status;

	*space =
		(struct space){ .payer = payer, .placement_hint = CAPOS_PLACEMENT_FIRST };
	spin_init(&space->lock, LOCK_SPACE);
	list_init(&space->link);
	status = list_create(space, 1, &list);
	if (status != CAPOS_OK)
		return status;
	space->mappings.ranges = arch_direct(list);
	space->mappings.capacity = LIST_PAGE_RANGES;
	status = arch_space_init(&space->arch, &payer->ledger);
	if (status != CAPOS_OK) {
		list_destroy(space);
		return status;
	}

	spin_lock(&spaces_lock);
	space->id = ++space_last_id;
	list_append(&spaces, &space->link);
	spin_unlock(&spaces_lock);
	return CAPOS_OK;
}

/* ---- The end of a space ------------------------------------------------------- */

static bool unmap_step(struct space *space)
{
	uint64_t pages = 0;

	spin_lock(&space->lock);
	space->ending = true;
	/* From the end, so that no other mapping has to move. */
	while (space->mappings.count > 0 && pages < STEP_PAGES)
		pages += space_shorten(space, space->mappings.count - 1,
				       STEP_PAGES - pages);

	/* After a full step the tables get one of their own. */
	bool done = space->mappings.count == 0 && pages < STEP_PAGES;

	spin_unlock(&space->lock);
	return done;
}

/* Takes the space out of the list of all spaces, unless somebody visits it. */
static bool leave_spaces(struct space *space)
{
	spin_lock(&spaces_lock);
	bool left = space->visitors == 0;

	if (left)
		list_remove(&space->link);
	spin_unlock(&spaces_lock);
	return left;
}

bool space_fini_step(struct space *space)
{
	if (!unmap_step(space) || !arch_space_fini_step(&space->arch))
		return false;
	if (!leave_spaces(space))
		return false;
	if (space->mappings.ranges)
		list_destroy(space);
	return true;
}

/* ---- The end of a memory object ------------------------------------------------ */

/* The first space whose id is at least @id, kept from being finished; or nullptr. */
static struct space *visit_from(uint64_t id)
{
	struct space *found = nullptr;

	spin_lock(&spaces_lock);
	list_for_each (node, &spaces) {
		struct space *space = list_entry(node, struct space, link);

		if (space->id < id)
			continue;
		space->visitors++;
		found = space;
		break;
	}
	spin_unlock(&spaces_lock);
	return found;
}

static void visit_end(struct space *space)
{
	spin_lock(&spaces_lock);
	space->visitors--;
	spin_unlock(&spaces_lock);
}

/* Unmaps at most @page_count pages of @object; returns how many. */
static uint64_t forget_in(struct space *space, const struct memory_object *object,
			  uint64_t page_count)
{
	uint64_t done = 0;

	spin_lock(&space->lock);
	for (uint32_t i = space->mappings.count; i-- > 0 && done < page_count;)
		if (space->mappings.ranges[i].object == object)
			done += space_shorten(space, i, page_count - done);
	spin_unlock(&space->lock);
	return done;
}

bool space_forget_object_step(const struct memory_object *object, uint64_t *cursor)
{
	uint64_t pages = 0;

	for (int i = 0; i < STEP_SPACES; i++) {
		struct space *space = visit_from(*cursor);

		if (!space)
			return true;
		pages += forget_in(space, object, STEP_PAGES - pages);
		/* Only a space in which the step did not run out of pages is done. */
		*cursor = pages < STEP_PAGES ? space->id + 1 : space->id;
		visit_end(space);
		if (pages == STEP_PAGES)
			break;
	}
	return false;
}

/* ---- Questions --------------------------------------------------------------- */

bool space_covered(const struct space *space, uint64_t address, uint64_t end,
		   uint32_t *first, uint32_t *last)
{
	const struct range_map *map = &space->mappings;
	uint32_t i = range_map_find(map, address, ARCH_PAGE_SHIFT);

	*first = i;
	while (address < end) {
		if (i == map->count || map->ranges[i].start > address ||
		    range_kind(&map->ranges[i]) == SPACE_KERNEL)
			return false;
		address = mapping_end(&map->ranges[i]);
		i++;
	}
	*last = i;
	return true;
}

static bool protection_includes(enum protection have, enum protection need)
{
	return need == PROTECTION_NONE || have == need ||
	       (need == PROTECTION_READ && have != PROTECTION_NONE);
}

bool space_allows(struct space *space, uaddr_t address, enum protection protection)
{
	struct space_range range;

	return space_query(space, address, &range) &&
	       protection_includes(range.protection, protection);
}

bool space_query(struct space *space, uaddr_t address, struct space_range *out)
{
	const struct range_map *map = &space->mappings;

	*out = (struct space_range){ .address = address, .protection = PROTECTION_NONE };
	if (address.raw < CAPOS_USER_FIRST || address.raw >= CAPOS_USER_END)
		return false;

	spin_lock(&space->lock);
	uint32_t index = range_map_find(map, address.raw, ARCH_PAGE_SHIFT);
	const struct range *next = index < map->count ? &map->ranges[index] : nullptr;
	bool mapped = next && next->start <= address.raw;

	if (mapped) {
		out->address.raw = next->start;
		out->size_bytes = next->page_count << ARCH_PAGE_SHIFT;
		out->protection = range_protection(next);
	} else {
		out->address.raw = index > 0 ? mapping_end(&map->ranges[index - 1])
					     : CAPOS_USER_FIRST;
		out->size_bytes =
			(next ? next->start : CAPOS_USER_END) - out->address.raw;
	}
	spin_unlock(&space->lock);
	return mapped;
}

status_t space_write(struct space *space, uaddr_t address, const void *bytes,
		     size_t size_bytes, enum rule *rule)
{
	const uint8_t *from = bytes;
	uint64_t end = address.raw + size_bytes;
	uint32_t first = 0;
	uint32_t last = 0;

	if (size_bytes > CAPOS_MAP_CALL_MAX_BYTES) {
		*rule = RULE_SIZE_LIMIT;
		return CAPOS_ERR_EXCEPTION;
	}
	spin_lock(&space->lock);
	bool writable = address.raw < CAPOS_USER_END &&
			space_covered(space, address.raw, end, &first, &last);

	for (uint32_t i = first; writable && i < last; i++)
		writable = range_kind(&space->mappings.ranges[i]) == SPACE_FRESH;
	if (!writable) {
		spin_unlock(&space->lock);
		*rule = RULE_ADDRESS_MAPPED;
		return CAPOS_ERR_EXCEPTION;
	}
	while (address.raw < end) {
		enum protection protection;
		paddr_t frame;
		size_t offset = address.raw & (ARCH_PAGE_SIZE - 1);
		size_t part = ARCH_PAGE_SIZE - offset;

		if (part > end - address.raw)
			part = end - address.raw;
		if (!arch_space_query(&space->arch, (uaddr_t){ address.raw - offset },
				      &frame, &protection))
			panic("page %lx of a mapping is not mapped", address.raw);
		memcpy((uint8_t *)arch_direct(frame) + offset, from, part);
		address.raw += part;
		from += part;
	}
	spin_unlock(&space->lock);
	return CAPOS_OK;
}

void space_check(struct space *space)
{
	const struct range_map *map = &space->mappings;
	enum protection protection;
	paddr_t frame;

	spin_lock(&space->lock);
	kernel_assert(range_map_check(map, ARCH_PAGE_SHIFT)); /* S1 */
	for (uint32_t i = 0; i < map->count; i++) {
		const struct range *range = &map->ranges[i];

		kernel_assert((range->object != nullptr) ==
			      (range_kind(range) == SPACE_OBJECT)); /* S2 */
		for (uint64_t page = range->start; page < mapping_end(range);
		     page += ARCH_PAGE_SIZE) /* S3 */
			kernel_assert(arch_space_query(&space->arch, (uaddr_t){ page },
						       &frame, &protection) &&
				      protection == range_protection(range));
	}
	spin_unlock(&space->lock);
}

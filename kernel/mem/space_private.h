/* SPDX-License-Identifier: MIT */
/*
 * space_private.h - what the files of the address space module share.
 *
 *   space.c         start, end, questions, and the list of all spaces
 *   space_map.c     new mappings
 *   space_change.c  unmapping and protection
 *
 * Functions here need space->lock held.
 */
#ifndef KERNEL_MEM_SPACE_PRIVATE_H
#define KERNEL_MEM_SPACE_PRIVATE_H

#include "abi/address_map.h"
#include "kernel/space.h"

/* A mapping's range.info: protection, kind, and the offset in its object in pages. */
enum space_kind { SPACE_FRESH, SPACE_OBJECT, SPACE_KERNEL };

enum { INFO_PROTECTION_MASK = 3, INFO_KIND_SHIFT = 8, INFO_OFFSET_SHIFT = 32 };

static_assert(PROTECTION_COUNT == INFO_PROTECTION_MASK + 1);

static inline uint64_t info_make(enum space_kind kind, enum protection protection,
				 uint64_t offset_pages)
{
	return (uint64_t)protection | (uint64_t)kind << INFO_KIND_SHIFT |
	       offset_pages << INFO_OFFSET_SHIFT;
}

static inline enum protection range_protection(const struct range *range)
{
	return (enum protection)(range->info & INFO_PROTECTION_MASK);
}

static inline enum space_kind range_kind(const struct range *range)
{
	return (enum space_kind)(uint8_t)(range->info >> INFO_KIND_SHIFT);
}

static inline uint64_t mapping_end(const struct range *range)
{
	return range_end(range, ARCH_PAGE_SHIFT);
}

/* Whether @address and @size_bytes are those of a range that programs may use; @address 0
 * passes if @placed. */
static inline bool space_range_valid(uint64_t address, uint64_t size_bytes,
				     uint64_t limit_bytes, bool placed, enum rule *rule)
{
	if (((address | size_bytes) & (ARCH_PAGE_SIZE - 1)) != 0)
		*rule = RULE_ADDRESS_ALIGNED;
	else if (size_bytes == 0)
		*rule = RULE_SIZE_NON_ZERO;
	else if (size_bytes > limit_bytes)
		*rule = RULE_SIZE_LIMIT;
	else if (address == 0 && placed)
		return true;
	else if (address < CAPOS_USER_FIRST || address > CAPOS_USER_END - size_bytes)
		*rule = RULE_ADDRESS_RANGE;
	else
		return true;
	return false;
}

/* Doubles the list; its pages are charged. */
[[nodiscard]] status_t space_list_grow(struct space *space, enum rule *rule);

/* Makes room for @count (1 or 2) more mappings in the list. */
[[nodiscard]] static inline status_t space_reserve_slots(struct space *space,
							 uint32_t count, enum rule *rule)
{
	if (space->mappings.count + count <= space->mappings.capacity)
		return CAPOS_OK;
	return space_list_grow(space, rule);
}

/* Whether mappings that programs may change cover all of [@address, @end): those from
 * *@first up to *@last, exclusive. */
[[nodiscard]] bool space_covered(const struct space *space, uint64_t address,
				 uint64_t end, uint32_t *first, uint32_t *last);

/* Unmaps at most @page_count pages at the end of a mapping and removes it if none is left;
 * returns how many. */
uint64_t space_shorten(struct space *space, uint32_t index, uint64_t page_count);

#endif /* KERNEL_MEM_SPACE_PRIVATE_H */

/* SPDX-License-Identifier: MIT */
/*
 * range_map.h - disjoint page ranges in ascending order, in a sorted array.
 *
 * Binary search to find, a move of the tail to insert or remove: with at most a few
 * hundred ranges that is cheaper than a tree. The owner supplies the array's memory.
 * Addresses are below 2^62, so sums of two never wrap.
 */
#ifndef CORE_RANGE_MAP_H
#define CORE_RANGE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct range {
	uint64_t start;      /* address, a multiple of the page size */
	uint64_t page_count; /* not 0 */
	void *object;        /* nullptr: fresh memory */
	uint64_t info;       /* the owner's: offset in the object, protection, kind */
};

struct range_map {
	struct range *ranges;
	uint32_t count;
	uint32_t capacity;
};

/* The address after the last page of @range. */
static inline uint64_t range_end(const struct range *range, uint32_t page_shift)
{
	return range->start + (range->page_count << page_shift);
}

[[nodiscard]] uint32_t range_map_search(const struct range_map *map, uint64_t address,
					uint32_t page_shift);

/* Index of the first range that ends after @address (count if none). */
[[nodiscard]] static inline uint32_t range_map_find(const struct range_map *map,
						    uint64_t address, uint32_t page_shift)
{
	uint32_t count = map->count;

	/* Most work is done at the end. */
	if (count > 0 && map->ranges[count - 1].start <= address)
		return count - (range_end(&map->ranges[count - 1], page_shift) > address);
	return range_map_search(map, address, page_shift);
}
/* Whether [@start, @start + pages) overlaps no range; if so *@index is where it goes. */
[[nodiscard]] bool range_map_free(const struct range_map *map, uint64_t start,
				  uint64_t page_count, uint32_t page_shift,
				  uint32_t *index);
void range_map_shift(struct range_map *map, uint32_t index);

/* Makes a hole at @index, for the caller to fill; the map has room. */
static inline struct range *range_map_open(struct range_map *map, uint32_t index)
{
	if (index < map->count)
		range_map_shift(map, index);
	map->count++;
	return &map->ranges[index];
}

/* Inserts at @index; the map has room. Joins nothing. */
void range_map_insert(struct range_map *map, uint32_t index, const struct range *range);
/* Removes @count ranges from @index on. */
void range_map_remove(struct range_map *map, uint32_t index, uint32_t count);
/*
 * Lowest gap of @page_count pages in [@first, @end) at or after @hint, else from @first;
 * 0 if none. *@index is where a range in the gap goes.
 */
[[nodiscard]] uint64_t range_map_gap(const struct range_map *map, uint64_t first,
				     uint64_t end, uint64_t hint, uint64_t page_count,
				     uint32_t page_shift, uint32_t *index);
/* True if ranges are ascending, disjoint, not empty and not more than fit. */
[[nodiscard]] bool range_map_check(const struct range_map *map, uint32_t page_shift);

#endif /* CORE_RANGE_MAP_H */

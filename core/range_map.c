/* SPDX-License-Identifier: MIT */
/* range_map.c - see range_map.h. */
#include "core/range_map.h"

uint32_t range_map_search(const struct range_map *map, uint64_t address,
			  uint32_t page_shift)
{
	uint32_t low = 0;
	uint32_t high = map->count;

	/* Ranges before low end at or before @address, ranges from high on end after it. */
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (range_end(&map->ranges[middle], page_shift) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool range_map_free(const struct range_map *map, uint64_t start, uint64_t page_count,
		    uint32_t page_shift, uint32_t *index)
{
	*index = range_map_find(map, start, page_shift);
	return *index == map->count ||
	       map->ranges[*index].start >= start + (page_count << page_shift);
}

/* Moves the ranges from @index on up by one. */
void range_map_shift(struct range_map *map, uint32_t index)
{
	for (uint32_t i = map->count; i > index; i--)
		map->ranges[i] = map->ranges[i - 1];
}

void range_map_insert(struct range_map *map, uint32_t index, const struct range *range)
{
	*range_map_open(map, index) = *range;
}

void range_map_remove(struct range_map *map, uint32_t index, uint32_t count)
{
	for (uint32_t i = index + count; i < map->count; i++)
		map->ranges[i - count] = map->ranges[i];
	map->count -= count;
}

static uint64_t gap_from(const struct range_map *map, uint64_t start, uint64_t end,
			 uint64_t size_bytes, uint32_t page_shift, uint32_t *index)
{
	uint32_t i = range_map_find(map, start, page_shift);

	for (; i < map->count && map->ranges[i].start < start + size_bytes; i++)
		start = range_end(&map->ranges[i], page_shift);
	*index = i;
	return start + size_bytes <= end ? start : 0;
}

uint64_t range_map_gap(const struct range_map *map, uint64_t first, uint64_t end,
		       uint64_t hint, uint64_t page_count, uint32_t page_shift,
		       uint32_t *index)
{
	uint64_t size_bytes = page_count << page_shift;
	uint64_t start = gap_from(map, hint > first ? hint : first, end, size_bytes,
				  page_shift, index);

	if (start == 0 && hint > first)
		start = gap_from(map, first, end, size_bytes, page_shift, index);
	return start;
}

bool range_map_check(const struct range_map *map, uint32_t page_shift)
{
	uint64_t end = 0;

	if (map->count > map->capacity)
		return false;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct range *range = &map->ranges[i];

		if (range->page_count == 0 || range->start < end)
			return false;
		end = range_end(range, page_shift);
	}
	return true;
}

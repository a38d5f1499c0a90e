/* SPDX-License-Identifier: MIT */
/*
 * boot_memory.c - see boot_memory.h.
 *
 * Invariants: ranges are page aligned, not empty, ascending, and neither overlap nor touch.
 */
#include "kernel/arch/common/boot_memory.h"

constexpr uint64_t PAGE = 4096;
constexpr uint64_t PAGE_LIMIT = UINT64_MAX & ~(PAGE - 1);

static uint64_t range_end(const struct boot_memory_range *range)
{
	return range->start.raw + range->size_bytes;
}

static uint64_t saturated_end(uint64_t start, uint64_t size_bytes)
{
	return size_bytes > PAGE_LIMIT - start ? PAGE_LIMIT : start + size_bytes;
}

static bool insert_at(struct boot_info *info, size_t index, uint64_t start, uint64_t end)
{
	if (info->memory_count == BOOT_MEMORY_RANGES_MAX)
		return false;
	for (size_t i = info->memory_count; i > index; i--)
		info->memory[i] = info->memory[i - 1];
	info->memory[index] = (struct boot_memory_range){ { start }, end - start };
	info->memory_count++;
	return true;
}

static void remove_at(struct boot_info *info, size_t index)
{
	info->memory_count--;
	for (size_t i = index; i < info->memory_count; i++)
		info->memory[i] = info->memory[i + 1];
}

bool boot_memory_add(struct boot_info *info, uint64_t start, uint64_t size_bytes)
{
	uint64_t end;
	size_t index = 0;

	if (start > PAGE_LIMIT)
		return true;
	end = saturated_end(start, size_bytes) & ~(PAGE - 1);
	start = (start + PAGE - 1) & ~(PAGE - 1);
	if (end <= start)
		return true;
	while (index < info->memory_count && range_end(&info->memory[index]) < start)
		index++;
	/* Swallow every range that overlaps or touches the new one. */
	while (index < info->memory_count && info->memory[index].start.raw <= end) {
		const struct boot_memory_range *range = &info->memory[index];

		if (range->start.raw < start)
			start = range->start.raw;
		if (range_end(range) > end)
			end = range_end(range);
		remove_at(info, index);
	}
	return insert_at(info, index, start, end);
}

bool boot_memory_cut(struct boot_info *info, uint64_t start, uint64_t size_bytes)
{
	uint64_t end;
	bool complete = true;

	if (size_bytes == 0 || start > PAGE_LIMIT)
		return true;
	end = saturated_end(start, size_bytes);
	end = end > PAGE_LIMIT - PAGE ? PAGE_LIMIT : (end + PAGE - 1) & ~(PAGE - 1);
	start &= ~(PAGE - 1);
	for (size_t i = 0; i < info->memory_count;) {
		struct boot_memory_range range = info->memory[i];

		if (range_end(&range) <= start || range.start.raw >= end) {
			i++;
			continue;
		}
		remove_at(info, i);
		if (range.start.raw < start)
			complete &= insert_at(info, i++, range.start.raw, start);
		if (range_end(&range) > end)
			complete &= insert_at(info, i++, end, range_end(&range));
	}
	return complete;
}

/* SPDX-License-Identifier: MIT */
/*
 * cap_table.h - a process's capability table: slots with generations.
 *
 * Pure bookkeeping: it knows nothing of objects. The slots are one array, whose memory
 * the owner supplies; a full table moves to a larger one. A slot's generation rises each
 * time it is emptied; a slot whose generation would wrap is retired. Invariants, checked
 * by cap_table_check():
 *   T1  A used slot has a node; an unused one has none.
 *   T2  Each unused, unretired slot is on the free list exactly once.
 *   T3  used_count is the number of used slots.
 */
#ifndef CORE_CAP_TABLE_H
#define CORE_CAP_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "abi/cap.h"

struct cap_entry {
	uint32_t generation;
	uint32_t next_free; /* of unused slots: next slot index or CAP_TABLE_END */
	void *node;         /* nullptr: unused */
	const void *facet;
	uint32_t epoch; /* of the node when the hold was made */
	uint32_t label;
};

enum {
	CAP_TABLE_PAGE_BYTES = 4096,
	CAP_TABLE_PAGE_ENTRIES = CAP_TABLE_PAGE_BYTES / 32,
	CAP_TABLE_PAGES_MAX = 32, /* a power of two */
};
constexpr uint32_t CAP_TABLE_END = UINT32_MAX;

static_assert(sizeof(struct cap_entry) == 32);

struct cap_table {
	struct cap_entry *entries;
	uint32_t capacity; /* a whole number of pages */
	uint32_t used_count;
	uint32_t first_free;
};

void cap_table_init(struct cap_table *table);
/* Whether the next cap_table_add needs a larger array first. */
static inline bool cap_table_full(const struct cap_table *table)
{
	return table->first_free == CAP_TABLE_END;
}
/* Pages of the array to move to next: twice as many, or 0 if the table is at its largest. */
uint32_t cap_table_next_pages(const struct cap_table *table);
/*
 * Moves to @entries, memory of @page_count (cap_table_next_pages) pages in one piece.
 * Returns the array left behind, nullptr the first time. Capability ids stay as they are.
 */
struct cap_entry *cap_table_grow(struct cap_table *table, struct cap_entry *entries,
				 uint32_t page_count);
/* Fills a free slot; the table is not full. */
cap_t cap_table_add(struct cap_table *table, void *node, const void *facet,
		    uint32_t epoch, uint32_t label);
/* The live entry that @cap names, or nullptr. */
[[nodiscard]] static inline struct cap_entry *
cap_table_find(const struct cap_table *table, cap_t cap)
{
	uint32_t slot = cap_slot(cap);

	if (slot >= table->capacity)
		return nullptr;

	struct cap_entry *entry = &table->entries[slot];

	return entry->node && entry->generation == cap_generation(cap) ? entry : nullptr;
}
/* Empties the slot of a live @cap. */
void cap_table_remove(struct cap_table *table, cap_t cap);
/* The first used slot at or after *@slot, or nullptr; *@slot and *@cap name it. */
[[nodiscard]] struct cap_entry *cap_table_next(const struct cap_table *table,
					       uint32_t *slot, cap_t *cap);
/* True if T1 to T3 hold. */
[[nodiscard]] bool cap_table_check(const struct cap_table *table);

#endif /* CORE_CAP_TABLE_H */

/* SPDX-License-Identifier: MIT */
/* cap_table.c - see cap_table.h. */
#include "core/cap_table.h"

void cap_table_init(struct cap_table *table)
{
	*table = (struct cap_table){ .first_free = CAP_TABLE_END };
}

uint32_t cap_table_next_pages(const struct cap_table *table)
{
	uint32_t pages = table->capacity / CAP_TABLE_PAGE_ENTRIES;

	if (pages == CAP_TABLE_PAGES_MAX)
		return 0;
	return pages == 0 ? 1 : pages * 2;
}

struct cap_entry *cap_table_grow(struct cap_table *table, struct cap_entry *entries,
				 uint32_t page_count)
{
	uint32_t capacity = page_count * CAP_TABLE_PAGE_ENTRIES;
	struct cap_entry *old = table->entries;

	for (uint32_t i = 0; i < table->capacity; i++)
		entries[i] = old[i];
	for (uint32_t i = table->capacity; i < capacity; i++)
		entries[i] = (struct cap_entry){ .generation = 1, .next_free = i + 1 };
	entries[capacity - 1].next_free = table->first_free;
	table->first_free = table->capacity;
	table->entries = entries;
	table->capacity = capacity;
	return old;
}

cap_t cap_table_add(struct cap_table *table, void *node, const void *facet,
		    uint32_t epoch, uint32_t label)
{
	uint32_t slot = table->first_free;
	struct cap_entry *entry = &table->entries[slot];

	table->first_free = entry->next_free;
	table->used_count++;
	entry->node = node;
	entry->facet = facet;
	entry->epoch = epoch;
	entry->label = label;
	return cap_make(slot, entry->generation);
}

void cap_table_remove(struct cap_table *table, cap_t cap)
{
	struct cap_entry *entry = &table->entries[cap_slot(cap)];

	entry->node = nullptr;
	entry->facet = nullptr;
	table->used_count--;
	if (entry->generation == UINT32_MAX)
		return; /* retired: no later hold could be told from an earlier one */
	entry->generation++;
	entry->next_free = table->first_free;
	table->first_free = cap_slot(cap);
}

struct cap_entry *cap_table_next(const struct cap_table *table, uint32_t *slot,
				 cap_t *cap)
{
	for (; *slot < table->capacity; ++*slot) {
		struct cap_entry *entry = &table->entries[*slot];

		if (!entry->node)
			continue;
		*cap = cap_make(*slot, entry->generation);
		return entry;
	}
	return nullptr;
}

bool cap_table_check(const struct cap_table *table)
{
	uint32_t total = table->capacity;
	uint32_t used = 0;
	uint32_t retired = 0;
	uint32_t free_count = 0;

	for (uint32_t slot = 0; slot < total; slot++) {
		const struct cap_entry *entry = &table->entries[slot];

		used += entry->node != nullptr;
		retired += !entry->node && entry->generation == UINT32_MAX;
	}
	for (uint32_t slot = table->first_free; slot != CAP_TABLE_END;
	     slot = table->entries[slot].next_free) {
		/* T1; and T2: a list longer than the table goes round. */
		if (slot >= total || table->entries[slot].node || free_count++ == total)
			return false;
	}
	/* T3. A free slot may have the last generation still ahead of it, so it is not
	 * told from a retired one by the generation alone. */
	return used == table->used_count && used + free_count <= total &&
	       used + free_count + retired >= total;
}

/* SPDX-License-Identifier: MIT */
/*
 * hold.c - holds: the slots of a process's table and the grant nodes behind them.
 *
 * Locking. process->table_lock guards the table and every node that it names. Nodes are
 * made and freed outside it. A prepared hold is a slot whose epoch its node never has.
 */
#include "kernel/hold.h"

#include "kernel/frame.h"
#include "kernel/lookup.h"
#include "kernel/panic.h"
#include "kernel/process.h"

enum { EPOCH_PREPARED = 0, EPOCH_FIRST = 1 };

static struct cache node_cache = CACHE("GrantNode", sizeof(struct grant_node));

static enum rule memory_rule(status_t status, enum rule ledger_rule)
{
	return status == CAPOS_ERR_NO_MEMORY ? RULE_MACHINE_MEMORY : ledger_rule;
}

/* An array for the table in contiguous frames, charged to the process. */
static status_t alloc_entries(struct process *process, uint32_t page_count,
			      struct cap_entry **out, enum rule *rule)
{
	paddr_t frames;
	status_t status;

	if (!ledger_charge(&process->account.ledger, LEDGER_MEMORY_PAGES, page_count)) {
		*rule = RULE_LEDGER_MEMORY_PAGES;
		return CAPOS_ERR_NO_LEDGER;
	}
	status = frame_alloc_run(page_count, &frames);
	if (status != CAPOS_OK) {
		ledger_refund(&process->account.ledger, LEDGER_MEMORY_PAGES, page_count);
		*rule = RULE_MACHINE_MEMORY;
		return status;
	}
	*out = arch_direct(frames);
	return CAPOS_OK;
}

void hold_free_entries(struct process *process, struct cap_entry *entries,
		       uint32_t page_count)
{
	if (!entries)
		return;
	frame_free_run(arch_direct_paddr(entries), page_count);
	ledger_refund(&process->account.ledger, LEDGER_MEMORY_PAGES, page_count);
}

/* Makes the table larger, unless somebody else just did. */
static status_t grow_table(struct process *process, enum rule *rule)
{
	uint32_t page_count = cap_table_next_pages(&process->table);
	struct cap_entry *entries;
	status_t status;

	if (page_count == 0) {
		*rule = RULE_LEDGER_SLOTS;
		return CAPOS_ERR_NO_LEDGER;
	}
	status = alloc_entries(process, page_count, &entries, rule);
	if (status != CAPOS_OK)
		return status;

	uint32_t left_pages = page_count; /* of what is not in use afterwards */

	spin_lock(&process->table_lock);
	if (cap_table_next_pages(&process->table) == page_count) {
		left_pages = process->table.capacity / CAP_TABLE_PAGE_ENTRIES;
		entries = cap_table_grow(&process->table, entries, page_count);
	}
	spin_unlock(&process->table_lock);
	hold_free_entries(process, entries, left_pages);
	return CAPOS_OK;
}

/* Puts a prepared hold on @node into the table, growing it if it must. */
static status_t add_prepared(struct process *process, struct grant_node *node, cap_t *out,
			     enum rule *rule)
{
	for (;;) {
		spin_lock(&process->table_lock);
		if (!cap_table_full(&process->table)) {
			*out = cap_table_add(&process->table, node, nullptr,
					     EPOCH_PREPARED, 0);
			spin_unlock(&process->table_lock);
			return CAPOS_OK;
		}
		spin_unlock(&process->table_lock);

		status_t status = grow_table(process, rule);

		if (status != CAPOS_OK)
			return status;
	}
}

status_t hold_prepare(struct process *process, struct account *grantor, cap_t *out,
		      enum rule *rule)
{
	void *memory;
	status_t status;

	if (!ledger_charge(&process->account.ledger, LEDGER_CAP_SLOTS, 1)) {
		*rule = RULE_LEDGER_SLOTS;
		return CAPOS_ERR_NO_LEDGER;
	}
	status = cache_alloc(&node_cache, &grantor->ledger, &memory);
	if (status != CAPOS_OK) {
		*rule = memory_rule(status, RULE_LEDGER_KERNEL_BYTES);
		goto refund;
	}

	struct grant_node *node = memory;

	node->payer = grantor;
	atomic_init(&node->epoch, EPOCH_FIRST);
	status = add_prepared(process, node, out, rule);
	if (status == CAPOS_OK)
		return CAPOS_OK;
	cache_free(&node_cache, &grantor->ledger, node);
refund:
	ledger_refund(&process->account.ledger, LEDGER_CAP_SLOTS, 1);
	return status;
}

void hold_commit(struct process *process, cap_t prepared, struct capability capability)
{
	spin_lock(&process->table_lock);

	struct cap_entry *entry = cap_table_find(&process->table, prepared);

	kernel_debug_assert(entry && entry->epoch == EPOCH_PREPARED);

	struct grant_node *node = entry->node;

	/* The choke point: mandatory control compares labels here once they exist. */
	node->label = capability.object->label;
	entry->label = capability.object->label;
	node->object = capability.object;
	entry->facet = capability.facet;
	entry->epoch = EPOCH_FIRST;
	spin_unlock(&process->table_lock);
}

/* Empties the slot of @cap and returns its node, or nullptr if it has the wrong phase. */
static struct grant_node *take_node(struct process *process, cap_t cap, bool prepared,
				    const struct facet **facet)
{
	struct grant_node *node = nullptr;

	spin_lock(&process->table_lock);

	struct cap_entry *entry = cap_table_find(&process->table, cap);

	if (entry && (entry->epoch == EPOCH_PREPARED) == prepared) {
		node = entry->node;
		*facet = entry->facet;
		cap_table_remove(&process->table, cap);
	}
	spin_unlock(&process->table_lock);
	return node;
}

static void free_node(struct process *process, struct grant_node *node)
{
	cache_free(&node_cache, &node->payer->ledger, node);
	ledger_refund(&process->account.ledger, LEDGER_CAP_SLOTS, 1);
}

void hold_abort(struct process *process, cap_t prepared)
{
	const struct facet *facet;
	struct grant_node *node = take_node(process, prepared, true, &facet);

	kernel_debug_assert(node);
	free_node(process, node);
}

status_t hold_create(struct process *process, struct capability capability,
		     struct account *grantor, cap_t *out, enum rule *rule)
{
	status_t status = hold_prepare(process, grantor, out, rule);

	if (status == CAPOS_OK)
		hold_commit(process, *out, capability);
	return status;
}

status_t hold_take(struct process *process, cap_t cap, struct capability *out,
		   enum rule *rule)
{
	const struct facet *facet;
	struct grant_node *node = take_node(process, cap, false, &facet);

	if (!node) {
		*rule = hold_rule(cap);
		return CAPOS_ERR_BAD_CAPABILITY;
	}
	*out = (struct capability){ node->object, facet };
	free_node(process, node);
	return CAPOS_OK;
}

status_t hold_release(struct process *process, cap_t cap, enum rule *rule)
{
	struct capability capability;
	status_t status = hold_take(process, cap, &capability, rule);

	if (status == CAPOS_OK)
		object_put(capability.object);
	return status;
}

/* An ending process gets no new holds, so slots once passed stay empty. */
static bool next_hold(struct process *process, cap_t *cap, bool *prepared)
{
	spin_lock(&process->table_lock);

	const struct cap_entry *entry =
		cap_table_next(&process->table, &process->release_slot, cap);

	if (entry)
		*prepared = entry->epoch == EPOCH_PREPARED;
	spin_unlock(&process->table_lock);
	return entry != nullptr;
}

bool hold_release_some(struct process *process, size_t limit)
{
	uint64_t started = arch_counter();

	/* With a hold an object may go, and with that hundreds of frames. */
	for (size_t i = 0; i < limit && !work_step_over(started); i++) {
		enum rule rule;
		cap_t cap;
		bool prepared;

		if (!next_hold(process, &cap, &prepared))
			return true;
		if (prepared)
			hold_abort(process, cap);
		else
			(void)hold_release(process, cap, &rule);
	}
	return false;
}

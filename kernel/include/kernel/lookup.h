/* SPDX-License-Identifier: MIT */
/* lookup.h - the hot half of hold.h: from a capability id to its object, inline. */
#ifndef KERNEL_LOOKUP_H
#define KERNEL_LOOKUP_H

#include "kernel/hold.h"
#include "kernel/process.h"

/* Finds a live hold and takes a reference to its object; false if there is none. */
[[nodiscard]] static inline bool hold_find(struct process *process, cap_t cap,
					   struct capability *out)
{
	bool live = false;

	spin_lock(&process->table_lock);

	const struct cap_entry *entry = cap_table_find(&process->table, cap);

	if (entry) {
		const struct grant_node *node = entry->node;

		/* A revoked grant's epoch has moved on; a prepared hold's never matches. */
		live = atomic_load_explicit(&node->epoch, memory_order_relaxed) ==
		       entry->epoch;
		if (live) {
			out->object = node->object;
			out->facet = entry->facet;
			object_get(node->object);
		}
	}
	spin_unlock(&process->table_lock);
	return live;
}

/* Which rule refuses an id that hold_find does not find. */
static inline enum rule hold_rule(cap_t cap)
{
	return cap_is_null(cap) ? RULE_CAPABILITY_NULL : RULE_CAPABILITY_LIVE;
}

#endif /* KERNEL_LOOKUP_H */

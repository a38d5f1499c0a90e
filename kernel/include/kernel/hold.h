/* SPDX-License-Identifier: MIT */
/*
 * hold.h - making and ending holds: the one choke point for new authority.
 */
#ifndef KERNEL_HOLD_H
#define KERNEL_HOLD_H

#include "abi/cap.h"
#include "abi/ring.h"
#include "kernel/object.h"

struct process;

/*
 * One per hold now; a tree of them once grants can be revoked. The epoch is compared at
 * each use, so a revoked node fails without a search for its holders.
 */
struct grant_node {
	struct object *object; /* a reference */
	struct grant_node *parent;
	struct account *payer; /* the grantor */
	_Atomic uint32_t epoch;
	uint32_t depth;
	uint32_t label;
	uint32_t reserved;
};

/* An object seen through a facet, with a reference the holder of this record owns. */
struct capability {
	struct object *object;
	const struct facet *facet;
};

/*
 * A hold in two phases. prepare takes a slot and a node, charged; nothing can use it.
 * commit fills it in and cannot fail; abort gives everything back.
 */
[[nodiscard]] status_t hold_prepare(struct process *process, struct account *grantor,
				    cap_t *out, enum rule *rule);
void hold_commit(struct process *process, cap_t prepared, struct capability capability);
void hold_abort(struct process *process, cap_t prepared);

/*
 * Puts a new hold on @capability into @process's table, the grant node paid for by
 * @grantor. Takes over the record's reference when it succeeds. Every hold in the
 * system is made by hold_commit, so that mandatory control can decide here (label 0 so far).
 * On failure nothing changes and *@rule says which rule refused.
 */
[[nodiscard]] status_t hold_create(struct process *process, struct capability capability,
				   struct account *grantor, cap_t *out, enum rule *rule);

/* Ends a hold; the object may go with it. */
[[nodiscard]] status_t hold_release(struct process *process, cap_t cap, enum rule *rule);

/* Ends a hold and hands its reference to the caller (a move). */
[[nodiscard]] status_t hold_take(struct process *process, cap_t cap,
				 struct capability *out, enum rule *rule);

/* Frees the array of a table, or one it left behind (nullptr: nothing). */
struct cap_entry;
void hold_free_entries(struct process *process, struct cap_entry *entries,
		       uint32_t page_count);

/* Ends at most @limit holds of an ending process; true when none is left. */
[[nodiscard]] bool hold_release_some(struct process *process, size_t limit);

#endif /* KERNEL_HOLD_H */

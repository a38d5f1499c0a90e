/* SPDX-License-Identifier: MIT */
/*
 * ledger.h - used and maximum of every finite resource of one process.
 *
 * A charge is made before the side effect it pays for and given back when that ends.
 * A child's maxima are carved from its parent's: ledger_carve charges them all or none.
 * Counters are atomic; a charge that would pass the maximum changes nothing.
 */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdatomic.h>
#include <stdint.h>

enum ledger_resource {
	LEDGER_CAP_SLOTS,
	LEDGER_CALLS,
	LEDGER_MEMORY_PAGES,
	LEDGER_VIRTUAL_PAGES,
	LEDGER_MAPPINGS,
	LEDGER_KERNEL_BYTES,
	LEDGER_THREADS,
	LEDGER_ALARMS,
	LEDGER_PROCESSES,
	LEDGER_LOG_BYTES,
	LEDGER_RESOURCES,
};

struct ledger_account {
	_Atomic uint64_t used;
	uint64_t max;
};

struct ledger {
	struct ledger_account accounts[LEDGER_RESOURCES];
	struct ledger *parent; /* nullptr: the machine's own ledger */
};

/* Maxima of every resource, in the order of enum ledger_resource. */
struct ledger_budget {
	uint64_t max[LEDGER_RESOURCES];
};

void ledger_init(struct ledger *ledger, const struct ledger_budget *budget);

/* Charges @amount, or returns false and changes nothing. */
[[nodiscard]] static inline bool
ledger_charge(struct ledger *ledger, enum ledger_resource resource, uint64_t amount)
{
	struct ledger_account *account = &ledger->accounts[resource];
	/* Add, then look: a concurrent charge may fail when it need not have, never the reverse. */
	uint64_t before =
		atomic_fetch_add_explicit(&account->used, amount, memory_order_relaxed);

	if (before + amount <= account->max)
		return true;
	atomic_fetch_sub_explicit(&account->used, amount, memory_order_relaxed);
	return false;
}

static inline void ledger_refund(struct ledger *ledger, enum ledger_resource resource,
				 uint64_t amount)
{
	atomic_fetch_sub_explicit(&ledger->accounts[resource].used, amount,
				  memory_order_relaxed);
}

static inline uint64_t ledger_used(const struct ledger *ledger,
				   enum ledger_resource resource)
{
	return atomic_load_explicit(&ledger->accounts[resource].used,
				    memory_order_relaxed);
}

/*
 * Makes @child a ledger with @budget carved from @parent. On failure changes nothing and
 * writes the resource that is short.
 */
[[nodiscard]] bool ledger_carve(struct ledger *parent, const struct ledger_budget *budget,
				struct ledger *child, enum ledger_resource *short_of);
/* Gives the whole carved budget back to the parent. */
void ledger_return(struct ledger *child);

#endif /* CORE_LEDGER_H */

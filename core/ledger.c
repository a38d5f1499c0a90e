/* SPDX-License-Identifier: MIT */
/* ledger.c - see ledger.h. */
#include "core/ledger.h"

void ledger_init(struct ledger *ledger, const struct ledger_budget *budget)
{
	for (int i = 0; i < LEDGER_RESOURCES; i++) {
		atomic_init(&ledger->accounts[i].used, 0);
		ledger->accounts[i].max = budget->max[i];
	}
	ledger->parent = nullptr;
}

bool ledger_carve(struct ledger *parent, const struct ledger_budget *budget,
		  struct ledger *child, enum ledger_resource *short_of)
{
	for (int i = 0; i < LEDGER_RESOURCES; i++) {
		/* The comparison keeps the sum in ledger_charge from wrapping. */
		if (budget->max[i] <= parent->accounts[i].max &&
		    ledger_charge(parent, (enum ledger_resource)i, budget->max[i]))
			continue;
		*short_of = (enum ledger_resource)i;
		while (i-- > 0)
			ledger_refund(parent, (enum ledger_resource)i, budget->max[i]);
		return false;
	}
	ledger_init(child, budget);
	child->parent = parent;
	return true;
}

void ledger_return(struct ledger *child)
{
	if (!child->parent)
		return;
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		ledger_refund(child->parent, (enum ledger_resource)i,
			      child->accounts[i].max);
}

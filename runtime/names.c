/* SPDX-License-Identifier: MIT */
/*
 * names.c - the names of statuses and rules, without the reflection tables.
 */
#include "capos/explain.h"
#include "gen/status.capnp.h"

#define NAME_ENTRY(name, number) [number] = #name,

const char *capos_status_name(status_t status)
{
	static const char *const names[] = { STATUS_LIST(NAME_ENTRY) };
	uint32_t index = status < 0 ? 0 - (uint32_t)status : (uint32_t)status;

	return index < STATUS_COUNT ? names[index] : "an unknown status";
}

const char *capos_rule_name(uint16_t rule)
{
	static const char *const names[] = { RULE_LIST(NAME_ENTRY) };

	return rule < RULE_COUNT ? names[rule] : "an unknown rule";
}

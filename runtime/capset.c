/* SPDX-License-Identifier: MIT */
/*
 * capset.c - lookup in the CapSet. See cap.h for what it promises.
 */
#include "capos/cap.h"
#include "capos/string.h"

const struct capos_capset_record *capos_capset_find_record(const char *name)
{
	for (size_t i = 0; i < capos_capset_count(); i++) {
		const struct capos_capset_record *record = &capos_capset->records[i];

		if (strncmp(record->name, name, CAPOS_NAME_BYTES) == 0)
			return record;
	}
	return nullptr;
}

const struct capos_capset_record *capos_capset_find_interface(uint64_t interface)
{
	for (size_t i = 0; i < capos_capset_count(); i++) {
		const struct capos_capset_record *record = &capos_capset->records[i];

		if (record->interface == interface)
			return record;
	}
	return nullptr;
}

cap_t capos_capset_find(const char *name, uint64_t interface)
{
	const struct capos_capset_record *record = capos_capset_find_record(name);

	if (!record || (interface != 0 && record->interface != interface &&
			!capos_cap_answers((cap_t){ record->cap }, interface)))
		return CAP_NULL;
	return (cap_t){ record->cap };
}

/* SPDX-License-Identifier: MIT */
/*
 * cap.h - the local name of a capability.
 *
 * A cap_t names a slot in this process's capability table and the generation that slot
 * had. Slots are reused, generations are not: a stale name fails instead of naming
 * something new. Generations start at 1, so the null capability names nothing.
 */
#ifndef ABI_CAP_H
#define ABI_CAP_H

#include <stdint.h>

typedef struct {
	uint64_t raw; /* low 32 bits: slot; high 32 bits: generation */
} cap_t;

static_assert(sizeof(cap_t) == 8, "a capability id is 64 bits in every record");

constexpr cap_t CAP_NULL = { 0 };

static inline cap_t cap_make(uint32_t slot, uint32_t generation)
{
	return (cap_t){ (uint64_t)generation << 32 | slot };
}

static inline uint32_t cap_slot(cap_t cap)
{
	return (uint32_t)cap.raw;
}

static inline uint32_t cap_generation(cap_t cap)
{
	return (uint32_t)(cap.raw >> 32);
}

static inline bool cap_is_null(cap_t cap)
{
	return cap.raw == 0;
}

static inline bool cap_equal(cap_t a, cap_t b)
{
	return a.raw == b.raw;
}

#endif /* ABI_CAP_H */

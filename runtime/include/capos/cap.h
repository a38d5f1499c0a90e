/* SPDX-License-Identifier: MIT */
/*
 * cap.h - the capabilities a program was granted, and letting go of them.
 *
 * A cap_t is a local name for a capability this process holds. What a process was
 * granted stands in its CapSet, by name; there is no other way to obtain a first one.
 *
 *   tests    runtime/explain_test.c
 */
#ifndef CAPOS_CAP_H
#define CAPOS_CAP_H

#include <stddef.h>
#include <stdint.h>

#include "abi/cap.h"
#include "abi/capset.h"
#include "abi/needs.h"
#include "abi/status.h"

/* The exit code of a program whose needs were not granted. */
enum { CAPOS_EXIT_NEEDS = 125 };

/*
 * Declares what the program cannot work without:
 *
 *    enum { NEED_CONSOLE, NEED_COUNT };
 *    CAP_NEEDS(hello_needs) = {
 *        [NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
 *    };
 *
 * The table goes to the section .capos.needs, where tools/mkimage and loaders read it.
 */
#define CAP_NEEDS(table)                        \
	__attribute__((section(".capos.needs"), \
		       used)) static const struct capos_need table[]

/*
 * Finds every need in the CapSet and fills @caps in table order; an optional one that is
 * missing becomes CAP_NULL. If any other is missing, says which (on the console or the
 * log, if there is one) and ends the process with CAPOS_EXIT_NEEDS.
 */
void cap_resolve(const struct capos_need *needs, size_t count, cap_t *caps);

/* What this process was granted, as the kernel wrote it. */
extern const struct capos_capset *capos_capset;

/*
 * Whether @cap, which this process holds, answers calls through @interface: because it is
 * held as that, or as a descendant of it, or because that is a narrowed facet of what it is
 * held as. It is the kernel who knows, so this asks it: one entry, which changes nothing.
 * False also if @cap is null or stale. Schemas this program has never seen are no obstacle.
 */
bool capos_cap_answers(cap_t cap, uint64_t interface);

/*
 * The capability granted as @name, if it answers to @interface (0: any); CAP_NULL if there
 * is none.
 */
cap_t capos_capset_find(const char *name, uint64_t interface);

/* The record granted as @name; nullptr if there is none. */
const struct capos_capset_record *capos_capset_find_record(const char *name);

/* The first record with exactly @interface, no descendant; nullptr if there is none. */
const struct capos_capset_record *capos_capset_find_interface(uint64_t interface);

/* Iteration: records 0 to count - 1; nullptr beyond. */
static inline size_t capos_capset_count(void)
{
	return capos_capset->count < CAPOS_CAPSET_MAX ? capos_capset->count
						      : CAPOS_CAPSET_MAX;
}

static inline const struct capos_capset_record *capos_capset_at(size_t index)
{
	return index < capos_capset_count() ? &capos_capset->records[index] : nullptr;
}

/*
 * Gives up a capability: queues a RELEASE, which goes to the kernel with the next entry
 * (or when the queue is full). The null capability is ignored. To learn whether it was
 * held at all, use capos_release_checked().
 */
void capos_release(cap_t cap);

/* The same at once, with the kernel's answer. */
[[nodiscard]] status_t capos_release_checked(cap_t cap);

#endif /* CAPOS_CAP_H */

/* SPDX-License-Identifier: MIT */
/*
 * memory_bed.h - memory and accounts for tests of kernel/mem and the memory objects.
 *
 * The hosted machine's memory is handed to the frame allocator once. A test runs between
 * memory_bed_begin and memory_bed_end, and has to leave things as it found them.
 */
#ifndef TESTS_SUPPORT_MEMORY_BED_H
#define TESTS_SUPPORT_MEMORY_BED_H

#include "kernel/object.h"

enum { MEMORY_BED_FRAMES = 4096 };

/* The machine's account, and one carved from it that pays for what tests make. */
extern struct account memory_bed_machine;
extern struct account memory_bed_payer;

/* cmocka setup and teardown; teardown fails if a frame or a charge is missing. */
int memory_bed_begin(void **state);
int memory_bed_end(void **state);

/* A fresh account carved from the machine's, with @max of everything. */
void memory_bed_carve(struct account *account, uint64_t max);

/* Takes all free frames but @count; and gives them back. */
void memory_bed_leave_frames(uint64_t count);
void memory_bed_return_frames(void);

/* Runs all queued work. Returns the number of steps. */
int memory_bed_work(void);

/* What @ledger has used, to compare before and after a refusal. */
struct ledger_budget memory_bed_used(const struct ledger *ledger);
bool memory_bed_same(const struct ledger_budget *a, const struct ledger_budget *b);

#endif /* TESTS_SUPPORT_MEMORY_BED_H */

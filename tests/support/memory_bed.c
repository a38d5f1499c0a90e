/* SPDX-License-Identifier: MIT */
/* memory_bed.c - see memory_bed.h. */
#include "tests/support/memory_bed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "hosted.h"
#include "kernel/frame.h"
#include "kernel/work.h"

struct account memory_bed_machine;
struct account memory_bed_payer;

static paddr_t taken; /* chain of frames that memory_bed_leave_frames took */
static bool made;
static uint64_t frames_before;

static struct ledger_budget everything(uint64_t max)
{
	struct ledger_budget budget;

	for (int i = 0; i < LEDGER_RESOURCES; i++)
		budget.max[i] = max;
	return budget;
}

static void make_machine(void)
{
	/* Two ranges of RAM with a hole, as on a PC. */
	struct boot_info info = {
		.memory = { { { 0x10000 }, 0x90000 },
			    { { 0x100000 },
			      MEMORY_BED_FRAMES * (uint64_t)ARCH_PAGE_SIZE } },
		.memory_count = 2,
	};

	hosted_init(0x100000 + MEMORY_BED_FRAMES * (size_t)ARCH_PAGE_SIZE);
	frame_init(&info);
	made = true;
}

void memory_bed_carve(struct account *account, uint64_t max)
{
	struct ledger_budget budget = everything(max);
	enum ledger_resource short_of;

	account_init(account);
	assert_true(ledger_carve(&memory_bed_machine.ledger, &budget, &account->ledger,
				 &short_of));
}

int memory_bed_begin(void **state)
{
	struct ledger_budget budget = everything(UINT64_C(1) << 40);

	(void)state;
	if (!made)
		make_machine();
	account_init(&memory_bed_machine);
	ledger_init(&memory_bed_machine.ledger, &budget);
	memory_bed_carve(&memory_bed_payer, UINT64_C(1) << 32);
	frames_before = frame_free_count();
	return 0;
}

int memory_bed_end(void **state)
{
	(void)state;
	memory_bed_return_frames();
	memory_bed_work();
	frame_check();
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		if (ledger_used(&memory_bed_payer.ledger, (enum ledger_resource)i) != 0)
			return -1;
	ledger_return(&memory_bed_payer.ledger);
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		if (ledger_used(&memory_bed_machine.ledger, (enum ledger_resource)i) != 0)
			return -1;
	/* An object cache that was used for the first time may keep one frame. */
	return frame_free_count() + 2 >= frames_before ? 0 : -1;
}

static paddr_t *next_of(paddr_t frame)
{
	return arch_direct(frame);
}

void memory_bed_leave_frames(uint64_t count)
{
	memory_bed_return_frames();
	while (frame_free_count() > count) {
		paddr_t frame;

		assert_int_equal(frame_alloc(&frame), CAPOS_OK);
		*next_of(frame) = taken;
		taken = frame;
	}
}

void memory_bed_return_frames(void)
{
	while (taken.raw != 0) {
		paddr_t next = *next_of(taken);

		frame_free(taken);
		taken = next;
	}
}

int memory_bed_work(void)
{
	int steps = 0;

	while (work_run_one())
		steps++;
	return steps;
}

struct ledger_budget memory_bed_used(const struct ledger *ledger)
{
	struct ledger_budget used;

	for (int i = 0; i < LEDGER_RESOURCES; i++)
		used.max[i] = ledger_used(ledger, (enum ledger_resource)i);
	return used;
}

bool memory_bed_same(const struct ledger_budget *a, const struct ledger_budget *b)
{
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		if (a->max[i] != b->max[i])
			return false;
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * main.c - bench, which measures the machine from inside. See README.md.
 */
#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/string.h"
#include "programs/bench/rows.h"
#include "programs/bench/sample.h"

enum {
	NEED_CONSOLE,
	NEED_TIMER,
	NEED_INFO,
	NEED_STORE,
	NEED_FACTORY,
	NEED_ALLOCATOR,
	NEED_MEMORY,
	NEED_COUNT,
};

CAP_NEEDS(bench_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
	[NEED_TIMER] = { "timer", TIMER_INTERFACE_ID, 0, 0 },
	[NEED_INFO] = { "info", SYSTEM_INFO_INTERFACE_ID, 0, 0 },
	[NEED_STORE] = { "store", PROGRAM_STORE_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_FACTORY] = { "factory", PROCESS_FACTORY_INTERFACE_ID, CAPOS_NEED_OPTIONAL,
			   0 },
	[NEED_ALLOCATOR] = { "allocator", MEMORY_ALLOCATOR_INTERFACE_ID,
			     CAPOS_NEED_OPTIONAL, 0 },
	[NEED_MEMORY] = { "memory", VIRTUAL_MEMORY_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
};

enum { ROW_COUNT = 11 };

/* Without the capabilities that it needs a row fails, and says so. */
static bool run_rows(const cap_t *caps, const char *only)
{
	struct console_client console = { caps[NEED_CONSOLE] };
	struct system_info_client info = { caps[NEED_INFO] };
	struct timer_client timer = { caps[NEED_TIMER] };
	struct memory_work pages = { .memory = { caps[NEED_MEMORY] } };
	struct spawn_work spawn = {
		.factory = { caps[NEED_FACTORY] },
		.store = { caps[NEED_STORE] },
		.memory = { caps[NEED_MEMORY] },
		.console = caps[NEED_CONSOLE],
		.timer = caps[NEED_TIMER],
	};
	const struct row rows[ROW_COUNT] = {
		{ "nop_single", row_nop_single, nullptr, 1000, 1 },
		{ "nop_batch32", row_nop_batch, nullptr, 100, BATCH },
		{ "call_timer_now_single", row_timer_single, &timer, 1000, 1 },
		{ "call_timer_now_batch32", row_timer_batch, &timer, 100, BATCH },
		{ "map_existing_touch_unmap", row_map_existing, &pages, 200, 1 },
		{ "map_fresh_touch_unmap", row_map_fresh, &pages, 200, 1 },
		{ "info_stub", row_info_stub, &pages, 1000, 1 },
		{ "info_by_hand", row_info_by_hand, &pages, 1000, 1 },
		{ "unmap_stub", row_unmap_stub, &pages, 200, 1 },
		{ "unmap_by_hand", row_unmap_by_hand, &pages, 200, 1 },
		{ "spawn_exit_wait", row_spawn, &spawn, 10, 1 },
	};
	bool good = true;

	(void)memory_allocator_allocate(
		(struct memory_allocator_client){ caps[NEED_ALLOCATOR] }, 1,
		&pages.object);
	for (uint32_t i = 0; i < ROW_COUNT; i++) {
		if (!only || capos_text_equal(only, rows[i].name))
			good &= sample_row(console, info, &rows[i]);
	}
	capos_release(pages.object.cap);
	return good;
}

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];

	cap_resolve(bench_needs, NEED_COUNT, caps);
	return run_rows(caps, argc > 1 ? argv[1] : nullptr) ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* rows.h - the exact work of each row; README.md says it in words. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdint.h>

#include "capos/loader.h"
#include "gen/timer.client.h"

enum { BATCH = 32 };

struct memory_work {
	struct virtual_memory_client memory;
	struct memory_object_client object;
};

struct spawn_work {
	struct process_factory_client factory;
	struct program_store_client store;
	struct virtual_memory_client memory;
	cap_t console;
	cap_t timer;
};

bool row_nop_single(void *context, uint32_t count);
bool row_nop_batch(void *context, uint32_t count);
bool row_timer_single(void *timer_client, uint32_t count);
bool row_timer_batch(void *timer_client, uint32_t count);
bool row_map_existing(void *memory_work, uint32_t count);
bool row_map_fresh(void *memory_work, uint32_t count);
bool row_info_stub(void *memory_work, uint32_t count);
bool row_info_by_hand(void *memory_work, uint32_t count);
bool row_unmap_stub(void *memory_work, uint32_t count);
bool row_unmap_by_hand(void *memory_work, uint32_t count);
bool row_spawn(void *spawn_work, uint32_t count);

#endif /* BENCH_ROWS_H */

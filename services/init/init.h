/* SPDX-License-Identifier: MIT */
/* init.h - what init holds and knows, for its modules. */
#ifndef INIT_INIT_H
#define INIT_INIT_H

#include "capos/cap.h"
#include "core/system_graph.h"
#include "gen/boot.client.h"
#include "gen/process.client.h"

/* The kernel's grants to init, in the order of the needs in main.c. */
enum holding {
	HOLD_CONSOLE,
	HOLD_INTERRUPT,
	HOLD_TIMER,
	HOLD_ENTROPY,
	HOLD_PACKAGE,
	HOLD_FACTORY,
	HOLD_ALLOCATOR,
	HOLD_INFO,
	HOLD_LOGSINK,
	HOLD_LOG,
	HOLD_POWER,
	HOLD_MEMORY,
	HOLD_COUNT,
};

struct init {
	cap_t holds[HOLD_COUNT];
	struct program_store_client store; /* a facet of the package */
	struct capnp_reader reader;
	struct system system;
	uint64_t memory_pages; /* what init gives to all services together */
	/* What was started and has not ended; null otherwise. */
	struct process_handle_client handles[SYSTEM_SERVICES_MAX];
};

#endif /* INIT_INIT_H */

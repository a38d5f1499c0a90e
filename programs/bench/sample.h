/* SPDX-License-Identifier: MIT */
/*
 * sample.h - runs one row and prints it.
 *
 *    ROW <name> <min> <median> <max> <operations per sample> <samples>
 *    COUNTERS <name> <CR3 writes> <WRMSR> <IPIs> <vector saves>      per operation
 *
 * Times are time stamp counter ticks per operation, rounded up.
 */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stdint.h>

#include "gen/console.client.h"
#include "gen/system.client.h"

enum { SAMPLE_COUNT = 15, SAMPLE_WARM_UPS = 3 };

struct row {
	const char *name;
	/* Does it @count times; false if anything went wrong. */
	bool (*run)(void *context, uint32_t count);
	void *context;
	uint32_t calls;      /* of run's count, per sample */
	uint32_t operations; /* that one count is */
};

/* False if the row failed; then it says so instead. */
[[nodiscard]] bool sample_row(struct console_client console,
			      struct system_info_client info, const struct row *row);

#endif /* BENCH_SAMPLE_H */

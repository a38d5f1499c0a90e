/* SPDX-License-Identifier: MIT */
/*
 * sample.c - see sample.h.
 */
#include "programs/bench/sample.h"

#include "capos/print.h"

struct counters {
	uint64_t switches, msr_writes, interrupts, vector_saves;
};

static struct counters read_counters(struct system_info_client info)
{
	struct counters now = { 0 };

	(void)system_info_counters(info, &now.switches, &now.msr_writes, &now.interrupts,
				   &now.vector_saves, nullptr, nullptr);
	return now;
}

static void sort(uint64_t *values, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		uint64_t value = values[i];
		uint32_t place = i;

		for (; place > 0 && values[place - 1] > value; place--)
			values[place] = values[place - 1];
		values[place] = value;
	}
}

/* A number per operation with two decimals. */
static void print_rate(struct console_client console, uint64_t count, uint64_t operations)
{
	uint64_t hundredths = (count * 100 + operations / 2) / operations;

	(void)console_print(console, " %llu.%02llu",
			    (unsigned long long)(hundredths / 100),
			    (unsigned long long)(hundredths % 100));
}

static void print_counters(struct console_client console, const struct row *row,
			   const struct counters *before, const struct counters *after)
{
	uint64_t operations = (uint64_t)row->calls * row->operations * SAMPLE_COUNT;

	(void)console_print(console, "COUNTERS %s", row->name);
	print_rate(console, after->switches - before->switches, operations);
	print_rate(console, after->msr_writes - before->msr_writes, operations);
	print_rate(console, after->interrupts - before->interrupts, operations);
	print_rate(console, after->vector_saves - before->vector_saves, operations);
	(void)console_print(console, "\n");
}

bool sample_row(struct console_client console, struct system_info_client info,
		const struct row *row)
{
	uint64_t values[SAMPLE_COUNT];
	uint64_t operations = (uint64_t)row->calls * row->operations;
	struct counters before, after;
	bool good = row->run(row->context, SAMPLE_WARM_UPS);

	before = read_counters(info);
	for (uint32_t i = 0; good && i < SAMPLE_COUNT; i++) {
		uint64_t start = __builtin_ia32_rdtsc();

		good = row->run(row->context, row->calls);
		values[i] =
			(__builtin_ia32_rdtsc() - start + operations - 1) / operations;
	}
	after = read_counters(info);
	if (!good) {
		(void)console_print(console, "FAILED %s\n", row->name);
		return false;
	}
	sort(values, SAMPLE_COUNT);
	(void)console_print(console, "ROW %s %llu %llu %llu %llu %u\n", row->name,
			    (unsigned long long)values[0],
			    (unsigned long long)values[SAMPLE_COUNT / 2],
			    (unsigned long long)values[SAMPLE_COUNT - 1],
			    (unsigned long long)operations, SAMPLE_COUNT);
	print_counters(console, row, &before, &after);
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * main.c - clock, which wakes up at regular times and says so. See README.md.
 *
 * Each alarm is set for the start plus a multiple of the interval, so that late wake-ups
 * do not add up.
 */
#include "capos/cap.h"
#include "capos/explain.h"
#include "capos/print.h"
#include "capos/program.h"
#include "gen/timer.client.h"

enum { NEED_CONSOLE, NEED_TIMER, NEED_COUNT };

CAP_NEEDS(clock_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
	[NEED_TIMER] = { "clock", TIMER_INTERFACE_ID, 0, 0 },
};

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, DEFAULT_COUNT = 3, DEFAULT_INTERVAL_MS = 100 };

static const uint64_t NUMBER_MAX = 1000000000;
static const uint64_t NS_PER_MS = 1000000;

/* A decimal number; false if @text is none, or a very large one. */
static bool read_number(const char *text, uint64_t *number)
{
	*number = 0;
	if (*text == '\0')
		return false;
	for (; *text >= '0' && *text <= '9' && *number <= NUMBER_MAX; text++)
		*number = *number * 10 + (uint64_t)(*text - '0');
	return *text == '\0' && *number <= NUMBER_MAX;
}

/* Ticks @count times, for ever if it is 0. */
static int tick(struct console_client console, struct timer_client timer, uint64_t count,
		uint64_t interval_ms)
{
	uint64_t start_ns, now_ns;
	status_t status = timer_now(timer, &start_ns);

	for (uint64_t i = 1; status == CAPOS_OK && (count == 0 || i <= count); i++) {
		status = timer_sleep_until(timer, start_ns + i * interval_ms * NS_PER_MS,
					   &now_ns);
		if (status != CAPOS_OK)
			break;
		(void)console_print(console, "tick %llu at %llu.%03llu s\n",
				    (unsigned long long)i,
				    (unsigned long long)(now_ns / (1000 * NS_PER_MS)),
				    (unsigned long long)(now_ns / NS_PER_MS % 1000));
	}
	if (status == CAPOS_OK)
		return 0;
	(void)console_print(console, "clock: the timer refused: %s\n",
			    capos_status_name(status));
	return EXIT_FAILED;
}

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];
	struct console_client console;
	uint64_t count = DEFAULT_COUNT;
	uint64_t interval_ms = DEFAULT_INTERVAL_MS;

	cap_resolve(clock_needs, NEED_COUNT, caps);
	console = (struct console_client){ caps[NEED_CONSOLE] };

	if (argc > 3 || (argc > 1 && !read_number(argv[1], &count)) ||
	    (argc > 2 && (!read_number(argv[2], &interval_ms) || interval_ms == 0))) {
		(void)console_print(
			console, "usage: clock [count, 0 for ever] [interval in ms]\n");
		return EXIT_USAGE;
	}
	return tick(console, (struct timer_client){ caps[NEED_TIMER] }, count,
		    interval_ms);
}

/* SPDX-License-Identifier: MIT */
/*
 * main.c - greedy, which tries everything it was not given. See README.md.
 */
#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "programs/greedy/attempt.h"
#include "programs/greedy/attempts.h"

enum { NEED_CONSOLE, NEED_COUNT };

CAP_NEEDS(greedy_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
};

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];
	struct tally tally = { 0 };

	(void)argc;
	(void)argv;
	cap_resolve(greedy_needs, NEED_COUNT, caps);

	try_identities(&tally, (struct console_client){ caps[NEED_CONSOLE] });
	try_entries(&tally, caps[NEED_CONSOLE]);
	try_buffers(&tally, caps[NEED_CONSOLE]);
	try_transfers(&tally, caps[NEED_CONSOLE]);
	try_resources(&tally, (struct console_client){ caps[NEED_CONSOLE] });

	(void)capos_print("greedy: %u attempts, %u allowed\n", tally.tried,
			  tally.allowed);
	return tally.allowed != 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * commands_process.h - waiting for a process, for the commands that do.
 */
#ifndef SHELL_COMMANDS_PROCESS_H
#define SHELL_COMMANDS_PROCESS_H

#include "programs/shell/shell.h"

enum process_outcome {
	PROCESS_ENDED_WELL, /* exited with 0 */
	PROCESS_ENDED,
	PROCESS_INTERRUPTED, /* Ctrl-C; it goes on */
	PROCESS_REFUSED,     /* and the refusal is told */
};

struct process_end {
	char text[JOB_END_BYTES]; /* how it ended, in words */
};

/*
 * Waits until the process behind @handle, called @name, has ended. Ctrl-C kills it, or
 * stops the waiting.
 */
enum process_outcome process_wait(struct shell *shell, cap_t handle, struct text name,
				  bool kill_on_interrupt, struct process_end *end);

/* Asks what the process is and uses now; false if its handle does not say. */
bool process_look(struct job *job, bool *running);

#endif /* SHELL_COMMANDS_PROCESS_H */

/* SPDX-License-Identifier: MIT */
/*
 * completion.h - what may stand at the cursor.
 *
 * Commands; @capabilities; methods after `@cap.`; parameters, enumerants, booleans and
 * capabilities of the right interface in a call; programs, budgets and grants in a run;
 * interfaces, methods and commands for man. All of it comes from the tables that parse
 * and explain commands, so nothing is offered that would be refused by name.
 */
#ifndef SHELL_COMPLETION_H
#define SHELL_COMPLETION_H

#include "programs/shell/names.h"

enum {
	COMPLETION_CANDIDATES_MAX = 64,
	COMPLETION_BYTES_MAX = 64,
	COMPLETION_PROGRAMS_MAX = 32,
};

struct candidate {
	char text[COMPLETION_BYTES_MAX];
	char suffix; /* follows a unique candidate: ' ', '.', '=', or NUL */
};

struct completion {
	size_t start;      /* candidates replace the line from here to the cursor */
	struct text typed; /* what stands there; every candidate starts with it */
	struct candidate candidates[COMPLETION_CANDIDATES_MAX];
	size_t count;
};

/* What completion looks names up in. */
struct completer {
	const struct names *names;
	/* Names of the programs that can be run. */
	char programs[COMPLETION_PROGRAMS_MAX][CAPOS_NAME_BYTES];
	size_t program_count;
};

void completion_find(const struct completer *completer, struct text before_cursor,
		     struct completion *out);

/* What all candidates begin with. */
struct text completion_common(const struct completion *completion);

#endif /* SHELL_COMPLETION_H */

/* SPDX-License-Identifier: MIT */
/*
 * command.h - a parsed command line: what the parser makes and the commands read.
 *
 * Texts point into the command line or into the pool; both live until the next parse.
 */
#ifndef SHELL_COMMAND_H
#define SHELL_COMMAND_H

#include "programs/shell/command_table.h"
#include "programs/shell/text.h"

enum {
	COMMAND_POOL_BYTES = 4608, /* decoded texts: more than Console.write takes */
	COMMAND_ARGUMENTS_MAX = 32,
	COMMAND_GRANTS_MAX = 32,
};

enum grant_source {
	GRANT_CAPABILITY,
	GRANT_OWN_MEMORY,
	GRANT_OWN_THREAD,
};

struct command_grant {
	struct text name;
	enum grant_source source;
	struct text capability;
};

struct command {
	struct text line;
	const struct command_info *info; /* nullptr: an empty line */
	bool timed;                      /* `time` stood before it */
	struct text capability;          /* without the @ */
	struct text method;
	struct text fields; /* parameters of call, as written: NAME=VALUE ... */
	struct text result_name;
	struct text topic; /* of help and man */
	struct text topic_method;
	bool has_number;
	uint64_t number;
	struct text program;
	struct text arguments[COMMAND_ARGUMENTS_MAX];
	size_t argument_count;
	struct text budget; /* as written: (NAME = VALUE, ...); empty without one */
	struct command_grant grants[COMMAND_GRANTS_MAX];
	size_t grant_count;

	char pool[COMMAND_POOL_BYTES];
	size_t pool_used;
};

#endif /* SHELL_COMMAND_H */

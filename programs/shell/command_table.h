/* SPDX-License-Identifier: MIT */
/*
 * command_table.h - every command of the shell: its grammar and its manual.
 *
 * The one table that the parser, help, man and completion read.
 */
#ifndef SHELL_COMMAND_TABLE_H
#define SHELL_COMMAND_TABLE_H

#include "programs/shell/nearest.h"
#include "programs/shell/text.h"

enum command_id {
	COMMAND_HELP,
	COMMAND_CAPS,
	COMMAND_INSPECT,
	COMMAND_CALL,
	COMMAND_RUN,
	COMMAND_SPAWN,
	COMMAND_WAIT,
	COMMAND_KILL,
	COMMAND_PS,
	COMMAND_RELEASE,
	COMMAND_MAN,
	COMMAND_LOG,
	COMMAND_ECHO,
	COMMAND_TIME,
	COMMAND_HISTORY,
	COMMAND_CLEAR,
	COMMAND_REBOOT,
	COMMAND_SHUTDOWN,
	COMMAND_COUNT,
};

/* What follows the command's name. */
enum command_shape {
	SHAPE_NOTHING,
	SHAPE_TOPIC,      /* [word[.word]] */
	SHAPE_NUMBER,     /* [number] */
	SHAPE_CAPABILITY, /* @capability */
	SHAPE_PROCESS,    /* @capability that is a process */
	SHAPE_CALL,       /* @capability.method name=value ... [as name] */
	SHAPE_RUN,        /* program [arguments] [budget (...)] [with { name: @cap }] */
	SHAPE_ARGUMENTS,  /* anything */
	SHAPE_COMMAND,    /* another command */
};

struct command_info {
	const char *name;
	const char *usage;   /* what follows the name */
	const char *summary; /* one line */
	const char *manual;  /* the rest, or "" */
	enum command_shape shape;
};

extern const struct command_info command_table[COMMAND_COUNT];

/* nullptr if there is no such command. */
const struct command_info *command_find(struct text name);

static inline enum command_id command_id(const struct command_info *info)
{
	return (enum command_id)(info - command_table);
}

#endif /* SHELL_COMMAND_TABLE_H */

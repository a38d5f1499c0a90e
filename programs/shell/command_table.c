/* SPDX-License-Identifier: MIT */
/*
 * command_table.c - see command_table.h.
 */
#include "programs/shell/command_table.h"

#define RUN_MANUAL                                                                      \
	"PROGRAM is a name from the program store: hello or \"hello\". Arguments are\n" \
	"words up to `with` or `budget`, or texts in quotes.\n"                         \
	"with { name: @capability, ... } is all that the program can do: it gets\n"     \
	"these capabilities under these names and nothing else. `own memory` and\n"     \
	"`own thread` stand for the new process's own address space and thread.\n"      \
	"budget (field = number, ...) sets what the program may use at most; the\n"     \
	"rest is as `help budget` shows. All of it is carved from the shell's.\n"

const struct command_info command_table[COMMAND_COUNT] = {
	[COMMAND_HELP] = {
		"help", "[COMMAND]", "lists the commands, or explains one",
		"help values explains how values are written; help budget lists what a\n"
		"program started by run may use.\n",
		SHAPE_TOPIC,
	},
	[COMMAND_CAPS] = {
		"caps", "", "lists the capabilities that the shell holds",
		"Granted ones came with the shell; the others are results of calls and\n"
		"handles of processes.\n",
		SHAPE_NOTHING,
	},
	[COMMAND_INSPECT] = {
		"inspect", "@CAPABILITY", "shows a capability's interface and methods", "",
		SHAPE_CAPABILITY,
	},
	[COMMAND_CALL] = {
		"call", "@CAPABILITY.METHOD [NAME=VALUE ...] [as NAME]",
		"calls a method of a capability",
		"Calls any method of any capability that the shell holds and shows what it\n"
		"returns.\n"
		"Parameters that are left out have the schema's default. A capability in the\n"
		"results becomes @r1, @r2, ..., or with `as NAME` @NAME (with several of\n"
		"them @NAME_FIELD). Ctrl-C cancels a call that waits.\n"
		"See `help values` and `inspect @CAPABILITY`.\n"
		"  call @timer.sleep durationNs=1_000_000_000\n"
		"  call @store.open name=\"hello\" as image\n",
		SHAPE_CALL,
	},
	[COMMAND_RUN] = {
		"run", "PROGRAM [ARGUMENT ...] [budget (...)] [with { NAME: @CAPABILITY, ... }]",
		"starts a program with exactly these capabilities and waits for it",
		RUN_MANUAL
		"Ctrl-C kills the program. The command fails if it does not exit with 0.\n"
		"  run hello world with { console: @console }\n"
		"  run \"clock\" 3 with { console: @console, clock: @timer }\n",
		SHAPE_RUN,
	},
	[COMMAND_SPAWN] = {
		"spawn", "PROGRAM [ARGUMENT ...] [budget (...)] [with { NAME: @CAPABILITY, ... }]",
		"starts a program and does not wait",
		RUN_MANUAL
		"The process's handle becomes @p1, @p2, ...; see ps, wait and kill.\n",
		SHAPE_RUN,
	},
	[COMMAND_WAIT] = {
		"wait", "@PROCESS", "waits until a process ends and tells how",
		"Ctrl-C stops waiting; the process goes on.\n", SHAPE_PROCESS,
	},
	[COMMAND_KILL] = {
		"kill", "@PROCESS", "ends a process", "", SHAPE_PROCESS,
	},
	[COMMAND_PS] = {
		"ps", "", "lists the processes that this shell started", "", SHAPE_NOTHING,
	},
	[COMMAND_RELEASE] = {
		"release", "@CAPABILITY", "gives a capability up",
		"Its name is gone and the shell cannot use it any more. A process whose\n"
		"handle is released goes on.\n",
		SHAPE_CAPABILITY,
	},
	[COMMAND_MAN] = {
		"man", "INTERFACE | INTERFACE.METHOD | COMMAND",
		"the manual of an interface, a method or a command", "", SHAPE_TOPIC,
	},
	[COMMAND_LOG] = {
		"log", "[COUNT]", "shows the last records of the log (20 unless told)", "",
		SHAPE_NUMBER,
	},
	[COMMAND_ECHO] = {
		"echo", "[WORD ...]", "prints its arguments", "", SHAPE_ARGUMENTS,
	},
	[COMMAND_TIME] = {
		"time", "COMMAND", "carries out a command and says how long it took", "",
		SHAPE_COMMAND,
	},
	[COMMAND_HISTORY] = {
		"history", "", "lists the last commands", "", SHAPE_NOTHING,
	},
	[COMMAND_CLEAR] = {
		"clear", "", "clears the screen", "", SHAPE_NOTHING,
	},
	[COMMAND_REBOOT] = {
		"reboot", "", "restarts the machine", "", SHAPE_NOTHING,
	},
	[COMMAND_SHUTDOWN] = {
		"shutdown", "[CODE]", "stops the machine",
		"CODE (0 to 255) is reported to whoever started the machine. Without one it\n"
		"is 0, or 1 if commands come from a pipe and one of them failed.\n",
		SHAPE_NUMBER,
	},
};

const struct command_info *command_find(struct text name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (text_is(name, command_table[i].name))
			return &command_table[i];
	}
	return nullptr;
}

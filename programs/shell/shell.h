/* SPDX-License-Identifier: MIT */
/*
 * shell.h - the shell's state, and what its commands share.
 *
 * A command returns whether it succeeded; if not, it has said why in one line. Output
 * goes to shell->out, which pages when a person reads it.
 */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "capos/call.h"
#include "capos/loader.h"
#include "gen/boot.client.h"
#include "gen/console.client.h"
#include "gen/log.client.h"
#include "gen/memory.client.h"
#include "gen/process.client.h"
#include "gen/system.client.h"
#include "gen/timer.client.h"
#include "programs/shell/command.h"
#include "programs/shell/completion.h"
#include "programs/shell/history.h"
#include "programs/shell/jobs.h"
#include "programs/shell/line_editor.h"
#include "programs/shell/names.h"
#include "programs/shell/pager.h"
#include "programs/shell/terminal.h"

/* What the shell itself uses. A null one makes the commands that need it fail. */
struct shell_caps {
	struct console_client console;
	struct terminal_interrupt_client interrupt;
	struct timer_client timer;
	struct program_store_client store;
	struct process_factory_client factory;
	struct virtual_memory_client memory;
	struct system_info_client info;
	struct log_reader_client log;
	struct power_control_client power;
};

struct shell {
	struct shell_caps caps;
	const char *process_name;
	bool interactive;
	bool failed; /* a command did not succeed */
	struct sink *out;
	struct terminal terminal;
	struct pager pager;
	struct names names;
	struct jobs jobs;
	struct history history;
	struct completer completer;
	bool programs_known;
	struct line_editor editor;
	struct command command;
};

/* Reads and carries out lines until the input ends; returns the exit code. */
int shell_run(struct shell *shell);

/* ---- For the commands -------------------------------------------------------- */

/* Starts the line that says why a command failed; the caller ends it with '\n'. */
struct sink *shell_error(struct shell *shell);

/* The same in one go; always false. */
bool shell_fail(struct shell *shell, const char *why);

/* The capability called @name; nullptr after saying that there is none. */
const struct name *shell_find(struct shell *shell, struct text name);

/* The same for a process's handle. */
const struct name *shell_find_process(struct shell *shell, struct text name);

/*
 * Submits @call and waits until it has completed or Ctrl-C is pressed. False if it was
 * pressed; the call is then still in flight.
 */
[[nodiscard]] bool shell_wait(struct shell *shell, struct capos_call *call);

/* Says why @call, which has completed, was refused; always false. */
bool shell_refused(struct shell *shell, const struct capos_call *call);

/* Says why starting @program failed; always false. */
bool shell_start_failed(struct shell *shell, struct text program,
			const struct loader_error *error);

/* Asks the store, once, for the names of the programs. */
void shell_learn_programs(struct shell *shell);

/* 0, or 1 if commands come from a pipe and one of them failed. */
uint8_t shell_default_code(const struct shell *shell);

/* ---- The commands, in commands_*.c ------------------------------------------- */

bool command_help(struct shell *shell);
bool command_caps(struct shell *shell);
bool command_inspect(struct shell *shell);
bool command_call(struct shell *shell);
bool command_run(struct shell *shell);
bool command_spawn(struct shell *shell);
bool command_wait(struct shell *shell);
bool command_kill(struct shell *shell);
bool command_ps(struct shell *shell);
bool command_release(struct shell *shell);
bool command_man(struct shell *shell);
bool command_log(struct shell *shell);
bool command_echo(struct shell *shell);
bool command_history(struct shell *shell);
bool command_clear(struct shell *shell);
bool command_reboot(struct shell *shell);
bool command_shutdown(struct shell *shell);

#endif /* SHELL_SHELL_H */

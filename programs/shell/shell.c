/* SPDX-License-Identifier: MIT */
/*
 * shell.c - the loop that reads and carries out lines. See shell.h.
 */
#include "programs/shell/shell.h"

#include "programs/shell/parser.h"

enum {
	SCREEN_ROWS = 24, /* what every terminal has; the console does not tell */
	SCREEN_COLUMNS = 80,
	PROBLEM_BYTES = 256,
	BYTE_END_OF_INPUT = 4,
	BYTE_INTERRUPT = 3,
};

static const char prompt[] = "capos> ";

typedef bool command_fn(struct shell *shell);

static command_fn *const commands[COMMAND_COUNT] = {
	[COMMAND_HELP] = command_help,       [COMMAND_CAPS] = command_caps,
	[COMMAND_INSPECT] = command_inspect, [COMMAND_CALL] = command_call,
	[COMMAND_RUN] = command_run,         [COMMAND_SPAWN] = command_spawn,
	[COMMAND_WAIT] = command_wait,       [COMMAND_KILL] = command_kill,
	[COMMAND_PS] = command_ps,           [COMMAND_RELEASE] = command_release,
	[COMMAND_MAN] = command_man,         [COMMAND_LOG] = command_log,
	[COMMAND_ECHO] = command_echo,       [COMMAND_TIME] = nullptr, /* the parser's */
	[COMMAND_HISTORY] = command_history, [COMMAND_CLEAR] = command_clear,
	[COMMAND_REBOOT] = command_reboot,   [COMMAND_SHUTDOWN] = command_shutdown,
};

/* ---- One line ---------------------------------------------------------------- */

static bool execute(struct shell *shell, struct text line)
{
	char problem_bytes[PROBLEM_BYTES];
	struct sink_buffer problem;
	struct command *command = &shell->command;
	uint64_t start = 0;
	uint64_t end = 0;
	bool good;

	sink_buffer_init(&problem, problem_bytes, sizeof(problem_bytes));
	if (!parser_parse(line, command, &problem.sink))
		return shell_fail(shell, problem_bytes);
	if (!command->info)
		return true;
	if (command->timed)
		(void)timer_now(shell->caps.timer, &start);
	good = commands[command_id(command->info)](shell);
	if (command->timed && timer_now(shell->caps.timer, &end) == CAPOS_OK) {
		sink_strings(shell->out, "took ", nullptr);
		sink_duration(shell->out, end - start);
		sink_byte(shell->out, '\n');
	}
	return good;
}

static void execute_line(struct shell *shell, struct text line)
{
	pager_begin(&shell->pager);
	history_add(&shell->history, line);
	if (!execute(shell, line))
		shell->failed = true;
	terminal_flush(&shell->terminal);
}

/* ---- A person at the console ------------------------------------------------- */

void shell_learn_programs(struct shell *shell)
{
	struct program_store_list_params_builder params;
	struct program_store_list_results results;
	struct completer *completer = &shell->completer;
	struct capos_call call;

	if (shell->programs_known)
		return;
	shell->programs_known = true;
	(void)program_store_list_begin_sized(shell->caps.store, &call, 0, 512, &params);
	if (program_store_list_finish(&call, &results) == CAPOS_OK) {
		struct list_of_stored_program list =
			program_store_list_results_get_programs(results);

		for (uint32_t i = 0; i < list.l.count; i++) {
			struct capnp_text name =
				stored_program_get_name(stored_program_at(list, i));

			if (completer->program_count == COMPLETION_PROGRAMS_MAX)
				break;
			text_copy(completer->programs[completer->program_count++],
				  CAPOS_NAME_BYTES,
				  (struct text){ name.bytes, name.size });
		}
	}
	capos_call_end(&call);
}

static enum line_event edit_line(struct shell *shell)
{
	enum line_event event = LINE_PENDING;
	uint8_t byte;

	line_editor_begin(&shell->editor);
	while (event == LINE_PENDING) {
		if (!terminal_read(&shell->terminal, &byte))
			return LINE_END;
		if (byte == '\t')
			shell_learn_programs(shell);
		event = line_editor_feed(&shell->editor, byte);
	}
	return event;
}

static uint8_t read_key(void *context)
{
	struct shell *shell = context;
	uint8_t byte;

	return terminal_read(&shell->terminal, &byte) ? byte : BYTE_INTERRUPT;
}

static void greet(struct shell *shell)
{
	struct system_info_describe_params_builder params;
	struct system_info_describe_results results;
	struct capos_call call;

	(void)system_info_describe_begin_sized(shell->caps.info, &call, 0, 512, &params);
	if (system_info_describe_finish(&call, &results) == CAPOS_OK) {
		struct capnp_text motd =
			system_info_describe_results_get_message_of_the_day(results);

		sink_text(&shell->terminal.sink, (struct text){ motd.bytes, motd.size });
		sink_strings(&shell->terminal.sink, motd.size ? "\n" : "", nullptr);
	}
	capos_call_end(&call);
	sink_strings(
		&shell->terminal.sink,
		"Tab completes, Up recalls, Ctrl-C stops a program, Ctrl-D shuts down.\n",
		nullptr);
}

/* At the end of the input: a shell without the power switch, started by run, just ends. */
static bool end_input(struct shell *shell)
{
	if (cap_is_null(shell->caps.power.cap))
		return true;
	execute_line(shell, text_of("shutdown"));
	return false; /* so it was refused */
}

static void run_interactive(struct shell *shell)
{
	bool ended = false;

	greet(shell);
	while (!shell->terminal.lost && !ended) {
		enum line_event event = edit_line(shell);

		if (event == LINE_DONE)
			execute_line(shell, line_editor_text(&shell->editor));
		else if (event == LINE_END)
			ended = end_input(shell);
	}
}

/* ---- A pipe ------------------------------------------------------------------ */

/*
 * Reads a line into the editor's buffer. False at the end of the input, which may come
 * behind a last line without an end of its own.
 */
static bool read_line(struct shell *shell, bool *more)
{
	struct line_buffer *line = &shell->editor.line;
	uint8_t byte = 0;

	line->size = line->cursor = 0;
	while (terminal_read(&shell->terminal, &byte)) {
		char c = (char)byte;

		*more = byte != BYTE_END_OF_INPUT;
		if (byte == '\n' || !*more)
			return *more || line->size > 0;
		/* What is longer than the buffer is refused as a whole, when it ends. */
		if (byte != '\r')
			(void)line_buffer_insert(line, (struct text){ &c, 1 });
	}
	return false;
}

/* Prompt and line make a transcript: the input itself is not echoed. */
static void run_piped(struct shell *shell)
{
	bool more = true;

	while (more && !shell->terminal.lost) {
		struct text line;

		sink_strings(&shell->terminal.sink, prompt, nullptr);
		if (!read_line(shell, &more))
			break;
		line = line_buffer_text(&shell->editor.line);
		sink_text(&shell->terminal.sink, line);
		sink_byte(&shell->terminal.sink, '\n');
		if (line.size == LINE_BYTES_MAX)
			shell->failed |= !shell_fail(shell, "the line is too long");
		else
			execute_line(shell, line);
	}
	if (shell->terminal.lost)
		return;
	sink_byte(&shell->terminal.sink, '\n');
	(void)end_input(shell);
	terminal_flush(&shell->terminal);
}

int shell_run(struct shell *shell)
{
	terminal_init(&shell->terminal, shell->caps.console);
	shell->interactive = terminal_is_interactive(&shell->terminal);
	pager_init(&shell->pager, &shell->terminal.sink,
		   shell->interactive ? SCREEN_ROWS : 0, SCREEN_COLUMNS, read_key, shell);
	shell->out = &shell->pager.sink;
	shell->completer.names = &shell->names;
	shell->editor.screen = &shell->terminal.sink;
	shell->editor.history = &shell->history;
	shell->editor.completer = &shell->completer;
	shell->editor.prompt = prompt;
	shell->editor.columns = SCREEN_COLUMNS;
	if (shell->interactive)
		run_interactive(shell);
	else
		run_piped(shell);
	return shell_default_code(shell);
}

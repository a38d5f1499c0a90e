/* SPDX-License-Identifier: MIT */
/*
 * commands_run.c - run and spawn: a program with exactly the named grants.
 */
#include "capos/cap.h"
#include "gen/ledger.client.h"
#include "programs/shell/commands_process.h"
#include "programs/shell/literal.h"
#include "programs/shell/nearest.h"

enum {
	PROBLEM_BYTES = 256,
	GRANT_NAME_BYTES =
		CAPOS_NAME_BYTES + 1, /* one too long is left to the kernel to refuse */
	BUDGET_WORDS = BUDGET_DATA_WORDS + BUDGET_POINTERS + 1,
};

/* What the loader is given, as it wants it: strings with NUL. */
struct launch {
	char program[GRANT_NAME_BYTES];
	char grant_names[COMMAND_GRANTS_MAX][GRANT_NAME_BYTES];
	struct loader_grant grants[COMMAND_GRANTS_MAX];
	char argument_bytes[COMMAND_POOL_BYTES];
	const char *arguments[COMMAND_ARGUMENTS_MAX];
	struct loader_image image;
	struct loader_error error;
};

static struct launch launch; /* too large for the stack; one at a time */

/* Points each grant at the capability that it names. */
static bool resolve_grants(struct shell *shell)
{
	static const enum loader_source sources[] = {
		[GRANT_CAPABILITY] = LOADER_GIVEN,
		[GRANT_OWN_MEMORY] = LOADER_OWN_MEMORY,
		[GRANT_OWN_THREAD] = LOADER_OWN_THREAD,
	};

	for (size_t i = 0; i < shell->command.grant_count; i++) {
		const struct command_grant *grant = &shell->command.grants[i];
		const struct name *name = nullptr;

		if (grant->source == GRANT_CAPABILITY) {
			name = shell_find(shell, grant->capability);
			if (!name)
				return false;
		}
		text_copy(launch.grant_names[i], GRANT_NAME_BYTES, grant->name);
		launch.grants[i] = (struct loader_grant){
			.name = launch.grant_names[i],
			.cap = name ? name->cap : CAP_NULL,
			.interface = name ? name->interface : 0,
			.mode = CAPOS_TRANSFER_COPY,
			.source = sources[grant->source],
		};
	}
	return true;
}

static bool copy_arguments(struct shell *shell)
{
	size_t used = 0;

	for (size_t i = 0; i < shell->command.argument_count; i++) {
		struct text argument = shell->command.arguments[i];
		size_t room = sizeof(launch.argument_bytes) - used;

		if (argument.size + 1 > room)
			return shell_fail(shell, "the arguments are too long");
		launch.arguments[i] = launch.argument_bytes + used;
		text_copy(launch.argument_bytes + used, room, argument);
		used += argument.size + 1;
	}
	return true;
}

/* Whether the budget is well-formed: a trial before there is a process. */
static bool check_budget(struct shell *shell)
{
	char problem_bytes[PROBLEM_BYTES];
	struct sink_buffer problem;
	struct capnp_builder message;
	uint64_t words[BUDGET_WORDS];
	struct literal_build build = {
		.names = &shell->names,
		.line = shell->command.line,
		.field_word = "budget field",
		.problem = &problem.sink,
	};

	if (shell->command.budget.size == 0)
		return true;
	sink_buffer_init(&problem, problem_bytes, sizeof(problem_bytes));
	capnp_builder_init(&message, words, sizeof(words));
	return literal_build_struct(&build, capnp_dynamic_new(&message, &budget_schema),
				    shell->command.budget) ||
	       shell_fail(shell, problem_bytes);
}

static void set_budget(struct budget_builder budget, const void *context)
{
	const struct shell *shell = context;
	char ignored[1];
	struct sink_buffer problem;
	struct literal_build build = {
		.names = &shell->names,
		.line = shell->command.line,
		.field_word = "budget field",
		.problem = &problem.sink,
	};

	sink_buffer_init(&problem, ignored, sizeof(ignored));
	/* check_budget() has seen that it succeeds. */
	(void)literal_build_struct(
		&build, (struct capnp_dynamic_builder){ budget.b, &budget_schema },
		shell->command.budget);
}

/* A misspelled name is answered with the nearest one that the store has. */
static bool open_failed(struct shell *shell)
{
	const struct completer *completer = &shell->completer;
	struct text program = shell->command.program;
	struct nearest nearest;

	shell_learn_programs(shell);
	nearest_init(&nearest, program);
	for (size_t i = 0; i < completer->program_count; i++)
		nearest_offer(&nearest, text_of(completer->programs[i]));
	if (completer->program_count == 0 || nearest_is_exact(&nearest))
		return shell_start_failed(shell, program, &launch.error);
	sink_strings(shell_error(shell), "no program `", nullptr);
	sink_text(shell->out, program);
	sink_byte(shell->out, '`');
	nearest_write(&nearest, "", shell->out);
	sink_byte(shell->out, '\n');
	return false;
}

/* Starts the program of the command; false after saying why not. */
static bool launch_program(struct shell *shell, struct process_handle_client *handle)
{
	const struct command *command = &shell->command;
	struct loader_request request = {
		.name = launch.program,
		.grants = launch.grants,
		.grant_count = command->grant_count,
		.arguments = launch.arguments,
		.argument_count = command->argument_count,
		.set_budget = command->budget.size != 0 ? set_budget : nullptr,
		.context = shell,
	};
	bool good;

	handle->cap = CAP_NULL;
	text_copy(launch.program, sizeof(launch.program), command->program);
	if (!check_budget(shell) || !resolve_grants(shell) || !copy_arguments(shell))
		return false;
	terminal_flush(&shell->terminal);
	if (!loader_open(shell->caps.store, shell->caps.memory, launch.program,
			 &launch.image, &launch.error))
		return open_failed(shell);
	good = loader_spawn(shell->caps.factory, &launch.image, &request, handle,
			    &launch.error);
	loader_close(&launch.image);
	if (good)
		return true;
	return shell_start_failed(shell, command->program, &launch.error);
}

/*
 * Notes the process, and waits for its end if it is in the foreground. One that was
 * created and did not start has an end too, which ps shows.
 */
static enum process_outcome note_process(struct shell *shell,
					 struct process_handle_client handle,
					 struct process_end *end)
{
	enum process_outcome outcome;
	struct job *job;

	jobs_add(&shell->jobs, shell->command.program, handle.cap);
	outcome = process_wait(shell, handle.cap, shell->command.program, true, end);
	job = jobs_find(&shell->jobs, handle.cap);
	if (job)
		job->handle = CAP_NULL;
	capos_release(handle.cap);
	return outcome;
}

bool command_run(struct shell *shell)
{
	struct process_handle_client handle;
	struct process_end end = {};
	enum process_outcome outcome;
	bool started = launch_program(shell, &handle);

	if (cap_is_null(handle.cap))
		return false;
	outcome = note_process(shell, handle, &end);
	if (started && outcome == PROCESS_ENDED)
		sink_strings(shell->out, end.text, "\n", nullptr);
	return started && outcome == PROCESS_ENDED_WELL;
}

bool command_spawn(struct shell *shell)
{
	struct process_handle_client handle;
	struct process_end end;
	const struct name *name;
	struct job *job;
	enum names_result result = names_check(&shell->names, text_of(""));

	if (result != NAMES_OK) {
		names_explain(result, text_of(""), shell_error(shell));
		sink_byte(shell->out, '\n');
		return false;
	}
	if (!launch_program(shell, &handle)) {
		if (!cap_is_null(handle.cap))
			(void)note_process(shell, handle, &end);
		return false;
	}
	job = jobs_add(&shell->jobs, shell->command.program, handle.cap);
	(void)names_add(&shell->names, text_of(""), handle.cap,
			PROCESS_HANDLE_INTERFACE_ID, NAME_PROCESS, &name);
	text_copy(job->name, sizeof(job->name), text_of(name->name));
	sink_strings(shell->out, "@", job->name, " is ", job->program, "\n", nullptr);
	return true;
}

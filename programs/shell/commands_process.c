/* SPDX-License-Identifier: MIT */
/*
 * commands_process.c - wait, kill and ps; what run and spawn share with them.
 */
#include "programs/shell/commands_process.h"

#include "programs/shell/explain.h"

enum { PS_NAME = 8, PS_PROGRAM = 16, PS_NUMBER = 8, PS_TIME = 14 };

bool process_look(struct job *job, bool *running)
{
	struct process_handle_info_params_builder params;
	struct process_handle_info_results results;
	struct process_handle_client handle = { job->handle };
	struct capos_call call;
	bool good;

	(void)process_handle_info_begin(handle, &call, &params);
	good = process_handle_info_finish(&call, &results) == CAPOS_OK;
	if (good) {
		*running = process_handle_info_results_get_running(results);
		job->id = process_handle_info_results_get_id(results);
		job->runtime_ns = process_handle_info_results_get_runtime_ns(results);
		job->memory_pages = process_handle_info_results_get_memory_pages(results);
	}
	capos_call_end(&call);
	return good;
}

static void keep_end(struct job *job, struct text name, struct terminal_status status)
{
	struct sink_buffer buffer;
	bool running;

	sink_buffer_init(&buffer, job->end, sizeof(job->end));
	explain_end(name, status, &buffer.sink);
	(void)process_look(job, &running);
	job->ended = true;
}

enum process_outcome process_wait(struct shell *shell, cap_t handle, struct text name,
				  bool kill_on_interrupt, struct process_end *end)
{
	struct process_handle_client client = { handle };
	struct process_handle_wait_params_builder params;
	struct terminal_status status;
	struct job *job = jobs_find(&shell->jobs, handle);
	enum process_outcome outcome = PROCESS_REFUSED;
	struct sink_buffer buffer;
	struct capos_call call;

	(void)process_handle_wait_begin(client, &call, &params);
	if (!shell_wait(shell, &call)) {
		if (!kill_on_interrupt) {
			capos_call_end(&call);
			return PROCESS_INTERRUPTED;
		}
		(void)process_handle_kill(client);
	}
	if (process_handle_wait_finish(&call, &status) == CAPOS_OK) {
		outcome = explain_ended_well(status) ? PROCESS_ENDED_WELL : PROCESS_ENDED;
		sink_buffer_init(&buffer, end->text, sizeof(end->text));
		explain_end(name, status, &buffer.sink);
		if (job)
			keep_end(job, name, status);
	} else {
		(void)shell_refused(shell, &call);
	}
	capos_call_end(&call);
	return outcome;
}

/* What a process is called in sentences. */
static struct text process_name(struct shell *shell, const struct name *name)
{
	const struct job *job = jobs_find(&shell->jobs, name->cap);

	return text_of(job ? job->program : name->name);
}

static bool wait_and_tell(struct shell *shell, const struct name *name)
{
	struct process_end end;

	switch (process_wait(shell, name->cap, process_name(shell, name), false, &end)) {
	case PROCESS_REFUSED:
		return false;
	case PROCESS_INTERRUPTED:
		return shell_fail(shell, "stopped waiting; the process goes on");
	case PROCESS_ENDED:
	case PROCESS_ENDED_WELL:
		break;
	}
	sink_strings(shell->out, end.text, "\n", nullptr);
	return true;
}

bool command_wait(struct shell *shell)
{
	const struct name *name = shell_find_process(shell, shell->command.capability);

	return name && wait_and_tell(shell, name);
}

bool command_kill(struct shell *shell)
{
	const struct name *name = shell_find_process(shell, shell->command.capability);
	struct process_handle_kill_params_builder params;
	struct process_handle_kill_results results;
	struct capos_call call;
	bool good;

	if (!name)
		return false;
	(void)process_handle_kill_begin((struct process_handle_client){ name->cap },
					&call, &params);
	good = process_handle_kill_finish(&call, &results) == CAPOS_OK ||
	       shell_refused(shell, &call);
	capos_call_end(&call);
	return good && wait_and_tell(shell, name);
}

/* ---- ps ---------------------------------------------------------------------- */

/* A process that has ended since it was last looked at. */
static void notice_end(struct job *job)
{
	struct process_handle_client client = { job->handle };
	struct process_handle_wait_params_builder params;
	struct terminal_status status;
	struct capos_call call;

	(void)process_handle_wait_begin(client, &call, &params);
	if (process_handle_wait_finish(&call, &status) == CAPOS_OK)
		keep_end(job, text_of(job->program), status);
	capos_call_end(&call);
}

static void write_number(struct sink *sink, uint64_t number)
{
	char digits[24];
	struct sink_buffer buffer;

	sink_buffer_init(&buffer, digits, sizeof(digits));
	sink_number(&buffer.sink, number);
	sink_padded(sink, sink_buffer_text(&buffer), PS_NUMBER);
}

static void write_job(struct sink *sink, const struct job *job)
{
	char time[32];
	struct sink_buffer buffer;

	sink_buffer_init(&buffer, time, sizeof(time));
	sink_duration(&buffer.sink, job->runtime_ns);
	sink_strings(sink, job->name[0] ? "@" : " ", nullptr);
	sink_padded(sink, text_of(job->name), PS_NAME - 1);
	sink_padded(sink, text_of(job->program), PS_PROGRAM);
	write_number(sink, job->id);
	write_number(sink, job->memory_pages);
	sink_padded(sink, sink_buffer_text(&buffer), PS_TIME);
	if (job->ended)
		sink_strings(sink, job->end, "\n", nullptr);
	else
		sink_strings(sink,
			     cap_is_null(job->handle) ? "handle released\n" : "running\n",
			     nullptr);
}

bool command_ps(struct shell *shell)
{
	if (shell->jobs.count == 0) {
		sink_strings(shell->out, "this shell has started nothing yet\n", nullptr);
		return true;
	}
	sink_strings(shell->out,
		     "NAME    PROGRAM         ID      PAGES   RUNTIME       STATE\n",
		     nullptr);
	for (size_t i = 0; i < shell->jobs.count; i++) {
		struct job *job = &shell->jobs.entries[i];
		bool running = true;

		if (!job->ended && !cap_is_null(job->handle) &&
		    process_look(job, &running) && !running)
			notice_end(job);
		write_job(shell->out, job);
	}
	return true;
}

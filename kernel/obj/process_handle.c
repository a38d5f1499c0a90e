/* SPDX-License-Identifier: MIT */
/*
 * process_handle.c - ProcessHandle: the process object seen through wait, kill and info.
 *
 * Locking. process->lock guards the list of waiting calls; a call is ended by whoever
 * takes it out.
 */
#include "gen/process.server.h"
#include "kernel/call.h"
#include "kernel/process.h"
#include "kernel/string.h"

static void write_terminal(struct terminal_status_builder out,
			   const struct terminal *terminal)
{
	struct terminal_status_faulted_builder faulted;

	switch (terminal->kind) {
	case TERMINAL_EXITED:
		terminal_status_set_exited(out, terminal->code);
		break;
	case TERMINAL_KILLED:
		terminal_status_set_killed(out);
		break;
	case TERMINAL_FAULTED:
		faulted = terminal_status_init_faulted(out);
		terminal_status_faulted_set_kind(faulted, terminal->fault);
		terminal_status_faulted_set_address(faulted, terminal->address);
		terminal_status_faulted_set_instruction(faulted, terminal->instruction);
		break;
	case TERMINAL_FAILED_TO_START:
		terminal_status_set_failed_to_start(out, terminal->why,
						    (uint32_t)strlen(terminal->why));
		break;
	}
}

void process_handle_answer(struct pending_call *pending, const struct process *process)
{
	write_terminal(terminal_status_new(pending_results(pending)), &process->terminal);
	pending_complete(pending, CAPOS_OK);
}

static bool cancel_wait(struct pending_call *pending)
{
	struct process *process = process_from(pending->object);
	bool waiting;

	spin_lock(&process->lock);
	waiting = !list_empty(&pending->object_link);
	list_remove(&pending->object_link);
	spin_unlock(&process->lock);
	return waiting;
}

static status_t handle_wait(void *self, struct call *call,
			    struct process_handle_wait_params params,
			    struct terminal_status_builder results)
{
	struct process *process = process_from(self);
	struct pending_call *pending;
	bool ended;
	status_t status;

	(void)params;
	if (process->state == PROCESS_ENDED) {
		write_terminal(results, &process->terminal);
		return CAPOS_OK;
	}
	status = call_defer(call, cancel_wait, &pending);
	if (status != CAPOS_OK)
		return status;
	spin_lock(&process->lock);
	ended = process->state == PROCESS_ENDED;
	if (!ended)
		list_append(&process->waiters, &pending->object_link);
	spin_unlock(&process->lock);
	if (ended)
		process_handle_answer(pending, process);
	return CAPOS_PENDING;
}

static status_t handle_kill(void *self, struct call *call,
			    struct process_handle_kill_params params,
			    struct process_handle_kill_results_builder results)
{
	const struct terminal killed = { .kind = TERMINAL_KILLED };

	(void)call;
	(void)params;
	(void)results;
	process_end(process_from(self), &killed);
	return CAPOS_OK;
}

static uint64_t runtime_of(const struct process *process)
{
	uint64_t runtime_ns = process->runtime_ns;

	list_for_each (node, &process->threads)
		runtime_ns += list_entry(node, struct thread, process_link)->runtime_ns;
	return runtime_ns;
}

static status_t handle_info(void *self, struct call *call,
			    struct process_handle_info_params params,
			    struct process_handle_info_results_builder results)
{
	const struct process *process = process_from(self);
	const struct ledger *ledger = &process->account.ledger;

	(void)call;
	(void)params;
	process_handle_info_results_set_id(results, process->id);
	process_handle_info_results_set_name(results, process->name,
					     (uint32_t)strlen(process->name));
	process_handle_info_results_set_running(results,
						process->state == PROCESS_RUNNING);
	process_handle_info_results_set_memory_pages(
		results, (uint32_t)ledger_used(ledger, LEDGER_MEMORY_PAGES));
	process_handle_info_results_set_cap_slots(
		results, (uint32_t)ledger_used(ledger, LEDGER_CAP_SLOTS));
	process_handle_info_results_set_runtime_ns(results, runtime_of(process));
	return CAPOS_OK;
}

PROCESS_HANDLE_METHOD_TABLE(process_handle_table, handle_wait, handle_kill, handle_info);

const struct facet process_handle_facet =
	FACET(PROCESS_HANDLE, "ProcessHandle", process_type, process_handle_table);

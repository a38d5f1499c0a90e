/* SPDX-License-Identifier: MIT */
/*
 * process_builder.c - ProcessBuilder: everything that happens before a process starts.
 *
 * A builder refers to its process and is used up by start or abandon. It cannot be
 * transferred: whoever created the process fills it. Its last release abandons.
 */
#include "gen/process.server.h"
#include "kernel/call.h"
#include "kernel/memory_object.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/thread_control.h"

enum { WRITE_MAX_BYTES = 8000 };

struct process_builder {
	struct object base;      /* first, so that an object pointer converts */
	struct process *process; /* a reference */
};

static struct cache builder_cache =
	CACHE("ProcessBuilder", sizeof(struct process_builder));

static struct process *process_of(void *self)
{
	return ((struct process_builder *)self)->process;
}

static void abandon(struct process *process, const char *why, size_t size)
{
	struct terminal terminal = { .kind = TERMINAL_FAILED_TO_START };

	memcpy(terminal.why, why,
	       size < sizeof(terminal.why) ? size : sizeof(terminal.why) - 1);
	process_end(process, &terminal);
}

static void builder_destroy(struct object *object)
{
	static const char why[] = "its builder was released";
	struct process *process = process_of(object);

	if (process->state == PROCESS_BUILDING)
		abandon(process, why, sizeof(why) - 1);
	object_put(&process->base);
}

static const struct object_type builder_type = {
	.name = "ProcessBuilder",
	.cache = &builder_cache,
	.destroy = builder_destroy,
};

status_t process_builder_create(struct account *payer, struct process *process,
				struct object **out)
{
	status_t status = object_alloc(&builder_type, payer, out);

	if (status != CAPOS_OK)
		return status;
	(*out)->transferable = false;
	((struct process_builder *)(void *)*out)->process = process;
	object_get(&process->base);
	return CAPOS_OK;
}

static status_t check_building(struct call *call, const struct process *process)
{
	if (process->state == PROCESS_BUILDING)
		return CAPOS_OK;
	return call_raise(call, EXCEPTION_TYPE_FAILED, RULE_BUILDER_STARTED, process->id);
}

/* A refusal by a rule of the process or its space, or by a ledger. */
static status_t refuse_with(struct call *call, status_t status, enum rule rule,
			    uint64_t detail)
{
	if (status == CAPOS_ERR_EXCEPTION)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, rule, detail);
	return call_refuse(call, status, rule, detail);
}

static status_t builder_memory(void *self, struct call *call,
			       struct process_builder_memory_params params,
			       struct process_builder_memory_results_builder results)
{
	struct process *process = process_of(self);
	struct object *object;
	status_t status = check_building(call, process);

	(void)params;
	if (status != CAPOS_OK)
		return status;
	status = virtual_memory_create(&process->account, process, &object);
	if (status != CAPOS_OK)
		return call_raise_short(call, status, LEDGER_KERNEL_BYTES);
	process_builder_memory_results_set_memory(
		results, call_return_capability(call, object, &virtual_memory_facet));
	return CAPOS_OK;
}

static status_t builder_thread(void *self, struct call *call,
			       struct process_builder_thread_params params,
			       struct process_builder_thread_results_builder results)
{
	struct process *process = process_of(self);
	struct thread *thread = process->first_thread;
	status_t status = check_building(call, process);

	(void)params;
	if (status != CAPOS_OK)
		return status;
	if (!thread->control) {
		status = thread_control_create(&process->account, thread,
					       &thread->control);
		if (status != CAPOS_OK)
			return call_raise_short(call, status, LEDGER_KERNEL_BYTES);
	}
	object_get(thread->control);
	process_builder_thread_results_set_control(
		results,
		call_return_capability(call, thread->control, &thread_control_facet));
	return CAPOS_OK;
}

static status_t builder_grant(void *self, struct call *call,
			      struct process_builder_grant_params params,
			      struct process_builder_grant_results_builder results)
{
	struct process *process = process_of(self);
	struct capnp_text name = process_builder_grant_params_get_name(params);
	uint32_t index = process_builder_grant_params_get_capability(params);
	const struct capability *given;
	char bytes[CAPOS_NAME_BYTES] = { 0 };
	enum rule rule;
	status_t status = check_building(call, process);

	(void)results;
	if (status != CAPOS_OK)
		return status;
	if (call_params_malformed(params.s))
		return CAPOS_ERR_BAD_MESSAGE;
	if (!name_valid(name.bytes, name.size))
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_BUILDER_NAME, name.size);
	status = call_capability(call, index, nullptr, &given);
	if (status != CAPOS_OK)
		return status;
	memcpy(bytes, name.bytes, name.size);
	object_get(given->object);
	status = process_grant(process, bytes, *given, call_account(call), &rule);
	if (status == CAPOS_OK)
		return CAPOS_OK;
	object_put(given->object);
	return refuse_with(call, status, rule, process->capset->count);
}

static status_t builder_write(void *self, struct call *call,
			      struct process_builder_write_params params,
			      struct process_builder_write_results_builder results)
{
	struct process *process = process_of(self);
	struct capnp_data data = process_builder_write_params_get_data(params);
	uaddr_t address = { process_builder_write_params_get_address(params) };
	enum rule rule;
	status_t status = check_building(call, process);

	(void)results;
	if (status != CAPOS_OK)
		return status;
	if (call_params_malformed(params.s))
		return CAPOS_ERR_BAD_MESSAGE;
	if (data.size > WRITE_MAX_BYTES)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT,
				  data.size);
	status = space_write(&process->space, address, data.bytes, data.size, &rule);
	if (status != CAPOS_OK)
		return refuse_with(call, status, rule, address.raw);
	return CAPOS_OK;
}

static status_t builder_start(void *self, struct call *call,
			      struct process_builder_start_params params,
			      struct process_builder_start_results_builder results)
{
	uaddr_t entry = { process_builder_start_params_get_entry(params) };
	uaddr_t stack_top = { process_builder_start_params_get_stack_top(params) };
	uint64_t argument = process_builder_start_params_get_argument(params);
	enum rule rule;
	status_t status =
		process_start(process_of(self), entry, stack_top, argument, &rule);

	(void)results;
	if (status != CAPOS_OK)
		return refuse_with(call, status, rule, entry.raw);
	return CAPOS_OK;
}

static status_t builder_abandon(void *self, struct call *call,
				struct process_builder_abandon_params params,
				struct process_builder_abandon_results_builder results)
{
	struct process *process = process_of(self);
	struct capnp_text why = process_builder_abandon_params_get_why(params);
	status_t status = check_building(call, process);

	(void)results;
	if (status != CAPOS_OK)
		return status;
	if (call_params_malformed(params.s))
		return CAPOS_ERR_BAD_MESSAGE;
	abandon(process, why.bytes, why.size);
	return CAPOS_OK;
}

PROCESS_BUILDER_METHOD_TABLE(process_builder_table, builder_memory, builder_thread,
			     builder_grant, builder_write, builder_start,
			     builder_abandon);

const struct facet process_builder_facet =
	FACET(PROCESS_BUILDER, "ProcessBuilder", builder_type, process_builder_table);

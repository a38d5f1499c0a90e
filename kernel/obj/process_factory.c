/* SPDX-License-Identifier: MIT */
/* process_factory.c - ProcessFactory: empty processes, carved from the caller's ledger. */
#include "gen/process.server.h"
#include "kernel/call.h"
#include "kernel/process.h"
#include "kernel/string.h"

static struct cache factory_cache = CACHE("ProcessFactory", sizeof(struct object));

static const struct object_type factory_type = {
	.name = "ProcessFactory",
	.cache = &factory_cache,
};

static struct ledger_budget decode_budget(struct budget params)
{
	return (struct ledger_budget){ {
		[LEDGER_CAP_SLOTS] = budget_get_cap_slots(params),
		[LEDGER_CALLS] = budget_get_calls(params),
		[LEDGER_MEMORY_PAGES] = budget_get_memory_pages(params),
		[LEDGER_VIRTUAL_PAGES] = budget_get_virtual_pages(params),
		[LEDGER_MAPPINGS] = budget_get_mappings(params),
		[LEDGER_KERNEL_BYTES] = budget_get_kernel_bytes(params),
		[LEDGER_THREADS] = budget_get_threads(params),
		[LEDGER_ALARMS] = budget_get_alarms(params),
		[LEDGER_PROCESSES] = budget_get_processes(params),
		[LEDGER_LOG_BYTES] = budget_get_log_bytes(params),
	} };
}

static status_t factory_create(void *self, struct call *call,
			       struct process_factory_create_params params,
			       struct process_factory_create_results_builder results)
{
	struct capnp_text name = process_factory_create_params_get_name(params);
	struct ledger_budget budget =
		decode_budget(process_factory_create_params_get_budget(params));
	char bytes[CAPOS_NAME_BYTES] = { 0 };
	struct process *process;
	struct object *builder;
	struct refusal refusal;
	status_t status;

	(void)self;
	if (call_params_malformed(params.s))
		return CAPOS_ERR_BAD_MESSAGE;
	if (!name_valid(name.bytes, name.size))
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_BUILDER_NAME, name.size);
	memcpy(bytes, name.bytes, name.size);
	status = process_create(call_process(call), call_account(call), bytes, &budget,
				&process, &refusal);
	if (status != CAPOS_OK)
		return call_refuse(call, status, refusal.rule, refusal.detail);
	status = process_builder_create(call_account(call), process, &builder);
	if (status != CAPOS_OK) {
		const struct terminal failed = { .kind = TERMINAL_FAILED_TO_START };

		process_end(process, &failed);
		return call_raise_short(call, status, LEDGER_KERNEL_BYTES);
	}
	object_get(&process->base); /* the handle's */
	process_factory_create_results_set_builder(
		results, call_return_capability(call, builder, &process_builder_facet));
	process_factory_create_results_set_handle(
		results,
		call_return_capability(call, &process->base, &process_handle_facet));
	return CAPOS_OK;
}

PROCESS_FACTORY_METHOD_TABLE(process_factory_table, factory_create);

const struct facet process_factory_facet =
	FACET(PROCESS_FACTORY, "ProcessFactory", factory_type, process_factory_table);

status_t process_factory_create(struct account *payer, struct object **out)
{
	return object_alloc(&factory_type, payer, out);
}

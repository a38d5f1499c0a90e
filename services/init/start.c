/* SPDX-License-Identifier: MIT */
/* start.c - see start.h. */
#include "services/init/start.h"

#include "capos/loader.h"
#include "gen/console.client.h"
#include "services/init/report.h"

/* Which of init's holdings a source is; the other sources are worked out. */
static const uint8_t holding_of[SOURCE_COUNT] = {
	[SOURCE_CONSOLE] = HOLD_CONSOLE,
	[SOURCE_TERMINAL_INTERRUPT] = HOLD_INTERRUPT,
	[SOURCE_TIMER] = HOLD_TIMER,
	[SOURCE_ENTROPY] = HOLD_ENTROPY,
	[SOURCE_PROCESS_FACTORY] = HOLD_FACTORY,
	[SOURCE_MEMORY_ALLOCATOR] = HOLD_ALLOCATOR,
	[SOURCE_SYSTEM_INFO] = HOLD_INFO,
	[SOURCE_LOG_SINK] = HOLD_LOGSINK,
	[SOURCE_LOG_READER] = HOLD_LOG,
	[SOURCE_POWER_CONTROL] = HOLD_POWER,
};

/* A facet of init's console that can only write, made for one grant, which moves it. */
static bool make_writer(const struct init *init, struct loader_grant *out)
{
	struct console_client console = { init->holds[HOLD_CONSOLE] };
	struct console_writer_client writer;

	if (console_writer(console, &writer) != CAPOS_OK)
		return false;
	out->cap = writer.cap;
	out->mode = CAPOS_TRANSFER_MOVE;
	return true;
}

/* The graph was checked: the source is a known one. */
static bool make_grant(const struct init *init, struct grant grant,
		       struct loader_grant *out)
{
	enum source source = grant_get_source(grant);

	*out = (struct loader_grant){
		.name = grant_get_name(grant).bytes,
		.interface = system_source_interface((uint16_t)source),
		.mode = CAPOS_TRANSFER_COPY,
		.source = LOADER_GIVEN,
	};
	switch (source) {
	case SOURCE_CONSOLE_WRITER:
		return make_writer(init, out);
	case SOURCE_PROGRAM_STORE:
		out->cap = init->store.cap;
		return true;
	case SOURCE_OWN_MEMORY:
		out->source = LOADER_OWN_MEMORY;
		return true;
	case SOURCE_OWN_THREAD:
		out->source = LOADER_OWN_THREAD;
		return true;
	case SOURCE_CONSOLE:
	case SOURCE_TERMINAL_INTERRUPT:
	case SOURCE_TIMER:
	case SOURCE_ENTROPY:
	case SOURCE_PROCESS_FACTORY:
	case SOURCE_MEMORY_ALLOCATOR:
	case SOURCE_SYSTEM_INFO:
	case SOURCE_LOG_SINK:
	case SOURCE_LOG_READER:
	case SOURCE_POWER_CONTROL:
		break;
	}
	out->cap = init->holds[holding_of[source]];
	return true;
}

static void write_budget(struct budget_builder b, const void *context)
{
	const struct ledger_budget *budget = context;

	budget_set_cap_slots(b, (uint32_t)budget->max[LEDGER_CAP_SLOTS]);
	budget_set_calls(b, (uint32_t)budget->max[LEDGER_CALLS]);
	budget_set_memory_pages(b, (uint32_t)budget->max[LEDGER_MEMORY_PAGES]);
	budget_set_virtual_pages(b, (uint32_t)budget->max[LEDGER_VIRTUAL_PAGES]);
	budget_set_mappings(b, (uint32_t)budget->max[LEDGER_MAPPINGS]);
	budget_set_kernel_bytes(b, (uint32_t)budget->max[LEDGER_KERNEL_BYTES]);
	budget_set_threads(b, (uint32_t)budget->max[LEDGER_THREADS]);
	budget_set_alarms(b, (uint32_t)budget->max[LEDGER_ALARMS]);
	budget_set_processes(b, (uint32_t)budget->max[LEDGER_PROCESSES]);
	budget_set_log_bytes(b, (uint32_t)budget->max[LEDGER_LOG_BYTES]);
}

/* Everything that is asked of the loader, in memory that outlives the call. */
struct start {
	struct loader_image image;
	struct loader_grant grants[CAPOS_CAPSET_MAX];
	const char *arguments[SYSTEM_ARGUMENTS_MAX];
	struct ledger_budget budget;
	struct loader_request request;
	struct loader_error error;
};

static bool prepare(struct init *init, struct service service, uint32_t index,
		    struct start *start)
{
	struct list_of_grant grants = service_get_grants(service);
	struct capnp_list arguments = service_get_arguments(service);

	for (uint32_t i = 0; i < grants.l.count; i++) {
		if (!make_grant(init, grant_at(grants, i), &start->grants[i]))
			return false;
	}
	for (uint32_t i = 0; i < arguments.count; i++)
		start->arguments[i] = capnp_list_get_text(arguments, i).bytes;
	system_graph_service_budget(init->system, index, init->memory_pages,
				    &start->budget);
	start->request = (struct loader_request){
		.name = service_get_name(service).bytes,
		.grants = start->grants,
		.grant_count = grants.l.count,
		.arguments = start->arguments,
		.argument_count = arguments.count,
		.set_budget = write_budget,
		.context = &start->budget,
	};
	return true;
}

static void tell_failure(const struct init *init, struct service service,
			 const struct loader_error *error)
{
	struct sentence sentence;

	sentence_start(&sentence, "service ");
	sentence_text(&sentence, service_get_name(service));
	sentence_words(&sentence, " could not be started: ");
	sentence_words(&sentence, error->why);
	report_trouble(init, &sentence);
}

static void tell_start(const struct init *init, struct service service,
		       const struct start *start)
{
	struct sentence sentence;

	sentence_start(&sentence, "started service ");
	sentence_text(&sentence, service_get_name(service));
	sentence_words(&sentence, ": program ");
	sentence_text(&sentence, service_get_program(service));
	sentence_words(&sentence, ", ");
	sentence_number(&sentence, start->request.grant_count);
	sentence_words(&sentence, " grants, ");
	sentence_number(&sentence, start->budget.max[LEDGER_MEMORY_PAGES]);
	sentence_words(&sentence, " pages");
	report_event(init, &sentence);
}

bool start_service(struct init *init, uint32_t index)
{
	static struct start start;
	struct virtual_memory_client memory = { init->holds[HOLD_MEMORY] };
	struct process_factory_client factory = { init->holds[HOLD_FACTORY] };
	struct service service = service_at(system_get_services(init->system), index);
	bool started;

	start = (struct start){ .error = {
					.why = "a facet for a grant cannot be made" } };
	started = prepare(init, service, index, &start) &&
		  loader_open(init->store, memory, service_get_program(service).bytes,
			      &start.image, &start.error);
	if (started) {
		started = loader_spawn(factory, &start.image, &start.request,
				       &init->handles[index], &start.error);
		loader_close(&start.image);
	}
	if (started)
		tell_start(init, service, &start);
	else
		tell_failure(init, service, &start.error);
	return started;
}

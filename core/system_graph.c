/* SPDX-License-Identifier: MIT */
/* system_graph.c - see system_graph.h. */
#include "core/system_graph.h"

#include "core/sentence.h"
#include "gen/boot.capnp.h"
#include "gen/console.capnp.h"
#include "gen/entropy.capnp.h"
#include "gen/log.capnp.h"
#include "gen/memory.capnp.h"
#include "gen/process.capnp.h"
#include "gen/system.capnp.h"
#include "gen/thread.capnp.h"
#include "gen/timer.capnp.h"

enum {
	NAME_MAX_BYTES = CAPOS_NAME_BYTES - 1,
	SHARE_WHOLE = 100,
	/* Names this far apart are not called near. */
	NEAR_EDITS_MAX = 3,
	TRAVERSAL_WORDS_MAX = 1 << 28,
	/* Of memory had by a share, a sixteenth of the smallest page there is. */
	KERNEL_BYTES_PER_PAGE = 4096 / 16,
};

/* What the fields of a Budget can say. */
static const uint64_t BUDGET_MAX = UINT32_MAX;

/* One check in progress: where sentences go and how many went. */
struct check {
	struct system system;
	const struct system_graph_report *report;
	uint32_t defects;
	struct sentence sentence;
};

static const uint64_t source_interfaces[] = {
	[SOURCE_CONSOLE] = CONSOLE_INTERFACE_ID,
	[SOURCE_CONSOLE_WRITER] = CONSOLE_WRITER_INTERFACE_ID,
	[SOURCE_TERMINAL_INTERRUPT] = TERMINAL_INTERRUPT_INTERFACE_ID,
	[SOURCE_TIMER] = TIMER_INTERFACE_ID,
	[SOURCE_ENTROPY] = ENTROPY_SOURCE_INTERFACE_ID,
	[SOURCE_PROGRAM_STORE] = PROGRAM_STORE_INTERFACE_ID,
	[SOURCE_PROCESS_FACTORY] = PROCESS_FACTORY_INTERFACE_ID,
	[SOURCE_MEMORY_ALLOCATOR] = MEMORY_ALLOCATOR_INTERFACE_ID,
	[SOURCE_SYSTEM_INFO] = SYSTEM_INFO_INTERFACE_ID,
	[SOURCE_LOG_SINK] = LOG_SINK_INTERFACE_ID,
	[SOURCE_LOG_READER] = LOG_READER_INTERFACE_ID,
	[SOURCE_POWER_CONTROL] = POWER_CONTROL_INTERFACE_ID,
	[SOURCE_OWN_MEMORY] = VIRTUAL_MEMORY_INTERFACE_ID,
	[SOURCE_OWN_THREAD] = THREAD_CONTROL_INTERFACE_ID,
};

uint64_t system_source_interface(uint16_t source)
{
	if (source >= sizeof(source_interfaces) / sizeof(source_interfaces[0]))
		return 0;
	return source_interfaces[source];
}

/* ---- Names ------------------------------------------------------------------ */

static bool text_equal(struct capnp_text a, struct capnp_text b)
{
	return a.size == b.size && __builtin_memcmp(a.bytes, b.bytes, a.size) == 0;
}

static bool name_valid(struct capnp_text name)
{
	if (name.size == 0 || name.size > NAME_MAX_BYTES)
		return false;
	for (uint32_t i = 0; i < name.size; i++) {
		if (name.bytes[i] <= ' ' || name.bytes[i] > '~')
			return false;
	}
	return true;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* How many single letters must change to make @a of @b (Levenshtein). */
static uint32_t edits_between(struct capnp_text a, struct capnp_text b)
{
	uint32_t row[NAME_MAX_BYTES + 1];
	uint32_t columns = smaller(b.size, NAME_MAX_BYTES);
	uint32_t rows = smaller(a.size, NAME_MAX_BYTES);

	for (uint32_t j = 0; j <= columns; j++)
		row[j] = j;
	for (uint32_t i = 1; i <= rows; i++) {
		uint32_t diagonal = row[0];

		row[0] = i;
		for (uint32_t j = 1; j <= columns; j++) {
			uint32_t changed = diagonal + (a.bytes[i - 1] != b.bytes[j - 1]);

			diagonal = row[j];
			row[j] = smaller(changed, smaller(row[j], row[j - 1]) + 1);
		}
	}
	return row[columns];
}

/* ---- Sentences ---------------------------------------------------------------- */

static void check_words(struct check *check, const char *words)
{
	sentence_words(&check->sentence, words);
}

static void check_text(struct check *check, struct capnp_text text)
{
	sentence_text(&check->sentence, text);
}

static void check_number(struct check *check, uint64_t number)
{
	sentence_number(&check->sentence, number);
}

/* Ends the sentence with @words and reports it. */
static void check_defect(struct check *check, const char *words)
{
	check_words(check, words);
	check->defects++;
	check->report->defect(check->report->context, check->sentence.bytes);
}

/* "service NAME" or, where the name itself is the trouble, "service number 2 (NAME)". */
static void check_start_service(struct check *check, uint32_t index)
{
	struct capnp_text name =
		service_get_name(service_at(system_get_services(check->system), index));

	sentence_start(&check->sentence, "service ");
	if (name_valid(name)) {
		check_text(check, name);
		return;
	}
	check_words(check, "number ");
	check_number(check, index + 1);
}

static void check_name_defect(struct check *check, struct capnp_text name)
{
	check_words(check, " '");
	check_text(check, name);
	check_defect(check, "' must be 1 to 31 printable characters without spaces");
}

/* ---- Programs ------------------------------------------------------------------- */

static bool program_known(struct capnp_list programs, struct capnp_text name)
{
	for (uint32_t i = 0; i < programs.count; i++) {
		if (text_equal(capnp_list_get_text(programs, i), name))
			return true;
	}
	return false;
}

/* Adds "; the nearest is NAME" if a program has a similar name. */
static void check_near_program(struct check *check, struct capnp_list programs,
			       struct capnp_text name)
{
	uint32_t best_edits = NEAR_EDITS_MAX + 1;
	struct capnp_text best = { 0 };

	for (uint32_t i = 1; i < programs.count; i++) { /* 0 is init: not for services */
		struct capnp_text known = capnp_list_get_text(programs, i);
		uint32_t edits = edits_between(known, name);

		if (edits < best_edits) {
			best_edits = edits;
			best = known;
		}
	}
	if (!best.size)
		return;
	check_words(check, "; the nearest is ");
	check_text(check, best);
}

static void check_program(struct check *check, struct capnp_list programs, uint32_t index)
{
	struct capnp_text name = capnp_list_get_text(programs, index);

	sentence_start(&check->sentence, "program ");
	if (!name_valid(name)) {
		check_words(check, "number ");
		check_number(check, index + 1);
		check_words(check, ": its name");
		check_name_defect(check, name);
		return;
	}
	check_text(check, name);
	for (uint32_t i = 0; i < index; i++) {
		if (text_equal(capnp_list_get_text(programs, i), name)) {
			check_defect(check, " is listed twice");
			return;
		}
	}
}

static void check_programs(struct check *check)
{
	struct capnp_list programs = system_get_programs(check->system);

	sentence_start(&check->sentence, "the system ");
	if (!capnp_text_equals(capnp_list_get_text(programs, 0), SYSTEM_INIT))
		check_defect(check, "must list init as its first program");
	for (uint32_t i = 0; i < programs.count; i++)
		check_program(check, programs, i);
}

/* ---- Services ------------------------------------------------------------------- */

static void check_service_name(struct check *check, struct list_of_service services,
			       uint32_t index)
{
	struct capnp_text name = service_get_name(service_at(services, index));

	check_start_service(check, index);
	if (!name_valid(name)) {
		check_words(check, ": its name");
		check_name_defect(check, name);
		return;
	}
	for (uint32_t i = 0; i < index; i++) {
		if (text_equal(service_get_name(service_at(services, i)), name)) {
			check_defect(
				check,
				" is listed twice: each service has a name of its own");
			return;
		}
	}
}

static void check_service_program(struct check *check, struct service service,
				  uint32_t index)
{
	struct capnp_list programs = system_get_programs(check->system);
	struct capnp_text program = service_get_program(service);

	check_start_service(check, index);
	if (capnp_text_equals(program, SYSTEM_INIT)) {
		check_defect(check, " runs init, which only the kernel starts");
		return;
	}
	if (program_known(programs, program))
		return;
	check_words(check, ": the system has no program '");
	check_text(check, program);
	check_words(check, "'");
	check_near_program(check, programs, program);
	check_defect(check, "");
}

static void check_arguments(struct check *check, struct service service, uint32_t index)
{
	struct capnp_list arguments = service_get_arguments(service);
	uint64_t bytes = (uint64_t)service_get_name(service).size + 1; /* argv[0] */

	check_start_service(check, index);
	if (arguments.count > SYSTEM_ARGUMENTS_MAX) {
		check_words(check, " has ");
		check_number(check, arguments.count);
		check_defect(check, " arguments; at most 63 are passed on");
		return;
	}
	for (uint32_t i = 0; i < arguments.count; i++)
		bytes += (uint64_t)capnp_list_get_text(arguments, i).size + 1;
	if (bytes <= SYSTEM_ARGUMENT_BYTES_MAX)
		return;
	check_words(check, " has ");
	check_number(check, bytes);
	check_defect(check, " bytes of arguments; at most 4000 are passed on");
}

static void check_start_grant(struct check *check, uint32_t index, struct capnp_text name)
{
	check_start_service(check, index);
	check_words(check, ", grant ");
	check_text(check, name);
}

static void check_grant(struct check *check, struct service service, uint32_t index,
			uint32_t grant_index)
{
	struct list_of_grant grants = service_get_grants(service);
	struct grant grant = grant_at(grants, grant_index);
	struct capnp_text name = grant_get_name(grant);
	uint16_t source = (uint16_t)grant_get_source(grant);

	if (!name_valid(name)) {
		check_start_service(check, index);
		check_words(check, ", grant number ");
		check_number(check, grant_index + 1);
		check_words(check, ": its name");
		check_name_defect(check, name);
		return;
	}
	check_start_grant(check, index, name);
	for (uint32_t i = 0; i < grant_index; i++) {
		if (text_equal(grant_get_name(grant_at(grants, i)), name)) {
			check_defect(
				check,
				" is listed twice: each grant has a name of its own");
			return;
		}
	}
	if (!system_source_interface(source)) {
		check_words(check, ": source number ");
		check_number(check, source);
		check_defect(check, " is not one that init knows");
	}
	if (source == SOURCE_POWER_CONTROL &&
	    !capnp_text_equals(service_get_name(service), SYSTEM_SHELL))
		check_defect(check, ": powerControl is for the service named shell only");
}

static void check_grants(struct check *check, struct service service, uint32_t index)
{
	uint32_t count = service_get_grants(service).l.count;
	uint32_t slots = budget_get_cap_slots(service_get_budget(service));

	check_start_service(check, index);
	check_words(check, " has ");
	check_number(check, count);
	if (count > CAPOS_CAPSET_MAX) {
		check_defect(check, " grants; a process starts with at most 84");
		return;
	}
	if (count > slots) {
		check_words(check, " grants, and its budget has capSlots for ");
		check_number(check, slots);
		check_defect(check, "");
	}
	for (uint32_t i = 0; i < count; i++)
		check_grant(check, service, index, i);
}

static void check_needed_budget(struct check *check, struct service service,
				uint32_t index)
{
	struct budget budget = service_get_budget(service);

	check_start_service(check, index);
	if (budget_get_threads(budget) == 0)
		check_defect(check, ": its budget has no thread to run");
	if (budget_get_memory_pages(budget) == 0 &&
	    service_get_memory_share(service) == 0)
		check_defect(check,
			     ": its budget has neither memoryPages nor a memoryShare");
}

static void check_services(struct check *check)
{
	struct list_of_service services = system_get_services(check->system);

	for (uint32_t i = 0; i < services.l.count; i++) {
		struct service service = service_at(services, i);

		check_service_name(check, services, i);
		check_service_program(check, service, i);
		check_arguments(check, service, i);
		check_grants(check, service, i);
		check_needed_budget(check, service, i);
	}
}

/* ---- Budgets -------------------------------------------------------------------- */

static const char *const resource_names[LEDGER_RESOURCES] = {
	[LEDGER_CAP_SLOTS] = "capSlots",       [LEDGER_CALLS] = "calls",
	[LEDGER_MEMORY_PAGES] = "memoryPages", [LEDGER_VIRTUAL_PAGES] = "virtualPages",
	[LEDGER_MAPPINGS] = "mappings",        [LEDGER_KERNEL_BYTES] = "kernelBytes",
	[LEDGER_THREADS] = "threads",          [LEDGER_ALARMS] = "alarms",
	[LEDGER_PROCESSES] = "processes",      [LEDGER_LOG_BYTES] = "logBytes",
};

static struct ledger_budget budget_maxima(struct budget budget)
{
	return (struct ledger_budget){ .max = {
					       [LEDGER_CAP_SLOTS] =
						       budget_get_cap_slots(budget),
					       [LEDGER_CALLS] = budget_get_calls(budget),
					       [LEDGER_MEMORY_PAGES] =
						       budget_get_memory_pages(budget),
					       [LEDGER_VIRTUAL_PAGES] =
						       budget_get_virtual_pages(budget),
					       [LEDGER_MAPPINGS] =
						       budget_get_mappings(budget),
					       [LEDGER_KERNEL_BYTES] =
						       budget_get_kernel_bytes(budget),
					       [LEDGER_THREADS] =
						       budget_get_threads(budget),
					       [LEDGER_ALARMS] =
						       budget_get_alarms(budget),
					       [LEDGER_PROCESSES] =
						       budget_get_processes(budget),
					       [LEDGER_LOG_BYTES] =
						       budget_get_log_bytes(budget),
				       } };
}

static uint64_t smaller64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Pages of the services that ask for a number and not for a share. */
static uint64_t fixed_memory_pages(struct list_of_service services)
{
	uint64_t pages = 0;

	for (uint32_t i = 0; i < services.l.count; i++) {
		struct service service = service_at(services, i);

		if (service_get_memory_share(service) == 0)
			pages += budget_get_memory_pages(service_get_budget(service));
	}
	return pages;
}

void system_graph_service_budget(struct system system, uint32_t index,
				 uint64_t memory_pages, struct ledger_budget *out)
{
	struct list_of_service services = system_get_services(system);
	struct service service = service_at(services, index);
	uint64_t share = service_get_memory_share(service);
	uint64_t fixed = fixed_memory_pages(services);

	*out = budget_maxima(service_get_budget(service));
	if (share == 0)
		return;
	memory_pages = memory_pages > fixed ? memory_pages - fixed : 0;
	memory_pages = smaller64(memory_pages, BUDGET_MAX) * share / SHARE_WHOLE;
	out->max[LEDGER_MEMORY_PAGES] = memory_pages;
	out->max[LEDGER_KERNEL_BYTES] =
		larger64(out->max[LEDGER_KERNEL_BYTES],
			 smaller64(memory_pages * KERNEL_BYTES_PER_PAGE, BUDGET_MAX));
}

static void check_shares(struct check *check)
{
	struct list_of_service services = system_get_services(check->system);
	uint32_t shares = 0;

	for (uint32_t i = 0; i < services.l.count; i++)
		shares += service_get_memory_share(service_at(services, i));
	if (shares <= SHARE_WHOLE)
		return;
	sentence_start(&check->sentence,
		       "the memoryShares of all services together are ");
	check_number(check, shares);
	check_defect(check, " percent; there are 100");
}

/* What all services together take of @resource; each is itself one process. */
static uint64_t total_of(struct check *check, enum ledger_resource resource,
			 uint64_t memory_pages)
{
	uint32_t count = system_get_services(check->system).l.count;
	uint64_t total = resource == LEDGER_PROCESSES ? count : 0;

	for (uint32_t i = 0; i < count; i++) {
		struct ledger_budget budget;

		system_graph_service_budget(check->system, i, memory_pages, &budget);
		total += budget.max[resource];
	}
	return total;
}

/* The service that takes most of what is short is the one to look at. */
static uint32_t largest_of(struct check *check, enum ledger_resource resource)
{
	struct list_of_service services = system_get_services(check->system);
	uint64_t most = 0;
	uint32_t largest = 0;

	for (uint32_t i = 0; i < services.l.count; i++) {
		uint64_t amount =
			budget_maxima(service_get_budget(service_at(services, i)))
				.max[resource];

		if (amount > most) {
			most = amount;
			largest = i;
		}
	}
	return largest;
}

static void check_totals(struct check *check, const struct ledger_budget *available)
{
	for (uint32_t i = 0; i < LEDGER_RESOURCES; i++) {
		uint64_t has = available->max[i];
		uint64_t total = total_of(check, (enum ledger_resource)i,
					  available->max[LEDGER_MEMORY_PAGES]);

		if (total <= has)
			continue;
		check_start_service(check, largest_of(check, (enum ledger_resource)i));
		check_words(check, " asks for most of ");
		check_words(check, resource_names[i]);
		check_words(check, ": all services together ask for ");
		check_number(check, total);
		check_words(check, ", and init has ");
		check_number(check, has);
		check_defect(check, "");
	}
}

/* ---- The whole -------------------------------------------------------------------- */

bool system_graph_open(struct capnp_reader *reader, const void *bytes,
		       uint32_t size_bytes, struct system *out)
{
	capnp_reader_init(reader, bytes, size_bytes <= SYSTEM_MAX_BYTES ? size_bytes : 0);
	/* Names are compared with each other: a long walk, and bounded by the limits above. */
	reader->traversal_words_left = TRAVERSAL_WORDS_MAX;
	return size_bytes > 0 && size_bytes <= SYSTEM_MAX_BYTES &&
	       system_read(reader, out);
}

static void check_header(struct check *check)
{
	uint32_t version = system_get_schema_version(check->system);

	sentence_start(&check->sentence, "the system");
	if (version != SYSTEM_SCHEMA_VERSION) {
		check_words(check, " is of schema version ");
		check_number(check, version);
		check_defect(check, "; this one knows version 1");
		return;
	}
	if (!name_valid(system_get_name(check->system))) {
		check_words(check, "'s name");
		check_name_defect(check, system_get_name(check->system));
	}
	sentence_start(&check->sentence, "the system");
	if (system_get_message_of_the_day(check->system).size > SYSTEM_MESSAGE_MAX_BYTES)
		check_defect(check, "'s messageOfTheDay is longer than 240 bytes");
}

/* The lists that everything else walks through, some of them once for each element. */
static bool check_counts(struct check *check)
{
	uint32_t programs = system_get_programs(check->system).count;
	uint32_t services = system_get_services(check->system).l.count;

	sentence_start(&check->sentence, "the system has ");
	if (programs > SYSTEM_PROGRAMS_MAX) {
		check_number(check, programs);
		check_defect(check, " programs; an image holds at most 63");
		return false;
	}
	if (services == 0 || services > SYSTEM_SERVICES_MAX) {
		check_number(check, services);
		check_defect(check, " services; there must be 1 to 32");
		return false;
	}
	return true;
}

uint32_t system_graph_check(struct system system, const struct ledger_budget *available,
			    const struct system_graph_report *report)
{
	struct check check = { .system = system, .report = report };

	check_header(&check);
	if (!check_counts(&check))
		return check.defects;
	check_programs(&check);
	check_services(&check);
	check_shares(&check);
	if (available && check.defects == 0)
		check_totals(&check, available);
	if (system.s.message && system.s.message->error != CAPNP_ERROR_NONE) {
		sentence_start(&check.sentence, "the system description is malformed: ");
		check_defect(&check, capnp_error_text(system.s.message->error));
	}
	return check.defects;
}

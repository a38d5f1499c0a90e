/* SPDX-License-Identifier: MIT */
/*
 * system_graph_test.c - each rule of schema/manifest.capnp, kept and broken.
 *
 * A test changes one thing of a system in order and expects one sentence about it.
 */
// TEST-LINK: core/system_graph.c core/sentence.c core/capnp/reader.c core/capnp/reader_error.c core/capnp/builder.c
#include "core/system_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/sentence.h"
#include "gen/console.capnp.h"
#include "gen/system.capnp.h"

enum {
	MESSAGE_WORDS = 65536 / 8,
	LIST_MAX = 100,
	SENTENCES_MAX = 16,
};

struct grant_plan {
	const char *name;
	uint16_t source;
};

struct service_plan {
	const char *name;
	const char *program;
	const char *arguments[LIST_MAX];
	struct grant_plan grants[LIST_MAX];
	uint32_t cap_slots, memory_pages, threads, processes;
	uint8_t share;
};

struct plan {
	uint32_t version;
	const char *name;
	const char *message;
	const char *programs[LIST_MAX];
	struct service_plan services[LIST_MAX];
	const struct ledger_budget *available;
};

struct fixture {
	uint64_t words[MESSAGE_WORDS];
	struct plan plan;
	uint32_t defects;
	char sentences[SENTENCES_MAX][SENTENCE_MAX_BYTES + 1];
};

static struct fixture f;

static int start(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	f.plan = (struct plan){
		.version = SYSTEM_SCHEMA_VERSION,
		.name = "core",
		.message = "hello",
		.programs = { "init", "shell", "logd" },
		.services = {
			{ .name = "logd", .program = "logd", .arguments = { "-v" },
			  .grants = { { "console", SOURCE_CONSOLE_WRITER } },
			  .cap_slots = 8, .memory_pages = 100, .threads = 1 },
			{ .name = "shell", .program = "shell",
			  .grants = { { "console", SOURCE_CONSOLE }, { "power", SOURCE_POWER_CONTROL } },
			  .cap_slots = 64, .threads = 1, .processes = 9, .share = 50 },
		},
	};
	return 0;
}

static void build_service(struct service_builder b, const struct service_plan *plan)
{
	struct budget_builder budget = service_init_budget(b);
	struct capnp_list_builder arguments;
	struct list_of_grant_builder grants;
	uint32_t count = 0;

	service_set_name(b, plan->name, (uint32_t)strlen(plan->name));
	service_set_program(b, plan->program, (uint32_t)strlen(plan->program));
	service_set_memory_share(b, plan->share);
	budget_set_cap_slots(budget, plan->cap_slots);
	budget_set_memory_pages(budget, plan->memory_pages);
	budget_set_threads(budget, plan->threads);
	budget_set_processes(budget, plan->processes);
	while (plan->arguments[count])
		count++;
	arguments = service_init_arguments(b, count);
	for (uint32_t i = 0; i < count; i++)
		capnp_list_set_text(arguments, i, plan->arguments[i],
				    (uint32_t)strlen(plan->arguments[i]));
	for (count = 0; plan->grants[count].name;)
		count++;
	grants = service_init_grants(b, count);
	for (uint32_t i = 0; i < count; i++) {
		struct grant_builder grant = grant_builder_at(grants, i);

		grant_set_name(grant, plan->grants[i].name,
			       (uint32_t)strlen(plan->grants[i].name));
		grant_set_source(grant, (enum source)plan->grants[i].source);
	}
}

static uint32_t build(const struct plan *plan)
{
	struct capnp_builder builder;
	struct system_builder system;
	struct capnp_list_builder programs;
	struct list_of_service_builder services;
	uint32_t count = 0;

	capnp_builder_init(&builder, f.words, sizeof(f.words));
	system = system_new(&builder);
	system_set_schema_version(system, plan->version);
	system_set_name(system, plan->name, (uint32_t)strlen(plan->name));
	system_set_message_of_the_day(system, plan->message,
				      (uint32_t)strlen(plan->message));
	while (plan->programs[count])
		count++;
	programs = system_init_programs(system, count);
	for (uint32_t i = 0; i < count; i++)
		capnp_list_set_text(programs, i, plan->programs[i],
				    (uint32_t)strlen(plan->programs[i]));
	for (count = 0; count < LIST_MAX && plan->services[count].name;)
		count++;
	services = system_init_services(system, count);
	for (uint32_t i = 0; i < count; i++)
		build_service(service_builder_at(services, i), &plan->services[i]);
	assert_false(capnp_builder_failed(&builder));
	return capnp_builder_size_bytes(&builder);
}

static void take_defect(void *context, const char *sentence)
{
	assert_ptr_equal(context, &f);
	assert_true(f.defects < SENTENCES_MAX);
	snprintf(f.sentences[f.defects], sizeof(f.sentences[0]), "%s", sentence);
	f.defects++;
}

static void check(void)
{
	const struct system_graph_report report = { take_defect, &f };
	struct capnp_reader reader;
	struct system system;

	f.defects = 0;
	assert_true(system_graph_open(&reader, f.words, build(&f.plan), &system));
	assert_int_equal(system_graph_check(system, f.plan.available, &report),
			 f.defects);
}

static void expect_no_defect(void)
{
	check();
	if (f.defects)
		fail_msg("%s", f.sentences[0]);
}

static void expect_defect(const char *sentence)
{
	check();
	if (f.defects == 0)
		fail_msg("no defect, expected: %s", sentence);
	assert_string_equal(f.sentences[0], sentence);
	assert_int_equal(f.defects, 1);
}

static void graph_in_order_has_no_defect(void **state)
{
	(void)state;
	expect_no_defect();
}

static void graph_of_another_version_is_refused(void **state)
{
	(void)state;
	f.plan.version = 2;
	expect_defect("the system is of schema version 2; this one knows version 1");
}

static void system_name_and_message_are_bounded(void **state)
{
	char long_message[SYSTEM_MESSAGE_MAX_BYTES + 2];

	(void)state;
	f.plan.name = "my system";
	expect_defect(
		"the system's name 'my system' must be 1 to 31 printable characters "
		"without spaces");
	f.plan.name = "core";
	memset(long_message, 'm', sizeof(long_message));
	long_message[SYSTEM_MESSAGE_MAX_BYTES] = 0;
	f.plan.message = long_message;
	expect_no_defect();
	long_message[SYSTEM_MESSAGE_MAX_BYTES] = 'm';
	long_message[SYSTEM_MESSAGE_MAX_BYTES + 1] = 0;
	expect_defect("the system's messageOfTheDay is longer than 240 bytes");
}

static void programs_start_with_init_and_are_listed_once(void **state)
{
	(void)state;
	f.plan.programs[0] = "shell";
	f.plan.programs[1] = "init";
	expect_defect("the system must list init as its first program");
	f.plan.programs[0] = "init";
	f.plan.programs[1] = "shell";
	f.plan.programs[3] = "shell";
	expect_defect("program shell is listed twice");
	f.plan.programs[3] = "a\nb";
	expect_defect(
		"program number 4: its name 'a?b' must be 1 to 31 printable characters "
		"without spaces");
	f.plan.programs[3] = "a234567890123456789012345678901";
	expect_no_defect();
	f.plan.programs[3] = "a2345678901234567890123456789012";
	check();
	assert_int_equal(f.defects, 1);
}

static void programs_fit_an_image(void **state)
{
	static char names[SYSTEM_PROGRAMS_MAX + 1][4];

	(void)state;
	for (uint32_t i = 3; i < SYSTEM_PROGRAMS_MAX + 1; i++) {
		snprintf(names[i], sizeof(names[i]), "p%u", i);
		f.plan.programs[i] = names[i];
	}
	expect_defect("the system has 64 programs; an image holds at most 63");
	f.plan.programs[SYSTEM_PROGRAMS_MAX] = nullptr;
	expect_no_defect();
}

static void services_are_one_to_32_and_have_names_of_their_own(void **state)
{
	static char names[SYSTEM_SERVICES_MAX + 1][4];

	(void)state;
	f.plan.services[1].name = "logd";
	f.plan.services[1].grants[1].name = nullptr;
	expect_defect("service logd is listed twice: each service has a name of its own");
	f.plan.services[1].name = "log d";
	expect_defect(
		"service number 2: its name 'log d' must be 1 to 31 printable characters "
		"without spaces");
	for (uint32_t i = 0; i < SYSTEM_SERVICES_MAX + 1; i++) {
		snprintf(names[i], sizeof(names[i]), "s%u", i);
		f.plan.services[i] = f.plan.services[0];
		f.plan.services[i].name = names[i];
	}
	expect_defect("the system has 33 services; there must be 1 to 32");
	f.plan.services[SYSTEM_SERVICES_MAX].name = nullptr;
	expect_no_defect();
	f.plan.services[0].name = nullptr;
	expect_defect("the system has 0 services; there must be 1 to 32");
}

static void service_runs_a_listed_program(void **state)
{
	(void)state;
	f.plan.services[0].program = "log";
	expect_defect(
		"service logd: the system has no program 'log'; the nearest is logd");
	f.plan.services[0].program = "shall";
	expect_defect(
		"service logd: the system has no program 'shall'; the nearest is shell");
	f.plan.services[0].program = "webserver";
	expect_defect("service logd: the system has no program 'webserver'");
	f.plan.services[0].program = "init";
	expect_defect("service logd runs init, which only the kernel starts");
}

static void arguments_fit_the_startup_record(void **state)
{
	static char long_argument[SYSTEM_ARGUMENT_BYTES_MAX];
	struct service_plan *logd = &f.plan.services[0];

	(void)state;
	/* With "logd" and its NUL, and the argument's own NUL. */
	memset(long_argument, 'a', SYSTEM_ARGUMENT_BYTES_MAX - 6);
	logd->arguments[0] = long_argument;
	expect_no_defect();
	long_argument[SYSTEM_ARGUMENT_BYTES_MAX - 6] = 'a';
	expect_defect(
		"service logd has 4001 bytes of arguments; at most 4000 are passed on");
	for (uint32_t i = 0; i < SYSTEM_ARGUMENTS_MAX; i++)
		logd->arguments[i] = "x";
	expect_no_defect();
	logd->arguments[SYSTEM_ARGUMENTS_MAX] = "x";
	expect_defect("service logd has 64 arguments; at most 63 are passed on");
}

static void grants_have_names_of_their_own(void **state)
{
	struct grant_plan *grants = f.plan.services[1].grants;

	(void)state;
	grants[2] = (struct grant_plan){ "console", SOURCE_TIMER };
	expect_defect("service shell, grant console is listed twice: each grant has a "
		      "name of its own");
	grants[2].name = "";
	expect_defect(
		"service shell, grant number 3: its name '' must be 1 to 31 printable "
		"characters without spaces");
}

static void grants_come_from_known_sources(void **state)
{
	(void)state;
	f.plan.services[0].grants[0].source = SOURCE_COUNT;
	expect_defect("service logd, grant console: source number 14 is not one that "
		      "init knows");
	f.plan.services[0].grants[0].source = UINT16_MAX;
	expect_defect("service logd, grant console: source number 65535 is not one that "
		      "init knows");
}

static void power_control_is_for_the_shell_only(void **state)
{
	(void)state;
	f.plan.services[0].grants[0] = (struct grant_plan){ "off", SOURCE_POWER_CONTROL };
	expect_defect("service logd, grant off: powerControl is for the service named "
		      "shell only");
}

static void grants_fit_capset_and_slots(void **state)
{
	static char names[CAPOS_CAPSET_MAX + 1][4];
	struct service_plan *logd = &f.plan.services[0];

	(void)state;
	for (uint32_t i = 0; i < CAPOS_CAPSET_MAX + 1; i++) {
		snprintf(names[i], sizeof(names[i]), "g%u", i);
		logd->grants[i] = (struct grant_plan){ names[i], SOURCE_TIMER };
	}
	logd->cap_slots = CAPOS_CAPSET_MAX + 1;
	expect_defect("service logd has 85 grants; a process starts with at most 84");
	logd->grants[CAPOS_CAPSET_MAX].name = nullptr;
	expect_no_defect();
	logd->cap_slots = CAPOS_CAPSET_MAX - 1;
	expect_defect("service logd has 84 grants, and its budget has capSlots for 83");
}

static void budgets_suffice_to_run(void **state)
{
	(void)state;
	f.plan.services[0].threads = 0;
	expect_defect("service logd: its budget has no thread to run");
	f.plan.services[0].threads = 1;
	f.plan.services[0].memory_pages = 0;
	expect_defect(
		"service logd: its budget has neither memoryPages nor a memoryShare");
}

static void shares_are_at_most_the_whole(void **state)
{
	(void)state;
	f.plan.services[0].share = 50;
	expect_no_defect();
	f.plan.services[0].share = 51;
	expect_defect("the memoryShares of all services together are 101 percent; there "
		      "are 100");
}

static void budgets_are_carved_from_what_init_has(void **state)
{
	struct ledger_budget available;

	(void)state;
	for (uint32_t i = 0; i < LEDGER_RESOURCES; i++)
		available.max[i] = UINT64_MAX;
	f.plan.available = &available;
	expect_no_defect();
	available.max[LEDGER_MEMORY_PAGES] = 100;
	expect_no_defect();
	available.max[LEDGER_MEMORY_PAGES] = 99;
	expect_defect("service logd asks for most of memoryPages: all services together "
		      "ask for 100, "
		      "and init has 99");
	available.max[LEDGER_MEMORY_PAGES] = 1000;
	available.max[LEDGER_PROCESSES] = 11;
	expect_no_defect();
	available.max[LEDGER_PROCESSES] = 10;
	expect_defect("service shell asks for most of processes: all services together "
		      "ask for 11, "
		      "and init has 10");
}

static void share_is_of_what_fixed_budgets_leave(void **state)
{
	struct capnp_reader reader;
	struct system system;
	struct ledger_budget budget;

	(void)state;
	assert_true(system_graph_open(&reader, f.words, build(&f.plan), &system));
	system_graph_service_budget(system, 0, 1100, &budget);
	assert_int_equal(budget.max[LEDGER_MEMORY_PAGES], 100);
	assert_int_equal(budget.max[LEDGER_CAP_SLOTS], 8);
	system_graph_service_budget(system, 1, 1100, &budget);
	assert_int_equal(budget.max[LEDGER_MEMORY_PAGES], 500);
	assert_int_equal(budget.max[LEDGER_PROCESSES], 9);
	assert_int_equal(budget.max[LEDGER_KERNEL_BYTES], 500 * 256);
	system_graph_service_budget(system, 1, 99, &budget);
	assert_int_equal(budget.max[LEDGER_MEMORY_PAGES], 0);
	assert_int_equal(budget.max[LEDGER_KERNEL_BYTES], 32768); /* the default */
	system_graph_service_budget(system, 1, UINT64_MAX, &budget);
	assert_int_equal(budget.max[LEDGER_MEMORY_PAGES], UINT32_MAX / 2);
	assert_int_equal(budget.max[LEDGER_KERNEL_BYTES], UINT32_MAX);
}

static void each_source_has_its_interface(void **state)
{
	(void)state;
	for (int i = 0; i < SOURCE_COUNT; i++)
		assert_true(system_source_interface((uint16_t)i) != 0);
	assert_true(system_source_interface(SOURCE_COUNT) == 0);
	assert_true(system_source_interface(SOURCE_CONSOLE) == CONSOLE_INTERFACE_ID);
	assert_true(system_source_interface(SOURCE_POWER_CONTROL) ==
		    POWER_CONTROL_INTERFACE_ID);
}

static void malformed_descriptions_are_refused(void **state)
{
	const struct system_graph_report report = { take_defect, &f };
	struct capnp_reader reader;
	struct system system;
	uint32_t size = build(&f.plan);

	(void)state;
	assert_false(system_graph_open(&reader, f.words, 0, &system));
	assert_false(system_graph_open(&reader, f.words, SYSTEM_MAX_BYTES + 8, &system));
	/* Cut at each word: never a crash, and never in order. */
	for (uint32_t cut = 8; cut < size; cut += 8) {
		f.defects = 0;
		if (!system_graph_open(&reader, f.words, cut, &system))
			continue;
		assert_true(system_graph_check(system, nullptr, &report) > 0);
	}
}

static void ignore_defect(void *context, const char *sentence)
{
	(void)context;
	(void)sentence;
}

/* Whatever a bit means, nothing outside the message is read and the check ends. */
static void damaged_descriptions_are_survived(void **state)
{
	const struct system_graph_report report = { ignore_defect, nullptr };
	struct capnp_reader reader;
	struct system system;
	uint32_t size = build(&f.plan);

	(void)state;
	for (uint32_t bit = 0; bit < size * 8; bit++) {
		f.words[bit / 64] ^= UINT64_C(1) << bit % 64;
		if (system_graph_open(&reader, f.words, size, &system))
			(void)system_graph_check(system, nullptr, &report);
		f.words[bit / 64] ^= UINT64_C(1) << bit % 64;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(graph_in_order_has_no_defect, start),
		cmocka_unit_test_setup(graph_of_another_version_is_refused, start),
		cmocka_unit_test_setup(system_name_and_message_are_bounded, start),
		cmocka_unit_test_setup(programs_start_with_init_and_are_listed_once,
				       start),
		cmocka_unit_test_setup(programs_fit_an_image, start),
		cmocka_unit_test_setup(services_are_one_to_32_and_have_names_of_their_own,
				       start),
		cmocka_unit_test_setup(service_runs_a_listed_program, start),
		cmocka_unit_test_setup(arguments_fit_the_startup_record, start),
		cmocka_unit_test_setup(grants_have_names_of_their_own, start),
		cmocka_unit_test_setup(grants_come_from_known_sources, start),
		cmocka_unit_test_setup(power_control_is_for_the_shell_only, start),
		cmocka_unit_test_setup(grants_fit_capset_and_slots, start),
		cmocka_unit_test_setup(budgets_suffice_to_run, start),
		cmocka_unit_test_setup(shares_are_at_most_the_whole, start),
		cmocka_unit_test_setup(budgets_are_carved_from_what_init_has, start),
		cmocka_unit_test_setup(share_is_of_what_fixed_budgets_leave, start),
		cmocka_unit_test_setup(each_source_has_its_interface, start),
		cmocka_unit_test_setup(malformed_descriptions_are_refused, start),
		cmocka_unit_test_setup(damaged_descriptions_are_survived, start),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/literal.c
// TEST-LINK: programs/shell/catalog.c programs/shell/names.c programs/shell/parser.c
// TEST-LINK: programs/shell/lexer.c programs/shell/command_table.c
// TEST-LINK: programs/shell/nearest.c programs/shell/sink.c programs/shell/text.c @gen @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/console.capnp.h"
#include "gen/log.capnp.h"
#include "gen/manifest.capnp.h"
#include "gen/memory.capnp.h"
#include "gen/process.capnp.h"
#include "gen/system.capnp.h"
#include "programs/shell/catalog.h"
#include "programs/shell/literal.h"
#include "programs/shell/parser.h"

enum { MESSAGE_BYTES = 2048 };

static struct names names;
static struct literal_build build;
static char problem_bytes[200];
static alignas(8) uint8_t message_bytes[MESSAGE_BYTES];
static struct capnp_reader reader;
static uint32_t message_capacity = MESSAGE_BYTES;

/* Builds the fields in @fields as a struct of type @info; the reader then reads it. */
static bool built(const struct capnp_struct_info *info, const char *fields)
{
	static struct command command;
	static struct sink_buffer problem;
	struct capnp_builder message;
	char line[512];

	snprintf(line, sizeof(line), "call @a.b %s", fields);
	sink_buffer_init(&problem, problem_bytes, sizeof(problem_bytes));
	assert_true(parser_parse(text_of(line), &command, &problem.sink));
	build = (struct literal_build){ .names = &names,
					.line = command.line,
					.field_word = "parameter",
					.problem = &problem.sink };
	capnp_builder_init(&message, message_bytes, message_capacity);
	if (!literal_build_root(&build, info, command.fields, &message))
		return false;
	capnp_reader_init(&reader, message_bytes, capnp_builder_size_bytes(&message));
	return true;
}

static void refused(const struct capnp_struct_info *info, const char *fields,
		    const char *problem)
{
	assert_false(built(info, fields));
	assert_string_equal(problem_bytes, problem);
}

static int setup(void **state)
{
	const struct name *added;

	(void)state;
	names = (struct names){};
	assert_int_equal(names_add(&names, text_of("console"), cap_make(3, 1),
				   CONSOLE_INTERFACE_ID, NAME_GRANTED, &added),
			 NAMES_OK);
	assert_int_equal(names_add(&names, text_of("pages"), cap_make(4, 1),
				   MEMORY_OBJECT_INTERFACE_ID, NAME_GRANTED, &added),
			 NAMES_OK);
	return 0;
}

static void literal_builds_numbers_enums_and_text(void **state)
{
	struct log_sink_write_params write;
	struct virtual_memory_map_params map;

	(void)state;
	assert_true(built(&log_sink_write_params_schema, "level=warning text=\"a\\nb\""));
	assert_true(log_sink_write_params_read(&reader, &write));
	assert_int_equal(log_sink_write_params_get_level(write), LOG_LEVEL_WARNING);
	assert_true(capnp_text_equals(log_sink_write_params_get_text(write), "a\nb"));

	assert_true(
		built(&virtual_memory_map_params_schema,
		      "address=0x7000_0000_0000 sizeBytes=4096 protection=readWrite"));
	assert_true(virtual_memory_map_params_read(&reader, &map));
	assert_true(virtual_memory_map_params_get_address(map) == 0x700000000000);
	assert_int_equal(virtual_memory_map_params_get_protection(map),
			 PROTECTION_READ_WRITE);
}

static void literal_keeps_defaults_and_sets_over_them(void **state)
{
	struct process_factory_create_params create;
	struct budget budget;

	(void)state;
	assert_true(built(&process_factory_create_params_schema,
			  "name=\"x\" budget=(memoryPages = 64, processes = 1)"));
	assert_true(process_factory_create_params_read(&reader, &create));
	budget = process_factory_create_params_get_budget(create);
	assert_int_equal(budget_get_memory_pages(budget), 64);
	assert_int_equal(budget_get_processes(budget), 1);
	assert_int_equal(budget_get_cap_slots(budget), 64);
	assert_int_equal(budget_get_threads(budget), 1);
	assert_false(capnp_reader_failed(&reader));
}

static void literal_builds_lists_of_structs_and_texts(void **state)
{
	struct system system;
	struct service service;
	struct list_of_service services;

	(void)state;
	assert_true(built(
		&system_schema,
		"name=\"s\" programs=[\"init\", \"shell\"] services=["
		"(name = \"a\", arguments = [\"1\"], "
		"grants = [(name = \"c\", source = consoleWriter)]), (name = \"b\")]"));
	assert_true(system_read(&reader, &system));
	assert_int_equal(system_get_schema_version(system), 1);
	assert_true(capnp_text_equals(capnp_list_get_text(system_get_programs(system), 1),
				      "shell"));
	services = system_get_services(system);
	assert_int_equal(services.l.count, 2);
	service = service_at(services, 0);
	assert_int_equal(grant_get_source(grant_at(service_get_grants(service), 0)),
			 SOURCE_CONSOLE_WRITER);
	assert_true(capnp_text_equals(service_get_name(service_at(services, 1)), "b"));
	assert_false(capnp_reader_failed(&reader));
}

static void literal_builds_unions_groups_and_bools(void **state)
{
	struct terminal_status status;
	struct terminal_status_faulted faulted;
	struct memory_object_info_results info;

	(void)state;
	assert_true(built(&terminal_status_schema, "exited=-3"));
	assert_true(terminal_status_read(&reader, &status));
	assert_int_equal(terminal_status_get_exited(status), -3);
	assert_true(built(&terminal_status_schema,
			  "faulted=(kind = divide, address = 0x10)"));
	assert_true(terminal_status_read(&reader, &status));
	assert_int_equal(terminal_status_which(status), TERMINAL_STATUS_FAULTED);
	faulted = terminal_status_get_faulted(status);
	assert_int_equal(terminal_status_faulted_get_kind(faulted), FAULT_KIND_DIVIDE);
	assert_int_equal(terminal_status_faulted_get_address(faulted), 16);
	assert_true(built(&terminal_status_schema, "killed=void"));
	assert_true(
		built(&memory_object_info_results_schema, "mutable=true pageCount=2"));
	assert_true(memory_object_info_results_read(&reader, &info));
	assert_true(memory_object_info_results_get_mutable(info));
	refused(&terminal_status_schema, "exited=1 killed=void",
		"parameter killed: excludes exited; they are a union");
}

static void literal_numbers_capabilities_in_order(void **state)
{
	struct virtual_memory_map_object_params params;

	(void)state;
	assert_true(built(&virtual_memory_map_object_params_schema, "object=@pages"));
	assert_true(virtual_memory_map_object_params_read(&reader, &params));
	assert_int_equal(virtual_memory_map_object_params_get_object(params), 0);
	assert_int_equal(build.cap_count, 1);
	assert_true(cap_equal(build.caps[0], cap_make(4, 1)));
	assert_true(built(&process_builder_grant_params_schema,
			  "name=\"x\" capability=@console"));
	assert_true(built(&virtual_memory_map_object_params_schema, "object=null"));
	assert_int_equal(build.cap_count, 0);
}

static void literal_takes_data_in_every_form(void **state)
{
	static const char *const forms[] = { "data=0x\"41 00 42\"", "data=0x\"410042\"",
					     "data=\"A\\0B\"" };
	struct console_write_params params;

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_true(built(&console_write_params_schema, forms[i]));
		assert_true(console_write_params_read(&reader, &params));
		assert_int_equal(console_write_params_get_data(params).size, 3);
		assert_memory_equal(console_write_params_get_data(params).bytes, "A\0B",
				    3);
	}
	refused(&console_write_params_schema, "data=0x123",
		"parameter data: Data is wanted (such as 0x\"00 ff\" or \"text\"), not "
		"`0x123`");
	refused(&console_write_line_params_schema, "text=0x41",
		"parameter text: Text is wanted (such as \"hello\"), not `0x41`");
}

static void literal_names_field_type_and_nearest(void **state)
{
	(void)state;
	refused(&log_sink_write_params_schema, "levle=warning",
		"no parameter `levle`; the nearest is level");
	refused(&log_sink_write_params_schema, "level=wran",
		"parameter level: LogLevel has no value `wran`; the nearest is warning");
	refused(&log_sink_write_params_schema, "text=5",
		"parameter text: Text is wanted (such as \"hello\"), not `5`");
	refused(&log_sink_write_params_schema, "text=\"a\" text=\"b\"",
		"parameter text: given twice");
	refused(&power_control_shutdown_params_schema, "code=256",
		"parameter code: 256 does not fit UInt8 (0 to 255)");
	refused(&power_control_shutdown_params_schema, "code=-1",
		"parameter code: -1 does not fit UInt8 (0 to 255)");
	refused(&power_control_shutdown_params_schema, "code=1z",
		"parameter code: UInt8 is wanted (such as 42 or 0x2a), not "
		"`1z`");
	refused(&terminal_status_schema, "exited=2147483648",
		"parameter exited: 2147483648 does not fit Int32 (-2147483648 to "
		"2147483647)");
	refused(&memory_object_info_results_schema, "mutable=1",
		"parameter mutable: Bool is wanted (such as true or false), not "
		"`1`");
	refused(&virtual_memory_map_object_params_schema, "object=@consle",
		"parameter object: no capability @consle; the nearest is @console");
	refused(&virtual_memory_map_object_params_schema, "object=@console",
		"parameter object: MemoryObject is wanted; @console is Console");
	refused(&process_factory_create_params_schema, "budget=(memoryPage = 1)",
		"no parameter `memoryPage`; the nearest is memoryPages");
	refused(&system_schema, "programs=[1]",
		"parameter programs: Text is wanted (such as \"hello\"), not `1`");
}

static void literal_says_where_a_value_is_malformed(void **state)
{
	(void)state;
	refused(&system_schema, "programs=[\"a\" 2]",
		"expected `,` or `]`, found `2` (column 25)");
	refused(&terminal_status_schema, "exited=1 faulted=(1)",
		"parameter faulted: excludes exited; they are a union");
	refused(&terminal_status_schema, "faulted=(1)",
		"expected the name of a field, found `1` (column 20)");
	refused(&log_sink_write_params_schema, "text=\"\\q\"",
		"expected escapes \\n \\\\ \\\" \\x1f \\33 and other ones of C in a "
		"text, "
		"found `\"\\q\"` (column 16)");
	refused(&system_schema,
		"services=[(grants = [(name = [[[[[[[[[[[[1]]]]]]]]]]]])])]",
		"parameter name: Text is wanted (such as \"hello\"), not "
		"`[[[[[[[[[[[[1]]]]]]]]]]]]`");
}

static void literal_reads_what_results_show(void **state)
{
	struct virtual_memory_map_object_params params;

	(void)state;
	assert_true(built(&virtual_memory_map_object_params_schema,
			  "object=@pages (MemoryObject) sizeBytes=1"));
	assert_true(virtual_memory_map_object_params_read(&reader, &params));
	assert_int_equal(virtual_memory_map_object_params_get_object(params), 0);
	assert_true(virtual_memory_map_object_params_get_size_bytes(params) == 1);
}

static void literal_takes_the_ends_of_every_range(void **state)
{
	struct terminal_status status;

	(void)state;
	assert_true(built(&terminal_status_schema, "exited=-2147483648"));
	assert_true(terminal_status_read(&reader, &status));
	assert_int_equal(terminal_status_get_exited(status), INT32_MIN);
	assert_true(
		built(&virtual_memory_map_params_schema, "address=18446744073709551615"));
	refused(&virtual_memory_map_params_schema, "address=18446744073709551616",
		"parameter address: 18446744073709551616 does not fit UInt64 (0 to "
		"18446744073709551615)");
	assert_true(built(&power_control_shutdown_params_schema, "code=-0"));
}

/* At every size of the message: refused in words until it fits, and never beyond. */
static void literal_refuses_what_does_not_fit_the_message(void **state)
{
	static const char fields[] =
		"name=\"abcdefghi\" programs=[\"init\", \"shell\"] services=[(arguments "
		"= "
		"[\"x\"], grants = [(name = \"c\")], budget = (calls = 1))]";
	bool fits = false;

	(void)state;
	for (message_capacity = 0; message_capacity <= 512; message_capacity += 8) {
		fits = built(&system_schema, fields);
		if (!fits)
			assert_string_equal(problem_bytes,
					    "the values do not fit one message");
	}
	assert_true(fits);
	message_capacity = MESSAGE_BYTES;
}

static void names_stay_unique_and_numbers_grow(void **state)
{
	const struct name *added;
	char problem[100];
	struct sink_buffer buffer;

	(void)state;
	(void)setup(state);
	assert_int_equal(names_add(&names, text_of(""), CAP_NULL, 1, NAME_RESULT, &added),
			 NAMES_OK);
	assert_string_equal(added->name, "r1");
	names_remove(&names, added);
	assert_int_equal(
		names_add(&names, text_of("r2"), CAP_NULL, 1, NAME_RESULT, &added),
		NAMES_OK);
	assert_int_equal(names_add(&names, text_of(""), CAP_NULL, 1, NAME_RESULT, &added),
			 NAMES_OK);
	assert_string_equal(added->name, "r3");
	assert_int_equal(
		names_add(&names, text_of(""), CAP_NULL, 1, NAME_PROCESS, &added),
		NAMES_OK);
	assert_string_equal(added->name, "p1");
	assert_int_equal(names_check(&names, text_of("console")), NAMES_TAKEN);
	assert_int_equal(names_check(&names, text_of("a23456789b123456789c123456789d12")),
			 NAMES_TOO_LONG);
	assert_null(names_find(&names, text_of("")));
	sink_buffer_init(&buffer, problem, sizeof(problem));
	names_unknown(&names, text_of("Conslo"), &buffer.sink);
	assert_string_equal(problem, "no capability @Conslo; the nearest is @console");
	while (names_check(&names, text_of("")) == NAMES_OK)
		assert_int_equal(
			names_add(&names, text_of(""), CAP_NULL, 1, NAME_RESULT, &added),
			NAMES_OK);
	assert_int_equal(names.count, NAMES_MAX);
	names_remove(&names, &names.entries[0]);
	assert_string_equal(names.entries[0].name, "pages");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literal_builds_numbers_enums_and_text),
		cmocka_unit_test(literal_keeps_defaults_and_sets_over_them),
		cmocka_unit_test(literal_builds_lists_of_structs_and_texts),
		cmocka_unit_test(literal_builds_unions_groups_and_bools),
		cmocka_unit_test(literal_numbers_capabilities_in_order),
		cmocka_unit_test(literal_takes_data_in_every_form),
		cmocka_unit_test(literal_names_field_type_and_nearest),
		cmocka_unit_test(literal_says_where_a_value_is_malformed),
		cmocka_unit_test(literal_reads_what_results_show),
		cmocka_unit_test(literal_takes_the_ends_of_every_range),
		cmocka_unit_test(literal_refuses_what_does_not_fit_the_message),
		cmocka_unit_test(names_stay_unique_and_numbers_grow),
	};

	return cmocka_run_group_tests(tests, setup, nullptr);
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/explain.c programs/shell/describe.c programs/shell/result.c
// TEST-LINK: programs/shell/catalog.c programs/shell/command_table.c
// TEST-LINK: programs/shell/nearest.c programs/shell/sink.c programs/shell/text.c @gen @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gen/boot.capnp.h"
#include "gen/console.capnp.h"
#include "gen/ledger.capnp.h"
#include "gen/log.capnp.h"
#include "gen/status.capnp.h"
#include "gen/timer.capnp.h"
#include "programs/shell/describe.h"
#include "programs/shell/explain.h"
#include "programs/shell/nearest.h"
#include "programs/shell/result.h"

static char said[8192];
static struct sink_buffer sink;
static alignas(8) uint8_t bytes[1024];
static struct capnp_builder builder;
static struct capnp_reader reader;

static int setup(void **state)
{
	(void)state;
	sink_buffer_init(&sink, said, sizeof(said));
	capnp_builder_init(&builder, bytes, sizeof(bytes));
	return 0;
}

static void read_back(void)
{
	capnp_reader_init(&reader, bytes, capnp_builder_size_bytes(&builder));
}

static void ends(const char *expected)
{
	struct terminal_status status;

	read_back();
	assert_true(terminal_status_read(&reader, &status));
	sink_buffer_init(&sink, said, sizeof(said));
	explain_end(text_of("hello"), status, &sink.sink);
	assert_string_equal(said, expected);
}

static void explain_tells_every_end(void **state)
{
	struct terminal_status_builder status = terminal_status_new(&builder);
	struct terminal_status_faulted_builder fault;
	enum fault_kind unknown;
	uint16_t number = 77;

	(void)state;
	terminal_status_set_exited(status, -3);
	ends("hello exited with -3");
	terminal_status_set_killed(terminal_status_new(&builder));
	ends("hello was killed");
	fault = terminal_status_init_faulted(terminal_status_new(&builder));
	terminal_status_faulted_set_kind(fault, FAULT_KIND_PAGE_FAULT);
	terminal_status_faulted_set_instruction(fault, 0x2001a4);
	ends("hello was stopped by a pageFault at 0x0 (instruction 0x2001a4)");
	terminal_status_faulted_set_kind(fault, FAULT_KIND_ILLEGAL_INSTRUCTION);
	ends("hello was stopped by an illegalInstruction (instruction 0x2001a4)");
	terminal_status_faulted_set_kind(fault, FAULT_KIND_ARITHMETIC);
	ends("hello was stopped by an arithmetic fault (instruction 0x2001a4)");
	memcpy(&unknown, &number, sizeof(unknown));
	terminal_status_faulted_set_kind(fault, unknown);
	ends("hello was stopped by an unknown fault (instruction 0x2001a4)");
	terminal_status_set_failed_to_start(terminal_status_new(&builder), "no image", 8);
	ends("hello failed to start: no image");
}

static void explain_names_who_what_and_which_rule(void **state)
{
	struct refusal refusal = {
		.who = "shell",
		.target = { "@factory", 8 },
		.method = "create",
		.status = CAPOS_ERR_NO_LEDGER,
		.rule = RULE_BUDGET_EXCEEDS_PARENT,
		.detail = 99999,
	};

	(void)state;
	explain_refusal(&refusal, &sink.sink);
	assert_string_equal(said,
			    "refused: shell called @factory.create: "
			    "budgetExceedsParent (a child's budget is carved from its "
			    "parent's, which has less left; offending value 99999)");
	sink_buffer_init(&sink, said, sizeof(said));
	refusal.rule = RULE_NONE;
	refusal.status = CAPOS_ERR_CANCELLED;
	explain_refusal(&refusal, &sink.sink);
	assert_string_equal(said,
			    "failed: shell called @factory.create: cancelled (the call "
			    "was withdrawn by CANCEL before it completed)");
	sink_buffer_init(&sink, said, sizeof(said));
	refusal.rule = 9999;
	refusal.exception = text_of("more words");
	explain_refusal(&refusal, &sink.sink);
	assert_string_equal(said,
			    "refused: shell called @factory.create: Rule 9999 (unknown "
			    "to this shell; offending value 99999; more words)");
}

/* No description is wider than a terminal, except for a word that is. */
static void describe_fits_the_screen(void **state)
{
	size_t column = 0;

	(void)state;
	for (size_t i = 0; i < capnp_interface_count; i++) {
		sink_buffer_init(&sink, said, sizeof(said));
		describe_interface(capnp_interfaces[i], &sink.sink);
		for (size_t at = 0; at < sink.size; at++) {
			column = said[at] == '\n' ? 0 : column + 1;
			assert_true(column < 80);
			assert_false(said[at] == '\n' && at > 0 && said[at - 1] == ' ');
		}
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		sink_buffer_init(&sink, said, sizeof(said));
		describe_command(&command_table[i], &sink.sink);
		for (size_t at = 0; at < sink.size; at++) {
			column = said[at] == '\n' ? 0 : column + 1;
			assert_true(column < 80);
		}
	}
}

static void describe_shows_signatures_docs_and_types(void **state)
{
	(void)state;
	describe_interface(&timer_schema, &sink.sink);
	assert_non_null(strstr(said, "interface Timer\n    Reads monotonic time"));
	assert_non_null(strstr(said, "\n  sleep (durationNs :UInt64) -> (nowNs :UInt64)\n"
				     "        Completes once"));
	sink_buffer_init(&sink, said, sizeof(said));
	describe_method(&program_store_schema, &program_store_schema.methods[1],
			&sink.sink);
	assert_non_null(strstr(said, "ProgramStore.open (name :Text) -> OpenResult\n"));
	assert_non_null(strstr(said, "struct OpenResult\n"));
	assert_non_null(strstr(said, "    | found :group\n"));
	assert_non_null(strstr(said, "image :MemoryObject\n"));
	sink_buffer_init(&sink, said, sizeof(said));
	describe_interface(&boot_package_schema, &sink.sink);
	assert_non_null(strstr(said, "interface BootPackage extends ProgramStore\n"));
	assert_non_null(strstr(said, "\n  manifest () -> ("));
	assert_non_null(strstr(said, "\n  of ProgramStore:\n\n  list () -> ("));
	assert_non_null(strstr(said, "\n  open (name :Text) -> OpenResult\n"));
	sink_buffer_init(&sink, said, sizeof(said));
	describe_interface(&console_writer_schema, &sink.sink);
	assert_non_null(strstr(said, "interface ConsoleWriter facet of Console\n"));
	sink_buffer_init(&sink, said, sizeof(said));
	describe_method(&log_sink_schema, &log_sink_schema.methods[0], &sink.sink);
	assert_non_null(strstr(said, "enum LogLevel\n"));
	assert_non_null(strstr(said, "    warning\n        What should be looked at.\n"));
	sink_buffer_init(&sink, said, sizeof(said));
	describe_defaults(&budget_schema, &sink.sink);
	assert_non_null(strstr(said, "  capSlots        64\n"));
	sink_buffer_init(&sink, said, sizeof(said));
	describe_command(&command_table[COMMAND_WAIT], &sink.sink);
	assert_string_equal(
		said, "wait @PROCESS\n    waits until a process ends and tells how\n"
		      "    Ctrl-C stops waiting; the process goes on.\n");
}

static void result_writes_unions_and_names_of_capabilities(void **state)
{
	struct result_caps caps = {};
	struct open_result_found_builder found =
		open_result_init_found(open_result_new(&builder));
	struct capnp_struct root;

	(void)state;
	open_result_found_set_image(found, 0);
	open_result_found_set_size_bytes(found, 42);
	read_back();
	assert_true(capnp_read_root(&reader, &root));
	result_find_caps(root, &open_result_schema, &caps);
	assert_int_equal(caps.count, 1);
	assert_string_equal(caps.caps[0].field, "image");
	strcpy(caps.caps[0].name, "r1");
	result_write(root, &open_result_schema, &caps, &sink.sink);
	assert_string_equal(said, "  found = (\n"
				  "    image = @r1 (MemoryObject),\n"
				  "    sizeBytes = 42 )\n");

	sink_buffer_init(&sink, said, sizeof(said));
	open_result_set_not_found(open_result_new(&builder));
	read_back();
	assert_true(capnp_read_root(&reader, &root));
	result_write(root, &open_result_schema, &caps, &sink.sink);
	assert_string_equal(said, "  notFound = void\n");
}

static void result_writes_a_list_of_structs_by_lines(void **state)
{
	struct result_caps caps = {};
	struct program_store_list_results_builder results =
		program_store_list_results_new(&builder);
	struct list_of_stored_program_builder list =
		program_store_list_results_init_programs(results, 2);
	struct capnp_struct root;

	(void)state;
	stored_program_set_name(stored_program_builder_at(list, 0), "a\n", 2);
	read_back();
	assert_true(capnp_read_root(&reader, &root));
	result_write(root, &program_store_list_results_schema, &caps, &sink.sink);
	assert_string_equal(said,
			    "  programs = [\n    (name = \"a\\n\", sizeBytes = 0),\n"
			    "    (sizeBytes = 0) ]\n");
}

static void nearest_is_written_with_its_prefix(void **state)
{
	struct nearest nearest;

	(void)state;
	nearest_init(&nearest, text_of("hlep"));
	nearest_write(&nearest, "@", &sink.sink);
	assert_string_equal(said, "");
	nearest_offer(&nearest, text_of("kill"));
	nearest_offer(&nearest, text_of("help"));
	nearest_write(&nearest, "@", &sink.sink);
	assert_string_equal(said, "; the nearest is @help");
	assert_false(nearest_is_exact(&nearest));
	nearest_offer(&nearest, text_of("hlep"));
	assert_true(nearest_is_exact(&nearest));
}

static void sink_writes_numbers_and_durations(void **state)
{
	(void)state;
	sink_signed(&sink.sink, INT64_MIN);
	sink_byte(&sink.sink, ' ');
	sink_hex(&sink.sink, UINT64_MAX);
	sink_byte(&sink.sink, ' ');
	sink_duration(&sink.sink, 1005000000);
	sink_byte(&sink.sink, ' ');
	sink_duration(&sink.sink, 2050);
	sink_byte(&sink.sink, ' ');
	sink_duration(&sink.sink, 999);
	assert_string_equal(said,
			    "-9223372036854775808 0xffffffffffffffff 1.005 s 2.050 us "
			    "999 ns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(explain_tells_every_end, setup),
		cmocka_unit_test_setup(explain_names_who_what_and_which_rule, setup),
		cmocka_unit_test_setup(describe_fits_the_screen, setup),
		cmocka_unit_test_setup(describe_shows_signatures_docs_and_types, setup),
		cmocka_unit_test_setup(result_writes_unions_and_names_of_capabilities,
				       setup),
		cmocka_unit_test_setup(result_writes_a_list_of_structs_by_lines, setup),
		cmocka_unit_test_setup(nearest_is_written_with_its_prefix, setup),
		cmocka_unit_test_setup(sink_writes_numbers_and_durations, setup),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

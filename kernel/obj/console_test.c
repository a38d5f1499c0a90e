/* SPDX-License-Identifier: MIT */
/* console_test.c - Console and TerminalInterrupt: the promises of schema/console.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/console.h"

#include "gen/console.capnp.h"
#include "tests/support/hosted_fixture.h"

static struct capos_sqe read_call(struct fixture *f, uint32_t max_bytes)
{
	struct capnp_builder builder = machine_params(&f->child);

	console_read_params_set_max_bytes(console_read_params_new(&builder), max_bytes);
	return machine_call(&f->child, "console", CONSOLE_METHOD_READ, &builder);
}

static struct capos_sqe await_call(const struct fixture *f)
{
	return machine_call(&f->child, "interrupt", TERMINAL_INTERRUPT_METHOD_AWAIT,
			    nullptr);
}

static struct capos_sqe write_call(struct fixture *f, const void *bytes, uint32_t size)
{
	struct capnp_builder builder = machine_params(&f->child);

	console_write_params_set_data(console_write_params_new(&builder), bytes, size);
	return machine_call(&f->child, "console", CONSOLE_METHOD_WRITE, &builder);
}

/* Submits a call that must stay pending; its results go to @result_offset. */
static uint32_t start(struct fixture *f, const struct capos_sqe *sqe)
{
	uint32_t sequence = machine_submit(&f->child, sqe);
	struct capos_cqe cqe;

	(void)machine_enter(&f->child, 0, 0);
	assert_false(machine_take(&f->child, &cqe));
	return sequence;
}

static void expect_data(struct fixture *f, const struct capos_sqe *sqe,
			const struct capos_cqe *cqe, const char *text)
{
	struct capnp_reader reader;
	struct console_read_results results;
	struct capnp_data data;

	assert_int_equal(cqe->result, CAPOS_OK);
	capnp_reader_init(&reader, machine_arena(&f->child, sqe->result_offset),
			  cqe->payload_size);
	assert_true(console_read_results_read(&reader, &results));
	data = console_read_results_get_data(results);
	assert_int_equal(data.size, strlen(text));
	assert_memory_equal(data.bytes, text, data.size);
}

static void expect_read(struct fixture *f, uint32_t max_bytes, const char *text)
{
	struct capos_sqe sqe = read_call(f, max_bytes);
	struct capos_cqe cqe = fixture_ok(f, &sqe);

	expect_data(f, &sqe, &cqe, text);
}

/* ---- Output --------------------------------------------------------------------------- */

static void console_writes_bytes_exactly_as_given(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = write_call(f, "a\r\n\tb\x1b[0m", 9);

	hosted_console_clear();
	(void)fixture_ok(f, &sqe);
	assert_string_equal(hosted_console(), "a\r\n\tb\x1b[0m");
	sqe = write_call(f, "", 0);
	(void)fixture_ok(f, &sqe);
	assert_string_equal(hosted_console(), "a\r\n\tb\x1b[0m");
}

static void console_writes_at_most_4096_bytes(void **state)
{
	static uint8_t bytes[CONSOLE_WRITE_MAX_BYTES + 1];
	struct fixture *f = *state;
	struct capos_sqe sqe;

	memset(bytes, 'x', sizeof(bytes));
	hosted_console_clear();
	sqe = write_call(f, bytes, sizeof(bytes));
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	assert_string_equal(hosted_console(), "");
	sqe = write_call(f, bytes, CONSOLE_WRITE_MAX_BYTES);
	(void)fixture_ok(f, &sqe);
	assert_int_equal(strlen(hosted_console()), CONSOLE_WRITE_MAX_BYTES);
}

static void console_ends_a_line_that_was_left_open(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = write_call(f, "open", 4);

	hosted_console_clear();
	(void)fixture_ok(f, &sqe);
	console_end_line();
	console_end_line();
	assert_string_equal(hosted_console(), "open\n");
}

static void console_writer_writes_like_the_console(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_WRITER, nullptr);
	struct capnp_builder builder;
	struct capos_result_cap record;

	sqe.result_cap_max = 1;
	(void)fixture_ok(f, &sqe);
	memcpy(&record, machine_arena(&f->child, MACHINE_RESULTS), sizeof(record));
	builder = machine_params(&f->child);
	console_write_line_params_set_text(console_write_line_params_new(&builder),
					   "line", 4);
	sqe = machine_call(&f->child, "console", CONSOLE_WRITER_METHOD_WRITE_LINE,
			   &builder);
	sqe.cap = record.cap;
	sqe.interface = CONSOLE_WRITER_INTERFACE_ID;
	hosted_console_clear();
	(void)fixture_ok(f, &sqe);
	assert_string_equal(hosted_console(), "line\n");
}

static void console_answers_as_a_writer_and_a_writer_not_as_a_console(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = write_call(f, "both", 4);
	struct capos_result_cap record;

	sqe.interface = CONSOLE_WRITER_INTERFACE_ID;
	hosted_console_clear();
	(void)fixture_ok(f, &sqe);
	assert_string_equal(hosted_console(), "both");
	sqe.method = CONSOLE_METHOD_READ;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS);
	sqe.interface = TERMINAL_INTERRUPT_INTERFACE_ID; /* of the same object */
	(void)fixture_refused(f, &sqe, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES);

	sqe = machine_call(&f->child, "console", CONSOLE_METHOD_WRITER, nullptr);
	sqe.result_cap_max = 1;
	(void)fixture_ok(f, &sqe);
	memcpy(&record, machine_arena(&f->child, MACHINE_RESULTS), sizeof(record));
	sqe = write_call(f, "both", 4);
	sqe.cap = record.cap;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES);
	assert_string_equal(hosted_console(), "both");
}

static void console_says_whether_it_is_interactive(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_ATTRIBUTES, nullptr);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct capnp_reader reader = machine_results(&f->child, &cqe, 0);
	struct console_attributes_results results;

	assert_true(console_attributes_results_read(&reader, &results));
	assert_true(
		console_attributes_results_get_interactive(results)); /* console=tty */
}

/* ---- Input ------------------------------------------------------------------------------- */

static void console_keeps_input_until_it_is_read(void **state)
{
	struct fixture *f = *state;

	machine_type("hello");
	expect_read(f, 2, "he");
	expect_read(f, 1024, "llo");
}

static void console_readers_are_served_in_order_of_arrival(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe first = read_call(f, 3);
	struct capos_sqe second = first;
	struct capos_cqe cqe;

	second.result_offset += 4096;
	second.user_data++;
	(void)start(f, &first);
	(void)start(f, &second);
	machine_type("abcdef");
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.user_data, first.user_data);
	expect_data(f, &first, &cqe, "abc");
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.user_data, second.user_data);
	expect_data(f, &second, &cqe, "def");
	assert_false(machine_take(&f->child, &cqe));
}

static void console_cancel_withdraws_a_reader_without_losing_input(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = read_call(f, 10);
	struct capos_sqe cancel = {
		.opcode = CAPOS_OP_CANCEL,
		.pipeline_dep = start(f, &sqe),
	};
	struct capos_cqe cqe;

	(void)machine_submit(&f->child, &cancel);
	assert_int_equal(machine_enter(&f->child, 0, 0), 2);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_ERR_CANCELLED);
	assert_true(machine_take(&f->child, &cqe));
	machine_type("kept");
	expect_read(f, 10, "kept");
}

static void console_reads_1_to_1024_bytes(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = read_call(f, 0);

	machine_type("input");
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_NON_ZERO);
	sqe = read_call(f, 1025);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	sqe = read_call(f, UINT32_MAX);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	/* A buffer that cannot hold what was asked for loses nothing either. */
	sqe = read_call(f, 1024);
	sqe.result_size = 1024;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
	expect_read(f, 1024, "input");
}

static void console_drops_the_newest_input_when_the_ring_is_full(void **state)
{
	static char text[CONSOLE_INPUT_BYTES + 101];
	struct fixture *f = *state;
	uint64_t dropped = console_dropped_count();

	memset(text, 'o', CONSOLE_INPUT_BYTES);
	memset(text + CONSOLE_INPUT_BYTES, 'n', 100);
	machine_type(text);
	assert_int_equal(console_dropped_count() - dropped, 100);
	text[CONSOLE_INPUT_BYTES] = 0;
	expect_read(f, 1024, text);
}

/* ---- The interrupt key ------------------------------------------------------------------------ */

static void interrupt_key_is_input_while_nobody_waits(void **state)
{
	struct fixture *f = *state;

	machine_type("a\x03"
		     "b");
	expect_read(f, 10,
		    "a\x03"
		    "b");
}

static void interrupt_key_completes_the_waiter_and_is_taken_out(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = await_call(f);
	struct capos_cqe cqe;

	(void)start(f, &sqe);
	machine_type("a\x03"
		     "b\x03");
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.user_data, sqe.user_data);
	assert_int_equal(cqe.result, CAPOS_OK);
	expect_read(f, 10, "ab\x03"); /* it waited once */
}

static void interrupt_admits_one_waiter(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = await_call(f);
	struct capos_sqe cancel = { .opcode = CAPOS_OP_CANCEL };
	struct capos_cqe cqe;

	cancel.pipeline_dep = start(f, &sqe);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_OVERLOADED, RULE_WAITER_SINGLE);
	(void)machine_submit(&f->child, &cancel);
	assert_int_equal(machine_enter(&f->child, 0, 0), 2);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_ERR_CANCELLED);
	assert_true(machine_take(&f->child, &cqe));
	(void)start(f, &sqe); /* now it is free */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(console_writes_bytes_exactly_as_given),
		FIXTURE_TEST(console_writes_at_most_4096_bytes),
		FIXTURE_TEST(console_ends_a_line_that_was_left_open),
		FIXTURE_TEST(console_writer_writes_like_the_console),
		FIXTURE_TEST(console_answers_as_a_writer_and_a_writer_not_as_a_console),
		FIXTURE_TEST(console_says_whether_it_is_interactive),
		FIXTURE_TEST(console_keeps_input_until_it_is_read),
		FIXTURE_TEST(console_readers_are_served_in_order_of_arrival),
		FIXTURE_TEST(console_cancel_withdraws_a_reader_without_losing_input),
		FIXTURE_TEST(console_reads_1_to_1024_bytes),
		FIXTURE_TEST(console_drops_the_newest_input_when_the_ring_is_full),
		FIXTURE_TEST(interrupt_key_is_input_while_nobody_waits),
		FIXTURE_TEST(interrupt_key_completes_the_waiter_and_is_taken_out),
		FIXTURE_TEST(interrupt_admits_one_waiter),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

/* SPDX-License-Identifier: MIT */
/* system_info_test.c - SystemInfo: the promises of schema/system.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/system_info.h"

#include "gen/system.capnp.h"
#include "kernel/frame.h"
#include "tests/support/hosted_fixture.h"

static struct system_info_describe_results describe(struct fixture *f,
						    struct capnp_reader *reader)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "info", SYSTEM_INFO_METHOD_DESCRIBE, nullptr);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct system_info_describe_results results;

	*reader = machine_results(&f->child, &cqe, 0);
	assert_true(system_info_describe_results_read(reader, &results));
	return results;
}

static void describe_names_kernel_system_and_machine(void **state)
{
	struct fixture *f = *state;
	struct capnp_reader reader;
	struct system_info_describe_results results = describe(f, &reader);

	assert_true(capnp_text_equals(
		system_info_describe_results_get_kernel_version(results),
		KERNEL_VERSION));
	assert_true(capnp_text_equals(
		system_info_describe_results_get_architecture(results), "hosted"));
	assert_true(capnp_text_equals(
		system_info_describe_results_get_system_name(results), "hosted"));
	assert_true(capnp_text_equals(
		system_info_describe_results_get_message_of_the_day(results), "a test"));
	assert_int_equal(system_info_describe_results_get_page_size_bytes(results), 4096);
	assert_int_equal(system_info_describe_results_get_processors(results), 1);
	assert_int_equal(system_info_describe_results_get_memory_total_pages(results),
			 frame_total_count());
	assert_int_equal(system_info_describe_results_get_memory_free_pages(results),
			 frame_free_count());
	assert_int_equal(system_info_describe_results_get_uptime_ns(results),
			 hosted_cpu.now_ns);
	assert_int_equal(system_info_describe_results_get_warnings(results).count, 1);
}

static void describe_refuses_a_buffer_too_small(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "info", SYSTEM_INFO_METHOD_DESCRIBE, nullptr);

	sqe.result_size = 96; /* the struct, and no text */
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
}

static void names_of_the_system_are_cut_to_their_limits(void **state)
{
	static char name[SYSTEM_NAME_MAX_BYTES + 20];
	static char message[SYSTEM_MESSAGE_MAX_BYTES + 20];
	struct fixture *f = *state;
	struct capnp_reader reader;
	struct system_info_describe_results results;

	memset(name, 'n', sizeof(name));
	memset(message, 'm', sizeof(message));
	system_info_set_system((struct capnp_text){ name, sizeof(name) },
			       (struct capnp_text){ message, sizeof(message) });
	results = describe(f, &reader);
	assert_int_equal(system_info_describe_results_get_system_name(results).size,
			 SYSTEM_NAME_MAX_BYTES);
	assert_int_equal(
		system_info_describe_results_get_message_of_the_day(results).size,
		SYSTEM_MESSAGE_MAX_BYTES);
}

static void counters_count_events(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "info", SYSTEM_INFO_METHOD_COUNTERS, nullptr);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct capnp_reader reader = machine_results(&f->child, &cqe, 0);
	struct system_info_counters_results results;
	uint64_t switches;

	assert_true(system_info_counters_results_read(&reader, &results));
	switches = system_info_counters_results_get_thread_switches(results);
	assert_int_equal(system_info_counters_results_get_address_space_switches(results),
			 hosted_cpu.cpu.space_switches);
	fixture_check_bystander(f);
	cqe = fixture_ok(f, &sqe);
	reader = machine_results(&f->child, &cqe, 0);
	assert_true(system_info_counters_results_read(&reader, &results));
	assert_true(system_info_counters_results_get_thread_switches(results) > switches);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(describe_names_kernel_system_and_machine),
		FIXTURE_TEST(describe_refuses_a_buffer_too_small),
		FIXTURE_TEST(names_of_the_system_are_cut_to_their_limits),
		FIXTURE_TEST(counters_count_events),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

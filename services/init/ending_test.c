/* SPDX-License-Identifier: MIT */
/* ending_test.c - every way in which a service can end. */
// TEST-LINK: services/init/ending.c core/sentence.c core/capnp/builder.c @gen @core
#include "services/init/ending.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint64_t words[64];
static struct capnp_builder builder;
static struct capnp_reader reader;

static struct terminal_status_builder begin(void)
{
	capnp_builder_init(&builder, words, sizeof(words));
	return terminal_status_new(&builder);
}

static struct terminal_status finish(void)
{
	struct terminal_status status;

	assert_false(capnp_builder_failed(&builder));
	capnp_reader_init(&reader, words, capnp_builder_size_bytes(&builder));
	assert_true(terminal_status_read(&reader, &status));
	return status;
}

static void expect(const char *expected, uint8_t code, bool success)
{
	struct terminal_status status = finish();
	struct sentence sentence;

	ending_tell(&sentence, (struct capnp_text){ "logd", 4 }, status);
	assert_string_equal(sentence.bytes, expected);
	assert_int_equal(ending_code(status), code);
	assert_int_equal(ending_is_success(status), success);
}

static void ending_of_its_own_gives_its_code(void **state)
{
	(void)state;
	terminal_status_set_exited(begin(), 0);
	expect("service logd ended with code 0", 0, true);
	terminal_status_set_exited(begin(), 255);
	expect("service logd ended with code 255", 255, false);
}

static void ending_with_a_code_that_no_machine_has_is_1(void **state)
{
	(void)state;
	terminal_status_set_exited(begin(), 256);
	expect("service logd ended with code 256", 1, false);
	terminal_status_set_exited(begin(), INT32_MIN);
	expect("service logd ended with code -2147483648", 1, false);
}

static void ending_by_force_is_1(void **state)
{
	struct terminal_status_faulted_builder fault;

	(void)state;
	terminal_status_set_killed(begin());
	expect("service logd was killed", 1, false);
	fault = terminal_status_init_faulted(begin());
	terminal_status_faulted_set_kind(fault, FAULT_KIND_DIVIDE);
	terminal_status_faulted_set_address(fault, 0x1000);
	terminal_status_faulted_set_instruction(fault, 0x200010);
	expect("service logd crashed: divide at address 0x1000, instruction 0x200010", 1,
	       false);
	terminal_status_set_failed_to_start(begin(), "no room", 7);
	expect("service logd could not be started: no room", 1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ending_of_its_own_gives_its_code),
		cmocka_unit_test(ending_with_a_code_that_no_machine_has_is_1),
		cmocka_unit_test(ending_by_force_is_1),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

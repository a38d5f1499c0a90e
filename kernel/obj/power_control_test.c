/* SPDX-License-Identifier: MIT */
/*
 * power_control_test.c - PowerControl: the token is the machine's last word.
 *
 * Each case ends the machine, so each runs in a process of its own.
 */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/power_control.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gen/console.capnp.h"
#include "gen/system.capnp.h"
#include "tests/support/hosted_fixture.h"

static const char *const grants[] = { "console", "power", nullptr };

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text);

	return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

/* Boots, leaves an open line on the console, and carries out @method. */
static bool stop(const char *command_line, uint16_t method, uint8_t code,
		 enum hosted_event event, const char *last)
{
	const struct ledger_budget budget = machine_default_budget();
	struct machine_process child;
	struct capnp_builder builder;
	struct capos_sqe sqe;

	machine_boot(8, command_line);
	child = machine_spawn("child", &budget, grants);
	builder = machine_params(&child);
	console_write_params_set_data(console_write_params_new(&builder), "bye", 3);
	sqe = machine_call(&child, "console", CONSOLE_METHOD_WRITE, &builder);
	(void)machine_do(&child, &sqe);
	builder = machine_params(&child);
	power_control_shutdown_params_set_code(
		power_control_shutdown_params_new(&builder), code);
	sqe = machine_call(&child, "power", method,
			   method == POWER_CONTROL_METHOD_SHUTDOWN ? &builder : nullptr);
	(void)machine_submit(&child, &sqe);
	return machine_enter(&child, 1, CAPOS_DEADLINE_FOREVER) == MACHINE_STOPPED &&
	       machine_stopped() == event && ends_with(hosted_console(), last);
}

static void expect_stop(const char *command_line, uint16_t method, uint8_t code,
			enum hosted_event event, const char *last)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(stop(command_line, method, code, event, last) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void shutdown_prints_nonce_and_code(void **state)
{
	(void)state;
	expect_stop("nonce=0123456789abcdef console=pipe", POWER_CONTROL_METHOD_SHUTDOWN,
		    0, HOSTED_POWER_OFF, "bye\n[capos] shutdown 0123456789abcdef 0\n");
	expect_stop("console=pipe nonce=x", POWER_CONTROL_METHOD_SHUTDOWN, 255,
		    HOSTED_POWER_OFF, "bye\n[capos] shutdown x 255\n");
}

static void shutdown_without_a_nonce_prints_0(void **state)
{
	(void)state;
	expect_stop("", POWER_CONTROL_METHOD_SHUTDOWN, 7, HOSTED_POWER_OFF,
		    "bye\n[capos] shutdown 0 7\n");
}

static void reboot_prints_the_nonce(void **state)
{
	(void)state;
	expect_stop("nonce=abc", POWER_CONTROL_METHOD_REBOOT, 0, HOSTED_REBOOT,
		    "bye\n[capos] reboot abc\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shutdown_prints_nonce_and_code),
		cmocka_unit_test(shutdown_without_a_nonce_prints_0),
		cmocka_unit_test(reboot_prints_the_nonce),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

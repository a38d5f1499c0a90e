/* SPDX-License-Identifier: MIT */
/*
 * main.c - init, the first process: checks the whole system, starts it, waits for it.
 *
 *   schema   schema/manifest.capnp      rules    core/system_graph.h
 *   design   README.md                  tests    ending_test.c, tests/system/
 */
#include "gen/console.capnp.h"
#include "gen/entropy.capnp.h"
#include "gen/log.capnp.h"
#include "gen/system.capnp.h"
#include "gen/timer.capnp.h"
#include "services/init/description.h"
#include "services/init/report.h"
#include "services/init/start.h"
#include "services/init/supervise.h"

enum { CODE_FAILED = 1 };

CAP_NEEDS(init_needs) = {
	[HOLD_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
	[HOLD_INTERRUPT] = { "interrupt", TERMINAL_INTERRUPT_INTERFACE_ID, 0, 0 },
	[HOLD_TIMER] = { "timer", TIMER_INTERFACE_ID, 0, 0 },
	[HOLD_ENTROPY] = { "entropy", ENTROPY_SOURCE_INTERFACE_ID, 0, 0 },
	[HOLD_PACKAGE] = { "package", BOOT_PACKAGE_INTERFACE_ID, 0, 0 },
	[HOLD_FACTORY] = { "factory", PROCESS_FACTORY_INTERFACE_ID, 0, 0 },
	[HOLD_ALLOCATOR] = { "allocator", MEMORY_ALLOCATOR_INTERFACE_ID, 0, 0 },
	[HOLD_INFO] = { "info", SYSTEM_INFO_INTERFACE_ID, 0, 0 },
	[HOLD_LOGSINK] = { "logsink", LOG_SINK_INTERFACE_ID, 0, 0 },
	[HOLD_LOG] = { "log", LOG_READER_INTERFACE_ID, 0, 0 },
	[HOLD_POWER] = { "power", POWER_CONTROL_INTERFACE_ID, 0, 0 },
	[HOLD_MEMORY] = { "memory", VIRTUAL_MEMORY_INTERFACE_ID, 0, 0 },
};

static_assert(sizeof(init_needs) / sizeof(init_needs[0]) == HOLD_COUNT,
	      "every holding has a name and an interface");

int main(int argc, char **argv)
{
	static struct init init;
	uint32_t count;

	(void)argc;
	(void)argv;
	cap_resolve(init_needs, HOLD_COUNT, init.holds);
	report_line(&init,
		    "capOS init"); /* its first byte ends the bench row boot_first_user */
	if (!description_open(&init) || !description_check(&init))
		report_stop(&init, CODE_FAILED);
	count = system_get_services(init.system).l.count;
	for (uint32_t i = 0; i < count; i++) {
		if (!start_service(&init, i))
			report_stop(&init, CODE_FAILED);
	}
	report_stop(&init, supervise(&init));
}

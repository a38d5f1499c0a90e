/* SPDX-License-Identifier: MIT */
/*
 * main.c - the shell of a capability system: shows every capability that it holds, calls
 * any method of it, and starts programs with exactly the grants that are named.
 *
 *   README.md tells what each file does; tests lie beside the modules and in tests/system/.
 */
#include "capos/cap.h"
#include "capos/program.h"
#include "gen/entropy.capnp.h"
#include "gen/thread.capnp.h"
#include "programs/shell/shell.h"

enum {
	NEED_CONSOLE,
	NEED_INTERRUPT,
	NEED_TIMER,
	NEED_STORE,
	NEED_FACTORY,
	NEED_MEMORY,
	NEED_INFO,
	NEED_LOG,
	NEED_POWER,
	/* Only offered to whoever sits at the shell: */
	NEED_ENTROPY,
	NEED_ALLOCATOR,
	NEED_LOGSINK,
	NEED_THREAD,
	NEED_COUNT,
};

/* A smaller system may leave out all but the console; its commands then say so. */
CAP_NEEDS(shell_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
	[NEED_INTERRUPT] = { "interrupt", TERMINAL_INTERRUPT_INTERFACE_ID,
			     CAPOS_NEED_OPTIONAL, 0 },
	[NEED_TIMER] = { "timer", TIMER_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_STORE] = { "store", PROGRAM_STORE_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_FACTORY] = { "factory", PROCESS_FACTORY_INTERFACE_ID, CAPOS_NEED_OPTIONAL,
			   0 },
	[NEED_MEMORY] = { "memory", VIRTUAL_MEMORY_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_INFO] = { "info", SYSTEM_INFO_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_LOG] = { "log", LOG_READER_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_POWER] = { "power", POWER_CONTROL_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_ENTROPY] = { "entropy", ENTROPY_SOURCE_INTERFACE_ID, CAPOS_NEED_OPTIONAL,
			   0 },
	[NEED_ALLOCATOR] = { "allocator", MEMORY_ALLOCATOR_INTERFACE_ID,
			     CAPOS_NEED_OPTIONAL, 0 },
	[NEED_LOGSINK] = { "logsink", LOG_SINK_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_THREAD] = { "thread", THREAD_CONTROL_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
};

static_assert(sizeof(shell_needs) / sizeof(shell_needs[0]) == NEED_COUNT,
	      "every need has a name and an interface");

/* Everything that was granted gets the name of its grant. */
static void name_grants(struct names *names)
{
	const struct name *added;

	for (size_t i = 0; i < capos_capset_count(); i++) {
		const struct capos_capset_record *record = capos_capset_at(i);

		(void)names_add(names, text_of(record->name), (cap_t){ record->cap },
				record->interface, NAME_GRANTED, &added);
	}
}

int main(int argc, char **argv)
{
	static struct shell shell;
	cap_t caps[NEED_COUNT];

	(void)argc;
	cap_resolve(shell_needs, NEED_COUNT, caps);
	shell.process_name = argv[0];
	shell.caps = (struct shell_caps){
		.console = { caps[NEED_CONSOLE] },
		.interrupt = { caps[NEED_INTERRUPT] },
		.timer = { caps[NEED_TIMER] },
		.store = { caps[NEED_STORE] },
		.factory = { caps[NEED_FACTORY] },
		.memory = { caps[NEED_MEMORY] },
		.info = { caps[NEED_INFO] },
		.log = { caps[NEED_LOG] },
		.power = { caps[NEED_POWER] },
	};
	name_grants(&shell.names);
	return shell_run(&shell);
}

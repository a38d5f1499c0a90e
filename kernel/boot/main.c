/* SPDX-License-Identifier: MIT */
/*
 * main.c - from the arch's entry code to the first process.
 *
 * Everything here happens once, before any program runs; what goes wrong is a panic
 * with the reason, since there is nobody else to tell.
 */
#include "gen/manifest.capnp.h"
#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/boot_package.h"
#include "kernel/frame.h"
#include "kernel/init_process.h"
#include "kernel/panic.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/system_info.h"

/*
 * The machine's own account: everything that exists before init, and the budget from
 * which init's is carved. Kernel objects may take an eighth of memory.
 */
static struct account machine;

enum { KERNEL_BYTES_SHARE = 8, LARGE = INT32_MAX };

static void machine_init(void)
{
	uint64_t pages = frame_free_count();
	const struct ledger_budget budget = { {
		[LEDGER_CAP_SLOTS] = LARGE,
		[LEDGER_CALLS] = LARGE,
		[LEDGER_MEMORY_PAGES] = pages,
		[LEDGER_VIRTUAL_PAGES] = UINT64_MAX / 2,
		[LEDGER_MAPPINGS] = LARGE,
		[LEDGER_KERNEL_BYTES] = pages * ARCH_PAGE_SIZE / KERNEL_BYTES_SHARE,
		[LEDGER_THREADS] = LARGE,
		[LEDGER_ALARMS] = LARGE,
		[LEDGER_PROCESSES] = LARGE,
		[LEDGER_LOG_BYTES] = UINT64_MAX / 2,
	} };

	account_init(&machine);
	ledger_init(&machine.ledger, &budget);
}

/* The kernel takes only names from the system description; init checks the rest. */
static void name_system(const struct object *package)
{
	struct capnp_reader reader;
	struct boot_file file;
	struct system system;

	if (!boot_package_file(package, CAPOS_PACKAGE_MANIFEST, &file))
		panic("the boot package has no system description");
	capnp_reader_init(&reader, file.bytes,
			  (uint32_t)(file.size_bytes & ~UINT64_C(7)));
	if (!system_read(&reader, &system))
		panic("the system description is not a message");
	system_info_set_system(system_get_name(system),
			       system_get_message_of_the_day(system));
}

void kernel_main(const struct boot_info *info)
{
	struct object *package;

	frame_init(info);
	arch_init(info);
	machine_init();
	if (info->package_size_bytes == 0)
		panic("%s gave no boot package", info->loader);
	if (boot_package_create(info, &machine, &package) != CAPOS_OK)
		panic("the boot package is damaged");
	name_system(package);
	init_process_start(info, &machine, package);
	arch_enter_scheduler();
}

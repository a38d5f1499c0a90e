/* SPDX-License-Identifier: MIT */
/*
 * init_process.c - init holds one capability to every bootstrap object; whatever any
 * other process gets comes from init. The grants' names are init's needs.
 */
#include "kernel/init_process.h"

#include "core/elf.h"
#include "kernel/arch.h"
#include "kernel/boot_package.h"
#include "kernel/console.h"
#include "kernel/entropy_source.h"
#include "kernel/log.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"
#include "kernel/power_control.h"
#include "kernel/process.h"
#include "kernel/system_info.h"
#include "kernel/thread_control.h"
#include "kernel/timer.h"

static void must(status_t status, const char *what)
{
	if (status != CAPOS_OK)
		panic("init: %s: status %d", what, status);
}

/* ---- Granting ------------------------------------------------------------------------ */

/* Takes over one reference to @object. */
static void grant(struct process *init, struct account *machine, const char *name,
		  struct object *object, const struct facet *facet)
{
	enum rule rule;

	must(process_grant(init, name, (struct capability){ object, facet }, machine,
			   &rule),
	     name);
}

static void grant_console(struct process *init, const struct boot_info *info,
			  struct account *machine)
{
	struct object *console;

	must(console_init(info, machine, &console), "console");
	object_get(console);
	grant(init, machine, "console", console, &console_facet);
	grant(init, machine, "interrupt", console, &terminal_interrupt_facet);
}

static void grant_log(struct process *init, struct account *machine)
{
	struct object *log;

	must(log_create(machine, &log), "log");
	object_get(log);
	grant(init, machine, "logsink", log, &log_sink_facet);
	grant(init, machine, "log", log, &log_reader_facet);
}

static void grant_singles(struct process *init, struct account *machine)
{
	static const struct {
		const char *name;
		status_t (*create)(struct account *payer, struct object **out);
		const struct facet *facet;
	} singles[] = {
		{ "timer", timer_create, &timer_facet },
		{ "entropy", entropy_source_create, &entropy_source_facet },
		{ "factory", process_factory_create, &process_factory_facet },
		{ "allocator", memory_allocator_create, &memory_allocator_facet },
		{ "info", system_info_create, &system_info_facet },
	};

	for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++) {
		struct object *object;

		must(singles[i].create(machine, &object), singles[i].name);
		grant(init, machine, singles[i].name, object, singles[i].facet);
	}
}

static void grant_own(struct process *init, struct account *machine)
{
	struct object *memory;
	struct thread *thread = init->first_thread;

	must(virtual_memory_create(&init->account, init, &memory), "memory");
	grant(init, machine, "memory", memory, &virtual_memory_facet);
	must(thread_control_create(&init->account, thread, &thread->control), "thread");
	object_get(thread->control);
	grant(init, machine, "thread", thread->control, &thread_control_facet);
}

static void grant_all(struct process *init, const struct boot_info *info,
		      struct account *machine, struct object *package)
{
	struct object *power;

	grant_console(init, info, machine);
	grant_singles(init, machine);
	grant_log(init, machine);
	grant_own(init, machine);
	grant(init, machine, "package", package, &boot_package_facet);
	must(power_control_create(info, machine, &power), "power");
	grant(init, machine, "power", power, &power_control_facet);
}

/* ---- Loading ------------------------------------------------------------------------- */

static enum protection protection_of(uint32_t flags)
{
	if (flags & ELF_EXECUTE)
		return PROTECTION_READ_EXECUTE;
	return flags & ELF_WRITE ? PROTECTION_READ_WRITE : PROTECTION_READ;
}

static void load_segment(struct process *init, struct memory_object *image,
			 const struct elf_segment *segment)
{
	const uint64_t page_mask = ARCH_PAGE_SIZE - 1;
	uint64_t lead = segment->address & page_mask;
	struct space_range range = {
		.address = { segment->address - lead },
		.size_bytes = (lead + segment->memory_bytes + page_mask) & ~page_mask,
		.protection = protection_of(segment->flags),
	};
	uint64_t offset = segment->file_offset - lead;
	enum rule rule;

	if (segment->flags & ELF_WRITE)
		must(space_map_copy(&init->space, image, offset,
				    lead + segment->file_bytes, &range, &rule),
		     "a data segment");
	else
		must(space_map_object(&init->space, image, offset, &range, &rule),
		     "a text segment");
}

static void load_stack(struct process *init)
{
	struct space_range range = {
		.address = { CAPOS_STACK_TOP - CAPOS_STACK_DEFAULT_BYTES },
		.size_bytes = CAPOS_STACK_DEFAULT_BYTES,
		.protection = PROTECTION_READ_WRITE,
	};
	enum rule rule;

	must(space_map_fresh(&init->space, &range, &rule), "the stack");
}

static uaddr_t load(struct process *init, struct object *package)
{
	struct boot_file file;
	struct object *object;
	struct elf_image elf;
	const char *why;

	if (!boot_package_file(package, CAPOS_PACKAGE_INIT, &file))
		panic("the boot package has no init");
	if (!elf_parse(file.bytes, file.size_bytes, &elf, &why))
		panic("init is not a program: %s", why);
	must(boot_package_open_file(package, CAPOS_PACKAGE_INIT, &object), "image");
	for (uint32_t i = 0; i < elf.segment_count; i++)
		load_segment(init, memory_object_from(object), &elf.segments[i]);
	object_put(object);
	load_stack(init);
	return (uaddr_t){ elf.entry };
}

/* init's budget is all that the machine has left. */
static struct ledger_budget everything(const struct account *machine)
{
	struct ledger_budget budget;

	for (int i = 0; i < LEDGER_RESOURCES; i++)
		budget.max[i] = machine->ledger.accounts[i].max -
				ledger_used(&machine->ledger, (enum ledger_resource)i);
	/* What the kernel still makes for init at the machine's expense. */
	budget.max[LEDGER_KERNEL_BYTES] -= budget.max[LEDGER_KERNEL_BYTES] / 8;
	budget.max[LEDGER_PROCESSES]--;
	return budget;
}

void init_process_start(const struct boot_info *info, struct account *machine,
			struct object *package)
{
	const struct ledger_budget budget = everything(machine);
	struct refusal refusal;
	struct process *init;
	enum rule rule;

	must(process_create(nullptr, machine, "init", &budget, &init, &refusal),
	     "process");
	grant_all(init, info, machine, package);
	must(process_start(init, load(init, package), (uaddr_t){ CAPOS_STACK_TOP }, 0,
			   &rule),
	     "start");
}

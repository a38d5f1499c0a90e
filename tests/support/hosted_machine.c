/* SPDX-License-Identifier: MIT */
/* hosted_machine.c - see hosted_machine.h. */
#include "tests/support/hosted_machine.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/address_map.h"
#include "abi/boot_package.h"
#include "gen/manifest.capnp.h"
#include "kernel/console.h"
#include "kernel/frame.h"
#include "kernel/lookup.h"
#include "kernel/memory_object.h"
#include "kernel/sched.h"
#include "kernel/thread_control.h"
#include "kernel/work.h"

enum { PAGE = ARCH_PAGE_SIZE, LOW_MEMORY = 0x10000, PACKAGE_PAGES = 6, TRIES = 1000 };

static struct process *the_init;
static enum hosted_event stopped_by;

[[noreturn]] static void give_up(const char *what)
{
	fprintf(stderr, "hosted machine: %s\n---- console ----\n%s\n", what,
		hosted_console());
	abort();
}

static void note(enum hosted_event event)
{
	if (event == HOSTED_HALT)
		give_up("the kernel panicked");
	if (event == HOSTED_POWER_OFF || event == HOSTED_REBOOT)
		stopped_by = event;
}

static struct thread *current(void)
{
	return hosted_cpu.cpu.current;
}

/* ---- Kernel code from outside ------------------------------------------------------- */

struct kernel_work {
	void (*function)(void *argument);
	void *argument;
};

/* As an interrupt would: the running thread is put back into the queue afterwards. */
static void interrupt(void *argument)
{
	const struct kernel_work *work = argument;
	struct thread *thread = current();

	work->function(work->argument);
	if (thread && thread->state == THREAD_RUNNABLE)
		sched_add(thread);
	arch_enter_scheduler();
}

static void run_kernel(void (*function)(void *argument), void *argument)
{
	struct kernel_work work = { function, argument };

	note(hosted_run(interrupt, &work));
}

static void do_nothing(void *argument)
{
	(void)argument;
}

void machine_settle(void)
{
	do
		run_kernel(do_nothing, nullptr);
	while (work_pending() && !stopped_by);
}

static void timer_interrupt(void *argument)
{
	(void)argument;
	hosted_cpu.timer_ns = UINT64_MAX;
	hosted_cpu.cpu.interrupts++;
	kernel_timer();
}

void machine_advance(uint64_t duration_ns)
{
	uint64_t until_ns = hosted_cpu.now_ns + duration_ns;

	while (hosted_cpu.timer_ns <= until_ns) {
		if (hosted_cpu.timer_ns > hosted_cpu.now_ns)
			hosted_cpu.now_ns = hosted_cpu.timer_ns;
		run_kernel(timer_interrupt, nullptr);
	}
	hosted_cpu.now_ns = until_ns;
}

static void console_interrupt(void *argument)
{
	(void)argument;
	hosted_cpu.cpu.interrupts++;
	console_input();
}

void machine_type(const char *text)
{
	hosted_console_type(text, strlen(text));
	run_kernel(console_interrupt, nullptr);
}

enum hosted_event machine_stopped(void)
{
	return stopped_by;
}

/* ---- Boot ----------------------------------------------------------------------------- */

/* The smallest program there is: one executable page. */
static void build_program(uint8_t *bytes)
{
	Elf64_Ehdr header = {
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = CAPOS_IMAGE_ADDRESS,
		.e_phoff = sizeof(header),
		.e_ehsize = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1,
		.e_shentsize = sizeof(Elf64_Shdr),
	};
	const Elf64_Phdr segment = {
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_offset = PAGE,
		.p_vaddr = CAPOS_IMAGE_ADDRESS,
		.p_paddr = CAPOS_IMAGE_ADDRESS,
		.p_filesz = PAGE,
		.p_memsz = PAGE,
		.p_align = PAGE,
	};

	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_ident[EI_VERSION] = EV_CURRENT;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), &segment, sizeof(segment));
	memset(bytes + PAGE, 0xcc, PAGE);
}

static uint64_t build_manifest(uint8_t *bytes)
{
	struct capnp_builder builder;
	struct system_builder system;

	capnp_builder_init(&builder, bytes, PAGE);
	system = system_new(&builder);
	system_set_name(system, "hosted", 6);
	system_set_message_of_the_day(system, "a test", 6);
	return capnp_builder_size_bytes(&builder);
}

static void add_file(struct capos_package *package, const char *name, uint64_t offset,
		     uint64_t size_bytes)
{
	struct capos_package_file *file = &package->files[package->file_count++];

	memcpy(file->name, name, strlen(name));
	file->offset = offset;
	file->size_bytes = size_bytes;
}

static void build_package(uint8_t *bytes)
{
	struct capos_package *package = (struct capos_package *)(void *)bytes;

	memset(bytes, 0, PACKAGE_PAGES * PAGE);
	package->magic = CAPOS_PACKAGE_MAGIC;
	package->version = CAPOS_PACKAGE_VERSION;
	package->size_bytes = PACKAGE_PAGES * PAGE;
	add_file(package, "system", PAGE, build_manifest(bytes + PAGE));
	build_program(bytes + 2 * PAGE);
	add_file(package, "init", 2 * PAGE, 2 * PAGE);
	build_program(bytes + 4 * PAGE);
	add_file(package, "hello", 4 * PAGE, 2 * PAGE - 5);
}

static void boot(void *argument)
{
	kernel_main(argument);
}

void machine_boot(size_t mebibytes, const char *command_line)
{
	size_t bytes = mebibytes << 20;
	uint64_t package = bytes - PACKAGE_PAGES * PAGE;
	struct boot_info info = {
		.loader = "test",
		.memory = { { { LOW_MEMORY }, package - LOW_MEMORY } },
		.memory_count = 1,
		.package = { package },
		.package_size_bytes = PACKAGE_PAGES * PAGE,
	};
	enum hosted_event event;

	hosted_init(bytes);
	build_package(arch_direct(info.package));
	snprintf(info.command_line, sizeof(info.command_line), "%s", command_line);
	event = hosted_run(boot, &info);
	note(event);
	if (event != HOSTED_RESUMED)
		give_up("init was not started");
	the_init = current()->process;
}

struct process *machine_init(void)
{
	return the_init;
}

/* ---- Processes -------------------------------------------------------------------------- */

struct ledger_budget machine_default_budget(void)
{
	const struct budget empty = { { 0 } };

	return (struct ledger_budget){ {
		[LEDGER_CAP_SLOTS] = budget_get_cap_slots(empty),
		[LEDGER_CALLS] = budget_get_calls(empty),
		[LEDGER_MEMORY_PAGES] = budget_get_memory_pages(empty),
		[LEDGER_VIRTUAL_PAGES] = budget_get_virtual_pages(empty),
		[LEDGER_MAPPINGS] = budget_get_mappings(empty),
		[LEDGER_KERNEL_BYTES] = budget_get_kernel_bytes(empty),
		[LEDGER_THREADS] = budget_get_threads(empty),
		[LEDGER_ALARMS] = budget_get_alarms(empty),
		[LEDGER_PROCESSES] = budget_get_processes(empty),
		[LEDGER_LOG_BYTES] = budget_get_log_bytes(empty),
	} };
}

static const struct capos_capset_record *find_record(const struct process *process,
						     const char *name)
{
	for (uint32_t i = 0; process->capset && i < process->capset->count; i++)
		if (strncmp(process->capset->records[i].name, name, CAPOS_NAME_BYTES) ==
		    0)
			return &process->capset->records[i];
	return nullptr;
}

cap_t machine_cap(const struct process *process, const char *name)
{
	const struct capos_capset_record *record = find_record(process, name);

	return record ? (cap_t){ record->cap } : CAP_NULL;
}

uint64_t machine_interface(const struct process *process, const char *name)
{
	const struct capos_capset_record *record = find_record(process, name);

	return record ? record->interface : 0;
}

static void must(status_t status, const char *what)
{
	if (status == CAPOS_OK)
		return;
	fprintf(stderr, "%s: status %d\n", what, status);
	give_up("a test process could not be made");
}

/* What init holds as @name, or the process's own, with a reference. */
static struct capability source(struct process *process, const char *name)
{
	struct capability capability;

	if (strcmp(name, "memory") == 0) {
		capability.facet = &virtual_memory_facet;
		must(virtual_memory_create(&process->account, process,
					   &capability.object),
		     name);
	} else if (strcmp(name, "thread") == 0) {
		struct thread *thread = process->first_thread;

		capability.facet = &thread_control_facet;
		must(thread_control_create(&process->account, thread, &thread->control),
		     name);
		capability.object = thread->control;
		object_get(capability.object);
	} else {
		must(hold_find(the_init, machine_cap(the_init, name), &capability)
			     ? CAPOS_OK
			     : CAPOS_ERR_BAD_CAPABILITY,
		     name);
	}
	return capability;
}

static void map_program(struct process *process)
{
	struct space_range text = {
		.address = { CAPOS_IMAGE_ADDRESS },
		.size_bytes = PAGE,
		.protection = PROTECTION_READ_EXECUTE,
	};
	struct space_range stack = {
		.address = { CAPOS_STACK_TOP - PAGE },
		.size_bytes = PAGE,
		.protection = PROTECTION_READ_WRITE,
	};
	enum rule rule;

	must(space_map_fresh(&process->space, &text, &rule), "text");
	must(space_map_fresh(&process->space, &stack, &rule), "stack");
}

struct spawn {
	const char *name;
	const struct ledger_budget *budget;
	const char *const *grants;
	struct process *process;
};

static void spawn(void *argument)
{
	struct spawn *spec = argument;
	struct refusal refusal;
	enum rule rule;

	must(process_create(the_init, &the_init->account, spec->name, spec->budget,
			    &spec->process, &refusal),
	     spec->name);
	object_get(&spec->process->base);
	map_program(spec->process);
	for (const char *const *grant = spec->grants; *grant; grant++)
		must(process_grant(spec->process, *grant, source(spec->process, *grant),
				   &the_init->account, &rule),
		     *grant);
	must(process_start(spec->process, (uaddr_t){ CAPOS_IMAGE_ADDRESS },
			   (uaddr_t){ CAPOS_STACK_TOP }, 0, &rule),
	     "start");
}

static void *move_block(const void *from, size_t size_bytes)
{
	void *block = aligned_alloc(64, size_bytes);

	memcpy(block, from, size_bytes);
	return block;
}

/* Gives each part of the region a block of its own, with red zones around it. */
static void isolate(struct machine_process *child)
{
	struct region *region = &child->thread->region;

	child->blocks[0] = move_block(region->header, sizeof(struct capos_ring_header));
	child->blocks[1] =
		move_block(region->sq, CAPOS_SQ_ENTRIES * sizeof(struct capos_sqe));
	child->blocks[2] =
		move_block(region->cq, CAPOS_CQ_ENTRIES * sizeof(struct capos_cqe));
	child->blocks[3] = move_block(region->arena, region->arena_bytes);
	region->header = child->blocks[0];
	region->sq = child->blocks[1];
	region->cq = child->blocks[2];
	region->arena = child->blocks[3];
}

struct machine_process machine_spawn(const char *name, const struct ledger_budget *budget,
				     const char *const *grants)
{
	struct spawn spec = { .name = name, .budget = budget, .grants = grants };
	struct machine_process child;

	run_kernel(spawn, &spec);
	child = (struct machine_process){
		.process = spec.process,
		.thread = spec.process->first_thread,
	};
	isolate(&child);
	return child;
}

static void kill(void *argument)
{
	const struct terminal killed = { .kind = TERMINAL_KILLED };

	process_end(argument, &killed);
}

void machine_finish(struct machine_process *child)
{
	run_kernel(kill, child->process);
	for (int i = 0; child->process->state != PROCESS_ENDED; i++) {
		if (i == TRIES)
			give_up("a process does not end");
		machine_settle();
	}
	for (size_t i = 0; i < sizeof(child->blocks) / sizeof(child->blocks[0]); i++)
		free(child->blocks[i]);
	object_put(&child->process->base);
	*child = (struct machine_process){ 0 };
}

/* ---- The ring ----------------------------------------------------------------------------- */

static void preempt(void *argument)
{
	(void)argument;
	hosted_cpu.cpu.slice_end_ns = hosted_cpu.now_ns;
	kernel_preempted(current());
}

static void schedule(void *argument)
{
	(void)argument;
	arch_enter_scheduler();
}

/* Lets others have the processor until @thread has it. */
static void run_thread(struct thread *thread)
{
	for (int i = 0; current() != thread; i++) {
		if (i == TRIES || stopped_by)
			give_up("a thread does not get the processor");
		note(hosted_run(current() ? preempt : schedule, nullptr));
	}
}

static bool ending(const struct machine_process *child)
{
	return child->process->state > PROCESS_RUNNING;
}

void machine_run(struct machine_process *child)
{
	if (ending(child) || child->thread->state != THREAD_RUNNABLE)
		give_up("a thread that cannot run is wanted");
	run_thread(child->thread);
}

uint32_t machine_submit(struct machine_process *child, const struct capos_sqe *sqe)
{
	struct region *region = &child->thread->region;
	uint32_t sequence = atomic_load(&region->header->sq_tail);

	region->sq[sequence % CAPOS_SQ_ENTRIES] = *sqe;
	atomic_store(&region->header->sq_tail, sequence + 1);
	return sequence;
}

struct enter {
	struct thread *thread;
	uint64_t min_complete;
	uint64_t deadline_ns;
	int64_t result;
};

static void enter(void *argument)
{
	struct enter *call = argument;

	call->result =
		kernel_cap_enter(call->thread, call->min_complete, call->deadline_ns);
}

int64_t machine_resume(struct machine_process *child)
{
	if (stopped_by)
		return MACHINE_STOPPED;
	if (ending(child))
		return MACHINE_ENDED;
	if (child->thread->state == THREAD_WAITING)
		return MACHINE_WAITING;
	run_thread(child->thread);
	return child->thread->context.result;
}

int64_t machine_enter(struct machine_process *child, uint64_t min_complete,
		      uint64_t deadline_ns)
{
	struct enter call = {
		.thread = child->thread,
		.min_complete = min_complete,
		.deadline_ns = deadline_ns,
	};
	enum hosted_event event;

	machine_run(child);
	event = hosted_run(enter, &call);
	note(event);
	return event == HOSTED_RETURNED ? call.result : machine_resume(child);
}

bool machine_take(struct machine_process *child, struct capos_cqe *out)
{
	struct region *region = &child->thread->region;
	uint32_t head = atomic_load(&region->header->cq_head);

	/* Invariant of the ring: never more than the queue holds. */
	if (atomic_load(&region->header->cq_tail) - head > CAPOS_CQ_ENTRIES)
		give_up("more completions than the queue holds");
	if (head == atomic_load(&region->header->cq_tail))
		return false;
	*out = region->cq[head % CAPOS_CQ_ENTRIES];
	atomic_store(&region->header->cq_head, head + 1);
	return true;
}

void *machine_arena(const struct machine_process *child, uint32_t offset)
{
	return child->thread->region.arena + offset;
}

struct capnp_builder machine_params(const struct machine_process *child)
{
	struct capnp_builder builder;

	capnp_builder_init(&builder, machine_arena(child, MACHINE_PARAMS),
			   MACHINE_PARAMS_BYTES);
	return builder;
}

struct capnp_reader machine_results(const struct machine_process *child,
				    const struct capos_cqe *cqe, uint8_t result_cap_max)
{
	struct capnp_reader reader;
	uint32_t caps_bytes = result_cap_max * (uint32_t)sizeof(struct capos_result_cap);

	capnp_reader_init(&reader, machine_arena(child, MACHINE_RESULTS + caps_bytes),
			  cqe->payload_size);
	return reader;
}

struct capos_sqe machine_call(const struct machine_process *child, const char *name,
			      uint16_t method, const struct capnp_builder *params)
{
	static uint64_t user_data = 1000;

	return (struct capos_sqe){
		.opcode = CAPOS_OP_CALL,
		.method = method,
		.cap = machine_cap(child->process, name).raw,
		.interface = machine_interface(child->process, name),
		.params_offset = MACHINE_PARAMS,
		.params_size = params ? capnp_builder_size_bytes(params) : 0,
		.result_offset = MACHINE_RESULTS,
		.result_size = MACHINE_RESULTS_BYTES,
		.user_data = user_data++,
	};
}

struct capos_cqe machine_do(struct machine_process *child, const struct capos_sqe *sqe)
{
	struct capos_cqe cqe;

	(void)machine_submit(child, sqe);
	(void)machine_enter(child, 0, CAPOS_DEADLINE_POLL);
	if (!machine_take(child, &cqe))
		give_up("an entry did not complete at once");
	return cqe;
}

/* ---- What a refusal may not change ----------------------------------------------------------- */

static void copy_used(const struct process *process, uint64_t *used)
{
	for (int i = 0; i < LEDGER_RESOURCES; i++)
		used[i] = ledger_used(&process->account.ledger, (enum ledger_resource)i);
}

struct machine_snapshot machine_snapshot(const struct machine_process *child)
{
	struct machine_snapshot snapshot = { .frames_free = frame_free_count() };

	copy_used(the_init, snapshot.init_used);
	if (!child)
		return snapshot;
	copy_used(child->process, snapshot.child_used);
	snapshot.holds = child->process->table.used_count;
	snapshot.outstanding = child->thread->outstanding;
	return snapshot;
}

static bool equal(const char *what, int index, uint64_t before, uint64_t after)
{
	if (before == after)
		return true;
	fprintf(stderr, "%s[%d]: %lu before, %lu after\n", what, index, before, after);
	return false;
}

bool machine_unchanged(const struct machine_snapshot *before,
		       const struct machine_snapshot *after)
{
	bool same = true;

	for (int i = 0; i < LEDGER_RESOURCES; i++) {
		same &= equal("init's ledger", i, before->init_used[i],
			      after->init_used[i]);
		same &= equal("child's ledger", i, before->child_used[i],
			      after->child_used[i]);
	}
	same &= equal("holds", 0, before->holds, after->holds);
	same &= equal("outstanding", 0, before->outstanding, after->outstanding);
	same &= equal("free frames", 0, before->frames_free, after->frames_free);
	return same;
}

/* SPDX-License-Identifier: MIT */
/*
 * process.c - the life of a process, from an empty shell to a completion record.
 *
 * Locking. process->lock guards state, terminal and the waiters. The children list is
 * guarded by the parent's lock. The CapSet page is written only while BUILDING.
 *
 * The end goes in steps of bounded length, in this order: children, threads and their
 * calls, holds (authority first), memory, objects that the process pays for, ledger.
 * Then whoever waits is told.
 *
 * References to a process: one from its life (dropped at the end of the teardown), one
 * from each handle, its builder and its parent's children list being its life's.
 */
#include "kernel/process.h"

#include "kernel/call.h"
#include "kernel/frame.h"
#include "kernel/sched.h"
#include "kernel/string.h"

enum {
	CHILDREN_PER_STEP = 32,
	HOLDS_PER_STEP = 32,
	OBJECTS_PER_STEP = 8,
	WAITERS_PER_STEP = 32
};

static struct cache process_cache = CACHE("Process", sizeof(struct process));

static void process_close(struct object *object)
{
	const struct terminal killed = { .kind = TERMINAL_KILLED };

	process_end(process_from(object), &killed);
}

const struct object_type process_type = {
	.name = "Process",
	.cache = &process_cache,
	.close = process_close,
};

bool name_valid(const char *bytes, size_t size)
{
	if (size == 0 || size >= CAPOS_NAME_BYTES)
		return false;
	for (size_t i = 0; i < size; i++)
		if (bytes[i] <= ' ' || bytes[i] > '~')
			return false;
	return true;
}

/* ---- Making ------------------------------------------------------------------------ */

static status_t capset_create(struct process *process, enum rule *rule)
{
	struct ledger *ledger = &process->account.ledger;
	struct space_range range = {
		.address = { CAPOS_CAPSET_ADDRESS },
		.size_bytes = ARCH_PAGE_SIZE,
		.protection = PROTECTION_READ,
	};
	paddr_t frame;
	status_t status;

	if (!ledger_charge(ledger, LEDGER_MEMORY_PAGES, 1)) {
		*rule = RULE_LEDGER_MEMORY_PAGES;
		return CAPOS_ERR_NO_LEDGER;
	}
	status = frame_alloc_zeroed(&frame);
	if (status != CAPOS_OK) {
		*rule = RULE_MACHINE_MEMORY;
		goto refund;
	}
	status = space_map_kernel(&process->space, &range, frame, rule);
	if (status != CAPOS_OK)
		goto free;
	process->capset = arch_direct(frame);
	process->capset->magic = CAPOS_CAPSET_MAGIC;
	process->capset->abi_version = CAPOS_ABI_VERSION;
	process->capset->process_id = process->id;
	memcpy(process->capset->process_name, process->name, CAPOS_NAME_BYTES);
	return CAPOS_OK;
free:
	frame_free(frame);
refund:
	ledger_refund(ledger, LEDGER_MEMORY_PAGES, 1);
	return status;
}

/* Everything a process has beyond its record; what fails is left to the teardown. */
static status_t furnish(struct process *process, enum rule *rule)
{
	const struct thread_spec spec = {
		.process = process,
		.region_address = { CAPOS_REGION_ADDRESS },
		.arena_bytes = CAPOS_ARENA_DEFAULT_BYTES,
	};
	status_t status = space_init(&process->space, &process->account);

	*rule = status == CAPOS_ERR_NO_MEMORY ? RULE_MACHINE_MEMORY
					      : RULE_LEDGER_MEMORY_PAGES;
	if (status != CAPOS_OK)
		return status;
	status = capset_create(process, rule);
	if (status != CAPOS_OK)
		return status;
	return thread_create(&spec, &process->first_thread, rule);
}

static bool teardown_step(struct work *work);

static void process_prepare(struct process *process, struct process *parent,
			    const char *name)
{
	static _Atomic uint64_t next_id = 1;

	spin_init(&process->lock, LOCK_PROCESS);
	spin_init(&process->table_lock, LOCK_TABLE);
	account_init(&process->account);
	cap_table_init(&process->table);
	list_init(&process->threads);
	list_init(&process->waiters);
	list_init(&process->children);
	list_init(&process->sibling_link);
	work_init(&process->teardown, teardown_step);
	process->state = PROCESS_BUILDING;
	process->id = atomic_fetch_add(&next_id, 1);
	process->parent = parent;
	memcpy(process->name, name, strnlen(name, CAPOS_NAME_BYTES - 1));
}

static status_t carve(struct process *process, struct account *payer,
		      const struct ledger_budget *budget, struct refusal *refusal)
{
	enum ledger_resource resource;

	if (ledger_carve(&payer->ledger, budget, &process->account.ledger, &resource))
		return CAPOS_OK;
	refusal->rule = resource == LEDGER_PROCESSES ? RULE_LEDGER_PROCESSES
						     : RULE_BUDGET_EXCEEDS_PARENT;
	refusal->detail = budget->max[resource];
	return CAPOS_ERR_NO_LEDGER;
}

/* The process's record, carved; charged to @payer with LEDGER_PROCESSES. */
static status_t process_alloc(struct account *payer, const struct ledger_budget *budget,
			      struct process **out, struct refusal *refusal)
{
	struct object *object;
	status_t status = object_alloc(&process_type, payer, &object);

	if (status != CAPOS_OK) {
		refusal->rule = status == CAPOS_ERR_NO_MEMORY ? RULE_MACHINE_MEMORY
							      : RULE_LEDGER_KERNEL_BYTES;
		refusal->detail = sizeof(struct process);
		return status;
	}
	*out = process_from(object);
	status = carve(*out, payer, budget, refusal);
	if (status != CAPOS_OK) {
		spin_init(&(*out)->lock, LOCK_PROCESS);
		(*out)->state = PROCESS_ENDED;
		object_put(object);
	}
	return status;
}

status_t process_create(struct process *parent, struct account *payer, const char *name,
			const struct ledger_budget *budget, struct process **out,
			struct refusal *refusal)
{
	struct process *process;
	status_t status;

	if (!ledger_charge(&payer->ledger, LEDGER_PROCESSES, 1)) {
		*refusal = (struct refusal){ RULE_LEDGER_PROCESSES, 1 };
		return CAPOS_ERR_NO_LEDGER;
	}
	status = process_alloc(payer, budget, &process, refusal);
	if (status != CAPOS_OK) {
		ledger_refund(&payer->ledger, LEDGER_PROCESSES, 1);
		return status;
	}
	process_prepare(process, parent, name);
	if (parent) {
		spin_lock(&parent->lock);
		list_append(&parent->children, &process->sibling_link);
		spin_unlock(&parent->lock);
	}
	refusal->detail = budget->max[LEDGER_MEMORY_PAGES];
	status = furnish(process, &refusal->rule);
	if (status != CAPOS_OK) {
		const struct terminal failed = { .kind = TERMINAL_FAILED_TO_START };

		process_end(process, &failed); /* drops the life's reference */
		return status;
	}
	*out = process;
	return CAPOS_OK;
}

/* ---- Building ------------------------------------------------------------------------ */

static bool name_granted(const struct capos_capset *capset, const char *name)
{
	for (uint32_t i = 0; i < capset->count; i++)
		if (strncmp(capset->records[i].name, name, CAPOS_NAME_BYTES) == 0)
			return true;
	return false;
}

status_t process_grant(struct process *process, const char *name,
		       struct capability capability, struct account *grantor,
		       enum rule *rule)
{
	struct capos_capset *capset = process->capset;
	cap_t cap;
	status_t status;

	if (process->state != PROCESS_BUILDING) {
		*rule = RULE_BUILDER_STARTED;
		return CAPOS_ERR_EXCEPTION;
	}
	if (!name_valid(name, strnlen(name, CAPOS_NAME_BYTES))) {
		*rule = RULE_BUILDER_NAME;
		return CAPOS_ERR_EXCEPTION;
	}
	if (name_granted(capset, name)) {
		*rule = RULE_GRANT_NAME_UNIQUE;
		return CAPOS_ERR_EXCEPTION;
	}
	if (capset->count == CAPOS_CAPSET_MAX) {
		*rule = RULE_GRANT_ROOM;
		return CAPOS_ERR_EXCEPTION;
	}
	status = hold_create(process, capability, grantor, &cap, rule);
	if (status != CAPOS_OK)
		return status;

	struct capos_capset_record *record = &capset->records[capset->count++];

	memcpy(record->name, name, strnlen(name, CAPOS_NAME_BYTES - 1));
	record->cap = cap.raw;
	record->interface = capability.facet->interface_id;
	return CAPOS_OK;
}

status_t process_start(struct process *process, uaddr_t entry, uaddr_t stack_top,
		       uint64_t argument, enum rule *rule)
{
	uaddr_t stack_page = { (stack_top.raw - 1) & ~(uint64_t)(ARCH_PAGE_SIZE - 1) };
	uaddr_t entry_page = { entry.raw & ~(uint64_t)(ARCH_PAGE_SIZE - 1) };

	*rule = RULE_BUILDER_STARTED;
	if (process->state != PROCESS_BUILDING)
		return CAPOS_ERR_EXCEPTION;
	*rule = RULE_ENTRY_MAPPED;
	if (stack_top.raw % 16 != 0 || stack_top.raw < ARCH_PAGE_SIZE ||
	    !space_allows(&process->space, entry_page, PROTECTION_READ_EXECUTE) ||
	    !space_allows(&process->space, stack_page, PROTECTION_READ_WRITE))
		return CAPOS_ERR_EXCEPTION;
	spin_lock(&process->lock);
	process->state = PROCESS_RUNNING;
	spin_unlock(&process->lock);
	thread_start(process->first_thread, entry, stack_top, argument);
	return CAPOS_OK;
}

/* ---- Ending -------------------------------------------------------------------------- */

void process_end(struct process *process, const struct terminal *terminal)
{
	bool begins;

	spin_lock(&process->lock);
	begins = process->state == PROCESS_BUILDING || process->state == PROCESS_RUNNING;
	if (begins) {
		process->state = PROCESS_ENDING;
		process->terminal = *terminal;
	}
	spin_unlock(&process->lock);
	if (!begins)
		return;
	/* At once: nothing of it runs again, even before its teardown gets its turn. */
	list_for_each (node, &process->threads) {
		struct thread *thread = list_entry(node, struct thread, process_link);

		thread->drain_bound = 0;
		spin_lock(&thread->lock);
		thread->state = THREAD_ENDED;
		spin_unlock(&thread->lock);
		sched_remove(thread);
	}
	work_add(&process->teardown);
}

/* The first child with a reference, or nullptr. It goes to the back, so that all get a turn. */
static struct process *next_child(struct process *process)
{
	struct process *child = nullptr;

	spin_lock(&process->lock);
	if (!list_empty(&process->children)) {
		child = list_entry(process->children.next, struct process, sibling_link);
		list_remove(&child->sibling_link);
		list_append(&process->children, &child->sibling_link);
		object_get(&child->base);
	}
	spin_unlock(&process->lock);
	return child;
}

/* Ends some children; true when there are none left. */
static bool end_children(struct process *process)
{
	const struct terminal killed = { .kind = TERMINAL_KILLED };
	const struct process *first = nullptr;

	for (int i = 0; i < CHILDREN_PER_STEP; i++) {
		struct process *child = next_child(process);

		if (!child)
			return true;
		process_end(child, &killed);
		object_put(&child->base);
		if (child == first)
			break; /* all are ending */
		if (!first)
			first = child;
	}
	return false;
}

/* True when no thread has calls in flight any more. */
static bool end_threads(struct process *process)
{
	bool done = true;

	list_for_each (node, &process->threads)
		done &= thread_end(list_entry(node, struct thread, process_link));
	return done;
}

static void destroy_threads(struct process *process)
{
	while (!list_empty(&process->threads)) {
		struct thread *thread =
			list_entry(process->threads.next, struct thread, process_link);

		process->runtime_ns += thread->runtime_ns;
		arch_thread_forget(thread);
		thread_destroy(thread);
	}
	process->first_thread = nullptr;
}

/* What the kernel itself allocated for the process: CapSet page and table. */
static void free_kernel_pages(struct process *process)
{
	if (process->capset) {
		frame_free(arch_direct_paddr(process->capset));
		process->capset = nullptr;
		ledger_refund(&process->account.ledger, LEDGER_MEMORY_PAGES, 1);
	}
	hold_free_entries(process, process->table.entries,
			  process->table.capacity / CAP_TABLE_PAGE_ENTRIES);
	cap_table_init(&process->table);
}

/* Answers some waiters; true when none is left. */
static bool tell_waiters(struct process *process)
{
	for (int i = 0; i < WAITERS_PER_STEP; i++) {
		struct pending_call *pending = nullptr;

		spin_lock(&process->lock);
		process->state = PROCESS_ENDED;
		if (!list_empty(&process->waiters)) {
			pending = list_entry(process->waiters.next, struct pending_call,
					     object_link);
			list_remove(&pending->object_link);
		}
		spin_unlock(&process->lock);
		if (!pending)
			return true;
		process_handle_answer(pending, process);
	}
	return false;
}

static void leave_parent(struct process *process)
{
	struct ledger *parent_ledger = process->account.ledger.parent;

	ledger_return(&process->account.ledger);
	ledger_refund(parent_ledger, LEDGER_PROCESSES, 1);
	if (!process->parent)
		return;
	spin_lock(&process->parent->lock);
	list_remove(&process->sibling_link);
	spin_unlock(&process->parent->lock);
}

/*
 * Takes it apart. Each part is bounded and may be asked again when it is done; the next
 * step begins where this one ended.
 */
static bool dismantle_step(struct process *process)
{
	uint64_t started = arch_counter();

	if (!end_children(process) || !end_threads(process) || work_step_over(started))
		return false;
	if (!hold_release_some(process, HOLDS_PER_STEP) || work_step_over(started))
		return false;
	arch_space_leave(&process->space.arch);
	if (!space_fini_step(&process->space) || work_step_over(started))
		return false;
	if (!account_close_objects(&process->account, OBJECTS_PER_STEP))
		return false;
	destroy_threads(process);
	free_kernel_pages(process);
	leave_parent(process);
	return true;
}

static bool teardown_step(struct work *work)
{
	struct process *process = container_of(work, struct process, teardown);

	if (process->state != PROCESS_ENDED && !dismantle_step(process))
		return false;
	if (!tell_waiters(process)) /* the first time makes it ENDED */
		return false;
	object_put(&process->base);
	return true;
}

/* SPDX-License-Identifier: MIT */
/* thread.c - making, starting and ending threads. See thread.h. */
#include "kernel/thread.h"

#include "kernel/call.h"
#include "kernel/frame.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/thread_control.h"

enum { CALLS_PER_STEP = 32 };

static struct cache thread_cache = CACHE("Thread", sizeof(struct thread));

static_assert(offsetof(struct thread, context) == 0,
	      "the arch's entry code relies on it");

static void region_layout(struct region *region, uint32_t arena_bytes)
{
	uint8_t *base = arch_direct(region->frames);
	struct capos_ring_header *header = (struct capos_ring_header *)(void *)base;

	for (uint32_t i = 0; i < region->page_count; i++)
		arch_page_clear(base + (size_t)i * ARCH_PAGE_SIZE);
	region->header = header;
	region->sq = (struct capos_sqe *)(void *)(base + CAPOS_SQ_OFFSET);
	region->cq = (struct capos_cqe *)(void *)(base + CAPOS_CQ_OFFSET);
	region->arena = base + CAPOS_ARENA_OFFSET;
	region->arena_bytes = arena_bytes;
	header->magic = CAPOS_RING_MAGIC;
	header->abi_version = CAPOS_ABI_VERSION;
	header->region_size = CAPOS_ARENA_OFFSET + arena_bytes;
	header->sq_offset = CAPOS_SQ_OFFSET;
	header->cq_offset = CAPOS_CQ_OFFSET;
	header->arena_offset = CAPOS_ARENA_OFFSET;
	header->arena_size = arena_bytes;
}

/* Frames for the region, charged to the process, mapped where the thread will see them. */
static status_t region_create(struct process *process, const struct thread_spec *spec,
			      struct region *region, enum rule *rule)
{
	struct ledger *ledger = &process->account.ledger;
	uint32_t bytes = CAPOS_ARENA_OFFSET + spec->arena_bytes;
	status_t status;

	region->page_count = (bytes + ARCH_PAGE_SIZE - 1) >> ARCH_PAGE_SHIFT;
	region->address = spec->region_address;
	*rule = RULE_LEDGER_MEMORY_PAGES;
	if (!ledger_charge(ledger, LEDGER_MEMORY_PAGES, region->page_count))
		return CAPOS_ERR_NO_LEDGER;
	*rule = RULE_MACHINE_MEMORY;
	status = frame_alloc_run(region->page_count, &region->frames);
	if (status != CAPOS_OK)
		goto refund;

	struct space_range range = {
		.address = spec->region_address,
		.size_bytes = (uint64_t)region->page_count << ARCH_PAGE_SHIFT,
		.protection = PROTECTION_READ_WRITE,
	};

	status = space_map_kernel(&process->space, &range, region->frames, rule);
	if (status != CAPOS_OK)
		goto free;
	region_layout(region, spec->arena_bytes);
	return CAPOS_OK;
free:
	frame_free_run(region->frames, region->page_count);
refund:
	ledger_refund(ledger, LEDGER_MEMORY_PAGES, region->page_count);
	return status;
}

static void region_destroy(struct process *process, struct region *region)
{
	frame_free_run(region->frames, region->page_count);
	ledger_refund(&process->account.ledger, LEDGER_MEMORY_PAGES, region->page_count);
}

status_t thread_create(const struct thread_spec *spec, struct thread **out,
		       enum rule *rule)
{
	struct process *process = spec->process;
	struct ledger *ledger = &process->account.ledger;
	void *memory;
	status_t status;

	*rule = RULE_LEDGER_THREADS;
	if (!ledger_charge(ledger, LEDGER_THREADS, 1))
		return CAPOS_ERR_NO_LEDGER;
	status = cache_alloc(&thread_cache, ledger, &memory);
	if (status != CAPOS_OK) {
		*rule = status == CAPOS_ERR_NO_MEMORY ? RULE_MACHINE_MEMORY
						      : RULE_LEDGER_KERNEL_BYTES;
		goto refund;
	}

	struct thread *thread = memory;

	status = region_create(process, spec, &thread->region, rule);
	if (status != CAPOS_OK)
		goto free;
	thread->space = &process->space.arch;
	thread->process = process;
	spin_init(&thread->lock, LOCK_THREAD);
	list_init(&thread->pending);
	list_init(&thread->run_link);
	list_append(&process->threads, &thread->process_link);
	*out = thread;
	return CAPOS_OK;
free:
	cache_free(&thread_cache, ledger, thread);
refund:
	ledger_refund(ledger, LEDGER_THREADS, 1);
	return status;
}

void thread_start(struct thread *thread, uaddr_t entry, uaddr_t stack_top,
		  uint64_t argument)
{
	arch_context_init(&thread->context, entry, stack_top, thread->region.address.raw,
			  CAPOS_CAPSET_ADDRESS, argument);
	thread->state = THREAD_RUNNABLE;
	sched_add(thread);
}

bool thread_end(struct thread *thread)
{
	spin_lock(&thread->lock);
	thread->state = THREAD_ENDED;
	spin_unlock(&thread->lock);
	sched_remove(thread);
	(void)alarm_cancel(&thread->deadline);
	if (!thread_withdraw_calls(thread, CALLS_PER_STEP))
		return false;
	if (thread->control)
		thread_control_detach(thread->control);
	thread->control = nullptr;
	return true;
}

void thread_destroy(struct thread *thread)
{
	struct process *process = thread->process;

	list_remove(&thread->process_link);
	region_destroy(process, &thread->region);
	cache_free(&thread_cache, &process->account.ledger, thread);
	ledger_refund(&process->account.ledger, LEDGER_THREADS, 1);
}

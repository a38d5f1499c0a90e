/* SPDX-License-Identifier: MIT */
/*
 * upcall.c - see upcall.h. Everything here runs on the thread's own processor, except
 * raising an interrupt, which only sets a flag under the thread's lock.
 */
#include "kernel/upcall.h"

#include "kernel/ring.h"
#include "kernel/sched.h"

static void begin(struct thread *thread, enum capos_event event, uint64_t second,
		  uint64_t third)
{
	struct capos_upcall_frame frame = { 0 };

	arch_context_save(&thread->context, &frame);
	region_write(&thread->region.header->upcall, &frame, sizeof(frame));
	thread->upcall_active = true;
	arch_context_enter(&thread->context, thread->upcall_entry, thread->upcall_stack,
			   event, second, third);
}

bool upcall_fault(struct thread *thread, enum fault_kind kind, uint64_t address)
{
	if (thread->upcall_active || !(thread->upcall_mask & CAPOS_EVENT_FAULT))
		return false;
	begin(thread, CAPOS_EVENT_FAULT, kind, address);
	return true;
}

bool upcall_interrupt(struct thread *thread)
{
	bool taken;
	bool wake;

	spin_lock(&thread->lock);
	taken = thread->upcall_mask & CAPOS_EVENT_INTERRUPT;
	if (taken)
		thread->upcall_raised = true;
	wake = taken && !thread->upcall_active && thread->state == THREAD_WAITING;
	if (wake) {
		thread->state = THREAD_RUNNABLE;
		arch_context_set_result(&thread->context, ring_available(thread));
	}
	spin_unlock(&thread->lock);
	if (wake) {
		(void)alarm_cancel(&thread->deadline);
		sched_add(thread);
	}
	return taken;
}

void upcall_deliver(struct thread *thread)
{
	if (!thread->upcall_raised || thread->upcall_active)
		return;
	thread->upcall_raised = false;
	begin(thread, CAPOS_EVENT_INTERRUPT, 0, 0);
}

bool upcall_resume(struct thread *thread, enum rule *rule)
{
	struct capos_upcall_frame frame;

	if (!thread->upcall_active) {
		*rule = RULE_UPCALL_NONE;
		return false;
	}
	region_read(&frame, &thread->region.header->upcall, sizeof(frame));
	if (!arch_context_restore(&thread->context, &frame)) {
		*rule = RULE_UPCALL_CONTEXT;
		return false;
	}
	thread->upcall_active = false;
	thread->context_replaced = true;
	return true;
}

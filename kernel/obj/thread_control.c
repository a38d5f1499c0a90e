/* SPDX-License-Identifier: MIT */
/*
 * thread_control.c - see thread_control.h.
 *
 * Locking. control->lock (rank OBJECT) guards the pointer to the thread. The thread ends
 * only after it was detached, so it stays while the lock is held.
 */
#include "kernel/thread_control.h"

#include "abi/address_map.h"
#include "gen/thread.server.h"
#include "kernel/call.h"
#include "kernel/panic.h"
#include "kernel/process.h"
#include "kernel/upcall.h"

struct thread_control {
	struct object base; /* first, so that an object pointer converts */
	struct spinlock lock;
	struct thread *thread; /* not a reference; nullptr once the thread has ended */
};

static struct cache thread_control_cache =
	CACHE("ThreadControl", sizeof(struct thread_control));

static void thread_control_close(struct object *object);

static const struct object_type thread_control_type = {
	.name = "ThreadControl",
	.cache = &thread_control_cache,
	.close = thread_control_close,
};

static void thread_control_close(struct object *object)
{
	struct thread_control *control = (struct thread_control *)object;

	spin_lock(&control->lock);
	control->thread = nullptr;
	spin_unlock(&control->lock);
}

void thread_control_detach(struct object *object)
{
	thread_control_close(object);
	/* Release: whoever sees it closed sees no thread. */
	atomic_store_explicit(&object->closed, true, memory_order_release);
	object_put(object);
}

static status_t refuse_ended(struct call *call)
{
	return call_refuse(call, CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, 0);
}

static bool is_user_address(uint64_t address)
{
	return address >= CAPOS_USER_FIRST && address < CAPOS_USER_END;
}

static status_t check_upcall(struct call *call, uint64_t entry, uint64_t stack_top,
			     uint32_t mask)
{
	if (mask & ~(uint32_t)CAPOS_EVENT_ALL)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_EVENT_MASK,
				  mask);
	if (mask == 0)
		return CAPOS_OK; /* removes the upcall: the addresses mean nothing */
	if (!is_user_address(entry))
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_ADDRESS_RANGE, entry);
	if (!is_user_address(stack_top - 1)) /* a stack may end where the space does */
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_ADDRESS_RANGE, stack_top);
	return CAPOS_OK;
}

static void set_upcall(struct thread *thread, uint64_t entry, uint64_t stack_top,
		       uint32_t mask)
{
	spin_lock(&thread->lock);
	thread->upcall_entry = (uaddr_t){ mask ? entry : 0 };
	thread->upcall_stack = (uaddr_t){ mask ? stack_top : 0 };
	thread->upcall_mask = mask;
	/* An event that waits for delivery needs an upcall that takes it. */
	if (!(mask & CAPOS_EVENT_INTERRUPT))
		thread->upcall_raised = false;
	spin_unlock(&thread->lock);
}

static status_t
method_set_upcall(void *self, struct call *call,
		  struct thread_control_set_upcall_params params,
		  struct thread_control_set_upcall_results_builder results)
{
	struct thread_control *control = self;
	uint64_t entry = thread_control_set_upcall_params_get_entry(params);
	uint64_t stack_top = thread_control_set_upcall_params_get_stack_top(params);
	uint32_t mask = thread_control_set_upcall_params_get_event_mask(params);
	status_t status = check_upcall(call, entry, stack_top, mask);
	bool alive;

	(void)results;
	if (status != CAPOS_OK)
		return status;
	spin_lock(&control->lock);
	alive = control->thread != nullptr;
	if (alive)
		set_upcall(control->thread, entry, stack_top, mask);
	spin_unlock(&control->lock);
	return alive ? CAPOS_OK : refuse_ended(call);
}

/* Only the thread itself stands at the end of its upcall. */
static status_t method_resume(void *self, struct call *call,
			      struct thread_control_resume_params params,
			      struct thread_control_resume_results_builder results)
{
	struct thread_control *control = self;
	enum rule rule = RULE_UPCALL_NONE;
	bool own;

	(void)params;
	(void)results;
	spin_lock(&control->lock);
	own = control->thread == call->thread;
	spin_unlock(&control->lock);
	if (!own || !upcall_resume(call->thread, &rule))
		return call_raise(call, EXCEPTION_TYPE_FAILED, rule, 0);
	return CAPOS_OK;
}

static status_t method_interrupt(void *self, struct call *call,
				 struct thread_control_interrupt_params params,
				 struct thread_control_interrupt_results_builder results)
{
	struct thread_control *control = self;
	bool alive;
	bool delivered = false;

	(void)params;
	spin_lock(&control->lock);
	alive = control->thread != nullptr;
	if (alive)
		delivered = upcall_interrupt(control->thread);
	spin_unlock(&control->lock);
	if (!alive)
		return refuse_ended(call);
	thread_control_interrupt_results_set_delivered(results, delivered);
	return CAPOS_OK;
}

/* A process has one thread so far, so its end is the process's. */
static status_t method_exit(void *self, struct call *call,
			    struct thread_control_exit_params params,
			    struct thread_control_exit_results_builder results)
{
	const struct terminal terminal = { .kind = TERMINAL_EXITED };
	struct thread_control *control = self;
	struct process *process = nullptr;

	(void)params;
	(void)results;
	spin_lock(&control->lock);
	if (control->thread) {
		process = control->thread->process;
		object_get(&process->base);
	}
	spin_unlock(&control->lock);
	if (!process)
		return refuse_ended(call);
	process_end(process, &terminal);
	object_put(&process->base);
	return CAPOS_OK;
}

THREAD_CONTROL_METHOD_TABLE(thread_control_table, method_set_upcall, method_resume,
			    method_interrupt, method_exit);

const struct facet thread_control_facet =
	FACET(THREAD_CONTROL, "ThreadControl", thread_control_type, thread_control_table);

status_t thread_control_create(struct account *payer, struct thread *thread,
			       struct object **out)
{
	struct thread_control *control;
	status_t status;

	status = object_alloc(&thread_control_type, payer, out);
	if (status != CAPOS_OK)
		return status;
	control = (struct thread_control *)*out;
	spin_init(&control->lock, LOCK_OBJECT);
	control->thread = thread;
	return CAPOS_OK;
}

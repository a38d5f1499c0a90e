/* SPDX-License-Identifier: MIT */
/*
 * call.c - what methods do with a call: refuse it, look at its capabilities, return
 * some, or keep it for later.
 *
 * Locking. thread->lock guards the thread's list of pending calls. A pending call is
 * ended by whoever takes it out of its object's queue, which the object's lock decides;
 * CANCEL holds a reference while it asks the object.
 */
#include "kernel/call.h"

#include "kernel/dispatch.h"
#include "kernel/panic.h"
#include "kernel/process.h"
#include "kernel/result.h"
#include "kernel/ring.h"
#include "kernel/thread.h"

static struct cache pending_cache = CACHE("PendingCall", sizeof(struct pending_call));

struct process *call_process(const struct call *call)
{
	return call->thread->process;
}

struct account *call_account(const struct call *call)
{
	return &call->thread->process->account;
}

uint32_t call_result_room(const struct call *call)
{
	return call->sqe->result_size - result_caps_bytes(call->sqe->result_cap_max);
}

status_t call_refuse(struct call *call, status_t status, enum rule rule, uint64_t detail)
{
	call->counts.rule = (uint16_t)rule;
	call->detail = detail;
	return status;
}

status_t call_raise(struct call *call, enum exception_type type, enum rule rule,
		    uint64_t detail)
{
	call->counts.exception = (uint8_t)type;
	return call_refuse(call, CAPOS_ERR_EXCEPTION, rule, detail);
}

static const enum rule ledger_rules[LEDGER_RESOURCES] = {
	[LEDGER_CAP_SLOTS] = RULE_LEDGER_SLOTS,
	[LEDGER_CALLS] = RULE_LEDGER_CALLS,
	[LEDGER_MEMORY_PAGES] = RULE_LEDGER_MEMORY_PAGES,
	[LEDGER_VIRTUAL_PAGES] = RULE_LEDGER_VIRTUAL_PAGES,
	[LEDGER_MAPPINGS] = RULE_LEDGER_MAPPINGS,
	[LEDGER_KERNEL_BYTES] = RULE_LEDGER_KERNEL_BYTES,
	[LEDGER_THREADS] = RULE_LEDGER_THREADS,
	[LEDGER_ALARMS] = RULE_LEDGER_ALARMS,
	[LEDGER_PROCESSES] = RULE_LEDGER_PROCESSES,
	[LEDGER_LOG_BYTES] = RULE_LEDGER_LOG_BYTES,
};

status_t call_raise_short(struct call *call, status_t status,
			  enum ledger_resource resource)
{
	enum rule rule = status == CAPOS_ERR_NO_MEMORY ? RULE_MACHINE_MEMORY
						       : ledger_rules[resource];

	return call_refuse(call, status, rule, 0);
}

status_t call_capability(struct call *call, uint32_t index, const struct facet *facet,
			 const struct capability **out)
{
	if (index >= call->counts.given)
		return call_refuse(call, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED,
				   index);

	struct capability *given = &call->given[index];

	if (facet && given->facet != facet) {
		/* Another kind of object may have the interface too: the type says more. */
		const struct facet *answer =
			facet_find(given->facet, facet->interface_id);

		if (!answer || answer->type != facet->type)
			return call_refuse(call, CAPOS_ERR_BAD_TRANSFER,
					   RULE_TRANSFER_INTERFACE,
					   given->facet->interface_id);
		given->facet = answer;
	}
	call->counts.used |= (uint16_t)(1u << index);
	*out = given;
	return CAPOS_OK;
}

uint32_t call_return_capability(struct call *call, struct object *object,
				const struct facet *facet)
{
	kernel_assert(call->counts.filled < call->counts.prepared);
	call->results.filled[call->counts.filled] = (struct capability){ object, facet };
	return call->counts.filled++;
}

uint32_t pending_return_capability(struct pending_call *pending, struct object *object,
				   const struct facet *facet)
{
	kernel_assert(pending->filled_count < pending->prepared_count);
	pending->results.filled[pending->filled_count] =
		(struct capability){ object, facet };
	return pending->filled_count++;
}

/* ---- Pending calls ------------------------------------------------------------- */

static void pending_put(struct pending_call *pending)
{
	if (atomic_fetch_sub_explicit(&pending->refs, 1, memory_order_acq_rel) != 1)
		return;

	struct account *payer = pending->payer;

	object_put(pending->object);
	cache_free(&pending_cache, &payer->ledger, pending);
	ledger_refund(&payer->ledger, LEDGER_CALLS, 1);
}

/* Withdraws the call from its object and ends it with @status; false if too late. */
static bool withdraw(struct pending_call *pending, status_t status)
{
	if (!pending->cancel(pending))
		return false;
	pending_complete(pending, status);
	return true;
}

static void deadline_passed(struct alarm *alarm)
{
	struct pending_call *pending = container_of(alarm, struct pending_call, deadline);

	(void)withdraw(pending, CAPOS_ERR_DEADLINE);
}

static void pending_fill(struct pending_call *pending, struct call *call)
{
	const struct capos_sqe *sqe = call->sqe;

	pending->thread = call->thread;
	pending->payer = call_account(call);
	pending->object = call->object;
	object_get(call->object);
	pending->user_data = sqe->user_data;
	pending->sequence = call->sequence;
	pending->result_offset = sqe->result_offset;
	pending->result_size = sqe->result_size;
	pending->result_cap_max = sqe->result_cap_max;
	if (call->counts.prepared)
		pending->results = call->results;
	pending->prepared_count = call->counts.prepared;
	call->counts.prepared = 0;
	atomic_init(&pending->refs, 1);
	list_init(&pending->object_link);
	alarm_init(&pending->deadline, deadline_passed);
}

status_t call_defer(struct call *call, bool (*cancel)(struct pending_call *),
		    struct pending_call **out)
{
	struct account *payer = call_account(call);
	void *memory;

	if (!ledger_charge(&payer->ledger, LEDGER_CALLS, 1))
		return call_raise_short(call, CAPOS_ERR_NO_LEDGER, LEDGER_CALLS);

	status_t status = cache_alloc(&pending_cache, &payer->ledger, &memory);

	if (status != CAPOS_OK) {
		ledger_refund(&payer->ledger, LEDGER_CALLS, 1);
		return call_raise_short(call, status, LEDGER_KERNEL_BYTES);
	}

	struct pending_call *pending = memory;
	struct thread *thread = call->thread;

	pending_fill(pending, call);
	pending->cancel = cancel;
	spin_lock(&thread->lock);
	thread->outstanding++;
	list_append(&thread->pending, &pending->thread_link);
	spin_unlock(&thread->lock);
	if (call->sqe->deadline_ns != 0)
		alarm_set(&pending->deadline, call->sqe->deadline_ns);
	*out = pending;
	return CAPOS_OK;
}

static void pending_unlink(struct pending_call *pending)
{
	struct thread *thread = pending->thread;

	(void)alarm_cancel(&pending->deadline);
	spin_lock(&thread->lock);
	list_remove(&pending->thread_link);
	spin_unlock(&thread->lock);
}

void call_undefer(struct call *call, struct pending_call *pending)
{
	struct thread *thread = pending->thread;

	pending_unlink(pending);
	spin_lock(&thread->lock);
	thread->outstanding--;
	spin_unlock(&thread->lock);
	call->counts.prepared =
		pending->prepared_count; /* call->results still names them */
	pending_put(pending);
}

struct capnp_builder *pending_results(struct pending_call *pending)
{
	result_builder_init(&pending->builder, pending->thread, pending->result_offset,
			    pending->result_size, pending->result_cap_max);
	return &pending->builder;
}

static void finish(struct pending_call *pending, status_t status,
		   enum exception_type type, enum rule rule, uint64_t detail)
{
	struct result_place place = {
		.thread = pending->thread,
		.offset = pending->result_offset,
		.size = pending->result_size,
		.cap_max = pending->result_cap_max,
	};
	struct capos_cqe cqe = {
		.user_data = pending->user_data,
		.rule = (uint16_t)rule,
		.detail = detail,
	};

	pending_unlink(pending);
	if (status == CAPOS_OK && capnp_builder_failed(&pending->builder)) {
		status = CAPOS_ERR_RESULT_TOO_SMALL;
		cqe.rule = RULE_RESULT_ROOM;
	}
	if (status == CAPOS_OK) {
		cqe.payload_size = capnp_builder_size_bytes(&pending->builder);
		cqe.cap_count = pending->filled_count;
		result_commit(&place, &pending->results, pending->prepared_count,
			      pending->filled_count);
	} else {
		result_abort(&place, &pending->results, pending->prepared_count,
			     pending->filled_count);
		if (status == CAPOS_ERR_EXCEPTION)
			status = result_exception(&place, type, &cqe);
	}
	cqe.result = status;
	ring_post_outstanding(pending->thread, &cqe);
	pending_put(pending);
}

void pending_complete(struct pending_call *pending, status_t status)
{
	enum rule rule = status == CAPOS_ERR_DEADLINE       ? RULE_DEADLINE_PASSED
			 : status == CAPOS_ERR_DISCONNECTED ? RULE_TARGET_ALIVE
							    : RULE_NONE;

	finish(pending, status, EXCEPTION_TYPE_FAILED, rule, 0);
}

void pending_raise(struct pending_call *pending, enum exception_type type, enum rule rule,
		   uint64_t detail)
{
	finish(pending, CAPOS_ERR_EXCEPTION, type, rule, detail);
}

/* The outstanding call of @sequence with a reference, or nullptr. */
static struct pending_call *find_pending(struct thread *thread, uint32_t sequence)
{
	struct pending_call *found = nullptr;

	spin_lock(&thread->lock);
	list_for_each (node, &thread->pending) {
		struct pending_call *pending =
			list_entry(node, struct pending_call, thread_link);

		if (pending->sequence != sequence)
			continue;
		found = pending;
		atomic_fetch_add_explicit(&pending->refs, 1, memory_order_relaxed);
		break;
	}
	spin_unlock(&thread->lock);
	return found;
}

void dispatch_cancel(struct thread *thread, const struct capos_sqe *sqe)
{
	struct pending_call *pending = find_pending(thread, sqe->pipeline_dep);
	bool won = false;

	if (pending) {
		won = withdraw(pending, CAPOS_ERR_CANCELLED);
		pending_put(pending);
	}
	if (won)
		ring_post_success(thread, sqe->user_data, 0, 0);
	else
		dispatch_refuse(thread, sqe, CAPOS_ERR_NOT_FOUND, RULE_CANCEL_TARGET,
				sqe->pipeline_dep);
}

bool thread_withdraw_calls(struct thread *thread, size_t limit)
{
	for (size_t i = 0; i < limit; i++) {
		struct pending_call *pending = nullptr;

		spin_lock(&thread->lock);
		if (!list_empty(&thread->pending)) {
			pending = list_entry(thread->pending.next, struct pending_call,
					     thread_link);
			atomic_fetch_add_explicit(&pending->refs, 1,
						  memory_order_relaxed);
		}
		spin_unlock(&thread->lock);
		if (!pending)
			return true;
		(void)withdraw(pending, CAPOS_ERR_CANCELLED);
		pending_put(pending);
	}
	return false;
}

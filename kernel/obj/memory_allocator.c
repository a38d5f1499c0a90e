/* SPDX-License-Identifier: MIT */
/*
 * memory_allocator.c - MemoryAllocator: makes memory objects, large ones in steps.
 *
 * A large object is filled by a work that holds its only reference and a pin; the call
 * that waits for it is pending. filling_lock guards the link between the two: the object's
 * filling.pending and the call's value name each other, or neither does. So the call can
 * be withdrawn at any time, and the work then throws the object away at its next step.
 */
#include "gen/memory.server.h"
#include "kernel/call.h"
#include "kernel/frame.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"
#include "kernel/work.h"

struct memory_allocator {
	struct object base;
};

static struct cache memory_allocator_cache =
	CACHE("MemoryAllocator", sizeof(struct memory_allocator));

static const struct object_type memory_allocator_type = {
	.name = "MemoryAllocator",
	.cache = &memory_allocator_cache,
};

static struct memory_object *object_of(struct memory_filling *filling)
{
	return container_of(filling, struct memory_object, task.filling);
}

static struct spinlock filling_lock = SPINLOCK(LOCK_OBJECT);

/* Parts the call from the object that is being filled for it; nullptr if it was withdrawn. */
static struct pending_call *take_pending(struct memory_filling *filling)
{
	spin_lock(&filling_lock);
	struct pending_call *pending = filling->pending;

	if (pending)
		pending->value = 0;
	filling->pending = nullptr;
	spin_unlock(&filling_lock);
	return pending;
}

static bool cancel_filling(struct pending_call *pending)
{
	spin_lock(&filling_lock);
	struct memory_filling *filling =
		(struct memory_filling *)(uintptr_t)pending->value;

	if (filling)
		filling->pending = nullptr;
	pending->value = 0;
	spin_unlock(&filling_lock);
	return filling != nullptr;
}

static bool withdrawn(const struct memory_filling *filling)
{
	spin_lock(&filling_lock);
	bool gone = !filling->pending;

	spin_unlock(&filling_lock);
	return gone;
}

/* Ends the work: answers the call, if it still waits, and gives up pin and reference. */
static void finish_filling(struct memory_filling *filling, status_t status)
{
	struct memory_object *object = object_of(filling);
	struct object *base = memory_object_base(object);
	struct pending_call *pending = take_pending(filling);

	if (pending && status == CAPOS_OK) {
		struct memory_allocator_allocate_results_builder results =
			memory_allocator_allocate_results_new(pending_results(pending));

		object_get(base);
		memory_allocator_allocate_results_set_object(
			results,
			pending_return_capability(pending, base, &memory_object_facet));
		pending_complete(pending, CAPOS_OK);
	} else if (pending && status == CAPOS_ERR_DISCONNECTED) {
		pending_complete(pending, status);
	} else if (pending) {
		pending_raise(pending, EXCEPTION_TYPE_OVERLOADED, RULE_MACHINE_MEMORY,
			      memory_object_page_count(object));
	}
	memory_object_unpin(object);
	object_put(base);
}

static bool fill_step(struct work *work)
{
	struct memory_filling *filling = container_of(work, struct memory_filling, work);
	struct memory_object *object = object_of(filling);
	status_t status = CAPOS_ERR_DISCONNECTED;
	bool done = false;

	if (!object_closed(memory_object_base(object)) && !withdrawn(filling))
		status = memory_object_fill_step(object, &done);
	if (status == CAPOS_OK && !done)
		return false;
	finish_filling(filling, status);
	return true;
}

static status_t refuse(struct call *call, status_t status, enum rule rule,
		       uint64_t detail)
{
	if (status == CAPOS_ERR_EXCEPTION)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, rule, detail);
	return call_refuse(call, status, rule, detail);
}

static status_t allocate_in_steps(struct call *call, uint32_t page_count)
{
	struct pending_call *pending;
	struct object *base;
	enum rule rule;
	status_t status;

	/* Somebody else may still be faster: then the work finds out. */
	if (frame_free_count() < page_count)
		return refuse(call, CAPOS_ERR_NO_MEMORY, RULE_MACHINE_MEMORY, page_count);
	status = memory_object_begin(call_account(call), page_count, &base, &rule);
	if (status != CAPOS_OK)
		return refuse(call, status, rule, page_count);
	status = call_defer(call, cancel_filling, &pending);
	if (status != CAPOS_OK) {
		object_put(base);
		return status;
	}

	struct memory_object *object = memory_object_from(base);
	struct memory_filling *filling = &object->task.filling;

	if (!memory_object_pin(object)) { /* the account ends at this moment */
		call_undefer(call, pending);
		object_put(base);
		return refuse(call, CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, 0);
	}
	spin_lock(&filling_lock);
	filling->pending = pending;
	pending->value = (uint64_t)(uintptr_t)filling;
	spin_unlock(&filling_lock);
	work_init(&filling->work, fill_step);
	work_add(&filling->work);
	return CAPOS_PENDING;
}

static status_t method_allocate(void *self, struct call *call,
				struct memory_allocator_allocate_params params,
				struct memory_allocator_allocate_results_builder results)
{
	uint32_t page_count = memory_allocator_allocate_params_get_page_count(params);
	struct object *object;
	enum rule rule;
	status_t status;

	(void)self;
	if (page_count == 0)
		return refuse(call, CAPOS_ERR_EXCEPTION, RULE_SIZE_NON_ZERO, page_count);
	if (page_count > MEMORY_OBJECT_MAX_PAGES)
		return refuse(call, CAPOS_ERR_EXCEPTION, RULE_SIZE_LIMIT, page_count);
	if (page_count > MEMORY_OBJECT_AT_ONCE_PAGES)
		return allocate_in_steps(call, page_count);

	status = memory_object_create(call_account(call), page_count, &object, &rule);
	if (status != CAPOS_OK)
		return refuse(call, status, rule, page_count);
	memory_allocator_allocate_results_set_object(
		results, call_return_capability(call, object, &memory_object_facet));
	return CAPOS_OK;
}

MEMORY_ALLOCATOR_METHOD_TABLE(memory_allocator_table, method_allocate);

const struct facet memory_allocator_facet =
	FACET(MEMORY_ALLOCATOR, "MemoryAllocator", memory_allocator_type,
	      memory_allocator_table);

status_t memory_allocator_create(struct account *payer, struct object **out)
{
	return object_alloc(&memory_allocator_type, payer, out);
}

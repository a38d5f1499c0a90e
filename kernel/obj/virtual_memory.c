/* SPDX-License-Identifier: MIT */
/*
 * virtual_memory.c - VirtualMemory: the interface to one process's address space.
 *
 * Methods decode, call the space, and say which value a refusal is about. All checks are
 * the space's. The object keeps the process's record, so the space can always be asked; a
 * space that is being taken down refuses everything.
 */
#include "gen/memory.server.h"
#include "kernel/call.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"
#include "kernel/process.h"

struct virtual_memory {
	struct object base;      /* first, so that an object pointer converts */
	struct process *process; /* a reference */
};

static void virtual_memory_destroy(struct object *object)
{
	object_put(&((struct virtual_memory *)(void *)object)->process->base);
}

static struct cache virtual_memory_cache =
	CACHE("VirtualMemory", sizeof(struct virtual_memory));

static const struct object_type virtual_memory_type = {
	.name = "VirtualMemory",
	.cache = &virtual_memory_cache,
	.destroy = virtual_memory_destroy,
};

static struct space *space_of(void *self)
{
	return &((struct virtual_memory *)self)->process->space;
}

/* What the parameters of a refused call were. */
struct asked {
	const struct space_range *range;
	uint64_t offset_bytes;
};

static uint64_t offending_value(const struct asked *asked, enum rule rule)
{
	const struct space_range *range = asked->range;

	switch ((int)rule) {
	case RULE_SIZE_NON_ZERO:
	case RULE_SIZE_LIMIT:
		return range->size_bytes;
	case RULE_PROTECTION_KNOWN:
	case RULE_PROTECTION_FIXED:
	case RULE_OBJECT_IMMUTABLE:
		return (uint64_t)range->protection;
	case RULE_OBJECT_RANGE:
		return asked->offset_bytes;
	case RULE_LEDGER_MEMORY_PAGES:
	case RULE_LEDGER_VIRTUAL_PAGES:
	case RULE_MACHINE_MEMORY:
		return range->size_bytes >> ARCH_PAGE_SHIFT;
	case RULE_LEDGER_MAPPINGS:
		return 1;
	default:
		return range->address.raw;
	}
}

static status_t refuse(struct call *call, status_t status, enum rule rule,
		       const struct space_range *range, uint64_t offset_bytes)
{
	const struct asked asked = { range, offset_bytes };
	uint64_t detail = offending_value(&asked, rule);

	if (status == CAPOS_ERR_EXCEPTION)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, rule, detail);
	return call_refuse(call, status, rule, detail);
}

/*
 * The memory object that capability pointer @index of @params names; the reference stays
 * the call's. Reading that pointer was the last that could find @params malformed.
 */
static status_t object_given(struct call *call, struct capnp_struct params,
			     uint32_t index, struct memory_object **out)
{
	const struct capability *capability;
	status_t status;

	if (call_params_malformed(params))
		return CAPOS_ERR_BAD_MESSAGE;
	status = call_capability(call, index, &memory_object_facet, &capability);
	if (status == CAPOS_OK)
		*out = memory_object_from(capability->object);
	return status;
}

static status_t method_map(void *self, struct call *call,
			   struct virtual_memory_map_params params,
			   struct virtual_memory_map_results_builder results)
{
	struct space_range range = {
		.address = { virtual_memory_map_params_get_address(params) },
		.size_bytes = virtual_memory_map_params_get_size_bytes(params),
		.protection = virtual_memory_map_params_get_protection(params),
	};
	enum rule rule;
	status_t status = space_map_fresh(space_of(self), &range, &rule);

	if (status != CAPOS_OK)
		return refuse(call, status, rule, &range, 0);
	virtual_memory_map_results_set_address(results, range.address.raw);
	return CAPOS_OK;
}

/* Any range, and every refusal. */
[[gnu::noinline]] static status_t unmap_range(void *self, struct call *call,
					      struct virtual_memory_unmap_params params)
{
	const struct space_range range = {
		.address = { virtual_memory_unmap_params_get_address(params) },
		.size_bytes = virtual_memory_unmap_params_get_size_bytes(params),
	};
	enum rule rule;
	status_t status =
		space_unmap(space_of(self), range.address, range.size_bytes, &rule);

	if (status != CAPOS_OK)
		return refuse(call, status, rule, &range, 0);
	return CAPOS_OK;
}

static status_t method_unmap(void *self, struct call *call,
			     struct virtual_memory_unmap_params params,
			     struct virtual_memory_unmap_results_builder results)
{
	uaddr_t address = { virtual_memory_unmap_params_get_address(params) };
	uint64_t size_bytes = virtual_memory_unmap_params_get_size_bytes(params);

	(void)results;
	if (space_unmap_window(space_of(self), address, size_bytes))
		return CAPOS_OK;
	return unmap_range(self, call, params);
}

static status_t method_protect(void *self, struct call *call,
			       struct virtual_memory_protect_params params,
			       struct virtual_memory_protect_results_builder results)
{
	const struct space_range range = {
		.address = { virtual_memory_protect_params_get_address(params) },
		.size_bytes = virtual_memory_protect_params_get_size_bytes(params),
		.protection = virtual_memory_protect_params_get_protection(params),
	};
	enum rule rule;
	status_t status = space_protect(space_of(self), &range, &rule);

	(void)results;
	if (status != CAPOS_OK)
		return refuse(call, status, rule, &range, 0);
	return CAPOS_OK;
}

/* Any range, and every refusal. */
[[gnu::noinline]] static status_t
map_object_range(void *self, struct call *call,
		 struct virtual_memory_map_object_params params,
		 struct virtual_memory_map_object_results_builder results)
{
	struct space_range range = {
		.address = { virtual_memory_map_object_params_get_address(params) },
		.size_bytes = virtual_memory_map_object_params_get_size_bytes(params),
		.protection = virtual_memory_map_object_params_get_protection(params),
	};
	uint64_t offset_bytes = virtual_memory_map_object_params_get_offset_bytes(params);
	uint32_t index = virtual_memory_map_object_params_get_object(params);
	struct memory_object *object;
	enum rule rule;
	status_t status;

	status = object_given(call, params.s, index, &object);
	if (status != CAPOS_OK)
		return status;
	status = space_map_object(space_of(self), object, offset_bytes, &range, &rule);
	if (status != CAPOS_OK)
		return refuse(call, status, rule, &range, offset_bytes);
	virtual_memory_map_object_results_set_address(results, range.address.raw);
	return CAPOS_OK;
}

static status_t
method_map_object(void *self, struct call *call,
		  struct virtual_memory_map_object_params params,
		  struct virtual_memory_map_object_results_builder results)
{
	const struct space_range range = {
		.address = { virtual_memory_map_object_params_get_address(params) },
		.size_bytes = virtual_memory_map_object_params_get_size_bytes(params),
		.protection = virtual_memory_map_object_params_get_protection(params),
	};
	uint64_t offset_bytes = virtual_memory_map_object_params_get_offset_bytes(params);
	const struct capability *given =
		call_first_capability(call, MEMORY_OBJECT_INTERFACE_ID);

	if (!given || virtual_memory_map_object_params_get_object(params) != 0 ||
	    !space_map_window(space_of(self), memory_object_from(given->object),
			      offset_bytes, &range))
		return map_object_range(self, call, params, results);
	virtual_memory_map_object_results_set_address(results, range.address.raw);
	return CAPOS_OK;
}

static status_t method_map_copy(void *self, struct call *call,
				struct virtual_memory_map_copy_params params,
				struct virtual_memory_map_copy_results_builder results)
{
	struct space_range range = {
		.address = { virtual_memory_map_copy_params_get_address(params) },
		.size_bytes = virtual_memory_map_copy_params_get_size_bytes(params),
		.protection = virtual_memory_map_copy_params_get_protection(params),
	};
	uint64_t offset_bytes = virtual_memory_map_copy_params_get_offset_bytes(params);
	uint64_t copy_bytes = virtual_memory_map_copy_params_get_copy_bytes(params);
	uint32_t index = virtual_memory_map_copy_params_get_object(params);
	struct memory_object *object;
	enum rule rule;
	status_t status;

	status = object_given(call, params.s, index, &object);
	if (status != CAPOS_OK)
		return status;
	status = space_map_copy(space_of(self), object, offset_bytes, copy_bytes, &range,
				&rule);
	if (status != CAPOS_OK)
		return refuse(call, status, rule, &range, offset_bytes);
	virtual_memory_map_copy_results_set_address(results, range.address.raw);
	return CAPOS_OK;
}

static status_t method_query(void *self, struct call *call,
			     struct virtual_memory_query_params params,
			     struct virtual_memory_query_results_builder results)
{
	uaddr_t address = { virtual_memory_query_params_get_address(params) };
	struct space_range range;
	bool mapped = space_query(space_of(self), address, &range);

	(void)call;
	virtual_memory_query_results_set_mapped(results, mapped);
	virtual_memory_query_results_set_start(results, range.address.raw);
	virtual_memory_query_results_set_size_bytes(results, range.size_bytes);
	virtual_memory_query_results_set_protection(results, range.protection);
	return CAPOS_OK;
}

VIRTUAL_MEMORY_METHOD_TABLE(virtual_memory_table, method_map, method_unmap,
			    method_protect, method_map_object, method_map_copy,
			    method_query);

const struct facet virtual_memory_facet =
	FACET(VIRTUAL_MEMORY, "VirtualMemory", virtual_memory_type, virtual_memory_table);

status_t virtual_memory_create(struct account *payer, struct process *process,
			       struct object **out)
{
	status_t status = object_alloc(&virtual_memory_type, payer, out);

	if (status == CAPOS_OK) {
		((struct virtual_memory *)(void *)*out)->process = process;
		object_get(&process->base);
	}
	return status;
}

/* SPDX-License-Identifier: MIT */
/* result.c - see result.h. */
#include "kernel/result.h"

#include "kernel/hold.h"
#include "kernel/process.h"

static void write_record(const struct result_place *place, uint32_t index,
			 const struct capos_result_cap *record)
{
	region_write(place->thread->region.arena + place->offset +
			     index * (uint32_t)sizeof(*record),
		     record, sizeof(*record));
}

void result_commit(const struct result_place *place, const struct call_results *results,
		   uint32_t prepared, uint32_t filled)
{
	struct process *process = place->thread->process;

	for (uint32_t i = 0; i < filled; i++) {
		struct capos_result_cap record = {
			.cap = results->prepared[i].raw,
			.interface = results->filled[i].facet->interface_id,
		};

		hold_commit(process, results->prepared[i], results->filled[i]);
		write_record(place, i, &record);
	}
	for (uint32_t i = filled; i < prepared; i++)
		hold_abort(process, results->prepared[i]);
}

void result_abort(const struct result_place *place, const struct call_results *results,
		  uint32_t prepared, uint32_t filled)
{
	for (uint32_t i = 0; i < filled; i++)
		object_put(results->filled[i].object);
	for (uint32_t i = 0; i < prepared; i++)
		hold_abort(place->thread->process, results->prepared[i]);
}

status_t result_exception(const struct result_place *place, enum exception_type type,
			  struct capos_cqe *cqe)
{
	struct capnp_builder builder;

	if (place->size < result_caps_bytes(place->cap_max))
		return CAPOS_ERR_EXCEPTION_TRUNCATED;
	result_builder_init(&builder, place->thread, place->offset, place->size,
			    place->cap_max);

	struct cap_exception_builder exception = cap_exception_new(&builder);

	cap_exception_set_type(exception, type);
	cap_exception_set_rule(exception, (enum rule)cqe->rule);
	cap_exception_set_detail(exception, cqe->detail);
	if (capnp_builder_failed(&builder))
		return CAPOS_ERR_EXCEPTION_TRUNCATED;
	cqe->flags = CAPOS_CQE_EXCEPTION;
	cqe->payload_size = capnp_builder_size_bytes(&builder);
	return CAPOS_ERR_EXCEPTION;
}

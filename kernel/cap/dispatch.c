/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - one CALL or RELEASE entry, from the kernel's copy to its completion.
 *
 * All refusals come before the method runs, and the method itself checks before it
 * acts. Whatever can run short (slots and nodes of returned capabilities, room for the
 * results) is reserved or checked first, so that a method that acted always succeeds.
 */
#include "kernel/dispatch.h"

#include "kernel/call.h"
#include "kernel/cpu.h"
#include "kernel/lookup.h"
#include "kernel/result.h"
#include "kernel/ring.h"

/*
 * Private copies of parameters, one per processor: a method runs to its end or defers,
 * and a deferred call keeps nothing of them.
 */
enum { CPUS_MAX = 16 };
static alignas(8) uint8_t params_scratch[CPUS_MAX][CAPOS_KERNEL_PARAMS_MAX_BYTES];

/* Notes a refusal in @cqe, which is posted only if the status is negative. */
static status_t refuse(struct capos_cqe *cqe, status_t status, enum rule rule,
		       uint64_t detail)
{
	*cqe = (struct capos_cqe){ .rule = (uint16_t)rule, .detail = detail };
	return status;
}

static void post_refusal(struct thread *thread, const struct capos_sqe *sqe,
			 status_t status, struct capos_cqe *cqe)
{
	cqe->user_data = sqe->user_data;
	cqe->result = status;
	ring_post(thread, cqe);
}

void dispatch_refuse(struct thread *thread, const struct capos_sqe *sqe, status_t status,
		     enum rule rule, uint64_t detail)
{
	struct capos_cqe cqe;

	post_refusal(thread, sqe, refuse(&cqe, status, rule, detail), &cqe);
}

static status_t refuse_pipeline(const struct capos_sqe *sqe, struct capos_cqe *cqe)
{
	if (sqe->flags == CAPOS_SQE_PIPELINE)
		return refuse(cqe, CAPOS_ERR_UNSUPPORTED, RULE_OPCODE_IMPLEMENTED,
			      sqe->flags);
	if (sqe->flags)
		return refuse(cqe, CAPOS_ERR_BAD_ENTRY, RULE_FLAGS_KNOWN, sqe->flags);
	return refuse(cqe, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO,
		      sqe->pipeline_dep | sqe->pipeline_field);
}

/* What can be said of a CALL from its fields alone. */
static inline status_t check_fields(const struct thread *thread, const struct capos_sqe *sqe,
				    struct capos_cqe *cqe)
{
	const struct region *region = &thread->region;

	if (sqe->flags | sqe->pipeline_dep | sqe->pipeline_field)
		return refuse_pipeline(sqe, cqe);
	if (!region_covers(region, sqe->params_offset, sqe->params_size))
		return refuse(cqe, CAPOS_ERR_BAD_BUFFER, RULE_PARAMS_IN_ARENA,
			      sqe->params_offset);
	if (sqe->params_size > CAPOS_KERNEL_PARAMS_MAX_BYTES)
		return refuse(cqe, CAPOS_ERR_BAD_BUFFER, RULE_PARAMS_SIZE,
			      sqe->params_size);
	if (!region_covers(region, sqe->result_offset, sqe->result_size))
		return refuse(cqe, CAPOS_ERR_BAD_BUFFER, RULE_RESULT_IN_ARENA,
			      sqe->result_offset);
	return CAPOS_OK;
}

/* What can be said once the method is known: is there room for all it returns? */
static inline status_t check_method(const struct capos_sqe *sqe,
				    const struct capnp_method *method, struct capos_cqe *cqe)
{
	uint32_t needed_bytes =
		result_caps_bytes(sqe->result_cap_max) + method->results_bytes;

	if (method->result_caps_max > sqe->result_cap_max)
		return refuse(cqe, CAPOS_ERR_TOO_MANY_CAPABILITIES,
			      RULE_RESULT_CAPABILITY_ROOM, sqe->result_cap_max);
	if (sqe->result_size < needed_bytes)
		return refuse(cqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
			      sqe->result_size);
	return CAPOS_OK;
}

/* ---- Transfers ------------------------------------------------------------------- */

static void drop_given(struct call *call)
{
	for (uint32_t i = 0; i < call->given_count; i++)
		object_put(call->given[i].object);
}

static status_t check_record(const struct call *call, uint32_t index, struct capos_cqe *cqe)
{
	const struct capos_transfer *record = &call->records[index];
	uint64_t mode; /* mode and reserved bytes as one word */

	__builtin_memcpy(&mode, &record->mode, sizeof(mode));
	if (mode > CAPOS_TRANSFER_MOVE)
		return refuse(cqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_MODE, mode);
	for (uint32_t i = 0; i < index; i++) {
		const struct capos_transfer *other = &call->records[i];

		if (other->cap == record->cap &&
		    (other->mode | record->mode) & CAPOS_TRANSFER_MOVE)
			return refuse(cqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_DUPLICATE,
				      record->cap);
	}
	return CAPOS_OK;
}

static status_t take_record(struct call *call, uint32_t index, struct capos_cqe *cqe)
{
	struct thread *thread = call->thread;
	status_t status;

	region_read(&call->records[index],
		    thread->region.arena + call->sqe->transfer_offset +
			    index * (uint32_t)sizeof(struct capos_transfer),
		    sizeof(struct capos_transfer));
	status = check_record(call, index, cqe);
	if (status != CAPOS_OK)
		return status;

	cap_t cap = { call->records[index].cap };

	if (!hold_find(thread->process, cap, &call->given[index]))
		return refuse(cqe, CAPOS_ERR_BAD_CAPABILITY, hold_rule(cap), cap.raw);
	call->given_count++;
	if (!call->given[index].object->transferable)
		return refuse(cqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_ALLOWED, cap.raw);
	return CAPOS_OK;
}

/* Looks up every capability that comes with the call; the caller drops them. */
static status_t take_given(struct call *call, struct capos_cqe *cqe)
{
	const struct capos_sqe *sqe = call->sqe;
	uint32_t size = sqe->transfer_count * (uint32_t)sizeof(struct capos_transfer);

	if (sqe->transfer_count > CAPOS_TRANSFERS_MAX ||
	    !region_covers(&call->thread->region, sqe->transfer_offset, size))
		return refuse(cqe, CAPOS_ERR_BAD_BUFFER, RULE_TRANSFERS_IN_ARENA,
			      sqe->transfer_count);
	for (uint32_t i = 0; i < sqe->transfer_count; i++) {
		status_t status = take_record(call, i, cqe);

		if (status != CAPOS_OK)
			return status;
	}
	return CAPOS_OK;
}

/* The method has accepted: what it asked for and was given by move leaves the caller. */
static void commit_moves(struct call *call)
{
	for (uint32_t i = 0; i < call->given_count; i++) {
		enum rule rule;

		if (call->records[i].mode == CAPOS_TRANSFER_MOVE &&
		    call->given_used & 1u << i)
			(void)hold_release(call->thread->process,
					   (cap_t){ call->records[i].cap }, &rule);
	}
}

/* ---- The call -------------------------------------------------------------------- */

static status_t prepare_results(struct call *call, struct capos_cqe *cqe)
{
	for (uint32_t i = 0; i < call->method->result_caps_max; i++) {
		enum rule rule;
		status_t status = hold_prepare(call_process(call), call_account(call),
					       &call->results.prepared[i], &rule);

		if (status != CAPOS_OK)
			return refuse(cqe, status, rule, i);
		call->results.prepared_count++;
	}
	return CAPOS_OK;
}

/* Copies the parameters once, unless the method has none. */
static inline void init_params(const struct call *call, struct capnp_reader *reader)
{
	const struct capnp_method *method = call->method;

	if (!(method->params_data_words | method->params_pointers))
		return; /* the generated code does not look at the reader either */

	uint8_t *scratch = params_scratch[arch_cpu()->id];
	uint32_t size = call->sqe->params_size;

	region_read(scratch, call->thread->region.arena + call->sqe->params_offset, size);
	capnp_reader_init(reader, scratch, size);
}

static struct result_place place_of(const struct call *call)
{
	return (struct result_place){
		.thread = call->thread,
		.offset = call->sqe->result_offset,
		.size = call->sqe->result_size,
		.cap_max = call->sqe->result_cap_max,
	};
}

/* The method refused: everything prepared goes back. */
[[gnu::noinline]] static status_t conclude_refusal(struct call *call, status_t status, struct capos_cqe *cqe)
{
	struct result_place place = place_of(call);

	if (status == CAPOS_ERR_BAD_MESSAGE && !call->rule)
		call->rule = RULE_MESSAGE_WELL_FORMED;
	(void)refuse(cqe, status, call->rule, call->detail);
	result_abort(&place, &call->results);
	if (status == CAPOS_ERR_EXCEPTION)
		return result_exception(&place, (enum exception_type)call->exception, cqe);
	return status;
}

/* Runs the method. What it returns is in the arena then, capabilities aside. */
[[gnu::always_inline]] static inline status_t run_method(struct call *call,
							 const struct facet *facet,
							 struct capos_cqe *cqe)
{
	struct capnp_builder results;
	struct capnp_reader params;
	status_t status;

	init_params(call, &params);
	result_builder_init(&results, call->thread, call->sqe->result_offset,
			    call->sqe->result_size, call->sqe->result_cap_max);
	status = call->method->invoke(facet->server, call->object, call, &params, &results);
	if (capnp_builder_failed(&results) && status == CAPOS_OK)
		status = call_refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
				     call->sqe->result_size);
	if (status < 0)
		return conclude_refusal(call, status, cqe);
	cqe->payload_size = capnp_builder_size_bytes(&results);
	return status;
}

/* The uncommon half: capabilities come with the call or will be returned. */
[[gnu::noinline]] static status_t run_with_capabilities(struct call *call, const struct facet *facet,
					 struct capos_cqe *cqe)
{
	status_t status = take_given(call, cqe);

	if (status == CAPOS_OK)
		status = prepare_results(call, cqe);

	struct result_place place = place_of(call);

	if (status == CAPOS_OK)
		status = run_method(call, facet, cqe);
	else
		result_abort(&place, &call->results);
	if (status >= 0)
		commit_moves(call);
	if (status == CAPOS_OK)
		cqe->cap_count = result_commit(&place, &call->results);
	drop_given(call);
	return status;
}

static inline status_t call_target(struct call *call, const struct facet *facet,
				   struct capos_cqe *cqe)
{
	const struct capos_sqe *sqe = call->sqe;
	const struct capnp_method *method = &facet->methods[sqe->method];
	status_t status;

	if (facet->interface_id != sqe->interface)
		return refuse(cqe, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES,
			      facet->interface_id);
	if (sqe->method >= facet->method_count)
		return refuse(cqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS, sqe->method);
	if (object_closed(call->object))
		return refuse(cqe, CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, 0);
	if (sqe->deadline_ns && arch_time_ns() >= sqe->deadline_ns)
		return refuse(cqe, CAPOS_ERR_DEADLINE, RULE_DEADLINE_PASSED,
			      sqe->deadline_ns);
	status = check_method(sqe, method, cqe);
	if (status != CAPOS_OK)
		return status;
	call->method = method;
	cqe->cap_count = 0;
	if (method->result_caps_max | sqe->transfer_count | sqe->transfer_offset)
		return run_with_capabilities(call, facet, cqe);
	return run_method(call, facet, cqe);
}

/* Field by field: the arrays need no clearing. */
static inline void call_init(struct call *call, struct thread *thread,
			     const struct capos_sqe *sqe, uint32_t sequence)
{
	call->thread = thread;
	call->sqe = sqe;
	call->sequence = sequence;
	call->given_count = 0;
	call->exception = 0;
	call->given_used = 0;
	call->detail = 0;
	call->rule = RULE_NONE;
	call->results.prepared_count = 0;
	call->results.filled_count = 0;
}

static inline status_t run_call(struct thread *thread, const struct capos_sqe *sqe,
				uint32_t sequence, struct capos_cqe *cqe)
{
	cap_t cap = { sqe->cap };
	struct capability target;
	struct call call;
	status_t status = check_fields(thread, sqe, cqe);

	if (status != CAPOS_OK)
		return status;
	if (!hold_find(thread->process, cap, &target))
		return refuse(cqe, CAPOS_ERR_BAD_CAPABILITY, hold_rule(cap), cap.raw);
	call_init(&call, thread, sqe, sequence);
	call.object = target.object;
	status = call_target(&call, target.facet, cqe);
	object_put(target.object);
	return status;
}

void dispatch_call(struct thread *thread, const struct capos_sqe *sqe, uint32_t sequence)
{
	struct capos_cqe cqe;
	status_t status = run_call(thread, sqe, sequence, &cqe);

	if (status == CAPOS_OK)
		ring_post_success(thread, sqe->user_data, cqe.payload_size, cqe.cap_count);
	else if (status < 0)
		post_refusal(thread, sqe, status, &cqe);
}

void dispatch_release(struct thread *thread, const struct capos_sqe *sqe)
{
	enum rule rule;
	status_t status = hold_release(thread->process, (cap_t){ sqe->cap }, &rule);

	if (status != CAPOS_OK)
		dispatch_refuse(thread, sqe, status, rule, sqe->cap);
	else if (sqe->flags & CAPOS_SQE_COMPLETE)
		ring_post_success(thread, sqe->user_data, 0, 0);
}

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
static uint64_t params_scratch[CPUS_MAX][CAPOS_KERNEL_PARAMS_MAX_BYTES / 8];

void dispatch_refuse(struct thread *thread, const struct capos_sqe *sqe, status_t status,
		     enum rule rule, uint64_t detail)
{
	const struct capos_cqe cqe = {
		.user_data = sqe->user_data,
		.result = status,
		.rule = (uint16_t)rule,
		.detail = detail,
	};

	ring_post(thread, &cqe);
}

/* Posts a refusal; false, for the checks below: the entry is done with. */
[[gnu::noinline]] static bool refuse(const struct call *call, status_t status,
				     enum rule rule, uint64_t detail)
{
	dispatch_refuse(call->thread, call->sqe, status, rule, detail);
	return false;
}

/* ---- Checks: each posts a refusal and returns false, or has no effect ------------------- */

/* Says what check_fields found. */
[[gnu::noinline]] static bool refuse_fields(const struct call *call)
{
	const struct region *region = &call->thread->region;
	const struct capos_sqe *sqe = call->sqe;

	if (sqe->flags == CAPOS_SQE_PIPELINE)
		return refuse(call, CAPOS_ERR_UNSUPPORTED, RULE_OPCODE_IMPLEMENTED,
			      sqe->flags);
	if (sqe->flags)
		return refuse(call, CAPOS_ERR_BAD_ENTRY, RULE_FLAGS_KNOWN, sqe->flags);
	if (sqe->pipeline_dep | sqe->pipeline_field)
		return refuse(call, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO,
			      sqe->pipeline_dep | sqe->pipeline_field);
	if (!region_covers(region, sqe->params_offset, sqe->params_size))
		return refuse(call, CAPOS_ERR_BAD_BUFFER, RULE_PARAMS_IN_ARENA,
			      sqe->params_offset);
	return refuse(call, CAPOS_ERR_BAD_BUFFER, RULE_RESULT_IN_ARENA,
		      sqe->result_offset);
}

/*
 * What can be said of a CALL from its fields alone: no flags, no pipelining, and both
 * buffers are aligned ranges of the arena (region_covers, for both at once).
 */
static inline bool check_fields(const struct call *call, const union ring_entry *entry)
{
	const struct capos_sqe *sqe = &entry->sqe;
	uint64_t arena_bytes = call->thread->region.arena_bytes;
	uint32_t all = sqe->params_offset | sqe->params_size | sqe->result_offset |
		       sqe->result_size;

	if (entry->words[5] >> 16 | sqe->flags || all % CAPOS_BUFFER_ALIGN ||
	    (uint64_t)sqe->params_offset + sqe->params_size > arena_bytes ||
	    (uint64_t)sqe->result_offset + sqe->result_size > arena_bytes)
		return refuse_fields(call);
	return true;
}

/* Whether the facet has the method, the object is alive and the deadline ahead. */
static inline bool check_target(const struct call *call, const struct facet *facet,
				const struct capos_sqe *sqe)
{
	if (sqe->method >= facet->method_count)
		return refuse(call, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS,
			      sqe->method);
	if (object_closed(call->object))
		return refuse(call, CAPOS_ERR_DISCONNECTED, RULE_TARGET_ALIVE, 0);
	if (sqe->deadline_ns && arch_time_ns() >= sqe->deadline_ns)
		return refuse(call, CAPOS_ERR_DEADLINE, RULE_DEADLINE_PASSED,
			      sqe->deadline_ns);
	return true;
}

/* Whether there is room for all that the method returns. */
[[gnu::always_inline]] static inline bool check_room(const struct call *call)
{
	const struct capos_sqe *sqe = call->sqe;
	const struct capnp_method *method = call->method;

	if (method->result_caps_max > sqe->result_cap_max)
		return refuse(call, CAPOS_ERR_TOO_MANY_CAPABILITIES,
			      RULE_RESULT_CAPABILITY_ROOM, sqe->result_cap_max);
	if (sqe->result_size <
	    result_caps_bytes(sqe->result_cap_max) + method->results_bytes)
		return refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
			      sqe->result_size);
	return true;
}

/* ---- Transfers ------------------------------------------------------------------- */

static inline void drop_given(struct call *call, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		object_put(call->given[i].object);
}

[[gnu::always_inline]] static inline bool check_record(const struct call *call,
						       uint32_t index)
{
	const struct capos_transfer *record = &call->records[index];
	uint64_t mode; /* mode and reserved bytes as one word */

	__builtin_memcpy(&mode, &record->mode, sizeof(mode));
	if (mode > CAPOS_TRANSFER_MOVE)
		return refuse(call, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_MODE, mode);
	for (uint32_t i = 0; i < index; i++) {
		const struct capos_transfer *other = &call->records[i];

		if (other->cap == record->cap &&
		    (other->mode | record->mode) & CAPOS_TRANSFER_MOVE)
			return refuse(call, CAPOS_ERR_BAD_TRANSFER,
				      RULE_TRANSFER_DUPLICATE, record->cap);
	}
	return true;
}

[[gnu::always_inline]] static inline bool take_record(struct call *call, uint32_t index)
{
	struct thread *thread = call->thread;

	region_read(&call->records[index],
		    thread->region.arena + call->sqe->transfer_offset +
			    index * (uint32_t)sizeof(struct capos_transfer),
		    sizeof(struct capos_transfer));
	if (!check_record(call, index))
		return false;

	cap_t cap = { call->records[index].cap };
	struct capability found;

	if (!hold_find(thread->process, cap, &found))
		return refuse(call, CAPOS_ERR_BAD_CAPABILITY, hold_rule(cap), cap.raw);
	call->given[index] = found;
	call->counts.given++;
	if (!found.object->transferable)
		return refuse(call, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_ALLOWED,
			      cap.raw);
	return true;
}

/*
 * Looks up the @count capabilities that come with the call. Those that were found are
 * counted in call->counts.given; the caller drops them.
 */
[[gnu::always_inline]] static inline bool take_given(struct call *call, uint32_t count)
{
	const struct capos_sqe *sqe = call->sqe;
	uint32_t size = count * (uint32_t)sizeof(struct capos_transfer);

	if (count == 0 && sqe->transfer_offset)
		return refuse(call, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO,
			      sqe->transfer_offset);
	if (count > CAPOS_TRANSFERS_MAX ||
	    !region_covers(&call->thread->region, sqe->transfer_offset, size))
		return refuse(call, CAPOS_ERR_BAD_BUFFER, RULE_TRANSFERS_IN_ARENA, count);
	for (uint32_t i = 0; i < count; i++)
		if (!take_record(call, i))
			return false;
	if (count > call->method->params_caps_max)
		return refuse(call, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED,
			      count);
	return true;
}

/* The method has accepted: what it asked for and was given by move leaves the caller. */
static inline void commit_moves(struct call *call, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		enum rule rule;

		if (call->records[i].mode == CAPOS_TRANSFER_MOVE &&
		    call->counts.used & 1u << i)
			(void)hold_release(call->thread->process,
					   (cap_t){ call->records[i].cap }, &rule);
	}
}

static bool prepare_results(struct call *call)
{
	for (uint32_t i = 0; i < call->method->result_caps_max; i++) {
		enum rule rule;
		status_t status = hold_prepare(call_process(call), call_account(call),
					       &call->results.prepared[i], &rule);

		if (status != CAPOS_OK)
			return refuse(call, status, rule, i);
		call->counts.prepared++;
	}
	return true;
}

/* ---- The method -------------------------------------------------------------------- */

static struct result_place place_of(const struct call *call)
{
	return (struct result_place){
		.thread = call->thread,
		.offset = call->sqe->result_offset,
		.size = call->sqe->result_size,
		.cap_max = call->sqe->result_cap_max,
	};
}

/* Posts what the method refused. */
[[gnu::noinline]] static void post_refusal(const struct call *call, status_t status)
{
	struct result_place place = place_of(call);
	struct capos_cqe cqe = {
		.user_data = call->sqe->user_data,
		.result = status,
		.rule = call->counts.rule,
		.detail = call->counts.rule ? call->detail : 0,
	};

	if (status == CAPOS_ERR_BAD_MESSAGE && !cqe.rule)
		cqe.rule = RULE_MESSAGE_WELL_FORMED;
	if (status == CAPOS_ERR_BAD_METHOD && !cqe.rule) { /* capnp_method_absent */
		cqe.rule = RULE_METHOD_EXISTS;
		cqe.detail = call->sqe->method;
	}
	if (status == CAPOS_ERR_EXCEPTION)
		cqe.result = result_exception(
			&place, (enum exception_type)call->counts.exception, &cqe);
	ring_post(call->thread, &cqe);
}

/* Copies the parameters once; only the copy is looked at. */
static inline bool copy_params(const struct call *call, const struct capos_sqe *sqe,
			       struct capnp_reader *reader)
{
	uint64_t *scratch = params_scratch[arch_cpu()->id];
	uint32_t size = sqe->params_size; /* a multiple of 8: check_fields */

	if (__builtin_expect(size > CAPOS_KERNEL_PARAMS_MAX_BYTES, false))
		return refuse(call, CAPOS_ERR_BAD_BUFFER, RULE_PARAMS_SIZE, size);
	scratch[0] = 0; /* an empty message is read as a null root */
	region_read(scratch, call->thread->region.arena + sqe->params_offset, size);
	capnp_reader_init_words(reader, scratch, size / 8);
	return true;
}

/*
 * Runs the method. If it refuses, or there was no calling it, that is posted; if it
 * succeeds, its results are in the arena, capabilities aside, and *@size_bytes is set.
 */
[[gnu::always_inline]] static inline status_t run_method(struct call *call,
							 const struct capos_sqe *sqe,
							 uint8_t result_cap_max,
							 uint32_t *size_bytes)
{
	const struct capnp_method *method = call->method;
	struct capnp_builder results;
	struct capnp_reader params;
	status_t status;

	/* Without parameters the generated code does not look at the reader either. */
	if (method->params_words && !copy_params(call, sqe, &params))
		return CAPOS_ERR_BAD_BUFFER;
	result_builder_init(&results, call->thread, sqe->result_offset, sqe->result_size,
			    result_cap_max);
	status = method->invoke(call->object, call, &params, &results);
	if (__builtin_expect(capnp_builder_failed(&results), false) && status == CAPOS_OK)
		status = call_refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
				     sqe->result_size);
	if (__builtin_expect(status < 0, false))
		post_refusal(call, status);
	*size_bytes = capnp_builder_size_bytes(&results);
	return status;
}

/* Makes the returned capabilities live, or gives back what was made for them. */
[[gnu::noinline]] static void settle_results(const struct call *call, status_t status)
{
	struct result_place place = place_of(call);

	if (status == CAPOS_OK)
		result_commit(&place, &call->results, call->counts.prepared,
			      call->counts.filled);
	else
		/* A deferred call has taken its prepared holds with it. */
		result_abort(&place, &call->results, call->counts.prepared,
			     call->counts.filled);
}

/* @count capabilities come with the call; @returns says whether some will be returned. */
[[gnu::always_inline]] static inline void run_given(struct call *call, uint32_t count,
						    bool returns)
{
	const struct capos_sqe *sqe = call->sqe;
	status_t status;
	uint32_t size_bytes;

	if (!check_room(call))
		return;
	if (!take_given(call, count)) {
		drop_given(call, call->counts.given);
		return;
	}
	if (returns && !prepare_results(call))
		status = CAPOS_ERR_NO_LEDGER; /* posted already */
	else
		status = run_method(call, sqe, sqe->result_cap_max, &size_bytes);
	if (status >= 0)
		commit_moves(call, count);
	if (returns && call->counts.prepared)
		settle_results(call, status);
	if (status == CAPOS_OK && !returns) [[clang::always_inline]]
		ring_post_success(call->thread, sqe->user_data, size_bytes, 0);
	else if (status == CAPOS_OK)
		ring_post_success(call->thread, sqe->user_data, size_bytes,
				  call->counts.filled);
	drop_given(call, count);
}

/*
 * The uncommon half: capabilities come with the call or will be returned. One that comes
 * and none that returns is the most common of it, and compiled by itself.
 */
[[gnu::noinline]] static void run_with_capabilities(struct call *call)
{
	if (call->sqe->transfer_count == 1 && call->method->result_caps_max == 0)
		run_given(call, 1, false);
	else
		run_given(call, call->sqe->transfer_count, true);
}

static inline void run_plain(struct call *call, struct thread *thread,
			     const struct capos_sqe *sqe)
{
	uint32_t size_bytes;

	/* check_room, for a method and an entry without capabilities. */
	if (__builtin_expect(sqe->result_size < call->method->results_bytes, false))
		(void)refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
			     sqe->result_size);
	else if (run_method(call, sqe, 0, &size_bytes) == CAPOS_OK)
		ring_post_success(thread, sqe->user_data, size_bytes, 0);
}

static inline void run_target(struct call *call, struct thread *thread,
			      const struct facet *facet, const union ring_entry *entry)
{
	const struct capos_sqe *sqe = &entry->sqe;

	if (!check_target(call, facet, sqe))
		return;
	call->method = &facet->methods[sqe->method];
	if (entry->words[5] | sqe->transfer_offset | call->method->result_caps_max)
		run_with_capabilities(call);
	else
		run_plain(call, thread, sqe);
}

/*
 * The entry names another interface than the one held. That is right if the held one
 * answers to it: an ancestor's, or that of a narrowed facet. Refuses if it does not.
 */
[[gnu::noinline]] static const struct facet *find_answer(const struct call *call,
							 const struct facet *held)
{
	const struct facet *facet = facet_find(held, call->sqe->interface);

	if (!facet)
		(void)refuse(call, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES,
			     held->interface_id);
	return facet;
}

void dispatch_call(struct thread *thread, const union ring_entry *entry,
		   uint32_t sequence)
{
	cap_t cap = { entry->sqe.cap };
	const struct facet *facet;
	struct capability target;
	struct call call;

	/* Field by field: the arrays need no clearing. */
	call.thread = thread;
	call.sqe = &entry->sqe;
	call.sequence = sequence;
	call.counts = (struct call_counts){ 0 };
	if (!check_fields(&call, entry))
		return;
	if (!hold_find(thread->process, cap, &target)) {
		(void)refuse(&call, CAPOS_ERR_BAD_CAPABILITY, hold_rule(cap), cap.raw);
		return;
	}
	call.object = target.object;
	facet = target.facet;
	if (__builtin_expect(facet->interface_id != entry->sqe.interface, false))
		facet = find_answer(&call, facet);
	if (facet)
		run_target(&call, thread, facet, entry);
	object_put(target.object);
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

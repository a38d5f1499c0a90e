/* SPDX-License-Identifier: MIT */
/*
 * ring.c - the ring client. See ring.h and call.h for what it promises.
 *
 * Invariants:
 *   R1  At most CAPOS_OUTSTANDING_POLITE calls are queued or in flight: a CANCEL always
 *       finds a completion slot. Every entry takes one credit, and credits are never
 *       more than the queue and R1 leave room for.
 *   R2  Between begin and end a call is READY, or it is queued and its completion is
 *       PENDING, or it is done.
 *   R3  A call has a block unless EMPTY; nobody else has it until end.
 *   R4  Completions are reaped after every enter, so that what cap_enter counts as
 *       available is new.
 *   R5  Outstanding calls are entries minus completions, silent ones left out of both.
 */
#include "capos/ring.h"

#include "capos/call.h"
#include "capos/cap.h"
#include "capos/program.h"

struct capos_ring capos_thread_ring;

void capos_ring_init(struct capos_ring *ring, void *region)
{
	struct capos_ring_header *header = region;

	if (header->magic != CAPOS_RING_MAGIC ||
	    header->abi_version != CAPOS_ABI_VERSION ||
	    header->sq_offset != CAPOS_SQ_OFFSET ||
	    header->cq_offset != CAPOS_CQ_OFFSET ||
	    header->arena_offset != CAPOS_ARENA_OFFSET)
		capos_exit(CAPOS_EXIT_PANIC);
	ring->header = header;
	capos_arena_init(&ring->arena, (uint8_t *)region + header->arena_offset,
			 header->arena_size);
}

/* Everything but user_data, which is the call. */
static inline void take_completion(struct capos_call *call, const struct capos_cqe *cqe)
{
	enum { FROM = offsetof(struct capos_cqe, result) };

	__builtin_memcpy((uint8_t *)&call->cqe + FROM, (const uint8_t *)cqe + FROM,
			 sizeof(*cqe) - FROM);
}

/* The completions from @cqe to @end, which lie in one piece. */
static inline void hand_out(struct capos_ring *ring, const struct capos_cqe *cqe,
			    const struct capos_cqe *end)
{
	/* The body is so short that going round would be a third of it. */
#pragma GCC unroll 4
	for (; cqe != end; cqe++) {
		struct capos_call *call = (struct capos_call *)(uintptr_t)cqe->user_data;

		/* A RELEASE that was refused, or the answer to a CANCEL, is nobody's. */
		if (__builtin_expect(!call, false))
			ring->silent_completions++;
		else
			take_completion(call, cqe);
	}
}

void capos_ring_reap(struct capos_ring *ring)
{
	const struct capos_ring same = { .header = ring->header };
	const struct capos_cqe *queue = capos_ring_cqe(&same, 0);
	uint32_t tail = capos_ring_cq_tail(&same);
	uint32_t head = capos_ring_cq_head(&same);
	uint32_t from = head % CAPOS_CQ_ENTRIES;
	uint32_t to = from + (tail - head);

	if (to > CAPOS_CQ_ENTRIES) {
		hand_out(ring, &queue[from], &queue[CAPOS_CQ_ENTRIES]);
		from = 0;
		to -= CAPOS_CQ_ENTRIES;
	}
	hand_out(ring, &queue[from], &queue[to]);
	capos_ring_consume(&same, tail);
}

void capos_ring_entered(struct capos_ring *ring, int64_t available)
{
	/* The one refusal is a corrupt ring, and then nothing can be said any more. */
	if (__builtin_expect(available < 0, false))
		capos_exit(CAPOS_EXIT_PANIC);
	capos_ring_reap(ring);
}

void capos_ring_enter(struct capos_ring *ring, uint32_t min_complete,
		      uint64_t deadline_ns)
{
	capos_ring_entered(ring, capos_sys_enter(min_complete, deadline_ns));
}

uint32_t capos_ring_outstanding(const struct capos_ring *ring)
{
	return (capos_ring_sq_tail(ring) - ring->silent_entries) -
	       (capos_ring_cq_head(ring) - ring->silent_completions);
}

void capos_ring_make_room(struct capos_ring *ring)
{
	for (;;) {
		uint32_t queued = capos_ring_sq_tail(ring) - capos_ring_sq_head(ring);
		uint32_t room = CAPOS_SQ_ENTRIES - queued;
		uint32_t outstanding = capos_ring_outstanding(ring);
		uint32_t polite = CAPOS_OUTSTANDING_POLITE - outstanding;

		ring->credits = room < polite ? room : polite;
		if (ring->credits != 0)
			return;
		/* Entering empties the queue; more calls than R1 allows have to wait. */
		capos_ring_enter(ring, polite == 0, CAPOS_DEADLINE_FOREVER);
	}
}

/* Ends a call here, without the kernel. It has no block, or has given it up. */
static status_t fail(struct capos_call *call, status_t status, uint64_t detail)
{
	call->flags = CAPOS_CALL_EMPTY;
	call->cqe = (struct capos_cqe){ .result = status, .detail = detail };
	capnp_builder_init(&call->params, nullptr, 0);
	return status;
}

status_t capos_call_fail(struct capos_call *call, status_t status)
{
	return fail(call, status, 0);
}

status_t capos_call_fail_begin(struct capos_call *call, uint32_t size_bytes)
{
	return fail(call, CAPOS_ERR_BAD_BUFFER, size_bytes);
}

void *capos_call_find_block(struct capos_call *call, uint32_t size_bytes)
{
	call->block_bytes = size_bytes;
	call->flags |= CAPOS_CALL_LARGE;
	return capos_arena_find_block(&capos_thread_ring.arena, size_bytes);
}

status_t capos_call_refuse(struct capos_call *call)
{
	if (call->flags & CAPOS_CALL_READY) {
		capos_call_clean(call);
		(void)fail(call, CAPOS_ERR_BAD_MESSAGE, 0);
	}
	return capos_call_is_done(call) ? call->cqe.result : CAPOS_OK;
}

/* Waits for a call that is queued. */
static status_t wait_queued(struct capos_call *call)
{
	while (!capos_call_is_done(call))
		capos_ring_enter(&capos_thread_ring, 1, CAPOS_DEADLINE_FOREVER);
	return call->cqe.result;
}

/*
 * Most calls are the only one, are answered while the thread is in the kernel, and their
 * completion is the only one there: that case goes straight through. Where it is in the
 * queue is not kept: while this waits, nobody can cancel the call.
 */
status_t capos_call_finish_wait(struct capos_call *call)
{
	struct capos_ring *ring = &capos_thread_ring;
	int64_t available;

	if (__builtin_expect(!(call->flags & CAPOS_CALL_READY), false))
		return wait_queued(call);
	if (__builtin_expect(capnp_builder_failed(&call->params), false))
		return capos_call_refuse(call);
	(void)capos_call_queue(ring, call);
	call->flags ^= CAPOS_CALL_READY;
	available = capos_sys_enter(1, CAPOS_DEADLINE_FOREVER);
	if (__builtin_expect(available == 1, true)) {
		const struct capos_ring same = { .header = ring->header };
		uint32_t head = capos_ring_cq_head(&same);
		const struct capos_cqe *cqe = capos_ring_cqe(&same, head);

		/* Acquire as in capos_ring_cq_tail(): cap_enter has said that it is there. */
		atomic_signal_fence(memory_order_acquire);
		if (__builtin_expect(cqe->user_data == (uintptr_t)call, true)) {
			take_completion(call, cqe);
			capos_ring_consume(&same, head + 1);
			return call->cqe.result;
		}
	}
	capos_ring_entered(ring, available);
	return wait_queued(call);
}

size_t capos_wait_any_until(struct capos_call *const *calls, size_t count,
			    uint64_t deadline_ns)
{
	bool last = false;

	for (size_t i = 0; i < count; i++) {
		if (calls[i])
			(void)capos_call_submit(calls[i]);
	}
	for (;;) {
		for (size_t i = 0; i < count; i++) {
			if (calls[i] && capos_call_is_done(calls[i]))
				return i;
		}
		if (last)
			return CAPOS_WAIT_TIMEOUT;
		/* No completion at all after a wait for one means that time is up. */
		uint32_t seen = capos_ring_cq_head(&capos_thread_ring);

		capos_ring_enter(&capos_thread_ring, 1, deadline_ns);
		last = capos_ring_cq_head(&capos_thread_ring) == seen;
	}
}

size_t capos_wait_any(struct capos_call *const *calls, size_t count)
{
	return capos_wait_any_until(calls, count, CAPOS_DEADLINE_FOREVER);
}

/*
 * Queues an entry whose completion nobody waits for. It needs room in the queue only: a
 * CANCEL must get through when as many calls as possible are outstanding.
 */
static void queue_silent(const struct capos_sqe *entry)
{
	struct capos_ring *ring = &capos_thread_ring;
	uint32_t tail = capos_ring_sq_tail(ring);

	while (tail - capos_ring_sq_head(ring) == CAPOS_SQ_ENTRIES)
		capos_ring_enter(ring, 0, CAPOS_DEADLINE_POLL);
	if (ring->credits != 0)
		ring->credits--;
	ring->silent_entries++;
	*capos_ring_sqe(ring, tail) = *entry;
	capos_ring_publish(ring, tail + 1);
}

void capos_call_cancel(struct capos_call *call)
{
	if (call->flags & CAPOS_CALL_READY) {
		capos_call_clean(call);
		(void)fail(call, CAPOS_ERR_CANCELLED, 0);
	} else if (!capos_call_is_done(call)) {
		queue_silent(&(struct capos_sqe){
			.opcode = CAPOS_OP_CANCEL,
			.pipeline_dep = call->sq_tail - 1,
		});
	}
}

void capos_release(cap_t cap)
{
	if (!cap_is_null(cap))
		queue_silent(&(struct capos_sqe){
			.opcode = CAPOS_OP_RELEASE,
			.cap = cap.raw,
		});
}

status_t capos_release_checked(cap_t cap)
{
	struct capos_call call = {
		.flags = CAPOS_CALL_READY,
		.cqe.result = CAPOS_CALL_PENDING,
	};
	status_t status;

	call.sqe = (struct capos_sqe){
		.opcode = CAPOS_OP_RELEASE,
		.flags = CAPOS_SQE_COMPLETE,
		.cap = cap.raw,
	};
	status = capos_call_wait(&call);
	return status < 0 ? status : CAPOS_OK;
}

/*
 * Asks for a method that no interface has, as ordinals go to 65534: the refusal says whether
 * the interface was the trouble or the method.
 */
bool capos_cap_answers(cap_t cap, uint64_t interface)
{
	struct capos_call call = {
		.flags = CAPOS_CALL_READY,
		.cqe.result = CAPOS_CALL_PENDING,
	};

	call.sqe = (struct capos_sqe){
		.opcode = CAPOS_OP_CALL,
		.method = UINT16_MAX,
		.cap = cap.raw,
		.interface = interface,
	};
	return !cap_is_null(cap) && capos_call_wait(&call) == CAPOS_ERR_BAD_METHOD;
}

/* Where the transfer records start in the call's own block, and how many fit there. */
static uint32_t transfer_room(const struct capos_call *call,
			      struct capos_transfer **records)
{
	uint32_t used =
		call->sqe.result_offset + call->sqe.result_size - call->sqe.params_offset;
	uint32_t units = (used + CAPOS_ARENA_UNIT_BYTES - 1) / CAPOS_ARENA_UNIT_BYTES;

	*records =
		(struct capos_transfer *)(void *)((uint8_t *)call->params.words + used);
	return (units * CAPOS_ARENA_UNIT_BYTES - used) / sizeof(struct capos_transfer);
}

/* Room for one more record; a unit has room for as many as an entry may name. */
static bool transfer_reserve(struct capos_call *call)
{
	struct capos_arena *arena = &capos_thread_ring.arena;
	struct capos_transfer *own;
	uint32_t count = call->sqe.transfer_count;
	uint32_t room = transfer_room(call, &own);

	static_assert(CAPOS_TRANSFERS_MAX * sizeof(struct capos_transfer) <=
		      CAPOS_ARENA_UNIT_BYTES);
	if (count >= CAPOS_TRANSFERS_MAX)
		return false;
	if (call->flags & CAPOS_CALL_EXTRA)
		return true;
	if (count < room) {
		call->transfers = own;
	} else {
		struct capos_transfer *extra = capos_arena_take_unit(arena);

		if (!extra)
			return false;
		for (uint32_t i = 0; i < count; i++)
			extra[i] = own[i];
		call->transfers = extra;
		call->flags |= CAPOS_CALL_EXTRA;
	}
	call->sqe.transfer_offset = (uint32_t)((uint8_t *)call->transfers - arena->base);
	return true;
}

uint32_t capos_call_give(struct capos_call *call, cap_t cap,
			 enum capos_transfer_mode mode)
{
	uint32_t index = call->sqe.transfer_count;

	if (cap_is_null(cap) || !(call->flags & CAPOS_CALL_READY))
		return CAPNP_NO_CAP;
	if (!transfer_reserve(call)) {
		call->params.overflow = true; /* submit refuses it */
		return CAPNP_NO_CAP;
	}
	call->transfers[index] = (struct capos_transfer){
		.cap = cap.raw,
		.mode = (uint8_t)mode,
	};
	call->sqe.transfer_count++;
	return index;
}

cap_t capos_call_take(struct capos_call *call, uint32_t index, uint64_t interface)
{
	struct capos_result_cap *record;
	cap_t cap;

	if (!capos_call_is_done(call) || index >= call->cqe.cap_count)
		return CAP_NULL;
	record = &call->result_caps[index];
	if (interface != 0 && record->interface != interface &&
	    !capos_cap_answers((cap_t){ record->cap }, interface))
		return CAP_NULL;
	cap = (cap_t){ record->cap };
	record->cap = 0; /* end releases what is left */
	return cap;
}

void capos_call_clean(struct capos_call *call)
{
	struct capos_arena *arena = &capos_thread_ring.arena;

	/* Nor has one a block that was cleared and never begun. */
	if (call->flags & CAPOS_CALL_EMPTY || !call->params.words)
		return;
	if (!(call->flags & CAPOS_CALL_READY)) {
		if (!capos_call_is_done(call)) {
			capos_call_cancel(call);
			(void)wait_queued(call);
		}
		for (uint32_t i = 0; i < call->cqe.cap_count; i++)
			capos_release((cap_t){ call->result_caps[i].cap });
	}
	if (call->flags & CAPOS_CALL_EXTRA)
		capos_arena_free_unit(arena, call->transfers);
	capos_arena_free(arena, call->params.words,
			 call->flags & CAPOS_CALL_LARGE ? call->block_bytes : 1);
	call->flags = CAPOS_CALL_EMPTY;
}

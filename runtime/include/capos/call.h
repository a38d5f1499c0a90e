/* SPDX-License-Identifier: MIT */
/*
 * call.h - one call of a method, from reserving its buffers to its single completion.
 *
 *    struct capos_call call;
 *
 *    capos_call_begin(&call, cap, INTERFACE_ID, METHOD, params_words, result_words, 0);
 *    ... write the parameters to capos_call_params(&call) ...
 *    status = capos_call_wait(&call);
 *    ... read capos_call_results(&call) if the status is CAPOS_OK ...
 *    capos_call_end(&call);
 *
 * The generated stubs do exactly this. Any number of calls may be begun and in flight
 * (submit without wait) and they complete in any order; at most
 * CAPOS_OUTSTANDING_POLITE are outstanding, submit waits for one of them if there are
 * more. The struct stays in place from submit to end, because the kernel's completion
 * names it by address.
 *
 * A failure of begin is remembered: parameters written then go nowhere, and submit and
 * wait return it. So it is enough to look at the status of wait.
 *
 *   tests    runtime/ring_test.c
 */
#ifndef CAPOS_CALL_H
#define CAPOS_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "abi/cap.h"
#include "abi/ring.h"
#include "abi/status.h"
#include "capos/ring.h"
#include "core/capnp/builder.h"
#include "core/capnp/reader.h"

/*
 * What has become of a call; the runtime's business. Between begin and end it is READY,
 * or queued (its completion says CAPOS_CALL_PENDING), or done (it says anything else).
 */
enum capos_call_flags : uint16_t {
	CAPOS_CALL_READY = 1 << 0, /* begun, not submitted */
	CAPOS_CALL_EMPTY = 1 << 1, /* without a block: ended, or it was never queued */
	CAPOS_CALL_LARGE = 1 << 2, /* the block has more than one unit */
	CAPOS_CALL_EXTRA = 1 << 3, /* the transfer records have a block of their own */
};

/* No status; in cqe.result of a call that has not completed. */
static const int32_t CAPOS_CALL_PENDING = INT32_MIN;

struct capos_call {
	struct capos_sqe sqe; /* the entry as it is queued; left alone by X_send stubs */
	struct capos_cqe cqe; /* the completion as it came, its user_data left out */
	/* Its words are the block: parameters, result capabilities, results, transfers. */
	struct capnp_builder params;
	struct capnp_reader results;
	struct capos_result_cap *result_caps; /* if there are any */
	struct capos_transfer *transfers;
	uint32_t block_bytes; /* as asked for; only of a LARGE block */
	union {
		struct {
			uint32_t sq_tail; /* with it queued: its own index is one less */
			uint16_t flags;
			uint16_t payload_word; /* where in the block the results are */
		};
		uint64_t state; /* all three, which a stub writes with one store */
	};
};

static_assert(CAPOS_ARENA_MAX_BYTES / 8 <= UINT16_MAX + 1,
	      "a word of the block in 16 bits");

/* The state of a call that is queued and has one unit. */
static inline uint64_t capos_call_queued_state(uint32_t sq_tail, uint16_t payload_word)
{
	return sq_tail | (uint64_t)payload_word << 48;
}

/* What begin, wait and end do out of the line. */
void *capos_call_find_block(struct capos_call *call, uint32_t size_bytes);
status_t capos_call_fail_begin(struct capos_call *call, uint32_t size_bytes);
/* Instead of begin: as if that had failed with @status, which is returned. */
status_t capos_call_fail(struct capos_call *call, status_t status);
status_t capos_call_refuse(struct capos_call *call);
status_t capos_call_finish_wait(struct capos_call *call);
void capos_call_clean(struct capos_call *call);

/*
 * Reserves buffers: @params_words and @result_words for the messages (each with its root
 * pointer; 0 if the method's struct has no fields), and room for @result_cap_max result
 * capabilities. CAPOS_ERR_BAD_BUFFER if the arena has no room.
 */
static inline status_t capos_call_begin(struct capos_call *call, cap_t target,
					uint64_t interface, uint16_t method,
					uint32_t params_words, uint32_t result_words,
					uint8_t result_cap_max)
{
	struct capos_ring *ring = &capos_thread_ring;
	uint32_t params_bytes = params_words * 8;
	uint32_t caps_bytes = (uint32_t)result_cap_max * sizeof(struct capos_result_cap);
	uint32_t result_bytes = caps_bytes + result_words * 8;
	uint8_t *block;
	uint32_t offset;

	call->flags = CAPOS_CALL_READY;
	if (params_bytes + result_bytes <= CAPOS_ARENA_UNIT_BYTES)
		block = capos_arena_take_unit(&ring->arena);
	else
		block = capos_call_find_block(call, params_bytes + result_bytes);
	if (__builtin_expect(!block, false))
		return capos_call_fail_begin(call, params_bytes + result_bytes);

	offset = (uint32_t)(block - ring->arena.base);
	/* Submit adds params_size and user_data. */
	call->sqe.opcode = CAPOS_OP_CALL;
	call->sqe.flags = 0;
	call->sqe.method = method;
	call->sqe.params_offset = offset;
	call->sqe.cap = target.raw;
	call->sqe.interface = interface;
	call->sqe.result_offset = offset + params_bytes;
	call->sqe.result_size = result_bytes;
	call->sqe.transfer_offset = 0;
	call->sqe.transfer_count = 0;
	call->sqe.result_cap_max = result_cap_max;
	call->sqe.pipeline_field = 0;
	call->sqe.pipeline_dep = 0;
	call->sqe.deadline_ns = 0;
	call->cqe.result = CAPOS_CALL_PENDING;
	/* What reads an empty message may look at its first word: it has to be the block's. */
	call->payload_word =
		(uint16_t)(result_words != 0 ? (params_bytes + caps_bytes) / 8 : 0);
	call->result_caps = (void *)(block + params_bytes);
	capnp_builder_init(&call->params, block, params_bytes);
	return CAPOS_OK;
}

/* Where the parameters are written. */
static inline struct capnp_builder *capos_call_params(struct capos_call *call)
{
	return &call->params;
}

/*
 * Gives a capability with the call, in the order of the capability pointers of the
 * parameters. Returns its index for the message, or CAPNP_NO_CAP for the null capability. A moved
 * capability is gone from here once the call succeeds.
 */
uint32_t capos_call_give(struct capos_call *call, cap_t cap,
			 enum capos_transfer_mode mode);

/* Ends the call with CAPOS_ERR_DEADLINE if it has not completed by @deadline_ns. */
static inline void capos_call_set_deadline(struct capos_call *call, uint64_t deadline_ns)
{
	call->sqe.deadline_ns = deadline_ns;
}

/* Whether it has completed, as far as is known without entering the kernel. */
static inline bool capos_call_is_done(const struct capos_call *call)
{
	return call->cqe.result != CAPOS_CALL_PENDING;
}

/* Puts a call that is READY and well-formed into the queue; returns the queue's new tail. */
static inline uint32_t capos_call_queue(struct capos_ring *ring,
					const struct capos_call *call)
{
	struct capos_sqe *sqe;
	uint32_t tail;

	if (__builtin_expect(__builtin_sub_overflow(ring->credits, 1, &ring->credits),
			     false)) {
		capos_ring_make_room(ring);
		ring->credits--;
	}
	/* Nobody else changes where the region is: it can stay in a register. */
	const struct capos_ring same = { .header = ring->header };

	tail = capos_ring_sq_tail(&same);
	sqe = capos_ring_sqe(&same, tail);
	*sqe = call->sqe;
	sqe->params_size = capnp_builder_size_bytes(&call->params);
	sqe->user_data = (uintptr_t)call;
	capos_ring_publish(&same, tail + 1);
	return tail + 1;
}

/* Queues the call; the kernel sees it when the thread next enters it. */
static inline status_t capos_call_submit(struct capos_call *call)
{
	if (__builtin_expect(!(call->flags & CAPOS_CALL_READY), false) ||
	    __builtin_expect(capnp_builder_failed(&call->params), false))
		return capos_call_refuse(call);
	call->sq_tail = capos_call_queue(&capos_thread_ring, call);
	call->flags ^= CAPOS_CALL_READY;
	return CAPOS_OK;
}

/* Submits if that was not done, and waits for the completion. Returns its status. */
static inline status_t capos_call_wait(struct capos_call *call)
{
	if (!capos_call_is_done(call))
		return capos_call_finish_wait(call);
	return call->cqe.result;
}

/* wait_any: no call completed in time. */
static const size_t CAPOS_WAIT_TIMEOUT = SIZE_MAX;

/*
 * Submits those of the @count calls that are not yet submitted, waits until one of them
 * has completed, and returns its index, the lowest if there are several. Null entries
 * are skipped.
 */
size_t capos_wait_any(struct capos_call *const *calls, size_t count);

/* The same, but not beyond @deadline_ns (absolute; 0 looks once). A timeout cancels nothing. */
size_t capos_wait_any_until(struct capos_call *const *calls, size_t count,
			    uint64_t deadline_ns);

/*
 * Asks for the call to be withdrawn. It still completes exactly once, with
 * CAPOS_ERR_CANCELLED or with whatever was faster; wait for that.
 */
void capos_call_cancel(struct capos_call *call);

/*
 * Starts reading the results of a completed call; valid until end. Call it once and keep
 * the pointer: the reader remembers errors. After CAPOS_ERR_EXCEPTION the message is a
 * CapException.
 */
static inline struct capnp_reader *capos_call_results(struct capos_call *call)
{
	uint32_t size_bytes = call->cqe.payload_size;

	/* What capnp_reader_init checks is so by construction; a word may be read 8 times. */
	static_assert(CAPNP_TRAVERSAL_RATIO == 8);
	capnp_reader_init_words(&call->results, call->params.words + call->payload_word,
				size_bytes / 8);
	call->results.traversal_words_left = size_bytes;
	return &call->results;
}

/*
 * Adopts the result capability @index of a completed call, if it answers to @interface (0:
 * any): it is held as that or, as capos_cap_answers() finds out, as what derives from it.
 * CAP_NULL if there is none (@index may be CAPNP_NO_CAP), or if it does not answer to that;
 * end releases what nobody took.
 */
cap_t capos_call_take(struct capos_call *call, uint32_t index, uint64_t interface);

/*
 * Frees the buffers and releases result capabilities that nobody took. A call still in
 * flight is cancelled and waited for. May be called again, and after a failed begin.
 */
static inline void capos_call_end(struct capos_call *call)
{
	if (__builtin_expect(call->flags != 0 || !capos_call_is_done(call) ||
				     call->cqe.cap_count != 0 || !call->params.words,
			     false)) {
		capos_call_clean(call);
		return;
	}
	call->flags = CAPOS_CALL_EMPTY;
	capos_arena_free_unit(&capos_thread_ring.arena, call->params.words);
}

#endif /* CAPOS_CALL_H */

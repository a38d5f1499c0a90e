/* SPDX-License-Identifier: MIT */
/*
 * flat.h - the short way for calls whose sizes are known when the stub is compiled.
 *
 * The generated stubs of methods that take and return plain values and capabilities use
 * this; nobody else needs to. With the method's shape a constant, a call is a few stores:
 * parameters go to the block, the entry goes to the queue, and nothing of either is kept
 * in the struct capos_call. What comes back is compared with what usually comes, in a
 * few words. Everything else (a refusal, results of another size, a completion that is
 * late or not the only one) makes an ordinary struct capos_call of it and goes the
 * general way, out of the line: see call.h.
 *
 *   tests    runtime/flat_test.c
 */
#ifndef CAPOS_FLAT_H
#define CAPOS_FLAT_H

#include "capos/call.h"

/* A method. Sizes are in words and count the root pointer; 0 if there are no fields. */
struct capos_shape {
	uint64_t interface;
	uint16_t method;
	uint8_t params_words;
	uint8_t result_words;
	uint8_t result_caps;
	uint8_t transfers; /* at most */
	uint8_t result_data_words;
};

static_assert(CAPOS_ARENA_UNIT_BYTES >= 256, "tools/capnpc-capos/stub.c counts on it");

/* Parameters being written. Lives in registers, as everything here is inline. */
struct capos_flat {
	struct capnp_builder params;
	struct capos_transfer *transfers;
	uint32_t transfer_count;
};

/* ---- Where things are in the block: parameters, capabilities, results, transfers --- */

static inline uint32_t capos_shape_result_offset(struct capos_shape shape)
{
	return shape.params_words * 8u;
}

static inline uint32_t capos_shape_result_bytes(struct capos_shape shape)
{
	return (uint32_t)(shape.result_caps * sizeof(struct capos_result_cap)) +
	       shape.result_words * 8u;
}

static inline uint32_t capos_shape_transfer_offset(struct capos_shape shape)
{
	return capos_shape_result_offset(shape) + capos_shape_result_bytes(shape);
}

/* Where the results' message is. Of no results it is the start of the block. */
static inline uint32_t capos_shape_payload_offset(struct capos_shape shape)
{
	return shape.result_words == 0
		       ? 0
		       : capos_shape_transfer_offset(shape) - shape.result_words * 8u;
}

/* The root pointer that results of plain values usually have. */
static inline uint64_t capos_shape_root(struct capos_shape shape)
{
	return (uint64_t)shape.result_data_words << 32;
}

/* ---- Parameters -------------------------------------------------------------------- */

/* Reserves a block; false if the arena has none. */
[[nodiscard, gnu::always_inline]] static inline bool
capos_flat_begin(struct capos_flat *flat, struct capos_shape shape)
{
	uint8_t *block = capos_arena_take_unit(&capos_thread_ring.arena);

	if (__builtin_expect(!block, false))
		return false;
	capnp_builder_init(&flat->params, block, shape.params_words * 8u);
	flat->transfers = (void *)(block + capos_shape_transfer_offset(shape));
	flat->transfer_count = 0;
	return true;
}

/* As capos_call_give(), by copy; called at most shape.transfers times. */
[[gnu::always_inline]] static inline uint32_t capos_flat_give(struct capos_flat *flat,
							      cap_t cap)
{
	if (cap_is_null(cap))
		return CAPNP_NO_CAP;
	/* In two stores. */
	flat->transfers[flat->transfer_count].cap = cap.raw;
	__builtin_memset(&flat->transfers[flat->transfer_count].mode, CAPOS_TRANSFER_COPY,
			 sizeof(struct capos_transfer) -
				 offsetof(struct capos_transfer, mode));
	return flat->transfer_count++;
}

/* ---- The entry --------------------------------------------------------------------- */

/* transfer_count, and what follows it up to the deadline, with one store. */
static inline void capos_flat_set_counts(struct capos_sqe *entry, uint32_t transfer_count,
					 uint8_t result_cap_max)
{
	uint64_t counts = transfer_count | (uint64_t)result_cap_max << 8;

	static_assert(offsetof(struct capos_sqe, deadline_ns) -
			      offsetof(struct capos_sqe, transfer_count) ==
		      sizeof(counts));
	__builtin_memcpy((uint8_t *)entry + offsetof(struct capos_sqe, transfer_count),
			 &counts, sizeof(counts));
}

/* Queues the entry and returns the new tail of the queue. There is room. */
[[gnu::always_inline]] static inline uint32_t
capos_flat_queue(const struct capos_flat *flat, struct capos_shape shape, cap_t target,
		 struct capos_call *call)
{
	/*
	 * Read once: to the compiler, the entry's stores could change it. The header is a
	 * constant away from the arena, so one register serves for both.
	 */
	uint8_t *arena = capos_thread_ring.arena.base;
	void *header = arena - CAPOS_ARENA_OFFSET;
	const struct capos_ring queues = { .header = header };
	uint32_t offset = (uint32_t)((uint8_t *)flat->params.words - arena);
	uint32_t tail = capos_ring_sq_tail(&queues);
	struct capos_sqe *entry = capos_ring_sqe(&queues, tail);

	*entry = (struct capos_sqe){
		.opcode = CAPOS_OP_CALL,
		.method = shape.method,
		.params_offset = shape.params_words != 0 ? offset : 0,
		.cap = target.raw,
		.interface = shape.interface,
		.params_size = shape.params_words * 8u,
		.result_offset = offset + capos_shape_result_offset(shape),
		.result_size = capos_shape_result_bytes(shape),
		.transfer_offset = shape.transfers != 0
					   ? offset + capos_shape_transfer_offset(shape)
					   : 0,
		.result_cap_max = shape.result_caps,
		.user_data = (uintptr_t)call,
	};
	if (shape.transfers != 0)
		capos_flat_set_counts(entry, flat->transfer_count, shape.result_caps);
	capos_ring_publish(&queues, tail + 1);
	return tail + 1;
}

/* Makes of a queued entry what submit would have made of @call. */
[[gnu::always_inline]] static inline void capos_flat_queued(const struct capos_flat *flat,
							    struct capos_shape shape,
							    uint32_t sq_tail,
							    struct capos_call *call)
{
	call->cqe.result = CAPOS_CALL_PENDING;
	call->params.words = flat->params.words;
	call->state = capos_call_queued_state(
		sq_tail, (uint16_t)(capos_shape_payload_offset(shape) / 8));
	if (shape.result_caps != 0)
		call->result_caps = (void *)((uint8_t *)flat->params.words +
					     capos_shape_result_offset(shape));
}

/* Queues the call; from here on @call is one that was submitted. */
[[gnu::always_inline]] static inline void capos_flat_send(const struct capos_flat *flat,
							  struct capos_shape shape,
							  cap_t target,
							  struct capos_call *call)
{
	struct capos_ring *ring = &capos_thread_ring;

	if (__builtin_expect(__builtin_sub_overflow(ring->credits, 1u, &ring->credits),
			     false)) {
		capos_ring_make_room(ring);
		ring->credits--;
	}
	capos_flat_queued(flat, shape, capos_flat_queue(flat, shape, target, call), call);
}

/* ---- What usually comes back ------------------------------------------------------- */

/* Word 1: result and flags. Word 2: the payload's size, capabilities, rule. */
static inline uint64_t capos_cqe_word(const struct capos_cqe *cqe, uint32_t index)
{
	uint64_t word;

	__builtin_memcpy(&word, (const uint8_t *)cqe + index * sizeof(word),
			 sizeof(word));
	return word;
}

/* Success, no capabilities, and exactly the results of the shape, in the usual order. */
[[gnu::always_inline]] static inline bool capos_flat_is_usual(const struct capos_cqe *cqe,
							      const uint64_t *block,
							      struct capos_shape shape)
{
	return shape.result_caps == 0 && capos_cqe_word(cqe, 1) == CAPOS_OK &&
	       capos_cqe_word(cqe, 2) == shape.result_words * 8u &&
	       (shape.result_words == 0 ||
		block[capos_shape_payload_offset(shape) / 8] == capos_shape_root(shape));
}

/* The results that capos_flat_is_usual() found; @reader is the caller's, for them. */
[[gnu::always_inline]] static inline struct capnp_struct
capos_flat_results(struct capnp_reader *reader, const uint64_t *block,
		   struct capos_shape shape)
{
	*reader = (struct capnp_reader){
		.words = block + capos_shape_payload_offset(shape) / 8,
		.word_count = shape.result_words,
	};
	return (struct capnp_struct){
		.message = &reader->segment,
		.offset = 8,
		.data_bytes = (uint16_t)(shape.result_data_words * 8),
	};
}

/* Whether @call, which was sent, has completed as usual; if pending, it has not. */
[[gnu::always_inline]] static inline bool capos_flat_received(struct capos_call *call,
							      struct capos_shape shape)
{
	return capos_flat_is_usual(&call->cqe, call->params.words, shape);
}

/* After the results were read: as capos_call_end() of such a call. */
static inline void capos_flat_end(struct capos_call *call)
{
	call->flags = CAPOS_CALL_EMPTY;
	capos_arena_free_unit(&capos_thread_ring.arena, call->params.words);
}

/*
 * Queues the call, enters the kernel, and looks at the completion where it lies. True if
 * it is the only one and as usual. Otherwise the call is one that was submitted.
 */
[[gnu::always_inline]] static inline bool capos_flat_run(const struct capos_flat *flat,
							 struct capos_shape shape,
							 cap_t target,
							 struct capos_call *call)
{
	struct capos_ring *ring = &capos_thread_ring;
	const struct capos_cqe *cqe;
	int64_t available;
	uint32_t head;

	if (__builtin_expect(ring->credits == 0, false))
		capos_ring_make_room(ring);
	(void)capos_flat_queue(flat, shape, target, call);
	available = capos_sys_enter(1, CAPOS_DEADLINE_FOREVER);
	/* Acquire, as in capos_ring_cq_tail(): cap_enter said that the entry is there. */
	atomic_signal_fence(memory_order_acquire);
	head = capos_ring_cq_head(ring);
	cqe = capos_ring_cqe(ring, head);
	if (__builtin_expect(available == 1 && cqe->user_data == (uintptr_t)call &&
				     capos_flat_is_usual(cqe, flat->params.words, shape),
			     true)) {
		/* The credit is untouched: an entry came and went. */
		capos_ring_consume(ring, head + 1);
		return true;
	}
	ring->credits--;
	capos_flat_queued(flat, shape, capos_ring_sq_tail(ring), call);
	capos_ring_entered(ring, available);
	return false;
}

#endif /* CAPOS_FLAT_H */

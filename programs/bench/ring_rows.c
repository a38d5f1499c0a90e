/* SPDX-License-Identifier: MIT */
/*
 * ring_rows.c - entries that do nothing, and calls of Timer.now.
 */
#include "capos/call.h"
#include "programs/bench/rows.h"

/* Writes @count NOPs with the user_data 1, 2, ... and hands them over together. */
static inline void queue_nops(const struct capos_ring *ring, uint32_t count)
{
	uint32_t tail = capos_ring_sq_tail(ring);

	for (uint32_t i = 0; i < count; i++)
		*capos_ring_sqe(ring, tail + i) = (struct capos_sqe){
			.opcode = CAPOS_OP_NOP,
			.user_data = i + 1,
		};
	capos_ring_publish(ring, tail + count);
}

/* Looks at each completion; false if one is missing, failed or is another's. */
static inline bool see_nops(const struct capos_ring *ring, uint32_t count)
{
	uint32_t head = capos_ring_cq_head(ring);
	uint64_t wrong = capos_ring_cq_tail(ring) - head != count;

	for (uint32_t i = 0; i < count; i++) {
		const struct capos_cqe *cqe = capos_ring_cqe(ring, head + i);

		wrong |= (cqe->user_data ^ (i + 1)) | (uint32_t)cqe->result;
	}
	capos_ring_consume(ring, head + count);
	return wrong == 0;
}

bool row_nop_single(void *context, uint32_t count)
{
	/* A copy of its own, which nobody else can change, so that it stays in a register. */
	const struct capos_ring ring = { .header = capos_thread_ring.header };
	bool good = true;

	(void)context;
	for (uint32_t i = 0; good && i < count; i++) {
		queue_nops(&ring, 1);
		(void)capos_sys_enter(1, CAPOS_DEADLINE_FOREVER);
		good = see_nops(&ring, 1);
	}
	return good;
}

bool row_nop_batch(void *context, uint32_t count)
{
	/* A copy of its own, which nobody else can change, so that it stays in a register. */
	const struct capos_ring ring = { .header = capos_thread_ring.header };
	bool good = true;

	(void)context;
	for (uint32_t i = 0; good && i < count; i++) {
		queue_nops(&ring, BATCH);
		(void)capos_sys_enter(BATCH, CAPOS_DEADLINE_FOREVER);
		good = see_nops(&ring, BATCH);
	}
	return good;
}

bool row_timer_single(void *context, uint32_t count)
{
	const struct timer_client *timer = context;
	uint64_t last_ns = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t now_ns;

		if (timer_now(*timer, &now_ns) != CAPOS_OK || now_ns < last_ns)
			return false;
		last_ns = now_ns;
	}
	return true;
}

static bool timer_batch(struct timer_client timer)
{
	static struct capos_call calls[BATCH];
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < BATCH; i++)
		(void)timer_now_send(timer, &calls[i]);
	for (uint32_t i = 0; i < BATCH; i++) {
		uint64_t now_ns;

		if (timer_now_receive(&calls[i], &now_ns) != CAPOS_OK)
			now_ns = 0; /* no time */
		wrong += now_ns == 0;
	}
	return wrong == 0;
}

bool row_timer_batch(void *context, uint32_t count)
{
	const struct timer_client *timer = context;
	bool good = true;

	for (uint32_t i = 0; good && i < count; i++)
		good = timer_batch(*timer);
	return good;
}

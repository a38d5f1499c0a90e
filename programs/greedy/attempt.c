/* SPDX-License-Identifier: MIT */
/*
 * attempt.c - writes raw entries, because the runtime refuses to be this rude.
 */
#include "programs/greedy/attempt.h"

#include "capos/explain.h"
#include "capos/print.h"

bool attempt_refused(const struct capos_sqe *entry, struct capos_cqe *answer)
{
	struct capos_ring *ring = &capos_thread_ring;
	uint32_t tail, head;

	/* Whatever the runtime still has in the queue goes first, so that one answer is ours. */
	capos_ring_enter(ring, 0, CAPOS_DEADLINE_POLL);
	tail = capos_ring_sq_tail(ring);
	head = capos_ring_cq_head(ring);
	*capos_ring_sqe(ring, tail) = *entry;
	capos_ring_publish(ring, tail + 1);
	/* A refusal is there at once: what has to be waited for was not refused. */
	(void)capos_sys_enter(0, CAPOS_DEADLINE_POLL);
	if (capos_ring_cq_tail(ring) == head) {
		*answer = (struct capos_cqe){ .result = CAPOS_OK };
		return false;
	}
	*answer = *capos_ring_cqe(ring, head);
	capos_ring_consume(ring, head + 1);
	return answer->result < 0;
}

void attempt_report(struct tally *tally, const char *name, status_t status, uint16_t rule)
{
	tally->tried++;
	if (status < 0) {
		(void)capos_print("%s: refused (%s, %s)\n", name,
				  capos_status_name(status), capos_rule_name(rule));
		return;
	}
	tally->allowed++;
	(void)capos_print("%s: ALLOWED\n", name);
}

void attempt(struct tally *tally, const char *name, const struct capos_sqe *entry)
{
	struct capos_cqe answer;

	(void)attempt_refused(entry, &answer);
	attempt_report(tally, name, answer.result, answer.rule);
}

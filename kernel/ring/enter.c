/* SPDX-License-Identifier: MIT */
/*
 * enter.c - cap_enter: take submissions, carry them out, wait for completions.
 *
 * The submission queue has one consumer, the thread's own processor, so it needs no
 * lock. The kernel's copies of sq_head and cq_tail rule; what the region says is only a
 * claim. Room for completions is computed once per drain: only the thread itself can
 * make more of it, and an outstanding entry that completes moves from one term of the
 * sum to the other.
 */
#include "kernel/cpu.h"
#include "kernel/dispatch.h"
#include "kernel/panic.h"
#include "kernel/process.h"
#include "kernel/ring.h"
#include "kernel/sched.h"

/* Longest time that a drain keeps interrupts off before it lets pending ones in. */
enum { DRAIN_BOUND_NS = 30'000 };

/* ---- Opcodes ---------------------------------------------------------------------- */

static status_t refuse(struct capos_cqe *cqe, status_t status, enum rule rule,
		       uint64_t detail)
{
	cqe->rule = (uint16_t)rule;
	cqe->detail = detail;
	return status;
}

/* The entry as eight words, to check many fields at once. */
enum { SQE_WORDS = sizeof(struct capos_sqe) / 8 };

union sqe_words {
	struct capos_sqe sqe;
	uint64_t words[SQE_WORDS];
};

/* Which bits of an entry an opcode uses; all others must be zero. Word 0 holds the
 * opcode itself and word 7 user_data, which every opcode uses. */
struct used_bits {
	uint64_t words[SQE_WORDS];
};

enum : uint64_t {
	WORD0_OPCODE = 0xff,
	WORD0_FLAGS = 0xff00,
	WORD5_PIPELINE_DEP = UINT64_C(0xffffffff00000000),
};

static status_t run_nop(struct thread *thread, const struct capos_sqe *sqe,
			uint32_t sequence, struct capos_cqe *cqe)
{
	(void)thread;
	(void)sqe;
	(void)sequence;
	(void)cqe;
	return CAPOS_OK;
}

static status_t run_release(struct thread *thread, const struct capos_sqe *sqe,
			    uint32_t sequence, struct capos_cqe *cqe)
{
	(void)sequence;
	if (sqe->flags & ~CAPOS_SQE_COMPLETE)
		return refuse(cqe, CAPOS_ERR_BAD_ENTRY, RULE_FLAGS_KNOWN, sqe->flags);
	return dispatch_release(thread, sqe, cqe);
}

static status_t run_cancel(struct thread *thread, const struct capos_sqe *sqe,
			   uint32_t sequence, struct capos_cqe *cqe)
{
	(void)sequence;
	return dispatch_cancel(thread, sqe, cqe);
}

static status_t run_unsupported(struct thread *thread, const struct capos_sqe *sqe,
				uint32_t sequence, struct capos_cqe *cqe)
{
	(void)thread;
	(void)sequence;
	return refuse(cqe, CAPOS_ERR_UNSUPPORTED, RULE_OPCODE_IMPLEMENTED, sqe->opcode);
}

struct opcode {
	status_t (*run)(struct thread *thread, const struct capos_sqe *sqe,
			uint32_t sequence, struct capos_cqe *cqe);
	struct used_bits used;
};

#define ALL UINT64_MAX
static const struct opcode opcodes[] = {
	[CAPOS_OP_NOP] = { run_nop, { { WORD0_OPCODE, 0, 0, 0, 0, 0, 0, ALL } } },
	/* CALL uses every field, some only with flags: dispatch_call looks. */
	[CAPOS_OP_CALL] = { dispatch_call, { { ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL } } },
	[CAPOS_OP_RELEASE] = { run_release,
			       { { WORD0_OPCODE | WORD0_FLAGS, ALL, 0, 0, 0, 0, 0, ALL } } },
	[CAPOS_OP_CANCEL] = { run_cancel,
			      { { WORD0_OPCODE, 0, 0, 0, 0, WORD5_PIPELINE_DEP, 0, ALL } } },
	[CAPOS_OP_RECV] = { run_unsupported, { { ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL } } },
	[CAPOS_OP_RETURN] = { run_unsupported,
			      { { ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL } } },
	[CAPOS_OP_PARK] = { run_unsupported, { { ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL } } },
	[CAPOS_OP_UNPARK] = { run_unsupported,
			      { { ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL } } },
};
#undef ALL
static_assert(sizeof(opcodes) / sizeof(opcodes[0]) == CAPOS_OP_COUNT,
	      "each opcode has a row");

static uint64_t unused_bits(const union sqe_words *entry, const struct used_bits *used)
{
	uint64_t bits = 0;

	for (int i = 0; i < SQE_WORDS - 1; i++)
		bits |= entry->words[i] & ~used->words[i];
	return bits;
}

/* Carries out the kernel's copy of one entry and posts its completion, if it has one. */
static void run_entry(struct thread *thread, const union sqe_words *entry, uint32_t sequence)
{
	const struct capos_sqe *sqe = &entry->sqe;
	struct capos_cqe cqe = { .user_data = sqe->user_data };

	if (sqe->opcode >= CAPOS_OP_COUNT) {
		cqe.result = refuse(&cqe, CAPOS_ERR_BAD_OPCODE, RULE_OPCODE_KNOWN,
				    sqe->opcode);
	} else if (unused_bits(entry, &opcodes[sqe->opcode].used)) {
		cqe.result = refuse(&cqe, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO,
				    unused_bits(entry, &opcodes[sqe->opcode].used));
	} else {
		cqe.result = opcodes[sqe->opcode].run(thread, sqe, sequence, &cqe);
	}
	if (cqe.result == CAPOS_PENDING)
		return;
	if (cqe.result == CAPOS_OK && sqe->opcode == CAPOS_OP_RELEASE &&
	    !(sqe->flags & CAPOS_SQE_COMPLETE))
		return;
	ring_post(thread, &cqe);
}

/* ---- The drain ---------------------------------------------------------------------- */

/* Room for completions, or more than 128 if cq_head is damaged. */
static uint32_t completion_room(struct thread *thread)
{
	spin_lock(&thread->lock);

	uint32_t outstanding = thread->outstanding;
	uint32_t available = ring_available(thread);

	spin_unlock(&thread->lock);
	if (available > CAPOS_CQ_ENTRIES)
		return UINT32_MAX;
	/* A thread that takes back what it had acknowledged can make the sum too large. */
	if (available + outstanding > CAPOS_CQ_ENTRIES)
		return UINT32_MAX;
	return CAPOS_CQ_ENTRIES - available - outstanding;
}

/*
 * Takes entries until the queue is empty, there is no more room, or @bound_ns has
 * passed. Returns false in the last case.
 */
static bool drain(struct thread *thread, uint32_t tail, uint32_t room)
{
	uint64_t bound_ns = 0;
	bool finished = true;

	for (; thread->sq_head != tail && room > 0; room--) {
		union sqe_words entry;
		uint32_t sequence = thread->sq_head++;

		region_read(&entry, &thread->region.sq[sequence % CAPOS_SQ_ENTRIES],
			    sizeof(entry));
		run_entry(thread, &entry, sequence);
		if (entry.sqe.opcode != CAPOS_OP_CALL || thread->sq_head == tail)
			continue;
		if (!bound_ns) {
			bound_ns = arch_time_ns() + DRAIN_BOUND_NS;
		} else if (arch_time_ns() >= bound_ns) {
			finished = false;
			break;
		}
	}
	/* Release: the thread reuses the slots once it sees the new head. */
	atomic_store_explicit(&thread->region.header->sq_head, thread->sq_head,
			      memory_order_release);
	return finished;
}

/* ---- Waiting ------------------------------------------------------------------------ */

static void wait_over(struct thread *thread)
{
	thread->state = THREAD_RUNNABLE;
	arch_context_set_result(&thread->context, ring_available(thread));
}

static void wait_timed_out(struct alarm *alarm)
{
	struct thread *thread = container_of(alarm, struct thread, deadline);
	bool wake;

	spin_lock(&thread->lock);
	wake = thread->state == THREAD_WAITING;
	if (wake)
		wait_over(thread);
	spin_unlock(&thread->lock);
	if (wake)
		sched_add(thread);
}

void ring_post_outstanding(struct thread *thread, const struct capos_cqe *cqe)
{
	bool wake;

	ring_post(thread, cqe);
	spin_lock(&thread->lock);
	thread->outstanding--;
	wake = thread->state == THREAD_WAITING &&
	       ring_available(thread) >= thread->wait_target;
	if (wake)
		wait_over(thread);
	spin_unlock(&thread->lock);
	if (wake) {
		(void)alarm_cancel(&thread->deadline);
		sched_add(thread);
	}
}

/* Begins to wait unless enough completions came meanwhile. */
static bool begin_wait(struct thread *thread, uint32_t target)
{
	bool waits;

	spin_lock(&thread->lock);
	waits = ring_available(thread) < target && thread->outstanding > 0;
	if (waits) {
		thread->wait_target = target;
		thread->state = THREAD_WAITING;
	}
	spin_unlock(&thread->lock);
	return waits;
}

static int64_t wait(struct thread *thread, uint32_t target, uint64_t deadline_ns)
{
	if (arch_time_ns() >= deadline_ns || !begin_wait(thread, target))
		return ring_available(thread);
	if (deadline_ns != CAPOS_DEADLINE_FOREVER) {
		alarm_init(&thread->deadline, wait_timed_out);
		alarm_set(&thread->deadline, deadline_ns);
	}
	arch_enter_scheduler();
}

/* Lets others run; the system call goes on, or returns 0, when the thread runs again. */
[[noreturn]] static void give_way(struct thread *thread)
{
	sched_add(thread);
	arch_enter_scheduler();
}

/* ---- The system call ------------------------------------------------------------------ */

int64_t kernel_cap_enter(struct thread *thread, uint64_t min_complete, uint64_t deadline_ns)
{
	uint32_t tail = region_load_index(&thread->region.header->sq_tail);
	uint32_t room = completion_room(thread);

	if (tail - thread->sq_head > CAPOS_SQ_ENTRIES || room > CAPOS_CQ_ENTRIES)
		return CAPOS_ERR_RING_CORRUPT;
	if (tail != thread->sq_head) {
		if (!drain(thread, tail, room)) {
			thread->reenter = true;
			thread->enter_min_complete = min_complete;
			thread->enter_deadline_ns = deadline_ns;
			give_way(thread);
		}
	} else if (min_complete == 0 && deadline_ns == CAPOS_DEADLINE_POLL &&
		   sched_contended()) {
		arch_context_set_result(&thread->context, ring_available(thread));
		give_way(thread);
	}
	if (thread->context_replaced || thread->state == THREAD_ENDED)
		arch_enter_scheduler();

	uint32_t available = ring_available(thread);
	uint32_t most = available + thread->outstanding;
	uint32_t target = min_complete < most ? (uint32_t)min_complete : most;

	if (available > CAPOS_CQ_ENTRIES)
		return CAPOS_ERR_RING_CORRUPT;
	if (available >= target || deadline_ns == CAPOS_DEADLINE_POLL)
		return available;
	return wait(thread, target, deadline_ns);
}

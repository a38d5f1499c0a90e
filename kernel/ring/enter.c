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
#include "kernel/upcall.h"

/* Longest time that a drain keeps interrupts off before it lets pending ones in. */
enum { DRAIN_BOUND_NS = 30'000 };

/* ---- Opcodes ---------------------------------------------------------------------- */

/*
 * Bits that are zero in an entry whose opcode does not use them. Word 0 begins with the
 * opcode and flags; word 1 is the capability; the high half of word 5 is pipeline_dep;
 * word 7 is user_data, which every opcode uses.
 */
enum : uint64_t {
	NOT_OPCODE = ~UINT64_C(0xff),
	NOT_OPCODE_FLAGS = ~UINT64_C(0xffff),
	NOT_PIPELINE_DEP = UINT64_C(0xffffffff),
};

static void refuse_unused(struct thread *thread, const struct capos_sqe *sqe,
			  uint64_t unused)
{
	dispatch_refuse(thread, sqe, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO, unused);
}

static inline void run_nop(struct thread *thread, const union ring_entry *entry)
{
	const uint64_t *words = entry->words;
	uint64_t unused = (words[0] & NOT_OPCODE) | words[1] | words[2] | words[3] |
			  words[4] | words[5] | words[6];

	if (unused)
		refuse_unused(thread, &entry->sqe, unused);
	else
		ring_post_success(thread, entry->sqe.user_data, 0, 0);
}

static void run_release(struct thread *thread, const union ring_entry *entry)
{
	const uint64_t *words = entry->words;
	uint64_t unused = (words[0] & NOT_OPCODE_FLAGS) | words[2] | words[3] | words[4] |
			  words[5] | words[6];
	uint8_t flags = entry->sqe.flags;

	if (flags & ~CAPOS_SQE_COMPLETE)
		dispatch_refuse(thread, &entry->sqe, CAPOS_ERR_BAD_ENTRY,
				RULE_FLAGS_KNOWN, flags);
	else if (unused)
		refuse_unused(thread, &entry->sqe, unused);
	else
		dispatch_release(thread, &entry->sqe);
}

static void run_cancel(struct thread *thread, const union ring_entry *entry)
{
	const uint64_t *words = entry->words;
	uint64_t unused = (words[0] & NOT_OPCODE) | words[1] | words[2] | words[3] |
			  words[4] | (words[5] & NOT_PIPELINE_DEP) | words[6];

	if (unused)
		refuse_unused(thread, &entry->sqe, unused);
	else
		dispatch_cancel(thread, &entry->sqe);
}

/* Carries out the kernel's copy of one entry and posts its completion, if it has one. */
static inline void run_entry(struct thread *thread, const union ring_entry *entry,
			     uint32_t sequence)
{
	const struct capos_sqe *sqe = &entry->sqe;

	if (__builtin_expect(sqe->opcode == CAPOS_OP_CALL, true)) {
		dispatch_call(thread, entry, sequence);
		return;
	}
	switch (sqe->opcode) {
	case CAPOS_OP_NOP:
		run_nop(thread, entry);
		break;
	case CAPOS_OP_RELEASE:
		run_release(thread, entry);
		break;
	case CAPOS_OP_CANCEL:
		run_cancel(thread, entry);
		break;
	case CAPOS_OP_RECV:
	case CAPOS_OP_RETURN:
	case CAPOS_OP_PARK:
	case CAPOS_OP_UNPARK:
		dispatch_refuse(thread, sqe, CAPOS_ERR_UNSUPPORTED,
				RULE_OPCODE_IMPLEMENTED, sqe->opcode);
		break;
	default:
		dispatch_refuse(thread, sqe, CAPOS_ERR_BAD_OPCODE, RULE_OPCODE_KNOWN,
				sqe->opcode);
		break;
	}
}

/* ---- The drain ---------------------------------------------------------------------- */

/*
 * Room for completions, given the thread's cq_head; more than 128 if that is damaged.
 * A thread that takes back what it had acknowledged can make the sum too large, too.
 */
static inline uint64_t completion_room(struct thread *thread, uint32_t cq_head)
{
	uint64_t completions =
		atomic_load_explicit(&thread->completions, memory_order_relaxed);
	uint64_t used = (uint64_t)((uint32_t)completions - cq_head) + (completions >> 32);

	return CAPOS_CQ_ENTRIES - used; /* wraps, in 64 bits, if it is not room */
}

/*
 * Takes entries until the queue is empty, there is no more room, or the thread's
 * drain_bound has passed. Returns false in the last case. A process that ends itself
 * has no time left: what else it asked for is not for it any more.
 */
static inline bool drain(struct thread *thread, uint32_t tail, uint32_t room)
{
	const struct capos_sqe *sq = thread->region.sq;
	uint32_t sequence = thread->sq_head;
	bool finished = true;

	if (tail - sequence > 1)
		thread->drain_bound = arch_counter() + arch_counter_of(DRAIN_BOUND_NS);
	do {
		union ring_entry entry;

		region_read(&entry, &sq[sequence % CAPOS_SQ_ENTRIES], sizeof(entry));
		run_entry(thread, &entry, sequence++);
		if (sequence == tail || --room == 0)
			break;
		/* NOP and CANCEL are short; sixty-four calls, or ends of objects, may not be. */
		if (entry.sqe.opcode == CAPOS_OP_CALL ||
		    entry.sqe.opcode == CAPOS_OP_RELEASE)
			finished = arch_counter() < thread->drain_bound;
	} while (finished);
	thread->sq_head = sequence;
	/* Release: the thread reuses the slots once it sees the new head. */
	atomic_store_explicit(&thread->region.header->sq_head, sequence,
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

	spin_lock(&thread->lock);
	ring_put_locked(thread, cqe, true);
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

/* Begins to wait unless enough completions, or an interrupt, came meanwhile. */
static bool begin_wait(struct thread *thread, uint32_t target)
{
	bool waits;

	spin_lock(&thread->lock);
	waits = ring_available(thread) < target && thread->outstanding > 0 &&
		!(thread->upcall_raised && !thread->upcall_active);
	if (waits) {
		thread->wait_target = target;
		thread->state = THREAD_WAITING;
	}
	spin_unlock(&thread->lock);
	return waits;
}

static int64_t wait(struct thread *thread, uint32_t target, uint64_t deadline_ns)
{
	if (arch_time_ns() >= deadline_ns || !begin_wait(thread, target)) {
		uint32_t available = ring_available(thread);

		/* If an upcall starts here, cap_enter returns when it ends. */
		arch_context_set_result(&thread->context, available);
		upcall_deliver(thread);
		return available;
	}
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

int64_t kernel_cap_enter(struct thread *thread, uint64_t min_complete,
			 uint64_t deadline_ns)
{
	const struct capos_ring_header *header = thread->region.header;
	uint32_t tail = region_load_index(&header->sq_tail);
	uint32_t cq_head = region_load_index(&header->cq_head);
	uint64_t room = completion_room(thread, cq_head);

	if (tail - thread->sq_head > CAPOS_SQ_ENTRIES || room > CAPOS_CQ_ENTRIES)
		return CAPOS_ERR_RING_CORRUPT;
	if (tail != thread->sq_head) {
		if (room > 0 && !drain(thread, tail, (uint32_t)room) &&
		    thread->state != THREAD_ENDED) {
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

	uint32_t available = thread->cq_tail - cq_head;

	if (available >= min_complete || deadline_ns == CAPOS_DEADLINE_POLL)
		return available;

	uint32_t most = available + thread->outstanding;

	return wait(thread, min_complete < most ? (uint32_t)min_complete : most,
		    deadline_ns);
}

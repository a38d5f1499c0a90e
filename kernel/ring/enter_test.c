/* SPDX-License-Identifier: MIT */
/*
 * enter_test.c - cap_enter against hostile submission queues, entry by entry.
 *
 * Every refusal is checked to change nothing: ledgers, holds, outstanding calls; and a
 * bystander keeps working (hosted_fixture.h).
 */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "gen/console.capnp.h"
#include "gen/system.capnp.h"
#include "gen/thread.capnp.h"
#include "gen/timer.capnp.h"
#include "tests/support/hosted_fixture.h"

enum : uint64_t { SECOND = 1'000'000'000, FOREVER = CAPOS_DEADLINE_FOREVER };

static struct capos_sqe nop(uint64_t user_data)
{
	return (struct capos_sqe){ .opcode = CAPOS_OP_NOP, .user_data = user_data };
}

static struct capos_ring_header *header_of(struct fixture *f)
{
	return f->child.thread->region.header;
}

/* A sleep until @deadline_ns. Its parameters stay in the arena only until it is taken. */
static struct capos_sqe sleep_until(struct fixture *f, uint64_t deadline_ns)
{
	struct capnp_builder builder = machine_params(&f->child);

	timer_sleep_until_params_set_deadline_ns(timer_sleep_until_params_new(&builder),
						 deadline_ns);
	return machine_call(&f->child, "timer", TIMER_METHOD_SLEEP_UNTIL, &builder);
}

/* Starts @count sleeps for ever, and returns the sequence of the first. */
static uint32_t start_sleeps(struct fixture *f, uint32_t count)
{
	struct capos_sqe sqe = sleep_until(f, UINT64_MAX);
	uint32_t first = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t sequence = machine_submit(&f->child, &sqe);

		if (i == 0)
			first = sequence;
		assert_int_equal(machine_enter(&f->child, 0, CAPOS_DEADLINE_POLL), 0);
	}
	return first;
}

static struct capos_sqe cancel(uint32_t sequence)
{
	return (struct capos_sqe){
		.opcode = CAPOS_OP_CANCEL,
		.pipeline_dep = sequence,
		.user_data = 4242,
	};
}

/* ---- What works --------------------------------------------------------------------- */

static void enter_completes_each_entry_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct capos_cqe cqe;

	for (int round = 0; round < 5; round++) {
		for (uint64_t i = 0; i < CAPOS_SQ_ENTRIES; i++) {
			struct capos_sqe sqe = nop(i);

			(void)machine_submit(&f->child, &sqe);
		}
		assert_int_equal(machine_enter(&f->child, 0, 0), CAPOS_SQ_ENTRIES);
		for (uint64_t i = 0; i < CAPOS_SQ_ENTRIES; i++) {
			assert_true(machine_take(&f->child, &cqe));
			assert_int_equal(cqe.user_data, i);
			assert_int_equal(cqe.result, CAPOS_OK);
		}
		assert_false(machine_take(&f->child, &cqe));
	}
}

static void enter_with_an_empty_queue_returns_nothing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	/* min_complete is clamped to available plus outstanding: no wait for nothing. */
	assert_int_equal(machine_enter(&f->child, 1, FOREVER), 0);
	assert_int_equal(machine_enter(&f->child, UINT32_MAX, FOREVER), 0);
	assert_int_equal(machine_enter(&f->child, UINT64_MAX, FOREVER), 0);
}

/* ---- Indices ---------------------------------------------------------------------------- */

static void enter_refuses_a_tail_out_of_range(void **state)
{
	static const uint32_t ahead[] = {
		65, 66, 128, 0x7fffffff, 0x80000000, UINT32_MAX
	};
	struct fixture *f = *state;
	struct capos_sqe sqe = nop(1);
	struct capos_cqe cqe;

	for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
		struct machine_snapshot before = machine_snapshot(&f->child);
		struct machine_snapshot after;
		uint32_t head = f->child.thread->sq_head;

		atomic_store(&header_of(f)->sq_tail, head + ahead[i]);
		assert_int_equal(machine_enter(&f->child, 1, FOREVER),
				 CAPOS_ERR_RING_CORRUPT);
		after = machine_snapshot(&f->child);
		assert_true(machine_unchanged(&before, &after));
		assert_int_equal(f->child.thread->sq_head, head); /* nothing was taken */
		assert_false(machine_take(&f->child, &cqe));
		atomic_store(&header_of(f)->sq_tail, head);
	}
	(void)fixture_ok(f, &sqe); /* once repaired it works */
}

static void enter_refuses_a_completion_head_out_of_range(void **state)
{
	static const uint32_t wrong[] = {
		1, 2, 1000, 0x80000000, (uint32_t)-129, (uint32_t)-1000
	};
	struct fixture *f = *state;
	struct capos_sqe sqe = nop(1);
	struct capos_cqe cqe;

	for (uint32_t i = 0; i < 200; i++) /* so that there is something behind */
		(void)fixture_ok(f, &sqe);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint32_t tail = atomic_load(&header_of(f)->cq_tail);
		uint32_t head = f->child.thread->sq_head;

		(void)machine_submit(&f->child, &sqe);
		atomic_store(&header_of(f)->cq_head, tail + wrong[i]);
		assert_int_equal(machine_enter(&f->child, 0, 0), CAPOS_ERR_RING_CORRUPT);
		assert_int_equal(f->child.thread->sq_head, head);
		assert_int_equal(atomic_load(&header_of(f)->cq_tail), tail);
		atomic_store(&header_of(f)->cq_head, tail);
		assert_int_equal(machine_enter(&f->child, 0, 0), 1);
		assert_true(machine_take(&f->child, &cqe));
	}
}

/* The thread's own copies of the kernel's indices are only shown to it. */
static void enter_ignores_what_is_written_over_its_own_indices(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = nop(5);
	uint32_t head = f->child.thread->sq_head;
	uint32_t tail = f->child.thread->cq_tail;

	atomic_store(&header_of(f)->sq_head, 0xdeadbeef);
	atomic_store(&header_of(f)->cq_tail, 0xdeadbeef);
	header_of(f)->magic = 0;
	header_of(f)->sq_offset = 0xffffffff;
	header_of(f)->arena_offset = 0xffffffff;
	header_of(f)->arena_size = 0xffffffff;
	header_of(f)->region_size = 0;
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 1);
	assert_int_equal(atomic_load(&header_of(f)->sq_head), head + 1);
	assert_int_equal(atomic_load(&header_of(f)->cq_tail), tail + 1);
	atomic_store(&header_of(f)->cq_head, tail + 1);
}

/* ---- Fields ------------------------------------------------------------------------------- */

static void enter_refuses_unknown_opcodes(void **state)
{
	struct fixture *f = *state;

	for (uint32_t opcode = CAPOS_OP_COUNT; opcode < 256; opcode++) {
		struct capos_sqe sqe = nop(opcode);
		struct capos_cqe cqe;

		sqe.opcode = (uint8_t)opcode;
		cqe = fixture_refused(f, &sqe, CAPOS_ERR_BAD_OPCODE, RULE_OPCODE_KNOWN);
		(void)cqe;
	}
}

static void enter_refuses_numbered_opcodes_it_does_not_implement(void **state)
{
	struct fixture *f = *state;

	for (uint32_t opcode = CAPOS_OP_RECV; opcode < CAPOS_OP_COUNT; opcode++) {
		struct capos_sqe sqe = nop(opcode);

		sqe.opcode = (uint8_t)opcode;
		(void)fixture_refused(f, &sqe, CAPOS_ERR_UNSUPPORTED,
				      RULE_OPCODE_IMPLEMENTED);
	}
}

/* Sets each bit of an entry alone, except those in @used, and wants a refusal. */
static void refuse_each_bit(struct fixture *f, const struct capos_sqe *good,
			    const struct capos_sqe *used)
{
	const uint8_t *mask = (const uint8_t *)used;

	for (size_t bit = 0; bit < sizeof(*good) * 8; bit++) {
		struct capos_sqe sqe = *good;
		struct machine_snapshot before;
		struct machine_snapshot after;
		struct capos_cqe cqe;

		if (mask[bit / 8] & 1u << bit % 8)
			continue;
		((uint8_t *)&sqe)[bit / 8] ^= (uint8_t)(1u << bit % 8);
		before = machine_snapshot(&f->child);
		cqe = machine_do(&f->child, &sqe);
		after = machine_snapshot(&f->child);
		assert_int_equal(cqe.result, CAPOS_ERR_BAD_ENTRY);
		assert_true(cqe.rule == RULE_UNUSED_ZERO || cqe.rule == RULE_FLAGS_KNOWN);
		assert_true(machine_unchanged(&before, &after));
	}
}

static void enter_refuses_unused_fields_of_nop(void **state)
{
	const struct capos_sqe used = { .opcode = 0xff, .user_data = UINT64_MAX };
	const struct capos_sqe good = nop(9);

	refuse_each_bit(*state, &good, &used);
}

static void enter_refuses_unused_fields_of_release(void **state)
{
	const struct capos_sqe used = {
		.opcode = 0xff,
		.flags = CAPOS_SQE_COMPLETE,
		.cap = UINT64_MAX,
		.user_data = UINT64_MAX,
	};
	struct fixture *f = *state;
	const struct capos_sqe good = {
		.opcode = CAPOS_OP_RELEASE,
		.flags = CAPOS_SQE_COMPLETE,
		.cap = machine_cap(f->child.process, "timer").raw,
	};

	refuse_each_bit(f, &good, &used);
}

static void enter_refuses_unused_fields_of_cancel(void **state)
{
	const struct capos_sqe used = {
		.opcode = 0xff,
		.pipeline_dep = UINT32_MAX,
		.user_data = UINT64_MAX,
	};
	const struct capos_sqe good = cancel(7);

	refuse_each_bit(*state, &good, &used);
}

static void enter_refuses_unused_fields_of_call(void **state)
{
	struct fixture *f = *state;
	const struct capos_sqe good =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	struct capos_sqe sqe = good;

	for (unsigned flag = 1; flag < 256; flag <<= 1) {
		sqe = good;
		sqe.flags = (uint8_t)flag;
		if (flag == CAPOS_SQE_PIPELINE)
			(void)fixture_refused(f, &sqe, CAPOS_ERR_UNSUPPORTED,
					      RULE_OPCODE_IMPLEMENTED);
		else
			(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_ENTRY,
					      RULE_FLAGS_KNOWN);
	}
	sqe = good;
	sqe.pipeline_dep = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO);
	sqe = good;
	sqe.pipeline_field = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO);
	sqe = good;
	sqe.transfer_offset = 8; /* of no records */
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_ENTRY, RULE_UNUSED_ZERO);
}

/* ---- Buffers ------------------------------------------------------------------------------- */

struct bad_range {
	uint32_t offset, size;
};

static const struct bad_range bad_ranges[] = {
	{ CAPOS_ARENA_DEFAULT_BYTES, 8 },
	{ CAPOS_ARENA_DEFAULT_BYTES - 8, 16 },
	{ CAPOS_ARENA_DEFAULT_BYTES + 8, 0 },
	{ 0, CAPOS_ARENA_DEFAULT_BYTES + 8 },
	{ 8, CAPOS_ARENA_DEFAULT_BYTES },
	{ 0xfffffff8, 8 },
	{ 0xfffffff8, 16 },
	{ 8, 0xfffffff8 },
	{ 0x80000000, 0x80000000 },
	{ 4, 64 },
	{ 1, 64 },
	{ 64, 1 },
	{ 64, 12 },
	{ 64, 0xffffffff },
};

enum { BAD_RANGES = sizeof(bad_ranges) / sizeof(bad_ranges[0]) };

static void enter_refuses_parameters_outside_the_arena(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < BAD_RANGES; i++) {
		struct capos_sqe sqe =
			machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, nullptr);

		sqe.params_offset = bad_ranges[i].offset;
		sqe.params_size = bad_ranges[i].size;
		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_BUFFER,
				      RULE_PARAMS_IN_ARENA);
	}
}

static void enter_refuses_parameters_too_large_for_the_kernel(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, nullptr);

	sqe.params_size = CAPOS_KERNEL_PARAMS_MAX_BYTES + 8;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_BUFFER, RULE_PARAMS_SIZE);
	/* A method without parameters reads none of them, however many there are. */
	sqe.method = TIMER_METHOD_NOW;
	(void)fixture_ok(f, &sqe);
}

static void enter_refuses_results_outside_the_arena(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < BAD_RANGES; i++) {
		struct capos_sqe sqe =
			machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

		sqe.result_offset = bad_ranges[i].offset;
		sqe.result_size = bad_ranges[i].size;
		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_BUFFER,
				      RULE_RESULT_IN_ARENA);
	}
}

static void enter_uses_the_very_ends_of_the_arena(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

	sqe.result_size = 16;
	sqe.result_offset = CAPOS_ARENA_DEFAULT_BYTES - 16;
	(void)fixture_ok(f, &sqe);
	sqe.result_offset = 0;
	(void)fixture_ok(f, &sqe);
}

static void enter_refuses_results_without_room(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

	sqe.result_size = 8;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
	sqe.result_size = 0;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
	sqe.result_size = 16;
	sqe.result_cap_max = 1; /* its record leaves nothing */
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
	sqe.result_cap_max = 255;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
}

/* ---- Outstanding calls ------------------------------------------------------------------------ */

static void enter_leaves_the_129th_entry_in_the_queue(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = nop(99);
	uint32_t head;
	struct capos_cqe cqe;

	(void)start_sleeps(f, CAPOS_OUTSTANDING_MAX);
	head = f->child.thread->sq_head;
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(f->child.thread->outstanding, CAPOS_OUTSTANDING_MAX);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(machine_enter(&f->child, 0, 0), 0);
		assert_int_equal(f->child.thread->sq_head, head);
		assert_int_equal(atomic_load(&header_of(f)->sq_head), head);
		assert_false(machine_take(&f->child, &cqe));
	}
}

/* A head ahead of the tail by no more than what is outstanding is damage all the same. */
static void enter_refuses_a_head_that_outstanding_calls_seem_to_cover(void **state)
{
	struct fixture *f = *state;
	uint32_t tail = atomic_load(&header_of(f)->cq_tail);
	struct capos_sqe sqe = nop(99);

	(void)start_sleeps(f, 100);
	(void)machine_submit(&f->child, &sqe);
	for (uint32_t ahead = 1; ahead <= 101; ahead += 10) {
		atomic_store(&header_of(f)->cq_head, tail + ahead);
		assert_int_equal(machine_enter(&f->child, 0, 0), CAPOS_ERR_RING_CORRUPT);
		assert_int_equal(f->child.thread->outstanding, 100);
	}
	atomic_store(&header_of(f)->cq_head, tail);
	assert_int_equal(machine_enter(&f->child, 0, 0), 1);
}

static void enter_takes_the_entry_that_waited_once_there_is_room(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe soon = sleep_until(f, hosted_cpu.now_ns + SECOND);
	struct capos_sqe sqe = nop(99);
	struct capos_cqe cqe;
	int64_t result;

	(void)machine_submit(&f->child, &soon);
	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	(void)start_sleeps(f, CAPOS_OUTSTANDING_MAX - 1);
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 1, FOREVER), MACHINE_WAITING);
	machine_advance(2 * SECOND);
	result = machine_resume(&f->child);
	assert_int_equal(result, 1);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.user_data, soon.user_data);
	assert_int_equal(machine_enter(&f->child, 0, 0), 1);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.user_data, 99);
}

/* Completions that nobody takes count like outstanding calls. */
static void enter_keeps_room_for_completions_that_are_not_taken(void **state)
{
	struct fixture *f = *state;
	struct capos_cqe cqe;

	for (uint64_t i = 0; i < CAPOS_CQ_ENTRIES + 10; i++) {
		struct capos_sqe sqe = nop(i);

		(void)machine_submit(&f->child, &sqe);
		(void)machine_enter(&f->child, 0, 0);
	}
	assert_int_equal(machine_enter(&f->child, 0, 0), CAPOS_CQ_ENTRIES);
	for (uint64_t i = 0; i < CAPOS_CQ_ENTRIES; i++) {
		assert_true(machine_take(&f->child, &cqe));
		assert_int_equal(cqe.user_data, i);
	}
	assert_false(machine_take(&f->child, &cqe));
	assert_int_equal(machine_enter(&f->child, 0, 0), 10);
	for (uint64_t i = 0; i < 10; i++) {
		assert_true(machine_take(&f->child, &cqe));
		assert_int_equal(cqe.user_data, CAPOS_CQ_ENTRIES + i);
	}
}

/* ---- CANCEL ---------------------------------------------------------------------------------------- */

static void cancel_withdraws_a_pending_call_exactly_once(void **state)
{
	struct fixture *f = *state;
	struct machine_snapshot before = machine_snapshot(&f->child);
	struct machine_snapshot after;
	uint32_t sequence = start_sleeps(f, 1);
	struct capos_sqe sqe = cancel(sequence);
	struct capos_cqe cqe;

	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 2);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_ERR_CANCELLED);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.user_data, 4242);
	assert_int_equal(cqe.result, CAPOS_OK);
	after = machine_snapshot(&f->child);
	after.frames_free = before.frames_free;
	assert_true(machine_unchanged(&before, &after));
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NOT_FOUND, RULE_CANCEL_TARGET);
}

static void cancel_refuses_what_is_not_outstanding(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = nop(1);
	uint32_t sequence = machine_submit(&f->child, &sqe);
	struct capos_cqe cqe;

	assert_int_equal(machine_enter(&f->child, 0, 0), 1);
	assert_true(machine_take(&f->child, &cqe));
	for (uint32_t i = 0; i < 3; i++) { /* done, itself, the future */
		sqe = cancel(sequence + i);
		(void)fixture_refused(f, &sqe, CAPOS_ERR_NOT_FOUND, RULE_CANCEL_TARGET);
	}
	sqe = cancel(UINT32_MAX);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NOT_FOUND, RULE_CANCEL_TARGET);
}

/* The call and its CANCEL meet at the same moment: one of them wins, and each completes once. */
static void cancel_loses_against_an_alarm_that_has_rung(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_until(f, hosted_cpu.now_ns + SECOND);
	uint32_t sequence = machine_submit(&f->child, &sqe);
	struct capos_cqe cqe;

	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	machine_advance(SECOND);
	sqe = cancel(sequence);
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 2);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_OK);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_ERR_NOT_FOUND);
	assert_false(machine_take(&f->child, &cqe));
}

static void cancel_of_every_call_in_one_drain(void **state)
{
	struct fixture *f = *state;
	uint32_t first = start_sleeps(f, 30);
	struct capos_cqe cqe;
	uint32_t cancelled = 0;

	for (uint32_t i = 0; i < 30; i++) {
		struct capos_sqe sqe = cancel(first + 29 - i);

		(void)machine_submit(&f->child, &sqe);
	}
	assert_int_equal(machine_enter(&f->child, 60, FOREVER), 60);
	while (machine_take(&f->child, &cqe))
		cancelled += cqe.result == CAPOS_ERR_CANCELLED;
	assert_int_equal(cancelled, 30);
	assert_int_equal(f->child.thread->outstanding, 0);
}

/* ---- Deadlines, waiting ------------------------------------------------------------------------------ */

static void deadline_of_an_entry_ends_its_call(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_until(f, UINT64_MAX);
	struct capos_cqe cqe;

	sqe.deadline_ns = hosted_cpu.now_ns + SECOND;
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 1, FOREVER), MACHINE_WAITING);
	machine_advance(SECOND - 1);
	assert_int_equal(machine_resume(&f->child), MACHINE_WAITING);
	machine_advance(1);
	assert_int_equal(machine_resume(&f->child), 1);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_ERR_DEADLINE);
	assert_int_equal(cqe.rule, RULE_DEADLINE_PASSED);
	machine_advance(SECOND);
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	sqe.deadline_ns = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_DEADLINE, RULE_DEADLINE_PASSED);
}

static void deadline_and_alarm_at_the_same_time_complete_once(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_until(f, hosted_cpu.now_ns + SECOND);
	struct capos_cqe cqe;

	sqe.deadline_ns = hosted_cpu.now_ns + SECOND;
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	machine_advance(2 * SECOND);
	assert_int_equal(machine_enter(&f->child, 0, 0), 1);
	assert_true(machine_take(&f->child, &cqe));
	assert_true(cqe.result == CAPOS_OK || cqe.result == CAPOS_ERR_DEADLINE);
	assert_false(machine_take(&f->child, &cqe));
}

/* The record of a call that is over is gone, and its deadline with it. */
static void deadline_of_a_completed_call_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_until(f, hosted_cpu.now_ns + SECOND);
	struct capos_cqe cqe;

	sqe.deadline_ns = hosted_cpu.now_ns + 5 * SECOND;
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	machine_advance(SECOND);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_OK);
	assert_int_equal(alarm_next_deadline(),
			 UINT64_MAX); /* nobody waits for anything */
	machine_advance(10 * SECOND);
	assert_false(machine_take(&f->child, &cqe));
}

static void wait_ends_at_its_deadline_and_cancels_nothing(void **state)
{
	struct fixture *f = *state;

	(void)start_sleeps(f, 1);
	assert_int_equal(machine_enter(&f->child, 1, hosted_cpu.now_ns + SECOND),
			 MACHINE_WAITING);
	machine_advance(SECOND);
	assert_int_equal(machine_resume(&f->child), 0);
	assert_int_equal(f->child.thread->outstanding, 1);
	/* A deadline that has passed polls. */
	assert_int_equal(machine_enter(&f->child, 1, 1), 0);
}

static void wait_ends_when_enough_have_completed(void **state)
{
	struct fixture *f = *state;
	struct capos_cqe cqe;

	for (uint64_t i = 1; i <= 3; i++) {
		struct capos_sqe sqe = sleep_until(f, hosted_cpu.now_ns + i * SECOND);

		(void)machine_submit(&f->child, &sqe);
		(void)machine_enter(&f->child, 0, 0);
	}
	assert_int_equal(machine_enter(&f->child, 2, FOREVER), MACHINE_WAITING);
	machine_advance(SECOND);
	assert_int_equal(machine_resume(&f->child), MACHINE_WAITING);
	machine_advance(SECOND);
	assert_int_equal(machine_resume(&f->child), 2);
	assert_true(machine_take(&f->child, &cqe));
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(machine_enter(&f->child, UINT64_MAX, FOREVER), MACHINE_WAITING);
	machine_advance(SECOND);
	assert_int_equal(machine_resume(&f->child), 1);
	assert_true(machine_take(&f->child, &cqe));
}

/* While a thread waits somebody else may damage the index that ends its wait. */
static void wait_survives_a_damaged_completion_head(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = sleep_until(f, hosted_cpu.now_ns + SECOND);
	int64_t result;

	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 1, hosted_cpu.now_ns + 5 * SECOND),
			 MACHINE_WAITING);
	atomic_store(&header_of(f)->cq_head, 0x12345678);
	machine_advance(10 * SECOND);
	result = machine_resume(&f->child);
	assert_int_not_equal(result, MACHINE_WAITING);
	assert_int_equal(f->child.thread->outstanding, 0);
}

/* ---- The end ---------------------------------------------------------------------------------------- */

static void exit_with_calls_pending_gives_everything_back(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_READ, nullptr);
	struct capnp_builder builder = machine_params(&f->child);

	console_read_params_set_max_bytes(console_read_params_new(&builder), 10);
	sqe.params_size = capnp_builder_size_bytes(&builder);
	(void)machine_submit(&f->child, &sqe);
	sqe = machine_call(&f->child, "interrupt", TERMINAL_INTERRUPT_METHOD_AWAIT,
			   nullptr);
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	(void)start_sleeps(f, 20);
	assert_int_equal(f->child.thread->outstanding, 22);
	/* fixture_teardown kills it and compares the ledgers. */
}

static void end_of_the_own_process_by_its_thread_control(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "thread", THREAD_CONTROL_METHOD_EXIT, nullptr);

	(void)start_sleeps(f, 2);
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 1, FOREVER), MACHINE_ENDED);
	machine_settle();
	assert_int_equal(f->child.process->state, PROCESS_ENDED);
	assert_int_equal(f->child.process->terminal.kind, TERMINAL_EXITED);
	assert_int_equal(f->child.process->terminal.code, 0);
}

/* What stands behind the entry that ends the process is not carried out any more. */
static void end_of_the_own_process_ends_its_batch(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "thread", THREAD_CONTROL_METHOD_EXIT, nullptr);
	struct capnp_builder builder = machine_params(&f->child);

	console_write_line_params_set_text(console_write_line_params_new(&builder),
					   "late", 4);
	(void)machine_submit(&f->child, &sqe);
	sqe = machine_call(&f->child, "console", CONSOLE_METHOD_WRITE_LINE, &builder);
	(void)machine_submit(&f->child, &sqe);
	hosted_console_clear();
	assert_int_equal(machine_enter(&f->child, 0, 0), MACHINE_ENDED);
	assert_null(strstr(hosted_console(), "late"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(enter_completes_each_entry_once_and_in_order),
		FIXTURE_TEST(enter_with_an_empty_queue_returns_nothing),
		FIXTURE_TEST(enter_refuses_a_tail_out_of_range),
		FIXTURE_TEST(enter_refuses_a_completion_head_out_of_range),
		FIXTURE_TEST(enter_ignores_what_is_written_over_its_own_indices),
		FIXTURE_TEST(enter_refuses_unknown_opcodes),
		FIXTURE_TEST(enter_refuses_numbered_opcodes_it_does_not_implement),
		FIXTURE_TEST(enter_refuses_unused_fields_of_nop),
		FIXTURE_TEST(enter_refuses_unused_fields_of_release),
		FIXTURE_TEST(enter_refuses_unused_fields_of_cancel),
		FIXTURE_TEST(enter_refuses_unused_fields_of_call),
		FIXTURE_TEST(enter_refuses_parameters_outside_the_arena),
		FIXTURE_TEST(enter_refuses_parameters_too_large_for_the_kernel),
		FIXTURE_TEST(enter_refuses_results_outside_the_arena),
		FIXTURE_TEST(enter_uses_the_very_ends_of_the_arena),
		FIXTURE_TEST(enter_refuses_results_without_room),
		FIXTURE_TEST(enter_leaves_the_129th_entry_in_the_queue),
		FIXTURE_TEST(enter_refuses_a_head_that_outstanding_calls_seem_to_cover),
		FIXTURE_TEST(enter_takes_the_entry_that_waited_once_there_is_room),
		FIXTURE_TEST(enter_keeps_room_for_completions_that_are_not_taken),
		FIXTURE_TEST(cancel_withdraws_a_pending_call_exactly_once),
		FIXTURE_TEST(cancel_refuses_what_is_not_outstanding),
		FIXTURE_TEST(cancel_loses_against_an_alarm_that_has_rung),
		FIXTURE_TEST(cancel_of_every_call_in_one_drain),
		FIXTURE_TEST(deadline_of_an_entry_ends_its_call),
		FIXTURE_TEST(deadline_and_alarm_at_the_same_time_complete_once),
		FIXTURE_TEST(deadline_of_a_completed_call_is_forgotten),
		FIXTURE_TEST(wait_ends_at_its_deadline_and_cancels_nothing),
		FIXTURE_TEST(wait_ends_when_enough_have_completed),
		FIXTURE_TEST(wait_survives_a_damaged_completion_head),
		FIXTURE_TEST(exit_with_calls_pending_gives_everything_back),
		FIXTURE_TEST(end_of_the_own_process_by_its_thread_control),
		FIXTURE_TEST(end_of_the_own_process_ends_its_batch),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * ring_test.c - the ring client against a kernel made of C.
 *
 * The kernel here takes entries and keeps calls until the test completes them, in any
 * order it likes. It checks what the real one checks: that the client never has more than
 * CAPOS_OUTSTANDING_POLITE calls outstanding, and that buffers lie in the arena and belong
 * to one call only.
 */
// TEST-LINK: runtime/ring.c runtime/arena.c core/capnp/reader.c
#include "capos/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capos/cap.h"
#include "capos/program.h"

enum {
	REGION_BYTES = CAPOS_ARENA_OFFSET + CAPOS_ARENA_DEFAULT_BYTES,
	METHOD_ECHO = 0, /* answers at once with its parameter words and one more */
	METHOD_HOLD = 1, /* waits for complete_held() */
	METHOD_CAPS = 2, /* answers with two capabilities */
	METHOD_NONE = UINT16_MAX,
	INTERFACE = 77,
	CAP = 5,
};

alignas(64) static uint8_t region[REGION_BYTES];
static struct capos_ring_header *const header = (void *)region;

struct kernel {
	uint32_t sq_head, cq_tail;
	struct capos_sqe held[CAPOS_OUTSTANDING_MAX];
	uint32_t held_sequence[CAPOS_OUTSTANDING_MAX];
	uint32_t held_count;
	uint32_t enters, most_outstanding;
	uint64_t released[64];
	uint32_t released_count;
	bool complete_last_first; /* waiting completes one held call each time */
	bool corrupt;
};

static struct kernel kernel;
static jmp_buf exited;
static int exit_code;

static void post(struct capos_cqe cqe)
{
	void *cq = region + CAPOS_CQ_OFFSET;

	((struct capos_cqe *)cq)[kernel.cq_tail % CAPOS_CQ_ENTRIES] = cqe;
	kernel.cq_tail++;
	assert_true(kernel.cq_tail - atomic_load(&header->cq_head) <= CAPOS_CQ_ENTRIES);
}

static void complete(const struct capos_sqe *sqe, int32_t result)
{
	post((struct capos_cqe){ .user_data = sqe->user_data, .result = result });
}

static void complete_held(uint32_t index, int32_t result)
{
	complete(&kernel.held[index], result);
	kernel.held_count--;
	kernel.held[index] = kernel.held[kernel.held_count];
	kernel.held_sequence[index] = kernel.held_sequence[kernel.held_count];
}

static void check_buffers(const struct capos_sqe *sqe)
{
	assert_true(sqe->params_offset + sqe->params_size <= CAPOS_ARENA_DEFAULT_BYTES);
	assert_true(sqe->result_offset + sqe->result_size <= CAPOS_ARENA_DEFAULT_BYTES);
	assert_int_equal((sqe->params_offset | sqe->params_size | sqe->result_offset |
			  sqe->result_size) %
				 8,
			 0);
	assert_true(sqe->params_offset + sqe->params_size <= sqe->result_offset ||
		    sqe->params_size == 0);
	for (uint32_t i = 0; i < kernel.held_count; i++)
		assert_true(sqe->result_offset + sqe->result_size <=
				    kernel.held[i].params_offset ||
			    kernel.held[i].result_offset + kernel.held[i].result_size <=
				    sqe->params_offset);
}

/* Interface 1000 is held by capability 100 and derives from 2000; 101 does not. */
static void run_question(const struct capos_sqe *sqe)
{
	bool answers =
		sqe->cap == 100 && (sqe->interface == 1000 || sqe->interface == 2000);

	assert_int_equal(sqe->params_size | sqe->result_size | sqe->transfer_count, 0);
	complete(sqe, answers ? CAPOS_ERR_BAD_METHOD : CAPOS_ERR_WRONG_INTERFACE);
}

static void run_call(const struct capos_sqe *sqe, uint32_t sequence)
{
	uint8_t *arena = region + CAPOS_ARENA_OFFSET;
	struct capos_cqe cqe = { .user_data = sqe->user_data };

	if (sqe->method == METHOD_NONE) {
		run_question(sqe);
		return;
	}
	assert_int_equal(sqe->interface, INTERFACE);
	check_buffers(sqe);
	if (sqe->method == METHOD_HOLD) {
		kernel.held_sequence[kernel.held_count] = sequence;
		kernel.held[kernel.held_count++] = *sqe;
		return;
	}
	if (sqe->method == METHOD_ECHO) {
		memcpy(arena + sqe->result_offset, arena + sqe->params_offset,
		       sqe->params_size);
		cqe.payload_size = sqe->params_size;
	} else {
		const struct capos_result_cap caps[2] = { { 100, 1000 }, { 101, 1001 } };

		memcpy(arena + sqe->result_offset, caps, sizeof(caps));
		cqe.cap_count = 2;
	}
	post(cqe);
}

static void run_cancel(const struct capos_sqe *sqe)
{
	int32_t result = CAPOS_ERR_NOT_FOUND;

	for (uint32_t i = 0; i < kernel.held_count; i++) {
		if (kernel.held_sequence[i] != sqe->pipeline_dep)
			continue;
		complete_held(i, CAPOS_ERR_CANCELLED);
		result = CAPOS_OK;
		break;
	}
	complete(sqe, result);
}

static void run(const struct capos_sqe *sqe, uint32_t sequence)
{
	switch (sqe->opcode) {
	case CAPOS_OP_CALL:
		run_call(sqe, sequence);
		break;
	case CAPOS_OP_RELEASE:
		kernel.released[kernel.released_count++ % 64] = sqe->cap;
		if (sqe->cap == UINT64_MAX)
			complete(sqe, CAPOS_ERR_BAD_CAPABILITY);
		else if (sqe->flags & CAPOS_SQE_COMPLETE)
			complete(sqe, CAPOS_OK);
		break;
	case CAPOS_OP_CANCEL:
		run_cancel(sqe);
		break;
	default:
		fail_msg("opcode %u", sqe->opcode);
	}
}

static void drain(void)
{
	const void *sq = region + CAPOS_SQ_OFFSET;

	while (kernel.sq_head != atomic_load(&header->sq_tail)) {
		struct capos_sqe sqe =
			((const struct capos_sqe *)sq)[kernel.sq_head % CAPOS_SQ_ENTRIES];
		uint32_t outstanding = kernel.held_count + kernel.cq_tail -
				       atomic_load(&header->cq_head);

		if (outstanding == CAPOS_OUTSTANDING_MAX)
			break;
		run(&sqe, kernel.sq_head++);
		if (kernel.held_count > kernel.most_outstanding)
			kernel.most_outstanding = kernel.held_count;
	}
}

int64_t capos_sys_call(uint32_t number, uint64_t first, uint64_t second)
{
	uint32_t available;

	assert_int_equal(number, CAPOS_SYS_CAP_ENTER);
	kernel.enters++;
	if (kernel.corrupt)
		return CAPOS_ERR_RING_CORRUPT;
	drain();
	available = kernel.cq_tail - atomic_load(&header->cq_head);
	while (kernel.complete_last_first && available < first &&
	       kernel.held_count != 0) {
		complete_held(kernel.held_count - 1, CAPOS_OK);
		available++;
	}
	/* Waiting for ever for what nobody will complete is a defect of the client. */
	assert_true(available >= first || second != CAPOS_DEADLINE_FOREVER ||
		    kernel.held_count == 0);
	atomic_store(&header->sq_head, kernel.sq_head);
	atomic_store(&header->cq_tail, kernel.cq_tail);
	return available;
}

void capos_exit(int code)
{
	exit_code = code;
	longjmp(exited, 1);
}

static int set_up(void **state)
{
	(void)state;
	memset(region, 0, sizeof(region));
	memset(&kernel, 0, sizeof(kernel));
	memset(&capos_thread_ring, 0, sizeof(capos_thread_ring));
	header->magic = CAPOS_RING_MAGIC;
	header->abi_version = CAPOS_ABI_VERSION;
	header->sq_offset = CAPOS_SQ_OFFSET;
	header->cq_offset = CAPOS_CQ_OFFSET;
	header->arena_offset = CAPOS_ARENA_OFFSET;
	header->arena_size = CAPOS_ARENA_DEFAULT_BYTES;
	capos_ring_init(&capos_thread_ring, region);
	return 0;
}

/* Every test ends with nothing in flight and the whole arena free. */
static int tear_down(void **state)
{
	(void)state;
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	if (capos_ring_outstanding(&capos_thread_ring) != 0)
		return -1;
	return capos_arena_free_units(&capos_thread_ring.arena) ==
			       CAPOS_ARENA_DEFAULT_BYTES / CAPOS_ARENA_UNIT_BYTES
		       ? 0
		       : -1;
}

static status_t begin(struct capos_call *call, uint16_t method, uint32_t params_words,
		      uint32_t result_words, uint8_t caps)
{
	return capos_call_begin(call, (cap_t){ CAP }, INTERFACE, method, params_words,
				result_words, caps);
}

static void hold(struct capos_call *call)
{
	assert_int_equal(begin(call, METHOD_HOLD, 0, 0, 0), CAPOS_OK);
	assert_int_equal(capos_call_submit(call), CAPOS_OK);
}

static void call_returns_its_results(void **state)
{
	struct capos_call call;
	struct capnp_struct_builder root;
	struct capnp_struct result;

	(void)state;
	assert_int_equal(begin(&call, METHOD_ECHO, 2, 2, 0), CAPOS_OK);
	root = capnp_build_root(capos_call_params(&call), 1, 0);
	capnp_set_u64(root, 0, 4711);
	assert_int_equal(capos_call_wait(&call), CAPOS_OK);
	assert_true(capnp_read_root(capos_call_results(&call), &result));
	assert_int_equal(capnp_get_u64(result, 0, 0), 4711);
	assert_int_equal(kernel.enters, 1);
	capos_call_end(&call);
}

static void call_of_every_size_fits_or_says_so(void **state)
{
	(void)state;
	for (uint32_t words = 0; words < 9000; words += 7) {
		struct capos_call call;
		status_t status = begin(&call, METHOD_ECHO, words, words, 0);
		bool fits = words * 16 <= CAPOS_ARENA_DEFAULT_BYTES;

		assert_int_equal(status, fits ? CAPOS_OK : CAPOS_ERR_BAD_BUFFER);
		assert_int_equal(capos_call_wait(&call), status);
		capos_call_end(&call);
		capos_call_end(&call); /* harmless */
	}
}

static void parameters_that_do_not_fit_are_not_sent(void **state)
{
	struct capos_call call;

	(void)state;
	assert_int_equal(begin(&call, METHOD_ECHO, 2, 2, 0), CAPOS_OK);
	(void)capnp_build_root(capos_call_params(&call), 4, 0);
	assert_int_equal(capos_call_wait(&call), CAPOS_ERR_BAD_MESSAGE);
	assert_int_equal(kernel.enters, 0);
	capos_call_end(&call);
}

static void calls_complete_in_any_order(void **state)
{
	struct capos_call calls[3];
	struct capos_call *all[] = { &calls[0], nullptr, &calls[1], &calls[2] };

	(void)state;
	for (int i = 0; i < 3; i++)
		hold(&calls[i]);
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	complete_held(1, 1);
	assert_int_equal(capos_wait_any(all, 4), 2);
	assert_int_equal(calls[1].cqe.result, 1);
	assert_false(capos_call_is_done(&calls[0]));
	complete_held(1, 2);
	complete_held(0, 3);
	assert_int_equal(capos_call_wait(&calls[0]), 3);
	assert_int_equal(capos_call_wait(&calls[2]), 2);
	for (int i = 0; i < 3; i++)
		capos_call_end(&calls[i]);
}

static void wait_any_times_out_and_cancels_nothing(void **state)
{
	struct capos_call call;
	struct capos_call *all[] = { &call };

	(void)state;
	hold(&call);
	assert_int_equal(capos_wait_any_until(all, 1, CAPOS_DEADLINE_POLL),
			 CAPOS_WAIT_TIMEOUT);
	assert_int_equal(capos_wait_any_until(all, 1, 12345), CAPOS_WAIT_TIMEOUT);
	complete_held(0, CAPOS_OK);
	assert_int_equal(capos_wait_any(all, 1), 0);
	capos_call_end(&call);
	assert_int_equal(capos_wait_any(all, 0), CAPOS_WAIT_TIMEOUT);
}

static void no_more_calls_than_polite_are_outstanding(void **state)
{
	static struct capos_call calls[250];

	(void)state;
	kernel.complete_last_first = true;
	for (int i = 0; i < 250; i++)
		hold(&calls[i]);
	for (int i = 0; i < 250; i++) {
		assert_int_equal(capos_call_wait(&calls[i]), CAPOS_OK);
		capos_call_end(&calls[i]);
	}
	assert_int_equal(kernel.most_outstanding, CAPOS_OUTSTANDING_POLITE);
}

static void cancel_gets_through_when_everything_is_taken(void **state)
{
	static struct capos_call calls[CAPOS_OUTSTANDING_POLITE];

	(void)state;
	for (int i = 0; i < CAPOS_OUTSTANDING_POLITE; i++)
		hold(&calls[i]);
	for (int i = 0; i < CAPOS_OUTSTANDING_POLITE; i++)
		capos_call_cancel(&calls[i]);
	for (int i = 0; i < CAPOS_OUTSTANDING_POLITE; i++) {
		assert_int_equal(capos_call_wait(&calls[i]), CAPOS_ERR_CANCELLED);
		capos_call_end(&calls[i]);
	}
}

static void cancel_of_a_begun_call_never_reaches_the_kernel(void **state)
{
	struct capos_call call;

	(void)state;
	assert_int_equal(begin(&call, METHOD_HOLD, 0, 0, 0), CAPOS_OK);
	capos_call_cancel(&call);
	assert_int_equal(capos_call_wait(&call), CAPOS_ERR_CANCELLED);
	capos_call_end(&call);
	assert_int_equal(kernel.enters, 0);
}

static void end_withdraws_a_call_in_flight(void **state)
{
	struct capos_call call;

	(void)state;
	hold(&call);
	capos_call_end(&call);
	assert_int_equal(kernel.held_count, 0);
}

static void end_releases_capabilities_that_nobody_took(void **state)
{
	struct capos_call call;

	(void)state;
	assert_int_equal(begin(&call, METHOD_CAPS, 0, 1, 2), CAPOS_OK);
	assert_int_equal(capos_call_wait(&call), CAPOS_OK);
	assert_true(cap_is_null(capos_call_take(&call, 0, 999)));
	assert_true(cap_is_null(capos_call_take(&call, 2, 0)));
	assert_true(cap_is_null(capos_call_take(&call, CAPNP_NO_CAP, 0)));
	assert_int_equal(capos_call_take(&call, 1, 1001).raw, 101);
	assert_true(cap_is_null(capos_call_take(&call, 1, 1001)));
	capos_call_end(&call);
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	assert_int_equal(kernel.released_count, 1);
	assert_int_equal(kernel.released[0], 100);
}

static void take_as_an_ancestor_is_what_the_kernel_allows(void **state)
{
	struct capos_call call;

	(void)state;
	assert_int_equal(begin(&call, METHOD_CAPS, 0, 1, 2), CAPOS_OK);
	assert_int_equal(capos_call_wait(&call), CAPOS_OK);
	assert_true(cap_is_null(capos_call_take(&call, 1, 2000)));
	assert_true(cap_is_null(capos_call_take(&call, 0, 1001)));
	assert_int_equal(capos_call_take(&call, 0, 2000).raw, 100);
	assert_true(cap_is_null(capos_call_take(&call, 0, 2000))); /* it is gone */
	capos_call_end(&call);
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	assert_int_equal(kernel.released_count, 1);
	assert_int_equal(kernel.released[0], 101);
	assert_true(capos_cap_answers((cap_t){ 100 }, 2000));
	assert_false(capos_cap_answers((cap_t){ 101 }, 2000));
	assert_false(capos_cap_answers(CAP_NULL, 2000));
}

static void releases_are_queued_and_never_lost(void **state)
{
	(void)state;
	capos_release(CAP_NULL);
	for (uint64_t i = 1; i <= 200; i++)
		capos_release((cap_t){ i });
	assert_true(kernel.enters < 5);
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	assert_int_equal(kernel.released_count, 200);
	capos_release((cap_t){ UINT64_MAX }); /* its refusal is nobody's */
	assert_int_equal(capos_release_checked((cap_t){ 7 }), CAPOS_OK);
	assert_int_equal(capos_release_checked((cap_t){ UINT64_MAX }),
			 CAPOS_ERR_BAD_CAPABILITY);
}

static void gives_as_many_capabilities_as_an_entry_may_name(void **state)
{
	(void)state;
	for (uint32_t params_words = 0; params_words <= 32; params_words += 4) {
		struct capos_call call;
		struct capos_transfer *records;

		assert_int_equal(begin(&call, METHOD_ECHO, params_words, 0, 0), CAPOS_OK);
		assert_int_equal(capos_call_give(&call, CAP_NULL, 0), CAPNP_NO_CAP);
		for (uint32_t i = 0; i < CAPOS_TRANSFERS_MAX; i++)
			assert_int_equal(capos_call_give(&call, (cap_t){ i + 1 },
							 CAPOS_TRANSFER_MOVE),
					 i);
		records =
			(void *)(region + CAPOS_ARENA_OFFSET + call.sqe.transfer_offset);
		for (uint32_t i = 0; i < CAPOS_TRANSFERS_MAX; i++) {
			assert_int_equal(records[i].cap, i + 1);
			assert_int_equal(records[i].mode, CAPOS_TRANSFER_MOVE);
		}
		assert_int_equal(capos_call_wait(&call), CAPOS_OK);
		capos_call_end(&call);
	}
}

static void one_capability_too_many_is_refused_here(void **state)
{
	struct capos_call call;

	(void)state;
	assert_int_equal(begin(&call, METHOD_ECHO, 0, 0, 0), CAPOS_OK);
	for (uint32_t i = 0; i < CAPOS_TRANSFERS_MAX; i++)
		(void)capos_call_give(&call, (cap_t){ 1 }, CAPOS_TRANSFER_COPY);
	assert_int_equal(capos_call_give(&call, (cap_t){ 1 }, CAPOS_TRANSFER_COPY),
			 CAPNP_NO_CAP);
	assert_int_equal(capos_call_wait(&call), CAPOS_ERR_BAD_MESSAGE);
	capos_call_end(&call);
}

static void a_corrupt_ring_ends_the_process(void **state)
{
	struct capos_call call;

	(void)state;
	hold(&call);
	kernel.corrupt = true;
	if (setjmp(exited) == 0) {
		capos_ring_enter(&capos_thread_ring, 1, CAPOS_DEADLINE_FOREVER);
		fail();
	}
	assert_int_equal(exit_code, CAPOS_EXIT_PANIC);
	kernel.corrupt = false;
	capos_call_end(&call);
}

static void indices_wrap_around(void **state)
{
	(void)state;
	kernel.sq_head = kernel.cq_tail = UINT32_MAX - 5;
	atomic_store(&header->sq_head, kernel.sq_head);
	atomic_store(&header->sq_tail, kernel.sq_head);
	atomic_store(&header->cq_head, kernel.cq_tail);
	atomic_store(&header->cq_tail, kernel.cq_tail);
	calls_complete_in_any_order(state);
}

int main(void)
{
#define RING_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		RING_TEST(call_returns_its_results),
		RING_TEST(call_of_every_size_fits_or_says_so),
		RING_TEST(parameters_that_do_not_fit_are_not_sent),
		RING_TEST(calls_complete_in_any_order),
		RING_TEST(wait_any_times_out_and_cancels_nothing),
		RING_TEST(no_more_calls_than_polite_are_outstanding),
		RING_TEST(cancel_gets_through_when_everything_is_taken),
		RING_TEST(cancel_of_a_begun_call_never_reaches_the_kernel),
		RING_TEST(end_withdraws_a_call_in_flight),
		RING_TEST(end_releases_capabilities_that_nobody_took),
		RING_TEST(take_as_an_ancestor_is_what_the_kernel_allows),
		RING_TEST(releases_are_queued_and_never_lost),
		RING_TEST(gives_as_many_capabilities_as_an_entry_may_name),
		RING_TEST(one_capability_too_many_is_refused_here),
		RING_TEST(a_corrupt_ring_ends_the_process),
		RING_TEST(indices_wrap_around),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * stream_test.c - streams against a kernel made of C.
 *
 * The kernel here keeps every call and answers the oldest one when the thread waits. It
 * counts what is in flight, and knows for each call how it will end: its first parameter
 * word is its number.
 */
// TEST-LINK: runtime/stream.c runtime/ring.c runtime/arena.c core/capnp/reader.c core/capnp/builder.c
#include "capos/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capos/cap.h"
#include "capos/program.h"

enum {
	REGION_BYTES = CAPOS_ARENA_OFFSET + CAPOS_ARENA_DEFAULT_BYTES,
	WINDOW = 4,
	CALLS_MAX = 512,
	ANY_BYTES = CAPOS_ARENA_DEFAULT_BYTES,
	UNIT = CAPOS_ARENA_UNIT_BYTES,
	NONE = UINT32_MAX,
};

alignas(64) static uint8_t region[REGION_BYTES];
static struct capos_ring_header *const header = (void *)region;

static struct {
	struct capos_sqe held[CALLS_MAX];
	uint64_t numbers[CALLS_MAX]; /* in the order in which the calls came */
	uint32_t came, answered, most_in_flight, most_bytes, cancelled;
	uint32_t sq_head, cq_tail, enters;
	uint32_t fails[2]; /* the calls with these numbers fail */
	bool at_once;      /* answer what comes, and keep nothing */
} kernel;

static struct capos_call window[WINDOW];
static struct capos_stream stream;

static uint32_t rounded(const struct capos_sqe *sqe)
{
	return (sqe->params_size + sqe->result_size + UNIT - 1) / UNIT * UNIT;
}

static void post(uint64_t user_data, int32_t result, uint64_t detail)
{
	void *queue = region + CAPOS_CQ_OFFSET;

	((struct capos_cqe *)queue)[kernel.cq_tail++ % CAPOS_CQ_ENTRIES] =
		(struct capos_cqe){ .user_data = user_data,
				    .result = result,
				    .rule = result < 0 ? 7 : 0,
				    .detail = detail };
	atomic_store(&header->cq_tail, kernel.cq_tail);
}

static void answer_oldest(void)
{
	uint64_t number = kernel.numbers[kernel.answered];
	bool fails = number == kernel.fails[0] || number == kernel.fails[1];

	post(kernel.held[kernel.answered++].user_data,
	     fails ? CAPOS_ERR_NO_MEMORY : CAPOS_OK, number);
}

static void count_in_flight(void)
{
	uint32_t bytes = 0;

	for (uint32_t i = kernel.answered; i < kernel.came; i++)
		bytes += rounded(&kernel.held[i]);
	if (kernel.came - kernel.answered > kernel.most_in_flight)
		kernel.most_in_flight = kernel.came - kernel.answered;
	if (bytes > kernel.most_bytes)
		kernel.most_bytes = bytes;
}

static void run(const struct capos_sqe *sqe)
{
	if (sqe->opcode == CAPOS_OP_CANCEL) {
		kernel.cancelled++; /* everything, in the order it came */
		while (kernel.answered != kernel.came)
			post(kernel.held[kernel.answered++].user_data,
			     CAPOS_ERR_CANCELLED, 0);
		post(sqe->user_data, CAPOS_OK, 0);
		return;
	}
	assert_true(kernel.came < CALLS_MAX);
	assert_true(sqe->params_size >= 16);
	memcpy(&kernel.numbers[kernel.came],
	       region + CAPOS_ARENA_OFFSET + sqe->params_offset + 8, 8);
	kernel.held[kernel.came++] = *sqe;
	count_in_flight();
	if (kernel.at_once)
		answer_oldest();
}

int64_t capos_sys_call(uint32_t number, uint64_t first, uint64_t second)
{
	const void *queue = region + CAPOS_SQ_OFFSET;

	(void)second;
	assert_int_equal(number, CAPOS_SYS_CAP_ENTER);
	kernel.enters++;
	for (; kernel.sq_head != atomic_load(&header->sq_tail); kernel.sq_head++)
		run((const struct capos_sqe *)queue + kernel.sq_head % CAPOS_SQ_ENTRIES);
	atomic_store(&header->sq_head, kernel.sq_head);
	while (kernel.cq_tail - atomic_load(&header->cq_head) < first) {
		assert_true(kernel.answered < kernel.came); /* or it waits for ever */
		answer_oldest();
	}
	return kernel.cq_tail - atomic_load(&header->cq_head);
}

void capos_exit(int code)
{
	fail_msg("exit %d", code);
	abort();
}

static int set_up(void **state)
{
	(void)state;
	memset(region, 0, sizeof(region));
	memset(&kernel, 0, sizeof(kernel));
	memset(&capos_thread_ring, 0, sizeof(capos_thread_ring));
	kernel.fails[0] = kernel.fails[1] = NONE;
	header->magic = CAPOS_RING_MAGIC;
	header->abi_version = CAPOS_ABI_VERSION;
	header->sq_offset = CAPOS_SQ_OFFSET;
	header->cq_offset = CAPOS_CQ_OFFSET;
	header->arena_offset = CAPOS_ARENA_OFFSET;
	header->arena_size = CAPOS_ARENA_DEFAULT_BYTES;
	capos_ring_init(&capos_thread_ring, region);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (stream.in_flight != 0 || stream.bytes != 0 ||
	    capos_ring_outstanding(&capos_thread_ring) != 0)
		return -1;
	return capos_arena_free_units(&capos_thread_ring.arena) ==
			       CAPOS_ARENA_DEFAULT_BYTES / UNIT
		       ? 0
		       : -1;
}

/* What X_send of a method with one number and some bytes is. */
static status_t send(struct capos_call *call, uint64_t number, uint32_t words)
{
	status_t status = capos_call_begin(call, (cap_t){ 5 }, 77, 0, 2 + words, 0, 0);

	if (status != CAPOS_OK)
		return status;
	capnp_set_u64(capnp_build_root(capos_call_params(call), 1, 0), 0, number);
	return capos_call_submit(call);
}

/* What X_stream is. */
static status_t push(uint64_t number, uint32_t words)
{
	struct capos_call *call;

	do
		call = capos_stream_next(&stream, (2 + words) * 8);
	while (call && !capos_stream_sent(&stream, call, send(call, number, words)));
	return capos_stream_status(&stream);
}

static void start(uint32_t bytes_max)
{
	capos_stream_init(&stream, window, WINDOW, bytes_max);
}

/* ---- Cases ------------------------------------------------------------------------- */

static void stream_sends_everything_once_and_in_order(void **state)
{
	(void)state;
	start(ANY_BYTES);
	for (uint64_t i = 0; i < 300; i++)
		assert_int_equal(push(i, i % 64), CAPOS_OK);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
	assert_int_equal(kernel.came, 300);
	for (uint64_t i = 0; i < 300; i++)
		assert_int_equal(kernel.numbers[i], i);
}

static void stream_has_at_most_its_window_of_calls_in_flight(void **state)
{
	(void)state;
	start(ANY_BYTES);
	for (uint64_t i = 0; i < WINDOW; i++)
		assert_int_equal(push(i, 0), CAPOS_OK);
	assert_int_equal(kernel.enters, 0); /* nobody has to wait yet */
	for (uint64_t i = WINDOW; i < 50; i++)
		assert_int_equal(push(i, 0), CAPOS_OK);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
	assert_int_equal(kernel.most_in_flight, WINDOW);
}

static void stream_has_at_most_its_bytes_in_flight(void **state)
{
	(void)state;
	start(3 * UNIT);
	for (uint64_t i = 0; i < 50; i++) /* one unit and two, in turn */
		assert_int_equal(push(i, i % 2 ? 40 : 0), CAPOS_OK);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
	assert_true(kernel.most_bytes <= 3 * UNIT);
	assert_int_equal(kernel.most_in_flight, 2);
}

static void stream_sends_what_is_larger_than_its_bytes_alone(void **state)
{
	(void)state;
	start(2 * UNIT);
	assert_int_equal(push(0, 0), CAPOS_OK);
	assert_int_equal(push(1, 500), CAPOS_OK);
	assert_int_equal(push(2, 0), CAPOS_OK);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
	assert_int_equal(kernel.came, 3);
	assert_int_equal(kernel.most_in_flight, 1);
}

/* Others use the arena too: what does not fit waits for the stream's own calls. */
static void stream_waits_when_the_arena_is_full_and_fails_when_it_stays_so(void **state)
{
	enum { THIRD_WORDS = CAPOS_ARENA_DEFAULT_BYTES / 8 / 3 };

	(void)state;
	start(UINT32_MAX);
	for (uint64_t i = 0; i < 20; i++)
		assert_int_equal(push(i, THIRD_WORDS), CAPOS_OK);
	assert_true(kernel.most_in_flight <= 2);
	assert_int_equal(push(20, CAPOS_ARENA_DEFAULT_BYTES / 8), CAPOS_ERR_BAD_BUFFER);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_ERR_BAD_BUFFER);
	assert_int_equal(kernel.came, 20);
}

static void stream_sends_nothing_once_a_failure_is_known(void **state)
{
	uint64_t number = 0;

	(void)state;
	kernel.fails[0] = 10;
	kernel.fails[1] = 11; /* not the first */
	start(ANY_BYTES);
	while (push(number, 0) == CAPOS_OK)
		number++;
	assert_true(number > 10 && number <= 10 + WINDOW);
	assert_int_equal(capos_stream_status(&stream), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(push(99, 0), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(push(99, 0), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(stream.failure.detail, 10);
	assert_int_equal(stream.failure.rule, 7);
	assert_int_equal(kernel.came, number);
}

static void stream_finds_the_first_failure_at_its_end(void **state)
{
	(void)state;
	kernel.fails[0] = 3;
	kernel.fails[1] = 1;
	start(ANY_BYTES);
	for (uint64_t i = 0; i < WINDOW; i++)
		assert_int_equal(push(i, 0), CAPOS_OK);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_ERR_NO_MEMORY);
	assert_int_equal(stream.failure.detail, 1);
}

static void stream_of_quick_answers_never_fills_its_window(void **state)
{
	(void)state;
	kernel.at_once = true;
	start(ANY_BYTES);
	for (uint64_t i = 0; i < 100; i++) {
		assert_int_equal(push(i, 0), CAPOS_OK);
		capos_stream_flush(&stream);
		assert_int_equal(stream.in_flight, 1); /* the one before is let go */
	}
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
	assert_int_equal(kernel.enters, 100);
}

static void stream_flush_sends_without_waiting(void **state)
{
	(void)state;
	start(ANY_BYTES);
	capos_stream_flush(&stream);
	assert_int_equal(kernel.enters, 0); /* there was nothing */
	assert_int_equal(push(0, 0), CAPOS_OK);
	assert_int_equal(kernel.came, 0);
	capos_stream_flush(&stream);
	assert_int_equal(kernel.came, 1);
	assert_int_equal(kernel.answered, 0);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
}

static void stream_without_calls_ends_well(void **state)
{
	(void)state;
	start(0);
	assert_int_equal(capos_stream_finish(&stream), CAPOS_OK);
	assert_int_equal(kernel.enters, 0);
	capos_stream_abandon(&stream);
	assert_int_equal(kernel.enters, 0);
}

static void stream_that_is_abandoned_withdraws_its_calls(void **state)
{
	(void)state;
	start(ANY_BYTES);
	for (uint64_t i = 0; i < WINDOW; i++)
		assert_int_equal(push(i, 0), CAPOS_OK);
	capos_stream_abandon(&stream);
	assert_true(kernel.cancelled > 0);
	assert_int_equal(capos_stream_status(&stream), CAPOS_ERR_CANCELLED);
}

#define STREAM_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STREAM_TEST(stream_sends_everything_once_and_in_order),
		STREAM_TEST(stream_has_at_most_its_window_of_calls_in_flight),
		STREAM_TEST(stream_has_at_most_its_bytes_in_flight),
		STREAM_TEST(stream_sends_what_is_larger_than_its_bytes_alone),
		STREAM_TEST(
			stream_waits_when_the_arena_is_full_and_fails_when_it_stays_so),
		STREAM_TEST(stream_sends_nothing_once_a_failure_is_known),
		STREAM_TEST(stream_finds_the_first_failure_at_its_end),
		STREAM_TEST(stream_of_quick_answers_never_fills_its_window),
		STREAM_TEST(stream_flush_sends_without_waiting),
		STREAM_TEST(stream_without_calls_ends_well),
		STREAM_TEST(stream_that_is_abandoned_withdraws_its_calls),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

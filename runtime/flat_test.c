/* SPDX-License-Identifier: MIT */
/*
 * flat_test.c - the generated stubs of flat.h against a kernel made of C.
 *
 * The kernel here answers every call at once with the same script, or not at all until
 * it is told to. Whatever the script says, a stub must end with the whole arena free,
 * nothing outstanding, and nothing read that was not sent.
 */
// TEST-LINK: runtime/ring.c runtime/arena.c core/capnp/reader.c core/capnp/builder.c @gen/timer @gen/memory
#include "capos/flat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capos/cap.h"
#include "capos/program.h"
#include "gen/memory.client.h"
#include "gen/timer.client.h"

enum {
	REGION_BYTES = CAPOS_ARENA_OFFSET + CAPOS_ARENA_DEFAULT_BYTES,
	SCRIPT_WORDS = 8,
	POISON = 0xa5,
};

static const uint64_t ROOT_1 = UINT64_C(1) << 32; /* one data word */
static const struct timer_client timer = { { 5 } };
static const struct virtual_memory_client memory = { { 6 } };
static const struct memory_allocator_client allocator = { { 7 } };

alignas(64) static uint8_t region[REGION_BYTES];
static struct capos_ring_header *const header = (void *)region;

static struct {
	struct capos_cqe answer; /* its user_data is the entry's */
	uint64_t words[SCRIPT_WORDS];
	uint32_t word_count;
	struct capos_sqe last; /* the latest call */
	uint64_t params[SCRIPT_WORDS];
	struct capos_transfer transfer;
	uint32_t sq_head, cq_tail, enters, released, held;
	uint64_t held_user_data[4];
	bool hold; /* keep the calls that come */
} kernel;

static void post(struct capos_cqe cqe)
{
	void *queue = region + CAPOS_CQ_OFFSET;

	((struct capos_cqe *)queue)[kernel.cq_tail++ % CAPOS_CQ_ENTRIES] = cqe;
	atomic_store(&header->cq_tail, kernel.cq_tail);
}

static void answer(uint64_t user_data)
{
	struct capos_cqe cqe = kernel.answer;

	cqe.user_data = user_data;
	post(cqe);
}

static void run_call(const struct capos_sqe *sqe)
{
	uint8_t *arena = region + CAPOS_ARENA_OFFSET;

	kernel.last = *sqe;
	assert_true(sqe->params_size <= sizeof(kernel.params));
	memcpy(kernel.params, arena + sqe->params_offset, sqe->params_size);
	assert_true(sqe->transfer_count <= 1);
	if (sqe->transfer_count == 1)
		memcpy(&kernel.transfer, arena + sqe->transfer_offset,
		       sizeof(kernel.transfer));
	/* The rest of the block: whoever reads it reads what nobody sent. */
	memset(arena + sqe->result_offset, POISON,
	       CAPOS_ARENA_UNIT_BYTES - sqe->result_offset % CAPOS_ARENA_UNIT_BYTES);
	assert_true(kernel.word_count * 8 <= sqe->result_size);
	memcpy(arena + sqe->result_offset, kernel.words, kernel.word_count * 8);
	if (kernel.hold)
		kernel.held_user_data[kernel.held++ % 4] = sqe->user_data;
	else
		answer(sqe->user_data);
}

int64_t capos_sys_call(uint32_t number, uint64_t first, uint64_t second)
{
	const void *queue = region + CAPOS_SQ_OFFSET;

	(void)second;
	assert_int_equal(number, CAPOS_SYS_CAP_ENTER);
	kernel.enters++;
	for (; kernel.sq_head != atomic_load(&header->sq_tail); kernel.sq_head++) {
		const struct capos_sqe *sqe = (const struct capos_sqe *)queue +
					      kernel.sq_head % CAPOS_SQ_ENTRIES;

		if (sqe->opcode == CAPOS_OP_RELEASE)
			kernel.released++;
		else if (sqe->method == UINT16_MAX) /* capos_cap_answers(): it does not */
			post((struct capos_cqe){ .user_data = sqe->user_data,
						 .result = CAPOS_ERR_WRONG_INTERFACE });
		else
			run_call(sqe);
	}
	atomic_store(&header->sq_head, kernel.sq_head);
	/* What is held is answered when the thread can do nothing but wait. */
	while (kernel.held != 0 && kernel.cq_tail - atomic_load(&header->cq_head) < first)
		answer(kernel.held_user_data[--kernel.held]);
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
	uint32_t units = CAPOS_ARENA_DEFAULT_BYTES / CAPOS_ARENA_UNIT_BYTES;

	(void)state;
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	if (capos_ring_outstanding(&capos_thread_ring) != 0)
		return -1;
	return capos_arena_free_units(&capos_thread_ring.arena) == units ? 0 : -1;
}

/* The answer to Timer.now, as a kernel with the same schema gives it. */
static void script_time(uint64_t now_ns)
{
	kernel.words[0] = ROOT_1;
	kernel.words[1] = now_ns;
	kernel.word_count = 2;
	kernel.answer.payload_size = 16;
}

static void usual_results_come_with_one_enter(void **state)
{
	uint64_t now_ns = 0;

	(void)state;
	for (uint32_t i = 1; i <= 300; i++) {
		script_time(i);
		assert_int_equal(timer_now(timer, &now_ns), CAPOS_OK);
		assert_int_equal(now_ns, i);
		assert_int_equal(kernel.enters, i);
	}
	assert_int_equal(timer_now(timer, nullptr), CAPOS_OK);
	assert_int_equal(kernel.last.cap, 5);
	assert_int_equal(kernel.last.interface, TIMER_INTERFACE_ID);
	assert_int_equal(kernel.last.params_size, 0);
}

static void refusals_are_returned_with_one_enter(void **state)
{
	uint64_t now_ns = 1;

	(void)state;
	script_time(9);
	kernel.answer.result = CAPOS_ERR_BAD_CAPABILITY;
	kernel.answer.payload_size = 0;
	assert_int_equal(timer_now(timer, &now_ns), CAPOS_ERR_BAD_CAPABILITY);
	assert_int_equal(now_ns, 1);
	assert_int_equal(kernel.enters, 1);
}

/* Results of another version of the schema, or of somebody who wants to do harm. */
static void unusual_results_are_read_with_care(void **state)
{
	static const struct {
		uint64_t words[2];
		uint32_t payload_size;
		status_t status;
		uint64_t now_ns;
	} cases[] = {
		{ { ROOT_1, 7 }, 16, CAPOS_OK, 7 },
		{ { 0xfffffffc }, 8, CAPOS_OK, 0 },              /* an older one */
		{ { 0 }, 8, CAPOS_OK, 0 },                       /* a null root */
		{ { 0 }, 0, CAPOS_OK, 0 },                       /* nothing */
		{ { ROOT_1, 7 }, 8, CAPOS_ERR_BAD_MESSAGE, 99 }, /* cut short */
		{ { ROOT_1 | 0x7ffffffc, 7 }, 16, CAPOS_ERR_BAD_MESSAGE, 99 },
		{ { 2, 7 }, 16, CAPOS_ERR_BAD_MESSAGE, 99 }, /* a far pointer */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t now_ns = 99;

		memcpy(kernel.words, cases[i].words, sizeof(cases[i].words));
		kernel.word_count = 2;
		kernel.answer.payload_size = cases[i].payload_size;
		assert_int_equal(timer_now(timer, &now_ns), cases[i].status);
		assert_int_equal(now_ns, cases[i].now_ns);
	}
}

static void parameters_are_where_the_schema_says(void **state)
{
	(void)state;
	assert_int_equal(virtual_memory_unmap(memory, 4096, 8192), CAPOS_OK);
	assert_int_equal(kernel.last.params_size, 24);
	assert_int_equal(kernel.last.result_size, 0);
	assert_int_equal(kernel.params[0], UINT64_C(2) << 32);
	assert_int_equal(kernel.params[1], 4096);
	assert_int_equal(kernel.params[2], 8192);
}

static void capabilities_are_given(void **state)
{
	const struct memory_object_client object = { { 77 } }, none = { CAP_NULL };
	uint64_t address = 0;

	(void)state;
	script_time(0x10000);
	assert_int_equal(virtual_memory_map_object(memory, object, 1, 2, 3,
						   PROTECTION_READ, &address),
			 CAPOS_OK);
	assert_int_equal(address, 0x10000);
	assert_int_equal(kernel.last.transfer_count, 1);
	assert_int_equal(kernel.transfer.cap, 77);
	assert_int_equal(kernel.transfer.mode, CAPOS_TRANSFER_COPY);
	assert_int_equal(kernel.params[5], 3); /* capability 0 */
	assert_int_equal(virtual_memory_map_object(memory, none, 1, 2, 3, PROTECTION_READ,
						   &address),
			 CAPOS_OK);
	assert_int_equal(kernel.last.transfer_count, 0);
	assert_int_equal(kernel.params[5], 0);
}

static void script_capability(uint64_t interface)
{
	kernel.words[0] = 100;
	kernel.words[1] = interface;
	kernel.words[2] = UINT64_C(1) << 48; /* one pointer: capability 0 */
	kernel.words[3] = 3;
	kernel.word_count = 4;
	kernel.answer = (struct capos_cqe){ .payload_size = 16, .cap_count = 1 };
}

static void result_capabilities_are_taken_or_released(void **state)
{
	struct memory_object_client object = { CAP_NULL };
	struct capos_call call;

	(void)state;
	script_capability(MEMORY_OBJECT_INTERFACE_ID);
	assert_int_equal(memory_allocator_allocate(allocator, 1, &object), CAPOS_OK);
	assert_int_equal(object.cap.raw, 100);
	assert_int_equal(kernel.enters, 1);
	assert_int_equal(memory_allocator_allocate(allocator, 1, nullptr), CAPOS_OK);
	script_capability(TIMER_INTERFACE_ID);
	assert_int_equal(memory_allocator_allocate(allocator, 1, &object), CAPOS_OK);
	assert_true(cap_is_null(object.cap));
	(void)memory_allocator_allocate_send(allocator, &call, 1);
	assert_int_equal(capos_call_wait(&call), CAPOS_OK);
	capos_call_end(&call);
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	assert_int_equal(kernel.released, 3);
}

/* Capabilities where the schema knows of none: nobody can have sent them, but still. */
static void capabilities_nobody_asked_for_do_no_harm(void **state)
{
	uint64_t now_ns = 0;

	(void)state;
	script_time(7);
	kernel.answer.rule = 1;
	assert_int_equal(timer_now(timer, &now_ns), CAPOS_OK);
	assert_int_equal(now_ns, 7);
	kernel.answer.flags = 0x80;
	assert_int_equal(timer_now(timer, &now_ns), CAPOS_OK);
}

static void calls_sent_complete_in_any_order(void **state)
{
	struct capos_call calls[3];

	(void)state;
	script_time(8);
	kernel.hold = true; /* the last one is answered first */
	for (int i = 0; i < 3; i++)
		assert_int_equal(timer_now_send(timer, &calls[i]), CAPOS_OK);
	assert_int_equal(capos_ring_outstanding(&capos_thread_ring), 3);
	for (int i = 0; i < 3; i++) {
		uint64_t now_ns = 0;

		assert_int_equal(timer_now_receive(&calls[i], &now_ns), CAPOS_OK);
		assert_int_equal(now_ns, 8);
		capos_call_end(&calls[i]); /* harmless */
	}
}

/* While one is in flight, a whole call does not take its completion for its own. */
static void a_call_in_flight_does_not_disturb(void **state)
{
	struct capos_call held;
	uint64_t now_ns = 0;

	(void)state;
	script_time(8);
	kernel.hold = true;
	(void)timer_sleep_send(timer, &held, 1);
	capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
	kernel.hold = false;
	assert_int_equal(timer_now(timer, &now_ns), CAPOS_OK);
	assert_false(capos_call_is_done(&held));
	answer(kernel.held_user_data[--kernel.held]); /* it comes between two calls */
	assert_int_equal(timer_now(timer, &now_ns), CAPOS_OK);
	assert_true(capos_call_is_done(&held));
	assert_int_equal(timer_sleep_receive(&held, &now_ns), CAPOS_OK);
}

static void a_call_that_was_never_begun_may_be_ended(void **state)
{
	struct capos_call call = { 0 };

	(void)state;
	capos_call_end(&call);
	capos_call_end(&call);
}

static void a_full_arena_is_an_error(void **state)
{
	struct capos_call call;
	uint64_t now_ns;
	void *all;

	(void)state;
	all = capos_arena_find_block(&capos_thread_ring.arena, CAPOS_ARENA_DEFAULT_BYTES);
	assert_non_null(all);
	assert_int_equal(timer_now(timer, &now_ns), CAPOS_ERR_BAD_BUFFER);
	assert_int_equal(timer_now_send(timer, &call), CAPOS_ERR_BAD_BUFFER);
	assert_int_equal(timer_now_receive(&call, &now_ns), CAPOS_ERR_BAD_BUFFER);
	capos_arena_free(&capos_thread_ring.arena, all, CAPOS_ARENA_DEFAULT_BYTES);
	assert_int_equal(kernel.enters, 0);
}

static void no_more_than_polite_are_outstanding(void **state)
{
	static struct capos_call calls[200];
	uint64_t now_ns;

	(void)state;
	script_time(8);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(timer_now_send(timer, &calls[i]), CAPOS_OK);
		assert_true(capos_ring_outstanding(&capos_thread_ring) <=
			    CAPOS_OUTSTANDING_POLITE);
	}
	for (int i = 0; i < 200; i++)
		assert_int_equal(timer_now_receive(&calls[i], &now_ns), CAPOS_OK);
}

int main(void)
{
#define FLAT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FLAT_TEST(usual_results_come_with_one_enter),
		FLAT_TEST(refusals_are_returned_with_one_enter),
		FLAT_TEST(unusual_results_are_read_with_care),
		FLAT_TEST(parameters_are_where_the_schema_says),
		FLAT_TEST(capabilities_are_given),
		FLAT_TEST(result_capabilities_are_taken_or_released),
		FLAT_TEST(capabilities_nobody_asked_for_do_no_harm),
		FLAT_TEST(calls_sent_complete_in_any_order),
		FLAT_TEST(a_call_in_flight_does_not_disturb),
		FLAT_TEST(a_call_that_was_never_begun_may_be_ended),
		FLAT_TEST(a_full_arena_is_an_error),
		FLAT_TEST(no_more_than_polite_are_outstanding),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/* entropy_source_test.c - EntropySource: the promises of schema/entropy.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/entropy_source.h"

#include "gen/entropy.capnp.h"
#include "tests/support/hosted_fixture.h"

static struct capos_sqe fill_call(struct fixture *f, uint32_t size)
{
	struct capnp_builder builder = machine_params(&f->child);

	entropy_source_fill_params_set_size_bytes(
		entropy_source_fill_params_new(&builder), size);
	return machine_call(&f->child, "entropy", ENTROPY_SOURCE_METHOD_FILL, &builder);
}

static void fill(struct fixture *f, uint32_t size, uint8_t *out)
{
	struct capos_sqe sqe = fill_call(f, size);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct capnp_reader reader = machine_results(&f->child, &cqe, 0);
	struct entropy_source_fill_results results;
	struct capnp_data data;

	assert_true(entropy_source_fill_results_read(&reader, &results));
	data = entropy_source_fill_results_get_bytes(results);
	assert_int_equal(data.size, size);
	memcpy(out, data.bytes, size);
}

static void entropy_fills_1_to_1024_bytes(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[ENTROPY_FILL_MAX_BYTES];
	struct capos_sqe sqe = fill_call(f, 0);

	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_NON_ZERO);
	sqe = fill_call(f, ENTROPY_FILL_MAX_BYTES + 1);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	sqe = fill_call(f, UINT32_MAX);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	for (uint32_t size = 1; size <= 200; size++)
		fill(f, size, bytes);
	fill(f, ENTROPY_FILL_MAX_BYTES, bytes);
}

static void entropy_refuses_a_buffer_too_small(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = fill_call(f, 64);

	sqe.result_size = 16 + 56;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
	sqe.result_size = 16 + 64;
	(void)fixture_ok(f, &sqe);
}

static uint32_t ones(const uint8_t *bytes, size_t size)
{
	uint32_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += (uint32_t)__builtin_popcount(bytes[i]);
	return count;
}

static void entropy_never_repeats_itself(void **state)
{
	struct fixture *f = *state;
	uint8_t first[ENTROPY_FILL_MAX_BYTES];
	uint8_t second[ENTROPY_FILL_MAX_BYTES];

	fill(f, sizeof(first), first);
	fill(f, sizeof(second), second);
	assert_memory_not_equal(first, second, 32);
	for (size_t i = 32; i < sizeof(first); i += 32) /* nor within one answer */
		assert_memory_not_equal(first, first + i, 32);
	/* 8192 bits: 4096 ones, and 10 standard deviations of 45 */
	assert_in_range(ones(first, sizeof(first)), 4096 - 450, 4096 + 450);
}

static void entropy_goes_on_when_its_source_fails_later(void **state)
{
	struct fixture *f = *state;
	uint8_t first[64];
	uint8_t second[64];

	hosted_cpu.random_fails = true;
	fill(f, sizeof(first), first);
	fill(f, sizeof(second), second);
	hosted_cpu.random_fails = false;
	assert_memory_not_equal(first, second, sizeof(first));
}

/* A source that never had a seed says so. */
static void entropy_without_a_seed_is_unimplemented(void **state)
{
	struct fixture *f = *state;
	struct process *process = f->child.process;
	struct object *object;
	struct capos_sqe sqe;
	cap_t cap;
	enum rule rule;

	hosted_cpu.random_fails = true;
	assert_int_equal(entropy_source_create(&process->account, &object), CAPOS_OK);
	assert_int_equal(hold_create(process,
				     (struct capability){ object, &entropy_source_facet },
				     &process->account, &cap, &rule),
			 CAPOS_OK);
	sqe = fill_call(f, 8);
	sqe.cap = cap.raw;
	fixture_raised(f, &sqe, EXCEPTION_TYPE_UNIMPLEMENTED, RULE_NONE);
	hosted_cpu.random_fails = false;
	(void)fixture_ok(f, &sqe); /* it was seeded now */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(entropy_fills_1_to_1024_bytes),
		FIXTURE_TEST(entropy_refuses_a_buffer_too_small),
		FIXTURE_TEST(entropy_never_repeats_itself),
		FIXTURE_TEST(entropy_goes_on_when_its_source_fails_later),
		FIXTURE_TEST(entropy_without_a_seed_is_unimplemented),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

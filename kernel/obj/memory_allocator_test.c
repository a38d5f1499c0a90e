/* SPDX-License-Identifier: MIT */
/* memory_allocator_test.c - MemoryAllocator and MemoryObject: schema/memory.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "gen/memory.capnp.h"
#include "kernel/work.h"
#include "tests/support/hosted_fixture.h"

enum : uint64_t { FOREVER = CAPOS_DEADLINE_FOREVER };

static struct capos_sqe allocate(struct fixture *f, uint32_t page_count)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct capos_sqe sqe;

	memory_allocator_allocate_params_set_page_count(
		memory_allocator_allocate_params_new(&builder), page_count);
	sqe = machine_call(&f->child, "allocator", MEMORY_ALLOCATOR_METHOD_ALLOCATE,
			   &builder);
	sqe.result_cap_max = 1;
	return sqe;
}

static uint64_t result_cap(const struct fixture *f)
{
	struct capos_result_cap record;

	memcpy(&record, machine_arena(&f->child, MACHINE_RESULTS), sizeof(record));
	assert_int_equal(record.interface, MEMORY_OBJECT_INTERFACE_ID);
	return record.cap;
}

static struct capos_sqe info_call(struct fixture *f, uint64_t cap)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "allocator", MEMORY_OBJECT_METHOD_INFO, nullptr);

	sqe.cap = cap;
	sqe.interface = MEMORY_OBJECT_INTERFACE_ID;
	return sqe;
}

static void expect_pages(struct fixture *f, uint64_t cap, uint32_t page_count)
{
	struct capos_sqe sqe = info_call(f, cap);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct capnp_reader reader = machine_results(&f->child, &cqe, 0);
	struct memory_object_info_results info;

	assert_true(memory_object_info_results_read(&reader, &info));
	assert_int_equal(memory_object_info_results_get_page_count(info), page_count);
	assert_true(memory_object_info_results_get_mutable(info));
}

static uint64_t pages_used(const struct fixture *f)
{
	return ledger_used(&f->child.process->account.ledger, LEDGER_MEMORY_PAGES);
}

static void release(struct fixture *f, uint64_t cap)
{
	struct capos_sqe sqe = { .opcode = CAPOS_OP_RELEASE, .cap = cap, .user_data = 9 };

	(void)machine_submit(&f->child, &sqe);
	(void)machine_enter(&f->child, 0, CAPOS_DEADLINE_POLL);
}

/* Enters for @count completions; the steps of clearing run while the caller waits. */
static void enter_for(struct fixture *f, uint64_t count)
{
	int64_t got = machine_enter(&f->child, count, FOREVER);

	if (got == MACHINE_WAITING) {
		while (work_run_one())
			continue;
		got = machine_resume(&f->child);
	}
	assert_int_equal(got, count);
}

static void allocator_makes_objects_that_the_caller_pays(void **state)
{
	static const uint32_t counts[] = { 1, 8, 9, 64 };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct capos_sqe sqe = allocate(f, counts[i]);
		struct machine_snapshot before = machine_snapshot(&f->child);
		uint64_t pages = pages_used(f);
		uint64_t cap;

		(void)fixture_ok(f, &sqe);
		cap = result_cap(f);
		expect_pages(f, cap, counts[i]);
		assert_int_equal(pages_used(f), pages + counts[i] + (counts[i] > 8));
		release(f, cap);

		struct machine_snapshot after = machine_snapshot(&f->child);

		assert_true(after.frames_free + 1 >=
			    before.frames_free); /* a slab may stay */
		assert_int_equal(pages_used(f), pages);
		assert_int_equal(after.holds, before.holds);
	}
}

static void allocator_refuses_by_rule(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = allocate(f, 0);

	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_NON_ZERO);
	sqe = allocate(f, 65537);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	sqe = allocate(f, UINT32_MAX);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
	/* Above the machine's memory, above the ledger, just above the ledger. */
	sqe = allocate(f, 65536);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_MEMORY, RULE_MACHINE_MEMORY);
	sqe = allocate(f, 257);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_MEMORY_PAGES);
	sqe = allocate(f, (uint32_t)(256 - pages_used(f)));
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_MEMORY_PAGES);
}

static void allocator_clears_large_objects_in_steps(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = allocate(f, 150);
	uint64_t pages = pages_used(f);
	struct capos_cqe cqe;
	uint64_t cap;

	sqe.user_data = 77;
	(void)machine_submit(&f->child, &sqe);
	enter_for(f, 1);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_OK);
	assert_int_equal(cqe.user_data, 77);
	assert_int_equal(cqe.cap_count, 1);
	assert_int_equal(pages_used(f), pages + 151);
	cap = result_cap(f);
	expect_pages(f, cap, 150);
	release(f, cap);
	assert_int_equal(pages_used(f), pages);
}

static void allocator_drops_a_withdrawn_allocation(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = allocate(f, 150);
	uint64_t pages = pages_used(f);
	struct capos_sqe cancel = { .opcode = CAPOS_OP_CANCEL, .user_data = 78 };
	struct capos_cqe first;
	struct capos_cqe second;

	cancel.pipeline_dep = machine_submit(&f->child, &sqe);
	(void)machine_submit(&f->child, &cancel);
	enter_for(f, 2);
	assert_true(machine_take(&f->child, &first));
	assert_true(machine_take(&f->child, &second));
	if (first.user_data == 78) {
		struct capos_cqe swap = first;

		first = second;
		second = swap;
	}
	assert_int_equal(first.result, CAPOS_ERR_CANCELLED);
	assert_int_equal(first.cap_count, 0);
	assert_int_equal(second.result, CAPOS_OK);
	/* The work finds out at its next step. */
	while (work_run_one())
		continue;
	assert_int_equal(pages_used(f), pages);
}

/* Tear-down looks for every frame and charge. */
static void allocator_survives_the_callers_end_amid_an_allocation(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = allocate(f, 150);

	(void)machine_submit(&f->child, &sqe);
	(void)machine_enter(&f->child, 0, CAPOS_DEADLINE_POLL);
}

static void allocator_large_objects_end_with_their_payer(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = allocate(f, 150);

	(void)machine_submit(&f->child, &sqe);
	enter_for(f, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(allocator_makes_objects_that_the_caller_pays),
		FIXTURE_TEST(allocator_refuses_by_rule),
		FIXTURE_TEST(allocator_clears_large_objects_in_steps),
		FIXTURE_TEST(allocator_drops_a_withdrawn_allocation),
		FIXTURE_TEST(allocator_survives_the_callers_end_amid_an_allocation),
		FIXTURE_TEST(allocator_large_objects_end_with_their_payer),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

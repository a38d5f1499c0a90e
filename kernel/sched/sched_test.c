/* SPDX-License-Identifier: MIT */
/* sched_test.c - drains that give way, upcalls that end in them, work beside a busy thread. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/sched.h"

#include "gen/thread.capnp.h"
#include "gen/timer.capnp.h"
#include "kernel/upcall.h"
#include "tests/support/hosted_fixture.h"

enum : uint64_t { ENTRY = 0x200010, STACK = 0xdf000 };

/* Each word that the kernel reads takes so long that a drain soon has to give way. */
static void time_passes(void)
{
	hosted_cpu.now_ns += 2000;
}

static bool queued(const struct thread *thread)
{
	return !list_empty(&thread->run_link);
}

static struct capos_sqe thread_call(const struct fixture *f, uint16_t method)
{
	return machine_call(&f->child, "thread", method, nullptr);
}

static void set_upcall(struct fixture *f)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct thread_control_set_upcall_params_builder params =
		thread_control_set_upcall_params_new(&builder);
	struct capos_sqe sqe;

	thread_control_set_upcall_params_set_entry(params, ENTRY);
	thread_control_set_upcall_params_set_stack_top(params, STACK);
	thread_control_set_upcall_params_set_event_mask(params, CAPOS_EVENT_INTERRUPT);
	sqe = machine_call(&f->child, "thread", THREAD_CONTROL_METHOD_SET_UPCALL,
			   &builder);
	(void)fixture_ok(f, &sqe);
}

/* The child runs in its upcall; returns where it was before. */
static uint64_t enter_upcall(struct fixture *f)
{
	struct capos_sqe sqe = thread_call(f, THREAD_CONTROL_METHOD_INTERRUPT);
	uint64_t instruction = f->child.thread->context.instruction;

	set_upcall(f);
	(void)fixture_ok(f, &sqe);
	machine_settle();
	machine_run(&f->child);
	assert_true(f->child.thread->upcall_active);
	assert_int_equal(f->child.thread->context.instruction, ENTRY);
	return instruction;
}

static uint32_t take_all(struct fixture *f)
{
	struct capos_cqe cqe;
	uint32_t count = 0;

	while (machine_take(&f->child, &cqe)) {
		assert_int_equal(cqe.result, CAPOS_OK);
		count++;
	}
	return count;
}

/*
 * The thread that gave way is in the queue, with the rest of its batch to do. Were it
 * continued as well because its context was replaced, it would be there twice in the end.
 */
static void drain_gives_way_after_a_resume(void **state)
{
	struct fixture *f = *state;
	struct thread *thread = f->child.thread;
	uint64_t instruction = enter_upcall(f);
	struct capos_sqe resume = thread_call(f, THREAD_CONTROL_METHOD_RESUME);
	struct capos_sqe now =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

	(void)machine_submit(&f->child, &resume);
	for (int i = 0; i < 20; i++)
		(void)machine_submit(&f->child, &now);
	hosted_cpu.shared_read = time_passes;
	(void)machine_enter(&f->child, 0, 0);
	assert_false(queued(thread));
	assert_false(thread->reenter);
	hosted_cpu.shared_read = nullptr;
	machine_run(&f->child);
	assert_int_equal(take_all(f), 21);
	assert_int_equal(thread->context.instruction, instruction);
	assert_false(thread->upcall_active);
	assert_false(thread->context_replaced);
}

static void interrupt_during_an_upcall_comes_after_it(void **state)
{
	struct fixture *f = *state;
	struct thread *thread = f->child.thread;
	uint64_t instruction = enter_upcall(f);
	struct capos_sqe sqe = thread_call(f, THREAD_CONTROL_METHOD_INTERRUPT);

	(void)fixture_ok(f, &sqe);
	sqe = thread_call(f, THREAD_CONTROL_METHOD_RESUME);
	(void)machine_submit(&f->child, &sqe);
	(void)machine_enter(&f->child, 0, 0);
	assert_int_equal(take_all(f), 1);
	assert_true(thread->upcall_active);
	assert_false(thread->upcall_raised);
	assert_int_equal(thread->context.instruction, ENTRY);
	assert_int_equal(thread->region.header->upcall.rip, instruction);
}

/* Raised by somebody else while the drain had given way: not lost to the wait behind it. */
static void interrupt_of_a_drain_that_gave_way_is_delivered(void **state)
{
	struct fixture *f = *state;
	struct thread *thread = f->child.thread;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

	set_upcall(f);
	for (int i = 0; i < 5; i++)
		(void)machine_submit(&f->child, &sqe);
	sqe = thread_call(f, THREAD_CONTROL_METHOD_INTERRUPT); /* stands for another's */
	(void)machine_submit(&f->child, &sqe);
	for (int i = 0; i < 5; i++)
		(void)machine_submit(&f->child, &sqe);
	hosted_cpu.shared_read = time_passes;
	(void)machine_enter(&f->child, 0, 0);
	hosted_cpu.shared_read = nullptr;
	machine_run(&f->child);
	assert_true(thread->upcall_active);
	assert_int_equal(thread->context.instruction, ENTRY);
	assert_int_equal(take_all(f), 11);
}

static void end_process(void *argument)
{
	const struct terminal killed = { .kind = TERMINAL_KILLED };

	process_end(argument, &killed);
}

/* A thread that never enters the kernel again must not keep a teardown from its turn. */
static void work_gets_its_turn_beside_a_thread_that_is_alone(void **state)
{
	struct fixture *f = *state;
	const struct ledger_budget budget = machine_default_budget();
	const char *const nothing[] = { nullptr };
	struct machine_process victim = machine_spawn("victim", &budget, nothing);
	struct thread *others[] = { machine_init()->first_thread, f->bystander.thread };

	machine_run(&victim);
	machine_run(&f->child);
	for (size_t i = 0; i < 2; i++)
		sched_remove(others[i]);
	sched_remove(victim.thread);
	sched_arm_timer();
	assert_false(sched_contended());
	assert_true(hosted_cpu.timer_ns > hosted_cpu.cpu.slice_end_ns);

	assert_int_equal(hosted_run(end_process, victim.process), HOSTED_RETURNED);
	assert_true(hosted_cpu.timer_ns <= hosted_cpu.cpu.slice_end_ns);
	for (size_t i = 0; i < 2; i++)
		sched_add(others[i]);
	machine_finish(&victim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(drain_gives_way_after_a_resume),
		FIXTURE_TEST(interrupt_during_an_upcall_comes_after_it),
		FIXTURE_TEST(interrupt_of_a_drain_that_gave_way_is_delivered),
		FIXTURE_TEST(work_gets_its_turn_beside_a_thread_that_is_alone),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

/* SPDX-License-Identifier: MIT */
/* thread_control_test.c - ThreadControl and upcalls: the promises of schema/thread.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/thread_control.h"

#include "abi/address_map.h"
#include "gen/thread.capnp.h"
#include "gen/timer.capnp.h"
#include "kernel/upcall.h"
#include "tests/support/hosted_fixture.h"

enum : uint64_t { ENTRY = 0x200010, STACK = 0xdf000 };

static struct capos_sqe set_call(struct fixture *f, uint64_t entry, uint64_t stack_top,
				 uint32_t mask)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct thread_control_set_upcall_params_builder params =
		thread_control_set_upcall_params_new(&builder);

	thread_control_set_upcall_params_set_entry(params, entry);
	thread_control_set_upcall_params_set_stack_top(params, stack_top);
	thread_control_set_upcall_params_set_event_mask(params, mask);
	return machine_call(&f->child, "thread", THREAD_CONTROL_METHOD_SET_UPCALL,
			    &builder);
}

static struct capos_sqe plain_call(const struct fixture *f, uint16_t method)
{
	return machine_call(&f->child, "thread", method, nullptr);
}

static bool interrupt(struct fixture *f)
{
	struct capos_sqe sqe = plain_call(f, THREAD_CONTROL_METHOD_INTERRUPT);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct capnp_reader reader = machine_results(&f->child, &cqe, 0);
	struct thread_control_interrupt_results results;

	assert_true(thread_control_interrupt_results_read(&reader, &results));
	return thread_control_interrupt_results_get_delivered(results);
}

static void set(struct fixture *f, uint32_t mask)
{
	struct capos_sqe sqe = set_call(f, ENTRY, STACK, mask);

	(void)fixture_ok(f, &sqe);
}

static void upcall_needs_user_addresses_and_known_events(void **state)
{
	static const uint64_t wrong[] = { 0,
					  CAPOS_USER_FIRST - 1,
					  CAPOS_USER_END,
					  CAPOS_USER_END + 4096,
					  UINT64_C(0xffff800000000000),
					  UINT64_MAX };
	struct fixture *f = *state;
	struct capos_sqe sqe;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		sqe = set_call(f, wrong[i], STACK, CAPOS_EVENT_ALL);
		fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT,
			       RULE_ADDRESS_RANGE);
		if (wrong[i] == CAPOS_USER_END)
			continue; /* a stack may end there */
		sqe = set_call(f, ENTRY, wrong[i], CAPOS_EVENT_ALL);
		fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT,
			       RULE_ADDRESS_RANGE);
	}
	for (uint32_t bit = 4; bit; bit <<= 1) {
		sqe = set_call(f, ENTRY, STACK, bit);
		fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_EVENT_MASK);
	}
	assert_int_equal(f->child.thread->upcall_mask, 0);
	sqe = set_call(f, ENTRY, CAPOS_USER_END, CAPOS_EVENT_ALL);
	(void)fixture_ok(f, &sqe);
}

static void interrupt_without_an_upcall_is_not_delivered(void **state)
{
	struct fixture *f = *state;

	assert_false(interrupt(f));
	set(f, CAPOS_EVENT_FAULT);
	assert_false(interrupt(f));
	set(f, CAPOS_EVENT_INTERRUPT);
	set(f, 0);
	assert_false(interrupt(f));
}

/* The thread leaves the kernel at its upcall; resume takes it back to where it was. */
static void interrupt_continues_at_the_upcall_and_resume_returns(void **state)
{
	struct fixture *f = *state;
	struct arch_context *context = &f->child.thread->context;
	struct capos_sqe sqe = plain_call(f, THREAD_CONTROL_METHOD_RESUME);
	struct capos_cqe cqe;
	uint64_t instruction = context->instruction;

	set(f, CAPOS_EVENT_INTERRUPT);
	assert_true(interrupt(f));
	machine_settle(); /* it gives the processor up and gets it again */
	machine_run(&f->child);
	assert_true(f->child.thread->upcall_active);
	assert_int_equal(context->instruction, ENTRY);
	assert_int_equal(context->stack_pointer, STACK);
	assert_int_equal(context->arguments[0], CAPOS_EVENT_INTERRUPT);

	(void)machine_submit(&f->child, &sqe);
	(void)machine_enter(&f->child, 0, 0);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_OK);
	assert_false(f->child.thread->upcall_active);
	assert_int_equal(context->instruction, instruction);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_FAILED, RULE_UPCALL_NONE);
}

/* An interrupt raised in the same batch is heard before the thread goes to sleep. */
static void interrupt_before_the_wait_is_not_slept_over(void **state)
{
	struct fixture *f = *state;
	struct arch_context *context = &f->child.thread->context;
	struct capos_sqe sqe = plain_call(f, THREAD_CONTROL_METHOD_INTERRUPT);
	struct capnp_builder builder;

	set(f, CAPOS_EVENT_INTERRUPT);
	(void)machine_submit(&f->child, &sqe);
	builder = machine_params(&f->child);
	timer_sleep_params_set_duration_ns(timer_sleep_params_new(&builder),
					   UINT64_C(1000000000000));
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, &builder);
	(void)machine_submit(&f->child, &sqe);
	assert_int_not_equal(machine_enter(&f->child, 2, CAPOS_DEADLINE_FOREVER),
			     MACHINE_WAITING);
	assert_true(f->child.thread->upcall_active);
	assert_int_equal(context->instruction, ENTRY);
}

/* A thread that waits in cap_enter hears the interrupt, and its wait ends early. */
static void interrupt_ends_a_wait(void **state)
{
	struct fixture *f = *state;
	struct capnp_builder builder;
	struct capos_sqe sqe;

	set(f, CAPOS_EVENT_INTERRUPT);
	builder = machine_params(&f->child);
	timer_sleep_params_set_duration_ns(timer_sleep_params_new(&builder), UINT64_MAX);
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, &builder);
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 1, CAPOS_DEADLINE_FOREVER),
			 MACHINE_WAITING);
	assert_true(upcall_interrupt(f->child.thread));
	machine_run(&f->child);
	assert_int_equal(f->child.thread->context.instruction, ENTRY);
	assert_int_equal(f->child.thread->region.header->upcall.rax, 0);
	assert_int_equal(f->child.thread->outstanding, 1);
}

static void resume_checks_the_context(void **state)
{
	struct fixture *f = *state;
	struct capos_upcall_frame *frame = &f->child.thread->region.header->upcall;
	struct capos_sqe sqe = plain_call(f, THREAD_CONTROL_METHOD_RESUME);
	uint64_t good;

	set(f, CAPOS_EVENT_INTERRUPT);
	assert_true(interrupt(f));
	machine_settle();
	machine_run(&f->child);
	good = frame->rip;
	frame->rip = UINT64_C(0xffff800000000000);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_FAILED, RULE_UPCALL_CONTEXT);
	frame->rip = good;
	frame->rsp = UINT64_MAX;
	fixture_raised(f, &sqe, EXCEPTION_TYPE_FAILED, RULE_UPCALL_CONTEXT);
	assert_true(f->child.thread->upcall_active);
}

static void resume_of_another_thread_is_refused(void **state)
{
	struct fixture *f = *state;
	struct process *bystander = f->bystander.process;
	struct capos_sqe sqe = plain_call(f, THREAD_CONTROL_METHOD_RESUME);
	struct capos_cqe cqe;
	cap_t cap;
	enum rule rule;

	object_get(f->child.thread->control);
	assert_int_equal(hold_create(bystander,
				     (struct capability){ f->child.thread->control,
							  &thread_control_facet },
				     &bystander->account, &cap, &rule),
			 CAPOS_OK);
	sqe.cap = cap.raw;
	f->bystander.thread->upcall_active = true; /* its own upcall is not this one's */
	cqe = machine_do(&f->bystander, &sqe);
	assert_int_equal(cqe.result, CAPOS_ERR_EXCEPTION);
	assert_int_equal(cqe.rule, RULE_UPCALL_NONE);
	assert_true(f->bystander.thread->upcall_active);
	f->bystander.thread->upcall_active = false;
	/* Once the child has ended its control is disconnected. */
	machine_finish(&f->child);
	cqe = machine_do(&f->bystander, &sqe);
	assert_int_equal(cqe.result, CAPOS_ERR_DISCONNECTED);
	assert_int_equal(cqe.rule, RULE_TARGET_ALIVE);
	f->child = machine_spawn("child",
				 &(struct ledger_budget){ {
					 [LEDGER_CAP_SLOTS] = 8,
					 [LEDGER_MEMORY_PAGES] = 64,
					 [LEDGER_VIRTUAL_PAGES] = 1024,
					 [LEDGER_MAPPINGS] = 16,
					 [LEDGER_KERNEL_BYTES] = 8192,
					 [LEDGER_THREADS] = 1,
				 } },
				 (const char *const[]){ nullptr });
}

static void fault(void *argument)
{
	kernel_user_fault(argument, FAULT_KIND_PAGE_FAULT, 0x1234, 0x200000);
}

static void fault_goes_to_the_upcall_once_then_ends_the_process(void **state)
{
	struct fixture *f = *state;

	set(f, CAPOS_EVENT_FAULT);
	machine_run(&f->child);
	assert_int_equal(hosted_run(fault, f->child.thread), HOSTED_RESUMED);
	assert_int_equal(f->child.thread->context.arguments[0], CAPOS_EVENT_FAULT);
	assert_int_equal(f->child.thread->context.arguments[1], FAULT_KIND_PAGE_FAULT);
	assert_int_equal(f->child.thread->context.arguments[2], 0x1234);
	(void)hosted_run(fault, f->child.thread); /* within the upcall */
	machine_settle();
	assert_int_equal(f->child.process->state, PROCESS_ENDED);
	assert_int_equal(f->child.process->terminal.kind, TERMINAL_FAULTED);
	assert_int_equal(f->child.process->terminal.fault, FAULT_KIND_PAGE_FAULT);
	assert_int_equal(f->child.process->terminal.address, 0x1234);
	assert_int_equal(f->child.process->terminal.instruction, 0x200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(upcall_needs_user_addresses_and_known_events),
		FIXTURE_TEST(interrupt_without_an_upcall_is_not_delivered),
		FIXTURE_TEST(interrupt_continues_at_the_upcall_and_resume_returns),
		FIXTURE_TEST(interrupt_before_the_wait_is_not_slept_over),
		FIXTURE_TEST(interrupt_ends_a_wait),
		FIXTURE_TEST(resume_checks_the_context),
		FIXTURE_TEST(resume_of_another_thread_is_refused),
		FIXTURE_TEST(fault_goes_to_the_upcall_once_then_ends_the_process),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

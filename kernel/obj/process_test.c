/* SPDX-License-Identifier: MIT */
/* process_test.c - processes that are ended in every state, by anybody, and who is told. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "gen/process.capnp.h"
#include "gen/timer.capnp.h"
#include "kernel/sched.h"
#include "tests/support/hosted_fixture.h"

/* ProcessFactory.create by the child, with a small budget; the ids of builder and handle. */
static void create(struct fixture *f, cap_t *builder, cap_t *handle)
{
	struct capnp_builder message = machine_params(&f->child);
	struct process_factory_create_params_builder params =
		process_factory_create_params_new(&message);
	struct budget_builder budget = process_factory_create_params_init_budget(params);
	const struct capos_result_cap *caps = machine_arena(&f->child, MACHINE_RESULTS);
	struct capos_sqe sqe;

	process_factory_create_params_set_name(params, "grandchild", 10);
	budget_set_cap_slots(budget, 8);
	budget_set_memory_pages(budget, 40);
	budget_set_kernel_bytes(budget, 16384);
	budget_set_calls(budget, 8);
	budget_set_mappings(budget, 8);
	budget_set_virtual_pages(budget, 1024);
	budget_set_alarms(budget, 1);
	budget_set_log_bytes(budget, 0);
	sqe = machine_call(&f->child, "factory", PROCESS_FACTORY_METHOD_CREATE, &message);
	sqe.result_cap_max = 2;
	(void)fixture_ok(f, &sqe);
	*builder = (cap_t){ caps[0].cap };
	*handle = (cap_t){ caps[1].cap };
}

static struct capos_sqe call_on(const struct fixture *f, cap_t cap, uint64_t interface,
				uint16_t method)
{
	struct capos_sqe sqe = machine_call(&f->child, "timer", method, nullptr);

	sqe.cap = cap.raw;
	sqe.interface = interface;
	return sqe;
}

static struct capos_sqe handle_call(const struct fixture *f, cap_t handle,
				    uint16_t method)
{
	return call_on(f, handle, PROCESS_HANDLE_INTERFACE_ID, method);
}

static void kill(struct fixture *f, cap_t handle)
{
	struct capos_sqe sqe = handle_call(f, handle, PROCESS_HANDLE_METHOD_KILL);

	(void)fixture_ok(f, &sqe);
}

/* More than one step tells: each of them exactly once. */
static void every_waiter_is_told_once(void **state)
{
	enum { WAITERS = 100 };
	struct fixture *f = *state;
	bool told[WAITERS] = { false };
	struct capos_cqe cqe;
	struct capos_sqe sqe;
	cap_t builder;
	cap_t handle;

	create(f, &builder, &handle);
	for (uint32_t i = 0; i < WAITERS; i++) {
		sqe = handle_call(f, handle, PROCESS_HANDLE_METHOD_WAIT);
		sqe.user_data = i;
		(void)machine_submit(&f->child, &sqe);
		assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	}
	kill(f, handle);
	machine_settle();
	for (uint32_t i = 0; i < WAITERS; i++) {
		assert_true(machine_take(&f->child, &cqe));
		assert_int_equal(cqe.result, CAPOS_OK);
		assert_false(told[cqe.user_data]);
		told[cqe.user_data] = true;
	}
	assert_false(machine_take(&f->child, &cqe));
	assert_int_equal(f->child.thread->outstanding, 0);
	/* And whoever asks now is told at once. */
	sqe = handle_call(f, handle, PROCESS_HANDLE_METHOD_WAIT);
	(void)fixture_ok(f, &sqe);
}

static void builder_of_a_killed_process_refuses_everything(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe;
	struct capos_cqe cqe;
	cap_t builder;
	cap_t handle;

	create(f, &builder, &handle);
	kill(f, handle);
	for (int round = 0; round < 2; round++) { /* while it ends, and after */
		for (int method = 0; method < PROCESS_BUILDER_METHOD_COUNT; method++) {
			sqe = call_on(f, builder, PROCESS_BUILDER_INTERFACE_ID,
				      (uint16_t)method);
			sqe.result_cap_max = 1;
			cqe = machine_do(&f->child, &sqe);
			assert_int_equal(cqe.result, CAPOS_ERR_EXCEPTION);
			assert_int_equal(cqe.rule, RULE_BUILDER_STARTED);
		}
		machine_settle();
	}
	assert_int_equal(ledger_used(&f->child.process->account.ledger, LEDGER_PROCESSES),
			 0);
}

/* All of them in one batch, with calls of its own in flight. */
static void parent_with_children_and_calls_ends_whole(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe;
	cap_t builders[4];
	cap_t handles[4];

	for (size_t i = 0; i < 4; i++)
		create(f, &builders[i], &handles[i]);
	kill(f, handles[1]);
	for (size_t i = 0; i < 4; i++) {
		sqe = handle_call(f, handles[i], PROCESS_HANDLE_METHOD_WAIT);
		(void)machine_submit(&f->child, &sqe);
		(void)machine_enter(&f->child, 0, 0);
	}
	machine_finish(&f->child);
	f->child = f->bystander; /* fixture_teardown ends two */
	f->bystander = machine_spawn("bystander",
				     &(struct ledger_budget){ {
					     [LEDGER_CAP_SLOTS] = 8,
					     [LEDGER_MEMORY_PAGES] = 64,
					     [LEDGER_CALLS] = 8,
					     [LEDGER_VIRTUAL_PAGES] = 1024,
					     [LEDGER_MAPPINGS] = 16,
					     [LEDGER_ALARMS] = 8,
					     [LEDGER_KERNEL_BYTES] = 16384,
					     [LEDGER_THREADS] = 1,
				     } },
				     (const char *const[]){ "timer", nullptr });
}

/* A handle to itself, used in a batch: nothing behind the kill is carried out. */
static void kill_of_oneself_ends_the_batch(void **state)
{
	struct fixture *f = *state;
	struct process *process = f->child.process;
	struct thread *thread = f->child.thread;
	struct capos_sqe sqe;
	cap_t builder;
	cap_t handle;
	cap_t own;
	enum rule rule;

	create(f, &builder, &handle);
	object_get(&process->base);
	assert_int_equal(
		hold_create(process,
			    (struct capability){ &process->base, &process_handle_facet },
			    &process->account, &own, &rule),
		CAPOS_OK);
	sqe = handle_call(f, own, PROCESS_HANDLE_METHOD_KILL);
	(void)machine_submit(&f->child, &sqe);
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	for (int i = 0; i < 30; i++)
		(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), MACHINE_ENDED);
	assert_int_equal(thread->cq_tail,
			 atomic_load(&thread->region.header->cq_head) + 1);
	machine_settle();
	assert_int_equal(process->state, PROCESS_ENDED);
	assert_int_equal(process->terminal.kind, TERMINAL_KILLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(every_waiter_is_told_once),
		FIXTURE_TEST(builder_of_a_killed_process_refuses_everything),
		FIXTURE_TEST(parent_with_children_and_calls_ends_whole),
		FIXTURE_TEST(kill_of_oneself_ends_the_batch),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

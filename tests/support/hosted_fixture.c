/* SPDX-License-Identifier: MIT */
/* hosted_fixture.c - see hosted_fixture.h. */
#include "tests/support/hosted_fixture.h"

#include <stdlib.h>

#include "gen/timer.capnp.h"
#include "kernel/frame.h"

enum { MACHINE_MEBIBYTES = 8 };

/* Everything that init holds, and the process's own. */
static const char *const child_grants[] = {
	"console", "interrupt", "timer", "entropy", "factory", "allocator", "info",
	"log",     "logsink",   "power", "package", "memory",  "thread",    nullptr,
};
static const char *const bystander_grants[] = { "timer", nullptr };

static struct ledger_budget child_budget(void)
{
	struct ledger_budget budget = machine_default_budget();

	budget.max[LEDGER_CAP_SLOTS] = 128;
	budget.max[LEDGER_KERNEL_BYTES] = 262144;
	/* More than the ring holds, so that the ring's own limit shows. */
	budget.max[LEDGER_CALLS] = 160;
	budget.max[LEDGER_ALARMS] = 160;
	budget.max[LEDGER_THREADS] = 5;
	budget.max[LEDGER_PROCESSES] = 4;
	budget.max[LEDGER_MEMORY_PAGES] = 256;
	return budget;
}

static void spawn_both(struct fixture *f)
{
	const struct ledger_budget budget = child_budget();
	const struct ledger_budget modest = machine_default_budget();

	f->child = machine_spawn("child", &budget, child_grants);
	f->bystander = machine_spawn("bystander", &modest, bystander_grants);
}

int fixture_boot(void **state)
{
	struct fixture warm;

	(void)state;
	machine_boot(MACHINE_MEBIBYTES, "nonce=0123456789abcdef console=tty");
	/* What the first process leaves behind in caches is there for good. */
	spawn_both(&warm);
	machine_finish(&warm.child);
	machine_finish(&warm.bystander);
	return 0;
}

int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->before = machine_snapshot(nullptr);
	spawn_both(f);
	*state = f;
	return 0;
}

/*
 * Free slabs stay with their caches, so that fewer frames may be free than before; the
 * ledgers know exactly.
 */
enum { KEPT_SLABS_MAX = 4 };

int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	struct machine_snapshot after;

	hosted_cpu.shared_read = nullptr;
	fixture_check_bystander(f);
	machine_finish(&f->child);
	machine_finish(&f->bystander);
	after = machine_snapshot(nullptr);
	assert_true(after.frames_free + KEPT_SLABS_MAX >= f->before.frames_free);
	after.frames_free = f->before.frames_free;
	assert_true(machine_unchanged(&f->before, &after));
	frame_check();
	free(f);
	return 0;
}

void fixture_check_bystander(struct fixture *f)
{
	const struct capos_sqe nop = { .opcode = CAPOS_OP_NOP, .user_data = 77 };
	struct capos_sqe now =
		machine_call(&f->bystander, "timer", TIMER_METHOD_NOW, nullptr);
	struct timer_now_results results;
	struct capnp_reader reader;
	struct capos_cqe cqe;

	cqe = machine_do(&f->bystander, &nop);
	assert_int_equal(cqe.result, CAPOS_OK);
	assert_int_equal(cqe.user_data, 77);
	cqe = machine_do(&f->bystander, &now);
	assert_int_equal(cqe.result, CAPOS_OK);
	reader = machine_results(&f->bystander, &cqe, 0);
	assert_true(timer_now_results_read(&reader, &results));
	assert_int_equal(timer_now_results_get_now_ns(results), hosted_cpu.now_ns);
}

struct capos_cqe fixture_refused(struct fixture *f, const struct capos_sqe *sqe,
				 status_t status, enum rule rule)
{
	struct machine_snapshot before = machine_snapshot(&f->child);
	struct capos_cqe cqe = machine_do(&f->child, sqe);
	struct machine_snapshot after = machine_snapshot(&f->child);

	assert_int_equal(cqe.result, status);
	assert_int_equal(cqe.rule, rule);
	assert_int_equal(cqe.user_data, sqe->user_data);
	assert_int_equal(cqe.cap_count, 0);
	after.frames_free = before.frames_free; /* a cache may keep a slab */
	assert_true(machine_unchanged(&before, &after));
	assert_false(machine_take(&f->child, &cqe));
	return cqe;
}

void fixture_raised(struct fixture *f, const struct capos_sqe *sqe,
		    enum exception_type type, enum rule rule)
{
	struct capos_cqe cqe = fixture_refused(f, sqe, CAPOS_ERR_EXCEPTION, rule);
	struct capnp_reader reader =
		machine_results(&f->child, &cqe, sqe->result_cap_max);
	struct cap_exception exception;

	assert_int_equal(cqe.flags, CAPOS_CQE_EXCEPTION);
	assert_true(cap_exception_read(&reader, &exception));
	assert_int_equal(cap_exception_get_type(exception), type);
	assert_int_equal(cap_exception_get_rule(exception), rule);
}

struct capos_cqe fixture_ok(struct fixture *f, const struct capos_sqe *sqe)
{
	struct capos_cqe cqe = machine_do(&f->child, sqe);

	assert_int_equal(cqe.result, CAPOS_OK);
	assert_int_equal(cqe.rule, RULE_NONE);
	assert_int_equal(cqe.user_data, sqe->user_data);
	return cqe;
}

/* SPDX-License-Identifier: MIT */
/*
 * hosted_fixture.h - cmocka set-up and tear-down over hosted_machine.h.
 *
 * Each case gets a child that may misbehave and a bystander that must not notice. After
 * each case the bystander still works, and when both have ended every ledger and every
 * frame is back.
 */
#ifndef TESTS_SUPPORT_HOSTED_FIXTURE_H
#define TESTS_SUPPORT_HOSTED_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gen/status.capnp.h"
#include "tests/support/hosted_machine.h"

struct fixture {
	struct machine_process child;
	struct machine_process bystander;
	struct machine_snapshot before; /* of the machine, without the two */
};

/* Group: boots the machine once. */
int fixture_boot(void **state);
/* Each case: makes the two processes; ends them and looks for what is missing. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

#define FIXTURE_TEST(function) \
	cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

/* A NOP and a Timer.now of the bystander succeed. */
void fixture_check_bystander(struct fixture *f);

/*
 * Carries out @sqe, which must be refused with @status and @rule, and change nothing.
 * Returns the completion.
 */
struct capos_cqe fixture_refused(struct fixture *f, const struct capos_sqe *sqe,
				 status_t status, enum rule rule);

/* As fixture_refused with an exception: also checks type and rule of the CapException. */
void fixture_raised(struct fixture *f, const struct capos_sqe *sqe,
		    enum exception_type type, enum rule rule);

/* Carries out @sqe, which must succeed. */
struct capos_cqe fixture_ok(struct fixture *f, const struct capos_sqe *sqe);

#endif /* TESTS_SUPPORT_HOSTED_FIXTURE_H */

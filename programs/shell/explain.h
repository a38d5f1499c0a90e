/* SPDX-License-Identifier: MIT */
/*
 * explain.h - says in words why a call was refused and how a process ended.
 */
#ifndef SHELL_EXPLAIN_H
#define SHELL_EXPLAIN_H

#include "capos/cap.h"
#include "gen/process.capnp.h"
#include "programs/shell/sink.h"

/* A call that did not succeed. */
struct refusal {
	const char *who;    /* the process that called */
	struct text target; /* @name of the capability, or its interface */
	const char *method;
	status_t status;
	uint16_t rule;
	uint64_t detail;
	/* Of a CapException, if the status says that there is one; else size 0. */
	struct text exception;
};

/*
 * One line without its end:
 * "refused: shell called @timer.sleep: ledgerAlarms (the process has as many pending
 * alarms as its ledger allows; offending value 3)"
 */
void explain_refusal(const struct refusal *refusal, struct sink *sink);

/* "hello exited with 3", "faulty was stopped by a pageFault at 0x0 (instruction 0x...)" */
void explain_end(struct text name, struct terminal_status status, struct sink *sink);

/* Whether the process ended itself with code 0. */
bool explain_ended_well(struct terminal_status status);

#endif /* SHELL_EXPLAIN_H */

/* SPDX-License-Identifier: MIT */
/*
 * hosted_machine.h - drives the hosted kernel entry by entry, as programs and devices would.
 *
 * One machine per test program, booted once. Its init never runs: tests make children of
 * init with the budgets and grants they want, write submission entries into a thread's
 * ring region, enter the kernel as that thread and look at what it posted. Each region is
 * moved into blocks of its own, so that AddressSanitizer sees one byte too many.
 *
 * A panic of the kernel ends the test program with the reason.
 */
#ifndef TESTS_SUPPORT_HOSTED_MACHINE_H
#define TESTS_SUPPORT_HOSTED_MACHINE_H

#include "abi/ring.h"
#include "core/capnp/builder.h"
#include "core/capnp/reader.h"
#include "hosted.h"
#include "kernel/process.h"

enum {
	/* Where the helpers below put things in an arena of the default size. */
	MACHINE_PARAMS = 0,
	MACHINE_PARAMS_BYTES = 8192,
	MACHINE_TRANSFERS = 8192,
	MACHINE_RESULTS = 16384,
	MACHINE_RESULTS_BYTES = 16384,
	MACHINE_GRANTS_MAX = 16,
};

/* What machine_enter returns when there is no result (never a real one). */
enum : int64_t {
	MACHINE_WAITING = INT64_MIN, /* the thread waits */
	MACHINE_ENDED,               /* its process has ended or is ending */
	MACHINE_STOPPED,             /* the machine was powered off or rebooted */
};

/* A child of init. The driver holds a reference to the process. */
struct machine_process {
	struct process *process;
	struct thread *thread; /* gone once the process has ended */
	void *blocks[4];       /* header, submissions, completions, arena */
};

/* ---- The machine ------------------------------------------------------------------ */

/* Boots with @mebibytes of memory and this command line. */
void machine_boot(size_t mebibytes, const char *command_line);
struct process *machine_init(void);

/* Lets the kernel work until it resumes a thread or has nothing to do. */
void machine_settle(void);
/* Moves the clock; takes the timer interrupt if it is due. */
void machine_advance(uint64_t duration_ns);
/* Types on the console, with its interrupt. */
void machine_type(const char *text);
/* How the machine stopped, or 0. */
enum hosted_event machine_stopped(void);

/* ---- Processes -------------------------------------------------------------------- */

/* What a Budget message without any field asks for. */
struct ledger_budget machine_default_budget(void);

/*
 * A started child of init with these grants (a null-terminated list): names of init's own
 * grants, or "memory" and "thread" for its own.
 */
struct machine_process machine_spawn(const char *name, const struct ledger_budget *budget,
				     const char *const *grants);
/* Kills it if it runs, waits for its teardown and drops the reference. */
void machine_finish(struct machine_process *child);

/* What a process was granted under @name: the id (null if nothing), the interface. */
cap_t machine_cap(const struct process *process, const char *name);
uint64_t machine_interface(const struct process *process, const char *name);

/* ---- The ring ---------------------------------------------------------------------- */

/* Makes the child's thread the running one. It must not wait. */
void machine_run(struct machine_process *child);

/* Writes @sqe to the submission queue; returns its sequence. */
uint32_t machine_submit(struct machine_process *child, const struct capos_sqe *sqe);
/* cap_enter as the child: its result, also if it waited and was woken, or one of enum above. */
int64_t machine_enter(struct machine_process *child, uint64_t min_complete,
		      uint64_t deadline_ns);
/* Runs the child again after it waited; what its cap_enter returned, or MACHINE_WAITING. */
int64_t machine_resume(struct machine_process *child);
/* Takes the next completion; false if there is none. */
bool machine_take(struct machine_process *child, struct capos_cqe *out);

void *machine_arena(const struct machine_process *child, uint32_t offset);
/* Starts a message in the arena at MACHINE_PARAMS. */
struct capnp_builder machine_params(const struct machine_process *child);
/* Reads the payload of a completion whose result buffer is at MACHINE_RESULTS. */
struct capnp_reader machine_results(const struct machine_process *child,
				    const struct capos_cqe *cqe, uint8_t result_cap_max);

/*
 * A CALL entry of the method of the capability granted as @name, with all of the
 * message that @params holds (nullptr: none) and results at MACHINE_RESULTS.
 */
struct capos_sqe machine_call(const struct machine_process *child, const char *name,
			      uint16_t method, const struct capnp_builder *params);
/* Submits, enters without waiting, and takes the one completion that must be there. */
struct capos_cqe machine_do(struct machine_process *child, const struct capos_sqe *sqe);

/* ---- What a refusal may not change -------------------------------------------------- */

struct machine_snapshot {
	uint64_t init_used[LEDGER_RESOURCES];
	uint64_t child_used[LEDGER_RESOURCES];
	uint32_t holds;
	uint32_t outstanding;
	uint64_t frames_free;
};

struct machine_snapshot machine_snapshot(const struct machine_process *child);
/* Whether the two are equal; prints what differs. */
bool machine_unchanged(const struct machine_snapshot *before,
		       const struct machine_snapshot *after);

#endif /* TESTS_SUPPORT_HOSTED_MACHINE_H */

/* SPDX-License-Identifier: MIT */
/*
 * process.h - a process: address space, capability table, ledger, threads, an end.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include "abi/address_map.h"
#include "abi/capset.h"
#include "core/cap_table.h"
#include "kernel/hold.h"
#include "kernel/object.h"
#include "kernel/space.h"
#include "kernel/thread.h"
#include "kernel/work.h"

enum process_state {
	PROCESS_BUILDING,
	PROCESS_RUNNING,
	PROCESS_ENDING, /* authority is going, then memory, in steps */
	PROCESS_ENDED,  /* only the completion record in its handle is left */
};

enum terminal_kind {
	TERMINAL_EXITED,
	TERMINAL_KILLED,
	TERMINAL_FAULTED,
	TERMINAL_FAILED_TO_START,
};

struct terminal {
	enum terminal_kind kind;
	int32_t code;
	enum fault_kind fault;
	uint64_t address;
	uint64_t instruction;
	char why[64];
};

struct process {
	struct object base;     /* held by handle, builder, threads; the parent pays */
	struct account account; /* its own ledger */
	struct spinlock lock;   /* rank PROCESS: state, threads, waiters, children */
	enum process_state state;
	struct terminal terminal;
	uint64_t id;
	char name[CAPOS_NAME_BYTES];
	uint32_t session; /* every process is in session 0, the boot session */
	uint32_t label;   /* mandatory control: 0 until a policy exists */
	struct space space;
	struct spinlock table_lock; /* rank TABLE */
	struct cap_table table;
	uint32_t release_slot;     /* how far hold_release_some has come */
	struct list_node threads;  /* struct thread.process_link */
	struct list_node waiters;  /* struct pending_call.object_link */
	struct list_node children; /* struct process.sibling_link */
	struct list_node sibling_link;
	struct process *parent;
	struct thread *first_thread;
	struct capos_capset *capset; /* kernel address of the CapSet page */
	struct work teardown;
	uint64_t runtime_ns; /* of threads that are gone */
};

extern const struct object_type process_type;
extern const struct facet process_handle_facet;
extern const struct facet process_builder_facet;
extern const struct facet process_factory_facet;

static inline struct process *process_from(struct object *object)
{
	return container_of(object, struct process, base);
}

struct pending_call;
/* Ends a ProcessHandle.wait with how the process ended. */
void process_handle_answer(struct pending_call *pending, const struct process *process);

/* A name is 1 to 31 bytes of printable ASCII without spaces. */
[[nodiscard]] bool name_valid(const char *bytes, size_t size);

/* The one ProcessFactory: it makes children of whoever calls. */
[[nodiscard]] status_t process_factory_create(struct account *payer, struct object **out);
/* A builder over @process, on which it holds a reference; it abandons it if it goes before the start. */
[[nodiscard]] status_t process_builder_create(struct account *payer,
					      struct process *process,
					      struct object **out);

/* A refusal: which rule, and the value it refused. */
struct refusal {
	enum rule rule;
	uint64_t detail;
};

/* An empty process whose account is carved from @parent's (nullptr: the machine's). */
[[nodiscard]] status_t process_create(struct process *parent, struct account *payer,
				      const char *name,
				      const struct ledger_budget *budget,
				      struct process **out, struct refusal *refusal);

/* Adds a CapSet record and a hold to a process that has not started. */
[[nodiscard]] status_t process_grant(struct process *process, const char *name,
				     struct capability capability,
				     struct account *grantor, enum rule *rule);

/* Starts the first thread. */
[[nodiscard]] status_t process_start(struct process *process, uaddr_t entry,
				     uaddr_t stack_top, uint64_t argument,
				     enum rule *rule);

/*
 * Ends the process: no thread of it runs again, its children end too, its authority
 * goes, then its memory, in bounded steps; then waiters complete with @terminal. Does nothing if it is ending.
 * If the calling thread is one of its own, the caller must go to the scheduler next.
 */
void process_end(struct process *process, const struct terminal *terminal);

#endif /* KERNEL_PROCESS_H */

/* SPDX-License-Identifier: MIT */
/*
 * call.h - one method call, from dispatch to its single completion.
 *
 * A method is called with its parameters decoded from a private copy and a builder for
 * its results in private scratch memory. It either
 *   - finishes: fills the results, returns CAPOS_OK;
 *   - refuses: returns call_refuse(...) or call_raise(...) having changed nothing; or
 *   - keeps the call: call_defer() gives it a record, it returns CAPOS_PENDING, and
 *     later exactly one of pending_complete() or the record's cancel function ends it.
 */
#ifndef KERNEL_CALL_H
#define KERNEL_CALL_H

#include "abi/ring.h"
#include "core/capnp/builder.h"
#include "core/capnp/reader.h"
#include "kernel/alarm.h"
#include "kernel/hold.h"

struct thread;
struct process;

enum { CALL_RESULT_CAPS_MAX = 2 };

/*
 * Capabilities to return, in capability-pointer order. Their holds are prepared before
 * the method runs, so that nothing can fail once it has acted.
 */
struct call_results {
	cap_t prepared[CALL_RESULT_CAPS_MAX];
	struct capability filled[CALL_RESULT_CAPS_MAX];
};

struct call {
	struct thread *thread; /* the caller */
	struct object *object; /* the target, referenced for the whole call */
	const struct capnp_method *method;
	const struct capos_sqe *sqe; /* the kernel's copy */
	uint32_t sequence;
	/* Small numbers, in one place because each call begins with all of them zero. */
	struct call_counts {
		uint8_t given;     /* capabilities that came with the call */
		uint8_t prepared;  /* holds made for capabilities to return */
		uint8_t filled;    /* capabilities to return so far */
		uint8_t exception; /* enum exception_type, if the method raised one */
		uint16_t rule;     /* enum rule: why it refused */
		uint16_t used; /* bit per given capability that the method asked for */
	} counts;
	uint64_t detail; /* the offending value, if there is a rule */
	/*
	 * Capabilities that came with the call, in capability-pointer order. Looked up and
	 * referenced; a method that keeps one takes a reference of its own.
	 */
	struct capability given[CAPOS_TRANSFERS_MAX];
	struct capos_transfer records[CAPOS_TRANSFERS_MAX];
	struct call_results results;
};

static_assert(sizeof(struct call_counts) == 8);

/*
 * Whether anything the method read through pointers of @params was malformed; then it
 * returns CAPOS_ERR_BAD_MESSAGE. An empty message is well-formed and has no reader.
 */
static inline bool call_params_malformed(struct capnp_struct params)
{
	/* Messages in the ring have one segment, and that is where their reader starts. */
	return params.message && params.message->error != CAPNP_ERROR_NONE;
}

/* Bytes of results that the caller has room for. */
uint32_t call_result_room(const struct call *call);

/* The caller's process and the account that pays for what the call makes. */
struct process *call_process(const struct call *call);
struct account *call_account(const struct call *call);

/* Refuses with a transport status. Returns @status. */
status_t call_refuse(struct call *call, status_t status, enum rule rule, uint64_t detail);
/* Refuses with an exception of @type. Returns CAPOS_ERR_EXCEPTION. */
status_t call_raise(struct call *call, enum exception_type type, enum rule rule,
		    uint64_t detail);
/* Refuses because a ledger is short. Returns CAPOS_ERR_NO_LEDGER or CAPOS_ERR_NO_MEMORY. */
status_t call_raise_short(struct call *call, status_t status,
			  enum ledger_resource resource);

/*
 * The capability that parameter capability pointer @index names, seen through @facet's
 * interface: it is held as that, or as one that answers to it, over an object of the same
 * type (nullptr: any, as it is held). Refuses with transferExpected or transferInterface.
 * The reference stays the call's.
 */
[[nodiscard]] status_t call_capability(struct call *call, uint32_t index,
				       const struct facet *facet,
				       const struct capability **out);

/*
 * The first of them without refusing, for short ways: nullptr if there is none of that
 * interface. It counts as asked for.
 */
[[nodiscard]] static inline const struct capability *
call_first_capability(struct call *call, uint64_t interface_id)
{
	if (call->counts.given == 0 || call->given[0].facet->interface_id != interface_id)
		return nullptr;
	call->counts.used |= 1;
	return &call->given[0];
}

/* Adds a result capability, taking over one reference; returns its index for the message.
 * The hold is made when the call completes; room was checked before the method ran. */
uint32_t call_return_capability(struct call *call, struct object *object,
				const struct facet *facet);

/* A call that outlives its dispatch. Paid for by the caller (calls and kernel bytes). */
struct pending_call {
	struct list_node thread_link; /* under thread->lock */
	struct list_node object_link; /* for the object's own use, under its lock */
	struct thread *thread;
	struct account *payer;
	struct object *object; /* a reference */
	/*
	 * Withdraws the call from its object (CANCEL, deadline, end of the caller). Returns
	 * true if it was still waiting there; then the caller of cancel completes or frees it. False means the
	 * object is completing it now. Called with no lock held.
	 */
	bool (*cancel)(struct pending_call *pending);
	struct alarm alarm;    /* for the object's own use (Timer) */
	struct alarm deadline; /* the entry's deadline_ns */
	uint64_t value;        /* for the object's own use */
	struct call_results results;
	uint8_t prepared_count;
	uint8_t filled_count;
	_Atomic uint32_t refs; /* one until completed, one while CANCEL looks at it */
	uint64_t user_data;
	uint32_t sequence;
	uint32_t result_offset;
	uint32_t result_size;
	uint8_t result_cap_max;
	struct capnp_builder builder; /* pending_results */
};

/*
 * Makes @call pending. The record is linked to the thread at once; the object links it
 * into its own queue before it returns CAPOS_PENDING. Refuses with ledgerCalls.
 */
[[nodiscard]] status_t call_defer(struct call *call,
				  bool (*cancel)(struct pending_call *),
				  struct pending_call **out);
/* Undoes call_defer within the same method, before returning another status. */
void call_undefer(struct call *call, struct pending_call *pending);

/*
 * Ends a pending call that the object has taken out of its own queue. For results:
 * pending_results() gives an empty builder over the caller's result buffer; it overflows
 * if they do not fit, and then the status is resultTooSmall. No lock may be held.
 */
struct capnp_builder *pending_results(struct pending_call *pending);
/* As call_return_capability. */
uint32_t pending_return_capability(struct pending_call *pending, struct object *object,
				   const struct facet *facet);
void pending_complete(struct pending_call *pending, status_t status);
void pending_raise(struct pending_call *pending, enum exception_type type, enum rule rule,
		   uint64_t detail);

/*
 * Ends at most @limit outstanding calls of a thread that will not run again; true when none
 * is left.
 */
[[nodiscard]] bool thread_withdraw_calls(struct thread *thread, size_t limit);

#endif /* KERNEL_CALL_H */

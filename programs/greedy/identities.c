/* SPDX-License-Identifier: MIT */
/*
 * identities.c - names of capabilities that this process does not hold.
 */
#include "capos/cap.h"
#include "capos/explain.h"
#include "capos/print.h"
#include "core/capnp/interface.h"
#include "programs/greedy/attempts.h"

enum { SLOTS_TRIED = 300, GENERATIONS_TRIED = 2 };

static struct capos_sqe call_of(cap_t cap, uint64_t interface, uint16_t method)
{
	return (struct capos_sqe){
		.opcode = CAPOS_OP_CALL,
		.method = method,
		.cap = cap.raw,
		.interface = interface,
	};
}

/* Whether this process was granted what answers to @named, so that it may well be allowed. */
static bool is_granted(cap_t cap, const struct capnp_interface_info *named)
{
	for (size_t i = 0; i < capos_capset_count(); i++) {
		const struct capos_capset_record *record = capos_capset_at(i);

		if (record->cap != cap.raw)
			continue;
		for (size_t k = 0; k < capnp_interface_count; k++) {
			if (capnp_interfaces[k]->id == record->interface &&
			    capnp_interface_answers(capnp_interfaces[k], named))
				return true;
		}
	}
	return false;
}

/* Every interface there is at one slot; returns how many were allowed. */
static uint32_t try_slot(cap_t cap, struct tally *tally)
{
	uint32_t allowed = 0;

	for (size_t i = 0; i < capnp_interface_count; i++) {
		struct capos_sqe entry = call_of(cap, capnp_interfaces[i]->id, 0);
		struct capos_cqe answer;

		if (is_granted(cap, capnp_interfaces[i]))
			continue;
		tally->tried++;
		if (attempt_refused(&entry, &answer))
			continue;
		allowed++;
		(void)capos_print("slot %u as %s: ALLOWED\n", cap_slot(cap),
				  capnp_interfaces[i]->name);
	}
	return allowed;
}

static void try_slots(struct tally *tally)
{
	uint32_t before = tally->tried;
	uint32_t allowed = 0;

	for (uint32_t slot = 0; slot < SLOTS_TRIED; slot++) {
		for (uint32_t generation = 0; generation <= GENERATIONS_TRIED;
		     generation++)
			allowed += try_slot(cap_make(slot, generation), tally);
	}
	tally->allowed += allowed;
	(void)capos_print("every interface at slots 0 to %u: %s (%u entries)\n",
			  SLOTS_TRIED - 1, allowed == 0 ? "refused" : "ALLOWED",
			  tally->tried - before);
}

/* A capability that was held for a moment. */
static void try_stale(struct tally *tally, struct console_client console)
{
	struct console_writer_client writer;
	struct capos_sqe entry;

	if (console_writer(console, &writer) != CAPOS_OK)
		return;
	if (capos_release_checked(writer.cap) != CAPOS_OK)
		return;
	entry = call_of(writer.cap, CONSOLE_WRITER_INTERFACE_ID,
			CONSOLE_WRITER_METHOD_WRITE);
	attempt(tally, "a released capability", &entry);
	entry = (struct capos_sqe){ .opcode = CAPOS_OP_RELEASE, .cap = writer.cap.raw };
	attempt(tally, "releasing it twice", &entry);
}

void try_identities(struct tally *tally, struct console_client console)
{
	struct capos_sqe entry = call_of(CAP_NULL, CONSOLE_INTERFACE_ID, 0);
	uint32_t slot = cap_slot(console.cap);
	uint32_t generation = cap_generation(console.cap);

	attempt(tally, "the null capability", &entry);
	entry = call_of(cap_make(slot, generation + 1), CONSOLE_INTERFACE_ID, 0);
	attempt(tally, "the next generation of a slot", &entry);
	entry = call_of(cap_make(slot, 0), CONSOLE_INTERFACE_ID, 0);
	attempt(tally, "generation 0 of a slot", &entry);
	entry = call_of(cap_make(UINT32_MAX, 1), CONSOLE_INTERFACE_ID, 0);
	attempt(tally, "the last slot there can be", &entry);
	entry = call_of(cap_make(UINT32_MAX, UINT32_MAX), CONSOLE_INTERFACE_ID, 0);
	attempt(tally, "all bits set", &entry);
	entry = (struct capos_sqe){ .opcode = CAPOS_OP_RELEASE,
				    .cap = UINT64_C(1) << 32 | 299 };
	attempt(tally, "releasing what is not held", &entry);
	try_stale(tally, console);

	entry = call_of(console.cap, TERMINAL_INTERRUPT_INTERFACE_ID, 0);
	attempt(tally, "a held capability through another interface", &entry);
	entry = call_of(console.cap, 0, 0);
	attempt(tally, "a held capability through no interface", &entry);
	entry = call_of(console.cap, CONSOLE_INTERFACE_ID, CONSOLE_METHOD_COUNT);
	attempt(tally, "the method after the last", &entry);
	entry = call_of(console.cap, CONSOLE_INTERFACE_ID, UINT16_MAX);
	attempt(tally, "method 65535", &entry);
	try_slots(tally);
}

/* SPDX-License-Identifier: MIT */
/*
 * entries.c - entries that no opcode allows, and system calls that do not exist.
 */
#include "capos/cap.h"
#include "capos/print.h"
#include "programs/greedy/attempts.h"

enum { SYSTEM_CALLS_TRIED = 600 };

static void try_opcodes(struct tally *tally)
{
	static const char *const names[] = { "RECV", "RETURN", "PARK", "UNPARK" };
	uint32_t allowed = 0;

	for (uint32_t opcode = CAPOS_OP_RECV; opcode <= CAPOS_OP_UNPARK; opcode++) {
		struct capos_sqe entry = { .opcode = (uint8_t)opcode };

		attempt(tally, names[opcode - CAPOS_OP_RECV], &entry);
	}
	for (uint32_t opcode = CAPOS_OP_COUNT; opcode <= UINT8_MAX; opcode++) {
		struct capos_sqe entry = { .opcode = (uint8_t)opcode };
		struct capos_cqe answer;

		tally->tried++;
		allowed += !attempt_refused(&entry, &answer);
	}
	tally->allowed += allowed;
	(void)capos_print("opcodes %u to 255: %s\n", CAPOS_OP_COUNT,
			  allowed == 0 ? "refused" : "ALLOWED");
}

/* Each bit of an entry that NOP has no use for. */
static void try_reserved_bits(struct tally *tally)
{
	union {
		struct capos_sqe entry;
		uint8_t bytes[sizeof(struct capos_sqe)];
	} nop;
	struct capos_cqe answer;
	uint32_t allowed = 0;

	for (size_t byte = 1; byte < offsetof(struct capos_sqe, user_data); byte++) {
		/* NOP has no deadline either: it is done at once. */
		for (uint32_t bit = 0; bit < 8; bit++) {
			nop.entry = (struct capos_sqe){ .opcode = CAPOS_OP_NOP };
			nop.bytes[byte] = (uint8_t)(1u << bit);
			tally->tried++;
			allowed += !attempt_refused(&nop.entry, &answer);
		}
	}
	tally->allowed += allowed;
	(void)capos_print("each unused bit of a NOP: %s\n",
			  allowed == 0 ? "refused" : "ALLOWED");
}

static void try_system_calls(struct tally *tally)
{
	uint32_t allowed = 0;

	for (uint32_t number = CAPOS_SYS_EXIT + 1; number < SYSTEM_CALLS_TRIED;
	     number++) {
		tally->tried++;
		allowed += capos_sys_call(number, 0, 0) >= 0;
	}
	tally->tried++;
	allowed += capos_sys_call(UINT32_MAX, 0, 0) >= 0;
	tally->allowed += allowed;
	(void)capos_print("system calls that do not exist: %s\n",
			  allowed == 0 ? "refused" : "ALLOWED");
}

void try_entries(struct tally *tally, cap_t console)
{
	struct capos_sqe entry = {
		.opcode = CAPOS_OP_CALL,
		.flags = 0x80,
		.cap = console.raw,
		.interface = CONSOLE_INTERFACE_ID,
	};

	attempt(tally, "an unknown flag", &entry);
	entry.flags = CAPOS_SQE_PIPELINE;
	attempt(tally, "a pipelined call", &entry);
	entry.flags = 0;
	entry.pipeline_dep = 1;
	attempt(tally, "a dependency without its flag", &entry);
	entry = (struct capos_sqe){ .opcode = CAPOS_OP_CANCEL,
				    .pipeline_dep = 0x7fffffff };
	attempt(tally, "cancelling what was never submitted", &entry);
	try_opcodes(tally);
	try_reserved_bits(tally);
	try_system_calls(tally);
}

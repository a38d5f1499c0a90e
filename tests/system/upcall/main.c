/* SPDX-License-Identifier: MIT */
/*
 * main.c - upcall, which catches its own faults: each time it reads from page 0 the
 * upcall notes the fault, moves the saved registers past the instruction and resumes.
 * Registers that the upcall does not touch must be as they were. A fault in the upcall
 * itself ends the process.
 *
 *   upcall COUNT        catches COUNT faults, says so, exits with 0
 *   upcall nested       faults within the upcall
 */
#include "abi/ring.h"
#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/ring.h"
#include "capos/string.h"
#include "gen/process.capnp.h"
#include "gen/thread.client.h"

enum { NEED_CONSOLE, NEED_THREAD, NEED_COUNT };

CAP_NEEDS(upcall_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
	[NEED_THREAD] = { "thread", THREAD_CONTROL_INTERFACE_ID, 0, 0 },
};

enum { STACK_BYTES = 16384, FAULTS_MAX = 64, EXIT_BAD_REGISTERS = 3, EXIT_BAD_EVENT = 4 };
enum : uint64_t { MARK = 0x1234567890abcdef, BAD_ADDRESS = 0x10 };

static alignas(16) uint8_t upcall_stack[STACK_BYTES];
static struct thread_control_client thread;
static bool nested;
static int caught;

void upcall_entry(void); /* below: an upcall begins with an aligned stack, not a call */
void upcall_handle(uint64_t event, uint64_t kind, uint64_t address);

__asm__(".text\n"
	"upcall_entry:\n"
	" call upcall_handle\n"
	" ud2\n");

/* Reads from @address; returns false if an upcall skipped that. Keeps @mark in a register. */
static bool try_read(uint64_t address, uint64_t mark)
{
	uint64_t done = 0;
	uint64_t kept = mark;

	/* The registers are named, so that the upcall knows how long the instructions are. */
	__asm__ volatile("movq (%%rsi), %%rax\n" /* 48 8b 06 */
			 "movl $1, %%ecx\n"
			 : "+c"(done), "+b"(kept)
			 : "S"(address)
			 : "rax", "memory");
	if (kept != MARK)
		capos_exit(EXIT_BAD_REGISTERS);
	return done != 0;
}

void upcall_handle(uint64_t event, uint64_t kind, uint64_t address)
{
	enum { LOAD_BYTES = 3, SKIP_BYTES = LOAD_BYTES + 5 }; /* and the movl */
	struct capos_upcall_frame *frame = &capos_thread_ring.header->upcall;

	if (event != CAPOS_EVENT_FAULT || kind != FAULT_KIND_PAGE_FAULT ||
	    address != BAD_ADDRESS || frame->rbx != MARK)
		capos_exit(EXIT_BAD_EVENT);
	if (nested)
		*(volatile uint8_t *)(uintptr_t)BAD_ADDRESS = 1;
	caught++;
	frame->rip += SKIP_BYTES;
	(void)thread_control_resume(thread);
	capos_exit(EXIT_BAD_EVENT); /* resume does not return */
}

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];
	struct console_client console;
	int count = 1;

	cap_resolve(upcall_needs, NEED_COUNT, caps);
	console = (struct console_client){ caps[NEED_CONSOLE] };
	thread = (struct thread_control_client){ caps[NEED_THREAD] };
	nested = argc > 1 && capos_text_equal(argv[1], "nested");
	if (argc > 1 && !nested)
		count = argv[1][0] - '0';

	if (thread_control_set_upcall(thread, (uintptr_t)upcall_entry,
				      (uintptr_t)upcall_stack + STACK_BYTES,
				      CAPOS_EVENT_FAULT) != CAPOS_OK)
		return 1;
	for (int i = 0; i < count; i++)
		if (try_read(BAD_ADDRESS, MARK))
			return 2;
	(void)console_print(console, "caught %d faults\n", caught);
	/* Without an upcall a fault ends the process again. */
	if (thread_control_set_upcall(thread, 0, 0, 0) != CAPOS_OK)
		return 1;
	return try_read(BAD_ADDRESS, MARK);
}

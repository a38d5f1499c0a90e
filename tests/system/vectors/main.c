/* SPDX-License-Identifier: MIT */
/*
 * main.c - vectors, which looks for another program's vector registers in its own. An
 * upcall that ends in a batch which had to give way continues with its own registers,
 * whoever ran in between.
 *
 *   vectors spin        spins with a secret in every vector register
 *   vectors look        says whether it has ever seen the secret
 */
#include "abi/ring.h"
#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/ring.h"
#include "capos/string.h"
#include "gen/memory.client.h"
#include "gen/thread.client.h"
#include "gen/timer.client.h"

enum { NEED_CONSOLE, NEED_THREAD, NEED_MEMORY, NEED_TIMER, NEED_COUNT };

CAP_NEEDS(vectors_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
	[NEED_THREAD] = { "thread", THREAD_CONTROL_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_MEMORY] = { "memory", VIRTUAL_MEMORY_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
	[NEED_TIMER] = { "timer", TIMER_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
};

enum { STACK_BYTES = 16384, ROUNDS = 8, MAP_BYTES = 64 * 4096, MAPS = 3 };
enum : uint64_t { SECRET = 0x5ec4e75ec4e7, SHORT_SLEEP_NS = 1000 };

static alignas(16) uint8_t upcall_stack[STACK_BYTES];
static struct thread_control_client thread;
static struct virtual_memory_client memory;
static uint32_t upcalls;

void upcall_entry(void); /* below: an upcall begins with an aligned stack, not a call */
void upcall_handle(void);

__asm__(".text\n"
	"upcall_entry:\n"
	"call upcall_handle\n"
	"ud2\n");

[[noreturn]] static void spin(void)
{
	__asm__ volatile("movq %0, %%xmm14\n"
			 "movq %0, %%xmm15\n"
			 "1: jmp 1b\n"
			 :
			 : "r"(SECRET));
	__builtin_unreachable();
}

/* What no code of a program put there since it was last called. */
static uint64_t look(void)
{
	uint64_t value;

	__asm__ volatile("movq %%xmm15, %0\n"
			 "pxor %%xmm15, %%xmm15\n"
			 : "=r"(value));
	return value;
}

/* The pages take so long to clear that the batch gives way before it comes to resume. */
void upcall_handle(void)
{
	struct capos_call maps[MAPS];
	struct capos_call resume;

	upcalls++;
	for (int i = 0; i < MAPS; i++)
		(void)virtual_memory_map_send(memory, &maps[i], 0, MAP_BYTES,
					      PROTECTION_READ);
	(void)thread_control_resume_send(thread, &resume);
	(void)thread_control_resume_receive(&resume);
	capos_exit(4); /* resume does not return */
}

static bool secret_seen(struct timer_client timer)
{
	bool seen = false;

	for (int i = 0; i < ROUNDS; i++) {
		(void)look();
		(void)thread_control_interrupt(thread, nullptr);
		(void)timer_sleep(timer, SHORT_SLEEP_NS, nullptr);
		seen |= look() == SECRET;
	}
	return seen;
}

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];
	struct console_client console;

	if (argc > 1 && capos_text_equal(argv[1], "spin"))
		spin();
	cap_resolve(vectors_needs, NEED_COUNT, caps);
	console = (struct console_client){ caps[NEED_CONSOLE] };
	thread = (struct thread_control_client){ caps[NEED_THREAD] };
	memory = (struct virtual_memory_client){ caps[NEED_MEMORY] };
	if (thread_control_set_upcall(thread, (uintptr_t)upcall_entry,
				      (uintptr_t)upcall_stack + STACK_BYTES,
				      CAPOS_EVENT_INTERRUPT) != CAPOS_OK)
		return 1;

	bool seen = secret_seen((struct timer_client){ caps[NEED_TIMER] });

	(void)console_print(console, "%u upcalls, %s\n", upcalls,
			    seen ? "another program's registers"
				 : "only my own registers");
	return 0;
}

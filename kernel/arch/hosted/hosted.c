/* SPDX-License-Identifier: MIT */
/* hosted.c - the processor, its clock, console and power switch. See hosted.h. */
#include "hosted.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/address_map.h"
#include "abi/ring.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "kernel/thread.h"

enum { CONSOLE_BYTES = 1 << 18, SCHEDULE = HOSTED_HALT + 1 };

struct hosted_cpu hosted_cpu;

static char console_out[CONSOLE_BYTES];
static size_t console_out_size;
static uint8_t console_in[CONSOLE_BYTES];
static size_t console_in_head;
static size_t console_in_tail;

/* ---- Leaving the kernel ---------------------------------------------------------- */

static jmp_buf driver;
static bool running;

[[noreturn]] static void leave(int event)
{
	if (!running) {
		fprintf(stderr, "hosted: the kernel left outside hosted_run()\n%s",
			hosted_console());
		abort();
	}
	/* Whoever abandons the stack holds no lock, or nobody would ever drop it. */
	if (event != HOSTED_HALT && hosted_cpu.cpu.held_ranks != 0)
		panic("a lock is held on a stack that is given up");
	longjmp(driver, event);
}

enum hosted_event hosted_run(void (*function)(void *argument), void *argument)
{
	int event;

	if (running)
		abort();
	running = true;
	event = setjmp(driver);
	if (event == 0) {
		function(argument);
		event = HOSTED_RETURNED;
	} else if (event == SCHEDULE) {
		sched_run();
	}
	running = false;
	return (enum hosted_event)event;
}

void arch_resume(struct thread *thread)
{
	hosted_cpu.cpu.current = thread;
	if (hosted_cpu.space != thread->space)
		hosted_cpu.cpu.space_switches++;
	hosted_cpu.space = thread->space;
	leave(HOSTED_RESUMED);
}

void arch_thread_forget(const struct thread *thread)
{
	(void)thread;
}

void arch_enter_scheduler(void)
{
	leave(SCHEDULE);
}

void arch_idle(void)
{
	leave(HOSTED_IDLE);
}

void arch_poll_interrupts(void)
{
}

void arch_power_off(void)
{
	leave(HOSTED_POWER_OFF);
}

void arch_reboot(void)
{
	leave(HOSTED_REBOOT);
}

void arch_halt(void)
{
	leave(HOSTED_HALT);
}

/* ---- The machine ------------------------------------------------------------------ */

void hosted_init(size_t bytes)
{
	void *memory = aligned_alloc(ARCH_PAGE_SIZE, bytes);

	if (!memory)
		abort();
	memset(memory, 0xa5, bytes); /* as after a warm start: memory is never clean */
	hosted_cpu = (struct hosted_cpu){
		.memory = memory,
		.memory_bytes = bytes,
		.timer_ns = UINT64_MAX,
	};
}

void arch_init(const struct boot_info *info)
{
	(void)info;
}

size_t arch_warnings(const char **out, size_t max)
{
	if (max == 0)
		return 0;
	out[0] = "this kernel runs as a process of another system";
	return 1;
}

const char *arch_name(void)
{
	return "hosted";
}

void arch_timer_set(uint64_t deadline_ns)
{
	hosted_cpu.timer_ns = deadline_ns;
}

/* The same numbers in each run (SplitMix64): tests must repeat. */
bool arch_random(uint64_t *out)
{
	static uint64_t state;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	if (hosted_cpu.random_fails)
		return false;
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	*out = z ^ z >> 31;
	return true;
}

void arch_console_write(const char *bytes, size_t size)
{
	size_t room = CONSOLE_BYTES - 1 - console_out_size;

	if (size > room)
		size = room;
	memcpy(console_out + console_out_size, bytes, size);
	console_out_size += size;
}

int arch_console_read(void)
{
	if (console_in_head == console_in_tail)
		return -1;
	return console_in[console_in_head++ % CONSOLE_BYTES];
}

const char *hosted_console(void)
{
	console_out[console_out_size] = 0;
	return console_out;
}

void hosted_console_clear(void)
{
	console_out_size = 0;
}

void hosted_console_type(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		console_in[console_in_tail++ % CONSOLE_BYTES] =
			((const uint8_t *)bytes)[i];
}

/* ---- Contexts --------------------------------------------------------------------- */

void arch_context_init(struct arch_context *context, uaddr_t entry, uaddr_t stack_top,
		       uint64_t first, uint64_t second, uint64_t third)
{
	*context = (struct arch_context){
		.instruction = entry.raw,
		.stack_pointer = stack_top.raw,
		.arguments = { first, second, third },
	};
}

void arch_context_set_result(struct arch_context *context, int64_t result)
{
	context->result = result;
}

void arch_context_save(const struct arch_context *context, struct capos_upcall_frame *out)
{
	*out = (struct capos_upcall_frame){
		.rax = (uint64_t)context->result,
		.rdi = context->arguments[0],
		.rsi = context->arguments[1],
		.rdx = context->arguments[2],
		.rsp = context->stack_pointer,
		.rip = context->instruction,
	};
}

void arch_context_enter(struct arch_context *context, uaddr_t entry, uaddr_t stack_top,
			uint64_t first, uint64_t second, uint64_t third)
{
	arch_context_init(context, entry, stack_top, first, second, third);
}

bool arch_context_restore(struct arch_context *context,
			  const struct capos_upcall_frame *frame)
{
	if (frame->rip >= CAPOS_USER_END || frame->rsp >= CAPOS_USER_END ||
	    frame->fs_base >= CAPOS_USER_END || frame->rflags != 0)
		return false;
	*context = (struct arch_context){
		.instruction = frame->rip,
		.stack_pointer = frame->rsp,
		.arguments = { frame->rdi, frame->rsi, frame->rdx },
		.result = (int64_t)frame->rax,
	};
	return true;
}

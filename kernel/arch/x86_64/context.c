/* SPDX-License-Identifier: MIT */
/* context.c - registers of threads: first values, upcalls, and running one. */
#include "abi/address_map.h"
#include "abi/ring.h"
#include "kernel/arch.h"
#include "kernel/sched.h"
#include "kernel/thread.h"
#include "x86.h"

constexpr uint64_t RFLAGS_FIXED = 1u << 1 | 1u << 9; /* reserved bit, interrupts on */
/* What a program may set: CF PF AF ZF SF TF DF OF RF AC ID. */
constexpr uint64_t RFLAGS_USER = 0x250dd5;

void arch_context_init(struct arch_context *context, uaddr_t entry, uaddr_t stack_top,
		       uint64_t first, uint64_t second, uint64_t third)
{
	/* Not the vector room, which is large and not valid without context->vectors. */
	context->rbx = 0;
	context->rbp = 0;
	context->r12 = 0;
	context->r13 = 0;
	context->r14 = 0;
	context->r15 = 0;
	context->fs_base = 0;
	context->vectors = 0;
	arch_context_enter(context, entry, stack_top, first, second, third);
}

void arch_context_set_result(struct arch_context *context, int64_t result)
{
	context->rax = (uint64_t)result;
}

void arch_context_save(const struct arch_context *context, struct capos_upcall_frame *out)
{
	/* After a system call the registers that it kills are old: they hold nothing. */
	uint64_t live = context->full ? UINT64_MAX : 0;

	*out = (struct capos_upcall_frame){
		.rax = context->rax,
		.rbx = context->rbx,
		.rcx = context->rcx & live,
		.rdx = context->rdx & live,
		.rsi = context->rsi & live,
		.rdi = context->rdi & live,
		.rbp = context->rbp,
		.rsp = context->rsp,
		.r8 = context->r8 & live,
		.r9 = context->r9 & live,
		.r10 = context->r10 & live,
		.r11 = context->r11 & live,
		.r12 = context->r12,
		.r13 = context->r13,
		.r14 = context->r14,
		.r15 = context->r15,
		.rip = context->rip,
		.rflags = context->rflags & (RFLAGS_USER | RFLAGS_FIXED),
		.fs_base = context->fs_base,
	};
}

/* Vector registers stay as they were: who enters saves them if it changes them. */
void arch_context_enter(struct arch_context *context, uaddr_t entry, uaddr_t stack_top,
			uint64_t first, uint64_t second, uint64_t third)
{
	context->rip = entry.raw;
	context->rflags = RFLAGS_FIXED;
	context->rsp = stack_top.raw;
	context->rdi = first;
	context->rsi = second;
	context->rdx = third;
	context->rax = 0;
	context->rcx = 0;
	context->r8 = 0;
	context->r9 = 0;
	context->r10 = 0;
	context->r11 = 0;
	context->full = 1;
}

bool arch_context_restore(struct arch_context *context,
			  const struct capos_upcall_frame *frame)
{
	if (frame->rip >= CAPOS_USER_END || frame->rsp >= CAPOS_USER_END ||
	    frame->fs_base >= CAPOS_USER_END ||
	    (frame->rflags & ~(RFLAGS_USER | RFLAGS_FIXED)) != 0)
		return false;
	/*
	 * The thread's vector registers are what it wants to continue with. They are its own
	 * only if it was the last one in user mode: a drain that gave way goes on with those of
	 * whoever ran meanwhile.
	 */
	if (!context->vectors && (const void *)arch_cpu_block()->vector_thread == context)
		vector_save(context);
	context->rax = frame->rax;
	context->rbx = frame->rbx;
	context->rcx = frame->rcx;
	context->rdx = frame->rdx;
	context->rsi = frame->rsi;
	context->rdi = frame->rdi;
	context->rbp = frame->rbp;
	context->rsp = frame->rsp;
	context->r8 = frame->r8;
	context->r9 = frame->r9;
	context->r10 = frame->r10;
	context->r11 = frame->r11;
	context->r12 = frame->r12;
	context->r13 = frame->r13;
	context->r14 = frame->r14;
	context->r15 = frame->r15;
	context->rip = frame->rip;
	context->rflags = frame->rflags | RFLAGS_FIXED;
	context->fs_base = frame->fs_base;
	context->full = 1;
	return true;
}

static void space_activate(struct arch_cpu *cpu, const struct arch_space *space)
{
	/* Data selectors are the last thing of another program that could show. */
	__asm__ volatile("movl %0, %%ds\n\tmovl %0, %%es\n\tmovl %0, %%fs" : : "r"(0));
	x86_write_cr3(arch_direct_paddr(space->root).raw);
	cpu->space = space;
	cpu->cpu.space_switches++;
}

void arch_resume(struct thread *thread)
{
	struct arch_cpu *cpu = arch_cpu_block();
	const struct arch_context *context = &thread->context;

	cpu->cpu.current = thread;
	/* Programs choose entry points; IRET to a non-canonical one would fault in here. */
	if (context->rip >= CAPOS_USER_END)
		kernel_user_fault(thread, FAULT_KIND_PROTECTION, context->rip,
				  context->rip);
	if (cpu->space != thread->space)
		space_activate(cpu, thread->space);
	vector_load(cpu, thread);
	__asm__ volatile("wrfsbase %0" : : "r"(context->fs_base));
	if (context->full)
		context_load_full(context);
	context_load_call(context);
}

void arch_enter_scheduler(void)
{
	stack_restart(arch_cpu_block()->stack_top, sched_run);
}

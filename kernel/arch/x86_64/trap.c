/* SPDX-License-Identifier: MIT */
/*
 * trap.c - what happened, and who deals with it.
 *
 * From user mode the thread's context is complete in memory and the stack is empty:
 * every path ends in arch_resume() of some thread. From kernel mode only interrupts in
 * arch_idle() and arch_poll_interrupts() return; an exception there is a defect.
 */
#include "entry_offsets.h"
#include "kernel/arch.h"
#include "kernel/console.h"
#include "kernel/panic.h"
#include "kernel/thread.h"
#include "x86.h"

struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

[[noreturn]] void trap_user(struct thread *thread, uint64_t vector, uint64_t error);
void trap_kernel(const struct trap_frame *frame);
void trap_critical(const struct trap_frame *frame);
[[noreturn]] void trap_bad_return(void);

#define CHECK_OFFSET(type, field, offset) static_assert(offsetof(type, field) == (offset))
CHECK_OFFSET(struct thread, context, 0);
CHECK_OFFSET(struct arch_context, rip, CONTEXT_RIP);
CHECK_OFFSET(struct arch_context, rflags, CONTEXT_RFLAGS);
CHECK_OFFSET(struct arch_context, rsp, CONTEXT_RSP);
CHECK_OFFSET(struct arch_context, rbx, CONTEXT_RBX);
CHECK_OFFSET(struct arch_context, rbp, CONTEXT_RBP);
CHECK_OFFSET(struct arch_context, r12, CONTEXT_R12);
CHECK_OFFSET(struct arch_context, r13, CONTEXT_R13);
CHECK_OFFSET(struct arch_context, r14, CONTEXT_R14);
CHECK_OFFSET(struct arch_context, r15, CONTEXT_R15);
CHECK_OFFSET(struct arch_context, rax, CONTEXT_RAX);
CHECK_OFFSET(struct arch_context, rcx, CONTEXT_RCX);
CHECK_OFFSET(struct arch_context, rdx, CONTEXT_RDX);
CHECK_OFFSET(struct arch_context, rsi, CONTEXT_RSI);
CHECK_OFFSET(struct arch_context, rdi, CONTEXT_RDI);
CHECK_OFFSET(struct arch_context, r8, CONTEXT_R8);
CHECK_OFFSET(struct arch_context, r9, CONTEXT_R9);
CHECK_OFFSET(struct arch_context, r10, CONTEXT_R10);
CHECK_OFFSET(struct arch_context, r11, CONTEXT_R11);
CHECK_OFFSET(struct arch_context, fs_base, CONTEXT_FS_BASE);
CHECK_OFFSET(struct arch_context, full, CONTEXT_FULL);
CHECK_OFFSET(struct arch_context, vectors, CONTEXT_FULL + 4); /* one store clears both */
CHECK_OFFSET(struct arch_cpu, self, CPU_SELF);
CHECK_OFFSET(struct arch_cpu, stack_top, CPU_STACK_TOP);
CHECK_OFFSET(struct arch_cpu, cpu.current, CPU_CURRENT);
static_assert(ARCH_DIRECT_MAP == DIRECT_MAP);

enum {
	VECTOR_NMI = 2,
	VECTOR_DOUBLE_FAULT = 8,
	VECTOR_PAGE_FAULT = 14,
	VECTOR_EXCEPTIONS = 32,
	PAGE_FAULT_RESERVED_BIT = 1 << 3,
};

struct exception {
	const char *name;
	enum fault_kind kind;
};

static const struct exception exceptions[VECTOR_EXCEPTIONS] = {
	[0] = { "divide error", FAULT_KIND_DIVIDE },
	[1] = { "debug", FAULT_KIND_BREAKPOINT },
	[2] = { "non-maskable interrupt", FAULT_KIND_OTHER },
	[3] = { "breakpoint", FAULT_KIND_BREAKPOINT },
	[4] = { "overflow", FAULT_KIND_ARITHMETIC },
	[5] = { "bound range", FAULT_KIND_OTHER },
	[6] = { "invalid opcode", FAULT_KIND_ILLEGAL_INSTRUCTION },
	[7] = { "device not available", FAULT_KIND_OTHER },
	[8] = { "double fault", FAULT_KIND_OTHER },
	[9] = { "reserved exception", FAULT_KIND_OTHER },
	[10] = { "invalid task state", FAULT_KIND_PROTECTION },
	[11] = { "segment not present", FAULT_KIND_PROTECTION },
	[12] = { "stack fault", FAULT_KIND_PROTECTION },
	[13] = { "general protection", FAULT_KIND_PROTECTION },
	[14] = { "page fault", FAULT_KIND_PAGE_FAULT },
	[15] = { "reserved exception", FAULT_KIND_OTHER },
	[16] = { "x87 error", FAULT_KIND_ARITHMETIC },
	[17] = { "alignment check", FAULT_KIND_ALIGNMENT },
	[18] = { "machine check", FAULT_KIND_OTHER },
	[19] = { "vector arithmetic", FAULT_KIND_ARITHMETIC },
	[20] = { "virtualization", FAULT_KIND_OTHER },
	[21] = { "control protection", FAULT_KIND_PROTECTION },
	[22 ... 31] = { "reserved exception", FAULT_KIND_OTHER },
};

static uint64_t fault_address(void)
{
	uint64_t address;

	__asm__ volatile("movq %%cr2, %0" : "=r"(address));
	return address;
}

/* True if it was an interrupt and has been served. */
static bool serve_interrupt(uint64_t vector)
{
	if (vector < VECTOR_EXCEPTIONS)
		return false;
	arch_cpu()->interrupts++;
	if (vector == VECTOR_TIMER) {
		apic_end_of_interrupt();
		apic_timer_interrupt();
	} else if (vector == VECTOR_SERIAL) {
		apic_end_of_interrupt();
		console_input();
	}
	/* All others are strays of the masked PIC or spurious: they want no answer. */
	return true;
}

void trap_user(struct thread *thread, uint64_t vector, uint64_t error)
{
	const struct arch_context *context = &thread->context;
	uint64_t address = vector == VECTOR_PAGE_FAULT ? fault_address() : context->rip;

	vector_save(&thread->context);
	if (serve_interrupt(vector))
		kernel_preempted(thread);
	if (vector == VECTOR_PAGE_FAULT && error & PAGE_FAULT_RESERVED_BIT)
		panic("page table of a program is damaged at 0x%lx", address);
	kernel_user_fault(thread, exceptions[vector].kind, address, context->rip);
}

static void print_frame(const struct trap_frame *frame)
{
	kernel_print("\n[capos] rip %016lx rsp %016lx rflags %08lx error %lx cr2 %lx\n",
		     frame->rip, frame->rsp, frame->rflags, frame->error,
		     fault_address());
	kernel_print("[capos] rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", frame->rax,
		     frame->rbx, frame->rcx, frame->rdx);
	kernel_print("[capos] rsi %016lx rdi %016lx rbp %016lx r8  %016lx\n", frame->rsi,
		     frame->rdi, frame->rbp, frame->r8);
	kernel_print("[capos] r9  %016lx r10 %016lx r11 %016lx r12 %016lx\n", frame->r9,
		     frame->r10, frame->r11, frame->r12);
	kernel_print("[capos] r13 %016lx r14 %016lx r15 %016lx\n", frame->r13, frame->r14,
		     frame->r15);
}

[[noreturn]] static void kernel_exception(const struct trap_frame *frame)
{
	uint64_t address = fault_address();

	print_frame(frame);
	if (frame->vector == VECTOR_PAGE_FAULT)
		panic("page fault in the kernel at 0x%lx, address 0x%lx", frame->rip,
		      address);
	panic("%s in the kernel at 0x%lx", exceptions[frame->vector].name, frame->rip);
}

void trap_kernel(const struct trap_frame *frame)
{
	if (!serve_interrupt(frame->vector))
		kernel_exception(frame);
}

static bool in_stack_guard(uint64_t address)
{
	uint64_t stack = arch_cpu_block()->stack_top - KERNEL_STACK_BYTES;

	return address < stack && stack - address <= ARCH_PAGE_SIZE;
}

/* On an IST stack, perhaps in the middle of an entry: nothing of a thread may be touched. */
void trap_critical(const struct trap_frame *frame)
{
	if (frame->vector == VECTOR_NMI)
		return; /* nobody here asks for one; a person at the machine's button may */
	if (frame->vector == VECTOR_DOUBLE_FAULT && in_stack_guard(fault_address()))
		panic("kernel stack overflow at 0x%lx", frame->rip);
	kernel_exception(frame);
}

/* The program's next instruction would be at a non-canonical address. */
void trap_bad_return(void)
{
	struct thread *thread = arch_cpu()->current;
	uint64_t address = thread->context.rip;

	kernel_user_fault(thread, FAULT_KIND_PROTECTION, address, address);
}

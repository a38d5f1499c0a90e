/* SPDX-License-Identifier: MIT */
/*
 * trap.S - into the kernel and back: system calls, exceptions, interrupts.
 *
 * Interrupts are off in here and in all kernel code but arch_idle() and
 * arch_poll_interrupts(). In the kernel GS base is the processor's block; swapgs is done
 * exactly once on each way. Registers go straight to the thread's context, which is the
 * first member of struct thread: the kernel's stack holds nothing of a thread.
 */
#include "entry_offsets.h"

	.text

/*
 * System call: rdi number, rsi and rdx arguments, exactly where kernel_cap_enter() wants
 * its second and third. rcx and r11 hold rip and rflags. Registers that a C function
 * preserves are saved for the case that another thread runs next; on the way back
 * they are still there. All others are dead for the program, and cleared.
 */
	.balign 64
	.global syscall_entry
syscall_entry:
	swapgs
	movl %edi, %eax
	movq %gs:CPU_CURRENT, %rdi
	movq %rcx, CONTEXT_RIP(%rdi)
	movq %r11, CONTEXT_RFLAGS(%rdi)
	movq %rsp, CONTEXT_RSP(%rdi)
	movq %gs:CPU_STACK_TOP, %rsp
	movq %rbx, CONTEXT_RBX(%rdi)
	movq %rbp, CONTEXT_RBP(%rdi)
	movq %r12, CONTEXT_R12(%rdi)
	movq %r13, CONTEXT_R13(%rdi)
	movq %r14, CONTEXT_R14(%rdi)
	movq %r15, CONTEXT_R15(%rdi)
	rdfsbase %r8
	movq %r8, CONTEXT_FS_BASE(%rdi)
	movq $0, CONTEXT_FULL(%rdi)		/* and vectors */
	testl %eax, %eax
	jnz syscall_other
	call kernel_cap_enter
syscall_return:
	movq %gs:CPU_CURRENT, %rdi
	cmpl $0, CONTEXT_FULL(%rdi)
	jne arch_resume				/* the call replaced the context */
	movq CONTEXT_RIP(%rdi), %rcx
	/* SYSRET to a non-canonical address faults in the kernel on some processors. */
	btq $47, %rcx
	jc trap_bad_return
	movq CONTEXT_RFLAGS(%rdi), %r11
	movq CONTEXT_RSP(%rdi), %rsp
	xorl %edx, %edx
	xorl %esi, %esi
	xorl %edi, %edi
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r10d, %r10d
	swapgs
	sysretq

syscall_other:
	cmpl $1, %eax
	je 1f
	movl %eax, %esi
	call kernel_bad_syscall
	jmp syscall_return
1:	call kernel_exit
	ud2

/* [[noreturn]] void context_load_call(const struct arch_context *): after a system call */
	.global context_load_call
context_load_call:
	movq CONTEXT_RIP(%rdi), %rcx
	btq $47, %rcx
	jc trap_bad_return
	movq CONTEXT_RFLAGS(%rdi), %r11
	movq CONTEXT_RSP(%rdi), %rsp
	movq CONTEXT_RBX(%rdi), %rbx
	movq CONTEXT_RBP(%rdi), %rbp
	movq CONTEXT_R12(%rdi), %r12
	movq CONTEXT_R13(%rdi), %r13
	movq CONTEXT_R14(%rdi), %r14
	movq CONTEXT_R15(%rdi), %r15
	movq CONTEXT_RAX(%rdi), %rax
	xorl %edx, %edx
	xorl %esi, %esi
	xorl %edi, %edi
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r10d, %r10d
	swapgs
	/* GS is not for programs: another one's value must not show. */
	movl %edx, %gs
	wrgsbase %rdx
	sysretq

/* [[noreturn]] void context_load_full(const struct arch_context *): everything */
	.global context_load_full
context_load_full:
	pushq $SELECTOR_USER_DATA
	pushq CONTEXT_RSP(%rdi)
	pushq CONTEXT_RFLAGS(%rdi)
	pushq $SELECTOR_USER_CODE
	pushq CONTEXT_RIP(%rdi)
	movq CONTEXT_RBX(%rdi), %rbx
	movq CONTEXT_RBP(%rdi), %rbp
	movq CONTEXT_R12(%rdi), %r12
	movq CONTEXT_R13(%rdi), %r13
	movq CONTEXT_R14(%rdi), %r14
	movq CONTEXT_R15(%rdi), %r15
	swapgs
	xorl %eax, %eax
	movl %eax, %gs
	wrgsbase %rax
	movq CONTEXT_RAX(%rdi), %rax
	movq CONTEXT_RCX(%rdi), %rcx
	movq CONTEXT_RDX(%rdi), %rdx
	movq CONTEXT_RSI(%rdi), %rsi
	movq CONTEXT_R8(%rdi), %r8
	movq CONTEXT_R9(%rdi), %r9
	movq CONTEXT_R10(%rdi), %r10
	movq CONTEXT_R11(%rdi), %r11
	movq CONTEXT_RDI(%rdi), %rdi
	iretq

/* [[noreturn]] void stack_restart(uint64_t stack_top, void (*function)(void)) */
	.global stack_restart
stack_restart:
	movq %rdi, %rsp
	xorl %ebp, %ebp
	call *%rsi
	ud2

/*
 * One stub of 16 bytes per vector. The processor pushes an error code for some; the
 * others get a 0. Those that can hit between the kernel's first instruction and swapgs
 * have stacks of their own (IST) and do not trust GS.
 */
	.balign 16
	.global trap_stubs
trap_stubs:
	.set vector, 0
	.rept VECTOR_COUNT
	.balign 16
	.if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
	pushq $0
	.endif
	pushq $vector
	.if vector == 1 || vector == 2 || vector == 8 || vector == 18
	jmp trap_careful
	.else
	jmp trap_entry
	.endif
	.set vector, vector + 1
	.endr

	.balign 64
trap_entry:
	cld
	clac
	testb $3, 24(%rsp)
	jz trap_in_kernel

trap_in_user:
	swapgs
	pushq %rdi
	movq %gs:CPU_CURRENT, %rdi
	movq %rax, CONTEXT_RAX(%rdi)
	movq %rbx, CONTEXT_RBX(%rdi)
	movq %rcx, CONTEXT_RCX(%rdi)
	movq %rdx, CONTEXT_RDX(%rdi)
	movq %rsi, CONTEXT_RSI(%rdi)
	movq %rbp, CONTEXT_RBP(%rdi)
	movq %r8, CONTEXT_R8(%rdi)
	movq %r9, CONTEXT_R9(%rdi)
	movq %r10, CONTEXT_R10(%rdi)
	movq %r11, CONTEXT_R11(%rdi)
	movq %r12, CONTEXT_R12(%rdi)
	movq %r13, CONTEXT_R13(%rdi)
	movq %r14, CONTEXT_R14(%rdi)
	movq %r15, CONTEXT_R15(%rdi)
	popq CONTEXT_RDI(%rdi)
	popq %rsi			/* vector */
	popq %rdx			/* error code */
	popq CONTEXT_RIP(%rdi)
	popq %rax			/* code selector */
	popq CONTEXT_RFLAGS(%rdi)
	popq CONTEXT_RSP(%rdi)
	rdfsbase %rax
	movq %rax, CONTEXT_FS_BASE(%rdi)
	movl $1, CONTEXT_FULL(%rdi)
	movq %gs:CPU_STACK_TOP, %rsp
	xorl %ebp, %ebp
	call trap_user			/* (thread, vector, error code), does not return */
	ud2

	/* The order of struct trap_frame, backwards. */
	.macro push_registers
	pushq %rax
	pushq %rbx
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	pushq %rbp
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	.endm
	.macro pop_registers
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rbp
	popq %rdi
	popq %rsi
	popq %rdx
	popq %rcx
	popq %rbx
	popq %rax
	addq $16, %rsp			/* vector and error code */
	.endm

trap_in_kernel:
	push_registers
	movq %rsp, %rdi
	call trap_kernel
	pop_registers
	iretq

/* #DB, NMI, #DF, #MC: on a stack of their own, GS base unknown. */
trap_careful:
	cld
	clac
	testb $3, 24(%rsp)
	jz 1f
	cmpb $1, (%rsp)			/* #DB of a program: as any other exception */
	je trap_in_user
1:	push_registers
	movq %rsp, %rdi
	rdgsbase %rbx
	movq %rsp, %rax
	orq $(IST_STACK_BYTES - 1), %rax
	movq -7(%rax), %rax		/* the last 8 bytes of this stack */
	wrgsbase %rax
	call trap_critical
	wrgsbase %rbx
	pop_registers
	iretq

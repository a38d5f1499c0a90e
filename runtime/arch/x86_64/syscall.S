/* SPDX-License-Identifier: MIT */
/*
 * syscall.S - the system call. See capos/ring.h.
 *
 * Number and parameters are in rdi, rsi and rdx, where C puts them and where the kernel
 * wants them; the result comes back in rax. The kernel keeps what the C calling
 * convention says a callee keeps, and nothing else: to the compiler this is a function.
 */
	.section .text.capos_sys_call, "ax", @progbits
	.globl capos_sys_call
	.type capos_sys_call, @function
capos_sys_call:
	syscall
	retq
	.size capos_sys_call, . - capos_sys_call

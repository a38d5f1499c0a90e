/* SPDX-License-Identifier: MIT */
/*
 * start.S - the first instructions of a program.
 *
 * The kernel starts a thread with the address of its region in rdi, of the CapSet in
 * rsi, the loader's argument in rdx, and rsp at a multiple of 16. The thread pointer
 * points just behind the thread-local block and, as the ABI wants it, to itself.
 */
	.section .text._start, "ax", @progbits
	.globl _start
	.type _start, @function
_start:
	xorl %ebp, %ebp /* the outermost frame */
	movl $capos_tls_pointer, %eax
	movq %rax, (%rax)
	wrfsbase %rax
	callq capos_start
	ud2
	.size _start, . - _start

/* SPDX-License-Identifier: MIT */
/* tiny.S - the smallest Linux program: exits with 42. What spawn_exit_wait starts. */
	.globl _start
_start:
	movl $231, %eax
	movl $42, %edi
	syscall

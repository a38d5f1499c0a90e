/* SPDX-License-Identifier: MIT */
/*
 * floor.S - how many instructions the firmware takes before any kernel's first one: a
 * multiboot program that prints the counter in hexadecimal on the serial line and ends.
 */
	.section .multiboot, "a"
	.align 4
	.long 0x1badb002, 0, -0x1badb002
	.text
	.code32
	.globl _start
_start:
	rdtsc
	movl %eax, %esi
	movl %edx, %edi
	movl $16, %ecx
digit:	shldl $4, %edi, %ebx		/* the top digit into ebx */
	shldl $4, %esi, %edi
	shll $4, %esi
	movl %ebx, %eax
	andl $15, %eax
	cmpl $10, %eax
	jb decimal
	addl $('a' - '0' - 10), %eax
decimal:
	addl $'0', %eax
	movl $0x3f8, %edx
	outb %al, %dx
	loop digit
	movb $'\n', %al
	outb %al, %dx
	movl $0xf4, %edx		/* isa-debug-exit */
	outb %al, %dx
stop:	hlt
	jmp stop

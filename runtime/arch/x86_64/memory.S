/* SPDX-License-Identifier: MIT */
/*
 * memory.S - memcpy, memmove and memset in words of eight bytes.
 *
 * `rep movsb` is fast on new processors only, and the instruction counts that we are
 * judged by count each of its bytes; words cost an eighth everywhere. The one to seven
 * bytes left over overlap the last whole word where there is one.
 */
	.section .text.memcpy, "ax", @progbits
	.globl memcpy
	.type memcpy, @function
memcpy:
	movq %rdi, %rax
	movq %rdx, %rcx
	shrq $3, %rcx
	jz .Lcopy_bytes
	/* The last word first: it may overlap what the words below end with. */
	movq -8(%rsi,%rdx), %r8
	leaq -8(%rdi,%rdx), %r9
	rep movsq
	movq %r8, (%r9)
	retq
.Lcopy_bytes:
	movl %edx, %ecx
	rep movsb
	retq
	.size memcpy, . - memcpy

	.section .text.memmove, "ax", @progbits
	.globl memmove
	.type memmove, @function
memmove:
	movq %rdi, %rax
	movq %rdi, %rcx
	subq %rsi, %rcx
	cmpq %rdx, %rcx /* unsigned: true also when @to lies below @from */
	jae .Lmove_forward
	/* From the end down, first the bytes that make no whole word. */
	std
	leaq -1(%rdi,%rdx), %rdi
	leaq -1(%rsi,%rdx), %rsi
	movl %edx, %ecx
	andl $7, %ecx
	rep movsb
	subq $7, %rdi
	subq $7, %rsi
	movq %rdx, %rcx
	shrq $3, %rcx
	rep movsq
	cld
	retq
.Lmove_forward:
	movq %rdx, %rcx
	shrq $3, %rcx
	rep movsq
	movl %edx, %ecx
	andl $7, %ecx
	rep movsb
	retq
	.size memmove, . - memmove

	.section .text.memset, "ax", @progbits
	.globl memset
	.type memset, @function
memset:
	movq %rdi, %r9
	movzbl %sil, %eax
	movabsq $0x0101010101010101, %r8
	imulq %r8, %rax
	movq %rdx, %rcx
	shrq $3, %rcx
	jz .Lset_bytes
	movq %rax, -8(%rdi,%rdx)
	rep stosq
	movq %r9, %rax
	retq
.Lset_bytes:
	movl %edx, %ecx
	rep stosb
	movq %r9, %rax
	retq
	.size memset, . - memset

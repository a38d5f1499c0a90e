/* SPDX-License-Identifier: MIT */
/*
 * memory.S - the functions that the compiler itself calls. Freestanding C must have them.
 *
 * Words first, bytes for the rest: kernel records are small and their sizes are multiples
 * of eight.
 */
	.text

/* void *memset(void *to, int byte, size_t size) */
	.balign 16
	.global memset
memset:
	movq %rdi, %r8
	movzbl %sil, %eax
	movabsq $0x0101010101010101, %rcx
	imulq %rcx, %rax
	movq %rdx, %rcx
	shrq $3, %rcx
	rep stosq
	movl %edx, %ecx
	andl $7, %ecx
	rep stosb
	movq %r8, %rax
	ret

/* void *memcpy(void *to, const void *from, size_t size) */
	.balign 16
	.global memcpy
memcpy:
	movq %rdi, %rax
	movq %rdx, %rcx
	shrq $3, %rcx
	rep movsq
	movl %edx, %ecx
	andl $7, %ecx
	rep movsb
	ret

/* void *memmove(void *to, const void *from, size_t size) */
	.balign 16
	.global memmove
memmove:
	movq %rdi, %rax
	subq %rsi, %rax
	cmpq %rdx, %rax
	jae memcpy			/* @to is not inside the source */
	leaq -1(%rsi, %rdx), %rsi
	leaq -1(%rdi, %rdx), %rax
	movq %rdi, %r8
	movq %rax, %rdi
	movq %rdx, %rcx
	std
	rep movsb
	cld
	movq %r8, %rax
	ret

/* int memcmp(const void *a, const void *b, size_t size) */
	.balign 16
	.global memcmp
memcmp:
	xorl %ecx, %ecx
1:	cmpq %rdx, %rcx
	je 2f
	movzbl (%rdi, %rcx), %eax
	movzbl (%rsi, %rcx), %r8d
	incq %rcx
	subl %r8d, %eax
	jz 1b
	ret
2:	xorl %eax, %eax
	ret

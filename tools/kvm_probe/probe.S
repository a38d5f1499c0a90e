/* SPDX-License-Identifier: MIT */
/*
 * probe.S - the smallest guest that shows a hypervisor really runs a kernel: it enters
 * long mode, takes an exception through an IDT of its own, and prints one byte from the
 * handler. Some machines open /dev/kvm and even run plain code, and then fail here.
 *
 * QEMU's -kernel enters a PVH guest in 32-bit protected mode at the address in the note.
 */
	.section .note.pvh, "a", @note
	.long 4, 4, 18          /* name bytes, description bytes, XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz "Xen"
	.long probe_start

	.text
	.code32
	.globl probe_start
probe_start:
	movl $page_level_3, %eax        /* one 1 GiB window of 2 MiB pages, the first is enough */
	orl $3, %eax
	movl %eax, page_level_4
	movl $page_level_2, %eax
	orl $3, %eax
	movl %eax, page_level_3
	movl $0x83, page_level_2        /* present, writable, 2 MiB, at address 0 */

	movl $page_level_4, %eax
	movl %eax, %cr3
	movl %cr4, %eax
	orl $0x20, %eax                 /* CR4.PAE */
	movl %eax, %cr4
	movl $0xc0000080, %ecx          /* EFER.LME */
	rdmsr
	orl $0x100, %eax
	wrmsr
	movl %cr0, %eax
	orl $0x80000001, %eax           /* CR0.PG, CR0.PE */
	movl %eax, %cr0
	lgdt gdt_pointer
	ljmp $8, $long_mode

	.code64
long_mode:
	xorl %eax, %eax                 /* iretq reloads ss: the null selector is allowed here */
	movl %eax, %ss
	movl $stack_top, %esp
	leaq breakpoint(%rip), %rax     /* gate 3: offset low, selector, type, offset high */
	leaq idt+3*16(%rip), %rbx
	movw %ax, (%rbx)
	movw $8, 2(%rbx)
	movw $0x8e00, 4(%rbx)
	shrq $16, %rax
	movw %ax, 6(%rbx)
	lidt idt_pointer
	int3
	movb $'\n', %al                 /* only if the handler returned */
	outb %al, %dx
1:	hlt
	jmp 1b

breakpoint:
	movw $0x3f8, %dx
	movb $'K', %al
	outb %al, %dx
	iretq

	.data
	.balign 8
gdt:
	.quad 0
	.quad 0x00209a0000000000        /* 64-bit code */
gdt_pointer:
	.word 15
	.long gdt
	.long 0
idt_pointer:
	.word 4*16-1
	.quad idt

	.bss
	.balign 4096
page_level_4: .skip 4096
page_level_3: .skip 4096
page_level_2: .skip 4096
idt:          .skip 4*16
stack:        .skip 512
stack_top:

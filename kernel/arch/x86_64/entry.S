/* SPDX-License-Identifier: MIT */
/*
 * entry.S - the kernel's first instructions, one entry per boot protocol.
 *
 * Both start in 32-bit protected mode without paging, ebx pointing at the loader's
 * record. They must not share an entry: PVH leaves eax undefined, so nothing could
 * tell them apart. The counter is read first, because boot time is counted from here.
 *
 * The tables made here map the first 4 GiB, writable and executable, at 0, in the direct
 * map, and the first GiB in the kernel window. paging.c replaces them before kernel_main.
 */
#include "entry_offsets.h"

#define PHYSICAL(symbol) (symbol - KERNEL_WINDOW)

#define MULTIBOOT2_MAGIC        0xe85250d6
#define MULTIBOOT2_LOADER_MAGIC 0x36d76289
#define MULTIBOOT2_HEADER_BYTES (multiboot2_header_end - multiboot2_header)

#define PAGE_PRESENT_WRITABLE 0x003
#define PAGE_LARGE            0x083
#define LARGE_PAGE_BYTES      0x200000
#define LOADER_PVH            0
#define LOADER_MULTIBOOT2     1
#define SERIAL_PORT           0x3f8

	.section .boot.header, "a"
	.balign 8
multiboot2_header:
	.long MULTIBOOT2_MAGIC
	.long 0
	.long MULTIBOOT2_HEADER_BYTES
	.long -(MULTIBOOT2_MAGIC + MULTIBOOT2_HEADER_BYTES)
	/* entry address */
	.word 3, 0
	.long 12
	.long multiboot2_start
	.balign 8
	/* modules on page boundaries */
	.word 6, 0
	.long 8
	/* information: memory map is required, ACPI and the rest come anyway */
	.word 1, 0
	.long 12
	.long 6
	.balign 8
	.word 0, 0
	.long 8
multiboot2_header_end:

	/* XEN_ELFNOTE_PHYS32_ENTRY: where PVH loaders jump to */
	.section .note.Xen, "a", @note
	.balign 4
	.long 4
	.long 8
	.long 18
	.asciz "Xen"
	.quad pvh_start

	.section .boot.text, "ax"
	.code32
	.global pvh_start
pvh_start:
	rdtsc
	xorl %ebp, %ebp
	jmp start32

multiboot2_start:
	movl %eax, %ecx
	rdtsc
	movl $LOADER_MULTIBOOT2, %ebp
	cmpl $MULTIBOOT2_LOADER_MAGIC, %ecx
	je start32
	movl $message_loader, %esi
	jmp die32

/* ebp loader, ebx its record, edx:eax counter */
start32:
	cli
	cld
	movl $PHYSICAL(boot_stack_top), %esp
	pushl %edx
	pushl %eax
	pushl %ebx

	/* The only check that cannot wait for 64-bit code. */
	movl $0x80000000, %eax
	cpuid
	cmpl $0x80000001, %eax
	jb no_long_mode
	movl $0x80000001, %eax
	cpuid
	testl $(1 << 29), %edx
	jz no_long_mode

	/* Four directories of 2 MiB pages: 4 GiB. */
	movl $PHYSICAL(boot_directories), %edi
	movl $PAGE_LARGE, %eax
	movl $2048, %ecx
1:	movl %eax, (%edi)
	addl $LARGE_PAGE_BYTES, %eax
	addl $8, %edi
	decl %ecx
	jnz 1b

	movl $PHYSICAL(boot_directories) + PAGE_PRESENT_WRITABLE, %eax
	movl %eax, PHYSICAL(boot_low)
	movl %eax, PHYSICAL(boot_high) + 510 * 8
	addl $4096, %eax
	movl %eax, PHYSICAL(boot_low) + 8
	addl $4096, %eax
	movl %eax, PHYSICAL(boot_low) + 16
	addl $4096, %eax
	movl %eax, PHYSICAL(boot_low) + 24
	movl $PHYSICAL(boot_low) + PAGE_PRESENT_WRITABLE, %eax
	movl %eax, PHYSICAL(boot_root)
	movl %eax, PHYSICAL(boot_root) + 256 * 8
	movl $PHYSICAL(boot_high) + PAGE_PRESENT_WRITABLE, %eax
	movl %eax, PHYSICAL(boot_root) + 511 * 8

	movl $(1 << 5), %eax		/* CR4: PAE */
	movl %eax, %cr4
	movl $PHYSICAL(boot_root), %eax
	movl %eax, %cr3
	movl $0xc0000080, %ecx		/* EFER: long mode */
	rdmsr
	orl $(1 << 8), %eax
	wrmsr
	movl $0x80010011, %eax		/* CR0: paging, write protection, ET, protected */
	movl %eax, %cr0

	popl %esi			/* the loader's record */
	popl %edx			/* the counter */
	popl %eax
	lgdt boot_gdt_pointer
	ljmp $SELECTOR_KERNEL_CODE, $start64

no_long_mode:
	movl $message_long_mode, %esi

/* esi message. The serial line as the firmware left it; a missing one costs nothing. */
die32:
	movl $SERIAL_PORT + 5, %edx
	movl $100000, %ecx
1:	inb %dx, %al
	testb $0x20, %al
	jnz 2f
	decl %ecx
	jnz 1b
2:	movl $SERIAL_PORT, %edx
	lodsb
	testb %al, %al
	jz 3f
	outb %al, %dx
	jmp die32
3:	cli
	hlt
	jmp 3b

	.code64
start64:
	shlq $32, %rax
	movl %edx, %edx
	orq %rax, %rdx			/* third argument: the counter */
	movl %esi, %esi			/* second: the loader's record */
	movl %ebp, %edi			/* first: which loader */
	movl $SELECTOR_KERNEL_DATA, %eax
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %fs
	movl %eax, %gs
	movq $boot_stack_top, %rsp
	xorl %ebp, %ebp
	movabsq $boot_main, %rax
	callq *%rax
	ud2

	.section .boot.data, "aw"
	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff	/* kernel code, 64 bits */
	.quad 0x00cf93000000ffff	/* kernel data */
boot_gdt_pointer:
	.word boot_gdt_pointer - boot_gdt - 1
	.quad boot_gdt
message_long_mode:
	.asciz "\n[capos] PANIC this processor lacks long mode (it is not 64-bit)\n"
message_loader:
	.asciz "\n[capos] PANIC the loader at the multiboot2 entry is not multiboot2\n"

	/*
	 * The first processor's stacks. The page under each one stays unmapped; the last 8
	 * bytes of an IST stack are the processor's block, for handlers that cannot trust GS.
	 */
	.section .stacks, "aw", @nobits
	.balign 4096
	.global boot_stacks
boot_stacks:
	.skip 4 * (4096 + IST_STACK_BYTES)
	.skip 4096
	.skip KERNEL_STACK_BYTES
	.global boot_stack_top
boot_stack_top:

	.section .boot.tables, "aw", @nobits
	.balign 4096
boot_root:
	.skip 4096
boot_low:
	.skip 4096
boot_high:
	.skip 4096
boot_directories:
	.skip 4 * 4096

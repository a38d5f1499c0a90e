/* SPDX-License-Identifier: MIT */
/*
 * entry_offsets.h - where assembly finds fields of C structures.
 *
 * The one header both languages read. trap.c asserts every number.
 */
#ifndef ARCH_X86_64_ENTRY_OFFSETS_H
#define ARCH_X86_64_ENTRY_OFFSETS_H

/* struct arch_context, which is the first member of struct thread */
#define CONTEXT_RIP          0
#define CONTEXT_RFLAGS       8
#define CONTEXT_RSP          16
#define CONTEXT_RBX          24
#define CONTEXT_RBP          32
#define CONTEXT_R12          40
#define CONTEXT_R13          48
#define CONTEXT_R14          56
#define CONTEXT_R15          64
#define CONTEXT_RAX          72
#define CONTEXT_RCX          80
#define CONTEXT_RDX          88
#define CONTEXT_RSI          96
#define CONTEXT_RDI          104
#define CONTEXT_R8           112
#define CONTEXT_R9           120
#define CONTEXT_R10          128
#define CONTEXT_R11          136
#define CONTEXT_FS_BASE      144
#define CONTEXT_FULL         152

/* struct arch_cpu, at the processor's GS base */
#define CPU_SELF             0
#define CPU_STACK_TOP        8
#define CPU_CURRENT          16

/* Selectors in the GDT. SYSRET wants user data directly before user code. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TSS         0x28

/* Where the kernel image is linked, and where in physical memory it is loaded. */
#define KERNEL_WINDOW        0xffffffff80000000
#define DIRECT_MAP           0xffff800000000000

#define KERNEL_STACK_BYTES   32768
#define IST_STACK_BYTES      4096

/* Interrupt vectors; 0 to 31 are the processor's, 32 to 47 the masked PIC's strays. */
#define VECTOR_PIC           0x20
#define VECTOR_SPURIOUS      0x3f
#define VECTOR_TIMER         0x40
#define VECTOR_SERIAL        0x41
#define VECTOR_COUNT         0x42

#endif /* ARCH_X86_64_ENTRY_OFFSETS_H */

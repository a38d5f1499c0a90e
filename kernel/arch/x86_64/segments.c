/* SPDX-License-Identifier: MIT */
/* segments.c - descriptor table, task state and interrupt gates of a processor. */
#include "entry_offsets.h"
#include "kernel/panic.h"
#include "x86.h"

struct [[gnu::packed]] task_state {
	uint32_t reserved0;
	uint64_t stack[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map;
};

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

struct [[gnu::packed]] table_pointer {
	uint16_t limit;
	uint64_t base;
};

enum {
	GATE_KERNEL = 0x8e, /* present interrupt gate */
	GATE_USER = 0xee,   /* programs may raise it: int3, into */
	VECTOR_DEBUG = 1,
	VECTOR_NMI = 2,
	VECTOR_BREAKPOINT = 3,
	VECTOR_OVERFLOW = 4,
	VECTOR_DOUBLE_FAULT = 8,
	VECTOR_MACHINE_CHECK = 18,
};

constexpr uint32_t MSR_STAR = 0xc0000081;
constexpr uint32_t MSR_LSTAR = 0xc0000082;
constexpr uint32_t MSR_FMASK = 0xc0000084;
constexpr uint32_t MSR_KERNEL_GS_BASE = 0xc0000102;
constexpr uint32_t MSR_GS_BASE = 0xc0000101;
/* Cleared at a system call: TF IF DF IOPL NT RF AC. */
constexpr uint64_t FMASK = 0x57700;

/* The order is fixed by SYSCALL and SYSRET; see entry_offsets.h. */
static uint64_t descriptors[7] = {
	0,
	0x00af9b000000ffff, /* kernel code */
	0x00cf93000000ffff, /* kernel data */
	0x00cff3000000ffff, /* user data */
	0x00affb000000ffff, /* user code */
};
static struct task_state task_state;
static struct gate gates[VECTOR_COUNT];

static void set_gate(uint8_t vector, uint8_t type, uint8_t ist)
{
	uint64_t address = (uint64_t)trap_stubs + (uint64_t)vector * 16;

	gates[vector] = (struct gate){
		.offset_low = (uint16_t)address,
		.selector = SELECTOR_KERNEL_CODE,
		.ist = ist,
		.type = type,
		.offset_middle = (uint16_t)(address >> 16),
		.offset_high = (uint32_t)(address >> 32),
	};
}

/* IST stack @index (1 to 4); its last 8 bytes name the processor. */
static void set_ist(struct arch_cpu *cpu, uint8_t vector, uint8_t index)
{
	uint8_t *top = boot_stacks + (size_t)index * (ARCH_PAGE_SIZE + IST_STACK_BYTES);

	*(struct arch_cpu **)(void *)(top - 8) = cpu;
	task_state.ist[index - 1] = (uint64_t)top - 16;
	set_gate(vector, GATE_KERNEL, index);
}

static void load_tables(void)
{
	const struct table_pointer gdt = { sizeof(descriptors) - 1,
					   (uint64_t)descriptors };
	const struct table_pointer idt = { sizeof(gates) - 1, (uint64_t)gates };

	__asm__ volatile("lgdt %0\n\t"
			 "lidt %1\n\t"
			 "pushq %2\n\t"
			 "leaq 1f(%%rip), %%rax\n\t"
			 "pushq %%rax\n\t"
			 "lretq\n"
			 "1:\tmovw %w3, %%ss\n\t"
			 "ltr %w4"
			 :
			 : "m"(gdt), "m"(idt), "i"(SELECTOR_KERNEL_CODE),
			   "r"(SELECTOR_KERNEL_DATA), "r"(SELECTOR_TSS)
			 : "rax", "memory");
}

void segments_init(struct arch_cpu *cpu)
{
	uint64_t base = (uint64_t)&task_state;

	cpu->self = cpu;
	cpu->stack_top = (uint64_t)boot_stack_top;
	x86_write_msr(MSR_GS_BASE, (uint64_t)cpu);
	x86_write_msr(MSR_KERNEL_GS_BASE, 0);

	task_state.stack[0] = cpu->stack_top;
	task_state.io_map = sizeof(task_state); /* beyond the limit: no port is open */
	descriptors[SELECTOR_TSS / 8] = (sizeof(task_state) - 1) |
					(base & 0xffffff) << 16 | UINT64_C(0x89) << 40 |
					(base >> 24 & 0xff) << 56;
	descriptors[SELECTOR_TSS / 8 + 1] = base >> 32;

	for (uint8_t vector = 0; vector < VECTOR_COUNT; vector++)
		set_gate(vector, GATE_KERNEL, 0);
	set_gate(VECTOR_BREAKPOINT, GATE_USER, 0);
	set_gate(VECTOR_OVERFLOW, GATE_USER, 0);
	set_ist(cpu, VECTOR_DEBUG, 1);
	set_ist(cpu, VECTOR_NMI, 2);
	set_ist(cpu, VECTOR_DOUBLE_FAULT, 3);
	set_ist(cpu, VECTOR_MACHINE_CHECK, 4);
	load_tables();

	x86_write_msr(MSR_STAR, (uint64_t)SELECTOR_KERNEL_DATA << 48 |
					(uint64_t)SELECTOR_KERNEL_CODE << 32);
	x86_write_msr(MSR_LSTAR, (uint64_t)syscall_entry);
	x86_write_msr(MSR_FMASK, FMASK);
}

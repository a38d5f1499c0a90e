/* SPDX-License-Identifier: MIT */
/*
 * x86.h - what the files of this folder share: processor instructions and each other's
 * functions. Nothing outside the folder includes it.
 */
#ifndef ARCH_X86_64_X86_H
#define ARCH_X86_64_X86_H

#include <stdint.h>

#include "arch_types.h"
#include "kernel/boot_info.h"

/* ---- Instructions ---------------------------------------------------------- */

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid x86_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid out;

	__asm__ volatile("cpuid"
			 : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx), "=d"(out.edx)
			 : "a"(leaf), "c"(subleaf));
	return out;
}

static inline uint8_t x86_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint16_t x86_in16(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t x86_in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void x86_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void x86_out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint64_t x86_read_msr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void x86_write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline void x86_write_cr3(uint64_t root)
{
	__asm__ volatile("movq %0, %%cr3" : : "r"(root) : "memory");
}

static inline void x86_invalidate(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* ---- Processor (processor.c) ------------------------------------------------- */

/* Panics naming every feature this processor lacks and the kernel needs. */
void processor_check(void);
/* Turns the features on: no-execute, SMEP, SMAP, UMIP, FS base instructions, XSAVE. */
void processor_enable(void);

/* ---- Segments and gates (segments.c) ------------------------------------------ */

void segments_init(struct arch_cpu *cpu);

/* ---- Kernel page tables (paging.c) ---------------------------------------------- */

/*
 * Makes the kernel's own tables and switches to them. Takes frames for them out of
 * @info's memory.
 */
void paging_init(struct boot_info *info);
/* Device registers, uncached, mapped for ever. */
void *paging_map_device(paddr_t address, size_t size_bytes);
/* Firmware tables: read-only, valid until the next call; nullptr if too large. */
const void *paging_view(paddr_t address, size_t size_bytes);
/* Leaves of the kernel's tables; panics at one that is writable and executable. */
size_t arch_check_wx(void);
/* The kernel's tables without a program: what CR3 holds while a space is taken down. */
uint64_t paging_kernel_root(void);
/* Shows the kernel in a new top table. */
void paging_share_kernel(uint64_t *root);

/* ---- Clocks and interrupt controllers -------------------------------------------- */

void clock_init(void);       /* clock.c: counter and local timer, calibrated together */
void apic_init(void);        /* apic.c: local controller; before clock_init */
void apic_init_serial(void); /* routes the serial line's interrupt here */
void apic_end_of_interrupt(void);
uint32_t apic_timer_remaining(void);
void apic_timer_start(uint32_t ticks);
/* Ticks of the local timer per nanosecond, times 2^32. */
void apic_timer_set_rate(uint64_t ticks_per_ns_32);
void apic_timer_interrupt(void);

/* ---- Serial line (serial.c) -------------------------------------------------------- */

void serial_init(void);
void serial_enable_interrupt(void);

/* ---- Vector registers (vector.c) ---------------------------------------------------- */

void vector_init(void);
void vector_save(struct arch_context *context);
/* Makes the registers right for @thread, which runs next. */
void vector_load(struct arch_cpu *cpu, struct thread *thread);

/* ---- Assembly (trap.S) --------------------------------------------------------------- */

extern const uint8_t trap_stubs[];
void syscall_entry(void);
[[noreturn]] void context_load_call(const struct arch_context *context);
[[noreturn]] void context_load_full(const struct arch_context *context);
[[noreturn]] void stack_restart(uint64_t stack_top, void (*function)(void));
extern uint8_t boot_stacks[];
extern uint8_t boot_stack_top[];

extern struct arch_cpu boot_cpu;

#endif /* ARCH_X86_64_X86_H */

/* SPDX-License-Identifier: MIT */
/*
 * arch_types.h - x86_64: types and inline functions that arch.h asks for.
 *
 * Address space of the kernel, the same in every page table:
 *   0xffff800000000000  direct map: RAM frames and the boot package, never executable
 *   0xffffffff80000000  the kernel image, with unmapped guard pages under its stacks
 *   0xffffffffc0000000  device registers and firmware tables, uncached
 */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/cpu.h"
#include "kernel/types.h"

struct ledger;

constexpr uint32_t ARCH_PAGE_SHIFT = 12;
constexpr uint32_t ARCH_PAGE_SIZE = 1u << ARCH_PAGE_SHIFT;
constexpr uint64_t ARCH_DIRECT_MAP = 0xffff800000000000;

/* XSAVE's standard form of x87, SSE and AVX state. */
constexpr size_t ARCH_VECTOR_BYTES = 512 + 64 + 256;

/*
 * The registers of a thread that is not running. After a system call only those that a
 * function preserves are valid (full == 0): the others are dead there by ABI.
 * Assembly knows the offsets: entry_offsets.h.
 */
struct arch_context {
	uint64_t rip;
	uint64_t rflags;
	uint64_t rsp;
	uint64_t rbx;
	uint64_t rbp;
	uint64_t r12;
	uint64_t r13;
	uint64_t r14;
	uint64_t r15;
	uint64_t rax; /* also a system call's result */
	uint64_t rcx;
	uint64_t rdx;
	uint64_t rsi;
	uint64_t rdi;
	uint64_t r8;
	uint64_t r9;
	uint64_t r10;
	uint64_t r11;
	uint64_t fs_base;
	uint32_t full;    /* all general registers are valid */
	uint32_t vectors; /* vector_room holds state; assembly clears it with full */
	const void *vector_home; /* the processor that saved them last */
	/* XSAVE wants 64-byte alignment, which the thread's allocator does not promise. */
	uint8_t vector_room[ARCH_VECTOR_BYTES + 63];
};

enum { ARCH_SPACE_TABLES_NOTED = 8 };

struct arch_space {
	uint64_t *root; /* the top table, in the direct map */
	struct ledger *payer;
	uint32_t table_count; /* without the top table */
	/* The last-level table used last: mappings come in clusters. */
	uint64_t *leaf_table;
	uint64_t leaf_number; /* address / what such a table maps; LEAF_NONE: none */
	/* The first tables, so that the end of a small space needs no search. */
	paddr_t tables[ARCH_SPACE_TABLES_NOTED];
};

/* One processor. GS base points at it in the kernel. */
struct arch_cpu {
	struct arch_cpu *self;
	uint64_t stack_top;
	struct cpu cpu;
	/* What CR3 holds; nullptr: the kernel's own tables. */
	const struct arch_space *space;
	/* Whose data may be in the vector registers. */
	const struct arch_space *vector_space;
	const struct thread *vector_thread; /* the last one in user mode */
	uint64_t timer_deadline_ns;
};

static inline struct arch_cpu *arch_cpu_block(void)
{
	struct arch_cpu *block;

	/* Not volatile: it is the same for as long as a C function runs. */
	__asm__("movq %%gs:0, %0" : "=r"(block));
	return block;
}

static inline struct cpu *arch_cpu(void)
{
	return &arch_cpu_block()->cpu;
}

struct arch_clock {
	uint64_t start;      /* counter value at time 0 */
	uint64_t multiplier; /* nanoseconds per tick, times 2^32 */
	uint64_t ticks_per_us;
};

extern struct arch_clock arch_clock;

static inline uint64_t arch_counter(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t arch_counter_of(uint64_t ns)
{
	return (ns * arch_clock.ticks_per_us) / 1000;
}

static inline uint64_t arch_time_ns(void)
{
	uint64_t ticks = arch_counter() - arch_clock.start;

	return (uint64_t)((unsigned __int128)ticks * arch_clock.multiplier >> 32);
}

static inline void *arch_direct(paddr_t address)
{
	return (void *)(ARCH_DIRECT_MAP + address.raw);
}

static inline paddr_t arch_direct_paddr(const void *pointer)
{
	return (paddr_t){ (uint64_t)pointer - ARCH_DIRECT_MAP };
}

static inline void arch_page_clear(void *page)
{
	size_t words = ARCH_PAGE_SIZE / 8;

	__asm__ volatile("rep stosq" : "+D"(page), "+c"(words) : "a"(0) : "memory");
}

static inline void arch_page_copy(void *to, const void *from)
{
	size_t words = ARCH_PAGE_SIZE / 8;

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

static inline void arch_shared_read(void)
{
}

static inline void arch_relax(void)
{
	__asm__ volatile("pause");
}

#endif /* ARCH_TYPES_H */

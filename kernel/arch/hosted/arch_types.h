/* SPDX-License-Identifier: MIT */
/*
 * arch_types.h - the kernel as a Linux process: memory is one mapped pool, time a variable
 * that tests advance, and "user mode" whatever the test driver does between two entries
 * (tests/support/hosted_machine.h).
 */
#ifndef KERNEL_ARCH_HOSTED_ARCH_TYPES_H
#define KERNEL_ARCH_HOSTED_ARCH_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/cpu.h"
#include "kernel/types.h"

constexpr uint32_t ARCH_PAGE_SHIFT = 12;
constexpr uint32_t ARCH_PAGE_SIZE = 1u << ARCH_PAGE_SHIFT;

#define KERNEL_DEBUG 1 /* tests always check locks and invariants */

/* What a thread would find in its registers. */
struct arch_context {
	uint64_t instruction; /* where it continues */
	uint64_t stack_pointer;
	uint64_t arguments[3];
	int64_t result; /* of cap_enter */
};

struct hosted_page;
struct hosted_table;
struct ledger;

/*
 * Mapped pages in ascending order of address. Page tables are only counted: a root, and
 * one for each 2 MiB with a page prepared in it, each a frame charged to the payer.
 */
struct arch_space {
	struct ledger *payer; /* nullptr: not initialized */
	struct hosted_page *pages;
	size_t page_count;
	size_t page_capacity;
	struct hosted_table *tables; /* the first one is the root */
	size_t table_count;
};

/* The one processor, with its memory and its clock. */
struct hosted_cpu {
	struct cpu cpu;
	uint8_t *memory; /* frame 0 */
	uint64_t memory_bytes;
	uint64_t now_ns;
	uint64_t timer_ns;              /* the armed deadline, UINT64_MAX if none */
	const struct arch_space *space; /* the active one */
	void (*shared_read)(void);      /* the test's hook, or nullptr */
	bool random_fails;
};

extern struct hosted_cpu hosted_cpu;

static inline struct cpu *arch_cpu(void)
{
	return &hosted_cpu.cpu;
}

static inline uint64_t arch_time_ns(void)
{
	return hosted_cpu.now_ns;
}

/* One tick is a nanosecond. */
static inline uint64_t arch_counter(void)
{
	return hosted_cpu.now_ns;
}

static inline uint64_t arch_counter_of(uint64_t ns)
{
	return ns;
}

static inline void *arch_direct(paddr_t address)
{
	return hosted_cpu.memory + address.raw;
}

static inline paddr_t arch_direct_paddr(const void *pointer)
{
	return (paddr_t){ (uint64_t)((const uint8_t *)pointer - hosted_cpu.memory) };
}

static inline void arch_page_clear(void *page)
{
	__builtin_memset(page, 0, ARCH_PAGE_SIZE);
}

static inline void arch_page_copy(void *to, const void *from)
{
	__builtin_memcpy(to, from, ARCH_PAGE_SIZE);
}

static inline void arch_shared_read(void)
{
	if (hosted_cpu.shared_read)
		hosted_cpu.shared_read();
}

static inline void arch_relax(void)
{
}

#endif /* KERNEL_ARCH_HOSTED_ARCH_TYPES_H */

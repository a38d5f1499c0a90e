/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - per-processor data of the portable kernel.
 *
 * struct cpu is embedded by the arch in its own per-processor block; arch_cpu() finds it.
 */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include <stdint.h>

#include "kernel/list.h"

struct thread;

struct cpu {
	struct thread *current; /* in user mode or a system call; else nullptr */
	uint32_t id;
	uint32_t held_ranks; /* debug: bit per lock rank held */
	uint64_t slice_end_ns;
	/* Counted by the arch and by the scheduler; summed for SystemInfo.counters. */
	uint64_t space_switches;
	uint64_t msr_writes;
	uint64_t ipis;
	uint64_t vector_saves;
	uint64_t thread_switches;
	uint64_t interrupts;
};

#endif /* KERNEL_CPU_H */

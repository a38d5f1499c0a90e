/* SPDX-License-Identifier: MIT */
/*
 * hosted.h - what the hosted architecture offers to whoever drives it.
 *
 * The kernel never returns from some of its functions: it resumes a thread, idles or
 * powers off. Here each of them leads back to the driver, which called hosted_run(); the
 * kernel's stack below is gone then, as it is on hardware.
 */
#ifndef KERNEL_ARCH_HOSTED_HOSTED_H
#define KERNEL_ARCH_HOSTED_HOSTED_H

#include "kernel/arch.h"
#include "kernel/boot_info.h"

enum hosted_event {
	HOSTED_RETURNED = 1, /* the function that was run returned */
	HOSTED_RESUMED,      /* hosted_cpu.cpu.current continues in user mode */
	HOSTED_IDLE,         /* nothing is runnable, no work is left */
	HOSTED_POWER_OFF,
	HOSTED_REBOOT,
	HOSTED_HALT, /* a panic; the console has the reason */
};

/* Runs kernel code until it comes back in one of these ways. Does not nest. */
enum hosted_event hosted_run(void (*function)(void *argument), void *argument);

/* Makes the machine: @bytes of memory, the clock at 0. Once per process. */
void hosted_init(size_t bytes);

/* What the kernel wrote on the console since the last hosted_console_clear(). */
const char *hosted_console(void);
void hosted_console_clear(void);

/* Bytes that the console's receive interrupt will find. */
void hosted_console_type(const void *bytes, size_t size);

#endif /* KERNEL_ARCH_HOSTED_HOSTED_H */

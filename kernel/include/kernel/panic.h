/* SPDX-License-Identifier: MIT */
/*
 * panic.h - the end, with a reason.
 *
 * A panic is a defect in the kernel or a machine that cannot run it; nothing that a
 * program does may cause one. Prints "[capos] PANIC ..." on the console and halts.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdint.h>

[[noreturn, gnu::format(printf, 1, 2)]] void panic(const char *format, ...);

/* Prints a line on the console: %s %u %x %lu %lx %c %%, and %.*s. */
[[gnu::format(printf, 1, 2)]] void kernel_print(const char *format, ...);

#define kernel_assert(condition)                                                 \
	((condition) ? (void)0                                                   \
		     : panic("%s:%d: %s does not hold", __FILE_NAME__, __LINE__, \
			     #condition))

/* Costly checks, in debug builds only. */
#define kernel_debug_assert(condition) (KERNEL_DEBUG ? kernel_assert(condition) : (void)0)

#endif /* KERNEL_PANIC_H */

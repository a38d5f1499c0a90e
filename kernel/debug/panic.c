/* SPDX-License-Identifier: MIT */
/*
 * panic.c - see panic.h. Takes no lock: the one who panics may hold any of them.
 */
#include "kernel/panic.h"

#include <stdarg.h>
#include <stdatomic.h>

#include "kernel/arch.h"
#include "kernel/debug/print.h"

static _Atomic bool panicking;

void panic(const char *format, ...)
{
	/* The run script looks for this at the start of a line. */
	static const char start[] = "\n[capos] PANIC ";
	va_list arguments;

	/* A defect in here, or another processor that follows: the first message stands. */
	if (atomic_exchange_explicit(&panicking, true, memory_order_relaxed))
		arch_halt();
	arch_console_write(start, sizeof(start) - 1);
	va_start(arguments, format);
	print_unlocked(format, &arguments);
	va_end(arguments);
	arch_console_write("\n", 1);
	arch_halt();
}

/* SPDX-License-Identifier: MIT */
/* print.h - the part of kernel_print that takes no lock, for panics. */
#ifndef KERNEL_DEBUG_PRINT_H
#define KERNEL_DEBUG_PRINT_H

#include <stdarg.h>

void print_unlocked(const char *format, va_list *arguments);

#endif /* KERNEL_DEBUG_PRINT_H */

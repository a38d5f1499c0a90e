/* SPDX-License-Identifier: MIT */
/*
 * print.h - formatted text: into memory, to a console, to the program's own console.
 *
 * Formats: %s %c %d %i %u %x %X %p %%, with the lengths l, ll and z, the flags '-' and '0', a
 * width and (for %s) a precision, each a number or '*'. Anything else is shown as it
 * stands. A null string prints as "(null)".
 *
 *   tests    runtime/format_test.c
 */
#ifndef CAPOS_PRINT_H
#define CAPOS_PRINT_H

#include <stdarg.h>
#include <stddef.h>

#include "abi/status.h"
#include "gen/console.client.h"

/*
 * Writes at most @size - 1 characters and a NUL (nothing if @size is 0). Returns the
 * length of the whole text, so that more than @size - 1 means that it was cut.
 */
[[gnu::format(printf, 3, 4)]] size_t capos_format(char *buffer, size_t size,
						  const char *format, ...);
size_t capos_format_list(char *buffer, size_t size, const char *format,
			 va_list arguments);

/* Takes text piece by piece. */
struct capos_text_sink {
	void (*put)(struct capos_text_sink *sink, const char *bytes, size_t size);
};

void capos_format_to(struct capos_text_sink *sink, const char *format, va_list arguments);

/* Text of any length to a console that one holds. The status is that of the last write. */
[[gnu::format(printf, 2, 3)]] status_t console_print(struct console_client console,
						     const char *format, ...);
[[gnu::format(printf, 2, 3)]] status_t
console_writer_print(struct console_writer_client console, const char *format, ...);

/*
 * The same to the program's own console: what it was granted as "console", or else its first
 * Console or ConsoleWriter. CAPOS_ERR_BAD_CAPABILITY if it has none.
 */
[[gnu::format(printf, 1, 2)]] status_t capos_print(const char *format, ...);
status_t capos_write(const char *bytes, size_t size);

#endif /* CAPOS_PRINT_H */

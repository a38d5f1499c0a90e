/* SPDX-License-Identifier: MIT */
/*
 * console.h - the boot console: input queue, readers, the interrupt key, and its object.
 *
 * Input that nobody reads waits in a ring of 1 KiB; what does not fit is dropped, newest
 * first, and counted. Readers are served in order of arrival. Output is synchronous.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include "kernel/object.h"

struct boot_info;

enum {
	CONSOLE_INPUT_BYTES = 1024,
	CONSOLE_WRITE_MAX_BYTES = 4096,
	CONSOLE_READ_MAX_BYTES = 1024,
	CONSOLE_INTERRUPT_KEY = 0x03,
};

extern const struct facet console_facet;
extern const struct facet console_writer_facet;
extern const struct facet terminal_interrupt_facet;

/* The one console object, for the machine's account. Interactive with "console=tty". */
[[nodiscard]] status_t console_init(const struct boot_info *info, struct account *payer,
				    struct object **out);

/* From the receive interrupt: takes all received bytes and serves whoever waits. */
void console_input(void);

/* Received bytes that found the ring full. */
uint64_t console_dropped_count(void);

/* Ends the line that a program left open, so that the kernel's own starts at its margin. */
void console_end_line(void);

#endif /* KERNEL_CONSOLE_H */

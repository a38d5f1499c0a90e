/* SPDX-License-Identifier: MIT */
/*
 * terminal.h - the shell's console: buffered output, input byte by byte.
 *
 * Input is taken one byte at a time, so that whatever follows the line stays in the
 * console for the program that the line starts.
 */
#ifndef SHELL_TERMINAL_H
#define SHELL_TERMINAL_H

#include "gen/console.client.h"
#include "programs/shell/sink.h"

enum { TERMINAL_BUFFER_BYTES = 1024 };

struct terminal {
	struct sink sink; /* first: what is written is shown at the next flush */
	struct console_client console;
	bool lost; /* the console refused to read or write */
	size_t used;
	char buffer[TERMINAL_BUFFER_BYTES];
};

void terminal_init(struct terminal *terminal, struct console_client console);
void terminal_flush(struct terminal *terminal);

/* Flushes and waits for a byte; false if the console refuses. */
[[nodiscard]] bool terminal_read(struct terminal *terminal, uint8_t *out);

/* Whether a person sits at the console. */
bool terminal_is_interactive(const struct terminal *terminal);

#endif /* SHELL_TERMINAL_H */

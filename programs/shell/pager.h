/* SPDX-License-Identifier: MIT */
/*
 * pager.h - stops long output at every screenful.
 *
 * A sink in front of the screen. Space shows the next page, Enter the next line, q or
 * Ctrl-C drops the rest. With rows = 0 everything passes.
 */
#ifndef SHELL_PAGER_H
#define SHELL_PAGER_H

#include "programs/shell/sink.h"

struct pager {
	struct sink sink; /* for writers */
	struct sink *screen;
	uint8_t (*read_key)(void *context); /* waits for a key */
	void *context;
	size_t rows;
	size_t columns;
	size_t row; /* lines shown since the last stop */
	size_t column;
	bool quit; /* the rest is dropped */
};

void pager_init(struct pager *pager, struct sink *screen, size_t rows, size_t columns,
		uint8_t (*read_key)(void *context), void *context);

/* A new command's output begins. */
void pager_begin(struct pager *pager);

#endif /* SHELL_PAGER_H */

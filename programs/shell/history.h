/* SPDX-License-Identifier: MIT */
/*
 * history.h - the last lines that were entered.
 *
 * A bounded ring; the oldest line makes room. An empty line and a repetition of the last
 * one are not kept. Numbers count from 1 since the start.
 */
#ifndef SHELL_HISTORY_H
#define SHELL_HISTORY_H

#include "programs/shell/text.h"

enum {
	HISTORY_LINES = 64,
	HISTORY_LINE_BYTES = 256, /* longer lines are not kept */
};

struct history {
	char lines[HISTORY_LINES][HISTORY_LINE_BYTES];
	uint16_t sizes[HISTORY_LINES];
	uint64_t count; /* lines kept since the start */
};

void history_add(struct history *history, struct text line);

/* The oldest and newest numbers still held: [first, last]; empty if first > last. */
uint64_t history_first(const struct history *history);
uint64_t history_last(const struct history *history);

/* Line @number, which is held. */
struct text history_line(const struct history *history, uint64_t number);

#endif /* SHELL_HISTORY_H */

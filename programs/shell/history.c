/* SPDX-License-Identifier: MIT */
/*
 * history.c - see history.h.
 */
#include "programs/shell/history.h"

void history_add(struct history *history, struct text line)
{
	size_t slot = history->count % HISTORY_LINES;

	if (line.size == 0 || line.size > HISTORY_LINE_BYTES)
		return;
	if (history->count > 0 &&
	    text_equals(history_line(history, history->count), line))
		return;
	__builtin_memcpy(history->lines[slot], line.bytes, line.size);
	history->sizes[slot] = (uint16_t)line.size;
	history->count++;
}

uint64_t history_first(const struct history *history)
{
	return history->count > HISTORY_LINES ? history->count - HISTORY_LINES + 1 : 1;
}

uint64_t history_last(const struct history *history)
{
	return history->count;
}

struct text history_line(const struct history *history, uint64_t number)
{
	size_t slot = (number - 1) % HISTORY_LINES;

	return (struct text){ history->lines[slot], history->sizes[slot] };
}

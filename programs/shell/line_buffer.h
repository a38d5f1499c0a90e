/* SPDX-License-Identifier: MIT */
/*
 * line_buffer.h - one line being edited: bytes and a cursor between two characters.
 *
 * A character is a UTF-8 sequence; the cursor never stands inside one (line_buffer_check).
 * Whoever inserts hands in whole characters.
 */
#ifndef SHELL_LINE_BUFFER_H
#define SHELL_LINE_BUFFER_H

#include "programs/shell/text.h"

enum { LINE_BYTES_MAX = 2048 };

struct line_buffer {
	char bytes[LINE_BYTES_MAX];
	size_t size;
	size_t cursor;
};

struct text line_buffer_text(const struct line_buffer *line);

/* Replaces the line; the cursor goes to the end. What does not fit is cut. */
void line_buffer_set(struct line_buffer *line, struct text text);

/* False if it does not fit; nothing is inserted then. */
bool line_buffer_insert(struct line_buffer *line, struct text text);

/* The boundary of the character or word beside @at. */
size_t line_buffer_left(const struct line_buffer *line, size_t at);
size_t line_buffer_right(const struct line_buffer *line, size_t at);
size_t line_buffer_word_left(const struct line_buffer *line, size_t at);
size_t line_buffer_word_right(const struct line_buffer *line, size_t at);

/* Removes [start, end); the cursor goes to @start. */
void line_buffer_delete(struct line_buffer *line, size_t start, size_t end);

/* Swaps the characters before and at the cursor, as people mistype them. */
void line_buffer_transpose(struct line_buffer *line);

/* Columns between two boundaries: one for each character. */
size_t line_buffer_columns(const struct line_buffer *line, size_t start, size_t end);

void line_buffer_check(const struct line_buffer *line);

#endif /* SHELL_LINE_BUFFER_H */

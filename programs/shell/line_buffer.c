/* SPDX-License-Identifier: MIT */
/*
 * line_buffer.c - see line_buffer.h.
 */
#include "programs/shell/line_buffer.h"

/* Whether @byte continues a character. */
static bool is_inside(char byte)
{
	return ((uint8_t)byte & 0xc0) == 0x80;
}

/* Whether a character begins at @at (or the line ends there). */
static bool is_boundary(const struct line_buffer *line, size_t at)
{
	return at >= line->size || !is_inside(line->bytes[at]);
}

struct text line_buffer_text(const struct line_buffer *line)
{
	return (struct text){ line->bytes, line->size };
}

void line_buffer_set(struct line_buffer *line, struct text text)
{
	line->size = line->cursor = 0;
	if (text.size > LINE_BYTES_MAX) {
		text.size = LINE_BYTES_MAX;
		while (text.size > 0 && is_inside(text.bytes[text.size]))
			text.size--;
	}
	(void)line_buffer_insert(line, text);
}

bool line_buffer_insert(struct line_buffer *line, struct text text)
{
	char *place = line->bytes + line->cursor;

	if (text.size > LINE_BYTES_MAX - line->size)
		return false;
	__builtin_memmove(place + text.size, place, line->size - line->cursor);
	__builtin_memcpy(place, text.bytes, text.size);
	line->size += text.size;
	line->cursor += text.size;
	return true;
}

size_t line_buffer_left(const struct line_buffer *line, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && !is_boundary(line, at))
		at--;
	return at;
}

size_t line_buffer_right(const struct line_buffer *line, size_t at)
{
	if (at < line->size)
		at++;
	while (!is_boundary(line, at))
		at++;
	return at;
}

static bool is_word(char c)
{
	return text_is_letter(c) || text_is_digit(c) || (uint8_t)c >= 0x80;
}

size_t line_buffer_word_left(const struct line_buffer *line, size_t at)
{
	while (at > 0 && !is_word(line->bytes[at - 1]))
		at--;
	while (at > 0 && is_word(line->bytes[at - 1]))
		at--;
	return at;
}

size_t line_buffer_word_right(const struct line_buffer *line, size_t at)
{
	while (at < line->size && !is_word(line->bytes[at]))
		at++;
	while (at < line->size && is_word(line->bytes[at]))
		at++;
	return at;
}

void line_buffer_delete(struct line_buffer *line, size_t start, size_t end)
{
	__builtin_memmove(line->bytes + start, line->bytes + end, line->size - end);
	line->size -= end - start;
	line->cursor = start;
}

void line_buffer_transpose(struct line_buffer *line)
{
	char left[4];
	size_t end = line_buffer_right(line, line->cursor);
	size_t middle = line_buffer_left(line, end);
	size_t start = line_buffer_left(line, middle);
	size_t left_size = middle - start;

	if (left_size == 0 || left_size > sizeof(left) || middle == end)
		return;
	__builtin_memcpy(left, line->bytes + start, left_size);
	__builtin_memmove(line->bytes + start, line->bytes + middle, end - middle);
	__builtin_memcpy(line->bytes + end - left_size, left, left_size);
	line->cursor = end;
}

size_t line_buffer_columns(const struct line_buffer *line, size_t start, size_t end)
{
	size_t columns = 0;

	for (size_t i = start; i < end; i++)
		columns += is_boundary(line, i);
	return columns;
}

void line_buffer_check(const struct line_buffer *line)
{
	if (line->size > LINE_BYTES_MAX || line->cursor > line->size ||
	    !is_boundary(line, line->cursor))
		__builtin_trap();
}

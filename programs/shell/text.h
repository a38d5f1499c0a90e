/* SPDX-License-Identifier: MIT */
/*
 * text.h - a piece of somebody else's text: where it starts and how long it is.
 */
#ifndef SHELL_TEXT_H
#define SHELL_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
	const char *bytes;
	size_t size;
};

struct text text_of(const char *string);
bool text_equals(struct text a, struct text b);
bool text_is(struct text text, const char *string);
bool text_starts_with(struct text text, struct text prefix);

/* @text without its first @count bytes. */
struct text text_skip(struct text text, size_t count);

/* Copies @text and a NUL to @out, cut so that it fits @capacity (at least 1). */
void text_copy(char *out, size_t capacity, struct text text);

static inline bool text_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A character of a name: of a command, capability, method, parameter or program. */
static inline bool text_is_name(char c)
{
	return text_is_letter(c) || text_is_digit(c) || c == '-';
}

#endif /* SHELL_TEXT_H */

/* SPDX-License-Identifier: MIT */
/*
 * text.c - see text.h.
 */
#include "programs/shell/text.h"

struct text text_of(const char *string)
{
	return (struct text){ string, __builtin_strlen(string) };
}

bool text_equals(struct text a, struct text b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++) {
		if (a.bytes[i] != b.bytes[i])
			return false;
	}
	return true;
}

bool text_is(struct text text, const char *string)
{
	return text_equals(text, text_of(string));
}

bool text_starts_with(struct text text, struct text prefix)
{
	return text.size >= prefix.size &&
	       text_equals((struct text){ text.bytes, prefix.size }, prefix);
}

struct text text_skip(struct text text, size_t count)
{
	if (count > text.size)
		count = text.size;
	return (struct text){ text.bytes + count, text.size - count };
}

void text_copy(char *out, size_t capacity, struct text text)
{
	size_t size = text.size < capacity ? text.size : capacity - 1;

	for (size_t i = 0; i < size; i++)
		out[i] = text.bytes[i];
	out[size] = '\0';
}

/* SPDX-License-Identifier: MIT */
/* string.c - the functions on text of kernel/string.h; those on memory are in memory.S. */
#include "kernel/string.h"

#include <stdint.h>

size_t strnlen(const char *text, size_t max)
{
	size_t length = 0;

	while (length < max && text[length])
		length++;
	return length;
}

size_t strlen(const char *text)
{
	return strnlen(text, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t max)
{
	size_t length = strnlen(a, max);

	/* With the NUL, if there is one. */
	return memcmp(a, b, length < max ? length + 1 : max);
}

/* SPDX-License-Identifier: MIT */
/*
 * string.c - see string.h. memcpy, memmove and memset are the architecture's (arch/).
 */
#include "capos/string.h"

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *left = a;
	const uint8_t *right = b;

	for (size_t i = 0; i < size; i++) {
		if (left[i] != right[i])
			return left[i] - right[i];
	}
	return 0;
}

void *memchr(const void *bytes, int byte, size_t size)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < size; i++) {
		if (from[i] == (uint8_t)byte)
			return (void *)(uintptr_t)(from + i);
	}
	return nullptr;
}

size_t strnlen(const char *text, size_t max)
{
	size_t length = 0;

	while (length < max && text[length] != '\0')
		length++;
	return length;
}

size_t strlen(const char *text)
{
	const char *end = text;

	while (*end != '\0')
		end++;
	return (size_t)(end - text);
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (size_t i = 0; i < max; i++) {
		if (a[i] != b[i] || a[i] == '\0')
			return (uint8_t)a[i] - (uint8_t)b[i];
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *text, int byte)
{
	return memchr(text, byte, strlen(text) + 1);
}

char *strrchr(const char *text, int byte)
{
	for (size_t i = strlen(text) + 1; i > 0; i--) {
		if (text[i - 1] == (char)byte)
			return (char *)(uintptr_t)(text + i - 1);
	}
	return nullptr;
}

char *strstr(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (;; text++) {
		if (strncmp(text, part, length) == 0)
			return (char *)(uintptr_t)text;
		if (*text == '\0')
			return nullptr;
	}
}

size_t capos_copy_text(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (size == 0)
		return length;
	size_t copied = length < size ? length : size - 1;

	memcpy(to, from, copied);
	to[copied] = '\0';
	return length;
}

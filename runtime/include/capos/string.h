/* SPDX-License-Identifier: MIT */
/*
 * string.h - memory and string functions under the names that compilers and people know.
 *
 *   tests    runtime/string_test.c
 */
#ifndef CAPOS_STRING_H
#define CAPOS_STRING_H

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *bytes, int byte, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
char *strchr(const char *text, int byte);
char *strrchr(const char *text, int byte);
char *strstr(const char *text, const char *part);

/* Copies at most @size - 1 bytes and always ends with NUL; returns the length of @from. */
size_t capos_copy_text(char *to, size_t size, const char *from);

static inline bool capos_text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

#endif /* CAPOS_STRING_H */

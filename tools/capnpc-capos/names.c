/* SPDX-License-Identifier: MIT */
/* names.c - see names.h. */
#include "tools/capnpc-capos/names.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "tools/capnpc-capos/output.h"

static const char *const c_words[] = {
	"alignas",  "alignof",  "auto",          "bool",          "break",
	"case",     "char",     "const",         "constexpr",     "continue",
	"default",  "do",       "double",        "else",          "enum",
	"extern",   "false",    "float",         "for",           "goto",
	"if",       "inline",   "int",           "long",          "nullptr",
	"register", "restrict", "return",        "short",         "signed",
	"sizeof",   "static",   "static_assert", "struct",        "switch",
	"true",     "typedef",  "typeof",        "typeof_unqual", "thread_local",
	"union",    "unsigned", "void",          "volatile",      "while",
	"asm",
};

/* Whether a word begins at name[i]. */
static bool word_starts(const char *name, size_t i)
{
	if (i == 0 || !isupper((unsigned char)name[i]) ||
	    !isalnum((unsigned char)name[i - 1]))
		return false;
	return !isupper((unsigned char)name[i - 1]) ||
	       islower((unsigned char)name[i + 1]);
}

char *snake_case(const char *name)
{
	char *snake = allocate(2 * strlen(name) + 1);
	size_t size = 0;

	for (size_t i = 0; name[i]; i++) {
		if (word_starts(name, i))
			snake[size++] = '_';
		if (isalnum((unsigned char)name[i]))
			snake[size++] = (char)tolower((unsigned char)name[i]);
		else
			snake[size++] = '_';
	}
	return snake;
}

char *upper_case(const char *snake)
{
	char *upper = allocate(strlen(snake) + 1);

	for (size_t i = 0; snake[i]; i++)
		upper[i] = (char)toupper((unsigned char)snake[i]);
	return upper;
}

char *identifier(const char *snake)
{
	for (size_t i = 0; i < sizeof(c_words) / sizeof(c_words[0]); i++) {
		if (strcmp(snake, c_words[i]) == 0)
			return format_text("%s_", snake);
	}
	return format_text("%s", snake);
}

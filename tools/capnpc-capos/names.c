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

bool is_type_name(const char *name)
{
	if (!isupper((unsigned char)name[0]))
		return false;
	for (size_t i = 0; name[i]; i++) {
		if (!isalnum((unsigned char)name[i]))
			return false;
	}
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to add, leave out or replace to make @to of @from. */
static size_t changes_between(const char *from, const char *to)
{
	size_t length = strlen(to);
	/* costs[k]: from the first letters of @from to the first k of @to. */
	size_t *costs = allocate((length + 1) * sizeof(costs[0]));

	for (size_t k = 0; k <= length; k++)
		costs[k] = k;
	for (size_t i = 0; from[i]; i++) {
		size_t diagonal = costs[0];

		costs[0] = i + 1;
		for (size_t k = 1; k <= length; k++) {
			size_t replaced = diagonal + (from[i] != to[k - 1]);

			diagonal = costs[k];
			costs[k] = least(replaced, least(diagonal, costs[k - 1]) + 1);
		}
	}
	return costs[length];
}

const char *nearest_name(const char *wanted, const char *const *names, size_t count)
{
	const char *nearest = nullptr;
	size_t fewest = 0;

	for (size_t i = 0; i < count; i++) {
		size_t changes = changes_between(wanted, names[i]);

		if (nearest && changes >= fewest)
			continue;
		nearest = names[i];
		fewest = changes;
	}
	return nearest ? format_text("; the nearest is %s", nearest) : "";
}

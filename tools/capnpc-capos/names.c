/* SPDX-License-Identifier: MIT */
/* names.c - see names.h. */
#include "tools/capnpc-capos/names.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "tools/capnpc-capos/memory.h"

static const char *const c_words[] = {
	"alignas",
	"alignof",
	"asm",
	"auto",
	"bool",
	"break",
	"case",
	"char",
	"const",
	"constexpr",
	"continue",
	"default",
	"do",
	"double",
	"else",
	"enum",
	"extern",
	"false",
	"float",
	"for",
	"fortran",
	"goto",
	"if",
	"inline",
	"int",
	"long",
	"nullptr",
	"register",
	"restrict",
	"return",
	"short",
	"signed",
	"sizeof",
	"static",
	"static_assert",
	"struct",
	"switch",
	"thread_local",
	"true",
	"typedef",
	"typeof",
	"typeof_unqual",
	"union",
	"unsigned",
	"void",
	"volatile",
	"while",
	/* Macros that some compiler defines without being asked. */
	"arm",
	"hpux",
	"i386",
	"linux",
	"m68k",
	"mips",
	"powerpc",
	"sparc",
	"sun",
	"unix",
	"vax",
	/* The standard headers that everybody includes. */
	"NAN",
	"I",
	"EOF",
	"NULL",
	"BUFSIZ",
	"INFINITY",
	"CHAR_BIT",
	"MB_LEN_MAX",
	"BITINT_MAXWIDTH",
	"CHAR_MAX",
	"CHAR_MIN",
	"errno",
	"assert",
	"offsetof",
	"stdin",
	"stdout",
	"stderr",
	"unreachable",
	"kill_dependency",
	"max_align_t",
	"nullptr_t",
	"ptrdiff_t",
	"rsize_t",
	"size_t",
	"wchar_t",
	"ssize_t",
	"off_t",
	/* What core/ and the runtime add to them without a prefix. */
	"call",
	"cap_t",
	"status_t",
};

/* "int_fast16_t", "UINT64_MAX", "PTRDIFF_MIN": what <stdint.h> and <limits.h> may define. */
static bool is_integer_word(const char *word)
{
	static const char *const starts[] = {
		"int",    "uint",        "INT",     "UINT",   "PTRDIFF_",
		"SIZE_",  "SIG_ATOMIC_", "LONG_",   "ULONG_", "WCHAR_",
		"WINT_",  "SCHAR_",      "UCHAR_",  "BOOL_",  "SHRT_",
		"USHRT_", "LLONG_",      "ULLONG_", "CHAR_",  "SSIZE_",
	};
	static const char *const ends[] = { "_t", "_MAX", "_MIN", "_C", "_WIDTH" };
	size_t length = strlen(word);
	bool starts_so = false;

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		starts_so |= strncmp(word, starts[i], strlen(starts[i])) == 0;
	for (size_t i = 0; starts_so && i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t end = strlen(ends[i]);

		if (length > end && strcmp(word + length - end, ends[i]) == 0)
			return true;
	}
	return false;
}

/* What <stdatomic.h> defines, and the guard of a header. */
static bool is_header_word(const char *word)
{
	size_t length = strlen(word);

	return strncmp(word, "atomic_", 7) == 0 || strncmp(word, "ATOMIC_", 7) == 0 ||
	       strncmp(word, "memory_order", 12) == 0 ||
	       (length > 2 && strcmp(word + length - 2, "_H") == 0);
}

/* Whether @word is @prefix, or begins with it and an underscore. */
static bool has_prefix(const char *word, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(word, prefix, length) == 0 &&
	       (word[length] == '\0' || word[length] == '_');
}

bool has_library_prefix(const char *word)
{
	return has_prefix(word, "capnp") || has_prefix(word, "capos") ||
	       has_prefix(word, "CAPNP") || has_prefix(word, "CAPOS");
}

bool is_c_word(const char *word)
{
	for (size_t i = 0; i < sizeof(c_words) / sizeof(c_words[0]); i++) {
		if (strcmp(word, c_words[i]) == 0)
			return true;
	}
	return is_integer_word(word) || is_header_word(word);
}

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

bool is_identifier(const char *name)
{
	if (!isalpha((unsigned char)name[0]))
		return false;
	for (size_t i = 1; name[i]; i++) {
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	}
	return true;
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

char *identifier(const char *snake)
{
	return format_text(is_c_word(snake) ? "%s_" : "%s", snake);
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
	size_t *costs = allocate_array(length + 1, sizeof(costs[0]));

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

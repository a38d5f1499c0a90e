/* SPDX-License-Identifier: MIT */
/* output.c - see output.h. */
#include "tools/capnpc-capos/output.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

[[noreturn]] void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void *allocate(size_t size)
{
	void *memory = calloc(1, size == 0 ? 1 : size);

	if (!memory)
		die("capnpc-capos: out of memory");
	return memory;
}

void *resize(void *memory, size_t size)
{
	void *larger = realloc(memory, size);

	if (!larger)
		die("capnpc-capos: out of memory");
	return larger;
}

char *format_text(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		die("capnpc-capos: out of memory");
	va_end(arguments);
	return text;
}

static void reserve(struct output *out, size_t size)
{
	size_t capacity = out->capacity == 0 ? 4096 : out->capacity;

	while (capacity - out->size <= size)
		capacity *= 2;
	if (capacity == out->capacity)
		return;
	out->bytes = resize(out->bytes, capacity);
	out->capacity = capacity;
}

void emit(struct output *out, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(nullptr, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		die("capnpc-capos: text that cannot be formatted");
	reserve(out, (size_t)size);
	va_start(arguments, format);
	vsnprintf(out->bytes + out->size, (size_t)size + 1, format, arguments);
	va_end(arguments);
	out->size += (size_t)size;
}

void emit_escaped(struct output *out, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		uint8_t byte = (uint8_t)bytes[i];

		if (byte == '\n')
			emit(out, i + 1 < size ? "\\n\"\n\t\t\"" : "\\n");
		else if (byte == '"' || byte == '\\')
			emit(out, "\\%c", byte);
		else if (byte < 0x20 || byte >= 0x7f || byte == '?')
			emit(out, "\\%03o", byte); /* '?' could begin a trigraph */
		else
			emit(out, "%c", byte);
	}
}

/* One line of a comment, without what would end it or begin another. */
static void emit_comment_line(struct output *out, const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool ends = i > 0 && line[i] == '/' && line[i - 1] == '*';
		bool begins = i > 0 && line[i] == '*' && line[i - 1] == '/';

		emit(out, ends || begins ? " %c" : "%c", line[i]);
	}
}

void emit_comment(struct output *out, const char *indent, const char *doc)
{
	size_t length = strlen(doc);

	while (length > 0 && doc[length - 1] == '\n')
		length--;
	if (length == 0)
		return;
	if (!memchr(doc, '\n', length)) {
		emit(out, "%s/* ", indent);
		emit_comment_line(out, doc, length);
		emit(out, " */\n");
		return;
	}
	emit(out, "%s/*\n", indent);
	for (size_t start = 0; start <= length;) {
		size_t end = start;

		while (end < length && doc[end] != '\n')
			end++;
		emit(out, end > start ? "%s * " : "%s *", indent);
		emit_comment_line(out, doc + start, end - start);
		emit(out, "\n");
		start = end + 1;
	}
	emit(out, "%s */\n", indent);
}

void output_write(const struct output *out, const char *path)
{
	char *temporary = format_text("%s.tmp", path);
	FILE *file = fopen(temporary, "wb");

	if (!file)
		die("%s: cannot be created", temporary);
	if (fwrite(out->bytes, 1, out->size, file) != out->size || fclose(file) != 0 ||
	    rename(temporary, path) != 0) {
		remove(temporary);
		die("%s: cannot be written", path);
	}
	free(temporary);
}

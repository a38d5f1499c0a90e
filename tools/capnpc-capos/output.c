/* SPDX-License-Identifier: MIT */
/* output.c - see output.h. */
#include "tools/capnpc-capos/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

static void emit_escaped_byte(struct output *out, uint8_t byte)
{
	if (byte == '\n')
		emit(out, "\\n");
	else if (byte == '"' || byte == '\\')
		emit(out, "\\%c", byte);
	else if (byte < 0x20 || byte >= 0x7f || byte == '?')
		emit(out, "\\%03o", byte); /* '?' could begin a trigraph */
	else
		emit(out, "%c", byte);
}

void emit_escaped(struct output *out, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		emit_escaped_byte(out, (uint8_t)bytes[i]);
		if (bytes[i] == '\n' && i + 1 < size)
			emit(out, "\"\n\t\t\"");
	}
}

void emit_escaped_line(struct output *out, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		emit_escaped_byte(out, (uint8_t)bytes[i]);
}

/* Bytes of the UTF-8 character at @bytes, of which there are @size; 0 if it is none. */
static size_t character_size(const uint8_t *bytes, size_t size)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = bytes[0];
	size_t length = first < 0x80    ? 1
			: first < 0xc0  ? 0
			: first < 0xe0  ? 2
			: first < 0xf0  ? 3
			: first <= 0xf4 ? 4
					: 0;
	uint32_t code = length == 1 ? first : first & (0x7fu >> length);

	if (length == 0 || length > size)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < smallest[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000))
		return 0;
	/* Line separators, and marks that show text in another order than it stands. */
	return (code >= 0x80 && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
			       (code >= 0x2066 && code <= 0x2069)
		       ? 0
		       : length;
}

/* Whether @byte after the two in @last would end or begin something. */
static bool is_special(const char *last, char byte)
{
	return (last[1] == '*' && byte == '/') || (last[1] == '/' && byte == '*') ||
	       (last[0] == '?' && last[1] == '?' && byte != ' ');
}

/* One line of a comment, without what would end it or begin another. */
static void emit_comment_line(struct output *out, const char *line, size_t length)
{
	char last[2] = "  ";

	for (size_t i = 0; i < length;) {
		size_t size = character_size((const uint8_t *)line + i, length - i);
		char byte = size == 0 ? '?' : line[i];

		if ((uint8_t)byte < 0x20 || byte == 0x7f)
			byte = byte == '\t' ? '\t' : ' ';
		if (is_special(last, byte)) {
			emit(out, " ");
			last[1] = ' ';
		}
		if (size > 1)
			emit(out, "%.*s", (int)size, line + i);
		else
			emit(out, "%c", byte);
		last[0] = last[1];
		last[1] = byte;
		i += size == 0 ? 1 : size;
	}
	if (last[1] == '\\')
		emit(out, " "); /* or it would join this line and the next */
}

void emit_comment_text(struct output *out, const char *text)
{
	emit_comment_line(out, text, strlen(text));
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

/* Makes the folders that @path lies in. */
static void make_folders(const char *path)
{
	char *folder = format_text("%s", path);

	for (char *slash = strchr(folder, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0777) != 0 && errno != EEXIST)
			die("%s: cannot be created", folder);
		*slash = '/';
	}
}

void output_write(const struct output *out, const char *path)
{
	char *temporary = format_text("%s.tmp", path);
	FILE *file;

	make_folders(path);
	file = fopen(temporary, "wb");
	if (!file)
		die("%s: cannot be created", temporary);
	if (fwrite(out->bytes, 1, out->size, file) != out->size || fclose(file) != 0 ||
	    rename(temporary, path) != 0) {
		remove(temporary);
		die("%s: cannot be written", path);
	}
}

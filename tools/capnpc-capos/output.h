/* SPDX-License-Identifier: MIT */
/* output.h - generated text, kept in memory until everything is known to be right. */
#ifndef CAPNPC_OUTPUT_H
#define CAPNPC_OUTPUT_H

#include <stddef.h>

#include "tools/capnpc-capos/memory.h"

struct output {
	char *bytes; /* NUL-terminated once something was added */
	size_t size;
	size_t capacity;
};

/* Appends formatted text. */
__attribute__((format(printf, 2, 3))) void emit(struct output *out, const char *format,
						...);

/* Appends @bytes as the inside of a C string literal; long ones go over lines. */
void emit_escaped(struct output *out, const char *bytes, size_t size);

/* The same for the replacement of a macro, which is one line. */
void emit_escaped_line(struct output *out, const char *bytes, size_t size);

/*
 * Appends @doc as a comment indented by @indent, or nothing if it is empty. Whatever the
 * bytes are, the comment ends where it should, and nothing in it is more than text.
 */
void emit_comment(struct output *out, const char *indent, const char *doc);

/* Appends @text, which is one line, as a part of a comment. */
void emit_comment_text(struct output *out, const char *text);

/*
 * Writes @out to @path by way of a temporary file, and makes the folders on the way.
 * Ends the program on an error.
 */
void output_write(const struct output *out, const char *path);

#endif /* CAPNPC_OUTPUT_H */

/* SPDX-License-Identifier: MIT */
/* output.h - generated text, kept in memory until everything is known to be right. */
#ifndef CAPNPC_OUTPUT_H
#define CAPNPC_OUTPUT_H

#include <stddef.h>

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

/* Appends @doc as a comment indented by @indent, or nothing if it is empty. */
void emit_comment(struct output *out, const char *indent, const char *doc);

/* Writes @out to @path by way of a temporary file; ends the program on an error. */
void output_write(const struct output *out, const char *path);

/* Ends the program with a message; nothing has been written yet. */
[[noreturn]] __attribute__((format(printf, 1, 2))) void die(const char *format, ...);

/* malloc() and friends that end the program instead of failing. */
void *allocate(size_t size);
void *resize(void *memory, size_t size);
__attribute__((format(printf, 1, 2))) char *format_text(const char *format, ...);

#endif /* CAPNPC_OUTPUT_H */

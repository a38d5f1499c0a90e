/* SPDX-License-Identifier: MIT */
/*
 * sink.h - where text goes: the console, the pager, a buffer of a message or a test.
 *
 * A sink is the first member of whatever it writes to.
 */
#ifndef SHELL_SINK_H
#define SHELL_SINK_H

#include "programs/shell/text.h"

struct sink {
	void (*write)(struct sink *sink, const char *bytes, size_t size);
};

void sink_text(struct sink *sink, struct text text);
void sink_byte(struct sink *sink, char byte);

/* The same with anything but printable ASCII as '?': text of others cannot drive the screen. */
void sink_foreign(struct sink *sink, struct text text);

/* Strings one after the other; the last argument is nullptr. */
__attribute__((sentinel)) void sink_strings(struct sink *sink, const char *first, ...);

void sink_number(struct sink *sink, uint64_t value);
void sink_signed(struct sink *sink, int64_t value);
void sink_hex(struct sink *sink, uint64_t value); /* with 0x */
void sink_blanks(struct sink *sink, size_t count);

/* @text, and blanks until it is @width wide. */
void sink_padded(struct sink *sink, struct text text, size_t width);

/* A duration, as a person reads it: 3.25 s, 12.034 ms. */
void sink_duration(struct sink *sink, uint64_t ns);

/* Keeps what is written, always with a NUL; what does not fit is cut off. */
struct sink_buffer {
	struct sink sink;
	char *bytes;
	size_t capacity;
	size_t size;
};

void sink_buffer_init(struct sink_buffer *buffer, char *bytes, size_t capacity);
struct text sink_buffer_text(const struct sink_buffer *buffer);

#endif /* SHELL_SINK_H */

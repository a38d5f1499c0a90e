/* SPDX-License-Identifier: MIT */
/*
 * sink.c - see sink.h.
 */
#include "programs/shell/sink.h"

#include <stdarg.h>

enum { NUMBER_DIGITS_MAX = 20 };

void sink_text(struct sink *sink, struct text text)
{
	if (text.size > 0)
		sink->write(sink, text.bytes, text.size);
}

void sink_byte(struct sink *sink, char byte)
{
	sink->write(sink, &byte, 1);
}

void sink_foreign(struct sink *sink, struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];

		sink_byte(sink, c >= ' ' && c <= '~' ? c : '?');
	}
}

void sink_strings(struct sink *sink, const char *first, ...)
{
	va_list strings;

	va_start(strings, first);
	for (const char *string = first; string; string = va_arg(strings, const char *))
		sink_text(sink, text_of(string));
	va_end(strings);
}

static void sink_digits(struct sink *sink, uint64_t value, unsigned base)
{
	char digits[NUMBER_DIGITS_MAX];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	sink->write(sink, digits + at, sizeof(digits) - at);
}

void sink_number(struct sink *sink, uint64_t value)
{
	sink_digits(sink, value, 10);
}

void sink_signed(struct sink *sink, int64_t value)
{
	if (value < 0)
		sink_byte(sink, '-');
	sink_number(sink, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void sink_hex(struct sink *sink, uint64_t value)
{
	sink_strings(sink, "0x", nullptr);
	sink_digits(sink, value, 16);
}

void sink_blanks(struct sink *sink, size_t count)
{
	while (count-- > 0)
		sink_byte(sink, ' ');
}

void sink_padded(struct sink *sink, struct text text, size_t width)
{
	sink_text(sink, text);
	if (text.size < width)
		sink_blanks(sink, width - text.size);
}

/* @value / 1000 with three decimals. */
static void sink_thousandths(struct sink *sink, uint64_t value)
{
	uint64_t rest = value % 1000;

	sink_number(sink, value / 1000);
	sink_strings(sink, ".", rest < 100 ? "0" : "", rest < 10 ? "0" : "", nullptr);
	sink_number(sink, rest);
}

void sink_duration(struct sink *sink, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = { { 1000000000, " s" }, { 1000000, " ms" }, { 1000, " us" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ns < units[i].ns)
			continue;
		sink_thousandths(sink, ns / (units[i].ns / 1000));
		sink_strings(sink, units[i].name, nullptr);
		return;
	}
	sink_number(sink, ns);
	sink_strings(sink, " ns", nullptr);
}

static void buffer_write(struct sink *sink, const char *bytes, size_t size)
{
	struct sink_buffer *buffer = (struct sink_buffer *)sink;
	size_t room = buffer->capacity - 1 - buffer->size;

	if (size > room)
		size = room;
	__builtin_memcpy(buffer->bytes + buffer->size, bytes, size);
	buffer->size += size;
	buffer->bytes[buffer->size] = '\0';
}

void sink_buffer_init(struct sink_buffer *buffer, char *bytes, size_t capacity)
{
	*buffer = (struct sink_buffer){
		.sink = { .write = buffer_write },
		.bytes = bytes,
		.capacity = capacity,
	};
	bytes[0] = '\0';
}

struct text sink_buffer_text(const struct sink_buffer *buffer)
{
	return (struct text){ buffer->bytes, buffer->size };
}

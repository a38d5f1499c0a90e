/* SPDX-License-Identifier: MIT */
/*
 * format.c - the formats of print.h.
 */
#include "capos/print.h"
#include "capos/string.h"

/* One conversion: what stands between the percent sign and its letter. */
struct conversion {
	bool left;
	bool zero;
	bool has_precision;
	uint32_t width;
	uint32_t precision;
	uint32_t longs; /* l's; z counts as one */
};

enum { DIGITS_MAX = 20, FIELD_MAX = 4096 };

static void put(struct capos_text_sink *sink, const char *bytes, size_t size)
{
	if (size != 0)
		sink->put(sink, bytes, size);
}

static void put_padding(struct capos_text_sink *sink, char byte, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(sink, &byte, 1);
}

/* @sign (may be empty) and @digits, padded to the width. */
static void put_field(struct capos_text_sink *sink, const struct conversion *conversion,
		      bool zero, const char *sign, const char *bytes, size_t size)
{
	size_t length = strlen(sign) + size;
	size_t padding = conversion->width > length ? conversion->width - length : 0;

	if (!conversion->left && !zero)
		put_padding(sink, ' ', padding);
	put(sink, sign, strlen(sign));
	if (!conversion->left && zero)
		put_padding(sink, '0', padding);
	put(sink, bytes, size);
	if (conversion->left)
		put_padding(sink, ' ', padding);
}

static void put_number(struct capos_text_sink *sink, const struct conversion *conversion,
		       const char *sign, uint64_t value, uint32_t base,
		       const char *digits)
{
	char text[DIGITS_MAX];
	size_t start = DIGITS_MAX;

	do {
		text[--start] = digits[value % base];
		value /= base;
	} while (value != 0);
	put_field(sink, conversion, conversion->zero, sign, text + start,
		  DIGITS_MAX - start);
}

static void put_string(struct capos_text_sink *sink, const struct conversion *conversion,
		       const char *text)
{
	size_t max = conversion->has_precision ? conversion->precision : SIZE_MAX;

	if (!text)
		text = "(null)";
	put_field(sink, conversion, false, "", text, strnlen(text, max));
}

/* A number in the format, or '*': an argument. */
static uint32_t read_count(const char **format, va_list *arguments)
{
	uint32_t count = 0;

	if (**format == '*') {
		int argument = va_arg(*arguments, int);

		(*format)++;
		return argument < 0 ? 0 : (uint32_t)argument;
	}
	while (**format >= '0' && **format <= '9' && count < FIELD_MAX)
		count = count * 10 + (uint32_t)(*(*format)++ - '0');
	return count;
}

static struct conversion read_conversion(const char **format, va_list *arguments)
{
	struct conversion conversion = { 0 };

	for (;; (*format)++) {
		if (**format == '-')
			conversion.left = true;
		else if (**format == '0')
			conversion.zero = true;
		else
			break;
	}
	conversion.width = read_count(format, arguments);
	if (**format == '.') {
		(*format)++;
		conversion.has_precision = true;
		conversion.precision = read_count(format, arguments);
	}
	for (; **format == 'l' || **format == 'z'; (*format)++)
		conversion.longs++;
	return conversion;
}

static void put_signed(struct capos_text_sink *sink, const struct conversion *conversion,
		       int64_t value)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	put_number(sink, conversion, value < 0 ? "-" : "", magnitude, 10, "0123456789");
}

/* Takes the argument of conversion @letter; false if there is no such letter. */
static bool put_conversion(struct capos_text_sink *sink, char letter,
			   const struct conversion *conversion, va_list *arguments)
{
	char byte;

	switch (letter) {
	case 'd':
	case 'i':
		put_signed(sink, conversion,
			   conversion->longs ? va_arg(*arguments, int64_t)
					     : va_arg(*arguments, int));
		return true;
	case 'u':
	case 'x':
	case 'X':
		put_number(sink, conversion, "",
			   conversion->longs ? va_arg(*arguments, uint64_t)
					     : va_arg(*arguments, unsigned int),
			   letter == 'u' ? 10 : 16,
			   letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef");
		return true;
	case 'p':
		put_number(sink, conversion, "0x",
			   (uintptr_t)va_arg(*arguments, const void *), 16,
			   "0123456789abcdef");
		return true;
	case 's':
		put_string(sink, conversion, va_arg(*arguments, const char *));
		return true;
	case 'c':
		byte = (char)va_arg(*arguments, int);
		put_field(sink, conversion, false, "", &byte, 1);
		return true;
	case '%':
		put(sink, "%", 1);
		return true;
	default:
		return false;
	}
}

void capos_format_to(struct capos_text_sink *sink, const char *format, va_list arguments)
{
	va_list rest;

	va_copy(rest, arguments);
	while (*format != '\0') {
		const char *start = format;

		while (*format != '\0' && *format != '%')
			format++;
		put(sink, start, (size_t)(format - start));
		if (*format == '\0')
			break;
		start = format++;

		struct conversion conversion = read_conversion(&format, &rest);

		if (put_conversion(sink, *format, &conversion, &rest))
			format++;
		else
			put(sink, start, (size_t)(format - start));
	}
	va_end(rest);
}

struct buffer_sink {
	struct capos_text_sink sink; /* first, so that its address converts */
	char *buffer;
	size_t size;
	size_t length; /* of the whole text */
};

static void buffer_put(struct capos_text_sink *sink, const char *bytes, size_t size)
{
	struct buffer_sink *buffer = (struct buffer_sink *)sink;

	for (size_t i = 0; i < size; i++) {
		if (buffer->length + 1 < buffer->size)
			buffer->buffer[buffer->length] = bytes[i];
		buffer->length++;
	}
}

size_t capos_format_list(char *buffer, size_t size, const char *format, va_list arguments)
{
	struct buffer_sink sink = { { buffer_put }, buffer, size, 0 };

	capos_format_to(&sink.sink, format, arguments);
	if (size != 0)
		buffer[sink.length < size ? sink.length : size - 1] = '\0';
	return sink.length;
}

size_t capos_format(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;
	size_t length;

	va_start(arguments, format);
	length = capos_format_list(buffer, size, format, arguments);
	va_end(arguments);
	return length;
}

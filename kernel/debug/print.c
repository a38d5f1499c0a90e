/* SPDX-License-Identifier: MIT */
/*
 * print.c - formatted text on the boot console.
 *
 * Knows %s %c %d %u %x %p %% with l, z, a width padded with zeros, and a precision for %s.
 * Text is gathered in a small buffer on the stack, so that a panic can print anywhere.
 */
#include "print.h"

#include "kernel/arch.h"
#include "kernel/lock.h"
#include "kernel/panic.h"

enum { BUFFER_BYTES = 64, DIGITS_MAX = 20 };

struct output {
	size_t used;
	char bytes[BUFFER_BYTES];
};

/* What stands between % and the letter. */
struct directive {
	uint32_t width;
	int32_t precision; /* -1: none */
	bool is_long;
};

static void flush(struct output *output)
{
	arch_console_write(output->bytes, output->used);
	output->used = 0;
}

static void put(struct output *output, char byte)
{
	if (output->used == BUFFER_BYTES)
		flush(output);
	output->bytes[output->used++] = byte;
}

static void put_text(struct output *output, const char *text, int32_t precision)
{
	for (int32_t i = 0; (precision < 0 || i < precision) && text[i] != '\0'; i++)
		put(output, text[i]);
}

static void put_number(struct output *output, uint64_t value, uint32_t base,
		       uint32_t width)
{
	char digits[DIGITS_MAX];
	uint32_t count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	for (uint32_t i = count; i < width && i < DIGITS_MAX; i++)
		put(output, '0');
	while (count > 0)
		put(output, digits[--count]);
}

static const char *parse(const char *at, struct directive *out, va_list *arguments)
{
	*out = (struct directive){ .precision = -1 };
	while (*at >= '0' && *at <= '9')
		out->width = out->width * 10 + (uint32_t)(*at++ - '0');
	if (at[0] == '.' && at[1] == '*') {
		out->precision = va_arg(*arguments, int32_t);
		at += 2;
	}
	while (*at == 'l' || *at == 'z') {
		out->is_long = true;
		at++;
	}
	return at;
}

static void put_signed(struct output *output, const struct directive *directive,
		       va_list *arguments)
{
	int64_t value = directive->is_long ? va_arg(*arguments, int64_t)
					   : va_arg(*arguments, int32_t);

	if (value < 0)
		put(output, '-');
	put_number(output, value < 0 ? -(uint64_t)value : (uint64_t)value, 10,
		   directive->width);
}

static void put_unsigned(struct output *output, const struct directive *directive,
			 va_list *arguments, uint32_t base)
{
	uint64_t value = directive->is_long ? va_arg(*arguments, uint64_t)
					    : va_arg(*arguments, uint32_t);

	put_number(output, value, base, directive->width);
}

static void put_argument(struct output *output, char letter,
			 const struct directive *directive, va_list *arguments)
{
	switch (letter) {
	case 's':
		put_text(output, va_arg(*arguments, const char *), directive->precision);
		break;
	case 'c':
		put(output, (char)va_arg(*arguments, int));
		break;
	case 'd':
		put_signed(output, directive, arguments);
		break;
	case 'u':
		put_unsigned(output, directive, arguments, 10);
		break;
	case 'x':
		put_unsigned(output, directive, arguments, 16);
		break;
	case 'p':
		put_number(output, (uint64_t)va_arg(*arguments, void *), 16, 0);
		break;
	default:
		put(output, letter);
		break;
	}
}

void print_unlocked(const char *format, va_list *arguments)
{
	struct output output = { 0 };

	for (const char *at = format; *at != '\0'; at++) {
		struct directive directive;

		if (*at != '%') {
			put(&output, *at);
			continue;
		}
		at = parse(at + 1, &directive, arguments);
		if (*at == '\0')
			break;
		put_argument(&output, *at, &directive, arguments);
	}
	flush(&output);
}

/* Keeps what two processors print apart. */
static struct spinlock print_lock = SPINLOCK(LOCK_CONSOLE);

void kernel_print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	spin_lock(&print_lock);
	print_unlocked(format, &arguments);
	spin_unlock(&print_lock);
	va_end(arguments);
}

/* SPDX-License-Identifier: MIT */
/*
 * number.c - see number.h.
 */
#include "programs/shell/number.h"

enum { EXPONENT_MAX = 400 };

/* Takes the sign off @text. */
static bool take_sign(struct text *text)
{
	bool negative = text->size > 0 && text->bytes[0] == '-';

	if (negative || (text->size > 0 && text->bytes[0] == '+'))
		*text = text_skip(*text, 1);
	return negative;
}

/* Takes 0x or 0b off @text. */
static unsigned take_base(struct text *text)
{
	unsigned base = 10;

	if (text_starts_with(*text, text_of("0x")))
		base = 16;
	else if (text_starts_with(*text, text_of("0b")))
		base = 2;
	if (base != 10)
		*text = text_skip(*text, 2);
	return base;
}

static unsigned digit_value(char c)
{
	if (text_is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

enum number_result number_parse(struct text text, struct number *out)
{
	enum number_result result = NUMBER_OK;
	uint64_t value = 0;

	out->negative = take_sign(&text);

	unsigned base = take_base(&text);

	if (text.size == 0 || text.bytes[0] == '_')
		return NUMBER_MALFORMED;
	for (size_t i = 0; i < text.size; i++) {
		unsigned digit = digit_value(text.bytes[i]);

		if (text.bytes[i] == '_')
			continue;
		if (digit >= base)
			return NUMBER_MALFORMED;
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			result = NUMBER_TOO_LARGE;
	}
	out->magnitude = value;
	return result;
}

/* The digits before the exponent, as an integer; each one after the point lowers *@scale. */
static double take_mantissa(struct text *text, int *scale, bool *any)
{
	double value = 0;
	bool point = false;
	size_t i = 0;

	for (; i < text->size; i++) {
		char c = text->bytes[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c == '_')
			continue;
		if (!text_is_digit(c))
			break;
		value = value * 10 + (c - '0');
		*scale -= point;
		*any = true;
	}
	*text = text_skip(*text, i);
	return value;
}

static double scaled(double value, int exponent)
{
	double factor = 1;
	int count = exponent < 0 ? -exponent : exponent;

	for (int i = 0; i < count && i < EXPONENT_MAX; i++)
		factor *= 10;
	return exponent < 0 ? value / factor : value * factor;
}

/* Takes e5 or e-5. */
static enum number_result take_exponent(struct text text, int *exponent)
{
	struct number number;

	if (text.size == 0)
		return NUMBER_OK;
	if (text.bytes[0] != 'e' && text.bytes[0] != 'E')
		return NUMBER_MALFORMED;
	if (number_parse(text_skip(text, 1), &number) != NUMBER_OK)
		return NUMBER_MALFORMED;
	if (number.magnitude > EXPONENT_MAX)
		return NUMBER_TOO_LARGE;
	*exponent += number.negative ? -(int)number.magnitude : (int)number.magnitude;
	return NUMBER_OK;
}

enum number_result number_parse_float(struct text text, double *out)
{
	bool negative = take_sign(&text);
	bool any = false;
	int exponent = 0;
	double value = take_mantissa(&text, &exponent, &any);
	enum number_result result = take_exponent(text, &exponent);

	if (!any)
		return NUMBER_MALFORMED;
	if (result != NUMBER_OK)
		return result;
	value = scaled(value, exponent);
	*out = negative ? -value : value;
	return NUMBER_OK;
}

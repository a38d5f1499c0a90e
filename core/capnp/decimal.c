/* SPDX-License-Identifier: MIT */
/*
 * decimal.c - see decimal.h.
 *
 * A double is m * 2^e. For negative e it is m * 5^-e / 10^-e: the digits of an integer,
 * with the point moved. So one large integer, at most 53 + 2.33 * 1074 bits, holds
 * exactly all digits there are, and rounding is that of a decimal text.
 */
#include "core/capnp/decimal.h"

enum {
	BIG_WORDS = 84,   /* 2688 bits; the largest needed is 2547 */
	DIGITS_MAX = 810, /* of 2688 bits */
	EXPONENT_BIAS = 1075,
	PLAIN_MAX = 17, /* larger exponents are written with e */
	PLAIN_MIN = -5,
};

struct big {
	uint32_t words[BIG_WORDS]; /* the lowest first */
	uint32_t count;
};

static void big_multiply(struct big *big, uint32_t factor)
{
	uint64_t carry = 0;

	for (uint32_t i = 0; i < big->count; i++) {
		carry += (uint64_t)big->words[i] * factor;
		big->words[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0 && big->count < BIG_WORDS)
		big->words[big->count++] = (uint32_t)carry;
}

/* Divides by ten and returns the remainder. */
static uint32_t big_divide_by_ten(struct big *big)
{
	uint64_t rest = 0;

	for (uint32_t i = big->count; i-- > 0;) {
		rest = rest << 32 | big->words[i];
		big->words[i] = (uint32_t)(rest / 10);
		rest %= 10;
	}
	while (big->count > 0 && big->words[big->count - 1] == 0)
		big->count--;
	return (uint32_t)rest;
}

/* All digits of @big, the highest first; it is zero afterwards. */
static uint32_t big_digits(struct big *big, char digits[DIGITS_MAX])
{
	uint32_t count = 0;

	while (big->count > 0 && count < DIGITS_MAX)
		digits[count++] = (char)('0' + big_divide_by_ten(big));
	for (uint32_t i = 0; i < count / 2; i++) {
		char digit = digits[i];

		digits[i] = digits[count - 1 - i];
		digits[count - 1 - i] = digit;
	}
	return count;
}

/* Rounds @digits, in place, to @keep of them. Whether all nines became a 1 before them. */
static bool round_digits(char *digits, uint32_t count, uint32_t keep)
{
	uint32_t i = keep;
	bool sticky = false;

	if (keep == 0 || count <= keep)
		return false;
	for (uint32_t k = keep + 1; k < count; k++)
		sticky = sticky || digits[k] != '0';
	if (digits[keep] < '5' ||
	    (digits[keep] == '5' && !sticky && (digits[keep - 1] - '0') % 2 == 0))
		return false; /* halfway goes to the even digit */
	while (i > 0 && digits[i - 1] == '9')
		digits[--i] = '0';
	if (i > 0) {
		digits[i - 1]++;
		return false;
	}
	digits[0] = '1';
	return true;
}

size_t capnp_decimal_natural(uint64_t value, char out[CAPNP_DECIMAL_BYTES])
{
	char reversed[CAPNP_DECIMAL_BYTES];
	size_t size = 0;

	do {
		reversed[size++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	for (size_t i = 0; i < size; i++)
		out[i] = reversed[size - 1 - i];
	out[size] = '\0';
	return size;
}

size_t capnp_decimal_integer(int64_t value, char out[CAPNP_DECIMAL_BYTES])
{
	if (value >= 0)
		return capnp_decimal_natural((uint64_t)value, out);
	out[0] = '-';
	return 1 + capnp_decimal_natural(-(uint64_t)value, out + 1);
}

static size_t copy_text(const char *text, char *out)
{
	size_t size = 0;

	while ((out[size] = text[size]))
		size++;
	return size;
}

/* Writes @digits with the point after the first @point of them, or before if negative. */
static size_t write_plain(const char *digits, uint32_t count, int32_t point, char *out)
{
	size_t size = 0;

	if (point <= 0) {
		out[size++] = '0';
		out[size++] = '.';
		for (int32_t i = point; i < 0; i++)
			out[size++] = '0';
	}
	for (uint32_t i = 0; i < count; i++) {
		if (point > 0 && i == (uint32_t)point)
			out[size++] = '.';
		out[size++] = digits[i];
	}
	for (int32_t i = (int32_t)count; i < point; i++)
		out[size++] = '0';
	out[size] = '\0';
	return size;
}

static size_t write_scientific(const char *digits, uint32_t count, int32_t exponent,
			       char *out)
{
	size_t size = write_plain(digits, count, 1, out);

	out[size++] = 'e';
	out[size++] = exponent < 0 ? '-' : '+';
	return size +
	       capnp_decimal_natural((uint64_t)(exponent < 0 ? -exponent : exponent),
				     out + size);
}

/* m * 2^exponent as digits; @out_point is where the decimal point is. */
static uint32_t exact_digits(uint64_t mantissa, int32_t exponent, char *digits,
			     int32_t *out_point)
{
	struct big big = { { (uint32_t)mantissa, (uint32_t)(mantissa >> 32) }, 2 };
	uint32_t count;

	for (int32_t i = 0; i < exponent; i++)
		big_multiply(&big, 2);
	for (int32_t i = exponent; i < 0; i++)
		big_multiply(&big, 5);
	count = big_digits(&big, digits);
	*out_point = (int32_t)count + (exponent < 0 ? exponent : 0);
	return count;
}

size_t capnp_decimal_float(uint64_t bits, uint32_t digits, char out[CAPNP_DECIMAL_BYTES])
{
	char all[DIGITS_MAX];
	uint32_t exponent = bits >> 52 & 0x7ff;
	uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
	size_t size = 0;
	uint32_t count;
	int32_t point;

	if (bits >> 63)
		out[size++] = '-';
	if (exponent == 0x7ff)
		return size + copy_text(mantissa ? "nan" : "inf", out + size);
	if (exponent == 0 && mantissa == 0)
		return size + copy_text("0", out + size);
	if (exponent == 0)
		exponent = 1; /* subnormal: no hidden bit */
	else
		mantissa |= UINT64_C(1) << 52;
	count = exact_digits(mantissa, (int32_t)exponent - EXPONENT_BIAS, all, &point);
	if (round_digits(all, count, digits))
		point++;
	if (count > digits)
		count = digits;
	while (count > 1 && all[count - 1] == '0')
		count--;
	if (point < PLAIN_MIN + 1 || point > PLAIN_MAX)
		return size + write_scientific(all, count, point - 1, out + size);
	return size + write_plain(all, count, point, out + size);
}

uint64_t capnp_float32_to_64(uint32_t bits)
{
	uint64_t sign = (uint64_t)(bits >> 31) << 63;
	uint32_t exponent = bits >> 23 & 0xff;
	uint64_t mantissa = bits & 0x7fffff;

	if (exponent == 0xff)
		return sign | UINT64_C(0x7ff) << 52 | mantissa << 29;
	if (exponent == 0 && mantissa == 0)
		return sign;
	if (exponent == 0) { /* subnormal there, normal here */
		exponent = 1;
		while (!(mantissa & 0x800000)) {
			mantissa <<= 1;
			exponent--;
		}
		mantissa &= 0x7fffff;
	}
	return sign | (uint64_t)(exponent + (1023 - 127)) << 52 | mantissa << 29;
}

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
	SIGNIFICANT_MAX = 770, /* more digits than a number halfway between two has */
	MAGNITUDE_MAX = 310,   /* from 10^310 on all is infinite, below 10^-326 zero */
	MAGNITUDE_MIN = -326,
	EXPONENT_MAX = 1 << 24, /* of a text; anything above means the same */
	PLAIN_MIN = -4,         /* smaller exponents are written with e */
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

/* As C's %g does, but for a plus sign: at least two digits of exponent. */
static size_t write_scientific(const char *digits, uint32_t count, int32_t exponent,
			       char *out)
{
	size_t size = write_plain(digits, count, 1, out);
	uint32_t magnitude = (uint32_t)(exponent < 0 ? -exponent : exponent);

	out[size++] = 'e';
	if (exponent < 0)
		out[size++] = '-';
	if (magnitude < 10)
		out[size++] = '0';
	return size + capnp_decimal_natural(magnitude, out + size);
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
	if (point - 1 < PLAIN_MIN || point > (int32_t)digits)
		return size + write_scientific(all, count, point - 1, out + size);
	return size + write_plain(all, count, point, out + size);
}

/* Whether the text that was written reads back as @bits. */
static bool reads_back(const char *text, size_t size, enum capnp_float_format format,
		       uint64_t bits)
{
	uint64_t found;

	return capnp_decimal_parse(text, size, format, &found) && found == bits;
}

size_t capnp_decimal_float64(uint64_t bits, char out[CAPNP_DECIMAL_BYTES])
{
	size_t size = capnp_decimal_float(bits, 15, out);

	if (reads_back(out, size, CAPNP_FLOAT64, bits))
		return size;
	return capnp_decimal_float(bits, 17, out);
}

size_t capnp_decimal_float32(uint32_t bits, bool exact, char out[CAPNP_DECIMAL_BYTES])
{
	uint64_t wide = capnp_float32_to_64(bits);
	bool subnormal = (bits & 0x7f800000) == 0;
	size_t size = capnp_decimal_float(wide, 6, out);

	if (!subnormal && reads_back(out, size, CAPNP_FLOAT32, bits))
		return size;
	size = capnp_decimal_float(wide, 8, out);
	if (!exact || reads_back(out, size, CAPNP_FLOAT32, bits))
		return size;
	return capnp_decimal_float(wide, 9, out);
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

/* What a text says: digits * 10^exponent, the digits without zeros before them. */
struct decimal {
	char digits[SIGNIFICANT_MAX + 1];
	uint32_t count;
	int64_t exponent;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Adds one digit; those that no rounding depends on become one that says "and more". */
static void add_digit(struct decimal *decimal, char digit)
{
	if (decimal->count == 0 && digit == '0')
		return;
	if (decimal->count < SIGNIFICANT_MAX) {
		decimal->digits[decimal->count++] = digit;
		return;
	}
	decimal->exponent++;
	if (digit != '0')
		decimal->digits[SIGNIFICANT_MAX - 1] = '1';
}

/* The digits and the point; false without a digit. Moves *@at behind them. */
static bool take_digits(const char *text, size_t size, size_t *at,
			struct decimal *decimal)
{
	bool any = false;
	bool point = false;

	for (; *at < size; (*at)++) {
		char c = text[*at];

		if (c == '.' && !point && any) {
			point = true;
			continue;
		}
		if (!is_digit(c))
			break;
		any = true;
		add_digit(decimal, c);
		decimal->exponent -= point;
	}
	return any;
}

/* e5, E+5 or e-5, or nothing. */
static bool take_exponent(const char *text, size_t size, size_t *at,
			  struct decimal *decimal)
{
	int64_t value = 0;
	bool negative;
	size_t first;

	if (*at == size)
		return true;
	if (text[*at] != 'e' && text[*at] != 'E')
		return false;
	(*at)++;
	negative = *at < size && text[*at] == '-';
	if (*at < size && (text[*at] == '-' || text[*at] == '+'))
		(*at)++;
	first = *at;
	for (; *at < size && is_digit(text[*at]); (*at)++)
		value = value < EXPONENT_MAX ? value * 10 + (text[*at] - '0') : value;
	decimal->exponent += negative ? -value : value;
	return *at > first && *at == size;
}

/* m * 2^exponent, with the highest bit of m set and the lowest set if there was more. */
struct binary {
	uint64_t mantissa;
	int32_t exponent;
};

static uint32_t big_bits(const struct big *big)
{
	return big->count * 32 - (uint32_t)__builtin_clz(big->words[big->count - 1]);
}

static void big_add(struct big *big, uint32_t addend)
{
	uint64_t carry = addend;

	for (uint32_t i = 0; i < big->count && carry != 0; i++) {
		carry += big->words[i];
		big->words[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0)
		big->words[big->count++] = (uint32_t)carry;
}

static void big_shift_left(struct big *big, uint32_t bits)
{
	for (; bits >= 31; bits -= 31)
		big_multiply(big, UINT32_C(1) << 31);
	big_multiply(big, UINT32_C(1) << bits);
}

/* Whether @a is at least @b, of as many words or fewer. */
static bool big_at_least(const struct big *a, const struct big *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	for (uint32_t i = a->count; i-- > 0;) {
		if (a->words[i] != b->words[i])
			return a->words[i] > b->words[i];
	}
	return true;
}

/* @a - @b, which is no larger. */
static void big_subtract(struct big *a, const struct big *b)
{
	uint64_t borrow = 0;

	for (uint32_t i = 0; i < a->count; i++) {
		uint64_t other = (i < b->count ? b->words[i] : 0) + borrow;

		borrow = a->words[i] < other;
		a->words[i] = (uint32_t)(a->words[i] - other);
	}
	while (a->count > 0 && a->words[a->count - 1] == 0)
		a->count--;
}

/* The first 64 bits of @a / @b; both are spent. */
static struct binary divide(struct big *a, struct big *b)
{
	int32_t shift = (int32_t)big_bits(a) - (int32_t)big_bits(b);
	struct binary out = { 0, shift - 63 };

	big_shift_left(shift < 0 ? a : b, (uint32_t)(shift < 0 ? -shift : shift));
	if (!big_at_least(a, b)) { /* then twice @a is, so that the first bit is a one */
		big_multiply(a, 2);
		out.exponent--;
	}
	for (uint32_t i = 0; i < 64; i++) {
		bool one = big_at_least(a, b);

		if (one)
			big_subtract(a, b);
		out.mantissa = out.mantissa << 1 | one;
		big_multiply(a, 2);
	}
	out.mantissa |= a->count != 0;
	return out;
}

static struct binary to_binary(const struct decimal *decimal)
{
	struct big numerator = { { 0 }, 0 };
	struct big denominator = { { 1 }, 1 };
	struct big *scaled = decimal->exponent < 0 ? &denominator : &numerator;
	struct binary out;

	for (uint32_t i = 0; i < decimal->count; i++) {
		big_multiply(&numerator, 10);
		if (numerator.count == 0)
			numerator.count = 1;
		big_add(&numerator, (uint32_t)(decimal->digits[i] - '0'));
	}
	/* Ten is twice five, and the twos are the exponent. */
	for (int64_t i = decimal->exponent; i != 0; i += i < 0 ? 1 : -1)
		big_multiply(scaled, 5);
	out = divide(&numerator, &denominator);
	out.exponent += (int32_t)decimal->exponent;
	return out;
}

struct float_shape {
	uint32_t mantissa_bits; /* with the hidden one */
	int32_t exponent_min;   /* of the lowest bit of the smallest number */
	uint32_t exponent_count;
	uint32_t sign_bit;
};

static const struct float_shape shapes[] = {
	[CAPNP_FLOAT32] = { 24, -149, 255, 31 },
	[CAPNP_FLOAT64] = { 53, -1074, 2047, 63 },
};

/* The bits of the nearest number, halfway the even one; false if it is infinity. */
static bool round_binary(struct binary value, const struct float_shape *shape,
			 uint64_t *out)
{
	int32_t drop = 64 - (int32_t)shape->mantissa_bits;
	uint64_t mantissa;
	uint64_t rest;
	uint64_t half;
	int32_t biased;

	if (value.exponent + drop < shape->exponent_min)
		drop = shape->exponent_min - value.exponent;
	biased = value.exponent + drop - shape->exponent_min; /* 0: subnormal, or 1 */
	if (drop > 64) {
		*out = 0; /* less than half of the smallest */
		return true;
	}
	mantissa = drop == 64 ? 0 : value.mantissa >> drop;
	rest = drop == 64 ? value.mantissa : value.mantissa << (64 - drop);
	half = UINT64_C(1) << 63;
	if (rest > half || (rest == half && (mantissa & 1)))
		mantissa++;
	/* The hidden bit adds the one that makes biased the exponent; so does a carry. */
	*out = ((uint64_t)biased << (shape->mantissa_bits - 1)) + mantissa;
	return *out < (uint64_t)shape->exponent_count << (shape->mantissa_bits - 1);
}

bool capnp_decimal_parse(const char *text, size_t size, enum capnp_float_format format,
			 uint64_t *out_bits)
{
	const struct float_shape *shape = &shapes[format];
	struct decimal decimal = { .count = 0 };
	bool negative = size > 0 && text[0] == '-';
	size_t at = negative;
	int64_t magnitude;
	bool finite = true;

	*out_bits = 0;
	if (!take_digits(text, size, &at, &decimal) ||
	    !take_exponent(text, size, &at, &decimal))
		return false;
	magnitude = decimal.count + decimal.exponent; /* below 10^magnitude */
	if (magnitude > MAGNITUDE_MAX && decimal.count != 0)
		finite = false;
	else if (magnitude >= MAGNITUDE_MIN && decimal.count != 0)
		finite = round_binary(to_binary(&decimal), shape, out_bits);
	if (!finite)
		*out_bits = (uint64_t)shape->exponent_count << (shape->mantissa_bits - 1);
	*out_bits |= (uint64_t)negative << shape->sign_bit;
	return finite;
}

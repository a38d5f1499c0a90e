/* SPDX-License-Identifier: MIT */
/* token.c - see token.h. */
#include "core/capnp/token.h"

static char byte_at(const struct capnp_lexer *lexer, uint32_t at)
{
	return at < lexer->text.size ? lexer->text.bytes[at] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct capnp_lexer *lexer)
{
	bool comment = false;

	for (; lexer->at < lexer->text.size; lexer->at++) {
		char c = lexer->text.bytes[lexer->at];

		if (c == '#')
			comment = true;
		else if (c == '\n')
			comment = false;
		else if (!comment && !is_blank(c))
			return;
	}
}

/* The token from the lexer's place to @end, whose text is from @first to @last. */
static struct capnp_token take(struct capnp_lexer *lexer, enum capnp_token_kind kind,
			       uint32_t first, uint32_t last, uint32_t end)
{
	struct capnp_token token = {
		kind, { lexer->text.bytes + first, last - first }, lexer->at, end
	};

	lexer->at = end;
	return token;
}

/* From the opening quote at @quote. */
static struct capnp_token take_quoted(struct capnp_lexer *lexer,
				      enum capnp_token_kind kind, uint32_t quote)
{
	uint32_t size = lexer->text.size;
	uint32_t end = quote + 1;

	while (end < size && byte_at(lexer, end) != '"' && byte_at(lexer, end) != '\n')
		end += byte_at(lexer, end) == '\\' && end + 1 < size ? 2 : 1;
	if (byte_at(lexer, end) != '"')
		return take(lexer, CAPNP_TOKEN_UNTERMINATED, lexer->at, end, end);
	return take(lexer, kind, quote + 1, end, end + 1);
}

/* The name from @first on. */
static struct capnp_token take_name(struct capnp_lexer *lexer, enum capnp_token_kind kind,
				    uint32_t first)
{
	uint32_t end = first;
	char c = byte_at(lexer, end);

	while (is_letter(c) || is_digit(c) || c == '-')
		c = byte_at(lexer, ++end);
	return take(lexer, kind, first, end, end);
}

/* Digits, letters and points, and the sign of an exponent. */
static struct capnp_token take_number(struct capnp_lexer *lexer)
{
	uint32_t first = lexer->at + !is_digit(byte_at(lexer, lexer->at));
	char base = byte_at(lexer, first + 1);
	bool decimal = byte_at(lexer, first) != '0' || (base != 'x' && base != 'b');
	uint32_t end = first + 1;

	for (;; end++) {
		char c = byte_at(lexer, end);
		char before = byte_at(lexer, end - 1);
		bool sign = decimal && (c == '-' || c == '+') &&
			    (before == 'e' || before == 'E');

		if (!is_letter(c) && !is_digit(c) && c != '.' && !sign)
			return take(lexer, CAPNP_TOKEN_NUMBER, lexer->at, end, end);
	}
}

static bool is_punctuation(char c)
{
	static const char characters[] = "=()[]{},:.-";

	for (size_t i = 0; i < sizeof(characters) - 1; i++) {
		if (characters[i] == c)
			return true;
	}
	return false;
}

static bool starts_number(const struct capnp_lexer *lexer)
{
	char c = byte_at(lexer, lexer->at);

	if (c == '-' || c == '+')
		c = byte_at(lexer, lexer->at + 1);
	return is_digit(c);
}

struct capnp_token capnp_lexer_next(struct capnp_lexer *lexer)
{
	skip_blanks(lexer);

	uint32_t at = lexer->at;
	char c = byte_at(lexer, at);

	if (at >= lexer->text.size)
		return take(lexer, CAPNP_TOKEN_END, at, at, at);
	if (c == '"')
		return take_quoted(lexer, CAPNP_TOKEN_TEXT, at);
	if (c == '0' && byte_at(lexer, at + 1) == 'x' && byte_at(lexer, at + 2) == '"')
		return take_quoted(lexer, CAPNP_TOKEN_DATA, at + 2);
	if (starts_number(lexer))
		return take_number(lexer);
	if (is_letter(c))
		return take_name(lexer, CAPNP_TOKEN_WORD, at);
	if (c == '@')
		return take_name(lexer, CAPNP_TOKEN_CAPABILITY, at + 1);
	return take(lexer,
		    is_punctuation(c) ? CAPNP_TOKEN_PUNCTUATION : CAPNP_TOKEN_STRAY, at,
		    at + 1, at + 1);
}

struct capnp_token capnp_lexer_peek(const struct capnp_lexer *lexer)
{
	struct capnp_lexer copy = *lexer;

	return capnp_lexer_next(&copy);
}

bool capnp_token_is(struct capnp_token token, char punctuation)
{
	return token.kind == CAPNP_TOKEN_PUNCTUATION &&
	       token.text.bytes[0] == punctuation;
}

static bool opens(struct capnp_token token)
{
	return capnp_token_is(token, '(') || capnp_token_is(token, '[');
}

static bool closes(struct capnp_token token)
{
	return capnp_token_is(token, ')') || capnp_token_is(token, ']');
}

bool capnp_lexer_skip_value(struct capnp_lexer *lexer)
{
	struct capnp_token token = capnp_lexer_next(lexer);
	enum capnp_token_kind first = token.kind;
	uint32_t depth = opens(token);

	if (capnp_token_is(token, '-')) /* - 5, -inf */
		token = capnp_lexer_next(lexer);
	if (first == CAPNP_TOKEN_CAPABILITY && opens(capnp_lexer_peek(lexer))) {
		(void)capnp_lexer_next(lexer);
		depth = 1;
	}
	while (depth > 0 && token.kind != CAPNP_TOKEN_END) {
		token = capnp_lexer_next(lexer);
		depth += opens(token);
		depth -= closes(token);
	}
	while (first == CAPNP_TOKEN_TEXT &&
	       capnp_lexer_peek(lexer).kind == CAPNP_TOKEN_TEXT)
		(void)capnp_lexer_next(lexer);
	return token.kind != CAPNP_TOKEN_END;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Two digits at @at; -1 if they are not there. */
static int hex_pair(struct capnp_text source, uint32_t at)
{
	if (at + 1 >= source.size)
		return -1;

	int high = hex_digit(source.bytes[at]);
	int low = hex_digit(source.bytes[at + 1]);

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Up to three octal digits at *@at, moved behind them; -1 if they are no byte. */
static int take_octal(struct capnp_text source, uint32_t *at)
{
	int value = 0;

	for (uint32_t i = 0; i < 3 && *at < source.size; i++, (*at)++) {
		char c = source.bytes[*at];

		if (c < '0' || c > '7')
			break;
		value = value * 8 + (c - '0');
	}
	return value > 0xff ? -1 : value;
}

/* Decodes the escape whose backslash stands at *@at and moves behind it; -1 if it is none. */
static int take_escape(struct capnp_text source, uint32_t *at)
{
	static const char escapes[] = "a\ab\bf\fn\nr\rt\tv\ve\x1b\\\\\"\"''??";
	char c = *at + 1 < source.size ? source.bytes[*at + 1] : '\0';

	*at += 2;
	if (c == 'x') {
		*at += 2;
		return hex_pair(source, *at - 2);
	}
	if (c >= '0' && c <= '7') {
		(*at)--;
		return take_octal(source, at);
	}
	for (size_t i = 0; i + 1 < sizeof(escapes); i += 2) {
		if (escapes[i] == c)
			return escapes[i + 1];
	}
	return -1;
}

/* The next byte of a text. */
static int take_text_byte(struct capnp_text source, uint32_t *at)
{
	if (source.bytes[*at] == '\\')
		return take_escape(source, at);
	return (uint8_t)source.bytes[(*at)++];
}

/* The next byte of data, which may be behind blanks. */
static int take_data_byte(struct capnp_text source, uint32_t *at)
{
	int byte = hex_pair(source, *at);

	*at += 2;
	return byte;
}

static bool is_gap(char c)
{
	return is_blank(c) || c == '_';
}

enum capnp_decode_result capnp_token_decode(struct capnp_token token, char *out,
					    uint32_t capacity, uint32_t *out_size)
{
	bool is_data = token.kind == CAPNP_TOKEN_DATA;
	uint32_t at = 0;

	*out_size = 0;
	while (at < token.text.size) {
		int byte;

		if (is_data && is_gap(token.text.bytes[at])) {
			at++;
			continue;
		}
		byte = is_data ? take_data_byte(token.text, &at)
			       : take_text_byte(token.text, &at);
		if (byte < 0)
			return is_data ? CAPNP_DECODE_DIGIT : CAPNP_DECODE_ESCAPE;
		if (out && *out_size == capacity)
			return CAPNP_DECODE_NO_ROOM;
		if (out)
			out[*out_size] = (char)byte;
		(*out_size)++;
	}
	return CAPNP_DECODE_OK;
}

/* Takes 0x, 0b or 0 off @text. */
static uint32_t take_base(const struct capnp_text *text, uint32_t *at)
{
	char first = *at < text->size ? text->bytes[*at] : '\0';
	char second = *at + 1 < text->size ? text->bytes[*at + 1] : '\0';

	if (first != '0' || second == '\0')
		return 10;
	*at += second == 'x' || second == 'b' ? 2 : 1;
	return second == 'x' ? 16 : second == 'b' ? 2 : 8;
}

bool capnp_token_integer(struct capnp_text text, struct capnp_integer *out)
{
	uint32_t at = text.size > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+');
	uint32_t base;

	*out = (struct capnp_integer){ .is_negative = at == 1 && text.bytes[0] == '-' };
	base = take_base(&text, &at);
	if (at == text.size || text.bytes[at] == '_')
		return false;
	for (; at < text.size; at++) {
		int digit = hex_digit(text.bytes[at]);

		if (text.bytes[at] == '_')
			continue;
		if (digit < 0 || (uint32_t)digit >= base)
			return false;
		if (__builtin_mul_overflow(out->magnitude, base, &out->magnitude) ||
		    __builtin_add_overflow(out->magnitude, (uint64_t)digit,
					   &out->magnitude))
			out->is_too_large = true;
	}
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * lexer.c - see lexer.h.
 */
#include "programs/shell/lexer.h"

static char byte_at(const struct lexer *lexer, size_t at)
{
	return at < lexer->line.size ? lexer->line.bytes[at] : '\0';
}

static struct token token_between(const struct lexer *lexer, enum token_kind kind,
				  size_t start, size_t end, size_t column)
{
	return (struct token){ kind, { lexer->line.bytes + start, end - start }, column };
}

void lexer_init(struct lexer *lexer, struct text line)
{
	*lexer = (struct lexer){ .line = line };
}

static void skip_blanks(struct lexer *lexer)
{
	while (lexer->at < lexer->line.size && text_is_blank(byte_at(lexer, lexer->at)))
		lexer->at++;
	if (byte_at(lexer, lexer->at) == '#')
		lexer->at = lexer->line.size;
}

/* From the opening quote at @quote; the token starts at @column. */
static struct token take_quoted(struct lexer *lexer, enum token_kind kind, size_t quote,
				size_t column)
{
	size_t end = quote + 1;

	while (end < lexer->line.size && byte_at(lexer, end) != '"')
		end += byte_at(lexer, end) == '\\' ? 2 : 1;
	if (end >= lexer->line.size) {
		lexer->at = lexer->line.size;
		return token_between(lexer, TOKEN_UNTERMINATED, column, lexer->at,
				     column);
	}
	lexer->at = end + 1;
	return token_between(lexer, kind, quote + 1, end, column);
}

/* The name from @start on; the token starts at the lexer's place. */
static struct token take_name(struct lexer *lexer, enum token_kind kind, size_t start)
{
	size_t column = lexer->at;
	size_t end = start;

	while (end < lexer->line.size && text_is_name(byte_at(lexer, end)))
		end++;
	lexer->at = end;
	return token_between(lexer, kind, start, end, column);
}

static struct token take_number(struct lexer *lexer)
{
	size_t column = lexer->at;
	size_t end = column + 1;
	char c = byte_at(lexer, end);

	while (text_is_letter(c) || text_is_digit(c) || c == '.')
		c = byte_at(lexer, ++end);
	lexer->at = end;
	return token_between(lexer, TOKEN_NUMBER, column, end, column);
}

static bool is_punctuation(char c)
{
	static const char characters[] = "=()[]{},:.";

	for (size_t i = 0; i < sizeof(characters) - 1; i++) {
		if (characters[i] == c)
			return true;
	}
	return false;
}

static bool starts_number(const struct lexer *lexer)
{
	char c = byte_at(lexer, lexer->at);

	if (c == '-' || c == '+')
		c = byte_at(lexer, lexer->at + 1);
	return text_is_digit(c);
}

struct token lexer_next(struct lexer *lexer)
{
	skip_blanks(lexer);

	size_t at = lexer->at;
	char c = byte_at(lexer, at);

	if (at >= lexer->line.size)
		return token_between(lexer, TOKEN_END, at, at, at);
	if (c == '"')
		return take_quoted(lexer, TOKEN_TEXT, at, at);
	if (c == '0' && byte_at(lexer, at + 1) == 'x' && byte_at(lexer, at + 2) == '"')
		return take_quoted(lexer, TOKEN_DATA, at + 2, at);
	if (starts_number(lexer))
		return take_number(lexer);
	if (text_is_letter(c))
		return take_name(lexer, TOKEN_WORD, at);
	if (c == '@')
		return take_name(lexer, TOKEN_CAPABILITY, at + 1);
	lexer->at++;
	return token_between(lexer, is_punctuation(c) ? TOKEN_PUNCTUATION : TOKEN_STRAY,
			     at, at + 1, at);
}

struct token lexer_peek(const struct lexer *lexer)
{
	struct lexer copy = *lexer;

	return lexer_next(&copy);
}

struct token lexer_argument(struct lexer *lexer)
{
	skip_blanks(lexer);

	size_t start = lexer->at;
	size_t end = start;

	if (byte_at(lexer, start) == '"')
		return take_quoted(lexer, TOKEN_TEXT, start, start);
	while (end < lexer->line.size && !text_is_blank(byte_at(lexer, end)))
		end++;
	lexer->at = end;
	return token_between(lexer, start == end ? TOKEN_END : TOKEN_WORD, start, end,
			     start);
}

bool token_is(struct token token, char punctuation)
{
	return token.kind == TOKEN_PUNCTUATION && token.text.bytes[0] == punctuation;
}

static int hex_digit(char c)
{
	if (text_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Two digits at @at; -1 if they are not there. */
static int hex_pair(struct text source, size_t at)
{
	if (at + 1 >= source.size)
		return -1;

	int high = hex_digit(source.bytes[at]);
	int low = hex_digit(source.bytes[at + 1]);

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* The byte that a backslash and @c stand for; -1 if nothing. */
static int simple_escape(char c)
{
	static const char escapes[] = "n\nr\rt\te\x1b\\\\\"\"";

	if (c == '0')
		return 0;
	for (size_t i = 0; i + 1 < sizeof(escapes); i += 2) {
		if (escapes[i] == c)
			return escapes[i + 1];
	}
	return -1;
}

/* Decodes the escape whose backslash stands at *@at and moves behind it. */
static int take_escape(struct text source, size_t *at)
{
	char c = *at + 1 < source.size ? source.bytes[*at + 1] : '\xff';
	int byte = c == 'x' ? hex_pair(source, *at + 2) : simple_escape(c);

	*at += c == 'x' ? 4 : 2;
	return byte;
}

enum decode_result lexer_decode_text(struct text source, char *out, size_t capacity,
				     size_t *size)
{
	size_t at = 0;

	*size = 0;
	while (at < source.size) {
		int byte = (uint8_t)source.bytes[at];

		if (byte == '\\')
			byte = take_escape(source, &at);
		else
			at++;
		if (byte < 0)
			return DECODE_BAD_ESCAPE;
		if (*size == capacity)
			return DECODE_NO_ROOM;
		out[(*size)++] = (char)byte;
	}
	return DECODE_OK;
}

enum decode_result lexer_decode_data(struct text source, char *out, size_t capacity,
				     size_t *size)
{
	size_t at = 0;

	*size = 0;
	while (at < source.size) {
		if (text_is_blank(source.bytes[at]) || source.bytes[at] == '_') {
			at++;
			continue;
		}

		int byte = hex_pair(source, at);

		if (byte < 0)
			return DECODE_BAD_DIGIT;
		if (*size == capacity)
			return DECODE_NO_ROOM;
		out[(*size)++] = (char)byte;
		at += 2;
	}
	return DECODE_OK;
}

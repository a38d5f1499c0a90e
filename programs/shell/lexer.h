/* SPDX-License-Identifier: MIT */
/*
 * lexer.h - a command line as tokens.
 *
 *   word        hello  Timer  maxRecords      capability  @console
 *   number      42  -7  0x1f  0b101  1_000  2.5
 *   text        "a \"quoted\" text\n"          data        0x"68 65 6c"
 *   punctuation = ( ) [ ] { } , : .            comment     # to the end of the line
 *
 * Arguments of programs are read by lexer_argument(), which takes anything up to the
 * next blank. Tokens point into the line; nothing is allocated.
 */
#ifndef SHELL_LEXER_H
#define SHELL_LEXER_H

#include "programs/shell/text.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_CAPABILITY, /* text without the @ */
	TOKEN_NUMBER,
	TOKEN_TEXT, /* text without the quotes, escapes undecoded */
	TOKEN_DATA, /* text without 0x and the quotes */
	TOKEN_PUNCTUATION,
	TOKEN_UNTERMINATED, /* a text without its closing quote */
	TOKEN_STRAY,        /* a character that starts nothing */
};

struct token {
	enum token_kind kind;
	struct text text;
	size_t column; /* from 0 */
};

struct lexer {
	struct text line;
	size_t at;
};

void lexer_init(struct lexer *lexer, struct text line);
struct token lexer_next(struct lexer *lexer);

/* The next token without taking it. */
struct token lexer_peek(const struct lexer *lexer);

/* A text, or everything up to the next blank as a word. */
struct token lexer_argument(struct lexer *lexer);

bool token_is(struct token token, char punctuation);

enum decode_result {
	DECODE_OK,
	DECODE_BAD_ESCAPE, /* not \n \r \t \e \0 \\ \" \xHH */
	DECODE_BAD_DIGIT,  /* data is pairs of hexadecimal digits */
	DECODE_NO_ROOM,
};

/* Writes what the text of a TOKEN_TEXT or TOKEN_DATA stands for to @out. */
enum decode_result lexer_decode_text(struct text source, char *out, size_t capacity,
				     size_t *size);
enum decode_result lexer_decode_data(struct text source, char *out, size_t capacity,
				     size_t *size);

#endif /* SHELL_LEXER_H */

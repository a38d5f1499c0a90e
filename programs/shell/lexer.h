/* SPDX-License-Identifier: MIT */
/*
 * lexer.h - a command line as the tokens of core/capnp/token.h.
 *
 * Arguments of programs are read by lexer_argument(), which takes anything up to the
 * next blank. Tokens point into the line; nothing is allocated.
 */
#ifndef SHELL_LEXER_H
#define SHELL_LEXER_H

#include "core/capnp/token.h"
#include "programs/shell/text.h"

struct token {
	enum capnp_token_kind kind;
	struct text text;
	size_t column; /* from 0 */
};

struct lexer {
	struct capnp_lexer core;
};

void lexer_init(struct lexer *lexer, struct text line);
struct token lexer_next(struct lexer *lexer);

/* The next token without taking it. */
struct token lexer_peek(const struct lexer *lexer);

/* A text, or everything up to the next blank as a word. */
struct token lexer_argument(struct lexer *lexer);

/* Past the next value; what of it there is. Empty at the end of the line. */
struct text lexer_value(struct lexer *lexer);

bool token_is(struct token token, char punctuation);

/* Writes what the text of a TEXT stands for to @out. */
enum capnp_decode_result lexer_decode_text(struct text source, char *out, size_t capacity,
					   size_t *size);

#endif /* SHELL_LEXER_H */

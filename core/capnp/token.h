/* SPDX-License-Identifier: MIT */
/*
 * token.h - values as text, piece by piece: what parse.h and the shell read.
 *
 *   word        hello  Timer  maxRecords      capability  @console
 *   number      42  -7  0x1f  0b101  017  1_000  2.5  1e-5
 *   text        "a \"quoted\" text\n"          data        0x"68 65 6c"
 *   punctuation = ( ) [ ] { } , : . -          comment     # to the end of the line
 *
 * Tokens point into the text; nothing is allocated.
 *
 *   tests    token_test.c
 */
#ifndef CORE_CAPNP_TOKEN_H
#define CORE_CAPNP_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/reader.h"

enum capnp_token_kind : uint8_t {
	CAPNP_TOKEN_END,
	CAPNP_TOKEN_WORD,
	CAPNP_TOKEN_CAPABILITY, /* text without the @ */
	CAPNP_TOKEN_NUMBER,
	CAPNP_TOKEN_TEXT, /* text without the quotes, escapes undecoded */
	CAPNP_TOKEN_DATA, /* text without 0x and the quotes */
	CAPNP_TOKEN_PUNCTUATION,
	CAPNP_TOKEN_UNTERMINATED, /* a text whose line ends before its closing quote */
	CAPNP_TOKEN_STRAY,        /* a character that starts nothing */
};

struct capnp_token {
	enum capnp_token_kind kind;
	struct capnp_text text;
	uint32_t start; /* from here on it is written, */
	uint32_t end;   /* to here; both in bytes from the start of the whole text */
};

struct capnp_lexer {
	struct capnp_text text;
	uint32_t at;
};

static inline void capnp_lexer_init(struct capnp_lexer *lexer, struct capnp_text text)
{
	*lexer = (struct capnp_lexer){ .text = text };
}

/* The next token, and past it; at the end of the text END, as often as asked. */
struct capnp_token capnp_lexer_next(struct capnp_lexer *lexer);

/* The next token without taking it. */
struct capnp_token capnp_lexer_peek(const struct capnp_lexer *lexer);

/*
 * Past the next value: one token, a text and those right after it, a capability and its
 * interface, or all from a bracket to the one that closes it. What is no value is passed
 * over in the same way; false if the text ends before.
 */
bool capnp_lexer_skip_value(struct capnp_lexer *lexer);

bool capnp_token_is(struct capnp_token token, char punctuation);

enum capnp_decode_result : uint8_t {
	CAPNP_DECODE_OK,
	CAPNP_DECODE_ESCAPE,  /* not \n \\ \" \x1f \33 or another of C's, or \e */
	CAPNP_DECODE_DIGIT,   /* data is pairs of hexadecimal digits */
	CAPNP_DECODE_NO_ROOM, /* longer than @capacity */
};

/*
 * Writes the bytes that a TEXT or DATA stands for to @out, and how many to @out_size; a
 * null @out only counts them.
 */
enum capnp_decode_result capnp_token_decode(struct capnp_token token, char *out,
					    uint32_t capacity, uint32_t *out_size);

/* An integer as it was written. */
struct capnp_integer {
	bool is_negative;
	bool is_too_large; /* the magnitude has more than 64 bits */
	uint64_t magnitude;
};

/* Reads the text of a NUMBER: decimal, 0x, 0b, or octal behind a 0. False if it is none. */
[[nodiscard]] bool capnp_token_integer(struct capnp_text text, struct capnp_integer *out);

#endif /* CORE_CAPNP_TOKEN_H */

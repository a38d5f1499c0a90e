/* SPDX-License-Identifier: MIT */
/*
 * lexer.c - see lexer.h.
 */
#include "programs/shell/lexer.h"

void lexer_init(struct lexer *lexer, struct text line)
{
	capnp_lexer_init(&lexer->core,
			 (struct capnp_text){ line.bytes, (uint32_t)line.size });
}

static struct token token_of(struct capnp_token token)
{
	return (struct token){ token.kind,
			       { token.text.bytes, token.text.size },
			       token.start };
}

struct token lexer_next(struct lexer *lexer)
{
	return token_of(capnp_lexer_next(&lexer->core));
}

struct token lexer_peek(const struct lexer *lexer)
{
	return token_of(capnp_lexer_peek(&lexer->core));
}

struct token lexer_argument(struct lexer *lexer)
{
	struct token first = lexer_peek(lexer);
	size_t end = first.column;
	struct text line = { lexer->core.text.bytes, lexer->core.text.size };

	if (first.kind == CAPNP_TOKEN_END || first.kind == CAPNP_TOKEN_TEXT ||
	    line.bytes[first.column] == '"')
		return lexer_next(lexer);
	while (end < line.size && !text_is_blank(line.bytes[end]))
		end++;
	lexer->core.at = (uint32_t)end;
	return (struct token){ CAPNP_TOKEN_WORD,
			       { line.bytes + first.column, end - first.column },
			       first.column };
}

struct text lexer_value(struct lexer *lexer)
{
	size_t start = lexer_peek(lexer).column;

	(void)capnp_lexer_skip_value(&lexer->core);
	return (struct text){ lexer->core.text.bytes + start, lexer->core.at - start };
}

bool token_is(struct token token, char punctuation)
{
	return token.kind == CAPNP_TOKEN_PUNCTUATION &&
	       token.text.bytes[0] == punctuation;
}

enum capnp_decode_result lexer_decode_text(struct text source, char *out, size_t capacity,
					   size_t *size)
{
	const struct capnp_token token = {
		.kind = CAPNP_TOKEN_TEXT,
		.text = { source.bytes, (uint32_t)source.size },
	};
	uint32_t decoded;
	enum capnp_decode_result result =
		capnp_token_decode(token, out, (uint32_t)capacity, &decoded);

	*size = decoded;
	return result;
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/lexer.c programs/shell/text.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "programs/shell/lexer.h"

static void expect(struct lexer *lexer, enum token_kind kind, const char *text)
{
	struct token token = lexer_next(lexer);

	assert_int_equal(token.kind, kind);
	assert_int_equal(token.text.size, strlen(text));
	assert_memory_equal(token.text.bytes, text, token.text.size);
}

static void lexer_splits_a_call(void **state)
{
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, text_of("call @store.open name=\"he\\\"llo\" n=-0x1f # why"));
	expect(&lexer, TOKEN_WORD, "call");
	expect(&lexer, TOKEN_CAPABILITY, "store");
	expect(&lexer, TOKEN_PUNCTUATION, ".");
	expect(&lexer, TOKEN_WORD, "open");
	expect(&lexer, TOKEN_WORD, "name");
	expect(&lexer, TOKEN_PUNCTUATION, "=");
	expect(&lexer, TOKEN_TEXT, "he\\\"llo");
	expect(&lexer, TOKEN_WORD, "n");
	expect(&lexer, TOKEN_PUNCTUATION, "=");
	expect(&lexer, TOKEN_NUMBER, "-0x1f");
	expect(&lexer, TOKEN_END, "");
	expect(&lexer, TOKEN_END, "");
}

static void lexer_names_what_is_wrong(void **state)
{
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, text_of("! \"open"));
	expect(&lexer, TOKEN_STRAY, "!");
	expect(&lexer, TOKEN_UNTERMINATED, "\"open");
	expect(&lexer, TOKEN_END, "");
	lexer_init(&lexer, text_of("\"backslash at the end\\"));
	assert_int_equal(lexer_next(&lexer).kind, TOKEN_UNTERMINATED);
}

static void lexer_takes_arguments_up_to_the_blank(void **state)
{
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, text_of("  --count=5,6 \"two words\" @x"));
	assert_true(text_is(lexer_argument(&lexer).text, "--count=5,6"));
	assert_true(text_is(lexer_argument(&lexer).text, "two words"));
	assert_true(text_is(lexer_argument(&lexer).text, "@x"));
	assert_int_equal(lexer_argument(&lexer).kind, TOKEN_END);
}

static void lexer_decodes_escapes_and_data(void **state)
{
	char out[8];
	size_t size;

	(void)state;
	assert_int_equal(
		lexer_decode_text(text_of("a\\n\\x41\\\\\\\"\\0"), out, 8, &size),
		DECODE_OK);
	assert_int_equal(size, 6);
	assert_memory_equal(out, "a\nA\\\"\0", 6);
	assert_int_equal(lexer_decode_text(text_of("\\q"), out, 8, &size),
			 DECODE_BAD_ESCAPE);
	assert_int_equal(lexer_decode_text(text_of("\\x4"), out, 8, &size),
			 DECODE_BAD_ESCAPE);
	assert_int_equal(lexer_decode_text(text_of("123456789"), out, 8, &size),
			 DECODE_NO_ROOM);
	assert_int_equal(lexer_decode_data(text_of("0A fF_00"), out, 8, &size),
			 DECODE_OK);
	assert_int_equal(size, 3);
	assert_memory_equal(out, "\x0a\xff\x00", 3);
	assert_int_equal(lexer_decode_data(text_of("0"), out, 8, &size),
			 DECODE_BAD_DIGIT);
	assert_int_equal(lexer_decode_data(text_of("zz"), out, 8, &size),
			 DECODE_BAD_DIGIT);
}

/* Every prefix and every single-byte change ends, with tokens inside the line. */
static void lexer_survives_any_bytes(void **state)
{
	static const char line[] = "run \"a\\x\" 0x\"z {@:=.[-+_ #";
	char copy[sizeof(line)];

	(void)state;
	for (size_t change = 0; change < sizeof(line) * 256; change++) {
		struct lexer lexer;
		struct token token;

		memcpy(copy, line, sizeof(line));
		copy[change / 256] = (char)change;
		lexer_init(&lexer, (struct text){ copy, change % sizeof(line) });
		do {
			token = lexer_next(&lexer);
			assert_true(token.text.bytes >= copy);
			assert_true(token.text.bytes + token.text.size <=
				    copy + sizeof(line));
		} while (token.kind != TOKEN_END);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lexer_splits_a_call),
		cmocka_unit_test(lexer_names_what_is_wrong),
		cmocka_unit_test(lexer_takes_arguments_up_to_the_blank),
		cmocka_unit_test(lexer_decodes_escapes_and_data),
		cmocka_unit_test(lexer_survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

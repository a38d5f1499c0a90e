/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/lexer.c programs/shell/text.c @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "programs/shell/lexer.h"

static void expect(struct lexer *lexer, enum capnp_token_kind kind, const char *text)
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
	expect(&lexer, CAPNP_TOKEN_WORD, "call");
	expect(&lexer, CAPNP_TOKEN_CAPABILITY, "store");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, ".");
	expect(&lexer, CAPNP_TOKEN_WORD, "open");
	expect(&lexer, CAPNP_TOKEN_WORD, "name");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "=");
	expect(&lexer, CAPNP_TOKEN_TEXT, "he\\\"llo");
	expect(&lexer, CAPNP_TOKEN_WORD, "n");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "=");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "-0x1f");
	expect(&lexer, CAPNP_TOKEN_END, "");
	expect(&lexer, CAPNP_TOKEN_END, "");
}

static void lexer_names_what_is_wrong(void **state)
{
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, text_of("! \"open"));
	expect(&lexer, CAPNP_TOKEN_STRAY, "!");
	expect(&lexer, CAPNP_TOKEN_UNTERMINATED, "\"open");
	expect(&lexer, CAPNP_TOKEN_END, "");
	lexer_init(&lexer, text_of("\"backslash at the end\\"));
	assert_int_equal(lexer_next(&lexer).kind, CAPNP_TOKEN_UNTERMINATED);
}

static void lexer_takes_arguments_up_to_the_blank(void **state)
{
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, text_of("  --count=5,6 \"two words\" @x"));
	assert_true(text_is(lexer_argument(&lexer).text, "--count=5,6"));
	assert_true(text_is(lexer_argument(&lexer).text, "two words"));
	assert_true(text_is(lexer_argument(&lexer).text, "@x"));
	assert_int_equal(lexer_argument(&lexer).kind, CAPNP_TOKEN_END);
}

static void lexer_takes_values_whole(void **state)
{
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, text_of(" (a = [1, 2]) \"x\" \"y\" 5 @c (Timer)"));
	assert_true(text_is(lexer_value(&lexer), "(a = [1, 2])"));
	assert_true(text_is(lexer_value(&lexer), "\"x\" \"y\""));
	assert_true(text_is(lexer_value(&lexer), "5"));
	assert_true(text_is(lexer_value(&lexer), "@c (Timer)"));
	assert_true(text_is(lexer_value(&lexer), ""));
}

static void lexer_decodes_escapes(void **state)
{
	char out[8];
	size_t size;

	(void)state;
	assert_int_equal(
		lexer_decode_text(text_of("a\\n\\x41\\\\\\\"\\0"), out, 8, &size),
		CAPNP_DECODE_OK);
	assert_int_equal(size, 6);
	assert_memory_equal(out, "a\nA\\\"\0", 6);
	assert_int_equal(lexer_decode_text(text_of("\\q"), out, 8, &size),
			 CAPNP_DECODE_ESCAPE);
	assert_int_equal(lexer_decode_text(text_of("123456789"), out, 8, &size),
			 CAPNP_DECODE_NO_ROOM);
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
		} while (token.kind != CAPNP_TOKEN_END);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lexer_splits_a_call),
		cmocka_unit_test(lexer_names_what_is_wrong),
		cmocka_unit_test(lexer_takes_arguments_up_to_the_blank),
		cmocka_unit_test(lexer_takes_values_whole),
		cmocka_unit_test(lexer_decodes_escapes),
		cmocka_unit_test(lexer_survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

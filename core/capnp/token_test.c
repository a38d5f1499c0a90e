/* SPDX-License-Identifier: MIT */
/* token_test.c - one case per promise of token.h. */
// TEST-LINK: core/capnp/token.c core/capnp/reader.c
#include "core/capnp/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct capnp_text text(const char *string)
{
	return (struct capnp_text){ string, (uint32_t)strlen(string) };
}

static void expect(struct capnp_lexer *lexer, enum capnp_token_kind kind,
		   const char *string)
{
	struct capnp_token token = capnp_lexer_next(lexer);

	assert_int_equal(token.kind, kind);
	assert_true(capnp_text_equals(token.text, string));
	assert_int_equal(lexer->at, token.end);
}

static void a_text_is_split_into_tokens(void **state)
{
	struct capnp_lexer lexer;

	(void)state;
	capnp_lexer_init(&lexer,
			 text("call @store.open name=\"he\\\"llo\"\r\n\t# why (\n "
			      "n=-0x1f+5{0x\"00 ff\",a-b:-inf}"));
	expect(&lexer, CAPNP_TOKEN_WORD, "call");
	assert_int_equal(capnp_lexer_peek(&lexer).kind, CAPNP_TOKEN_CAPABILITY);
	expect(&lexer, CAPNP_TOKEN_CAPABILITY, "store");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, ".");
	expect(&lexer, CAPNP_TOKEN_WORD, "open");
	expect(&lexer, CAPNP_TOKEN_WORD, "name");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "=");
	expect(&lexer, CAPNP_TOKEN_TEXT, "he\\\"llo");
	expect(&lexer, CAPNP_TOKEN_WORD, "n");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "=");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "-0x1f");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "+5");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "{");
	expect(&lexer, CAPNP_TOKEN_DATA, "00 ff");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, ",");
	expect(&lexer, CAPNP_TOKEN_WORD, "a-b");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, ":");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "-");
	expect(&lexer, CAPNP_TOKEN_WORD, "inf");
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, "}");
	expect(&lexer, CAPNP_TOKEN_END, "");
	expect(&lexer, CAPNP_TOKEN_END, "");
}

static void exponents_have_signs_and_hexadecimal_has_none(void **state)
{
	struct capnp_lexer lexer;

	(void)state;
	capnp_lexer_init(&lexer, text("1e-5 2.5E+7 0x1e-5 0e-1"));
	expect(&lexer, CAPNP_TOKEN_NUMBER, "1e-5");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "2.5E+7");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "0x1e");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "-5");
	expect(&lexer, CAPNP_TOKEN_NUMBER, "0e-1");
}

static void what_is_no_token_is_stray_or_unterminated(void **state)
{
	struct capnp_lexer lexer;

	(void)state;
	capnp_lexer_init(&lexer, text("! \"open\n;\"backslash at the end\\"));
	expect(&lexer, CAPNP_TOKEN_STRAY, "!");
	expect(&lexer, CAPNP_TOKEN_UNTERMINATED, "\"open");
	expect(&lexer, CAPNP_TOKEN_STRAY, ";");
	expect(&lexer, CAPNP_TOKEN_UNTERMINATED, "\"backslash at the end\\");
	expect(&lexer, CAPNP_TOKEN_END, "");
	capnp_lexer_init(&lexer, text("0x\"00"));
	expect(&lexer, CAPNP_TOKEN_UNTERMINATED, "0x\"00");
}

static void values_are_passed_over_whole(void **state)
{
	struct capnp_lexer lexer;

	(void)state;
	capnp_lexer_init(&lexer,
			 text("- 5 \"a\" \"b\" [1, (x = [])], @cap (Timer) word ("));
	for (size_t i = 0; i < 3; i++)
		assert_true(capnp_lexer_skip_value(&lexer));
	expect(&lexer, CAPNP_TOKEN_PUNCTUATION, ",");
	assert_true(capnp_lexer_skip_value(&lexer));
	assert_true(capnp_lexer_skip_value(&lexer));
	assert_false(capnp_lexer_skip_value(&lexer));
	assert_false(capnp_lexer_skip_value(&lexer));
}

static enum capnp_decode_result decode(enum capnp_token_kind kind, const char *source,
				       char *out, uint32_t *size)
{
	const struct capnp_token token = { .kind = kind, .text = text(source) };
	enum capnp_decode_result result = capnp_token_decode(token, nullptr, 0, size);
	uint32_t counted = *size;

	if (result != CAPNP_DECODE_OK)
		return result;
	result = capnp_token_decode(token, out, 16, size);
	if (result == CAPNP_DECODE_OK)
		assert_int_equal(counted, *size);
	return result;
}

static void texts_have_the_escapes_of_c(void **state)
{
	static const char expected[] = "\a\b\f\n\r\t\v\x1b\\\"'?\xff\x01S4";
	char out[16];
	uint32_t size;

	(void)state;
	assert_int_equal(decode(CAPNP_TOKEN_TEXT,
				"\\a\\b\\f\\n\\r\\t\\v\\e\\\\\\\"\\'\\?\\xfF\\1\\1234",
				out, &size),
			 CAPNP_DECODE_OK);
	assert_int_equal(size, sizeof(expected) - 1);
	assert_memory_equal(out, expected, size);
	assert_int_equal(decode(CAPNP_TOKEN_TEXT, "\\0\\00\\377\\18", out, &size),
			 CAPNP_DECODE_OK);
	assert_int_equal(size, 5);
	assert_memory_equal(out, "\0\0\377\0018", 5);
}

static void escapes_that_are_none_are_refused(void **state)
{
	static const char *const wrong[] = {
		"\\q", "\\", "\\x", "\\x4", "\\xg0", "\\400"
	};
	char out[16];
	uint32_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(decode(CAPNP_TOKEN_TEXT, wrong[i], out, &size),
				 CAPNP_DECODE_ESCAPE);
	assert_int_equal(decode(CAPNP_TOKEN_TEXT, "12345678901234567", out, &size),
			 CAPNP_DECODE_NO_ROOM);
}

static void data_is_pairs_of_digits(void **state)
{
	static const char *const wrong[] = { "0", "0 0", "zz", "00 0", "0x" };
	char out[16];
	uint32_t size;

	(void)state;
	assert_int_equal(decode(CAPNP_TOKEN_DATA, " 0A fF_0001 ", out, &size),
			 CAPNP_DECODE_OK);
	assert_int_equal(size, 4);
	assert_memory_equal(out, "\x0a\xff\x00\x01", 4);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(decode(CAPNP_TOKEN_DATA, wrong[i], out, &size),
				 CAPNP_DECODE_DIGIT);
}

static void integers_have_four_bases(void **state)
{
	static const struct {
		const char *text;
		uint64_t magnitude;
		bool is_negative;
	} cases[] = {
		{ "0", 0, false },
		{ "42", 42, false },
		{ "-7", 7, true },
		{ "+7", 7, false },
		{ "1_000_000", 1000000, false },
		{ "0x1F", 31, false },
		{ "-0x10", 16, true },
		{ "0b101", 5, false },
		{ "017", 15, false },
		{ "00", 0, false },
		{ "18446744073709551615", UINT64_MAX, false },
	};
	static const char *const wrong[] = { "",   "-",   "1z",  "08",   "0b2", "0x",
					     "1.", "1e3", "0xg", "0x_1", "0X1" };
	struct capnp_integer integer;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(capnp_token_integer(text(cases[i].text), &integer));
		assert_true(integer.magnitude == cases[i].magnitude);
		assert_int_equal(integer.is_negative, cases[i].is_negative);
		assert_false(integer.is_too_large);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(capnp_token_integer(text(wrong[i]), &integer));
	assert_true(capnp_token_integer(text("18446744073709551616"), &integer));
	assert_true(integer.is_too_large);
	assert_true(capnp_token_integer(text("0x10000000000000000"), &integer));
	assert_true(integer.is_too_large);
}

/* Every prefix and every single-byte change ends, with tokens inside the text. */
static void any_bytes_are_split_into_tokens_inside_them(void **state)
{
	static const char line[] = "run \"a\\x\" 0x\"z {@:=.[-+_ #";
	char copy[sizeof(line)];

	(void)state;
	for (size_t change = 0; change < sizeof(line) * 256; change++) {
		uint32_t size = (uint32_t)(change % sizeof(line));
		struct capnp_lexer lexer;
		struct capnp_token token;

		memcpy(copy, line, sizeof(line));
		copy[change / 256] = (char)change;
		capnp_lexer_init(&lexer, (struct capnp_text){ copy, size });
		do {
			token = capnp_lexer_next(&lexer);
			assert_true(token.text.bytes >= copy && token.end <= size);
			assert_true(token.text.bytes + token.text.size <= copy + size);
		} while (token.kind != CAPNP_TOKEN_END);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_split_into_tokens),
		cmocka_unit_test(exponents_have_signs_and_hexadecimal_has_none),
		cmocka_unit_test(what_is_no_token_is_stray_or_unterminated),
		cmocka_unit_test(values_are_passed_over_whole),
		cmocka_unit_test(texts_have_the_escapes_of_c),
		cmocka_unit_test(escapes_that_are_none_are_refused),
		cmocka_unit_test(data_is_pairs_of_digits),
		cmocka_unit_test(integers_have_four_bases),
		cmocka_unit_test(any_bytes_are_split_into_tokens_inside_them),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

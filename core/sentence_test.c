/* SPDX-License-Identifier: MIT */
/* sentence_test.c - sentences against what sentence.h promises. */
// TEST-LINK: core/sentence.c
#include "core/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void sentence_puts_words_and_numbers_together(void **state)
{
	struct sentence sentence;

	(void)state;
	sentence_start(&sentence, "from ");
	sentence_number(&sentence, 0);
	sentence_words(&sentence, " to ");
	sentence_number(&sentence, UINT64_MAX);
	sentence_words(&sentence, " or ");
	sentence_hex(&sentence, 0x1f);
	assert_string_equal(sentence.bytes, "from 0 to 18446744073709551615 or 0x1f");
	assert_int_equal(sentence.size, strlen(sentence.bytes));
	sentence_start(&sentence, "");
	assert_string_equal(sentence.bytes, "");
}

static void sentence_shows_unprintable_text_as_question_marks(void **state)
{
	struct sentence sentence;

	(void)state;
	sentence_start(&sentence, "");
	sentence_text(&sentence, (struct capnp_text){ "a\x1b[2J\0~ \x7f\xff", 10 });
	assert_string_equal(sentence.bytes, "a?[2J?~ ??");
}

static void sentence_that_is_too_long_is_cut(void **state)
{
	struct sentence sentence;

	(void)state;
	sentence_start(&sentence, "");
	for (int i = 0; i < SENTENCE_MAX_BYTES; i++)
		sentence_words(&sentence, "xy");
	sentence_number(&sentence, 7);
	assert_int_equal(sentence.size, SENTENCE_MAX_BYTES);
	assert_int_equal(strlen(sentence.bytes), SENTENCE_MAX_BYTES);
	assert_int_equal(sentence.bytes[SENTENCE_MAX_BYTES - 1], 'y');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentence_puts_words_and_numbers_together),
		cmocka_unit_test(sentence_shows_unprintable_text_as_question_marks),
		cmocka_unit_test(sentence_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/parser.c programs/shell/lexer.c
// TEST-LINK: programs/shell/command_table.c programs/shell/nearest.c
// TEST-LINK: programs/shell/sink.c programs/shell/text.c @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "programs/shell/parser.h"

static struct command command;
static char problem_bytes[160];

static bool parse(const char *line)
{
	struct sink_buffer problem;

	sink_buffer_init(&problem, problem_bytes, sizeof(problem_bytes));
	return parser_parse(text_of(line), &command, &problem.sink);
}

static void assert_text(struct text text, const char *expected)
{
	assert_int_equal(text.size, strlen(expected));
	assert_memory_equal(text.bytes, expected, text.size);
}

static void parser_reads_a_call_with_every_kind_of_value(void **state)
{
	(void)state;
	assert_true(parse("call @a.b n=-5 t=\"x\\ty\" d=0x\"ff 00\" w=true c=@cap "
			  "l=[1, [2], []] s=(x = 1, y = (z = warning)) as name"));
	assert_int_equal(command_id(command.info), COMMAND_CALL);
	assert_text(command.capability, "a");
	assert_text(command.method, "b");
	assert_text(command.result_name, "name");

	assert_text(command.fields, "n=-5 t=\"x\\ty\" d=0x\"ff 00\" w=true c=@cap "
				    "l=[1, [2], []] s=(x = 1, y = (z = warning))");
	assert_true(parse("call @a.b as=1"));
	assert_text(command.fields, "as=1");
	assert_true(parse("call @a.b as x"));
	assert_text(command.fields, "");
}

static void parser_reads_a_run_with_arguments_budget_and_grants(void **state)
{
	(void)state;
	assert_true(parse("run \"hello\" one \"two words\" --x=3,4 5 "
			  "budget (memoryPages = 64) with { console: @console, "
			  "\"my clock\": @timer, m: own memory, t: own thread }"));
	assert_text(command.program, "hello");
	assert_int_equal(command.argument_count, 4);
	assert_text(command.arguments[1], "two words");
	assert_text(command.arguments[2], "--x=3,4");
	assert_int_equal(command.grant_count, 4);
	assert_text(command.grants[1].name, "my clock");
	assert_text(command.grants[1].capability, "timer");
	assert_int_equal(command.grants[2].source, GRANT_OWN_MEMORY);
	assert_int_equal(command.grants[3].source, GRANT_OWN_THREAD);
	assert_text(command.budget, "(memoryPages = 64)");
	assert_true(parse("spawn clock with {}"));
	assert_int_equal(command.grant_count, 0);
	assert_true(parse("run hello with{console:@console}"));
	assert_int_equal(command.grant_count, 1);
}

static void parser_reads_the_small_commands(void **state)
{
	(void)state;
	assert_true(parse("") && !command.info);
	assert_true(parse("  # nothing") && !command.info);
	assert_true(parse("man Timer.now"));
	assert_text(command.topic, "Timer");
	assert_text(command.topic_method, "now");
	assert_true(parse("help") && command.topic.size == 0);
	assert_true(parse("log 0x10") && command.has_number);
	assert_int_equal(command.number, 16);
	assert_true(parse("shutdown") && !command.has_number);
	assert_true(parse("time inspect @x") && command.timed);
	assert_int_equal(command_id(command.info), COMMAND_INSPECT);
	assert_true(parse("echo a, !b \"c d\"") && command.argument_count == 3);
}

static void refused(const char *line, const char *problem)
{
	assert_false(parse(line));
	assert_string_equal(problem_bytes, problem);
}

static void parser_says_what_is_wrong_and_where(void **state)
{
	(void)state;
	refused("hlep", "no command `hlep`; the nearest is help");
	refused("caps now", "expected the end of the line, found `now` (column 6)");
	refused("call timer.now",
		"expected @CAPABILITY.METHOD, found `timer` (column 6)");
	refused("call @timer", "expected `.`, found the end of the line (column 12)");
	refused("call @a.b x", "expected `=`, found the end of the line (column 12)");
	refused("call @a.b x=",
		"expected a value, found the end of the line (column 13)");
	refused("call @a.b x=)", "expected a value, found `)` (column 13)");
	refused("call @a.b x=!", "expected a value, found `!` (column 13)");
	refused("call @a.b x=\"abc",
		"expected a value, found a text without its closing quote (column 13)");
	refused("run \"\\q\"", "expected escapes \\n \\\\ \\\" \\x1f \\33 in a text, "
			       "found `\\q` (column 5)");
	refused("run hello with console", "expected `{`, found `console` (column 16)");
	refused("run hello with { console @console }",
		"expected `:`, found `@console` (column 26)");
	refused("run hello with { m: own disk }",
		"expected `memory` or `thread` after `own`, found `disk` (column 25)");
	refused("log many", "expected a number, found `many` (column 5)");
	refused("@console", "expected a command, found `@console` (column 1)");
	refused("time", "expected a command, found the end of the line (column 5)");
}

static void parser_bounds_its_tables(void **state)
{
	static char line[COMMAND_POOL_BYTES * 4];
	char *end = line;

	(void)state;
	strcpy(line, "run x");
	for (int i = 0; i <= COMMAND_ARGUMENTS_MAX; i++)
		strcat(line, " a");
	refused(line, "too many arguments");

	strcpy(line, "run x with {");
	for (int i = 0; i < COMMAND_GRANTS_MAX; i++)
		strcat(line, "a:@a,");
	strcat(line, "a:@a}");
	refused(line, "too many grants in one command");

	end += sprintf(line, "run x \"");
	memset(end, 'x', COMMAND_POOL_BYTES + 1);
	strcpy(end + COMMAND_POOL_BYTES + 1, "\"");
	refused(line, "too many bytes of text in one command");
}

/* Seeded noise made of what lines are made of: every line parses or is refused in words. */
static void parser_survives_noise(void **state)
{
	static const char *const pieces[] = {
		"call",     "run", "@a",   ".",   "b",    "=",      "(",     ")",
		"[",        "]",   "{",    "}",   ",",    ":",      "\"t\"", "\"",
		"0x\"00\"", "-1",  "9_9",  "as",  "with", "budget", "own",   "memory",
		" ",        " ",   "time", "man", "!",    "\\",     "\xff",  "#",
	};
	char line[256];

	(void)state;
	srandom(7);
	for (int round = 0; round < 20000; round++) {
		line[0] = '\0';
		for (long i = random() % 24; i >= 0; i--)
			strcat(line, pieces[(size_t)random() %
					    (sizeof(pieces) / sizeof(*pieces))]);
		if (!parse(line))
			assert_true(problem_bytes[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parser_reads_a_call_with_every_kind_of_value),
		cmocka_unit_test(parser_reads_a_run_with_arguments_budget_and_grants),
		cmocka_unit_test(parser_reads_the_small_commands),
		cmocka_unit_test(parser_says_what_is_wrong_and_where),
		cmocka_unit_test(parser_bounds_its_tables),
		cmocka_unit_test(parser_survives_noise),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/completion.c programs/shell/catalog.c programs/shell/names.c
// TEST-LINK: programs/shell/command_table.c programs/shell/lexer.c programs/shell/nearest.c
// TEST-LINK: programs/shell/sink.c programs/shell/text.c @gen @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/console.capnp.h"
#include "gen/log.capnp.h"
#include "gen/memory.capnp.h"
#include "gen/process.capnp.h"
#include "gen/timer.capnp.h"
#include "programs/shell/completion.h"

static struct names names;
static struct completer completer = {
	.names = &names,
	.programs = { "hello", "clock", "greedy" },
	.program_count = 3,
};
static struct completion found;

static void add(const char *name, uint64_t interface, enum name_origin origin)
{
	const struct name *added;

	assert_int_equal(
		names_add(&names, text_of(name), CAP_NULL, interface, origin, &added),
		NAMES_OK);
}

static int setup(void **state)
{
	(void)state;
	names = (struct names){};
	add("console", CONSOLE_INTERFACE_ID, NAME_GRANTED);
	add("timer", TIMER_INTERFACE_ID, NAME_GRANTED);
	add("logsink", LOG_SINK_INTERFACE_ID, NAME_GRANTED);
	add("memory", VIRTUAL_MEMORY_INTERFACE_ID, NAME_GRANTED);
	add("factory", PROCESS_FACTORY_INTERFACE_ID, NAME_GRANTED);
	add("p1", PROCESS_HANDLE_INTERFACE_ID, NAME_PROCESS);
	return 0;
}

/* @expected: the candidates with their suffixes, one blank between them. */
static void completes(const char *line, const char *expected)
{
	char joined[2048];
	struct sink_buffer buffer;

	completion_find(&completer, text_of(line), &found);
	sink_buffer_init(&buffer, joined, sizeof(joined));
	for (size_t i = 0; i < found.count; i++) {
		sink_strings(&buffer.sink, i ? " " : "", found.candidates[i].text,
			     nullptr);
		if (found.candidates[i].suffix != '\0' &&
		    found.candidates[i].suffix != ' ')
			sink_byte(&buffer.sink, found.candidates[i].suffix);
	}
	assert_string_equal(joined, expected);
}

static void completion_offers_commands(void **state)
{
	(void)state;
	completes("he", "help");
	completes("  ca", "caps call");
	completes("time ca", "caps call");
	completes("x", "");
	completes("nothing ", "");
	completion_find(&completer, text_of(""), &found);
	assert_int_equal(found.count, 18);
}

static void completion_offers_capabilities_and_methods(void **state)
{
	(void)state;
	completes("inspect @c", "@console");
	completes("call @", "@console. @timer. @logsink. @memory. @factory. @p1.");
	completes("call @timer.s", "@timer.sleep @timer.sleepUntil");
	completes("call @timer.sleepU", "@timer.sleepUntil");
	completes("call @nobody.x", "");
	completes("inspect @console @c", "");
	completes("wait ", "@p1");
	completes("release @f", "@factory");
}

static void completion_offers_parameters_and_values(void **state)
{
	(void)state;
	completes("call @timer.sleep d", "durationNs=");
	completes("call @logsink.write ", "level= text= as");
	completes("call @logsink.write level=info ", "text= as");
	completes("call @logsink.write level=w", "warning");
	completes("call @memory.map protection=read", "read readWrite readExecute");
	completes("call @memory.mapObject object=@", "");
	completes("call @factory.create budget=", "(");
	completes("call @factory.create budget=(mem", "memoryPages=");
	completes("call @factory.create budget=(memoryPages = 1, m", "mappings=");
	completes("call @factory.create budget=(memoryPages = 1) n", "name=");
	completes("call @factory.create budget=(a = (b = (", "");
	completes("call @timer.nothing x", "");
}

static void completion_offers_what_run_takes(void **state)
{
	(void)state;
	completes("run h", "hello");
	completes("run \"c", "\"clock\"");
	completes("spawn ", "hello clock greedy");
	completes("run hello w", "with");
	completes("run hello with ", "{");
	completes("run hello with { console: @c", "@console");
	completes("run hello with { console: o", "own");
	completes("run hello with { m: own ", "memory thread");
	completes("run hello budget ", "(");
	completes("run hello budget (al", "alarms=");
	completes("run hello budget (alarms = 1) w", "with");
}

static void completion_offers_topics(void **state)
{
	(void)state;
	completes("man Tim", "Timer");
	completes("man Timer.n", "Timer.now");
	completes("man shut", "shutdown");
	completes("help va", "values");
	completes("help Tim", "");
}

static void completion_finds_the_common_part(void **state)
{
	(void)state;
	completes("call @timer.s", "@timer.sleep @timer.sleepUntil");
	assert_true(text_is(completion_common(&found), "@timer.sleep"));
	assert_true(text_is(found.typed, "@timer.s"));
	assert_int_equal(found.start, 5);
}

/* Every prefix of every line, and noise: candidates always begin with what was typed. */
static void completion_survives_noise(void **state)
{
	static const char *const pieces[] = {
		"call", "run",    "man", "time", "@", "@timer", "@factory", ".", "create",
		"=",    "(",      ")",   "[",    "]", "{",      "}",        ",", ":",
		"\"",   "budget", "own", "with", " ", "\\",     "\xc3",
	};
	char line[256];

	(void)state;
	srandom(3);
	for (int round = 0; round < 20000; round++) {
		line[0] = '\0';
		for (long i = random() % 20; i >= 0; i--)
			strcat(line, pieces[(size_t)random() %
					    (sizeof(pieces) / sizeof(pieces[0]))]);
		completion_find(&completer, text_of(line), &found);
		for (size_t i = 0; i < found.count; i++)
			assert_true(text_starts_with(text_of(found.candidates[i].text),
						     found.typed));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(completion_offers_commands),
		cmocka_unit_test(completion_offers_capabilities_and_methods),
		cmocka_unit_test(completion_offers_parameters_and_values),
		cmocka_unit_test(completion_offers_what_run_takes),
		cmocka_unit_test(completion_offers_topics),
		cmocka_unit_test(completion_finds_the_common_part),
		cmocka_unit_test(completion_survives_noise),
	};

	return cmocka_run_group_tests(tests, setup, nullptr);
}

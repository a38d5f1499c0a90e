/* SPDX-License-Identifier: MIT */
// TEST-LINK: programs/shell/line_editor.c programs/shell/line_buffer.c
// TEST-LINK: programs/shell/keys.c programs/shell/history.c programs/shell/completion.c
// TEST-LINK: programs/shell/catalog.c programs/shell/names.c
// TEST-LINK: programs/shell/command_table.c programs/shell/lexer.c programs/shell/nearest.c
// TEST-LINK: programs/shell/sink.c programs/shell/text.c @gen @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/timer.capnp.h"
#include "programs/shell/line_editor.h"

enum { ROWS = 24, COLUMNS = 80 };

/* A terminal that knows what the editor uses, and fails the test on anything else. */
struct terminal {
	struct sink sink;
	uint32_t cells[ROWS][COLUMNS]; /* the UTF-8 bytes of each character */
	size_t row;
	size_t column;
	char sequence[16]; /* an escape sequence so far */
	size_t sequence_size;
	size_t bells;
};

static void clear_row(struct terminal *terminal, size_t row, size_t from)
{
	for (size_t i = from; i < COLUMNS; i++)
		terminal->cells[row][i] = ' ';
}

static void new_line(struct terminal *terminal)
{
	terminal->column = 0;
	if (terminal->row < ROWS - 1) {
		terminal->row++;
		return;
	}
	memmove(terminal->cells[0], terminal->cells[1],
		sizeof(terminal->cells[0]) * (ROWS - 1));
	clear_row(terminal, ROWS - 1, 0);
}

static void control(struct terminal *terminal)
{
	char last = terminal->sequence[terminal->sequence_size - 1];
	size_t number = (size_t)atoi(terminal->sequence + 2);

	terminal->sequence_size = 0;
	if (last == 'K') {
		clear_row(terminal, terminal->row, terminal->column);
	} else if (last == 'C') {
		terminal->column += number;
		assert_true(terminal->column < COLUMNS);
	} else if (last == 'H') {
		terminal->row = terminal->column = 0;
	} else {
		assert_int_equal(last, 'J');
		for (size_t i = 0; i < ROWS; i++)
			clear_row(terminal, i, 0);
	}
}

static void show(struct terminal *terminal, uint8_t byte)
{
	if ((byte & 0xc0) == 0x80) {
		uint32_t *cell = &terminal->cells[terminal->row][terminal->column - 1];

		*cell = *cell << 8 | byte;
		return;
	}
	if (terminal->column == COLUMNS)
		new_line(terminal);
	terminal->cells[terminal->row][terminal->column++] = byte;
}

static void terminal_write(struct sink *sink, const char *bytes, size_t size)
{
	struct terminal *terminal = (struct terminal *)sink;

	for (size_t i = 0; i < size; i++) {
		uint8_t byte = (uint8_t)bytes[i];

		if (terminal->sequence_size > 0 || byte == 0x1b) {
			terminal->sequence[terminal->sequence_size++] = (char)byte;
			assert_true(terminal->sequence_size < sizeof(terminal->sequence));
			terminal->sequence[terminal->sequence_size] = '\0';
			if (terminal->sequence_size > 2 && byte >= 0x40)
				control(terminal);
		} else if (byte == '\r') {
			terminal->column = 0;
		} else if (byte == '\n') {
			new_line(terminal);
		} else if (byte == '\a') {
			terminal->bells++;
		} else {
			assert_true(byte >= ' ');
			show(terminal, byte);
		}
	}
}

static struct terminal terminal;
static struct history history;
static struct names names;
static struct completer completer = { .names = &names,
				      .programs = { "hello", "clock" },
				      .program_count = 2 };
static struct line_editor editor;

static int setup(void **state)
{
	const struct name *added;

	(void)state;
	terminal = (struct terminal){ .sink = { .write = terminal_write } };
	for (size_t i = 0; i < ROWS; i++)
		clear_row(&terminal, i, 0);
	history = (struct history){};
	names = (struct names){};
	assert_int_equal(names_add(&names, text_of("timer"), CAP_NULL, TIMER_INTERFACE_ID,
				   NAME_GRANTED, &added),
			 NAMES_OK);
	editor = (struct line_editor){
		.screen = &terminal.sink,
		.history = &history,
		.completer = &completer,
		.prompt = "> ",
		.columns = COLUMNS,
	};
	line_editor_begin(&editor);
	return 0;
}

static enum line_event type(const char *bytes)
{
	enum line_event event = LINE_PENDING;

	for (; *bytes; bytes++) {
		assert_int_equal(event, LINE_PENDING);
		event = line_editor_feed(&editor, (uint8_t)*bytes);
		line_buffer_check(&editor.line);
	}
	return event;
}

/* The characters of a row as UTF-8, without blanks at the end. */
static const char *row(size_t number)
{
	static char text[COLUMNS * 4 + 1];
	size_t size = 0;

	for (size_t i = 0; i < COLUMNS; i++) {
		for (int shift = 24; shift >= 0; shift -= 8) {
			char byte = (char)(terminal.cells[number][i] >> shift);

			if (byte)
				text[size++] = byte;
		}
	}
	while (size > 0 && text[size - 1] == ' ')
		size--;
	text[size] = '\0';
	return text;
}

static void line_is(const char *line, size_t cursor_column)
{
	char expected[LINE_BYTES_MAX + 8];

	int size = snprintf(expected, sizeof(expected), "> %s", line);

	while (expected[size - 1] == ' ')
		expected[--size] = '\0';
	assert_string_equal(row(terminal.row), expected);
	assert_int_equal(terminal.column, cursor_column + 2);
	assert_true(text_is(line_editor_text(&editor), line));
}

static void editor_inserts_moves_and_deletes(void **state)
{
	(void)state;
	type("hello");
	line_is("hello", 5);
	type("\x1b[D\x1b[DX");
	line_is("helXlo", 4);
	type("\x7f");
	line_is("hello", 3);
	type("\x1b[3~");
	line_is("helo", 3);
	type("\x01"
	     "A");
	line_is("Ahelo", 1);
	type("\x05Z");
	line_is("AheloZ", 6);
	type("\x1b[H\x1b[C\x04");
	line_is("AeloZ", 1);
	type("\x1bOF\x1b[1~\x1b[4~");
	line_is("AeloZ", 5);
	type("\x14");
	line_is("AelZo", 5);
	assert_int_equal(type("\r"), LINE_DONE);
	assert_true(text_is(line_editor_text(&editor), "AelZo"));
	assert_int_equal(terminal.row, 1);
}

static void editor_kills_and_moves_by_words(void **state)
{
	(void)state;
	type("one two three\x1b[1;5D\x1b[1;5D");
	line_is("one two three", 4);
	type("\x0b");
	line_is("one ", 4);
	type("two\x17");
	line_is("one ", 4);
	type("a-b\x1b"
	     "b\x15");
	line_is("b", 0);
	type("\x1b"
	     "f c\x01\x1b"
	     "d");
	line_is(" c", 0);
	type("\x1b[1;3C");
	line_is(" c", 2);
}

static void editor_keeps_characters_whole(void **state)
{
	(void)state;
	type("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"
	     "b");
	line_is("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"
		"b",
		5);
	type("\x1b[D\x7f");
	line_is("a\xc3\xa4\xe2\x82\xac"
		"b",
		3);
	type("\x7f\x7f");
	line_is("ab", 1);
	type("\xff\x80\xc3x");
	line_is("axb", 2);
	type("\xc3\xa4\x14");
	line_is("axb\xc3\xa4", 4);
}

static void editor_ignores_what_it_does_not_know(void **state)
{
	(void)state;
	type("a\x1b[5~\x1b[200~\x1b[?25h\x1bOP\x1bz\x1b[99999999999999999A"
	     "b\x02\x06");
	line_is("ab", 2);
	type("\x1b\x1b[Dx");
	line_is("axb", 2);
}

static void editor_shows_a_part_of_a_long_line(void **state)
{
	char line[301];

	(void)state;
	for (size_t i = 0; i < 300; i++)
		line[i] = (char)('a' + i % 26);
	line[300] = '\0';
	type(line);
	assert_true(text_is(line_editor_text(&editor), line));
	assert_int_equal(terminal.row, 0);
	assert_int_equal(row(0)[2], '<');
	assert_int_equal(row(0)[terminal.column - 1], line[299]);
	type("\x01");
	assert_int_equal(terminal.column, 2);
	assert_memory_equal(row(0) + 2, line, 76);
	assert_int_equal(row(0)[78], '>');
	for (size_t i = 0; i < 300; i++) {
		if (terminal.column > 2 && i < 223)
			assert_int_equal(terminal.cells[0][terminal.column], line[i]);
		type("\x1b[C");
		assert_int_equal(terminal.row, 0);
	}
	type("\x15");
	line_is("", 0);
}

static void editor_browses_history_and_keeps_the_draft(void **state)
{
	(void)state;
	history_add(&history, text_of("first"));
	history_add(&history, text_of("second"));
	history_add(&history, text_of("second"));
	history_add(&history, text_of(""));
	assert_int_equal(history_last(&history), 2);
	type("draft\x1b[A");
	line_is("second", 6);
	type("\x10");
	line_is("first", 5);
	type("\x1b[A!\x1b[B");
	line_is("second", 6);
	type("\x0e");
	line_is("draft", 5);
	type("\x1b[B");
	line_is("draft", 5);
	for (int i = 0; i < 200; i++) {
		char text[16];

		snprintf(text, sizeof(text), "line %d", i);
		history_add(&history, text_of(text));
	}
	assert_int_equal(history_first(&history), 202 - HISTORY_LINES + 1);
	for (int i = 0; i < 100; i++)
		type("\x1b[A");
	line_is("line 136", 8);
}

static void editor_completes_with_tab(void **state)
{
	(void)state;
	type("cal\t");
	line_is("call ", 5);
	type("@t\t");
	line_is("call @timer.", 12);
	type("sl\t");
	line_is("call @timer.sleep", 17);
	type("\t");
	assert_string_equal(row(1), "@timer.sleep       @timer.sleepUntil");
	assert_int_equal(terminal.row, 2);
	line_is("call @timer.sleep", 17);
	type(" d\t5");
	line_is("call @timer.sleep durationNs=5", 30);
	type("\x15xyz\t");
	line_is("xyz", 3);
	assert_int_equal(terminal.bells, 1);
	type("\x15"
	     "cal @timer\x01\x1b"
	     "f\t");
	line_is("call @timer", 4);
}

static void editor_ends_lines(void **state)
{
	(void)state;
	type("junk");
	assert_int_equal(type("\x03"), LINE_INTERRUPTED);
	assert_string_equal(row(0), "> junk^C");
	line_editor_begin(&editor);
	line_is("", 0);
	assert_int_equal(type("\x04"), LINE_END);
	line_editor_begin(&editor);
	type("abc\x0c");
	assert_int_equal(terminal.row, 0);
	line_is("abc", 3);
}

static void editor_refuses_more_than_fits(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINE_BYTES_MAX + 5; i++)
		line_editor_feed(&editor, 'x');
	assert_int_equal(line_editor_text(&editor).size, LINE_BYTES_MAX);
	assert_int_equal(terminal.bells, 5);
}

static void line_buffer_cuts_between_characters(void **state)
{
	static struct line_buffer line;
	static char bytes[LINE_BYTES_MAX + 10];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = "\xe2\x82\xac"[i % 3];
	for (size_t skip = 0; skip < 3; skip++) {
		line_buffer_set(&line,
				(struct text){ bytes + 3 - skip, LINE_BYTES_MAX + 4 });
		line_buffer_check(&line);
		assert_true(line.size > LINE_BYTES_MAX - 3);
		assert_int_equal((uint8_t)line.bytes[line.size - 1], 0xac);
	}
}

/* Random keys: the screen always shows the cursor on the character it stands on. */
static void editor_survives_any_keys(void **state)
{
	static const char *const keys[] = {
		"a",
		"b ",
		"\xc3\xa4",
		"\x1b[A",
		"\x1b[B",
		"\x1b[C",
		"\x1b[D",
		"\x01",
		"\x05",
		"\x0b",
		"\x17",
		"\x7f",
		"\x1b[3~",
		"\t",
		"\x14",
		"\x1b[1;5C",
		"\x1b",
		"\xe2",
		"word word word word ",
		"call @timer.",
		"\x0c",
	};

	(void)state;
	history_add(&history, text_of("an old line"));
	srandom(11);
	for (int round = 0; round < 20000; round++) {
		const char *key =
			keys[(size_t)random() % (sizeof(keys) / sizeof(keys[0]))];
		const struct line_buffer *line = &editor.line;

		type(key);
		assert_true(terminal.column < COLUMNS);
		if (line->cursor < line->size && editor.keys.state == KEYS_PLAIN &&
		    terminal.column > 2 && terminal.column < 78 &&
		    (uint8_t)line->bytes[line->cursor] < 0x80)
			assert_int_equal(terminal.cells[terminal.row][terminal.column],
					 line->bytes[line->cursor]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(editor_inserts_moves_and_deletes, setup),
		cmocka_unit_test_setup(editor_kills_and_moves_by_words, setup),
		cmocka_unit_test_setup(editor_keeps_characters_whole, setup),
		cmocka_unit_test_setup(editor_ignores_what_it_does_not_know, setup),
		cmocka_unit_test_setup(editor_shows_a_part_of_a_long_line, setup),
		cmocka_unit_test_setup(editor_browses_history_and_keeps_the_draft, setup),
		cmocka_unit_test_setup(editor_completes_with_tab, setup),
		cmocka_unit_test_setup(editor_ends_lines, setup),
		cmocka_unit_test_setup(editor_refuses_more_than_fits, setup),
		cmocka_unit_test(line_buffer_cuts_between_characters),
		cmocka_unit_test_setup(editor_survives_any_keys, setup),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

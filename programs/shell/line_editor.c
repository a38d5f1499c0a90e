/* SPDX-License-Identifier: MIT */
/*
 * line_editor.c - see line_editor.h.
 *
 * Every change redraws the row from the prompt on. One case is drawn by itself, because
 * it is nearly all of typing: a character added at the end of a line with room.
 */
#include "programs/shell/line_editor.h"

/* Columns for the line: the last one stays free, so that the terminal never wraps. */
static size_t visible_columns(const struct line_editor *editor)
{
	return editor->columns - text_of(editor->prompt).size - 1;
}

/* The boundary @columns characters right of @at, or the end. */
static size_t advance(const struct line_buffer *line, size_t at, size_t columns)
{
	while (columns-- > 0 && at < line->size)
		at = line_buffer_right(line, at);
	return at;
}

/* Moves the view so that the cursor is in it, a third of the row from its edge. */
static void follow_cursor(struct line_editor *editor)
{
	const struct line_buffer *line = &editor->line;
	size_t room = visible_columns(editor);
	size_t cursor = line_buffer_columns(line, 0, line->cursor);
	size_t view = line_buffer_columns(line, 0, editor->view);

	if (editor->view > line->size)
		view = SIZE_MAX;
	if (line_buffer_columns(line, 0, line->size) < room)
		view = 0;
	else if (cursor <= view)
		view = cursor > room / 3 ? cursor - room / 3 : 0;
	else if (cursor >= view + room - 1)
		view = cursor - (room - room / 3);
	editor->view = advance(line, 0, view);
}

static void move_right(struct sink *screen, size_t columns)
{
	if (columns == 0)
		return;
	sink_strings(screen, "\x1b[", nullptr);
	sink_number(screen, columns);
	sink_byte(screen, 'C');
}

static void redraw(struct line_editor *editor)
{
	struct line_buffer *line = &editor->line;
	struct sink *screen = editor->screen;
	size_t start;
	size_t end;
	bool more;

	follow_cursor(editor);
	start = editor->view;
	end = advance(line, start, visible_columns(editor));
	more = end < line->size;
	sink_strings(screen, "\r", editor->prompt, nullptr);
	if (start > 0) {
		sink_byte(screen, '<');
		start = line_buffer_right(line, start);
	}
	if (more)
		end = line_buffer_left(line, end);
	sink_text(screen, (struct text){ line->bytes + start, end - start });
	sink_strings(screen, more ? ">" : "", "\x1b[K\r", nullptr);
	move_right(screen, text_of(editor->prompt).size +
				   line_buffer_columns(line, editor->view, line->cursor));
}

static void insert(struct line_editor *editor, struct text text)
{
	struct line_buffer *line = &editor->line;
	bool at_end = line->cursor == line->size;

	if (!line_buffer_insert(line, text)) {
		sink_byte(editor->screen, '\a');
		return;
	}
	if (at_end && line_buffer_columns(line, editor->view, line->size) <
			      visible_columns(editor) - 1)
		sink_text(editor->screen, text);
	else
		redraw(editor);
}

static void delete_range(struct line_editor *editor, size_t start, size_t end)
{
	if (start == end)
		return;
	line_buffer_delete(&editor->line, start, end);
	redraw(editor);
}

static void move_to(struct line_editor *editor, size_t place)
{
	editor->line.cursor = place;
	redraw(editor);
}

/* Shows the history line before or after the one shown; past the newest, the draft. */
static void browse(struct line_editor *editor, bool older)
{
	struct history *history = editor->history;
	uint64_t last = history_last(history);
	uint64_t number = editor->browsed ? editor->browsed : last + 1;

	if (older ? number <= history_first(history) : !editor->browsed)
		return;
	if (!editor->browsed)
		editor->draft = editor->line;
	number = older ? number - 1 : number + 1;
	if (number > last) {
		editor->browsed = 0;
		editor->line = editor->draft;
	} else {
		editor->browsed = number;
		line_buffer_set(&editor->line, history_line(history, number));
	}
	redraw(editor);
}

/* The candidates in columns under the line, then the line again. */
static void list_candidates(struct line_editor *editor)
{
	const struct completion *completion = &editor->completion;
	size_t width = 0;
	size_t per_row;

	for (size_t i = 0; i < completion->count; i++) {
		size_t size = text_of(completion->candidates[i].text).size;

		width = size > width ? size : width;
	}
	per_row = (editor->columns - 1) / (width + 2);
	if (per_row == 0)
		per_row = 1;
	for (size_t i = 0; i < completion->count; i++) {
		if (i % per_row == 0)
			sink_byte(editor->screen, '\n');
		sink_padded(editor->screen, text_of(completion->candidates[i].text),
			    i % per_row == per_row - 1 ? 0 : width + 2);
	}
	sink_byte(editor->screen, '\n');
	redraw(editor);
}

/* Completes the only candidate, with what follows it unless that stands there already. */
static void complete_candidate(struct line_editor *editor,
			       const struct candidate *candidate)
{
	struct line_buffer *line = &editor->line;
	struct text rest =
		text_skip(text_of(candidate->text), editor->completion.typed.size);
	char text[COMPLETION_BYTES_MAX + 1];
	bool there = line->cursor < line->size &&
		     line->bytes[line->cursor] == candidate->suffix;

	__builtin_memcpy(text, rest.bytes, rest.size);
	if (candidate->suffix != '\0' && !there)
		text[rest.size++] = candidate->suffix;
	insert(editor, (struct text){ text, rest.size });
}

static void complete(struct line_editor *editor)
{
	struct completion *completion = &editor->completion;
	struct text before = { editor->line.bytes, editor->line.cursor };
	struct text common;

	completion_find(editor->completer, before, completion);
	if (completion->count == 0) {
		sink_byte(editor->screen, '\a');
		return;
	}
	if (completion->count == 1) {
		complete_candidate(editor, &completion->candidates[0]);
		return;
	}
	common = completion_common(completion);
	if (common.size > completion->typed.size)
		insert(editor, text_skip(common, completion->typed.size));
	else
		list_candidates(editor);
}

static void delete_right(struct line_editor *editor)
{
	struct line_buffer *line = &editor->line;

	delete_range(editor, line->cursor, line_buffer_right(line, line->cursor));
}

/* Keys that change or leave the line as a whole. */
static enum line_event feed_line_key(struct line_editor *editor, enum key key)
{
	switch ((int)key) {
	case KEY_ENTER:
		move_to(editor, editor->line.size);
		sink_byte(editor->screen, '\n');
		return LINE_DONE;
	case KEY_INTERRUPT:
		move_to(editor, editor->line.size);
		sink_strings(editor->screen, "^C\n", nullptr);
		return LINE_INTERRUPTED;
	case KEY_END_OF_INPUT:
		if (editor->line.size == 0) {
			sink_byte(editor->screen, '\n');
			return LINE_END;
		}
		delete_right(editor);
		break;
	case KEY_CLEAR:
		sink_strings(editor->screen, "\x1b[H\x1b[2J", nullptr);
		redraw(editor);
		break;
	case KEY_UP:
	case KEY_DOWN:
		browse(editor, key == KEY_UP);
		break;
	case KEY_TAB:
		complete(editor);
		break;
	case KEY_TRANSPOSE:
		line_buffer_transpose(&editor->line);
		redraw(editor);
		break;
	case KEY_TEXT:
		insert(editor, keys_text(&editor->keys));
		break;
	default:
		break;
	}
	return LINE_PENDING;
}

/* Where a moving or deleting key leads from the cursor; SIZE_MAX if it is no such key. */
static size_t key_target(const struct line_buffer *line, enum key key)
{
	switch ((int)key) {
	case KEY_LEFT:
	case KEY_BACKSPACE:
		return line_buffer_left(line, line->cursor);
	case KEY_RIGHT:
	case KEY_DELETE:
		return line_buffer_right(line, line->cursor);
	case KEY_WORD_LEFT:
	case KEY_KILL_WORD:
		return line_buffer_word_left(line, line->cursor);
	case KEY_WORD_RIGHT:
	case KEY_KILL_WORD_RIGHT:
		return line_buffer_word_right(line, line->cursor);
	case KEY_HOME:
	case KEY_KILL_TO_START:
		return 0;
	case KEY_END:
	case KEY_KILL_TO_END:
		return line->size;
	default:
		return SIZE_MAX;
	}
}

static bool key_deletes(enum key key)
{
	return key == KEY_BACKSPACE || key == KEY_DELETE || key == KEY_KILL_WORD ||
	       key == KEY_KILL_WORD_RIGHT || key == KEY_KILL_TO_START ||
	       key == KEY_KILL_TO_END;
}

void line_editor_begin(struct line_editor *editor)
{
	editor->line.size = editor->line.cursor = 0;
	editor->keys = (struct keys){};
	editor->view = 0;
	editor->browsed = 0;
	sink_strings(editor->screen, editor->prompt, nullptr);
}

enum line_event line_editor_feed(struct line_editor *editor, uint8_t byte)
{
	enum key key = keys_feed(&editor->keys, byte);
	size_t cursor = editor->line.cursor;
	size_t target = key_target(&editor->line, key);

	if (target == SIZE_MAX)
		return feed_line_key(editor, key);
	if (!key_deletes(key))
		move_to(editor, target);
	else if (target < cursor)
		delete_range(editor, target, cursor);
	else
		delete_range(editor, cursor, target);
	return LINE_PENDING;
}

struct text line_editor_text(const struct line_editor *editor)
{
	return line_buffer_text(&editor->line);
}

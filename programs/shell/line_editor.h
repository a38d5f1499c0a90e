/* SPDX-License-Identifier: MIT */
/*
 * line_editor.h - edits one line on a terminal.
 *
 *    line_editor_begin(&editor);
 *    do event = line_editor_feed(&editor, next byte); while (event == LINE_PENDING);
 *
 * Keys: arrows, Home, End, Delete, Backspace, Tab, Ctrl- or Alt-arrows (words), Ctrl-A B
 * C D E F H K L N P T U W, Alt-B D F. The line occupies one row of the screen: a longer
 * one is shown in part, with < and > where it goes on.
 *
 * The editor knows no capability: bytes come from the caller, the screen is a sink.
 */
#ifndef SHELL_LINE_EDITOR_H
#define SHELL_LINE_EDITOR_H

#include "programs/shell/completion.h"
#include "programs/shell/history.h"
#include "programs/shell/keys.h"
#include "programs/shell/line_buffer.h"
#include "programs/shell/sink.h"

enum line_event {
	LINE_PENDING,
	LINE_DONE,        /* line_editor_text() is the line */
	LINE_INTERRUPTED, /* Ctrl-C: the line is dropped */
	LINE_END,         /* Ctrl-D on an empty line */
};

struct line_editor {
	struct sink *screen;
	struct history *history;
	const struct completer *completer;
	const char *prompt; /* ASCII */
	size_t columns;     /* of the screen, at least 20 more than the prompt has */

	struct line_buffer line;
	struct keys keys;
	size_t view;              /* first byte shown */
	uint64_t browsed;         /* number of the history line shown; 0: none */
	struct line_buffer draft; /* the new line while the history is browsed */
	struct completion completion;
};

/* The four pointers, the prompt and the columns are set; the rest is zero. */
void line_editor_begin(struct line_editor *editor);
enum line_event line_editor_feed(struct line_editor *editor, uint8_t byte);
struct text line_editor_text(const struct line_editor *editor);

#endif /* SHELL_LINE_EDITOR_H */

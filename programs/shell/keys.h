/* SPDX-License-Identifier: MIT */
/*
 * keys.h - what a terminal sends, as keys: control characters, escape sequences, text.
 *
 * Text comes as whole UTF-8 characters; malformed bytes and unknown sequences are
 * dropped. Sequences are those of xterm, the Linux console and their relatives.
 */
#ifndef SHELL_KEYS_H
#define SHELL_KEYS_H

#include "programs/shell/text.h"

enum key {
	KEY_NONE, /* nothing yet, or nothing known */
	KEY_TEXT,
	KEY_ENTER,
	KEY_TAB,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_UP,
	KEY_DOWN,
	KEY_HOME,
	KEY_END,
	KEY_WORD_LEFT,
	KEY_WORD_RIGHT,
	KEY_BACKSPACE,
	KEY_DELETE,
	KEY_END_OF_INPUT, /* Ctrl-D: delete, or the end on an empty line */
	KEY_INTERRUPT,    /* Ctrl-C */
	KEY_KILL_TO_END,
	KEY_KILL_TO_START,
	KEY_KILL_WORD,
	KEY_KILL_WORD_RIGHT,
	KEY_CLEAR,
	KEY_TRANSPOSE,
};

struct keys {
	enum keys_state : uint8_t {
		KEYS_PLAIN,
		KEYS_ESCAPE,  /* after ESC */
		KEYS_CONTROL, /* after ESC [ */
		KEYS_SINGLE,  /* after ESC O */
		KEYS_CHARACTER,
	} state;
	uint8_t missing; /* bytes of the character yet to come */
	char character[4];
	uint8_t character_size;
	unsigned parameters[2]; /* of the control sequence */
	uint8_t parameter_index;
};

/* KEY_TEXT: the character is in keys_text() until the next byte. */
enum key keys_feed(struct keys *keys, uint8_t byte);

static inline struct text keys_text(const struct keys *keys)
{
	return (struct text){ keys->character, keys->character_size };
}

#endif /* SHELL_KEYS_H */

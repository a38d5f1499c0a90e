/* SPDX-License-Identifier: MIT */
/*
 * keys.c - see keys.h.
 */
#include "programs/shell/keys.h"

enum {
	BYTE_ESCAPE = 0x1b,
	BYTE_DELETE = 0x7f,
	PARAMETER_MAX = 99,
	MODIFIER_ALT = 3, /* as the second parameter of a cursor key */
	MODIFIER_CONTROL = 5,
};

static const enum key control_keys[] = {
	[1] = KEY_HOME,           [2] = KEY_LEFT,       [3] = KEY_INTERRUPT,
	[4] = KEY_END_OF_INPUT,   [5] = KEY_END,        [6] = KEY_RIGHT,
	[8] = KEY_BACKSPACE,      [9] = KEY_TAB,        [10] = KEY_ENTER,
	[11] = KEY_KILL_TO_END,   [12] = KEY_CLEAR,     [13] = KEY_ENTER,
	[14] = KEY_DOWN,          [16] = KEY_UP,        [20] = KEY_TRANSPOSE,
	[21] = KEY_KILL_TO_START, [23] = KEY_KILL_WORD, [31] = KEY_NONE,
};

/* ESC and a letter: Alt. */
static enum key alt_key(uint8_t byte)
{
	switch (byte) {
	case 'b':
		return KEY_WORD_LEFT;
	case 'f':
		return KEY_WORD_RIGHT;
	case 'd':
		return KEY_KILL_WORD_RIGHT;
	case BYTE_DELETE:
	case '\b':
		return KEY_KILL_WORD;
	default:
		return KEY_NONE;
	}
}

/* The letter that ends ESC [ or ESC O; with Ctrl or Alt the arrows go by words. */
static enum key letter_key(uint8_t byte, unsigned modifier)
{
	bool by_word = modifier == MODIFIER_CONTROL || modifier == MODIFIER_ALT;

	switch (byte) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return by_word ? KEY_WORD_RIGHT : KEY_RIGHT;
	case 'D':
		return by_word ? KEY_WORD_LEFT : KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	default:
		return KEY_NONE;
	}
}

/* ESC [ number ~ */
static enum key number_key(unsigned number)
{
	switch (number) {
	case 1:
	case 7:
		return KEY_HOME;
	case 3:
		return KEY_DELETE;
	case 4:
	case 8:
		return KEY_END;
	default:
		return KEY_NONE;
	}
}

static enum key feed_control(struct keys *keys, uint8_t byte)
{
	unsigned *parameter = &keys->parameters[keys->parameter_index];

	if (text_is_digit((char)byte)) {
		if (*parameter <= PARAMETER_MAX)
			*parameter = *parameter * 10 + (byte - '0');
		return KEY_NONE;
	}
	if (byte == ';') {
		keys->parameter_index = 1;
		return KEY_NONE;
	}
	if (byte < 0x40) /* an intermediate byte of some other sequence */
		return KEY_NONE;
	keys->state = KEYS_PLAIN;
	if (byte == '~')
		return number_key(keys->parameters[0]);
	return letter_key(byte, keys->parameters[1]);
}

static enum key feed_escape(struct keys *keys, uint8_t byte)
{
	keys->state = KEYS_PLAIN;
	keys->parameters[0] = keys->parameters[1] = 0;
	keys->parameter_index = 0;
	if (byte == '[')
		keys->state = KEYS_CONTROL;
	else if (byte == 'O')
		keys->state = KEYS_SINGLE;
	else if (byte == BYTE_ESCAPE)
		keys->state = KEYS_ESCAPE;
	else
		return alt_key(byte);
	return KEY_NONE;
}

/* Bytes that follow the first byte of a UTF-8 character; 4 if it is none. */
static uint8_t bytes_after(uint8_t byte)
{
	if (byte < 0x80)
		return 0;
	if (byte >= 0xc2 && byte < 0xe0)
		return 1;
	if (byte >= 0xe0 && byte < 0xf0)
		return 2;
	if (byte >= 0xf0 && byte < 0xf5)
		return 3;
	return 4;
}

static enum key feed_plain(struct keys *keys, uint8_t byte)
{
	uint8_t missing = bytes_after(byte);

	if (byte == BYTE_ESCAPE) {
		keys->state = KEYS_ESCAPE;
		return KEY_NONE;
	}
	if (byte == BYTE_DELETE)
		return KEY_BACKSPACE;
	if (byte < ' ')
		return control_keys[byte];
	if (missing == 4)
		return KEY_NONE;
	keys->character[0] = (char)byte;
	keys->character_size = 1;
	keys->missing = missing;
	if (missing == 0)
		return KEY_TEXT;
	keys->state = KEYS_CHARACTER;
	return KEY_NONE;
}

static enum key feed_character(struct keys *keys, uint8_t byte)
{
	if ((byte & 0xc0) != 0x80) { /* cut short: the byte begins something new */
		keys->state = KEYS_PLAIN;
		return feed_plain(keys, byte);
	}
	keys->character[keys->character_size++] = (char)byte;
	if (--keys->missing > 0)
		return KEY_NONE;
	keys->state = KEYS_PLAIN;
	return KEY_TEXT;
}

enum key keys_feed(struct keys *keys, uint8_t byte)
{
	switch (keys->state) {
	case KEYS_PLAIN:
		break;
	case KEYS_ESCAPE:
		return feed_escape(keys, byte);
	case KEYS_CONTROL:
		return feed_control(keys, byte);
	case KEYS_SINGLE:
		keys->state = KEYS_PLAIN;
		return letter_key(byte, 0);
	case KEYS_CHARACTER:
		return feed_character(keys, byte);
	}
	return feed_plain(keys, byte);
}

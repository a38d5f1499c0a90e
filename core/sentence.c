/* SPDX-License-Identifier: MIT */
/* sentence.c - see sentence.h. */
#include "core/sentence.h"

static void sentence_byte(struct sentence *sentence, char byte)
{
	if (sentence->size == SENTENCE_MAX_BYTES)
		return;
	sentence->bytes[sentence->size++] = byte;
	sentence->bytes[sentence->size] = 0;
}

void sentence_start(struct sentence *sentence, const char *words)
{
	sentence->size = 0;
	sentence->bytes[0] = 0;
	sentence_words(sentence, words);
}

void sentence_words(struct sentence *sentence, const char *words)
{
	while (*words)
		sentence_byte(sentence, *words++);
}

void sentence_text(struct sentence *sentence, struct capnp_text text)
{
	for (uint32_t i = 0; i < text.size; i++) {
		char byte = text.bytes[i];

		sentence_byte(sentence, byte >= ' ' && byte <= '~' ? byte : '?');
	}
}

static void sentence_digits(struct sentence *sentence, uint64_t number, uint32_t base)
{
	char digits[20];
	uint32_t count = 0;

	do {
		digits[count++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (count)
		sentence_byte(sentence, digits[--count]);
}

void sentence_number(struct sentence *sentence, uint64_t number)
{
	sentence_digits(sentence, number, 10);
}

void sentence_hex(struct sentence *sentence, uint64_t number)
{
	sentence_words(sentence, "0x");
	sentence_digits(sentence, number, 16);
}

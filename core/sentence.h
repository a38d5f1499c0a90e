/* SPDX-License-Identifier: MIT */
/*
 * sentence.h - puts a sentence together in a fixed buffer, for a person to read.
 *
 * What does not fit is cut; the sentence is always NUL-terminated. Text that comes from
 * somebody else goes through sentence_text(), which shows unprintable bytes as '?'.
 */
#ifndef CORE_SENTENCE_H
#define CORE_SENTENCE_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/reader.h"

enum { SENTENCE_MAX_BYTES = 240 };

struct sentence {
	char bytes[SENTENCE_MAX_BYTES + 1];
	uint32_t size;
};

/* Starts with @words. */
void sentence_start(struct sentence *sentence, const char *words);
void sentence_words(struct sentence *sentence, const char *words);
void sentence_text(struct sentence *sentence, struct capnp_text text);
void sentence_number(struct sentence *sentence, uint64_t number);
/* As "0x1f". */
void sentence_hex(struct sentence *sentence, uint64_t number);

#endif /* CORE_SENTENCE_H */

/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the targets share. A target is a file here with fuzz_one(); a line
 * "FUZZ-LINK:" in it names what it links with, as make/fuzz.mk explains.
 *
 * Copies have exactly the size of what is in them, so that the address sanitizer sees
 * the first byte too many.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the program, which libFuzzer reports with the input, unless @condition holds. */
#define FUZZ_CHECK(condition)                                                    \
	do {                                                                     \
		if (!(condition)) {                                              \
			(void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				      #condition);                               \
			abort();                                                 \
		}                                                                \
	} while (0)

static inline void *fuzz_room(size_t size)
{
	void *room = malloc(size != 0 ? size : 1);

	FUZZ_CHECK(room);
	return room;
}

/* @size bytes that are aligned for words and end where the sanitizer says so. */
static inline void *fuzz_copy(const void *bytes, size_t size)
{
	void *copy = fuzz_room(size);

	if (size != 0)
		memcpy(copy, bytes, size);
	return copy;
}

#endif /* TESTS_FUZZ_FUZZ_H */

/* SPDX-License-Identifier: MIT */
/* memory.c - see memory.h. */
#include "tools/capnpc-capos/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In front of everything that is allocated. */
struct block {
	struct block *next;
	size_t size; /* behind it */
};

static struct block *blocks;
static struct failure *current_failure;

void *allocate(size_t size)
{
	struct block *block = nullptr;

	if (size <= SIZE_MAX - sizeof(*block))
		block = calloc(1, sizeof(*block) + size);
	if (!block)
		die("capnpc-capos: out of memory");
	*block = (struct block){ .next = blocks, .size = size };
	blocks = block;
	return block + 1;
}

void *allocate_array(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		die("capnpc-capos: out of memory");
	return allocate(count * size);
}

void *resize(void *memory, size_t size)
{
	void *larger = allocate(size); /* the old one goes when everything goes */

	if (memory) {
		size_t old_size = ((struct block *)memory - 1)->size;

		memcpy(larger, memory, old_size < size ? old_size : size);
	}
	return larger;
}

void memory_free_all(void)
{
	while (blocks) {
		struct block *block = blocks;

		blocks = block->next;
		free(block);
	}
}

char *format_text(const char *format, ...)
{
	va_list arguments;
	char *text;
	int size;

	va_start(arguments, format);
	size = vsnprintf(nullptr, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		die("capnpc-capos: text that cannot be formatted");
	text = allocate((size_t)size + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return text;
}

void die_into(struct failure *failure)
{
	current_failure = failure;
}

[[noreturn]] void die(const char *format, ...)
{
	struct failure *failure = current_failure;
	va_list arguments;

	va_start(arguments, format);
	if (failure) {
		vsnprintf(failure->message, sizeof(failure->message), format, arguments);
		va_end(arguments);
		longjmp(failure->where, 1);
	}
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

/* SPDX-License-Identifier: MIT */
/*
 * memory.h - the memory of one run, and how a run ends early.
 *
 * Nothing is freed before the run is over; then everything is, so that a run may be made
 * again and again in one process (tests/fuzz/).
 */
#ifndef CAPNPC_MEMORY_H
#define CAPNPC_MEMORY_H

#include <setjmp.h>
#include <stddef.h>

/* Zeroed memory of @size bytes. Ends the run if there is none. */
void *allocate(size_t size);
/* Zeroed memory for @count things of @size bytes. */
void *allocate_array(size_t count, size_t size);
/* @memory, which is from here or null, grown to @size bytes. */
void *resize(void *memory, size_t size);
__attribute__((format(printf, 1, 2))) char *format_text(const char *format, ...);

/* Frees everything that was allocated here. */
void memory_free_all(void);

/* What die() leaves behind where a run ends early. */
struct failure {
	jmp_buf where;
	char message[1024];
};

/*
 * From now on die() writes its message into @failure and jumps to its `where`, which the
 * caller has set; with null it prints the message and ends the process with 1.
 */
void die_into(struct failure *failure);
[[noreturn]] __attribute__((format(printf, 1, 2))) void die(const char *format, ...);

#endif /* CAPNPC_MEMORY_H */

/* SPDX-License-Identifier: MIT */
/*
 * startup.h - the arguments a loader hands to the program it starts.
 *
 * The loader writes this record to the top of the program's first stack, which starts
 * below it, and passes its address as the argument of ProcessBuilder.start; without
 * arguments it passes 0. The record is the program's to change. The strings follow it,
 * each with its NUL.
 */
#ifndef ABI_STARTUP_H
#define ABI_STARTUP_H

#include <stdint.h>

#define CAPOS_STARTUP_MAGIC UINT64_C(0x31545253736f7063) /* "cposSRT1" */

enum {
	CAPOS_STARTUP_MAX_BYTES = 4096,
	CAPOS_ARGUMENTS_MAX = 64,
};

struct capos_startup {
	uint64_t magic;
	uint32_t size_bytes; /* of the record and the strings */
	uint32_t argument_count;
	uint64_t stack_low; /* lowest mapped address of the first stack */
	uint64_t stack_top;
	/* argument_count strings follow */
};

static_assert(sizeof(struct capos_startup) == 32, "part of the ABI");

#endif /* ABI_STARTUP_H */

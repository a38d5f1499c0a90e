/* SPDX-License-Identifier: MIT */
/*
 * needs.h - the capabilities a program cannot work without, declared in its ELF file.
 *
 * The section .capos.needs is an array of these records. tools/mkimage refuses a system
 * that does not grant exactly such a name and interface; loaders check it again.
 */
#ifndef ABI_NEEDS_H
#define ABI_NEEDS_H

#include <stdint.h>

#include "abi/capset.h"

enum capos_need_flags {
	CAPOS_NEED_OPTIONAL = 1 << 0, /* the program does without, and says so */
};

struct capos_need {
	char name[CAPOS_NAME_BYTES];
	uint64_t interface;
	uint32_t flags;
	uint32_t reserved;
};

static_assert(sizeof(struct capos_need) == 48, "tools read this without relocations");

#endif /* ABI_NEEDS_H */

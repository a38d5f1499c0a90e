/* SPDX-License-Identifier: MIT */
/* program.h - a program's ELF file and the needs it declares. */
#ifndef MKIMAGE_PROGRAM_H
#define MKIMAGE_PROGRAM_H

#include "abi/needs.h"
#include "tools/mkimage/file.h"

struct program {
	char name[CAPOS_NAME_BYTES];
	struct file_bytes file;
	struct capos_need *needs;
	uint32_t need_count;
};

/*
 * Reads FOLDER/NAME.bin and checks that capOS can load it and that its declared needs
 * are well-formed. Complains and returns false otherwise.
 */
[[nodiscard]] bool program_read(struct program *program, const char *folder,
				const char *name);
void program_free(struct program *program);

#endif /* MKIMAGE_PROGRAM_H */

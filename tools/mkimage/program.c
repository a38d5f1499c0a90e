/* SPDX-License-Identifier: MIT */
/* program.c - see program.h. */
#include "tools/mkimage/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/elf.h"

enum { PROGRAM_MAX_BYTES = 1 << 26 };

static bool need_well_formed(const struct capos_need *need)
{
	return need->name[0] && memchr(need->name, 0, sizeof(need->name)) &&
	       need->interface && (need->flags & ~(uint32_t)CAPOS_NEED_OPTIONAL) == 0 &&
	       need->reserved == 0;
}

/* Checks the file and copies its needs; a sentence if something is wrong with it. */
static const char *parse(struct program *program)
{
	struct elf_image image;
	const char *why;

	if (!elf_parse(program->file.bytes, program->file.size, &image, &why))
		return why;
	program->needs = allocate(image.need_count * sizeof(*program->needs));
	program->need_count = image.need_count;
	for (uint32_t i = 0; i < image.need_count; i++) {
		elf_read_need(program->file.bytes, &image, i, &program->needs[i]);
		if (!need_well_formed(&program->needs[i]))
			return "a need it declares has no name, no interface or unknown "
			       "flags";
	}
	return nullptr;
}

bool program_read(struct program *program, const char *folder, const char *name)
{
	char *stem = join(folder, "/");
	char *file = join(name, ".bin");
	char *path = join(stem, file);
	const char *trouble = nullptr;

	*program = (struct program){ 0 };
	snprintf(program->name, sizeof(program->name), "%s", name);
	program->file = file_read(path, PROGRAM_MAX_BYTES);
	if (program->file.bytes)
		trouble = parse(program);
	if (trouble)
		complain(path, "%s", trouble);
	free(stem);
	free(file);
	free(path);
	return program->file.bytes && !trouble;
}

void program_free(struct program *program)
{
	free(program->needs);
	file_free(program->file);
}

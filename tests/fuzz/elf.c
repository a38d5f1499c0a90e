/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: core/elf.c runtime/loader_plan.c runtime/format.c
/*
 * elf.c - libFuzzer over core/elf.c and the loader's plan: any file is refused, or keeps
 * the promises of elf.h, and its plan is one that the kernel could carry out. By hand:
 *
 *     clang-19 -fsanitize=fuzzer,address,undefined ... && ./elf -max_len=8192
 */
#include <stdlib.h>

#include "capos/cap.h"
#include "capos/loader.h"
#include "core/elf.h"

/* The kernel's answer, which no file decides: no capability derives from anything. */
bool capos_cap_answers(cap_t cap, uint64_t interface)
{
	(void)cap;
	(void)interface;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool good)
{
	if (!good)
		abort();
}

static void check_segments(const struct elf_image *elf, size_t size)
{
	uint64_t end = CAPOS_USER_FIRST;

	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *one = &elf->segments[i];

		require(one->address / ELF_PAGE_BYTES * ELF_PAGE_BYTES >= end);
		require(one->memory_bytes != 0 && one->memory_bytes >= one->file_bytes);
		require(one->file_offset <= size &&
			one->file_bytes <= size - one->file_offset);
		require(!(one->flags & ELF_WRITE && one->flags & ELF_EXECUTE));
		end = (one->address + one->memory_bytes + ELF_PAGE_BYTES - 1) /
		      ELF_PAGE_BYTES * ELF_PAGE_BYTES;
		require(end <= CAPOS_USER_END);
	}
}

static void check_plan(const struct loader_image *image)
{
	for (uint32_t i = 0; i < image->step_count; i++) {
		const struct loader_step *step = &image->steps[i];

		require(step->size_bytes != 0 &&
			step->size_bytes <= CAPOS_MAP_CALL_MAX_BYTES);
		require((step->address | step->size_bytes) % ELF_PAGE_BYTES == 0);
		require(step->kind != LOADER_MAP_COPY ||
			step->copy_bytes <= step->size_bytes);
		require(step->kind != LOADER_MAP_OBJECT ||
			step->offset % ELF_PAGE_BYTES == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct loader_image image;
	struct elf_image elf;
	const char *why = nullptr;

	if (!elf_parse(bytes, size, &elf, &why)) {
		require(why != nullptr);
		return 0;
	}
	check_segments(&elf, size);
	for (uint32_t i = 0; i < elf.need_count; i++) {
		struct capos_need need;

		elf_read_need(bytes, &elf, i, &need);
		require(need.name[CAPOS_NAME_BYTES - 1] == '\0');
	}
	if (loader_plan(&elf, &image, &why))
		check_plan(&image);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * elf.h - checks a program file and says how it lies in memory.
 *
 * Programs are ELF64, x86-64, static, not relocatable. The file comes from somebody
 * else: nothing outside it is ever read, and what is accepted keeps these promises,
 * which loaders rely on without checking again:
 *   E1  1 to ELF_SEGMENTS_MAX segments, ascending and with no page in common; none is
 *       empty, all lie within the addresses that programs may use.
 *   E2  No segment is both writable and executable; every one is readable.
 *   E3  File contents lie in the file; file_bytes <= memory_bytes, with equality unless the
 *       segment is writable.
 *   E4  Address and file offset agree in their place within a page.
 *   E5  The entry point lies in the file contents of an executable segment.
 *   E6  Thread-local data lies in the file contents of a segment (or has none) and its
 *       alignment is a power of two, at most a page.
 *   E7  The needs are whole records that lie in the file.
 *
 *   tests    core/elf_test.c, tests/fuzz/elf.c
 */
#ifndef CORE_ELF_H
#define CORE_ELF_H

#include <stddef.h>
#include <stdint.h>

#include "abi/needs.h"

enum {
	ELF_SEGMENTS_MAX = 8,
	ELF_PROGRAM_HEADERS_MAX = 32,
	ELF_SECTIONS_MAX = 256,
	ELF_NEEDS_MAX = CAPOS_CAPSET_MAX,
	ELF_PAGE_BYTES = 4096, /* what segments of a file are aligned to */
};

enum elf_flags {
	ELF_EXECUTE = 1 << 0, /* the numbers are those of p_flags */
	ELF_WRITE = 1 << 1,
	ELF_READ = 1 << 2,
};

struct elf_segment {
	uint64_t address;
	uint64_t memory_bytes;
	uint64_t file_offset;
	uint64_t file_bytes;
	uint32_t flags;
};

struct elf_image {
	uint64_t entry;
	uint32_t segment_count;
	uint32_t need_count;
	uint64_t needs_offset; /* in the file */
	/* Thread-local data; memory_bytes is 0 if there is none. */
	struct elf_segment thread_data;
	struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/*
 * Reads the @size bytes at @bytes, which need no alignment and must not change. On failure returns
 * false with the reason in *@why, and *@out is undefined.
 */
[[nodiscard]] bool elf_parse(const void *bytes, size_t size, struct elf_image *out,
			     const char **why);

/* Copies need @index, less than need_count, out of the same file. Its name has a NUL. */
void elf_read_need(const void *bytes, const struct elf_image *image, uint32_t index,
		   struct capos_need *out);

#endif /* CORE_ELF_H */

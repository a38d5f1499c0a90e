/* SPDX-License-Identifier: MIT */
/*
 * elf_test.c - a small good program, and every way to break it that elf.h names.
 */
// TEST-LINK: core/elf.c
#include "core/elf.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 4096, IMAGE = 0x200000 };

/* A file as the linker makes it: constants, code, data with zeros, needs. */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr segments[4];
	struct capos_need needs[2];
	char names[32];
	Elf64_Shdr sections[3];
	uint8_t padding1[PAGE - 64 - 4 * 56 - 2 * 48 - 32 - 3 * 64];
	uint8_t code[PAGE];
	uint8_t data[64];
};

static struct program program;
static struct elf_image image;
static const char *why;

static Elf64_Phdr segment(uint32_t flags, uint64_t offset, uint64_t size, uint64_t memory)
{
	return (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = flags,
		.p_offset = offset,
		.p_vaddr = IMAGE + offset,
		.p_filesz = size,
		.p_memsz = memory,
		.p_align = PAGE,
	};
}

static int set_up(void **state)
{
	(void)state;
	memset(&program, 0, sizeof(program));
	program.header = (Elf64_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = IMAGE + PAGE,
		.e_phoff = offsetof(struct program, segments),
		.e_shoff = offsetof(struct program, sections),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 4,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3,
		.e_shstrndx = 2,
	};
	program.segments[0] = segment(PF_R, 0, 512, 512);
	program.segments[1] = segment(PF_R | PF_X, PAGE, PAGE, PAGE);
	program.segments[2] =
		segment(PF_R | PF_W, offsetof(struct program, data), 64, 9000);
	program.segments[3] = (Elf64_Phdr){
		.p_type = PT_TLS,
		.p_vaddr = IMAGE + 256,
		.p_offset = 256,
		.p_filesz = 16,
		.p_memsz = 64,
		.p_align = 64,
	};
	strcpy(program.needs[0].name, "console");
	program.needs[0].interface = 7;
	strcpy(program.needs[1].name, "timer");
	strcpy(program.names + 1, ".capos.needs");
	program.sections[1] = (Elf64_Shdr){
		.sh_name = 1,
		.sh_type = SHT_PROGBITS,
		.sh_offset = offsetof(struct program, needs),
		.sh_size = sizeof(program.needs),
	};
	program.sections[2] = (Elf64_Shdr){
		.sh_name = 14,
		.sh_type = SHT_STRTAB,
		.sh_offset = offsetof(struct program, names),
		.sh_size = sizeof(program.names),
	};
	return 0;
}

/* A copy of exactly the size, so that the sanitizer sees any byte read beyond it. */
static bool parse_bytes(const void *bytes, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	bool good;

	memcpy(copy + 1, bytes, size); /* and not aligned */
	good = elf_parse(copy + 1, size, &image, &why);
	free(copy);
	return good;
}

static bool parse(void)
{
	return parse_bytes(&program, sizeof(program));
}

static void expect_refusal(const char *part)
{
	assert_false(parse());
	assert_non_null(strstr(why, part));
	set_up(nullptr);
}

static void elf_describes_a_good_program(void **state)
{
	struct capos_need need;

	(void)state;
	assert_true(parse());
	assert_int_equal(image.entry, IMAGE + PAGE);
	assert_int_equal(image.segment_count, 3);
	assert_int_equal(image.segments[2].file_bytes, 64);
	assert_int_equal(image.segments[2].memory_bytes, 9000);
	assert_int_equal(image.segments[2].flags, ELF_READ | ELF_WRITE);
	assert_int_equal(image.thread_data.memory_bytes, 64);
	assert_int_equal(image.need_count, 2);
	elf_read_need(&program, &image, 0, &need);
	assert_string_equal(need.name, "console");
	assert_int_equal(need.interface, 7);
}

static void elf_without_sections_has_no_needs(void **state)
{
	(void)state;
	program.header.e_shnum = 0;
	assert_true(parse());
	assert_int_equal(image.need_count, 0);
}

static void elf_need_names_end(void **state)
{
	struct capos_need need;

	(void)state;
	memset(program.needs[1].name, 'x', CAPOS_NAME_BYTES);
	assert_true(parse());
	elf_read_need(&program, &image, 1, &need);
	assert_int_equal(strlen(need.name), CAPOS_NAME_BYTES - 1);
}

static void elf_refuses_other_files(void **state)
{
	(void)state;
	program.header.e_ident[0] = 0;
	expect_refusal("not an ELF");
	program.header.e_ident[EI_CLASS] = ELFCLASS32;
	expect_refusal("64-bit");
	program.header.e_ident[EI_DATA] = ELFDATA2MSB;
	expect_refusal("little-endian");
	program.header.e_machine = EM_AARCH64;
	expect_refusal("processor");
	program.header.e_type = ET_DYN;
	expect_refusal("static");
	program.segments[0].p_type = PT_INTERP;
	expect_refusal("dynamically");
	program.segments[0].p_type = PT_DYNAMIC;
	expect_refusal("dynamically");
}

static void elf_refuses_headers_out_of_the_file(void **state)
{
	(void)state;
	program.header.e_phoff = sizeof(program) - 8;
	expect_refusal("program headers");
	program.header.e_phoff = UINT64_MAX - 8;
	expect_refusal("program headers");
	program.header.e_phnum = ELF_PROGRAM_HEADERS_MAX + 1;
	expect_refusal("too many");
	program.header.e_phentsize = 32;
	expect_refusal("unknown size");
	program.header.e_phnum = 0;
	expect_refusal("nothing to load");
	program.header.e_shoff = UINT64_MAX - 100;
	expect_refusal("section headers");
	program.header.e_shstrndx = 3;
	expect_refusal("section headers");
	program.header.e_shnum = ELF_SECTIONS_MAX + 1;
	expect_refusal("section headers");
}

static void elf_refuses_bad_segments(void **state)
{
	(void)state;
	program.segments[1].p_offset = sizeof(program);
	expect_refusal("outside the file");
	program.segments[1].p_filesz = UINT64_MAX - 16;
	expect_refusal("outside the file");
	program.segments[2].p_memsz = 63;
	expect_refusal("more contents");
	program.segments[1].p_memsz++;
	expect_refusal("without contents");
	program.segments[1].p_flags |= PF_W;
	expect_refusal("writable and executable");
	program.segments[1].p_flags = PF_X;
	expect_refusal("permissions");
	program.segments[1].p_flags |= 0x100000;
	expect_refusal("permissions");
	program.segments[0].p_vaddr = 0;
	expect_refusal("outside the addresses");
	program.segments[2].p_vaddr = UINT64_C(0x00007fffffff0000);
	expect_refusal("outside the addresses");
	program.segments[2].p_memsz = UINT64_MAX - 64;
	expect_refusal("outside the addresses");
	program.segments[2].p_vaddr += 8;
	expect_refusal("not aligned");
}

static void elf_refuses_segments_that_share_a_page(void **state)
{
	(void)state;
	program.segments[0].p_filesz = program.segments[0].p_memsz = PAGE + 1;
	expect_refusal("overlap");
	program.segments[2].p_vaddr = IMAGE;
	expect_refusal("overlap");
	program.segments[1] = program.segments[0];
	expect_refusal("overlap");
}

static void elf_refuses_more_segments_than_it_has_room_for(void **state)
{
	static struct {
		struct program program;
		Elf64_Phdr many[ELF_SEGMENTS_MAX + 1];
	} large;

	(void)state;
	large.program = program;
	large.program.header.e_phoff = sizeof(program);
	large.program.header.e_phnum = ELF_SEGMENTS_MAX + 1;
	for (uint64_t i = 0; i <= ELF_SEGMENTS_MAX; i++) {
		large.many[i] = segment(PF_R, 0, 16, 16);
		large.many[i].p_vaddr += i * PAGE;
	}
	assert_false(parse_bytes(&large, sizeof(large)));
	assert_string_equal(why, "too many segments");
}

static void elf_refuses_an_entry_that_is_not_code(void **state)
{
	(void)state;
	program.header.e_entry = IMAGE;
	expect_refusal("entry point");
	program.header.e_entry = IMAGE + 2 * PAGE;
	expect_refusal("entry point");
	program.header.e_entry = UINT64_MAX;
	expect_refusal("entry point");
}

static void elf_refuses_bad_thread_data(void **state)
{
	(void)state;
	program.segments[3].p_vaddr = 0;
	expect_refusal("thread-local");
	program.segments[3].p_filesz = 65;
	expect_refusal("thread-local");
	program.segments[3].p_align = 48;
	expect_refusal("alignment");
	program.segments[3].p_align = 2 * PAGE;
	expect_refusal("alignment");
	program.segments[0] = program.segments[3];
	expect_refusal("twice");
}

static void elf_refuses_damaged_needs(void **state)
{
	(void)state;
	program.sections[1].sh_size = 95;
	expect_refusal("needs");
	program.sections[1].sh_offset = sizeof(program) - 48;
	expect_refusal("needs");
	program.sections[1].sh_size = sizeof(struct capos_need) * (ELF_NEEDS_MAX + 1);
	expect_refusal("needs");
	program.sections[1].sh_name =
		UINT32_MAX; /* has no name, so it is not the needs */
	assert_true(parse());
	assert_int_equal(image.need_count, 0);
}

static void elf_cut_anywhere_is_refused_or_whole(void **state)
{
	(void)state;
	for (size_t size = 0; size < sizeof(program); size += 13)
		assert_false(parse_bytes(&program, size));
}

static void elf_with_any_byte_changed_keeps_its_promises(void **state)
{
	(void)state;
	srand(3);
	for (int round = 0; round < 200000; round++) {
		size_t at = (size_t)rand() % offsetof(struct program, padding1);

		((uint8_t *)&program)[at] ^= (uint8_t)(1 + rand() % 255);
		if (elf_parse(&program, sizeof(program), &image, &why)) {
			assert_in_range(image.segment_count, 1, ELF_SEGMENTS_MAX);
			for (uint32_t i = 0; i < image.segment_count; i++) {
				const struct elf_segment *one = &image.segments[i];

				assert_true(one->file_offset + one->file_bytes <=
					    sizeof(program));
				assert_false(one->flags & ELF_WRITE &&
					     one->flags & ELF_EXECUTE);
			}
		}
		if (round % 4 == 3)
			set_up(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(elf_describes_a_good_program, set_up),
		cmocka_unit_test_setup(elf_without_sections_has_no_needs, set_up),
		cmocka_unit_test_setup(elf_need_names_end, set_up),
		cmocka_unit_test_setup(elf_refuses_other_files, set_up),
		cmocka_unit_test_setup(elf_refuses_headers_out_of_the_file, set_up),
		cmocka_unit_test_setup(elf_refuses_bad_segments, set_up),
		cmocka_unit_test_setup(elf_refuses_segments_that_share_a_page, set_up),
		cmocka_unit_test_setup(elf_refuses_more_segments_than_it_has_room_for,
				       set_up),
		cmocka_unit_test_setup(elf_refuses_an_entry_that_is_not_code, set_up),
		cmocka_unit_test_setup(elf_refuses_bad_thread_data, set_up),
		cmocka_unit_test_setup(elf_refuses_damaged_needs, set_up),
		cmocka_unit_test_setup(elf_cut_anywhere_is_refused_or_whole, set_up),
		cmocka_unit_test_setup(elf_with_any_byte_changed_keeps_its_promises,
				       set_up),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

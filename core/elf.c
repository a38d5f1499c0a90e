/* SPDX-License-Identifier: MIT */
/*
 * elf.c - see elf.h for what it promises.
 *
 * Every read goes through file_read(), which knows the file's size. Ranges are compared
 * by subtraction after a comparison, so that no sum can wrap.
 */
#include "core/elf.h"

#include "abi/address_map.h"

enum {
	IDENT_CLASS_64 = 2,
	IDENT_DATA_LITTLE = 1,
	IDENT_VERSION = 1,
	TYPE_EXECUTABLE = 2,
	MACHINE_X86_64 = 62,
	SEGMENT_LOAD = 1,
	SEGMENT_DYNAMIC = 2,
	SEGMENT_INTERPRETER = 3,
	SEGMENT_THREAD_DATA = 7,
	SECTION_CONTENTS = 1,
};

/* The structures of the file, as the ELF64 specification lays them out. */
struct file_header {
	uint8_t magic[4];
	uint8_t class, data, ident_version, os_abi, abi_version, padding[7];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_headers, section_headers;
	uint32_t flags;
	uint16_t header_bytes;
	uint16_t program_header_bytes, program_header_count;
	uint16_t section_header_bytes, section_header_count, section_names;
};

struct program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_bytes, memory_bytes, align;
};

struct section_header {
	uint32_t name, type;
	uint64_t flags, address, offset, size_bytes;
	uint32_t link, info;
	uint64_t align, entry_bytes;
};

static_assert(sizeof(struct file_header) == 64 && sizeof(struct program_header) == 56 &&
		      sizeof(struct section_header) == 64,
	      "the sizes of ELF64");

struct file {
	const uint8_t *bytes;
	size_t size;
};

static bool in_file(const struct file *file, uint64_t offset, uint64_t size)
{
	return offset <= file->size && size <= file->size - offset;
}

static bool file_read(const struct file *file, uint64_t offset, void *to, size_t size)
{
	if (!in_file(file, offset, size))
		return false;
	__builtin_memcpy(to, file->bytes + offset, size);
	return true;
}

/* What is wrong with the file header; nullptr if nothing is. */
static const char *check_header(const struct file_header *header)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };

	if (__builtin_memcmp(header->magic, magic, sizeof(magic)) != 0)
		return "not an ELF file";
	if (header->class != IDENT_CLASS_64 || header->data != IDENT_DATA_LITTLE ||
	    header->ident_version != IDENT_VERSION || header->version != IDENT_VERSION)
		return "not a 64-bit little-endian ELF file of version 1";
	if (header->machine != MACHINE_X86_64)
		return "made for another processor";
	if (header->type != TYPE_EXECUTABLE)
		return "not a static executable";
	if (header->program_header_bytes != sizeof(struct program_header) ||
	    header->program_header_count > ELF_PROGRAM_HEADERS_MAX)
		return "program headers of an unknown size, or too many";
	return nullptr;
}

static uint64_t page_of(uint64_t address)
{
	return address / ELF_PAGE_BYTES;
}

/* E1 to E4 for one segment alone. */
static const char *check_segment(const struct file *file,
				 const struct program_header *header)
{
	if (!in_file(file, header->offset, header->file_bytes))
		return "a segment lies outside the file";
	if (header->file_bytes > header->memory_bytes)
		return "a segment has more contents than memory";
	if (header->file_bytes < header->memory_bytes && !(header->flags & ELF_WRITE))
		return "a read-only segment is partly without contents";
	if ((header->flags & ~(uint32_t)(ELF_READ | ELF_WRITE | ELF_EXECUTE)) != 0 ||
	    !(header->flags & ELF_READ))
		return "a segment with unknown permissions";
	if (header->flags & ELF_WRITE && header->flags & ELF_EXECUTE)
		return "a segment is both writable and executable";
	if (header->address < CAPOS_USER_FIRST || header->address >= CAPOS_USER_END ||
	    header->memory_bytes > CAPOS_USER_END - header->address)
		return "a segment lies outside the addresses of programs";
	if (header->address % ELF_PAGE_BYTES != header->offset % ELF_PAGE_BYTES)
		return "a segment is not aligned to its page in the file";
	return nullptr;
}

static struct elf_segment segment_of(const struct program_header *header)
{
	return (struct elf_segment){
		.address = header->address,
		.memory_bytes = header->memory_bytes,
		.file_offset = header->offset,
		.file_bytes = header->file_bytes,
		.flags = header->flags,
	};
}

static const char *add_segment(const struct file *file,
			       const struct program_header *header, struct elf_image *out)
{
	const char *why = check_segment(file, header);

	if (why)
		return why;
	if (out->segment_count == ELF_SEGMENTS_MAX)
		return "too many segments";
	if (out->segment_count != 0) {
		const struct elf_segment *last = &out->segments[out->segment_count - 1];

		if (page_of(header->address) <=
		    page_of(last->address + last->memory_bytes - 1))
			return "segments overlap, share a page or are out of order";
	}
	out->segments[out->segment_count++] = segment_of(header);
	return nullptr;
}

static const char *set_thread_data(const struct program_header *header,
				   struct elf_image *out)
{
	if (out->thread_data.memory_bytes != 0)
		return "thread-local data twice";
	if (header->file_bytes > header->memory_bytes ||
	    header->memory_bytes > UINT32_MAX)
		return "thread-local data of a bad size";
	if (header->align > ELF_PAGE_BYTES || (header->align & (header->align - 1)) != 0)
		return "thread-local data of a bad alignment";
	out->thread_data = segment_of(header);
	return nullptr;
}

static const char *read_segments(const struct file *file,
				 const struct file_header *header, struct elf_image *out)
{
	for (uint32_t i = 0; i < header->program_header_count; i++) {
		struct program_header program;
		const char *why = nullptr;

		/* Two steps, so that the sum cannot wrap. */
		if (!in_file(file, header->program_headers, 0) ||
		    !file_read(file, header->program_headers + i * sizeof(program),
			       &program, sizeof(program)))
			return "the program headers lie outside the file";
		if (program.type == SEGMENT_LOAD && program.memory_bytes != 0)
			why = add_segment(file, &program, out);
		else if (program.type == SEGMENT_THREAD_DATA && program.memory_bytes != 0)
			why = set_thread_data(&program, out);
		else if (program.type == SEGMENT_DYNAMIC ||
			 program.type == SEGMENT_INTERPRETER)
			why = "dynamically linked";
		if (why)
			return why;
	}
	return out->segment_count == 0 ? "nothing to load" : nullptr;
}

/* The segment whose file contents hold [@address, @address + @size). */
static const struct elf_segment *find_contents(const struct elf_image *image,
					       uint64_t address, uint64_t size)
{
	for (uint32_t i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		if (address >= segment->address &&
		    address - segment->address <= segment->file_bytes &&
		    size <= segment->file_bytes - (address - segment->address))
			return segment;
	}
	return nullptr;
}

static const char *check_whole(const struct elf_image *image)
{
	const struct elf_segment *code = find_contents(image, image->entry, 1);
	const struct elf_segment *data = &image->thread_data;

	if (!code || !(code->flags & ELF_EXECUTE))
		return "the entry point is not in an executable segment";
	if (data->file_bytes != 0 &&
	    !find_contents(image, data->address, data->file_bytes))
		return "thread-local data lies outside the segments";
	return nullptr;
}

static const char needs_name[] = ".capos.needs";

/* The sections of a file, and the bytes of their names; all of it lies in the file. */
struct sections {
	const uint8_t *headers;
	uint32_t count;
	const uint8_t *names;
	uint64_t names_bytes;
};

static struct section_header read_section(const struct sections *sections, uint32_t index)
{
	struct section_header section;

	__builtin_memcpy(&section, sections->headers + index * sizeof(section),
			 sizeof(section));
	return section;
}

static bool find_sections(const struct file *file, const struct file_header *header,
			  struct sections *out)
{
	struct section_header names;

	if (header->section_header_bytes != sizeof(struct section_header) ||
	    header->section_header_count > ELF_SECTIONS_MAX ||
	    header->section_names >= header->section_header_count ||
	    !in_file(file, header->section_headers,
		     header->section_header_count * sizeof(struct section_header)))
		return false;
	out->headers = file->bytes + header->section_headers;
	out->count = header->section_header_count;
	names = read_section(out, header->section_names);
	if (!in_file(file, names.offset, names.size_bytes))
		return false;
	out->names = file->bytes + names.offset;
	out->names_bytes = names.size_bytes;
	return true;
}

/* Whether section @index is called needs_name; reads no more of it than that takes. */
static bool is_needs(const struct sections *sections, uint32_t index)
{
	struct {
		uint32_t name, type; /* what a section header starts with */
	} start;

	__builtin_memcpy(&start,
			 sections->headers + index * sizeof(struct section_header),
			 sizeof(start));
	if (start.type != SECTION_CONTENTS || start.name > sections->names_bytes ||
	    sizeof(needs_name) > sections->names_bytes - start.name)
		return false;
	return __builtin_memcmp(sections->names + start.name, needs_name,
				sizeof(needs_name)) == 0;
}

static const char *read_needs(const struct file *file, const struct file_header *header,
			      struct elf_image *out)
{
	struct sections sections;

	if (header->section_header_count == 0)
		return nullptr; /* no sections, so no needs */
	if (!find_sections(file, header, &sections))
		return "the section headers are damaged, or lie outside the file";
	for (uint32_t i = 0; i < sections.count; i++) {
		struct section_header section;

		if (!is_needs(&sections, i))
			continue;
		section = read_section(&sections, i);
		if (!in_file(file, section.offset, section.size_bytes) ||
		    section.size_bytes % sizeof(struct capos_need) != 0 ||
		    section.size_bytes / sizeof(struct capos_need) > ELF_NEEDS_MAX)
			return "the declared needs are damaged, or too many";
		out->needs_offset = section.offset;
		out->need_count =
			(uint32_t)(section.size_bytes / sizeof(struct capos_need));
		return nullptr;
	}
	return nullptr;
}

bool elf_parse(const void *bytes, size_t size, struct elf_image *out, const char **why)
{
	const struct file file = { bytes, size };
	struct file_header header;

	out->segment_count = 0;
	out->need_count = 0;
	out->needs_offset = 0;
	out->thread_data = (struct elf_segment){ 0 };
	*why = "too short to be a program";
	if (!file_read(&file, 0, &header, sizeof(header)))
		return false;
	*why = check_header(&header);
	if (*why)
		return false;
	out->entry = header.entry;
	*why = read_segments(&file, &header, out);
	if (!*why)
		*why = check_whole(out);
	if (!*why)
		*why = read_needs(&file, &header, out);
	return !*why;
}

void elf_read_need(const void *bytes, const struct elf_image *image, uint32_t index,
		   struct capos_need *out)
{
	const uint8_t *records = (const uint8_t *)bytes + image->needs_offset;

	__builtin_memcpy(out, records + index * sizeof(*out), sizeof(*out));
	out->name[CAPOS_NAME_BYTES - 1] = '\0';
}

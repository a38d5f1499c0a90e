/* SPDX-License-Identifier: MIT */
/* boot_multiboot2.c - the information record of the multiboot2 protocol (GRUB). */
#include "boot.h"
#include "entry_offsets.h"
#include "kernel/arch/common/boot_memory.h"
#include "kernel/panic.h"
#include "x86.h"

enum {
	TAG_END = 0,
	TAG_COMMAND_LINE = 1,
	TAG_MODULE = 3,
	TAG_MEMORY_MAP = 6,
	TAG_ACPI_OLD = 14,
	TAG_ACPI_NEW = 15,
	TAG_ALIGN = 8,
	MEMORY_RAM = 1,
	RSDP_MAX_BYTES = 64,
};

struct information {
	uint32_t size_bytes;
	uint32_t reserved;
};

struct tag {
	uint32_t type;
	uint32_t size_bytes; /* with these 8 bytes, without the padding to the next tag */
};

struct module_tag {
	struct tag tag;
	uint32_t start;
	uint32_t end;
	char command_line[];
};

struct memory_entry {
	uint64_t address;
	uint64_t size_bytes;
	uint32_t type;
	uint32_t reserved;
};

struct memory_map_tag {
	struct tag tag;
	uint32_t entry_size_bytes;
	uint32_t entry_version;
	uint8_t entries[];
};

/* GRUB passes the RSDP's contents, not where it is. */
static uint8_t rsdp_copy[RSDP_MAX_BYTES];

static void read_memory_map(struct boot_info *info, const struct memory_map_tag *tag,
			    bool ram)
{
	const uint8_t *end = (const uint8_t *)tag + tag->tag.size_bytes;

	if (tag->entry_size_bytes < sizeof(struct memory_entry))
		return;
	for (const uint8_t *at = tag->entries; at + tag->entry_size_bytes <= end;
	     at += tag->entry_size_bytes) {
		const struct memory_entry *entry = (const void *)at;

		if (ram && entry->type == MEMORY_RAM)
			(void)boot_memory_add(info, entry->address, entry->size_bytes);
		if (!ram && entry->type != MEMORY_RAM)
			(void)boot_memory_cut(info, entry->address, entry->size_bytes);
	}
}

static void read_rsdp(struct boot_info *info, const struct tag *tag)
{
	const uint8_t *bytes = (const uint8_t *)(tag + 1);
	size_t size = tag->size_bytes - sizeof(*tag);

	for (size_t i = 0; i < size && i < RSDP_MAX_BYTES; i++)
		rsdp_copy[i] = bytes[i];
	info->acpi_rsdp.raw = (uint64_t)rsdp_copy - (uint64_t)KERNEL_WINDOW;
}

static void read_tag(struct boot_info *info, const struct tag *tag)
{
	const void *bytes = tag + 1;

	switch (tag->type) {
	case TAG_COMMAND_LINE:
		boot_copy_command_line(info, bytes, tag->size_bytes - sizeof(*tag));
		break;
	case TAG_MODULE:
		if (info->package_size_bytes == 0) {
			const struct module_tag *module = (const void *)tag;

			info->package.raw = module->start;
			info->package_size_bytes = module->end - module->start;
		}
		break;
	case TAG_MEMORY_MAP:
		read_memory_map(info, (const void *)tag, true);
		read_memory_map(info, (const void *)tag, false);
		break;
	case TAG_ACPI_OLD:
		if (info->acpi_rsdp.raw == 0)
			read_rsdp(info, tag);
		break;
	case TAG_ACPI_NEW:
		read_rsdp(info, tag);
		break;
	default:
		break;
	}
}

void boot_read_multiboot2(struct boot_info *info, paddr_t record)
{
	const struct information *information = arch_direct(record);
	uint64_t left = information->size_bytes;
	const uint8_t *at = (const uint8_t *)information;

	info->loader = "multiboot2";
	for (uint64_t offset = sizeof(*information);
	     offset + sizeof(struct tag) <= left;) {
		const struct tag *tag = (const void *)(at + offset);

		if (tag->type == TAG_END || tag->size_bytes < sizeof(*tag) ||
		    tag->size_bytes > left - offset)
			break;
		read_tag(info, tag);
		offset += (tag->size_bytes + TAG_ALIGN - 1) & ~(uint64_t)(TAG_ALIGN - 1);
	}
}

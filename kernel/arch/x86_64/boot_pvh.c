/* SPDX-License-Identifier: MIT */
/* boot_pvh.c - the start record of the PVH boot protocol (QEMU -kernel, microVMs). */
#include "boot.h"
#include "kernel/arch/common/boot_memory.h"
#include "kernel/panic.h"
#include "x86.h"

constexpr uint32_t START_MAGIC = 0x336ec578;
enum { MEMORY_RAM = 1 };

struct start_info {
	uint32_t magic;
	uint32_t version; /* memory map from version 1 */
	uint32_t flags;
	uint32_t module_count;
	uint64_t modules;
	uint64_t command_line;
	uint64_t rsdp;
	uint64_t memory_map;
	uint32_t memory_map_entries;
	uint32_t reserved;
};

struct module {
	uint64_t address;
	uint64_t size_bytes;
	uint64_t command_line;
	uint64_t reserved;
};

struct memory_entry {
	uint64_t address;
	uint64_t size_bytes;
	uint32_t type;
	uint32_t reserved;
};

static const void *at(uint64_t address)
{
	return arch_direct((paddr_t){ address });
}

void boot_read_pvh(struct boot_info *info, paddr_t record)
{
	const struct start_info *start = at(record.raw);
	const struct memory_entry *map;

	info->loader = "PVH";
	if (start->magic != START_MAGIC || start->version < 1)
		panic("the PVH start record has no memory map");
	map = at(start->memory_map);
	for (uint32_t i = 0; i < start->memory_map_entries; i++) {
		if (map[i].type == MEMORY_RAM)
			(void)boot_memory_add(info, map[i].address, map[i].size_bytes);
	}
	for (uint32_t i = 0; i < start->memory_map_entries; i++) {
		if (map[i].type != MEMORY_RAM)
			(void)boot_memory_cut(info, map[i].address, map[i].size_bytes);
	}
	info->acpi_rsdp.raw = start->rsdp;
	if (start->command_line != 0)
		boot_copy_command_line(info, at(start->command_line),
				       BOOT_COMMAND_LINE_MAX - 1);
	if (start->module_count != 0) {
		const struct module *module = at(start->modules);

		info->package.raw = module->address;
		info->package_size_bytes = module->size_bytes;
	}
}

/* SPDX-License-Identifier: MIT */
/* boot.c - from 64-bit mode to kernel_main: one processor, final page tables, boot_info. */
#include "boot.h"
#include "entry_offsets.h"
#include "kernel/arch.h"
#include "kernel/arch/common/boot_memory.h"
#include "kernel/panic.h"
#include "x86.h"

struct arch_cpu boot_cpu = { .timer_deadline_ns = UINT64_MAX };
struct arch_clock arch_clock;

static struct boot_info boot_info;

extern const uint8_t image_start[], image_end[]; /* physical, from kernel.ld */

[[noreturn]] void boot_main(enum boot_loader loader, uint64_t record, uint64_t counter);

enum { LOW_MEMORY_BYTES = 64 << 10 };

void boot_copy_command_line(struct boot_info *info, const char *from, size_t max)
{
	size_t i = 0;

	while (i < max && i < BOOT_COMMAND_LINE_MAX - 1 && from[i] != '\0') {
		info->command_line[i] = from[i];
		i++;
	}
	info->command_line[i] = '\0';
}

/* What is in use: the firmware's lowest pages, this image, the boot package. */
static void cut_used_memory(struct boot_info *info)
{
	uint64_t start = (uint64_t)image_start;

	(void)boot_memory_cut(info, 0, LOW_MEMORY_BYTES);
	(void)boot_memory_cut(info, start, (uint64_t)image_end - start);
	(void)boot_memory_cut(info, info->package.raw, info->package_size_bytes);
	if (info->package.raw % ARCH_PAGE_SIZE != 0)
		panic("the boot package at 0x%lx is not page aligned", info->package.raw);
	if (info->memory_count == 0)
		panic("the loader's memory map has no usable memory");
}

void boot_main(enum boot_loader loader, uint64_t record, uint64_t counter)
{
	/* GS first: everything that prints or locks needs the processor's block. */
	segments_init(&boot_cpu);
	serial_init();
	processor_check();
	processor_enable();

	arch_clock.start = counter;
	boot_info.start_counter = counter;
	if (loader == BOOT_LOADER_PVH)
		boot_read_pvh(&boot_info, (paddr_t){ record });
	else
		boot_read_multiboot2(&boot_info, (paddr_t){ record });
	cut_used_memory(&boot_info);
	paging_init(&boot_info);
	kernel_main(&boot_info);
}

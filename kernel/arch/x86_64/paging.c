/* SPDX-License-Identifier: MIT */
/*
 * paging.c - the kernel's own page tables.
 *
 * Made once, before kernel_main, and shared by every address space through two entries
 * of its top table, whose lower tables all exist from the start: a change below them is
 * seen everywhere. The direct map shows usable RAM and the boot package, the latter
 * read-only; the kernel image is not in it at all, so its text has no writable alias.
 *
 * Invariants, checked by arch_check_wx():
 *   K1  No page is both writable and executable.
 *   K2  No page of the kernel's half is accessible to programs.
 */
#include "entry_offsets.h"
#include "kernel/arch.h"
#include "kernel/arch/common/boot_memory.h"
#include "kernel/panic.h"
#include "x86.h"

constexpr uint64_t PRESENT = 1u << 0;
constexpr uint64_t WRITABLE = 1u << 1;
constexpr uint64_t USER = 1u << 2;
constexpr uint64_t UNCACHED = 1u << 3 | 1u << 4;
constexpr uint64_t ACCESSED_DIRTY = 1u << 5 | 1u << 6;
constexpr uint64_t LARGE = 1u << 7;
constexpr uint64_t GLOBAL = 1u << 8;
constexpr uint64_t NO_EXECUTE = UINT64_C(1) << 63;
constexpr uint64_t FRAME_MASK = 0x000ffffffffff000;

constexpr uint64_t TABLE = PRESENT | WRITABLE | ACCESSED_DIRTY;
constexpr uint64_t PAGE_READ = PRESENT | ACCESSED_DIRTY | GLOBAL | NO_EXECUTE;
constexpr uint64_t PAGE_WRITE = PAGE_READ | WRITABLE;
constexpr uint64_t PAGE_EXECUTE = PRESENT | ACCESSED_DIRTY | GLOBAL;

constexpr uint64_t LARGE_PAGE_BYTES = 2u << 20;
constexpr uint64_t DEVICE_WINDOW = 0xffffffffc0000000;
constexpr uint64_t VIEW_WINDOW = DEVICE_WINDOW + LARGE_PAGE_BYTES;
/* One entry of the top table. More RAM than that is left unused. */
constexpr uint64_t DIRECT_MAP_BYTES = UINT64_C(512) << 30;
constexpr uint64_t BOOT_TABLES_REACH = UINT64_C(4) << 30;

enum { ENTRIES = 512, ROOT_DIRECT = 256, ROOT_IMAGE = 511, VIEW_PAGES = ENTRIES };

extern const uint8_t text_start[], rodata_start[], data_start[], data_end[];

/* Frames for tables, taken from the start of one range of memory. */
struct table_pool {
	uint64_t next;
	uint64_t end;
};

static uint64_t *kernel_root;
static uint64_t *device_table; /* last-level tables of the two windows */
static uint64_t *view_table;
static size_t device_pages_used;

static uint64_t *table_of(uint64_t entry)
{
	return arch_direct((paddr_t){ entry & FRAME_MASK });
}

static uint64_t *pool_take(struct table_pool *pool)
{
	uint64_t *table = arch_direct((paddr_t){ pool->next });

	if (pool->next == pool->end)
		panic("no memory for the kernel's page tables");
	pool->next += ARCH_PAGE_SIZE;
	arch_page_clear(table);
	return table;
}

static uint64_t *next_table(struct table_pool *pool, uint64_t *entry)
{
	if (*entry == 0)
		*entry = arch_direct_paddr(pool_take(pool)).raw | TABLE;
	return table_of(*entry);
}

static uint64_t *directory_of(struct table_pool *pool, uint64_t address)
{
	uint64_t *pointers =
		next_table(pool, &kernel_root[address >> 39 & (ENTRIES - 1)]);

	return next_table(pool, &pointers[address >> 30 & (ENTRIES - 1)]);
}

/* The last-level table of the 2 MiB around @address. */
static uint64_t *last_table(struct table_pool *pool, uint64_t address)
{
	uint64_t *directory = directory_of(pool, address);

	return next_table(pool, &directory[address >> 21 & (ENTRIES - 1)]);
}

static void map_small(struct table_pool *pool, uint64_t address, uint64_t frame,
		      uint64_t count, uint64_t flags)
{
	uint64_t *entry = &last_table(pool, address)[address >> 12 & (ENTRIES - 1)];

	for (uint64_t i = 0; i < count; i++)
		entry[i] = (frame + i * ARCH_PAGE_SIZE) | flags;
}

static void map_range(struct table_pool *pool, uint64_t address, uint64_t frame,
		      uint64_t size, uint64_t flags)
{
	while (size != 0) {
		uint64_t step = LARGE_PAGE_BYTES - (address & (LARGE_PAGE_BYTES - 1));

		if (step > size)
			step = size;
		if (step == LARGE_PAGE_BYTES && frame % LARGE_PAGE_BYTES == 0)
			directory_of(pool, address)[address >> 21 & (ENTRIES - 1)] =
				frame | flags | LARGE;
		else
			map_small(pool, address, frame, step >> ARCH_PAGE_SHIFT, flags);
		address += step;
		frame += step;
		size -= step;
	}
}

static void map_image_part(struct table_pool *pool, const uint8_t *start,
			   const uint8_t *end, uint64_t flags)
{
	uint64_t address = (uint64_t)start;

	map_range(pool, address, address - KERNEL_WINDOW, (uint64_t)(end - start), flags);
}

static void map_image(struct table_pool *pool)
{
	const uint8_t *guard = boot_stacks;

	map_image_part(pool, text_start, rodata_start, PAGE_EXECUTE);
	map_image_part(pool, rodata_start, data_start, PAGE_READ);
	/* Up to the stacks, then around the guard page below each. */
	map_image_part(pool, data_start, boot_stacks, PAGE_WRITE);
	for (int i = 0; i < 4; i++, guard += ARCH_PAGE_SIZE + IST_STACK_BYTES)
		map_small(pool, (uint64_t)guard + ARCH_PAGE_SIZE,
			  (uint64_t)guard + ARCH_PAGE_SIZE - KERNEL_WINDOW,
			  IST_STACK_BYTES / ARCH_PAGE_SIZE, PAGE_WRITE);
	map_image_part(pool, guard + ARCH_PAGE_SIZE, boot_stack_top, PAGE_WRITE);
}

static struct table_pool choose_pool(const struct boot_info *info, uint64_t top)
{
	/* A directory per GiB, two partly filled tables per range, the image, the windows. */
	uint64_t need = (top >> 30) + 2 * info->memory_count + 16;

	for (size_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];
		uint64_t end = range->start.raw + range->size_bytes;

		if (end > BOOT_TABLES_REACH)
			end = BOOT_TABLES_REACH;
		if (range->start.raw < end &&
		    end - range->start.raw >= need * ARCH_PAGE_SIZE)
			return (struct table_pool){ range->start.raw, end };
	}
	panic("no memory for the kernel's page tables");
}

static void map_direct(struct table_pool *pool, const struct boot_info *info)
{
	uint64_t package_bytes = (info->package_size_bytes + ARCH_PAGE_SIZE - 1) &
				 ~(uint64_t)(ARCH_PAGE_SIZE - 1);

	for (size_t i = 0; i < info->memory_count; i++) {
		const struct boot_memory_range *range = &info->memory[i];

		map_range(pool, DIRECT_MAP + range->start.raw, range->start.raw,
			  range->size_bytes, PAGE_WRITE);
	}
	map_range(pool, DIRECT_MAP + info->package.raw, info->package.raw, package_bytes,
		  PAGE_READ);
}

void paging_init(struct boot_info *info)
{
	const struct boot_memory_range *last;
	struct table_pool pool;
	uint64_t first_table;
	uint64_t boot_tables = (uint64_t)boot_stack_top - KERNEL_WINDOW;
	uint64_t boot_tables_bytes = (uint64_t)(data_end - boot_stack_top);

	(void)boot_memory_cut(info, DIRECT_MAP_BYTES, UINT64_MAX);
	last = &info->memory[info->memory_count - 1];
	pool = choose_pool(info, last->start.raw + last->size_bytes);
	first_table = pool.next;
	kernel_root = pool_take(&pool);
	map_image(&pool);
	map_direct(&pool, info);
	device_table = last_table(&pool, DEVICE_WINDOW);
	view_table = last_table(&pool, VIEW_WINDOW);
	map_range(&pool, DIRECT_MAP + boot_tables, boot_tables, boot_tables_bytes,
		  PAGE_WRITE);
	x86_write_cr3(paging_kernel_root());
	(void)boot_memory_cut(info, first_table, pool.next - first_table);
	/* The entry code's tables have served. */
	(void)boot_memory_add(info, boot_tables, boot_tables_bytes);
}

uint64_t paging_kernel_root(void)
{
	return arch_direct_paddr(kernel_root).raw;
}

void paging_share_kernel(uint64_t *root)
{
	root[ROOT_DIRECT] = kernel_root[ROOT_DIRECT];
	root[ROOT_IMAGE] = kernel_root[ROOT_IMAGE];
}

void *paging_map_device(paddr_t address, size_t size_bytes)
{
	uint64_t offset = address.raw % ARCH_PAGE_SIZE;
	uint64_t window = DEVICE_WINDOW + device_pages_used * ARCH_PAGE_SIZE;
	size_t pages = (offset + size_bytes + ARCH_PAGE_SIZE - 1) >> ARCH_PAGE_SHIFT;

	if (pages > ENTRIES - device_pages_used)
		panic("no room to map device registers at 0x%lx", address.raw);
	for (size_t i = 0; i < pages; i++)
		device_table[device_pages_used++] =
			(address.raw - offset + i * ARCH_PAGE_SIZE) | PAGE_WRITE |
			UNCACHED;
	return (void *)(window + offset);
}

const void *paging_view(paddr_t address, size_t size_bytes)
{
	uint64_t offset = address.raw % ARCH_PAGE_SIZE;

	if (size_bytes > VIEW_PAGES * (size_t)ARCH_PAGE_SIZE - offset ||
	    address.raw > FRAME_MASK)
		return nullptr;
	for (size_t i = 0; i * ARCH_PAGE_SIZE < offset + size_bytes; i++) {
		view_table[i] = (address.raw - offset + i * ARCH_PAGE_SIZE) | PAGE_READ |
				UNCACHED;
		x86_invalidate(VIEW_WINDOW + i * ARCH_PAGE_SIZE);
	}
	return (const void *)(VIEW_WINDOW + offset);
}

static size_t check_table(const uint64_t *table, unsigned int level, uint64_t above)
{
	size_t leaves = 0;

	for (size_t i = 0; i < ENTRIES; i++) {
		uint64_t entry = table[i];
		/* Writable if all levels say so, executable unless one forbids it. */
		uint64_t rights = (above & entry & (WRITABLE | USER)) |
				  ((above | entry) & NO_EXECUTE);

		if (!(entry & PRESENT))
			continue;
		if (level > 0 && !(entry & LARGE)) {
			leaves += check_table(table_of(entry), level - 1, rights);
			continue;
		}
		leaves++;
		if (rights & WRITABLE && !(rights & NO_EXECUTE))
			panic("kernel page of frame 0x%lx is writable and executable",
			      entry & FRAME_MASK);
		if (rights & USER)
			panic("kernel page of frame 0x%lx is open to programs",
			      entry & FRAME_MASK);
	}
	return leaves;
}

size_t arch_check_wx(void)
{
	return check_table(kernel_root, 3, WRITABLE | USER);
}

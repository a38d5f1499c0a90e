/* SPDX-License-Identifier: MIT */
/* space.c - address spaces as sorted arrays of pages, checked where hardware would not. */
#include <stdlib.h>

#include "core/ledger.h"
#include "kernel/arch.h"
#include "kernel/frame.h"
#include "kernel/panic.h"
#include "kernel/string.h"

enum { TABLE_SHIFT = 21, TABLES_PER_STEP = 256 };

struct hosted_page {
	uint64_t address;
	paddr_t frame;
	enum protection protection;
};

struct hosted_table {
	uint64_t index; /* address >> TABLE_SHIFT; the root's means nothing */
	paddr_t frame;
};

/* The kernel's own allocator is what is tested; here the process's may be used. */
static void *grow(void *array, size_t size_bytes)
{
	void *larger = realloc(array, size_bytes);

	if (!larger)
		panic("hosted: out of memory");
	return larger;
}

/* ---- Tables ------------------------------------------------------------------------ */

static status_t table_add(struct arch_space *space, uint64_t index)
{
	struct hosted_table table = { .index = index };
	status_t status;

	if (!ledger_charge(space->payer, LEDGER_MEMORY_PAGES, 1))
		return CAPOS_ERR_NO_LEDGER;
	status = frame_alloc_zeroed(&table.frame);
	if (status != CAPOS_OK) {
		ledger_refund(space->payer, LEDGER_MEMORY_PAGES, 1);
		return status;
	}
	space->tables = grow(space->tables, (space->table_count + 1) * sizeof(table));
	space->tables[space->table_count++] = table;
	return CAPOS_OK;
}

static bool table_exists(const struct arch_space *space, uint64_t index)
{
	for (size_t i = 1; i < space->table_count; i++)
		if (space->tables[i].index == index)
			return true;
	return false;
}

status_t arch_space_init(struct arch_space *space, struct ledger *payer)
{
	status_t status;

	*space = (struct arch_space){ .payer = payer };
	status = table_add(space, 0);
	if (status != CAPOS_OK)
		space->payer = nullptr;
	return status;
}

status_t arch_space_prepare(struct arch_space *space, uaddr_t address, size_t page_count)
{
	uint64_t end = address.raw + ((uint64_t)page_count << ARCH_PAGE_SHIFT);

	for (uint64_t i = address.raw >> TABLE_SHIFT; i <= (end - 1) >> TABLE_SHIFT;
	     i++) {
		status_t status = table_exists(space, i) ? CAPOS_OK : table_add(space, i);

		if (status != CAPOS_OK)
			return status;
	}
	return CAPOS_OK;
}

void arch_space_leave(const struct arch_space *space)
{
	if (hosted_cpu.space == space)
		hosted_cpu.space = nullptr;
}

bool arch_space_fini_step(struct arch_space *space)
{
	if (!space->payer)
		return true;
	kernel_assert(hosted_cpu.space != space);
	for (int i = 0; i < TABLES_PER_STEP && space->table_count > 0; i++) {
		frame_free(space->tables[--space->table_count].frame);
		ledger_refund(space->payer, LEDGER_MEMORY_PAGES, 1);
	}
	if (space->table_count > 0)
		return false;
	free(space->tables);
	free(space->pages);
	*space = (struct arch_space){ 0 };
	return true;
}

/* ---- Pages -------------------------------------------------------------------------- */

/* Index of the first page at or above @address. */
static size_t page_index(const struct arch_space *space, uint64_t address)
{
	size_t low = 0;
	size_t high = space->page_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (space->pages[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct hosted_page *page_find(const struct arch_space *space, uint64_t address)
{
	size_t index = page_index(space, address);

	if (index == space->page_count || space->pages[index].address != address)
		return nullptr;
	return &space->pages[index];
}

void arch_space_map(struct arch_space *space, uaddr_t address, paddr_t frame,
		    enum protection protection)
{
	size_t index = page_index(space, address.raw);

	kernel_assert(address.raw % ARCH_PAGE_SIZE == 0 &&
		      frame.raw % ARCH_PAGE_SIZE == 0);
	kernel_assert(frame.raw < hosted_cpu.memory_bytes);
	kernel_assert(protection < PROTECTION_COUNT);
	kernel_assert(table_exists(space, address.raw >> TABLE_SHIFT));
	kernel_assert(!page_find(space, address.raw));
	if (space->page_count == space->page_capacity) {
		space->page_capacity = space->page_capacity * 2 + 16;
		space->pages = grow(space->pages,
				    space->page_capacity * sizeof(struct hosted_page));
	}
	memmove(&space->pages[index + 1], &space->pages[index],
		(space->page_count - index) * sizeof(struct hosted_page));
	space->pages[index] = (struct hosted_page){ address.raw, frame, protection };
	space->page_count++;
}

bool arch_space_try_map(struct arch_space *space, uaddr_t address, paddr_t frame,
			enum protection protection)
{
	if (!table_exists(space, address.raw >> TABLE_SHIFT))
		return false;
	arch_space_map(space, address, frame, protection);
	return true;
}

bool arch_space_unmap(struct arch_space *space, uaddr_t address, paddr_t *frame)
{
	struct hosted_page *page = page_find(space, address.raw);

	if (!page)
		return false;
	*frame = page->frame;
	space->page_count--;
	memmove(page, page + 1,
		(size_t)(&space->pages[space->page_count] - page) * sizeof(*page));
	return true;
}

void arch_space_protect(struct arch_space *space, uaddr_t address,
			enum protection protection)
{
	struct hosted_page *page = page_find(space, address.raw);

	if (page)
		page->protection = protection;
}

bool arch_space_query(struct arch_space *space, uaddr_t address, paddr_t *frame,
		      enum protection *protection)
{
	const struct hosted_page *page = page_find(space, address.raw);

	if (!page)
		return false;
	*frame = page->frame;
	*protection = page->protection;
	return true;
}

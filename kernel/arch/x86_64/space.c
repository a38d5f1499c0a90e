/* SPDX-License-Identifier: MIT */
/*
 * space.c - page tables of programs. See kernel/arch.h for what each function promises.
 *
 * Locking. The caller holds the lock of the struct space around an arch_space.
 *
 * Invariants:
 *   S1  An entry of a last-level table is 0 exactly if nothing is mapped there.
 *   S2  A mapping without access keeps its frame: not present, MAPPED set.
 *   S3  No entry is both writable and executable.
 *   S4  The upper half of the top table is the kernel's and never changes.
 *   S5  payer has been charged table_count + 1 pages.
 *   S6  leaf_table is the table of leaf_number, unless that is LEAF_NONE.
 */
#include "core/ledger.h"
#include "kernel/arch.h"
#include "kernel/frame.h"
#include "x86.h"

constexpr uint64_t PRESENT = 1u << 0;
constexpr uint64_t WRITABLE = 1u << 1;
constexpr uint64_t USER = 1u << 2;
constexpr uint64_t ACCESSED = 1u << 5;
constexpr uint64_t DIRTY = 1u << 6;
constexpr uint64_t MAPPED = 1u << 9; /* ours: a mapping, even if not present */
constexpr uint64_t NO_EXECUTE = UINT64_C(1) << 63;
constexpr uint64_t FRAME_MASK = 0x000ffffffffff000;

constexpr uint64_t TABLE = PRESENT | WRITABLE | USER | ACCESSED;
enum { ENTRIES = 512, USER_ROOT_ENTRIES = 256 };
constexpr uint64_t LEAF_TABLE_BYTES = (uint64_t)ENTRIES << ARCH_PAGE_SHIFT;
constexpr uint64_t LEAF_NONE = UINT64_MAX;

static const uint64_t leaf_flags[PROTECTION_COUNT] = {
	[PROTECTION_NONE] = MAPPED | NO_EXECUTE,
	[PROTECTION_READ] = MAPPED | PRESENT | USER | ACCESSED | NO_EXECUTE,
	[PROTECTION_READ_WRITE] =
		MAPPED | PRESENT | USER | ACCESSED | DIRTY | WRITABLE | NO_EXECUTE,
	[PROTECTION_READ_EXECUTE] = MAPPED | PRESENT | USER | ACCESSED,
};

static uint64_t *table_of(uint64_t entry)
{
	return arch_direct((paddr_t){ entry & FRAME_MASK });
}

static size_t index_of(uaddr_t address, unsigned int level)
{
	return address.raw >> (ARCH_PAGE_SHIFT + 9 * level) & (ENTRIES - 1);
}

/* Walks to the last-level table for @address and remembers it; nullptr if it is missing. */
RARELY_CALLED static uint64_t *find_leaf_table(struct arch_space *space, uaddr_t address)
{
	uint64_t *table = space->root;

	for (unsigned int level = 3; level > 0; level--) {
		uint64_t entry = table[index_of(address, level)];

		if (entry == 0)
			return nullptr;
		table = table_of(entry);
	}
	space->leaf_table = table;
	space->leaf_number = address.raw / LEAF_TABLE_BYTES;
	return table;
}

/* Tables live as long as their space, so a remembered one is never stale. */
static inline uint64_t *leaf_table(struct arch_space *space, uaddr_t address)
{
	if (space->leaf_number == address.raw / LEAF_TABLE_BYTES)
		return space->leaf_table;
	return find_leaf_table(space, address);
}

/* The last-level entry for @address, or nullptr if a table is missing. */
static inline uint64_t *leaf_entry(struct arch_space *space, uaddr_t address)
{
	uint64_t *table = leaf_table(space, address);

	return table ? &table[index_of(address, 0)] : nullptr;
}

static inline bool is_active(const struct arch_space *space)
{
	return arch_cpu_block()->space == space;
}

static status_t table_alloc(struct ledger *payer, paddr_t *out)
{
	status_t status;

	if (!ledger_charge(payer, LEDGER_MEMORY_PAGES, 1))
		return CAPOS_ERR_NO_LEDGER;
	status = frame_alloc_zeroed(out);
	if (status != CAPOS_OK)
		ledger_refund(payer, LEDGER_MEMORY_PAGES, 1);
	return status;
}

static void table_free(struct arch_space *space, paddr_t table)
{
	frame_free(table);
	ledger_refund(space->payer, LEDGER_MEMORY_PAGES, 1);
}

/* Forgets the space's address: another one may be made in the same memory. */
static void deactivate(const struct arch_space *space)
{
	struct arch_cpu *cpu = arch_cpu_block();

	if (cpu->space == space) {
		x86_write_cr3(paging_kernel_root());
		cpu->space = nullptr;
		cpu->cpu.space_switches++;
	}
	if (cpu->vector_space == space) {
		/* No space at all: the next thread, whoever it is, gets clean registers. */
		cpu->vector_space = nullptr;
	}
}

status_t arch_space_init(struct arch_space *space, struct ledger *payer)
{
	paddr_t root;
	status_t status = table_alloc(payer, &root);

	if (status != CAPOS_OK)
		return status;
	space->root = arch_direct(root);
	space->payer = payer;
	space->table_count = 0;
	space->leaf_table = nullptr;
	space->leaf_number = LEAF_NONE;
	paging_share_kernel(space->root);
	return CAPOS_OK;
}

/* The table that @entry names, made if it is missing. */
static status_t next_table(struct arch_space *space, uint64_t *entry, uint64_t **out)
{
	if (*entry == 0) {
		paddr_t table;
		status_t status = table_alloc(space->payer, &table);

		if (status != CAPOS_OK)
			return status;
		if (space->table_count < ARCH_SPACE_TABLES_NOTED)
			space->tables[space->table_count] = table;
		space->table_count++;
		*entry = table.raw | TABLE;
	}
	*out = table_of(*entry);
	return CAPOS_OK;
}

static status_t prepare_leaf_table(struct arch_space *space, uaddr_t address)
{
	uint64_t *table = space->root;
	status_t status = CAPOS_OK;

	for (unsigned int level = 3; level > 0 && status == CAPOS_OK; level--)
		status = next_table(space, &table[index_of(address, level)], &table);
	return status;
}

[[gnu::noinline]] static status_t prepare_range(struct arch_space *space, uint64_t at,
						uint64_t end)
{
	for (; at < end; at += LEAF_TABLE_BYTES) {
		status_t status = CAPOS_OK;

		if (!leaf_table(space, (uaddr_t){ at }))
			status = prepare_leaf_table(space, (uaddr_t){ at });
		if (status != CAPOS_OK)
			return status;
	}
	return CAPOS_OK;
}

status_t arch_space_prepare(struct arch_space *space, uaddr_t address, size_t page_count)
{
	uint64_t end = address.raw + ((uint64_t)page_count << ARCH_PAGE_SHIFT);

	if (space->leaf_number == address.raw / LEAF_TABLE_BYTES &&
	    space->leaf_number == (end - 1) / LEAF_TABLE_BYTES)
		return CAPOS_OK;
	return prepare_range(space, address.raw & ~(LEAF_TABLE_BYTES - 1), end);
}

void arch_space_map(struct arch_space *space, uaddr_t address, paddr_t frame,
		    enum protection protection)
{
	/* The processor remembers no absent entry, so there is nothing to invalidate. */
	*leaf_entry(space, address) = frame.raw | leaf_flags[protection];
}

[[gnu::always_inline]] bool arch_space_try_map(struct arch_space *space, uaddr_t address,
					       paddr_t frame, enum protection protection)
{
	if (space->leaf_number != address.raw / LEAF_TABLE_BYTES)
		return false;
	space->leaf_table[index_of(address, 0)] = frame.raw | leaf_flags[protection];
	return true;
}

[[gnu::always_inline]] bool arch_space_unmap(struct arch_space *space, uaddr_t address,
					     paddr_t *frame)
{
	uint64_t *entry = leaf_entry(space, address);
	uint64_t old;

	if (!entry || *entry == 0)
		return false;
	old = *entry;
	*entry = 0;
	if (old & PRESENT && is_active(space))
		x86_invalidate(address.raw);
	frame->raw = old & FRAME_MASK;
	return true;
}

void arch_space_protect(struct arch_space *space, uaddr_t address,
			enum protection protection)
{
	uint64_t *entry = leaf_entry(space, address);

	if (!entry || *entry == 0)
		return;
	*entry = (*entry & FRAME_MASK) | leaf_flags[protection];
	if (is_active(space))
		x86_invalidate(address.raw);
}

bool arch_space_query(struct arch_space *space, uaddr_t address, paddr_t *frame,
		      enum protection *protection)
{
	const uint64_t *entry = leaf_entry(space, address);

	if (!entry || *entry == 0)
		return false;
	frame->raw = *entry & FRAME_MASK;
	if (!(*entry & PRESENT))
		*protection = PROTECTION_NONE;
	else if (*entry & WRITABLE)
		*protection = PROTECTION_READ_WRITE;
	else
		*protection =
			*entry & NO_EXECUTE ? PROTECTION_READ : PROTECTION_READ_EXECUTE;
	return true;
}

/* What one step of taking a space down may still do. */
struct fini_step {
	uint32_t tables;  /* to free */
	uint32_t entries; /* to look at */
};

/* Frees the tables named in @table, which are of the last level if @level is 1. False:
 * the step's allowance is used up. */
static bool free_children(struct arch_space *space, uint64_t *table, size_t count,
			  unsigned int level, struct fini_step *step)
{
	for (size_t i = 0; i < count; i++) {
		if (step->entries == 0)
			return false;
		step->entries--;
		if (table[i] == 0)
			continue;
		if (level > 1 &&
		    !free_children(space, table_of(table[i]), ENTRIES, level - 1, step))
			return false;
		if (step->tables == 0)
			return false;
		step->tables--;
		table_free(space, (paddr_t){ table[i] & FRAME_MASK });
		table[i] = 0;
	}
	return true;
}

void arch_space_leave(const struct arch_space *space)
{
	deactivate(space);
}

bool arch_space_fini_step(struct arch_space *space)
{
	struct fini_step step = { .tables = 256, .entries = 4096 };

	if (!space->root)
		return true;
	deactivate(space);
	if (space->table_count <= ARCH_SPACE_TABLES_NOTED) {
		for (uint32_t i = 0; i < space->table_count; i++)
			table_free(space, space->tables[i]);
	} else if (!free_children(space, space->root, USER_ROOT_ENTRIES, 3, &step)) {
		return false;
	}
	table_free(space, arch_direct_paddr(space->root));
	space->root = nullptr;
	return true;
}

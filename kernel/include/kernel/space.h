/* SPDX-License-Identifier: MIT */
/*
 * space.h - an address space: an ordered list of mappings over the arch's page tables.
 *
 * Each mapping is fresh memory (its frames belong to the space), shows part of a
 * MemoryObject (a reference and a pin), or shows pages of the kernel's. space_map_* is the
 * one choke point for new mappings, so that mandatory control can decide there (label 0
 * so far). All functions take space->lock. Sizes are at most CAPOS_MAP_CALL_MAX_BYTES.
 *
 * The payer's ledger is charged LEDGER_MAPPINGS and LEDGER_VIRTUAL_PAGES for each mapping,
 * LEDGER_MEMORY_PAGES for fresh pages, for page tables and for the list itself.
 */
#ifndef KERNEL_SPACE_H
#define KERNEL_SPACE_H

#include "core/range_map.h"
#include "kernel/arch.h"
#include "kernel/lock.h"
#include "kernel/object.h"

struct memory_object;

struct space {
	struct spinlock lock; /* rank SPACE */
	bool ending;          /* space_fini_step has begun: nothing new */
	struct arch_space arch;
	struct range_map mappings;
	struct account *payer;
	uint64_t placement_hint; /* no room for one page below it */
	/* Under the lock of the list of all spaces. */
	struct list_node link;
	uint64_t id;       /* rises along the list */
	uint32_t visitors; /* who keeps it from being finished */
};

struct space_range {
	uaddr_t address; /* 0: find room; set when it succeeds */
	uint64_t size_bytes;
	enum protection protection;
};

/*
 * All return CAPOS_OK; or CAPOS_ERR_EXCEPTION, NO_LEDGER, NO_MEMORY or DISCONNECTED (the
 * space is ending, or the object's payer ended) with *@rule, and change nothing. Only page
 * tables and a longer list that were made on the way may stay, charged, until space_fini_step.
 */
[[nodiscard]] status_t space_init(struct space *space, struct account *payer);
/* At most CAPOS_MAP_FRESH_MAX_PAGES zeroed pages. */
[[nodiscard]] status_t space_map_fresh(struct space *space, struct space_range *range,
				       enum rule *rule);
[[nodiscard]] status_t space_map_object(struct space *space, struct memory_object *object,
					uint64_t offset_bytes, struct space_range *range,
					enum rule *rule);
/*
 * The short way for a window: one page of a mutable object, behind all other mappings,
 * where nothing has to be refused, made or waited for. False: nothing was done, and
 * space_map_object or space_unmap does the work or says why not.
 */
[[nodiscard]] bool space_map_window(struct space *space, struct memory_object *object,
				    uint64_t offset_bytes,
				    const struct space_range *range);
[[nodiscard]] bool space_unmap_window(struct space *space, uaddr_t address,
				      uint64_t size_bytes);
/* Fresh pages whose start is copied from @object. Any offset and count of bytes. */
[[nodiscard]] status_t space_map_copy(struct space *space, struct memory_object *object,
				      uint64_t offset_bytes, uint64_t copy_bytes,
				      struct space_range *range, enum rule *rule);
/* Kernel-owned pages (ring region, CapSet): visible, not changeable by VirtualMemory, not
 * freed by the space. */
[[nodiscard]] status_t space_map_kernel(struct space *space, struct space_range *range,
					paddr_t first_frame, enum rule *rule);
/* Removes what space_map_kernel mapped at @address, if it is still there. */
void space_unmap_kernel(struct space *space, uaddr_t address);
[[nodiscard]] status_t space_unmap(struct space *space, uaddr_t address,
				   uint64_t size_bytes, enum rule *rule);
[[nodiscard]] status_t space_protect(struct space *space, const struct space_range *range,
				     enum rule *rule);
/* Copies into fresh pages of the space through the kernel's mapping of their frames. */
[[nodiscard]] status_t space_write(struct space *space, uaddr_t address,
				   const void *bytes, size_t size_bytes, enum rule *rule);
/* Whether one page is mapped with at least @protection. */
[[nodiscard]] bool space_allows(struct space *space, uaddr_t address,
				enum protection protection);
/* The mapping or gap that covers @address; true if mapped. A gap of 0 bytes at @address if
 * programs cannot map there. */
[[nodiscard]] bool space_query(struct space *space, uaddr_t address,
			       struct space_range *out);
/* Frees mappings and tables, about 200 pages a step; true when empty. The space is not
 * active on any processor. */
[[nodiscard]] bool space_fini_step(struct space *space);

/*
 * Removes mappings of @object, whose payer has ended, from every space; about 200 pages a
 * step. *@cursor starts at 0; true when none is left. No lock may be held.
 */
[[nodiscard]] bool space_forget_object_step(const struct memory_object *object,
					    uint64_t *cursor);

void space_check(struct space *space); /* asserts the invariants (debug, tests) */

#endif /* KERNEL_SPACE_H */

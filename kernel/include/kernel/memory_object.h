/* SPDX-License-Identifier: MIT */
/*
 * memory_object.h - MemoryObject: some pages; and MemoryAllocator, which makes them.
 *
 * An object's frames stay until nothing shows them: each mapping, and each copy under
 * way, holds a pin. When the object's payer ends, no new pin is given and the mappings
 * there are get removed from every address space in steps; the last pin frees the
 * frames. The payer's ledger gets its pages back at once.
 *
 * Executable memory: an object may be mapped readExecute only if it is immutable, and
 * readWrite only if it is not. So no page is writable in one place and executable in
 * another. Programs that make code do it in fresh memory and change its protection.
 */
#ifndef KERNEL_MEMORY_OBJECT_H
#define KERNEL_MEMORY_OBJECT_H

#include "kernel/object.h"
#include "kernel/types.h"
#include "kernel/work.h"

struct memory_object;

extern const struct facet memory_object_facet;
extern const struct facet memory_allocator_facet;
extern const struct facet virtual_memory_facet;

enum {
	MEMORY_OBJECT_MAX_PAGES = 65536,
	MEMORY_OBJECT_AT_ONCE_PAGES = 64, /* what memory_object_create makes */
};

/* Frames that stay where they are and are never freed (boot package). Immutable. */
[[nodiscard]] status_t memory_object_create_static(struct account *payer, paddr_t first,
						   uint32_t page_count, struct object **out);
/*
 * Zeroed pages charged to @payer, at most MEMORY_OBJECT_AT_ONCE_PAGES here; the allocator's
 * method clears larger ones in steps. *@rule says which limit refused.
 */
[[nodiscard]] status_t memory_object_create(struct account *payer, uint32_t page_count,
					    struct object **out, enum rule *rule);
/*
 * For larger ones: an object of @page_count pages, all charged to @payer, none there yet.
 * The caller keeps it to itself and calls fill_step until *@done; each clears at most
 * MEMORY_OBJECT_AT_ONCE_PAGES. @pending is for the caller's use, under its own lock.
 */
struct pending_call;
[[nodiscard]] status_t memory_object_begin(struct account *payer, uint32_t page_count,
					   struct object **out, enum rule *rule);
[[nodiscard]] status_t memory_object_fill_step(struct memory_object *object, bool *done);
/* The work of filling it, and the call that waits for that. */
struct memory_filling {
	struct work work;
	struct pending_call *pending;
};
struct memory_filling *memory_object_filling(struct memory_object *object);
struct memory_object *memory_object_of_filling(struct memory_filling *filling);
uint32_t memory_object_page_count(const struct memory_object *object);
bool memory_object_mutable(const struct memory_object *object);
/* The frame of page @index (in range). The caller holds a pin, or the object is static. */
paddr_t memory_object_frame(const struct memory_object *object, uint32_t index);
struct memory_object *memory_object_from(struct object *object);
struct object *memory_object_base(struct memory_object *object);

/* Takes a reference and a pin; false if the payer has ended. */
[[nodiscard]] bool memory_object_pin(struct memory_object *object);
/* One more reference and pin for somebody who holds one of each. */
void memory_object_pin_again(struct memory_object *object);
/* Gives both back; the frames and the object may go with them. */
void memory_object_unpin(struct memory_object *object);

/* The one MemoryAllocator (it makes memory for whoever calls). */
[[nodiscard]] status_t memory_allocator_create(struct account *payer, struct object **out);
/*
 * VirtualMemory over @process's space. Keeps the process's record, not the process:
 * refused as disconnected once the process is being taken down.
 */
struct process;
[[nodiscard]] status_t virtual_memory_create(struct account *payer, struct process *process,
					     struct object **out);

#endif /* KERNEL_MEMORY_OBJECT_H */

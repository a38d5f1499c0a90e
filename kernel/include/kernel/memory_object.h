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

#include "arch_types.h"
#include "kernel/object.h"
#include "kernel/types.h"
#include "kernel/work.h"

struct pending_call;
struct process;

/* The work of filling a large object, and the call that waits for that. */
struct memory_filling {
	struct work work;
	struct pending_call *pending;
};

enum {
	MEMORY_OBJECT_DIRECT_PAGES = 8,
	MEMORY_OBJECT_MAX_PAGES = 65536,
	MEMORY_OBJECT_AT_ONCE_PAGES = 64, /* what memory_object_create makes */
};
constexpr uint32_t MEMORY_OBJECT_CLOSED = UINT32_C(1) << 31;

/* Visible so that mapping a page costs no calls; touched by memory_object.c only. */
struct memory_object {
	struct object base; /* first, so that an object pointer converts */
	uint32_t page_count;
	uint32_t filled;       /* pages that are there */
	_Atomic uint32_t pins; /* and MEMORY_OBJECT_CLOSED: no more are given */
	bool fixed;            /* static: frames.direct[0] and those that follow */
	_Atomic bool being_filled;
	union {
		paddr_t direct[MEMORY_OBJECT_DIRECT_PAGES];
		paddr_t index; /* a frame of frames, or of frames of frames */
	} frames;
	struct ledger *charged;
	union {
		struct memory_filling filling;
		struct {
			struct work work;
			uint64_t cursor; /* of space_forget_object_step */
		} forgetting;
	} task;
};

extern const struct facet memory_object_facet;
extern const struct facet memory_allocator_facet;
extern const struct facet virtual_memory_facet;

/* Frames that stay where they are and are never freed (boot package). Immutable. */
[[nodiscard]] status_t memory_object_create_static(struct account *payer, paddr_t first,
						   uint32_t page_count,
						   struct object **out);
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
[[nodiscard]] status_t memory_object_begin(struct account *payer, uint32_t page_count,
					   struct object **out, enum rule *rule);
[[nodiscard]] status_t memory_object_fill_step(struct memory_object *object, bool *done);

/* @object is a MemoryObject: its facet says so. */
static inline struct memory_object *memory_object_from(struct object *object)
{
	return (struct memory_object *)object;
}

static inline struct object *memory_object_base(struct memory_object *object)
{
	return &object->base;
}

static inline uint32_t memory_object_page_count(const struct memory_object *object)
{
	return object->page_count;
}

static inline bool memory_object_mutable(const struct memory_object *object)
{
	return !object->fixed;
}

paddr_t memory_object_indexed_frame(const struct memory_object *object, uint32_t index);

/* The frame of page @index (in range). The caller holds a pin, or the object is static. */
static inline paddr_t memory_object_frame(const struct memory_object *object,
					  uint32_t index)
{
	if (object->fixed)
		return paddr_add(object->frames.direct[0],
				 (uint64_t)index << ARCH_PAGE_SHIFT);
	if (object->page_count <= MEMORY_OBJECT_DIRECT_PAGES)
		return object->frames.direct[index];
	return memory_object_indexed_frame(object, index);
}

/* Takes a reference and a pin; false if the payer has ended. */
[[nodiscard]] static inline bool memory_object_pin(struct memory_object *object)
{
	uint32_t pins = atomic_load_explicit(&object->pins, memory_order_relaxed);

	do {
		if (pins & MEMORY_OBJECT_CLOSED)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&object->pins, &pins, pins + 1,
							memory_order_relaxed,
							memory_order_relaxed));
	object_get(&object->base);
	return true;
}

/* One more reference and pin for somebody who holds one of each. */
static inline void memory_object_pin_again(struct memory_object *object)
{
	atomic_fetch_add_explicit(&object->pins, 1, memory_order_relaxed);
	object_get(&object->base);
}

RARELY_CALLED void memory_object_free_frames(struct memory_object *object);

/* Gives both back; the frames and the object may go with them. */
static inline void memory_object_unpin(struct memory_object *object)
{
	/* Release what was done to the pages; acquire everybody's before freeing them. */
	if (atomic_fetch_sub_explicit(&object->pins, 1, memory_order_acq_rel) ==
	    (MEMORY_OBJECT_CLOSED | 1))
		memory_object_free_frames(object);
	object_put(&object->base);
}

/* The one MemoryAllocator (it makes memory for whoever calls). */
[[nodiscard]] status_t memory_allocator_create(struct account *payer,
					       struct object **out);
/*
 * VirtualMemory over @process's space. Keeps the process's record, not the process:
 * refused as disconnected once the process is being taken down.
 */
[[nodiscard]] status_t virtual_memory_create(struct account *payer,
					     struct process *process,
					     struct object **out);

#endif /* KERNEL_MEMORY_OBJECT_H */

/* SPDX-License-Identifier: MIT */
/*
 * stub_rows.c - what a generated stub costs beside the ring: two methods of two fields,
 * each called by its stub and by hand.
 *
 * By hand means: the block is reserved once and not per call, the message and the entry
 * are stores to places known beforehand, and of the completion only the result is looked
 * at. The ring work is the same: one entry, one cap_enter, one completion.
 */
#include "capos/call.h"
#include "programs/bench/rows.h"

enum { PAGE_BYTES = 4096 };

/* The last of what was reserved by hand: one block, as a stub would take it. */
struct hand {
	struct capos_ring ring; /* only its header */
	uint64_t *words;
	uint32_t offset; /* of the block, in the arena */
};

static bool take_hand(struct hand *hand)
{
	struct capos_arena *arena = &capos_thread_ring.arena;

	hand->ring = (struct capos_ring){ .header = capos_thread_ring.header };
	hand->words = capos_arena_take_unit(arena);
	hand->offset = (uint32_t)((uint8_t *)hand->words - arena->base);
	return hand->words != nullptr;
}

static void free_hand(const struct hand *hand)
{
	capos_arena_free_unit(&capos_thread_ring.arena, hand->words);
}

/* Sends the entry in the queue's next place; false if it did not succeed. */
[[gnu::always_inline]] static inline bool call_by_hand(const struct hand *hand,
						       struct capos_sqe entry)
{
	uint32_t tail = capos_ring_sq_tail(&hand->ring);
	uint32_t head = capos_ring_cq_head(&hand->ring);
	const struct capos_cqe *cqe = capos_ring_cqe(&hand->ring, head);
	bool good;

	*capos_ring_sqe(&hand->ring, tail) = entry;
	capos_ring_publish(&hand->ring, tail + 1);
	good = capos_sys_enter(1, CAPOS_DEADLINE_FOREVER) == 1;
	atomic_signal_fence(memory_order_acquire);
	good = good && cqe->result == CAPOS_OK;
	capos_ring_consume(&hand->ring, head + 1);
	return good;
}

/* MemoryObject.info: no parameters, two results in one word. */
bool row_info_stub(void *context, uint32_t count)
{
	const struct memory_work *work = context;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t pages;
		bool is_mutable;

		if (memory_object_info(work->object, &pages, &is_mutable) != CAPOS_OK ||
		    pages != 1 || !is_mutable)
			return false;
	}
	return true;
}

static bool info_by_hand(const struct hand *hand, struct memory_object_client object)
{
	const struct capos_sqe entry = {
		.opcode = CAPOS_OP_CALL,
		.method = MEMORY_OBJECT_METHOD_INFO,
		.cap = object.cap.raw,
		.interface = MEMORY_OBJECT_INTERFACE_ID,
		.result_offset = hand->offset,
		.result_size = 16,
	};

	return call_by_hand(hand, entry) && (uint32_t)hand->words[1] == 1 &&
	       (hand->words[1] >> 32 & 1) != 0;
}

bool row_info_by_hand(void *context, uint32_t count)
{
	const struct memory_work *work = context;
	struct hand hand;
	bool good = take_hand(&hand);

	if (!good)
		return false;
	for (uint32_t i = 0; good && i < count; i++)
		good = info_by_hand(&hand, work->object);
	free_hand(&hand);
	return good;
}

/* Something to unmap; its cost is in both rows. */
static bool map_page(const struct memory_work *work, uint64_t *address)
{
	return virtual_memory_map_object(work->memory, work->object, 0, PAGE_BYTES,
					 CAPOS_PLACEMENT_FIRST, PROTECTION_READ_WRITE,
					 address) == CAPOS_OK;
}

/* VirtualMemory.unmap: two parameters, no results. */
bool row_unmap_stub(void *context, uint32_t count)
{
	const struct memory_work *work = context;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t address;

		if (!map_page(work, &address) ||
		    virtual_memory_unmap(work->memory, address, PAGE_BYTES) != CAPOS_OK)
			return false;
	}
	return true;
}

static bool unmap_by_hand(const struct hand *hand, struct virtual_memory_client memory,
			  uint64_t address)
{
	const struct capos_sqe entry = {
		.opcode = CAPOS_OP_CALL,
		.method = VIRTUAL_MEMORY_METHOD_UNMAP,
		.params_offset = hand->offset,
		.cap = memory.cap.raw,
		.interface = VIRTUAL_MEMORY_INTERFACE_ID,
		.params_size = 24,
		.result_offset = hand->offset + 24,
	};

	hand->words[1] = address;
	return call_by_hand(hand, entry);
}

bool row_unmap_by_hand(void *context, uint32_t count)
{
	const struct memory_work *work = context;
	struct hand hand;
	bool good = take_hand(&hand);

	if (!good)
		return false;
	hand.words[0] = (uint64_t)2 << 32; /* a struct of two data words */
	hand.words[2] = PAGE_BYTES;
	for (uint32_t i = 0; good && i < count; i++) {
		uint64_t address;

		good = map_page(work, &address) &&
		       unmap_by_hand(&hand, work->memory, address);
	}
	free_hand(&hand);
	return good;
}

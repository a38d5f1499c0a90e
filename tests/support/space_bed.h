/* SPDX-License-Identifier: MIT */
/*
 * space_bed.h - one address space on a memory_bed, and helpers for the tests of kernel/mem.
 *
 * A refusal is checked together with what it may not change: mappings, charges, frames.
 */
#ifndef TESTS_SUPPORT_SPACE_BED_H
#define TESTS_SUPPORT_SPACE_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "abi/address_map.h"
#include "kernel/frame.h"
#include "kernel/memory_object.h"
#include "kernel/space.h"
#include "tests/support/memory_bed.h"

enum { PAGE = ARCH_PAGE_SIZE };

#define BASE UINT64_C(0x200000)

static struct space space;

static inline int setup(void **state)
{
	memory_bed_begin(state);
	return space_init(&space, &memory_bed_payer) == CAPOS_OK ? 0 : -1;
}

static inline int teardown(void **state)
{
	memory_bed_return_frames();
	space_check(&space);
	for (int i = 0; !space_fini_step(&space); i++)
		assert_true(i < 100000);
	return memory_bed_end(state);
}

#define SPACE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- Helpers ----------------------------------------------------------------------- */

static inline uint64_t used(enum ledger_resource resource)
{
	return ledger_used(&memory_bed_payer.ledger, resource);
}

/* All that a refusal may not change. */
struct snapshot {
	struct ledger_budget used;
	uint64_t free_frames;
	uint32_t count;
	struct range ranges[128];
};

static inline struct snapshot snapshot_take(void)
{
	struct snapshot now = {
		.used = memory_bed_used(&memory_bed_payer.ledger),
		.free_frames = frame_free_count(),
		.count = space.mappings.count,
	};

	assert_true(now.count <= 128);
	memcpy(now.ranges, space.mappings.ranges, now.count * sizeof(struct range));
	return now;
}

static inline void assert_unchanged(const struct snapshot *before)
{
	struct snapshot now = snapshot_take();

	space_check(&space);
	assert_true(memory_bed_same(&now.used, &before->used));
	assert_int_equal(now.free_frames, before->free_frames);
	assert_int_equal(now.count, before->count);
	assert_memory_equal(now.ranges, before->ranges, now.count * sizeof(struct range));
}

static inline status_t map_fresh(uint64_t address, uint64_t pages,
				 enum protection protection, enum rule *rule)
{
	struct space_range range = { { address }, pages * PAGE, protection };

	return space_map_fresh(&space, &range, rule);
}

static inline void must_map(uint64_t page, uint64_t pages)
{
	enum rule rule;

	assert_int_equal(
		map_fresh(BASE + page * PAGE, pages, PROTECTION_READ_WRITE, &rule),
		CAPOS_OK);
}

static inline void must_unmap(uint64_t page, uint64_t pages)
{
	enum rule rule;

	assert_int_equal(
		space_unmap(&space, (uaddr_t){ BASE + page * PAGE }, pages * PAGE, &rule),
		CAPOS_OK);
	space_check(&space);
}

static inline uint8_t *at(uint64_t address)
{
	enum protection protection;
	paddr_t frame;
	uaddr_t page = { address & ~(uint64_t)(PAGE - 1) };

	assert_true(arch_space_query(&space.arch, page, &frame, &protection));
	return (uint8_t *)arch_direct(frame) + address % PAGE;
}

static inline bool mapped(uint64_t page)
{
	struct space_range range;

	return space_query(&space, (uaddr_t){ BASE + page * PAGE }, &range);
}

/* An object of @pages pages whose bytes say where they are. */
static inline struct memory_object *make_object(uint32_t pages)
{
	struct object *object;
	enum rule rule;

	assert_int_equal(memory_object_create(&memory_bed_payer, pages, &object, &rule),
			 CAPOS_OK);

	struct memory_object *memory = memory_object_from(object);

	for (uint32_t i = 0; i < pages; i++)
		for (uint32_t j = 0; j < PAGE; j++)
			((uint8_t *)arch_direct(memory_object_frame(memory, i)))[j] =
				(uint8_t)((i * PAGE + j) * 7 + i);
	return memory;
}

static inline uint8_t object_byte(uint64_t offset)
{
	return (uint8_t)(offset * 7 + offset / PAGE);
}

static inline void put_object(struct memory_object *object)
{
	object_put(memory_object_base(object));
}

#endif /* TESTS_SUPPORT_SPACE_BED_H */

/* SPDX-License-Identifier: MIT */
// TEST-LINK: tests/support/memory_bed.c @hosted
/* space_test.c - the promises of space.h: new mappings, questions, start and end. */
#include "tests/support/space_bed.h"

/* ---- Fresh memory --------------------------------------------------------------------- */

static void space_fresh_pages_are_zero_and_paid_for(void **state)
{
	struct snapshot before;
	struct space_range range = { { 0 }, 3 * PAGE, PROTECTION_READ_WRITE };
	enum rule rule;

	(void)state;
	/* The tables for the place, and a frame that was used. */
	assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
	memset(at(range.address.raw), 0xee, PAGE);
	assert_int_equal(space_unmap(&space, range.address, range.size_bytes, &rule),
			 CAPOS_OK);
	before = snapshot_take();

	range.address.raw = 0;
	assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
	assert_int_equal(range.address.raw, CAPOS_PLACEMENT_FIRST);
	for (uint64_t i = 0; i < range.size_bytes; i++)
		assert_int_equal(*at(range.address.raw + i), 0);
	assert_int_equal(used(LEDGER_VIRTUAL_PAGES), 3);
	assert_int_equal(used(LEDGER_MAPPINGS), 1);
	assert_int_equal(used(LEDGER_MEMORY_PAGES),
			 before.used.max[LEDGER_MEMORY_PAGES] + 3);
	assert_int_equal(frame_free_count(), before.free_frames - 3);
	assert_int_equal(space_unmap(&space, range.address, range.size_bytes, &rule),
			 CAPOS_OK);
	assert_unchanged(&before);
}

static void space_refuses_malformed_ranges_by_rule(void **state)
{
	static const struct {
		uint64_t address;
		uint64_t size_bytes;
		uint16_t protection;
		enum rule rule;
	} cases[] = {
		{ BASE + 1, PAGE, PROTECTION_READ, RULE_ADDRESS_ALIGNED },
		{ BASE, PAGE + 8, PROTECTION_READ, RULE_ADDRESS_ALIGNED },
		{ BASE, 0, PROTECTION_READ, RULE_SIZE_NON_ZERO },
		{ BASE, 65 * PAGE, PROTECTION_READ, RULE_SIZE_LIMIT },
		{ 0, UINT64_MAX - PAGE + 1, PROTECTION_READ, RULE_SIZE_LIMIT },
		{ PAGE, PAGE, PROTECTION_READ, RULE_ADDRESS_RANGE },
		{ CAPOS_USER_FIRST - PAGE, PAGE, PROTECTION_READ, RULE_ADDRESS_RANGE },
		{ CAPOS_USER_END, PAGE, PROTECTION_READ, RULE_ADDRESS_RANGE },
		{ CAPOS_USER_END - PAGE, 2 * PAGE, PROTECTION_READ, RULE_ADDRESS_RANGE },
		{ UINT64_C(0xffff800000000000), PAGE, PROTECTION_READ,
		  RULE_ADDRESS_RANGE },
		{ UINT64_MAX - PAGE + 1, PAGE, PROTECTION_READ, RULE_ADDRESS_RANGE },
		{ BASE, PAGE, PROTECTION_COUNT, RULE_PROTECTION_KNOWN },
		{ BASE, PAGE, 0xffff, RULE_PROTECTION_KNOWN },
	};
	struct memory_object *object = make_object(1);
	struct snapshot before = snapshot_take();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct space_range range = { { cases[i].address },
					     cases[i].size_bytes,
					     (enum protection)cases[i].protection };
		enum rule rule = RULE_NONE;

		assert_int_equal(space_map_fresh(&space, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, cases[i].rule);
		assert_int_equal(space_map_copy(&space, object, 0, 0, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, cases[i].rule);
		assert_int_equal(range.address.raw, cases[i].address);
		if (cases[i].size_bytes == 65 * PAGE)
			range.size_bytes = CAPOS_MAP_CALL_MAX_BYTES + PAGE;
		assert_int_equal(space_map_object(&space, object, 0, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, cases[i].rule);
		assert_int_equal(space_protect(&space, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		if (range.address.raw != 0)
			assert_int_equal(rule, cases[i].rule);
		if (cases[i].rule != RULE_PROTECTION_KNOWN) {
			assert_int_equal(space_unmap(&space, range.address,
						     range.size_bytes, &rule),
					 CAPOS_ERR_EXCEPTION);
			assert_int_equal(rule, cases[i].rule);
		}
		assert_unchanged(&before);
	}
	put_object(object);
}

static void space_refuses_what_overlaps(void **state)
{
	struct snapshot before;
	enum rule rule;

	(void)state;
	must_map(10, 4);
	before = snapshot_take();
	for (uint64_t page = 7; page < 14; page++) {
		assert_int_equal(map_fresh(BASE + page * PAGE, 4, PROTECTION_READ, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_FREE);
	}
	assert_unchanged(&before);
	must_map(6, 4);
	must_map(14, 4);
}

static void space_refuses_when_a_ledger_is_short(void **state)
{
	static const struct {
		enum ledger_resource resource;
		enum rule rule;
	} cases[] = {
		{ LEDGER_MEMORY_PAGES, RULE_LEDGER_MEMORY_PAGES },
		{ LEDGER_VIRTUAL_PAGES, RULE_LEDGER_VIRTUAL_PAGES },
		{ LEDGER_MAPPINGS, RULE_LEDGER_MAPPINGS },
	};

	(void)state;
	must_map(0, 1); /* its tables are there */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger_account *account =
			&memory_bed_payer.ledger.accounts[cases[i].resource];
		struct snapshot before = snapshot_take();
		uint64_t max = account->max;
		uint64_t need = cases[i].resource == LEDGER_MAPPINGS ? 1 : 2;
		enum rule rule = RULE_NONE;

		account->max = before.used.max[cases[i].resource] + need - 1;
		assert_int_equal(map_fresh(BASE + PAGE, 2, PROTECTION_READ, &rule),
				 CAPOS_ERR_NO_LEDGER);
		assert_int_equal(rule, cases[i].rule);
		assert_unchanged(&before);
		account->max++;
		assert_int_equal(map_fresh(BASE + PAGE, 2, PROTECTION_READ, &rule),
				 CAPOS_OK);
		account->max = max;
		must_unmap(1, 2);
		assert_unchanged(&before);
	}
}

static void space_refuses_when_tables_cannot_be_paid(void **state)
{
	struct ledger_account *account =
		&memory_bed_payer.ledger.accounts[LEDGER_MEMORY_PAGES];
	struct snapshot before = snapshot_take();
	uint64_t max = account->max;
	enum rule rule;

	(void)state;
	account->max = before.used.max[LEDGER_MEMORY_PAGES] + 1;
	assert_int_equal(map_fresh(BASE, 1, PROTECTION_READ, &rule), CAPOS_ERR_NO_LEDGER);
	assert_int_equal(rule, RULE_LEDGER_MEMORY_PAGES);
	assert_unchanged(&before);
	account->max = max;
}

static void space_map_fresh_survives_the_nth_missing_frame(void **state)
{
	bool done = false;

	(void)state;
	for (uint64_t n = 0; !done; n++) {
		struct space_range range = { { BASE }, 8 * PAGE, PROTECTION_READ };
		enum rule rule = RULE_NONE;
		status_t status;

		memory_bed_leave_frames(n);
		status = space_map_fresh(&space, &range, &rule);
		done = status == CAPOS_OK;
		if (!done) {
			assert_int_equal(status, CAPOS_ERR_NO_MEMORY);
			assert_int_equal(rule, RULE_MACHINE_MEMORY);
			assert_int_equal(space.mappings.count, 0);
			assert_int_equal(used(LEDGER_VIRTUAL_PAGES), 0);
			assert_int_equal(used(LEDGER_MAPPINGS), 0);
			/* The space's list, its root, and maybe the table. */
			assert_in_range(used(LEDGER_MEMORY_PAGES), 2, 3);
		}
		memory_bed_return_frames();
		assert_true(n < 20);
	}
	assert_int_equal(space.mappings.count, 1);
}

static void space_placement_uses_the_lowest_room(void **state)
{
	struct space_range range;
	uint64_t first = 0;
	enum rule rule;

	(void)state;
	for (int i = 0; i < 6; i++) {
		range = (struct space_range){ { 0 }, 2 * PAGE, PROTECTION_READ };
		assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
		if (i == 0)
			first = range.address.raw;
		assert_int_equal(range.address.raw, first + (uint64_t)i * 2 * PAGE);
	}
	assert_int_equal(
		space_unmap(&space, (uaddr_t){ first + 2 * PAGE }, 2 * PAGE, &rule),
		CAPOS_OK);
	/* Too large for the hole. */
	range = (struct space_range){ { 0 }, 3 * PAGE, PROTECTION_READ };
	assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
	assert_int_equal(range.address.raw, first + 12 * PAGE);
	/* One page after the other fills it. */
	for (uint64_t i = 0; i < 2; i++) {
		range = (struct space_range){ { 0 }, PAGE, PROTECTION_READ };
		assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
		assert_int_equal(range.address.raw, first + (2 + i) * PAGE);
	}
	range = (struct space_range){ { 0 }, PAGE, PROTECTION_READ };
	assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
	assert_int_equal(range.address.raw, first + 15 * PAGE);
}

static void space_placement_stays_below_the_end(void **state)
{
	struct space_range range = { { 0 }, 2 * PAGE, PROTECTION_READ };
	enum rule rule;

	(void)state;
	space.placement_hint = CAPOS_USER_END - PAGE;
	assert_int_equal(space_map_fresh(&space, &range, &rule), CAPOS_OK);
	assert_int_equal(range.address.raw, CAPOS_PLACEMENT_FIRST);
}

/* ---- Memory objects -------------------------------------------------------------------------- */

static void space_object_mapping_shows_the_objects_pages(void **state)
{
	struct memory_object *object = make_object(6);
	struct snapshot before = snapshot_take();
	struct space_range range = { { BASE }, 3 * PAGE, PROTECTION_READ_WRITE };
	enum rule rule;

	(void)state;
	assert_int_equal(space_map_object(&space, object, 2 * PAGE, &range, &rule),
			 CAPOS_OK);
	for (uint32_t i = 0; i < 3; i++)
		assert_ptr_equal(at(BASE + i * PAGE),
				 arch_direct(memory_object_frame(object, 2 + i)));
	assert_int_equal(used(LEDGER_VIRTUAL_PAGES), 3);
	/* Only the table; the pages are the object's. */
	assert_int_equal(used(LEDGER_MEMORY_PAGES),
			 before.used.max[LEDGER_MEMORY_PAGES] + 1);
	/* The middle page goes, both ends keep the object alive and their own offsets. */
	assert_int_equal(space_unmap(&space, (uaddr_t){ BASE + PAGE }, PAGE, &rule),
			 CAPOS_OK);
	space_check(&space);
	put_object(object);
	assert_int_equal(*at(BASE + 2 * PAGE), object_byte(4 * PAGE));
	must_unmap(0, 1);
	assert_true(used(LEDGER_KERNEL_BYTES) > 0); /* each part keeps it */
	assert_int_equal(*at(BASE + 2 * PAGE), object_byte(4 * PAGE));
	must_unmap(2, 1);
	assert_int_equal(used(LEDGER_KERNEL_BYTES), 0); /* the object went */
}

static void space_split_object_mapping_keeps_its_offsets(void **state)
{
	struct memory_object *object = make_object(6);
	struct space_range range = { { BASE }, 6 * PAGE, PROTECTION_READ_WRITE };
	struct space_range part = { { BASE + 2 * PAGE }, 2 * PAGE, PROTECTION_READ };
	enum rule rule;

	(void)state;
	assert_int_equal(space_map_object(&space, object, 0, &range, &rule), CAPOS_OK);
	assert_int_equal(space_protect(&space, &part, &rule), CAPOS_OK);
	put_object(object);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(space.mappings.ranges[i].info >> 32, 2 * i);
		assert_int_equal(space.mappings.ranges[i].page_count, 2);
	}
	must_unmap(1, 3);
	assert_int_equal(space.mappings.ranges[1].info >> 32, 4);
	must_unmap(4, 1);
	assert_int_equal(space.mappings.ranges[1].info >> 32, 5);
	must_unmap(0, 1);
	must_unmap(5, 1);
}

static void space_refuses_what_an_object_does_not_allow(void **state)
{
	struct memory_object *object = make_object(4);
	struct object *fixed_base;
	enum rule rule;

	(void)state;
	assert_int_equal(memory_object_create_static(
				 &memory_bed_payer, (paddr_t){ 0x20000 }, 4, &fixed_base),
			 CAPOS_OK);

	struct memory_object *fixed = memory_object_from(fixed_base);
	const struct {
		struct memory_object *object;
		uint64_t offset;
		uint64_t pages;
		enum protection protection;
		enum rule rule;
	} cases[] = {
		{ object, 8, 1, PROTECTION_READ, RULE_ADDRESS_ALIGNED },
		{ object, 0, 5, PROTECTION_READ, RULE_OBJECT_RANGE },
		{ object, 4 * PAGE, 1, PROTECTION_READ, RULE_OBJECT_RANGE },
		{ object, 3 * PAGE, 2, PROTECTION_READ, RULE_OBJECT_RANGE },
		{ object, UINT64_MAX - PAGE + 1, 2, PROTECTION_READ, RULE_OBJECT_RANGE },
		{ object, 0, 1, PROTECTION_READ_EXECUTE, RULE_PROTECTION_FIXED },
		{ fixed, 0, 1, PROTECTION_READ_WRITE, RULE_OBJECT_IMMUTABLE },
	};
	struct snapshot before = snapshot_take();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct space_range range = { { BASE },
					     cases[i].pages * PAGE,
					     cases[i].protection };

		assert_int_equal(space_map_object(&space, cases[i].object,
						  cases[i].offset, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, cases[i].rule);
		assert_unchanged(&before);
	}

	/* Protection cannot be changed to what could not have been mapped. */
	struct space_range range = { { BASE }, PAGE, PROTECTION_READ };

	assert_int_equal(space_map_object(&space, object, 0, &range, &rule), CAPOS_OK);
	range.address.raw += PAGE;
	range.protection = PROTECTION_READ_EXECUTE;
	assert_int_equal(space_map_object(&space, fixed, 0, &range, &rule), CAPOS_OK);
	before = snapshot_take();
	range.protection = PROTECTION_READ_WRITE;
	assert_int_equal(space_protect(&space, &range, &rule), CAPOS_ERR_EXCEPTION);
	assert_int_equal(rule, RULE_PROTECTION_FIXED);
	range.address.raw -= PAGE;
	range.protection = PROTECTION_READ_EXECUTE;
	assert_int_equal(space_protect(&space, &range, &rule), CAPOS_ERR_EXCEPTION);
	assert_int_equal(rule, RULE_PROTECTION_FIXED);
	assert_unchanged(&before);
	must_unmap(0, 2);
	put_object(object);
	put_object(fixed);
}

static void space_copy_fills_the_start_and_clears_the_rest(void **state)
{
	static const struct {
		uint64_t offset, copy_bytes, pages;
	} cases[] = {
		{ 0, PAGE, 1 },
		{ 0, 4 * PAGE, 4 },
		{ 0, 0, 1 },
		{ 0, 1, 2 },
		{ PAGE, PAGE + 13, 3 },
		{ 5, 7, 1 },
		{ 100, PAGE, 1 },
		{ 4095, 2, 1 },
		{ 4091, 3 * PAGE, 3 },
		{ 4 * PAGE, 0, 1 },
		{ 3 * PAGE + 8, PAGE - 8, 1 },
		{ 2 * PAGE, 2 * PAGE - 1, 3 },
	};
	struct memory_object *object = make_object(4);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct space_range range = { { BASE },
					     cases[i].pages * PAGE,
					     PROTECTION_READ };
		enum rule rule;

		assert_int_equal(space_map_copy(&space, object, cases[i].offset,
						cases[i].copy_bytes, &range, &rule),
				 CAPOS_OK);
		for (uint64_t b = 0; b < range.size_bytes; b++)
			assert_int_equal(*at(BASE + b),
					 b < cases[i].copy_bytes
						 ? object_byte(cases[i].offset + b)
						 : 0);
		must_unmap(0, cases[i].pages);
	}
	put_object(object);
}

static void space_copy_refuses_what_the_object_does_not_have(void **state)
{
	static const struct {
		uint64_t offset, copy_bytes;
	} cases[] = { { 0, 2 * PAGE + 1 },
		      { 4 * PAGE, 1 },
		      { 3 * PAGE, PAGE + 1 },
		      { UINT64_MAX, 2 },
		      { 4 * PAGE + 1, 0 } };
	struct memory_object *object = make_object(4);
	struct snapshot before = snapshot_take();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct space_range range = { { BASE }, 2 * PAGE, PROTECTION_READ };
		enum rule rule;

		assert_int_equal(space_map_copy(&space, object, cases[i].offset,
						cases[i].copy_bytes, &range, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_OBJECT_RANGE);
		assert_unchanged(&before);
	}
	put_object(object);
}

static void space_object_refusal_gives_the_pin_back(void **state)
{
	struct memory_object *object = make_object(1);
	struct ledger_account *account =
		&memory_bed_payer.ledger.accounts[LEDGER_MAPPINGS];
	struct space_range range = { { BASE }, PAGE, PROTECTION_READ };
	uint64_t max = account->max;
	enum rule rule;

	(void)state;
	account->max = 0;
	assert_int_equal(space_map_object(&space, object, 0, &range, &rule),
			 CAPOS_ERR_NO_LEDGER);
	assert_int_equal(space_map_copy(&space, object, 0, PAGE, &range, &rule),
			 CAPOS_ERR_NO_LEDGER);
	account->max = max;
	put_object(object);
	assert_int_equal(used(LEDGER_KERNEL_BYTES), 0);
}

/* ---- Writing and asking --------------------------------------------------------------------- */

static void space_write_reaches_fresh_pages_of_any_protection(void **state)
{
	static uint8_t bytes[3 * PAGE];
	struct memory_object *object = make_object(1);
	struct space_range range = { { BASE + 4 * PAGE }, PAGE, PROTECTION_READ_WRITE };
	enum rule rule;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 5 + 1);
	assert_int_equal(map_fresh(BASE, 2, PROTECTION_READ_EXECUTE, &rule), CAPOS_OK);
	assert_int_equal(map_fresh(BASE + 2 * PAGE, 2, PROTECTION_NONE, &rule), CAPOS_OK);
	assert_int_equal(space_map_object(&space, object, 0, &range, &rule), CAPOS_OK);
	assert_int_equal(
		space_write(&space, (uaddr_t){ BASE + 13 }, bytes, sizeof(bytes), &rule),
		CAPOS_OK);
	for (size_t i = 0; i < sizeof(bytes); i++)
		assert_int_equal(*at(BASE + 13 + i), bytes[i]);
	assert_int_equal(*at(BASE + 12), 0);
	assert_int_equal(*at(BASE + 13 + sizeof(bytes)), 0);

	static const struct {
		uint64_t address;
		size_t size_bytes;
	} refused[] = { { BASE + 4 * PAGE - 1, 2 },
			{ BASE + 4 * PAGE, 1 },
			{ BASE - 1, 2 },
			{ UINT64_MAX, 2 },
			{ CAPOS_USER_END - 1, 4 } };

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(space_write(&space, (uaddr_t){ refused[i].address },
					     "hello", refused[i].size_bytes, &rule),
				 CAPOS_ERR_EXCEPTION);
		assert_int_equal(rule, RULE_ADDRESS_MAPPED);
	}
	assert_int_equal(*at(BASE + 4 * PAGE - 1), 0);
	assert_int_equal(*at(BASE + 4 * PAGE), object_byte(0));
	put_object(object);
}

static void space_query_tells_mapping_or_gap(void **state)
{
	struct space_range range;
	enum rule rule;

	(void)state;
	assert_false(space_query(&space, (uaddr_t){ BASE }, &range));
	assert_int_equal(range.address.raw, CAPOS_USER_FIRST);
	assert_int_equal(range.size_bytes, CAPOS_USER_END - CAPOS_USER_FIRST);
	assert_int_equal(map_fresh(BASE, 2, PROTECTION_READ, &rule), CAPOS_OK);
	must_map(4, 1);
	assert_true(space_query(&space, (uaddr_t){ BASE + PAGE + 77 }, &range));
	assert_int_equal(range.address.raw, BASE);
	assert_int_equal(range.size_bytes, 2 * PAGE);
	assert_int_equal(range.protection, PROTECTION_READ);
	assert_false(space_query(&space, (uaddr_t){ BASE + 3 * PAGE }, &range));
	assert_int_equal(range.address.raw, BASE + 2 * PAGE);
	assert_int_equal(range.size_bytes, 2 * PAGE);
	assert_false(space_query(&space, (uaddr_t){ BASE + 5 * PAGE }, &range));
	assert_int_equal(range.address.raw + range.size_bytes, CAPOS_USER_END);
	assert_false(space_query(&space, (uaddr_t){ 5 }, &range));
	assert_int_equal(range.size_bytes, 0);
	assert_false(space_query(&space, (uaddr_t){ CAPOS_USER_END }, &range));
	assert_int_equal(range.size_bytes, 0);
	assert_false(space_allows(&space, (uaddr_t){ BASE + 3 * PAGE }, PROTECTION_NONE));
}

/* ---- Many mappings ----------------------------------------------------------------------------- */

static void space_list_grows_to_its_limit_and_not_beyond(void **state)
{
	enum rule rule;

	(void)state;
	for (uint64_t i = 0; i < 1024; i++)
		must_map(2 * i, 1);
	space_check(&space);

	uint64_t pages = used(LEDGER_MEMORY_PAGES);

	assert_int_equal(map_fresh(BASE + 5000 * PAGE, 1, PROTECTION_READ, &rule),
			 CAPOS_ERR_NO_LEDGER);
	assert_int_equal(rule, RULE_LEDGER_MAPPINGS);
	assert_int_equal(used(LEDGER_MAPPINGS), 1024);
	assert_in_range(used(LEDGER_MEMORY_PAGES), pages,
			pages + 1); /* a table may stay */
	for (uint64_t i = 0; i < 1024; i++)
		must_unmap(2 * i, 1);
	assert_int_equal(used(LEDGER_MAPPINGS), 0);
}

static void space_list_that_cannot_grow_changes_nothing(void **state)
{
	struct snapshot before;
	enum rule rule;

	(void)state;
	for (uint64_t i = 0; i < 128; i++)
		must_map(2 * i, 1);
	before = snapshot_take();
	memory_bed_leave_frames(1); /* for the page, not for the list */

	uint64_t frames = frame_free_count();

	assert_int_equal(map_fresh(BASE + 300 * PAGE, 1, PROTECTION_READ, &rule),
			 CAPOS_ERR_NO_MEMORY);
	assert_int_equal(rule, RULE_MACHINE_MEMORY);
	assert_int_equal(frame_free_count(), frames);
	memory_bed_return_frames();
	assert_unchanged(&before);
}

/* ---- The end ---------------------------------------------------------------------------------------- */

static void space_fini_goes_in_bounded_steps_and_nothing_new_comes(void **state)
{
	struct memory_object *object = make_object(64);
	struct space_range range = { { 0 }, 64 * PAGE, PROTECTION_READ };
	uint64_t frames;
	enum rule rule;
	int steps = 0;

	(void)state;
	for (uint64_t i = 0; i < 16; i++)
		must_map(64 * i, 64);
	frames = frame_free_count();
	assert_int_equal(space_map_object(&space, object, 0, &range, &rule), CAPOS_OK);
	while (!space_fini_step(&space)) {
		uint64_t now = frame_free_count();

		assert_true(now - frames <= 200);
		frames = now;
		steps++;
		space_check(&space);
		if (space.mappings.count == 0)
			continue;
		range = (struct space_range){ { 0 }, PAGE, PROTECTION_READ };
		assert_int_equal(space_map_fresh(&space, &range, &rule),
				 CAPOS_ERR_DISCONNECTED);
		assert_int_equal(rule, RULE_TARGET_ALIVE);
		assert_int_equal(space_map_object(&space, object, 0, &range, &rule),
				 CAPOS_ERR_DISCONNECTED);
		assert_int_equal(space_unmap(&space, (uaddr_t){ BASE }, PAGE, &rule),
				 CAPOS_ERR_DISCONNECTED);
		range.address.raw = BASE;
		assert_int_equal(space_protect(&space, &range, &rule),
				 CAPOS_ERR_DISCONNECTED);
	}
	assert_true(steps >= 5);
	put_object(object);
	assert_int_equal(used(LEDGER_MEMORY_PAGES), 0);
	assert_true(space_fini_step(&space)); /* again is harmless */
}

static void space_init_survives_the_nth_missing_frame(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 3; n++) {
		struct snapshot before = snapshot_take();
		struct space other;

		memory_bed_leave_frames(n);

		status_t status = space_init(&other, &memory_bed_payer);

		assert_int_equal(status, n < 2 ? CAPOS_ERR_NO_MEMORY : CAPOS_OK);
		memory_bed_return_frames();
		if (status != CAPOS_OK)
			assert_unchanged(&before);
		assert_true(
			space_fini_step(&other)); /* also of one that could not be made */
		assert_unchanged(&before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPACE_TEST(space_fresh_pages_are_zero_and_paid_for),
		SPACE_TEST(space_refuses_malformed_ranges_by_rule),
		SPACE_TEST(space_refuses_what_overlaps),
		SPACE_TEST(space_refuses_when_a_ledger_is_short),
		SPACE_TEST(space_refuses_when_tables_cannot_be_paid),
		SPACE_TEST(space_map_fresh_survives_the_nth_missing_frame),
		SPACE_TEST(space_placement_uses_the_lowest_room),
		SPACE_TEST(space_placement_stays_below_the_end),
		SPACE_TEST(space_object_mapping_shows_the_objects_pages),
		SPACE_TEST(space_split_object_mapping_keeps_its_offsets),
		SPACE_TEST(space_refuses_what_an_object_does_not_allow),
		SPACE_TEST(space_copy_fills_the_start_and_clears_the_rest),
		SPACE_TEST(space_copy_refuses_what_the_object_does_not_have),
		SPACE_TEST(space_object_refusal_gives_the_pin_back),
		SPACE_TEST(space_write_reaches_fresh_pages_of_any_protection),
		SPACE_TEST(space_query_tells_mapping_or_gap),
		SPACE_TEST(space_list_grows_to_its_limit_and_not_beyond),
		SPACE_TEST(space_list_that_cannot_grow_changes_nothing),
		SPACE_TEST(space_fini_goes_in_bounded_steps_and_nothing_new_comes),
		SPACE_TEST(space_init_survives_the_nth_missing_frame),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
// TEST-LINK: tests/support/memory_bed.c @hosted
/*
 * space_window_test.c - the short way for windows does just what the long way does, and
 * leaves everything alone where it declines.
 */
#include "tests/support/space_bed.h"

enum { OBJECT_PAGES = 3 };

static const struct space_range window = { { BASE + 8 * PAGE },
					   PAGE,
					   PROTECTION_READ_WRITE };

/* A page must be there before a window may follow it, and its table. */
static struct memory_object *prepare(void)
{
	must_map(0, 1);
	return make_object(OBJECT_PAGES);
}

static void finish(struct memory_object *object)
{
	must_unmap(0, 1);
	put_object(object);
}

static void space_window_shows_what_the_long_way_shows(void **state)
{
	struct memory_object *object = prepare();
	struct snapshot before = snapshot_take();

	(void)state;
	for (uint64_t page = 0; page < OBJECT_PAGES; page++) {
		struct space_range range = window;
		struct snapshot by_long_way;
		enum rule rule;

		assert_int_equal(
			space_map_object(&space, object, page * PAGE, &range, &rule),
			CAPOS_OK);
		by_long_way = snapshot_take();
		must_unmap(8, 1);
		assert_unchanged(&before);

		assert_true(space_map_window(&space, object, page * PAGE, &window));
		assert_unchanged(&by_long_way);
		assert_int_equal(*at(window.address.raw + 5),
				 object_byte(page * PAGE + 5));
		assert_true(space_unmap_window(&space, window.address, PAGE));
		assert_false(mapped(8));
		assert_unchanged(&before);
	}
	finish(object);
}

/* Expects that @range of @object is no window and that nothing changed. */
static void declines(struct memory_object *object, uint64_t offset_bytes,
		     struct space_range range)
{
	struct snapshot before = snapshot_take();

	assert_false(space_map_window(&space, object, offset_bytes, &range));
	assert_unchanged(&before);
}

static struct space_range at_address(uint64_t address)
{
	struct space_range range = window;

	range.address.raw = address;
	return range;
}

static void space_window_declines_what_is_not_one(void **state)
{
	struct memory_object *object = prepare();
	struct space_range range = window;

	(void)state;
	declines(object, 0, at_address(0));
	declines(object, 0, at_address(BASE));
	declines(object, 0, at_address(BASE + 8 * PAGE + 8));
	declines(object, 0, at_address(CAPOS_USER_FIRST - PAGE));
	declines(object, 0, at_address(CAPOS_USER_END));
	declines(object, 0, at_address(CAPOS_USER_END + PAGE));
	declines(object, 0, at_address(UINT64_MAX & ~(uint64_t)(PAGE - 1)));
	declines(object, 8, window);
	declines(object, OBJECT_PAGES * PAGE, window);
	declines(object, UINT64_MAX & ~(uint64_t)(PAGE - 1), window);
	range.size_bytes = 2 * PAGE;
	declines(object, 0, range);
	range.size_bytes = 0;
	declines(object, 0, range);
	range.size_bytes = PAGE;
	range.protection = PROTECTION_READ_EXECUTE;
	declines(object, 0, range);
	finish(object);
}

static void space_window_declines_when_a_ledger_is_full(void **state)
{
	static const enum ledger_resource resources[] = { LEDGER_VIRTUAL_PAGES,
							  LEDGER_MAPPINGS };
	struct memory_object *object = prepare();

	(void)state;
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		struct ledger_account *account =
			&memory_bed_payer.ledger.accounts[resources[i]];
		uint64_t max = account->max;

		account->max = used(resources[i]);
		declines(object, 0, window);
		account->max = max;
	}
	finish(object);
}

static void space_window_declines_when_its_object_or_space_ends(void **state)
{
	struct memory_object *object = prepare();

	(void)state;
	atomic_fetch_or(&object->pins, MEMORY_OBJECT_CLOSED);
	declines(object, 0, window);
	atomic_fetch_and(&object->pins, ~MEMORY_OBJECT_CLOSED);
	space.ending = true;
	declines(object, 0, window);
	space.ending = false;
	finish(object);
}

static void space_window_waits_for_no_lock(void **state)
{
	struct memory_object *object = prepare();

	(void)state;
	atomic_store(&space.lock.locked, 1);
	assert_false(space_map_window(&space, object, 0, &window));
	atomic_store(&space.lock.locked, 0);
	assert_true(space_map_window(&space, object, 0, &window));
	atomic_store(&space.lock.locked, 1);
	assert_false(space_unmap_window(&space, window.address, PAGE));
	atomic_store(&space.lock.locked, 0);
	assert_true(space_unmap_window(&space, window.address, PAGE));
	finish(object);
}

static void space_window_is_unmapped_only_where_it_is_last_and_whole(void **state)
{
	struct memory_object *object = prepare();
	struct space_range two = { { BASE + 4 * PAGE }, 2 * PAGE, PROTECTION_READ };
	struct snapshot before;
	enum rule rule;

	(void)state;
	assert_int_equal(space_map_object(&space, object, 0, &two, &rule), CAPOS_OK);
	before = snapshot_take();
	assert_false(space_unmap_window(&space, two.address, PAGE));
	assert_false(space_unmap_window(&space, two.address, 2 * PAGE));
	assert_false(space_unmap_window(&space, (uaddr_t){ BASE }, PAGE));
	assert_false(space_unmap_window(&space, window.address, PAGE));
	assert_unchanged(&before);
	must_unmap(4, 2);
	/* Fresh memory is the long way's, too: its frame has to be freed. */
	before = snapshot_take();
	assert_false(space_unmap_window(&space, (uaddr_t){ BASE }, PAGE));
	assert_unchanged(&before);
	finish(object);
}

static void space_window_keeps_its_object_until_it_is_unmapped(void **state)
{
	struct memory_object *object = prepare();
	uint64_t frames = frame_free_count();

	(void)state;
	assert_true(space_map_window(&space, object, 0, &window));
	put_object(object);
	assert_int_equal(frame_free_count(), frames);
	assert_int_equal(*at(window.address.raw), object_byte(0));
	assert_true(space_unmap_window(&space, window.address, PAGE));
	assert_int_equal(frame_free_count(), frames + OBJECT_PAGES);
	must_unmap(0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPACE_TEST(space_window_shows_what_the_long_way_shows),
		SPACE_TEST(space_window_declines_what_is_not_one),
		SPACE_TEST(space_window_declines_when_a_ledger_is_full),
		SPACE_TEST(space_window_declines_when_its_object_or_space_ends),
		SPACE_TEST(space_window_waits_for_no_lock),
		SPACE_TEST(space_window_is_unmapped_only_where_it_is_last_and_whole),
		SPACE_TEST(space_window_keeps_its_object_until_it_is_unmapped),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

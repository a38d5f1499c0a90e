/* SPDX-License-Identifier: MIT */
/*
 * loader_plan_test.c - mappings, needs and arguments, without a kernel.
 */
// TEST-LINK: runtime/loader_plan.c runtime/format.c
#include "capos/loader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "capos/cap.h"
#include "gen/console.capnp.h"

enum { PAGE = ELF_PAGE_BYTES, FRESH_MAX = CAPOS_MAP_FRESH_MAX_PAGES * PAGE };

static struct loader_image image;

/* As the kernel would: capability 9 derives from interface 1234. */
bool capos_cap_answers(cap_t cap, uint64_t interface)
{
	return cap.raw == 9 && interface == 1234;
}

static int set_up(void **state)
{
	(void)state;
	memset(&image, 0, sizeof(image));
	return 0;
}

static void plan_maps_code_and_copies_data(void **state)
{
	const struct elf_image elf = {
		.entry = 0x201010,
		.segment_count = 3,
		.segments = {
			{ 0x200000, 0x700, 0, 0x700, ELF_READ },
			{ 0x201010, 0x2000, 0x1010, 0x2000, ELF_READ | ELF_EXECUTE },
			{ 0x204020, 0x1800, 0x3020, 0x10, ELF_READ | ELF_WRITE },
		},
	};
	const char *why;

	(void)state;
	assert_true(loader_plan(&elf, &image, &why));
	assert_int_equal(image.entry, 0x201010);
	assert_int_equal(image.step_count, 3);
	assert_int_equal(image.steps[0].kind, LOADER_MAP_OBJECT);
	assert_int_equal(image.steps[0].protection, PROTECTION_READ);
	assert_int_equal(image.steps[0].size_bytes, PAGE);
	assert_int_equal(image.steps[1].protection, PROTECTION_READ_EXECUTE);
	assert_int_equal(image.steps[1].address, 0x201000);
	assert_int_equal(image.steps[1].offset, 0x1000);
	assert_int_equal(image.steps[1].size_bytes, 3 * PAGE);
	assert_int_equal(image.steps[2].kind, LOADER_MAP_COPY);
	assert_int_equal(image.steps[2].protection, PROTECTION_READ_WRITE);
	assert_int_equal(image.steps[2].address, 0x204000);
	assert_int_equal(image.steps[2].offset, 0x3000);
	assert_int_equal(image.steps[2].copy_bytes, 0x30);
	assert_int_equal(image.steps[2].size_bytes, 2 * PAGE);
}

static void plan_of_zeros_only_copies_nothing(void **state)
{
	const struct elf_image elf = {
		.segment_count = 1,
		.segments = { { 0x204000, 0x10, 0x4000, 0, ELF_READ | ELF_WRITE } },
	};
	const char *why;

	(void)state;
	assert_true(loader_plan(&elf, &image, &why));
	assert_int_equal(image.step_count, 1);
	assert_int_equal(image.steps[0].kind, LOADER_MAP_FRESH);
}

static void plan_splits_what_is_too_large_for_one_call(void **state)
{
	const struct elf_image elf = {
		.segment_count = 2,
		.segments = {
			{ 0x200000, CAPOS_MAP_CALL_MAX_BYTES + 1, 0, CAPOS_MAP_CALL_MAX_BYTES + 1,
			  ELF_READ },
			{ 0x10000000, 3 * FRESH_MAX, 0, FRESH_MAX + 5, ELF_READ | ELF_WRITE },
		},
	};
	const char *why;

	(void)state;
	assert_true(loader_plan(&elf, &image, &why));
	assert_int_equal(image.step_count, 5);
	assert_int_equal(image.steps[1].address, 0x200000 + CAPOS_MAP_CALL_MAX_BYTES);
	assert_int_equal(image.steps[1].offset, CAPOS_MAP_CALL_MAX_BYTES);
	assert_int_equal(image.steps[1].size_bytes, PAGE);
	assert_int_equal(image.steps[2].copy_bytes, FRESH_MAX);
	assert_int_equal(image.steps[3].kind, LOADER_MAP_COPY);
	assert_int_equal(image.steps[3].copy_bytes, 5);
	assert_int_equal(image.steps[3].offset, FRESH_MAX);
	assert_int_equal(image.steps[4].kind, LOADER_MAP_FRESH);
}

static void plan_refuses_what_the_loader_cannot_place(void **state)
{
	struct elf_image elf = {
		.segment_count = 1,
		.segments = { { CAPOS_STACK_TOP - PAGE, 16, 0, 16, ELF_READ } },
	};
	const char *why;

	(void)state;
	assert_false(loader_plan(&elf, &image, &why));
	elf.segments[0] =
		(struct elf_segment){ 0x200000,
				      (uint64_t)LOADER_STEPS_MAX * FRESH_MAX + 1, 0, 0,
				      ELF_READ | ELF_WRITE };
	assert_false(loader_plan(&elf, &image, &why));
}

static void needs_are_compared_by_name_and_interface(void **state)
{
	const struct loader_grant grants[] = {
		{ .name = "console", .interface = CONSOLE_INTERFACE_ID },
		{ .name = "timer" },
		{ .name = "memory", .source = LOADER_OWN_MEMORY },
		{ .name = "thread", .source = LOADER_OWN_THREAD },
	};
	char text[80];

	(void)state;
	image.need_count = 5;
	image.needs[0] = (struct capos_need){ "console", CONSOLE_INTERFACE_ID, 0, 0 };
	image.needs[1] = (struct capos_need){ "timer", 1234, 0, 0 };
	image.needs[2] =
		(struct capos_need){ "memory", VIRTUAL_MEMORY_INTERFACE_ID, 0, 0 };
	image.needs[3] =
		(struct capos_need){ "thread", THREAD_CONTROL_INTERFACE_ID, 0, 0 };
	image.needs[4] = (struct capos_need){ "log", 5, CAPOS_NEED_OPTIONAL, 0 };
	assert_true(loader_check_needs(&image, grants, 4, text, sizeof(text)));
	assert_false(loader_check_needs(&image, grants + 1, 3, text, sizeof(text)));
	assert_string_equal(text, "not granted as needed: console");
	assert_false(loader_check_needs(&image, grants, 1, text, sizeof(text)));
	assert_string_equal(text, "not granted as needed: timer, memory, thread");
	image.needs[0].interface++;
	assert_false(loader_check_needs(&image, grants, 4, text, sizeof(text)));
	assert_string_equal(text, "not granted as needed: console");
	assert_false(loader_check_needs(&image, nullptr, 0, text, 12)); /* cut */
	assert_int_equal(strlen(text), 11);
}

static void needs_are_met_by_what_derives_from_them(void **state)
{
	const struct loader_grant grants[] = {
		{ .name = "timer", .cap = { 9 }, .interface = 99 },
		{ .name = "other", .cap = { 8 }, .interface = 99 },
	};
	char text[80];

	(void)state;
	image.need_count = 1;
	image.needs[0] = (struct capos_need){ "timer", 1234, 0, 0 };
	assert_true(loader_check_needs(&image, grants, 2, text, sizeof(text)));
	image.needs[0].interface = 1235;
	assert_false(loader_check_needs(&image, grants, 2, text, sizeof(text)));
	image.needs[0] = (struct capos_need){ "other", 1234, 0, 0 };
	assert_false(loader_check_needs(&image, grants, 2, text, sizeof(text)));
}

static void arguments_follow_the_startup_record(void **state)
{
	const char *const arguments[] = { "one", "", "three" };
	alignas(8) uint8_t bytes[128];
	struct capos_startup *record = (void *)bytes;
	size_t size = loader_startup_size(arguments, 3);

	(void)state;
	assert_int_equal(size, sizeof(*record) + 4 + 1 + 6);
	loader_startup_write(record, size, 1, 2, arguments, 3);
	assert_int_equal(record->argument_count, 3);
	assert_int_equal(record->size_bytes, size);
	assert_memory_equal(record + 1, "one\0\0three", 11);
}

static void too_many_arguments_are_refused(void **state)
{
	static char large[CAPOS_STARTUP_MAX_BYTES];
	const char *many[CAPOS_ARGUMENTS_MAX + 1];

	(void)state;
	for (int i = 0; i <= CAPOS_ARGUMENTS_MAX; i++)
		many[i] = "x";
	assert_int_not_equal(loader_startup_size(many, CAPOS_ARGUMENTS_MAX), 0);
	assert_int_equal(loader_startup_size(many, CAPOS_ARGUMENTS_MAX + 1), 0);
	memset(large, 'y', sizeof(large) - 1);
	many[0] = large;
	assert_int_equal(loader_startup_size(many, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(plan_maps_code_and_copies_data, set_up),
		cmocka_unit_test_setup(plan_of_zeros_only_copies_nothing, set_up),
		cmocka_unit_test_setup(plan_splits_what_is_too_large_for_one_call,
				       set_up),
		cmocka_unit_test_setup(plan_refuses_what_the_loader_cannot_place, set_up),
		cmocka_unit_test_setup(needs_are_compared_by_name_and_interface, set_up),
		cmocka_unit_test_setup(needs_are_met_by_what_derives_from_them, set_up),
		cmocka_unit_test_setup(arguments_follow_the_startup_record, set_up),
		cmocka_unit_test_setup(too_many_arguments_are_refused, set_up),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

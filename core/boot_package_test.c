/* SPDX-License-Identifier: MIT */
/* boot_package_test.c - each byte of a boot package's header can refuse it. */
// TEST-LINK: core/boot_package.c
#include "core/boot_package.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES = 5, PAGE = CAPOS_PACKAGE_ALIGN };

static void name_file(struct capos_package *package, uint32_t i, const char *name,
		      uint64_t offset, uint64_t size_bytes)
{
	struct capos_package_file *file = &package->files[i];

	memset(file, 0, sizeof(*file));
	memcpy(file->name, name, strlen(name));
	file->offset = offset;
	file->size_bytes = size_bytes;
}

static int setup(void **state)
{
	struct capos_package *package = aligned_alloc(PAGE, PAGES * PAGE);

	memset(package, 0, PAGES * PAGE);
	*package = (struct capos_package){
		.magic = CAPOS_PACKAGE_MAGIC,
		.version = CAPOS_PACKAGE_VERSION,
		.file_count = 3,
		.size_bytes = PAGES * PAGE,
	};
	name_file(package, 0, "manifest", PAGE, 100);
	name_file(package, 1, "init", 2 * PAGE, PAGE + 1);
	name_file(package, 2, "shell", 4 * PAGE, PAGE);
	*state = package;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static enum boot_package_error check(const struct capos_package *package)
{
	return boot_package_check(package, PAGES * PAGE);
}

static void boot_package_accepts_a_well_formed_one(void **state)
{
	const struct capos_package *package = *state;

	assert_int_equal(check(package), BOOT_PACKAGE_OK);
	assert_int_equal(boot_package_check(package, PAGES * PAGE + 77), BOOT_PACKAGE_OK);
}

static void boot_package_refuses_other_sizes(void **state)
{
	struct capos_package *package = *state;

	assert_int_equal(boot_package_check(package, 0), BOOT_PACKAGE_SIZE);
	assert_int_equal(boot_package_check(package, 31), BOOT_PACKAGE_SIZE);
	assert_int_equal(boot_package_check(package, PAGES * PAGE - 1),
			 BOOT_PACKAGE_SIZE);
	package->size_bytes = PAGES * PAGE - 8;
	assert_int_equal(check(package), BOOT_PACKAGE_SIZE);
	package->size_bytes = 0;
	assert_int_equal(check(package), BOOT_PACKAGE_SIZE);
	package->size_bytes = UINT64_MAX & ~(uint64_t)(PAGE - 1);
	assert_int_equal(check(package), BOOT_PACKAGE_SIZE);
}

static void boot_package_refuses_other_heads(void **state)
{
	struct capos_package *package = *state;

	package->magic ^= 1;
	assert_int_equal(check(package), BOOT_PACKAGE_MAGIC);
	package->magic ^= 1;
	package->version++;
	assert_int_equal(check(package), BOOT_PACKAGE_VERSION);
	package->version--;
	package->reserved = 1;
	assert_int_equal(check(package), BOOT_PACKAGE_RESERVED);
	package->reserved = 0;
	package->file_count = CAPOS_PACKAGE_INIT;
	assert_int_equal(check(package), BOOT_PACKAGE_COUNT);
	package->file_count = CAPOS_PACKAGE_FILES_MAX + 1;
	assert_int_equal(check(package), BOOT_PACKAGE_COUNT);
	package->file_count = UINT32_MAX;
	assert_int_equal(check(package), BOOT_PACKAGE_COUNT);
}

static void boot_package_refuses_bytes_after_the_records(void **state)
{
	struct capos_package *package = *state;
	uint8_t *bytes = (uint8_t *)package;
	size_t end = sizeof(*package) + 3 * sizeof(struct capos_package_file);

	bytes[end] = 1;
	assert_int_equal(check(package), BOOT_PACKAGE_RESERVED);
	bytes[end] = 0;
	bytes[PAGE - 1] = 1;
	assert_int_equal(check(package), BOOT_PACKAGE_RESERVED);
}

static void boot_package_refuses_malformed_names(void **state)
{
	static const char *const wrong[] = { "",         "in it", "init\n", "caf\xc3\xa9",
					     "manifest", "shell" };
	struct capos_package *package = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		name_file(package, 1, wrong[i], 2 * PAGE, PAGE);
		assert_int_equal(check(package), BOOT_PACKAGE_NAME);
	}
	memset(package->files[1].name, 'a', CAPOS_NAME_BYTES);
	assert_int_equal(check(package), BOOT_PACKAGE_NAME);
	package->files[1].name[CAPOS_NAME_BYTES - 1] = 0;
	assert_int_equal(check(package), BOOT_PACKAGE_OK);
	package->files[1].name[4] = 0; /* bytes after the NUL */
	assert_int_equal(check(package), BOOT_PACKAGE_NAME);
}

static void boot_package_refuses_files_out_of_place(void **state)
{
	static const struct {
		uint64_t offset, size_bytes;
	} wrong[] = {
		{ 0, PAGE },                                  /* over the header */
		{ PAGE, PAGE },                               /* over the manifest */
		{ 2 * PAGE + 8, 1 },                          /* unaligned */
		{ 2 * PAGE, 2 * PAGE + 1 },                   /* into the next file */
		{ 2 * PAGE, 0 },                              /* empty */
		{ 2 * PAGE, UINT64_MAX },                     /* too long */
		{ 8 * PAGE, 1 },                              /* behind the end */
		{ UINT64_MAX & ~(uint64_t)(PAGE - 1), PAGE }, /* overflows */
	};
	struct capos_package *package = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		name_file(package, 1, "init", wrong[i].offset, wrong[i].size_bytes);
		assert_int_equal(check(package), BOOT_PACKAGE_RANGE);
	}
	name_file(package, 1, "init", 2 * PAGE, 2 * PAGE);
	assert_int_equal(check(package), BOOT_PACKAGE_OK);
}

/* Whatever one flipped bit does, the checker reads nothing outside and names an error or
 * leaves a package whose files are all inside. */
static void boot_package_survives_every_flipped_bit(void **state)
{
	struct capos_package *package = *state;
	uint8_t *bytes = (uint8_t *)package;
	size_t end = sizeof(*package) + 3 * sizeof(struct capos_package_file);

	for (size_t bit = 0; bit < end * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (check(package) == BOOT_PACKAGE_OK)
			for (uint32_t i = 0; i < package->file_count; i++)
				assert_true(package->files[i].offset +
						    package->files[i].size_bytes <=
					    PAGES * PAGE);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(check(package), BOOT_PACKAGE_OK);
}

static void boot_package_finds_exact_names_only(void **state)
{
	const struct capos_package *package = *state;

	assert_int_equal(boot_package_find(package, "manifest", 8), 0);
	assert_int_equal(boot_package_find(package, "init", 4), 1);
	assert_int_equal(boot_package_find(package, "shell", 5), 2);
	assert_int_equal(boot_package_find(package, "shel", 4), -1);
	assert_int_equal(boot_package_find(package, "shell\0", 6), -1);
	assert_int_equal(boot_package_find(package, "", 0), -1);
	assert_int_equal(boot_package_find(
				 package, "0123456789012345678901234567890123456789", 40),
			 -1);
}

static void boot_package_names_each_error(void **state)
{
	(void)state;
	for (int i = BOOT_PACKAGE_OK; i <= BOOT_PACKAGE_RANGE; i++)
		assert_int_not_equal(
			strlen(boot_package_error_text((enum boot_package_error)i)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(boot_package_accepts_a_well_formed_one,
						setup, teardown),
		cmocka_unit_test_setup_teardown(boot_package_refuses_other_sizes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(boot_package_refuses_other_heads, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			boot_package_refuses_bytes_after_the_records, setup, teardown),
		cmocka_unit_test_setup_teardown(boot_package_refuses_malformed_names,
						setup, teardown),
		cmocka_unit_test_setup_teardown(boot_package_refuses_files_out_of_place,
						setup, teardown),
		cmocka_unit_test_setup_teardown(boot_package_survives_every_flipped_bit,
						setup, teardown),
		cmocka_unit_test_setup_teardown(boot_package_finds_exact_names_only,
						setup, teardown),
		cmocka_unit_test_setup_teardown(boot_package_names_each_error, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

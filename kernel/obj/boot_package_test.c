/* SPDX-License-Identifier: MIT */
/* boot_package_test.c - BootPackage and ProgramStore: the promises of schema/boot.capnp. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/boot_package.h"

#include "gen/boot.capnp.h"
#include "gen/memory.capnp.h"
#include "tests/support/hosted_fixture.h"

static struct capos_result_cap result_cap(const struct fixture *f)
{
	struct capos_result_cap record;

	memcpy(&record, machine_arena(&f->child, MACHINE_RESULTS), sizeof(record));
	return record;
}

static uint64_t store_of(struct fixture *f)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "package", BOOT_PACKAGE_METHOD_PROGRAMS, nullptr);

	sqe.result_cap_max = 1;
	(void)fixture_ok(f, &sqe);
	assert_int_equal(result_cap(f).interface, PROGRAM_STORE_INTERFACE_ID);
	return result_cap(f).cap;
}

static struct capos_sqe open_call(struct fixture *f, uint64_t store, const char *name)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct capos_sqe sqe;

	program_store_open_params_set_name(program_store_open_params_new(&builder), name,
					   (uint32_t)strlen(name));
	sqe = machine_call(&f->child, "package", PROGRAM_STORE_METHOD_OPEN, &builder);
	sqe.cap = store;
	sqe.interface = PROGRAM_STORE_INTERFACE_ID;
	sqe.result_cap_max = 1;
	return sqe;
}

static void expect_image(struct fixture *f, uint64_t cap, uint32_t page_count)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "package", MEMORY_OBJECT_METHOD_INFO, nullptr);
	struct memory_object_info_results info;
	struct capnp_reader reader;
	struct capos_cqe cqe;

	sqe.cap = cap;
	sqe.interface = MEMORY_OBJECT_INTERFACE_ID;
	cqe = fixture_ok(f, &sqe);
	reader = machine_results(&f->child, &cqe, 0);
	assert_true(memory_object_info_results_read(&reader, &info));
	assert_int_equal(memory_object_info_results_get_page_count(info), page_count);
	assert_false(memory_object_info_results_get_mutable(info));
}

static void package_gives_the_system_description(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "package", BOOT_PACKAGE_METHOD_MANIFEST, nullptr);
	struct boot_package_manifest_results results;
	struct capnp_reader reader;
	struct capos_cqe cqe;

	sqe.result_cap_max = 1;
	cqe = fixture_ok(f, &sqe);
	reader = machine_results(&f->child, &cqe, 1);
	assert_true(boot_package_manifest_results_read(&reader, &results));
	assert_true(boot_package_manifest_results_get_size_bytes(results) > 0);
	assert_int_equal(boot_package_manifest_results_get_image(results), 0);
	expect_image(f, result_cap(f).cap, 1);
}

static void store_lists_programs_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "package", PROGRAM_STORE_METHOD_LIST, nullptr);
	struct program_store_list_results results;
	struct list_of_stored_program programs;
	struct capnp_reader reader;
	struct capos_cqe cqe;

	sqe.cap = store_of(f);
	sqe.interface = PROGRAM_STORE_INTERFACE_ID;
	cqe = fixture_ok(f, &sqe);
	reader = machine_results(&f->child, &cqe, 0);
	assert_true(program_store_list_results_read(&reader, &results));
	programs = program_store_list_results_get_programs(results);
	assert_int_equal(programs.l.count, 2);
	assert_true(capnp_text_equals(
		stored_program_get_name(stored_program_at(programs, 0)), "init"));
	assert_true(capnp_text_equals(
		stored_program_get_name(stored_program_at(programs, 1)), "hello"));
	assert_int_equal(stored_program_get_size_bytes(stored_program_at(programs, 1)),
			 8187);
	sqe.result_size = 32;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
}

static void store_opens_programs_by_name(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = open_call(f, store_of(f), "hello");
	struct open_result result;
	struct capnp_reader reader;
	struct capos_cqe cqe;

	for (int i = 0; i < 3; i++) { /* the same object each time */
		cqe = fixture_ok(f, &sqe);
		assert_int_equal(cqe.cap_count, 1);
		reader = machine_results(&f->child, &cqe, 1);
		assert_true(open_result_read(&reader, &result));
		assert_int_equal(open_result_which(result), OPEN_RESULT_FOUND);
		assert_int_equal(
			open_result_found_get_size_bytes(open_result_get_found(result)),
			8187);
		expect_image(f, result_cap(f).cap, 2);
	}
}

static void store_does_not_find_other_names(void **state)
{
	static const char *const names[] = {
		"",      "system",
		"hell",  "hello2",
		"HELLO", "a name that is longer than any name in a boot package can be",
	};
	struct fixture *f = *state;
	uint64_t store = store_of(f);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint32_t holds = f->child.process->table.used_count;
		struct capos_sqe sqe = open_call(f, store, names[i]);
		struct capos_cqe cqe = fixture_ok(f, &sqe);
		struct capnp_reader reader = machine_results(&f->child, &cqe, 1);
		struct open_result result;

		assert_true(open_result_read(&reader, &result));
		assert_int_equal(open_result_which(result), OPEN_RESULT_NOT_FOUND);
		assert_int_equal(cqe.cap_count, 0);
		assert_int_equal(f->child.process->table.used_count, holds);
	}
}

/* BootPackage extends ProgramStore. */
static void package_is_a_store_too_and_a_store_is_no_package(void **state)
{
	struct fixture *f = *state;
	uint64_t package = machine_cap(f->child.process, "package").raw;
	struct capos_sqe sqe = open_call(f, package, "hello");
	struct open_result result;
	struct capnp_reader reader;
	struct capos_cqe cqe = fixture_ok(f, &sqe);

	reader = machine_results(&f->child, &cqe, 1);
	assert_true(open_result_read(&reader, &result));
	assert_int_equal(open_result_which(result), OPEN_RESULT_FOUND);
	expect_image(f, result_cap(f).cap, 2);

	sqe = machine_call(&f->child, "package", BOOT_PACKAGE_METHOD_MANIFEST, nullptr);
	sqe.cap = store_of(f);
	sqe.result_cap_max = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(package_gives_the_system_description),
		FIXTURE_TEST(store_lists_programs_and_nothing_else),
		FIXTURE_TEST(store_opens_programs_by_name),
		FIXTURE_TEST(store_does_not_find_other_names),
		FIXTURE_TEST(package_is_a_store_too_and_a_store_is_no_package),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

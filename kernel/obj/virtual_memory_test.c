/* SPDX-License-Identifier: MIT */
/*
 * virtual_memory_test.c - VirtualMemory's methods as programs call them. What the address
 * space does is tested in kernel/mem/space_test.c; here it is that each parameter arrives,
 * each result goes back, and each refusal names its rule and the offending value.
 */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "abi/address_map.h"
#include "gen/memory.capnp.h"
#include "tests/support/hosted_fixture.h"

enum { PAGE = ARCH_PAGE_SIZE };

#define BASE UINT64_C(0x10000000)

static struct capos_sqe memory_call(struct fixture *f, uint16_t method,
				    struct capnp_builder *builder)
{
	return machine_call(&f->child, "memory", method, builder);
}

static struct capos_sqe map(struct fixture *f, uint64_t address, uint64_t size_bytes,
			    enum protection protection)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_map_params_builder params =
		virtual_memory_map_params_new(&builder);

	virtual_memory_map_params_set_address(params, address);
	virtual_memory_map_params_set_size_bytes(params, size_bytes);
	virtual_memory_map_params_set_protection(params, protection);
	return memory_call(f, VIRTUAL_MEMORY_METHOD_MAP, &builder);
}

static struct capos_sqe unmap(struct fixture *f, uint64_t address, uint64_t size_bytes)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_unmap_params_builder params =
		virtual_memory_unmap_params_new(&builder);

	virtual_memory_unmap_params_set_address(params, address);
	virtual_memory_unmap_params_set_size_bytes(params, size_bytes);
	return memory_call(f, VIRTUAL_MEMORY_METHOD_UNMAP, &builder);
}

static struct capos_sqe protect(struct fixture *f, uint64_t address, uint64_t size_bytes,
				enum protection protection)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_protect_params_builder params =
		virtual_memory_protect_params_new(&builder);

	virtual_memory_protect_params_set_address(params, address);
	virtual_memory_protect_params_set_size_bytes(params, size_bytes);
	virtual_memory_protect_params_set_protection(params, protection);
	return memory_call(f, VIRTUAL_MEMORY_METHOD_PROTECT, &builder);
}

/* With @cap as the one transferred capability. */
static struct capos_sqe with_transfer(struct fixture *f, struct capos_sqe sqe,
				      uint64_t cap)
{
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);

	*record = (struct capos_transfer){ .cap = cap, .mode = CAPOS_TRANSFER_COPY };
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	return sqe;
}

static struct capos_sqe map_object(struct fixture *f, uint64_t cap, uint64_t offset_bytes,
				   struct space_range range)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_map_object_params_builder params =
		virtual_memory_map_object_params_new(&builder);

	virtual_memory_map_object_params_set_object(params, 0);
	virtual_memory_map_object_params_set_offset_bytes(params, offset_bytes);
	virtual_memory_map_object_params_set_size_bytes(params, range.size_bytes);
	virtual_memory_map_object_params_set_address(params, range.address.raw);
	virtual_memory_map_object_params_set_protection(params, range.protection);
	return with_transfer(
		f, memory_call(f, VIRTUAL_MEMORY_METHOD_MAP_OBJECT, &builder), cap);
}

static struct capos_sqe map_copy(struct fixture *f, uint64_t cap, uint64_t offset_bytes,
				 uint64_t copy_bytes, struct space_range range)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_map_copy_params_builder params =
		virtual_memory_map_copy_params_new(&builder);

	virtual_memory_map_copy_params_set_object(params, 0);
	virtual_memory_map_copy_params_set_offset_bytes(params, offset_bytes);
	virtual_memory_map_copy_params_set_copy_bytes(params, copy_bytes);
	virtual_memory_map_copy_params_set_address(params, range.address.raw);
	virtual_memory_map_copy_params_set_size_bytes(params, range.size_bytes);
	virtual_memory_map_copy_params_set_protection(params, range.protection);
	return with_transfer(f, memory_call(f, VIRTUAL_MEMORY_METHOD_MAP_COPY, &builder),
			     cap);
}

static uint64_t make_object(struct fixture *f, uint32_t page_count)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct capos_result_cap record;
	struct capos_sqe sqe;

	memory_allocator_allocate_params_set_page_count(
		memory_allocator_allocate_params_new(&builder), page_count);
	sqe = machine_call(&f->child, "allocator", MEMORY_ALLOCATOR_METHOD_ALLOCATE,
			   &builder);
	sqe.result_cap_max = 1;
	(void)fixture_ok(f, &sqe);
	memcpy(&record, machine_arena(&f->child, MACHINE_RESULTS), sizeof(record));
	return record.cap;
}

/* The address in the results of map, mapObject or mapCopy, which have one layout. */
static uint64_t mapped_at(struct fixture *f, const struct capos_sqe *sqe)
{
	struct capos_cqe cqe = fixture_ok(f, sqe);
	struct capnp_reader reader = machine_results(&f->child, &cqe, 0);
	struct virtual_memory_map_results results;

	assert_true(virtual_memory_map_results_read(&reader, &results));
	return virtual_memory_map_results_get_address(results);
}

static struct virtual_memory_query_results query(struct fixture *f, uint64_t address,
						 struct capnp_reader *reader)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_query_results results;
	struct capos_sqe sqe;
	struct capos_cqe cqe;

	virtual_memory_query_params_set_address(virtual_memory_query_params_new(&builder),
						address);
	sqe = memory_call(f, VIRTUAL_MEMORY_METHOD_QUERY, &builder);
	cqe = fixture_ok(f, &sqe);
	*reader = machine_results(&f->child, &cqe, 0);
	assert_true(virtual_memory_query_results_read(reader, &results));
	return results;
}

static void expect_mapping(struct fixture *f, uint64_t address, uint64_t size_bytes,
			   enum protection protection)
{
	struct capnp_reader reader;
	struct virtual_memory_query_results results = query(f, address, &reader);

	assert_true(virtual_memory_query_results_get_mapped(results));
	assert_int_equal(virtual_memory_query_results_get_start(results), address);
	assert_int_equal(virtual_memory_query_results_get_size_bytes(results),
			 size_bytes);
	assert_int_equal(virtual_memory_query_results_get_protection(results),
			 protection);
}

static uint8_t *byte_at(struct fixture *f, uint64_t address)
{
	enum protection protection;
	paddr_t frame;

	assert_true(arch_space_query(&f->child.process->space.arch,
				     (uaddr_t){ address & ~(uint64_t)(PAGE - 1) }, &frame,
				     &protection));
	return (uint8_t *)arch_direct(frame) + address % PAGE;
}

static void memory_map_protect_unmap_do_what_they_say(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = map(f, BASE, 4 * PAGE, PROTECTION_READ_WRITE);
	struct capnp_reader reader;

	assert_int_equal(mapped_at(f, &sqe), BASE);
	expect_mapping(f, BASE, 4 * PAGE, PROTECTION_READ_WRITE);
	sqe = protect(f, BASE + 2 * PAGE, 2 * PAGE, PROTECTION_READ_EXECUTE);
	(void)fixture_ok(f, &sqe);
	expect_mapping(f, BASE, 2 * PAGE, PROTECTION_READ_WRITE);
	expect_mapping(f, BASE + 2 * PAGE, 2 * PAGE, PROTECTION_READ_EXECUTE);
	sqe = unmap(f, BASE, 3 * PAGE);
	(void)fixture_ok(f, &sqe);
	expect_mapping(f, BASE + 3 * PAGE, PAGE, PROTECTION_READ_EXECUTE);
	assert_false(virtual_memory_query_results_get_mapped(query(f, BASE, &reader)));
	space_check(&f->child.process->space);
	/* Where there is room. */
	sqe = map(f, 0, PAGE, PROTECTION_READ);
	assert_int_equal(mapped_at(f, &sqe), CAPOS_PLACEMENT_FIRST);
}

static void memory_map_object_and_copy_show_the_object(void **state)
{
	struct fixture *f = *state;
	uint64_t cap = make_object(f, 3);
	struct space_range range = { { BASE }, 3 * PAGE, PROTECTION_READ_WRITE };
	struct capos_sqe sqe = map_object(f, cap, 0, range);

	assert_int_equal(mapped_at(f, &sqe), BASE);
	*byte_at(f, BASE + PAGE + 5) = 42;
	*byte_at(f, BASE + 2 * PAGE) = 43;
	range = (struct space_range){ { 0 }, 2 * PAGE, PROTECTION_READ };
	sqe = map_object(f, cap, PAGE, range);

	uint64_t second = mapped_at(f, &sqe);

	assert_ptr_equal(byte_at(f, second), byte_at(f, BASE + PAGE));
	range.address.raw = BASE + 8 * PAGE;
	sqe = map_copy(f, cap, PAGE + 5, PAGE - 5, range);
	assert_int_equal(mapped_at(f, &sqe), BASE + 8 * PAGE);
	assert_int_equal(*byte_at(f, BASE + 8 * PAGE), 42);
	/* One byte before the object's 43: not copied. */
	assert_int_equal(*byte_at(f, BASE + 9 * PAGE - 5), 0);
	assert_ptr_not_equal(byte_at(f, BASE + 8 * PAGE), byte_at(f, BASE + PAGE));
}

static void refused_with(struct fixture *f, struct capos_sqe sqe, enum rule rule,
			 uint64_t detail)
{
	struct capos_cqe cqe;

	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, rule);
	cqe = fixture_refused(f, &sqe, CAPOS_ERR_EXCEPTION, rule);
	assert_int_equal(cqe.detail, detail);
}

static void memory_refusals_name_rule_and_value(void **state)
{
	struct fixture *f = *state;
	uint64_t cap = make_object(f, 2);
	struct space_range range = { { BASE }, PAGE, PROTECTION_READ };
	struct capos_sqe sqe = map(f, BASE + 8 * PAGE, PAGE, PROTECTION_READ);
	/* What a program can send: the enum is open. */
	// NOLINTNEXTLINE(*-analyzer-optin.core.EnumCastOutOfRange)
	enum protection unknown = (enum protection)PROTECTION_COUNT;

	(void)fixture_ok(f, &sqe);
	refused_with(f, map(f, BASE + 8, PAGE, PROTECTION_READ), RULE_ADDRESS_ALIGNED,
		     BASE + 8);
	refused_with(f, map(f, PAGE, PAGE, PROTECTION_READ), RULE_ADDRESS_RANGE, PAGE);
	refused_with(f, map(f, BASE + 8 * PAGE, PAGE, PROTECTION_READ), RULE_ADDRESS_FREE,
		     BASE + 8 * PAGE);
	refused_with(f, map(f, BASE, 0, PROTECTION_READ), RULE_SIZE_NON_ZERO, 0);
	refused_with(f, map(f, BASE, 65 * PAGE, PROTECTION_READ), RULE_SIZE_LIMIT,
		     65 * PAGE);
	refused_with(f, map(f, BASE, PAGE, unknown), RULE_PROTECTION_KNOWN, unknown);
	refused_with(f, unmap(f, BASE, PAGE), RULE_ADDRESS_MAPPED, BASE);
	refused_with(f, protect(f, BASE, PAGE, PROTECTION_READ), RULE_ADDRESS_MAPPED,
		     BASE);
	refused_with(
		f,
		map_object(f, cap, PAGE, (struct space_range){ { BASE }, 2 * PAGE, 1 }),
		RULE_OBJECT_RANGE, PAGE);
	range.protection = PROTECTION_READ_EXECUTE;
	refused_with(f, map_object(f, cap, 0, range), RULE_PROTECTION_FIXED,
		     PROTECTION_READ_EXECUTE);
	range.protection = PROTECTION_READ;
	refused_with(f, map_copy(f, cap, 0, PAGE + 1, range), RULE_OBJECT_RANGE, 0);
}

static void memory_kernel_pages_cannot_be_changed(void **state)
{
	static const uint64_t pages[] = { CAPOS_CAPSET_ADDRESS, CAPOS_REGION_ADDRESS };
	struct fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		refused_with(f, unmap(f, pages[i], PAGE), RULE_ADDRESS_MAPPED, pages[i]);
		refused_with(f, protect(f, pages[i], PAGE, PROTECTION_READ_WRITE),
			     RULE_ADDRESS_MAPPED, pages[i]);
	}
}

static void memory_short_ledgers_are_named(void **state)
{
	struct fixture *f = *state;
	struct ledger *ledger = &f->child.process->account.ledger;
	static const struct {
		enum ledger_resource resource;
		enum rule rule;
		uint64_t detail;
	} cases[] = {
		{ LEDGER_MEMORY_PAGES, RULE_LEDGER_MEMORY_PAGES, 3 },
		{ LEDGER_VIRTUAL_PAGES, RULE_LEDGER_VIRTUAL_PAGES, 3 },
		{ LEDGER_MAPPINGS, RULE_LEDGER_MAPPINGS, 1 },
	};
	struct capos_sqe sqe = map(f, BASE, PAGE, PROTECTION_READ);

	(void)fixture_ok(f, &sqe);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger_account *account = &ledger->accounts[cases[i].resource];
		uint64_t max = account->max;
		struct capos_cqe cqe;

		account->max = ledger_used(ledger, cases[i].resource);
		sqe = map(f, BASE + PAGE, 3 * PAGE, PROTECTION_READ);
		cqe = fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, cases[i].rule);
		assert_int_equal(cqe.detail, cases[i].detail);
		account->max = max;
	}
}

static void memory_object_parameter_must_be_one(void **state)
{
	struct fixture *f = *state;
	struct space_range range = { { BASE }, PAGE, PROTECTION_READ };
	uint64_t timer = machine_cap(f->child.process, "timer").raw;
	struct capos_sqe sqe = map_object(f, timer, 0, range);

	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_INTERFACE);
	sqe.transfer_count = 0;
	sqe.transfer_offset = 0;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
	sqe = map_copy(f, timer, 0, PAGE, range);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_INTERFACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(memory_map_protect_unmap_do_what_they_say),
		FIXTURE_TEST(memory_map_object_and_copy_show_the_object),
		FIXTURE_TEST(memory_refusals_name_rule_and_value),
		FIXTURE_TEST(memory_kernel_pages_cannot_be_changed),
		FIXTURE_TEST(memory_short_ledgers_are_named),
		FIXTURE_TEST(memory_object_parameter_must_be_one),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * dispatch_test.c - CALL and RELEASE against ids, messages and transfers that are wrong.
 *
 * Every refusal is checked to change nothing (hosted_fixture.h).
 */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include <stdio.h>
#include <stdlib.h>

#include "gen/boot.capnp.h"
#include "gen/console.capnp.h"
#include "gen/entropy.capnp.h"
#include "gen/log.capnp.h"
#include "gen/memory.capnp.h"
#include "gen/process.capnp.h"
#include "gen/system.capnp.h"
#include "gen/timer.capnp.h"
#include "kernel/lookup.h"
#include "tests/support/hosted_fixture.h"

static struct capos_sqe release(uint64_t cap)
{
	return (struct capos_sqe){
		.opcode = CAPOS_OP_RELEASE,
		.flags = CAPOS_SQE_COMPLETE,
		.cap = cap,
		.user_data = 31,
	};
}

static const struct capos_result_cap *result_caps(const struct fixture *f)
{
	return machine_arena(&f->child, MACHINE_RESULTS);
}

/* Calls Console.writer; returns the new capability. */
static uint64_t make_writer(struct fixture *f)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_WRITER, nullptr);
	struct capos_cqe cqe;

	sqe.result_cap_max = 1;
	cqe = fixture_ok(f, &sqe);
	assert_int_equal(cqe.cap_count, 1);
	assert_int_equal(result_caps(f)[0].interface, CONSOLE_WRITER_INTERFACE_ID);
	return result_caps(f)[0].cap;
}

/* ---- Ids ---------------------------------------------------------------------------------- */

static void expect_dead(struct fixture *f, uint64_t cap, enum rule rule)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	struct capos_cqe cqe;

	sqe.cap = cap;
	cqe = fixture_refused(f, &sqe, CAPOS_ERR_BAD_CAPABILITY, rule);
	assert_int_equal(cqe.detail, cap);
	sqe = release(cap);
	cqe = fixture_refused(f, &sqe, CAPOS_ERR_BAD_CAPABILITY, rule);
	assert_int_equal(cqe.detail, cap);
}

static void ids_null_is_never_anything(void **state)
{
	expect_dead(*state, 0, RULE_CAPABILITY_NULL);
}

static void ids_forged_never_resolve(void **state)
{
	struct fixture *f = *state;
	uint64_t timer = machine_cap(f->child.process, "timer").raw;
	uint32_t slot = (uint32_t)timer;

	expect_dead(f, slot, RULE_CAPABILITY_LIVE); /* generation 0 */
	for (uint32_t generation = 2; generation < 20; generation++)
		expect_dead(f, (uint64_t)generation << 32 | slot, RULE_CAPABILITY_LIVE);
	expect_dead(f, UINT64_C(0xffffffff00000000) | slot, RULE_CAPABILITY_LIVE);
	for (uint32_t beyond = 32; beyond;
	     beyond <<= 1) /* slots never used, up to the last */
		expect_dead(f, UINT64_C(1) << 32 | beyond, RULE_CAPABILITY_LIVE);
	expect_dead(f, UINT64_C(1) << 32 | UINT32_MAX, RULE_CAPABILITY_LIVE);
	expect_dead(f, UINT64_MAX, RULE_CAPABILITY_LIVE);
}

/* An id is local: what names something elsewhere names nothing, or something else, here. */
static void ids_of_others_carry_no_authority(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe;
	struct capos_cqe cqe;

	for (uint32_t slot = 0; slot < 20; slot++) {
		sqe = machine_call(&f->bystander, "timer", PROCESS_FACTORY_METHOD_CREATE,
				   nullptr);
		sqe.cap = cap_make(slot, 1)
				  .raw; /* init's and the child's factory are there */
		sqe.interface = PROCESS_FACTORY_INTERFACE_ID;
		sqe.result_cap_max = 2;
		cqe = machine_do(&f->bystander, &sqe);
		assert_true(cqe.result == CAPOS_ERR_BAD_CAPABILITY ||
			    cqe.result == CAPOS_ERR_WRONG_INTERFACE);
	}
}

static void ids_are_stale_after_release(void **state)
{
	struct fixture *f = *state;
	uint64_t first = make_writer(f);
	struct capos_sqe sqe = release(first);
	uint64_t second;

	(void)fixture_ok(f, &sqe);
	expect_dead(f, first, RULE_CAPABILITY_LIVE);
	second = make_writer(f); /* takes the slot again */
	assert_int_equal((uint32_t)first, (uint32_t)second);
	assert_true(first != second);
	expect_dead(f, first, RULE_CAPABILITY_LIVE);
	sqe = release(second);
	(void)fixture_ok(f, &sqe);
	expect_dead(f, second, RULE_CAPABILITY_LIVE);
}

static void release_without_the_flag_posts_only_refusals(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = release(make_writer(f));
	struct capos_cqe cqe;

	sqe.flags = 0;
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	assert_false(machine_take(&f->child, &cqe));
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_CAPABILITY, RULE_CAPABILITY_LIVE);
}

static void release_of_the_target_of_a_pending_call_leaves_the_call(void **state)
{
	struct fixture *f = *state;
	struct capnp_builder builder = machine_params(&f->child);
	struct capos_sqe sqe;
	struct capos_cqe cqe;

	timer_sleep_params_set_duration_ns(timer_sleep_params_new(&builder), 1000);
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, &builder);
	(void)machine_submit(&f->child, &sqe);
	assert_int_equal(machine_enter(&f->child, 0, 0), 0);
	sqe = release(machine_cap(f->child.process, "timer").raw);
	(void)fixture_ok(f, &sqe);
	machine_advance(1000);
	assert_true(machine_take(&f->child, &cqe));
	assert_int_equal(cqe.result, CAPOS_OK);
}

/* ---- Interfaces and methods ------------------------------------------------------------------- */

static void interface_must_be_the_one_held(void **state)
{
	static const uint64_t wrong[] = { 0, UINT64_MAX, CONSOLE_INTERFACE_ID,
					  PROCESS_FACTORY_INTERFACE_ID };
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		sqe.interface = wrong[i];
		(void)fixture_refused(f, &sqe, CAPOS_ERR_WRONG_INTERFACE,
				      RULE_INTERFACE_MATCHES);
	}
}

/* The object behind a facet has more methods; the facet's holder does not. */
static void interface_of_the_whole_object_is_refused_to_a_facet(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_READ, nullptr);

	sqe.cap = make_writer(f);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES);
	sqe.interface = CONSOLE_WRITER_INTERFACE_ID;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS);
}

static void method_must_exist(void **state)
{
	static const uint16_t wrong[] = { TIMER_METHOD_COUNT, 100, 0x7fff, 0xffff };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct capos_sqe sqe =
			machine_call(&f->child, "timer", wrong[i], nullptr);

		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS);
	}
}

/* ---- Messages -------------------------------------------------------------------------------------- */

static struct capos_sqe call_with_words(struct fixture *f, const char *name,
					uint16_t method, const uint64_t *words,
					uint32_t count)
{
	struct capos_sqe sqe = machine_call(&f->child, name, method, nullptr);

	memcpy(machine_arena(&f->child, MACHINE_PARAMS), words, count * 8);
	sqe.params_size = count * 8;
	return sqe;
}

static void message_malformed_roots_are_refused(void **state)
{
	static const uint64_t wrong[] = {
		UINT64_C(0x0000000100000004), /* one word beyond the end */
		UINT64_C(0x0000ffff00000000), /* 65535 data words */
		UINT64_C(0xffff000000000000), /* 65535 pointers */
		UINT64_C(0x00000001fffffff8), /* before the message */
		UINT64_C(0x0000000100000001), /* a list */
		UINT64_C(0x0000000000000002), /* a far pointer */
		UINT64_C(0x0000000000000006), /* a double far pointer */
		UINT64_C(0x0000000000000003), /* a capability */
		UINT64_MAX,
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const uint64_t words[2] = { wrong[i], 0 };
		struct capos_sqe sqe =
			call_with_words(f, "timer", TIMER_METHOD_SLEEP, words, 2);

		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_MESSAGE,
				      RULE_MESSAGE_WELL_FORMED);
	}
}

static void message_malformed_texts_are_refused(void **state)
{
	static const uint64_t wrong[] = {
		UINT64_C(0x0000003a00000005),     /* begins at the end */
		UINT64_C(0x0000ffff00000001),     /* longer than the message */
		UINT64_C(0xffffffff00000001),     /* as long as can be, of structs */
		UINT64_C(0x0000003a80000001),     /* before the message */
		UINT64_C(0x0000003b00000001),     /* two-byte elements */
		UINT64_C(0x0000000000000000) | 3, /* a capability */
		UINT64_C(0x0000000100000002),     /* far */
		UINT64_C(0x0000000100000000),     /* a struct */
	};
	struct fixture *f = *state;

	hosted_console_clear();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		/* Seven characters without the final NUL behind a root with one pointer. */
		const uint64_t words[3] = { UINT64_C(0x0001000000000000), wrong[i],
					    UINT64_C(0x0067666564636261) };
		struct capos_sqe sqe = call_with_words(
			f, "console", CONSOLE_METHOD_WRITE_LINE, words, 3);

		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_MESSAGE,
				      RULE_MESSAGE_WELL_FORMED);
	}
	{
		const uint64_t words[3] = { UINT64_C(0x0001000000000000),
					    UINT64_C(0x0000004200000001),
					    UINT64_C(0x6867666564636261) }; /* no NUL */
		struct capos_sqe sqe = call_with_words(
			f, "console", CONSOLE_METHOD_WRITE_LINE, words, 3);

		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_MESSAGE,
				      RULE_MESSAGE_WELL_FORMED);
	}
	assert_string_equal(hosted_console(), "");
}

static void message_empty_has_all_defaults(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_SLEEP, nullptr);

	(void)fixture_ok(f, &sqe); /* for no time */
	hosted_console_clear();
	sqe = machine_call(&f->child, "console", CONSOLE_METHOD_WRITE_LINE, nullptr);
	(void)fixture_ok(f, &sqe);
	assert_string_equal(hosted_console(), "\n");
}

static bool is_transport_refusal(int32_t result)
{
	return result < 0 && result >= CAPOS_ERR_TOO_MANY_CAPABILITIES;
}

/* Words that look like pointers more often than chance would have it. */
static uint64_t random_word(void)
{
	uint64_t word =
		(uint64_t)random() << 33 ^ (uint64_t)random() << 10 ^ (uint64_t)random();

	switch (random() % 4) {
	case 0:
		return 0;
	case 1: /* a near struct */
		return (word & 0x1c) | (word & UINT64_C(0x0003000300000000));
	case 2: /* a near list */
		return 1 | (word & 0x1c) | (word & UINT64_C(0x000001ff00000000));
	default:
		return word;
	}
}

static void message_of_random_words_never_does_harm(void **state)
{
	static const struct {
		const char *name;
		uint16_t method;
	} methods[] = {
		{ "console", CONSOLE_METHOD_WRITE },
		{ "console", CONSOLE_METHOD_WRITE_LINE },
		{ "timer", TIMER_METHOD_SLEEP },
		{ "logsink", LOG_SINK_METHOD_WRITE },
		{ "log", LOG_READER_METHOD_READ },
		{ "entropy", ENTROPY_SOURCE_METHOD_FILL },
		{ "factory", PROCESS_FACTORY_METHOD_CREATE },
		{ "allocator", MEMORY_ALLOCATOR_METHOD_ALLOCATE },
		{ "memory", VIRTUAL_MEMORY_METHOD_MAP },
		{ "memory", VIRTUAL_MEMORY_METHOD_UNMAP },
		{ "memory", VIRTUAL_MEMORY_METHOD_PROTECT },
		{ "memory", VIRTUAL_MEMORY_METHOD_MAP_OBJECT },
		{ "memory", VIRTUAL_MEMORY_METHOD_MAP_COPY },
		{ "memory", VIRTUAL_MEMORY_METHOD_QUERY },
	};
	struct fixture *f = *state;
	struct capos_cqe cqe;

	srandom(4711);
	for (int round = 0; round < 20000; round++) {
		size_t i = (size_t)random() % (sizeof(methods) / sizeof(methods[0]));
		uint32_t count = (uint32_t)random() % 12;
		uint64_t words[12];
		struct capos_sqe sqe;

		for (uint32_t j = 0; j < count; j++)
			words[j] = random_word();
		sqe = call_with_words(f, methods[i].name, methods[i].method, words,
				      count);
		sqe.result_cap_max = 2;
		sqe.deadline_ns = hosted_cpu.now_ns + 1000;
		(void)machine_submit(&f->child, &sqe);
		(void)machine_enter(&f->child, 0, 0);
		machine_advance(1000);
		assert_true(machine_take(&f->child, &cqe));
		assert_true(cqe.result == CAPOS_OK || is_transport_refusal(cqe.result));
		for (uint32_t j = 0; j < cqe.cap_count; j++) {
			struct capos_sqe drop = release(result_caps(f)[j].cap);

			(void)fixture_ok(f, &drop);
		}
		if (round % 512 == 0)
			hosted_console_clear();
	}
}

/* ---- Capabilities in results ------------------------------------------------------------------------ */

static void results_need_room_for_their_capabilities(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_WRITER, nullptr);

	(void)fixture_refused(f, &sqe, CAPOS_ERR_TOO_MANY_CAPABILITIES,
			      RULE_RESULT_CAPABILITY_ROOM);
	sqe.result_cap_max = 1;
	sqe.result_size = 16;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM);
	sqe.result_size = 32;
	(void)fixture_ok(f, &sqe);
}

static uint64_t set_max(struct fixture *f, enum ledger_resource resource, uint64_t max)
{
	struct ledger_account *account =
		&f->child.process->account.ledger.accounts[resource];
	uint64_t before = account->max;

	account->max = max;
	return before;
}

static void results_need_a_slot_in_the_ledger(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		machine_call(&f->child, "console", CONSOLE_METHOD_WRITER, nullptr);
	uint64_t max = set_max(f, LEDGER_CAP_SLOTS, f->child.process->table.used_count);

	sqe.result_cap_max = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_SLOTS);
	(void)set_max(f, LEDGER_CAP_SLOTS, max);
	max = set_max(
		f, LEDGER_KERNEL_BYTES,
		ledger_used(&f->child.process->account.ledger, LEDGER_KERNEL_BYTES));
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_KERNEL_BYTES);
	(void)set_max(f, LEDGER_KERNEL_BYTES, max);
	(void)fixture_ok(f, &sqe);
}

/* ---- Making a process, and capabilities in parameters -------------------------------------------------- */

static void build_create(struct fixture *f, struct capnp_builder *builder)
{
	struct process_factory_create_params_builder params;
	struct budget_builder budget;

	*builder = machine_params(&f->child);
	params = process_factory_create_params_new(builder);
	budget = process_factory_create_params_init_budget(params);
	budget_set_cap_slots(budget, 8);
	budget_set_calls(budget, 8);
	budget_set_memory_pages(budget, 60);
	budget_set_virtual_pages(budget, 1024);
	budget_set_mappings(budget, 8);
	budget_set_kernel_bytes(budget, 8192);
	budget_set_alarms(budget, 2);
	budget_set_log_bytes(budget, 100);
	process_factory_create_params_set_name(params, "grandchild", 10);
}

struct family {
	uint64_t builder;
	uint64_t handle;
};

static struct family create(struct fixture *f)
{
	struct capnp_builder builder;
	struct capos_sqe sqe;
	struct capos_cqe cqe;

	build_create(f, &builder);
	sqe = machine_call(&f->child, "factory", PROCESS_FACTORY_METHOD_CREATE, &builder);
	sqe.result_cap_max = 2;
	cqe = fixture_ok(f, &sqe);
	assert_int_equal(cqe.cap_count, 2);
	assert_int_equal(result_caps(f)[0].interface, PROCESS_BUILDER_INTERFACE_ID);
	assert_int_equal(result_caps(f)[1].interface, PROCESS_HANDLE_INTERFACE_ID);
	return (struct family){ result_caps(f)[0].cap, result_caps(f)[1].cap };
}

/* Each resource in turn is one short, then two, ...: nothing is left behind. */
static void create_fails_cleanly_wherever_a_ledger_ends(void **state)
{
	static const enum ledger_resource resources[] = {
		LEDGER_KERNEL_BYTES, LEDGER_MEMORY_PAGES, LEDGER_CAP_SLOTS,
		LEDGER_PROCESSES,    LEDGER_THREADS,      LEDGER_CALLS,
		LEDGER_ALARMS,
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		enum ledger_resource resource = resources[i];
		uint64_t used = ledger_used(&f->child.process->account.ledger, resource);
		uint64_t step = resource == LEDGER_KERNEL_BYTES ? 64 : 1;
		uint64_t max = set_max(f, resource, used);
		int refusals = 0;

		for (uint64_t room = 0;; room += step) {
			struct machine_snapshot before = machine_snapshot(&f->child);
			struct machine_snapshot after;
			struct capnp_builder builder;
			struct capos_sqe sqe;
			struct capos_cqe cqe;

			build_create(f, &builder);
			(void)set_max(f, resource, used + room);
			sqe = machine_call(&f->child, "factory",
					   PROCESS_FACTORY_METHOD_CREATE, &builder);
			sqe.result_cap_max = 2;
			cqe = machine_do(&f->child, &sqe);
			machine_settle();
			if (cqe.result == CAPOS_OK)
				break;
			refusals++;
			assert_int_equal(cqe.result, CAPOS_ERR_NO_LEDGER);
			assert_int_not_equal(cqe.rule, RULE_NONE);
			after = machine_snapshot(&f->child);
			after.frames_free = before.frames_free;
			assert_true(machine_unchanged(&before, &after));
			assert_true(refusals < 1000);
		}
		assert_true(refusals > 0);
		(void)set_max(f, resource, max);
		for (int j = 0; j < 2; j++) {
			struct capos_sqe sqe = release(result_caps(f)[j].cap);

			(void)fixture_ok(f, &sqe);
		}
		machine_settle(); /* the abandoned process goes */
	}
}

/* A grant of @cap with this transfer record; the name is new each time. */
static struct capos_sqe grant(struct fixture *f, uint64_t process_builder, uint32_t index,
			      uint64_t cap, uint8_t mode)
{
	static int number;
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);
	struct capnp_builder builder = machine_params(&f->child);
	struct process_builder_grant_params_builder params =
		process_builder_grant_params_new(&builder);
	struct capos_sqe sqe;
	char name[16];

	snprintf(name, sizeof(name), "g%d", number++);
	process_builder_grant_params_set_name(params, name, (uint32_t)strlen(name));
	process_builder_grant_params_set_capability(params, index);
	*record = (struct capos_transfer){ .cap = cap, .mode = mode };
	sqe = machine_call(&f->child, "factory", PROCESS_BUILDER_METHOD_GRANT, &builder);
	sqe.cap = process_builder;
	sqe.interface = PROCESS_BUILDER_INTERFACE_ID;
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	return sqe;
}

/* References to the object that the child was granted as @name. */
static uint32_t refs_of(const struct fixture *f, const char *name)
{
	struct capability capability = { 0 };
	uint32_t refs;

	assert_true(hold_find(f->child.process, machine_cap(f->child.process, name),
			      &capability));
	refs = atomic_load(&capability.object->refs) - 1;
	object_put(capability.object);
	return refs;
}

/* The call's own references go with the call, whatever came of it. */
static void transfer_leaves_no_reference_behind(void **state)
{
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t timer = machine_cap(f->child.process, "timer").raw;
	uint32_t refs = refs_of(f, "timer");
	struct capos_sqe sqe = grant(f, family.builder, 0, timer, 7);

	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_MODE);
	assert_int_equal(refs_of(f, "timer"), refs);
	sqe = grant(f, family.builder, 1, timer, CAPOS_TRANSFER_COPY);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
	assert_int_equal(refs_of(f, "timer"), refs);
	sqe = grant(f, family.builder, 0, timer, CAPOS_TRANSFER_COPY);
	(void)fixture_ok(f, &sqe);
	assert_int_equal(refs_of(f, "timer"), refs + 1); /* the grandchild's hold */
	sqe = release(family.builder);
	(void)fixture_ok(f, &sqe);
	machine_settle();
	assert_int_equal(refs_of(f, "timer"), refs);
}

static void transfer_copies_or_moves_as_asked(void **state)
{
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t writer = make_writer(f);
	struct capos_sqe sqe = grant(f, family.builder, 0, writer, CAPOS_TRANSFER_COPY);

	(void)fixture_ok(f, &sqe);
	sqe = grant(f, family.builder, 0, writer, CAPOS_TRANSFER_MOVE);
	(void)fixture_ok(f, &sqe);
	expect_dead(f, writer, RULE_CAPABILITY_LIVE);
}

static void transfer_of_what_is_not_held_is_refused(void **state)
{
	static const uint64_t wrong[] = { UINT64_C(0x200000000), UINT64_MAX,
					  UINT64_C(0x1ffffffff), 5 };
	struct fixture *f = *state;
	struct family family = create(f);
	struct capos_sqe sqe = grant(f, family.builder, 0, 0, CAPOS_TRANSFER_COPY);

	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_CAPABILITY, RULE_CAPABILITY_NULL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		sqe = grant(f, family.builder, 0, wrong[i], CAPOS_TRANSFER_MOVE);
		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_CAPABILITY,
				      RULE_CAPABILITY_LIVE);
	}
}

static void transfer_garbage_records_are_refused(void **state)
{
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t timer = machine_cap(f->child.process, "timer").raw;
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);

	for (uint32_t mode = 2; mode < 256; mode++) {
		struct capos_sqe sqe = grant(f, family.builder, 0, timer, (uint8_t)mode);

		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER,
				      RULE_TRANSFER_MODE);
	}
	for (size_t i = 0; i < sizeof(record->reserved); i++) {
		struct capos_sqe sqe =
			grant(f, family.builder, 0, timer, CAPOS_TRANSFER_COPY);

		record->reserved[i] = 1;
		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER,
				      RULE_TRANSFER_MODE);
	}
}

static void transfer_records_outside_the_arena_are_refused(void **state)
{
	static const struct {
		uint32_t offset;
		uint8_t count;
	} wrong[] = {
		{ CAPOS_ARENA_DEFAULT_BYTES, 1 },
		{ CAPOS_ARENA_DEFAULT_BYTES - 8, 1 },
		{ 0xfffffff8, 1 },
		{ 0xfffffff0, 16 },
		{ 4, 1 },
		{ 1, 1 },
		{ MACHINE_TRANSFERS, CAPOS_TRANSFERS_MAX + 1 },
		{ MACHINE_TRANSFERS, 255 },
	};
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t timer = machine_cap(f->child.process, "timer").raw;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct capos_sqe sqe =
			grant(f, family.builder, 0, timer, CAPOS_TRANSFER_COPY);

		sqe.transfer_offset = wrong[i].offset;
		sqe.transfer_count = wrong[i].count;
		(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_BUFFER,
				      RULE_TRANSFERS_IN_ARENA);
	}
}

static void transfer_moves_a_capability_only_once(void **state)
{
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t writer = make_writer(f);
	struct capos_transfer *records = machine_arena(&f->child, MACHINE_TRANSFERS);
	struct capos_sqe sqe = grant(f, family.builder, 0, writer, CAPOS_TRANSFER_MOVE);

	sqe.transfer_count = 2;
	records[1] = records[0];
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_DUPLICATE);
	records[0].mode = CAPOS_TRANSFER_COPY;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_DUPLICATE);
	records[0].mode = CAPOS_TRANSFER_MOVE;
	records[1].mode = CAPOS_TRANSFER_COPY;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_DUPLICATE);
}

static void transfer_records_and_pointers_must_match(void **state)
{
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t timer = machine_cap(f->child.process, "timer").raw;
	struct capos_transfer *records = machine_arena(&f->child, MACHINE_TRANSFERS);
	struct capos_sqe sqe = grant(f, family.builder, 1, timer, CAPOS_TRANSFER_COPY);

	/* A pointer without a record. */
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
	sqe = grant(f, family.builder, UINT32_MAX - 1, timer, CAPOS_TRANSFER_COPY);
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
	sqe = grant(f, family.builder, 0, timer, CAPOS_TRANSFER_COPY);
	sqe.transfer_count = 0;
	sqe.transfer_offset = 0;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
	/* A record without a pointer. */
	sqe = grant(f, family.builder, 0, timer, CAPOS_TRANSFER_COPY);
	records[1] = records[0];
	sqe.transfer_count = 2;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
	/* A record in a call whose parameters have no capability at all. */
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_EXPECTED);
}

static void transfer_of_another_interface_is_refused(void **state)
{
	struct fixture *f = *state;
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_map_object_params_builder params =
		virtual_memory_map_object_params_new(&builder);
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);
	struct capos_sqe sqe;

	virtual_memory_map_object_params_set_object(params, 0);
	virtual_memory_map_object_params_set_size_bytes(params, 4096);
	virtual_memory_map_object_params_set_protection(params, PROTECTION_READ);
	*record = (struct capos_transfer){
		.cap = machine_cap(f->child.process, "timer").raw
	};
	sqe = machine_call(&f->child, "memory", VIRTUAL_MEMORY_METHOD_MAP_OBJECT,
			   &builder);
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	(void)fixture_refused(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_INTERFACE);
}

static void transfer_that_is_refused_by_the_method_leaves_the_capability(void **state)
{
	struct fixture *f = *state;
	struct family family = create(f);
	uint64_t writer = make_writer(f);
	struct capnp_builder builder = machine_params(&f->child);
	struct capos_sqe sqe;

	process_builder_abandon_params_set_why(
		process_builder_abandon_params_new(&builder), "enough", 6);
	sqe = machine_call(&f->child, "factory", PROCESS_BUILDER_METHOD_ABANDON,
			   &builder);
	sqe.cap = family.builder;
	sqe.interface = PROCESS_BUILDER_INTERFACE_ID;
	(void)fixture_ok(f, &sqe);
	machine_settle();
	sqe = grant(f, family.builder, 0, writer, CAPOS_TRANSFER_MOVE);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_FAILED, RULE_BUILDER_STARTED);
	sqe = release(writer); /* it is still there */
	(void)fixture_ok(f, &sqe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(ids_null_is_never_anything),
		FIXTURE_TEST(ids_forged_never_resolve),
		FIXTURE_TEST(ids_of_others_carry_no_authority),
		FIXTURE_TEST(ids_are_stale_after_release),
		FIXTURE_TEST(release_without_the_flag_posts_only_refusals),
		FIXTURE_TEST(release_of_the_target_of_a_pending_call_leaves_the_call),
		FIXTURE_TEST(interface_must_be_the_one_held),
		FIXTURE_TEST(interface_of_the_whole_object_is_refused_to_a_facet),
		FIXTURE_TEST(method_must_exist),
		FIXTURE_TEST(message_malformed_roots_are_refused),
		FIXTURE_TEST(message_malformed_texts_are_refused),
		FIXTURE_TEST(message_empty_has_all_defaults),
		FIXTURE_TEST(message_of_random_words_never_does_harm),
		FIXTURE_TEST(results_need_room_for_their_capabilities),
		FIXTURE_TEST(results_need_a_slot_in_the_ledger),
		FIXTURE_TEST(create_fails_cleanly_wherever_a_ledger_ends),
		FIXTURE_TEST(transfer_leaves_no_reference_behind),
		FIXTURE_TEST(transfer_copies_or_moves_as_asked),
		FIXTURE_TEST(transfer_of_what_is_not_held_is_refused),
		FIXTURE_TEST(transfer_garbage_records_are_refused),
		FIXTURE_TEST(transfer_records_outside_the_arena_are_refused),
		FIXTURE_TEST(transfer_moves_a_capability_only_once),
		FIXTURE_TEST(transfer_records_and_pointers_must_match),
		FIXTURE_TEST(transfer_of_another_interface_is_refused),
		FIXTURE_TEST(
			transfer_that_is_refused_by_the_method_leaves_the_capability),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

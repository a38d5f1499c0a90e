/* SPDX-License-Identifier: MIT */
/*
 * toctou_test.c - shared memory that changes under the kernel's eyes.
 *
 * Each case has two states of one place in shared memory, A and B, and the honest
 * outcome of each. Then the place changes after the k-th read that the kernel makes, for
 * every k, once for good and once for a single read: the outcome must be A's or B's.
 * Under AddressSanitizer with each part of the region in a block of its own.
 */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include <stdio.h>
#include <stdlib.h>

#include "gen/console.capnp.h"
#include "gen/process.capnp.h"
#include "gen/timer.capnp.h"
#include "tests/support/hosted_fixture.h"

enum { READS_MAX = 4000 };

/* One place and its two states. */
struct place {
	uint8_t *bytes;
	size_t size;
	uint8_t a[64];
	uint8_t b[64];
};

struct outcome {
	int64_t entered;
	int32_t result;
	uint16_t rule;
	bool completed;
	char console[256];
};

static struct place place;
static int reads;
static int change_at;  /* read after which A becomes B */
static int restore_at; /* and B becomes A again */

static void on_read(void)
{
	reads++;
	if (reads == change_at)
		memcpy(place.bytes, place.b, place.size);
	if (reads == restore_at)
		memcpy(place.bytes, place.a, place.size);
}

static struct outcome run(struct fixture *f)
{
	struct outcome outcome = { 0 };
	struct capos_cqe cqe;

	hosted_console_clear();
	reads = 0;
	hosted_cpu.shared_read = on_read;
	outcome.entered = machine_enter(&f->child, 0, CAPOS_DEADLINE_POLL);
	hosted_cpu.shared_read = nullptr;
	outcome.completed = machine_take(&f->child, &cqe);
	if (outcome.completed) {
		outcome.result = cqe.result;
		outcome.rule = cqe.rule;
	}
	snprintf(outcome.console, sizeof(outcome.console), "%s", hosted_console());
	return outcome;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	return a->entered == b->entered && a->result == b->result && a->rule == b->rule &&
	       a->completed == b->completed && strcmp(a->console, b->console) == 0;
}

static void expect_either(const struct outcome *seen, const struct outcome *a,
			  const struct outcome *b)
{
	if (same(seen, a) || same(seen, b))
		return;
	fprintf(stderr,
		"change after read %d, back after %d: entered %ld result %d rule %u\n"
		"  A: entered %ld result %d rule %u\n  B: entered %ld result %d rule "
		"%u\n",
		change_at, restore_at, (long)seen->entered, seen->result, seen->rule,
		(long)a->entered, a->result, a->rule, (long)b->entered, b->result,
		b->rule);
	fail();
}

/* The entry is put into the queue anew each time; @prepare puts the place into state A. */
static void try_all(struct fixture *f, void (*prepare)(struct fixture *f), int back_after)
{
	struct outcome a;
	struct outcome b;
	int honest_reads;

	change_at = 0;
	restore_at = 0;
	prepare(f);
	a = run(f);
	honest_reads = reads;
	prepare(f);
	memcpy(place.bytes, place.b, place.size);
	b = run(f);
	assert_false(same(&a, &b)); /* else the case tests nothing */
	assert_true(honest_reads < READS_MAX);
	for (int k = 1; k <= honest_reads; k++) {
		struct outcome seen;

		change_at = k;
		restore_at = back_after ? k + back_after : 0;
		prepare(f);
		seen = run(f);
		expect_either(&seen, &a, &b);
	}
	assert_int_equal(f->child.thread->outstanding, 0);
}

static void try_place(void **state, void (*prepare)(struct fixture *f))
{
	struct fixture *f = *state;

	try_all(f, prepare, 0);
	try_all(f, prepare, 1);
	try_all(f, prepare, 2);
}

/* ---- Places in the submission entry ------------------------------------------------------ */

static struct capos_sqe *slot_of(struct fixture *f, uint32_t sequence)
{
	return &f->child.thread->region.sq[sequence % CAPOS_SQ_ENTRIES];
}

/* A word of the entry of @sequence: A as submitted, B with @value there. */
static void place_word(struct fixture *f, uint32_t sequence, size_t offset,
		       uint64_t value)
{
	uint8_t *bytes = (uint8_t *)slot_of(f, sequence) + offset;

	place = (struct place){ .bytes = bytes, .size = sizeof(value) };
	memcpy(place.a, bytes, sizeof(value));
	memcpy(place.b, &value, sizeof(value));
}

static uint32_t submit_now(struct fixture *f)
{
	struct capos_sqe sqe =
		machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);

	sqe.result_size = 16;
	return machine_submit(&f->child, &sqe);
}

static void prepare_opcode(struct fixture *f)
{
	place_word(f, submit_now(f), 0, 0xff);
}

static void prepare_method(struct fixture *f)
{
	place_word(f, submit_now(f), 0, CAPOS_OP_CALL | UINT64_C(0xffff) << 16);
}

static void prepare_params_offset(struct fixture *f)
{
	uint32_t sequence = submit_now(f);

	slot_of(f, sequence)->params_size = 0;
	place_word(f, sequence, 0, CAPOS_OP_CALL | UINT64_C(0xfffffff8) << 32);
}

static void prepare_cap(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, cap), 0);
}

static void prepare_cap_forged(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, cap), UINT64_MAX);
}

static void prepare_interface(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, interface),
		   CONSOLE_INTERFACE_ID);
}

static void prepare_params_size(struct fixture *f)
{
	/* params_size and result_offset share the word; the result stays where it is. */
	place_word(f, submit_now(f), offsetof(struct capos_sqe, params_size),
		   0xfffffff8 | (uint64_t)MACHINE_RESULTS << 32);
}

static void prepare_result_offset(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, params_size),
		   UINT64_C(0xfffffff8) << 32);
}

static void prepare_result_size(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, result_size), 0xfffffff8);
}

static void prepare_result_size_zero(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, result_size), 0);
}

static void prepare_transfer_count(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, transfer_count), 0xff);
}

static void prepare_result_cap_max(struct fixture *f)
{
	place_word(f, submit_now(f), offsetof(struct capos_sqe, transfer_count), 0xff00);
}

static void prepare_deadline(struct fixture *f)
{
	machine_advance(10);
	place_word(f, submit_now(f), offsetof(struct capos_sqe, deadline_ns), 1);
}

/* ---- Places in the arena -------------------------------------------------------------------- */

static void place_params(struct fixture *f, uint32_t word, uint64_t value)
{
	uint8_t *bytes = machine_arena(&f->child, MACHINE_PARAMS + word * 8);

	place = (struct place){ .bytes = bytes, .size = sizeof(value) };
	memcpy(place.a, bytes, sizeof(value));
	memcpy(place.b, &value, sizeof(value));
}

static void submit_line(struct fixture *f)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct capos_sqe sqe;

	console_write_line_params_set_text(console_write_line_params_new(&builder),
					   "hello", 5);
	sqe = machine_call(&f->child, "console", CONSOLE_METHOD_WRITE_LINE, &builder);
	(void)machine_submit(&f->child, &sqe);
}

static void prepare_root_pointer(struct fixture *f)
{
	submit_line(f);
	place_params(f, 0, UINT64_C(0xffff0000fffffffc));
}

static void prepare_root_far(struct fixture *f)
{
	submit_line(f);
	place_params(f, 0, 2);
}

/* A pointer to a list of bytes. */
static uint64_t text_pointer(uint64_t offset_words, uint64_t count)
{
	return 1 | (offset_words & 0x3fffffff) << 2 | UINT64_C(2) << 32 | count << 35;
}

static void prepare_text_length(struct fixture *f)
{
	submit_line(f);
	place_params(f, 1, text_pointer(0, 0x1fffffff));
}

static void prepare_text_offset(struct fixture *f)
{
	submit_line(f);
	place_params(f, 1, text_pointer(0x1fffffff, 6));
}

static void prepare_text_bytes(struct fixture *f)
{
	submit_line(f);
	place_params(f, 2, 0x6f6c6c6548); /* "Hello" */
}

/* ---- Indices ---------------------------------------------------------------------------------- */

static void prepare_sq_tail(struct fixture *f)
{
	struct capos_ring_header *header = f->child.thread->region.header;
	uint32_t wrong;

	(void)submit_now(f);
	place = (struct place){ .bytes = (uint8_t *)&header->sq_tail, .size = 4 };
	memcpy(place.a, place.bytes, 4);
	wrong = atomic_load(&header->sq_tail) + 1000;
	memcpy(place.b, &wrong, 4);
	/* An earlier try may have left its entry behind. */
	f->child.thread->sq_head = atomic_load(&header->sq_tail) - 1;
}

#define CASE(name)                                \
	static void toctou_##name(void **state)   \
	{                                         \
		try_place(state, prepare_##name); \
	}

CASE(opcode)
CASE(method)
CASE(params_offset)
CASE(cap)
CASE(cap_forged)
CASE(interface)
CASE(params_size)
CASE(result_offset)
CASE(result_size)
CASE(result_size_zero)
CASE(transfer_count)
CASE(result_cap_max)
CASE(deadline)
CASE(root_pointer)
CASE(root_far)
CASE(text_length)
CASE(text_offset)
CASE(text_bytes)

/* The index is put back after each try, or the next entry could not be submitted. */
static void toctou_sq_tail(void **state)
{
	struct fixture *f = *state;

	for (int k = 1; k <= 12; k++) {
		struct outcome seen;

		prepare_sq_tail(f);
		change_at = k;
		restore_at = 0;
		seen = run(f);
		assert_true(seen.entered == CAPOS_ERR_RING_CORRUPT || seen.completed);
		memcpy(place.bytes, place.a, place.size);
		f->child.thread->sq_head =
			atomic_load(&f->child.thread->region.header->sq_tail);
	}
}

/* ---- Transfer records --------------------------------------------------------------------------- */

static uint64_t builder_cap;

static void make_builder(struct fixture *f)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct process_factory_create_params_builder params =
		process_factory_create_params_new(&builder);
	struct budget_builder budget = process_factory_create_params_init_budget(params);
	struct capos_sqe sqe;
	struct capos_cqe cqe;
	const struct capos_result_cap *records =
		machine_arena(&f->child, MACHINE_RESULTS);

	budget_set_cap_slots(budget, 40);
	budget_set_calls(budget, 8);
	budget_set_memory_pages(budget, 60);
	budget_set_virtual_pages(budget, 1024);
	budget_set_mappings(budget, 8);
	budget_set_alarms(budget, 2);
	budget_set_log_bytes(budget, 100);
	process_factory_create_params_set_name(params, "grandchild", 10);
	sqe = machine_call(&f->child, "factory", PROCESS_FACTORY_METHOD_CREATE, &builder);
	sqe.result_cap_max = 2;
	cqe = fixture_ok(f, &sqe);
	assert_int_equal(cqe.cap_count, 2);
	builder_cap = records[0].cap;
}

static int grant_number;

static void submit_grant(struct fixture *f)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct process_builder_grant_params_builder params =
		process_builder_grant_params_new(&builder);
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);
	struct capos_sqe sqe;
	char name[16];

	snprintf(name, sizeof(name), "grant%03d", grant_number++);
	process_builder_grant_params_set_name(params, name, 8);
	process_builder_grant_params_set_capability(params, 0);
	*record = (struct capos_transfer){
		.cap = machine_cap(f->child.process, "info").raw
	};
	sqe = machine_call(&f->child, "factory", PROCESS_BUILDER_METHOD_GRANT, &builder);
	sqe.cap = builder_cap;
	sqe.interface = PROCESS_BUILDER_INTERFACE_ID;
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	(void)machine_submit(&f->child, &sqe);
}

static void place_record(struct fixture *f, uint32_t word, uint64_t value)
{
	uint8_t *bytes = machine_arena(&f->child, MACHINE_TRANSFERS + word * 8);

	place = (struct place){ .bytes = bytes, .size = sizeof(value) };
	memcpy(place.a, bytes, sizeof(value));
	memcpy(place.b, &value, sizeof(value));
}

static void prepare_record_cap(struct fixture *f)
{
	submit_grant(f);
	place_record(f, 0, 0);
}

static void prepare_record_mode(struct fixture *f)
{
	submit_grant(f);
	place_record(f, 1, 0x7777);
}

static void toctou_record_cap(void **state)
{
	make_builder(*state);
	try_all(*state, prepare_record_cap, 0);
	try_all(*state, prepare_record_cap, 1);
}

static void toctou_record_mode(void **state)
{
	make_builder(*state);
	try_all(*state, prepare_record_mode, 0);
	try_all(*state, prepare_record_mode, 1);
}

/* ---- Chaos ---------------------------------------------------------------------------------------- */

static struct fixture *chaos_fixture;

/* Scribbles over a random word of a random part of the region. */
static void on_read_scribble(void)
{
	struct region *region = &chaos_fixture->child.thread->region;
	uint64_t value = (uint64_t)random() << 32 ^ (uint64_t)random();
	size_t at = (size_t)random();

	switch (random() % 8) {
	case 0:
		((uint64_t *)region->header)[at % (sizeof(*region->header) / 8)] = value;
		break;
	case 1:
	case 2:
		((uint64_t *)region->sq)[at % (CAPOS_SQ_ENTRIES * 8)] = value;
		break;
	case 3:
		((uint64_t *)region->cq)[at % (CAPOS_CQ_ENTRIES * 4)] = value;
		break;
	case 4:
		memcpy(region->arena + at % (region->arena_bytes / 8) * 8, &value, 8);
		break;
	default: /* where the messages are */
		memcpy(region->arena + at % 16 * 8, &value, 8);
		break;
	}
}

/* An entry that was right before one of its bits was flipped, or none was. */
static struct capos_sqe chaos_entry(struct fixture *f)
{
	static const char *const names[] = { "timer",     "console", "entropy", "info",
					     "log",       "logsink", "package", "factory",
					     "allocator", "memory" };
	struct capos_sqe sqe = machine_call(
		&f->child, names[(size_t)random() % (sizeof(names) / sizeof(names[0]))],
		(uint16_t)(random() % 6), nullptr);

	sqe.params_size = (uint32_t)random() % 16 * 8;
	sqe.result_cap_max = (uint8_t)(random() % 3);
	sqe.transfer_count = random() % 4 ? 0 : (uint8_t)(random() % 20);
	sqe.transfer_offset = sqe.transfer_count ? MACHINE_TRANSFERS : 0;
	if (random() % 3 == 0) {
		uint32_t bit = (uint32_t)random() % 512;

		((uint8_t *)&sqe)[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	if (random() % 5 == 0)
		sqe.opcode = (uint8_t)(random() % CAPOS_OP_COUNT);
	return sqe;
}

static void repair(struct fixture *f)
{
	struct capos_ring_header *header = f->child.thread->region.header;

	atomic_store(&header->sq_tail, f->child.thread->sq_head);
	atomic_store(&header->cq_head, f->child.thread->cq_tail);
	atomic_store(&header->cq_tail, f->child.thread->cq_tail);
}

static void chaos_never_leaves_the_region_nor_hurts_others(void **state)
{
	struct fixture *f = *state;

	chaos_fixture = f;
	srandom(20251);
	for (int round = 0; round < 3000; round++) {
		int count = (int)(random() % 8);

		for (int i = 0; i < count; i++) {
			struct capos_sqe sqe = chaos_entry(f);

			(void)machine_submit(&f->child, &sqe);
		}
		hosted_cpu.shared_read = round % 3 ? on_read_scribble : nullptr;
		(void)machine_enter(&f->child, 0, CAPOS_DEADLINE_POLL);
		hosted_cpu.shared_read = nullptr;
		assert_true(f->child.thread->outstanding <= CAPOS_OUTSTANDING_MAX);
		repair(f);
		if (round % 100 == 0)
			fixture_check_bystander(f);
		if (machine_resume(&f->child) == MACHINE_ENDED)
			break;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(toctou_opcode),
		FIXTURE_TEST(toctou_method),
		FIXTURE_TEST(toctou_params_offset),
		FIXTURE_TEST(toctou_cap),
		FIXTURE_TEST(toctou_cap_forged),
		FIXTURE_TEST(toctou_interface),
		FIXTURE_TEST(toctou_params_size),
		FIXTURE_TEST(toctou_result_offset),
		FIXTURE_TEST(toctou_result_size),
		FIXTURE_TEST(toctou_result_size_zero),
		FIXTURE_TEST(toctou_transfer_count),
		FIXTURE_TEST(toctou_result_cap_max),
		FIXTURE_TEST(toctou_deadline),
		FIXTURE_TEST(toctou_root_pointer),
		FIXTURE_TEST(toctou_root_far),
		FIXTURE_TEST(toctou_text_length),
		FIXTURE_TEST(toctou_text_offset),
		FIXTURE_TEST(toctou_text_bytes),
		FIXTURE_TEST(toctou_sq_tail),
		FIXTURE_TEST(toctou_record_cap),
		FIXTURE_TEST(toctou_record_mode),
		FIXTURE_TEST(chaos_never_leaves_the_region_nor_hurts_others),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

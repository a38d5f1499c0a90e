/* SPDX-License-Identifier: MIT */
/*
 * object_test.c - what a facet answers to: its ancestors' interfaces, its narrowed facets.
 *
 * The object here has the facets of this schema, written as capnpc-capos writes them:
 *
 *    interface Root { root @0 (); }
 *    interface Left extends(Root) { left @0 (); }
 *    interface Right extends(Root) { right @0 (); }
 *    interface Bottom extends(Left, Right)
 *        $C.facet(name = "Odd", methods = ["one", "three"]) {
 *        zero @0 (); one @1 (); two @2 (a :Capability); three @3 (); four @4 (); }
 */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/object.h"

#include "core/capnp/reflect.h"
#include "gen/memory.capnp.h"
#include "gen/timer.capnp.h"
#include "kernel/boot_package.h"
#include "kernel/console.h"
#include "kernel/lookup.h"
#include "kernel/memory_object.h"
#include "kernel/timer.h"
#include "tests/support/hosted_fixture.h"

/* ---- The object -------------------------------------------------------------------- */

struct probe {
	struct object base;
	char called[16]; /* a letter for each call */
	size_t count;
};

static struct cache probe_cache = CACHE("Probe", sizeof(struct probe));
static const struct object_type probe_type = { .name = "Probe", .cache = &probe_cache };
static struct probe *the_probe; /* of the running case */

/* A method that writes @letter down. */
#define PROBE_METHOD(function, letter)                                            \
	static status_t function(void *self, struct call *call,                   \
				 struct capnp_reader *params,                     \
				 struct capnp_builder *results)                   \
	{                                                                         \
		struct probe *probe = self;                                       \
                                                                                  \
		(void)call, (void)params, (void)results;                          \
		assert_ptr_equal(probe, the_probe);                               \
		probe->called[probe->count++ % sizeof(probe->called)] = (letter); \
		return CAPOS_OK;                                                  \
	}

PROBE_METHOD(root_root, 'R')
PROBE_METHOD(left_left, 'l')
PROBE_METHOD(right_right, 'r')
PROBE_METHOD(bottom_zero, '0')
PROBE_METHOD(bottom_one, '1')
PROBE_METHOD(bottom_two, '2')
PROBE_METHOD(bottom_three, '3')
PROBE_METHOD(bottom_four, '4')

static const struct capnp_method root_table[] = { { .invoke = root_root } };
static const struct capnp_method left_table[] = { { .invoke = left_left } };
static const struct capnp_method right_table[] = { { .invoke = right_right } };
static const struct capnp_method bottom_table[] = {
	{ .invoke = bottom_zero },
	{ .invoke = bottom_one },
	{ .invoke = bottom_two, .params_words = 1, .params_caps_max = 1 },
	{ .invoke = bottom_three },
	{ .invoke = bottom_four },
};
static const struct capnp_method odd_table[] = {
	CAPNP_METHOD_ABSENT("zero"),
	{ .invoke = bottom_one },
	CAPNP_METHOD_ABSENT("two"),
	{ .invoke = bottom_three },
};

#define ROOT_INTERFACE_ID   UINT64_C(0x8000000000000001)
#define LEFT_INTERFACE_ID   UINT64_C(0x8000000000000002)
#define RIGHT_INTERFACE_ID  UINT64_C(0x8000000000000003)
#define BOTTOM_INTERFACE_ID UINT64_C(0x8000000000000004)
#define ODD_INTERFACE_ID    UINT64_C(0x8000000000000005)
enum { ROOT_METHOD_COUNT = 1, ROOT_ANSWER_COUNT = 0 };
enum { LEFT_METHOD_COUNT = 1, LEFT_ANSWER_COUNT = 1 };
enum { RIGHT_METHOD_COUNT = 1, RIGHT_ANSWER_COUNT = 1 };
enum { BOTTOM_METHOD_COUNT = 5, BOTTOM_ANSWER_COUNT = 4 };
enum { ODD_METHOD_COUNT = 4, ODD_ANSWER_COUNT = 0 };

static const struct facet root_facet = FACET(ROOT, "Root", probe_type, root_table);
static const struct facet *const root_only[] = { &root_facet };
static const struct facet left_facet =
	FACET_ANSWERING(LEFT, "Left", probe_type, left_table, root_only);
static const struct facet right_facet =
	FACET_ANSWERING(RIGHT, "Right", probe_type, right_table, root_only);
static const struct facet odd_facet = FACET(ODD, "Odd", probe_type, odd_table);
static const struct facet *const bottom_answers[] = { &left_facet, &right_facet,
						      &root_facet, &odd_facet };
static const struct facet bottom_facet =
	FACET_ANSWERING(BOTTOM, "Bottom", probe_type, bottom_table, bottom_answers);

/* ---- Holds of it ------------------------------------------------------------------- */

/* The child holds @object, whose reference this takes over, as @facet. */
static cap_t hold(struct fixture *f, struct object *object, const struct facet *facet)
{
	cap_t cap;
	enum rule rule;

	assert_int_equal(hold_create(f->child.process,
				     (struct capability){ object, facet },
				     &f->child.process->account, &cap, &rule),
			 CAPOS_OK);
	return cap;
}

static cap_t hold_probe(struct fixture *f, const struct facet *facet)
{
	struct object *object;

	assert_int_equal(object_alloc(&probe_type, &f->child.process->account, &object),
			 CAPOS_OK);
	the_probe = (struct probe *)(void *)object;
	return hold(f, object, facet);
}

static struct capos_sqe probe_call(const struct fixture *f, cap_t cap, uint64_t interface,
				   uint16_t method)
{
	struct capos_sqe sqe = machine_call(&f->child, "timer", method, nullptr);

	sqe.cap = cap.raw;
	sqe.interface = interface;
	return sqe;
}

/* The call is carried out, by the method that writes down @letter. */
static void expect_call(struct fixture *f, cap_t cap, uint64_t interface, uint16_t method,
			char letter)
{
	struct capos_sqe sqe = probe_call(f, cap, interface, method);
	size_t before = the_probe->count;

	(void)fixture_ok(f, &sqe);
	assert_int_equal(the_probe->count, before + 1);
	assert_int_equal(the_probe->called[before % sizeof(the_probe->called)], letter);
}

static void expect_refusal(struct fixture *f, const struct capos_sqe *sqe,
			   status_t status, enum rule rule, uint64_t detail)
{
	size_t before = the_probe->count;

	assert_int_equal(fixture_refused(f, sqe, status, rule).detail, detail);
	assert_int_equal(the_probe->count, before);
}

static void expect_wrong_interface(struct fixture *f, cap_t cap, uint64_t interface,
				   uint64_t held)
{
	struct capos_sqe sqe = probe_call(f, cap, interface, 0);

	expect_refusal(f, &sqe, CAPOS_ERR_WRONG_INTERFACE, RULE_INTERFACE_MATCHES, held);
}

/* ---- Cases ------------------------------------------------------------------------- */

static void facet_of_a_derived_interface_answers_its_ancestors_ids(void **state)
{
	struct fixture *f = *state;
	cap_t cap = hold_probe(f, &bottom_facet);

	expect_call(f, cap, BOTTOM_INTERFACE_ID, 4, '4');
	expect_call(f, cap, LEFT_INTERFACE_ID, 0, 'l');
	expect_call(f, cap, RIGHT_INTERFACE_ID, 0, 'r');
	expect_call(f, cap, ROOT_INTERFACE_ID, 0, 'R');
	cap = hold_probe(f, &left_facet);
	expect_call(f, cap, LEFT_INTERFACE_ID, 0, 'l');
	expect_call(f, cap, ROOT_INTERFACE_ID, 0, 'R');
}

static void facet_answers_no_descendant_and_no_sibling(void **state)
{
	static const uint64_t others[] = { LEFT_INTERFACE_ID,   RIGHT_INTERFACE_ID,
					   BOTTOM_INTERFACE_ID, ODD_INTERFACE_ID,
					   TIMER_INTERFACE_ID,  0 };
	struct fixture *f = *state;
	cap_t root = hold_probe(f, &root_facet);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect_wrong_interface(f, root, others[i], ROOT_INTERFACE_ID);

	cap_t left = hold_probe(f, &left_facet);

	for (size_t i = 1; i < sizeof(others) / sizeof(others[0]); i++)
		expect_wrong_interface(f, left, others[i], LEFT_INTERFACE_ID);
}

/* The ordinal is one of the interface that the entry names, not of the one held. */
static void facet_answers_with_the_methods_of_the_interface_named(void **state)
{
	struct fixture *f = *state;
	cap_t cap = hold_probe(f, &bottom_facet);
	struct capos_sqe sqe = probe_call(f, cap, ROOT_INTERFACE_ID, 1);

	expect_refusal(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS, 1);
	sqe.interface = LEFT_INTERFACE_ID;
	sqe.method = 4;
	expect_refusal(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS, 4);
}

static void narrowed_facet_answers_its_methods_and_so_does_the_whole(void **state)
{
	struct fixture *f = *state;
	cap_t odd = hold_probe(f, &odd_facet);

	expect_call(f, odd, ODD_INTERFACE_ID, 1, '1');
	expect_call(f, odd, ODD_INTERFACE_ID, 3, '3');

	cap_t bottom = hold_probe(f, &bottom_facet);

	expect_call(f, bottom, ODD_INTERFACE_ID, 1, '1');
	expect_call(f, bottom, ODD_INTERFACE_ID, 3, '3');
}

static void narrowed_facet_refuses_all_other_methods_and_changes_nothing(void **state)
{
	static const uint16_t wrong[] = { 0, 2, 4, 5, UINT16_MAX };
	struct fixture *f = *state;
	cap_t caps[] = { hold_probe(f, &odd_facet), hold_probe(f, &bottom_facet) };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		for (size_t k = 0; k < 2; k++) {
			struct capos_sqe sqe =
				probe_call(f, caps[k], ODD_INTERFACE_ID, wrong[i]);

			expect_refusal(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS,
				       wrong[i]);
		}
	}
}

/* Who tries a method that is not there hears that, however the call is made. */
static void narrowed_facet_refuses_what_comes_with_the_call_too(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe =
		probe_call(f, hold_probe(f, &odd_facet), ODD_INTERFACE_ID, 2);
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);
	cap_t timer = machine_cap(f->child.process, "timer");

	sqe.params_size = 4096; /* of whatever is there */
	sqe.result_size = 0;
	expect_refusal(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS, 2);
	*record =
		(struct capos_transfer){ .cap = timer.raw, .mode = CAPOS_TRANSFER_MOVE };
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	expect_refusal(f, &sqe, CAPOS_ERR_BAD_METHOD, RULE_METHOD_EXISTS, 2);
	sqe = machine_call(&f->child, "timer", TIMER_METHOD_NOW, nullptr);
	(void)fixture_ok(f, &sqe); /* it was not moved */
}

static void narrowed_facet_does_not_answer_the_whole_interface(void **state)
{
	struct fixture *f = *state;
	cap_t odd = hold_probe(f, &odd_facet);

	expect_wrong_interface(f, odd, BOTTOM_INTERFACE_ID, ODD_INTERFACE_ID);
	expect_wrong_interface(f, odd, ROOT_INTERFACE_ID, ODD_INTERFACE_ID);
}

/* ---- Where a method expects an interface -------------------------------------------- */

#define DESCENDANT_INTERFACE_ID UINT64_C(0x8000000000000006)
enum { DESCENDANT_METHOD_COUNT = 1, DESCENDANT_ANSWER_COUNT = 1 };

/* A memory object's interface over what is none: only the type of the object tells. */
static const struct facet disguised_facet = {
	.name = "MemoryObject",
	.interface_id = MEMORY_OBJECT_INTERFACE_ID,
	.type = &probe_type,
	.methods = root_table,
	.method_count = 1,
};
static const struct facet *const disguised_only[] = { &disguised_facet };
static const struct facet impostor_facet =
	FACET_ANSWERING(DESCENDANT, "Impostor", probe_type, left_table, disguised_only);

static struct capos_sqe map_call(struct fixture *f, cap_t cap)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct virtual_memory_map_object_params_builder params =
		virtual_memory_map_object_params_new(&builder);
	struct capos_transfer *record = machine_arena(&f->child, MACHINE_TRANSFERS);
	struct capos_sqe sqe;

	virtual_memory_map_object_params_set_object(params, 0);
	virtual_memory_map_object_params_set_size_bytes(params, 4096);
	virtual_memory_map_object_params_set_protection(params, PROTECTION_READ);
	*record = (struct capos_transfer){ .cap = cap.raw };
	sqe = machine_call(&f->child, "memory", VIRTUAL_MEMORY_METHOD_MAP_OBJECT,
			   &builder);
	sqe.transfer_offset = MACHINE_TRANSFERS;
	sqe.transfer_count = 1;
	return sqe;
}

/* A hold of the memory object that the child's first allocation makes, as @facet. */
static cap_t hold_memory(struct fixture *f, const struct facet *facet)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct capability found = { 0 };
	struct capos_result_cap record;
	struct capos_sqe sqe;

	memory_allocator_allocate_params_set_page_count(
		memory_allocator_allocate_params_new(&builder), 1);
	sqe = machine_call(&f->child, "allocator", MEMORY_ALLOCATOR_METHOD_ALLOCATE,
			   &builder);
	sqe.result_cap_max = 1;
	(void)fixture_ok(f, &sqe);
	memcpy(&record, machine_arena(&f->child, MACHINE_RESULTS), sizeof(record));
	assert_true(hold_find(f->child.process, (cap_t){ record.cap }, &found));
	return hold(f, found.object, facet);
}

static void transfer_as_an_ancestor_is_accepted(void **state)
{
	static const struct facet *const memory_only[] = { &memory_object_facet };
	struct fixture *f = *state;
	struct facet descendant = memory_object_facet;

	descendant.interface_id = DESCENDANT_INTERFACE_ID;
	descendant.answers = memory_only;
	descendant.answer_count = 1;

	struct capos_sqe sqe = map_call(f, hold_memory(f, &descendant));

	(void)fixture_ok(f, &sqe);
	/* The facet is on this stack, and the hold outlives it otherwise. */
	sqe = (struct capos_sqe){
		.opcode = CAPOS_OP_RELEASE,
		.flags = CAPOS_SQE_COMPLETE,
		.cap = ((struct capos_transfer *)machine_arena(&f->child,
							       MACHINE_TRANSFERS))
			       ->cap,
	};
	(void)fixture_ok(f, &sqe);
}

static void transfer_of_what_only_looks_like_it_is_refused(void **state)
{
	static const struct facet *const held[] = { &root_facet, &left_facet,
						    &disguised_facet, &impostor_facet };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		struct capos_sqe sqe = map_call(f, hold_probe(f, held[i]));

		expect_refusal(f, &sqe, CAPOS_ERR_BAD_TRANSFER, RULE_TRANSFER_INTERFACE,
			       held[i]->interface_id);
	}
}

/* ---- The kernel's own --------------------------------------------------------------- */

static const struct capnp_interface_info *info_of(uint64_t id)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (capnp_interfaces[i]->id == id)
			return capnp_interfaces[i];
	}
	fail_msg("no schema has the interface %llx", (unsigned long long)id);
	return nullptr;
}

static bool extends(const struct capnp_interface_info *info,
		    const struct capnp_interface_info *ancestor)
{
	for (uint16_t i = 0; i < info->superclass_count; i++) {
		if (info->superclasses[i] == ancestor ||
		    extends(info->superclasses[i], ancestor))
			return true;
	}
	return false;
}

static void kernel_facets_answer_what_the_schema_says(void **state)
{
	static const struct facet *const facets[] = {
		&boot_package_facet,   &program_store_facet,      &console_facet,
		&console_writer_facet, &terminal_interrupt_facet, &timer_facet,
		&memory_object_facet,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(facets) / sizeof(facets[0]); i++) {
		const struct capnp_interface_info *info =
			info_of(facets[i]->interface_id);
		uint32_t count = 0;

		assert_string_equal(facets[i]->name, info->name);
		for (size_t k = 0; k < capnp_interface_count; k++) {
			const struct capnp_interface_info *other = capnp_interfaces[k];
			const struct facet *answer = facet_find(facets[i], other->id);
			bool narrowed =
				other->facet_of && (other->facet_of == info ||
						    extends(info, other->facet_of));

			if (other == info)
				continue;
			assert_int_equal(answer != nullptr,
					 narrowed || extends(info, other));
			if (!answer)
				continue;
			count++;
			assert_string_equal(answer->name, other->name);
			assert_ptr_equal(answer->type, facets[i]->type);
		}
		assert_int_equal(count, facets[i]->answer_count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(facet_of_a_derived_interface_answers_its_ancestors_ids),
		FIXTURE_TEST(facet_answers_no_descendant_and_no_sibling),
		FIXTURE_TEST(facet_answers_with_the_methods_of_the_interface_named),
		FIXTURE_TEST(narrowed_facet_answers_its_methods_and_so_does_the_whole),
		FIXTURE_TEST(
			narrowed_facet_refuses_all_other_methods_and_changes_nothing),
		FIXTURE_TEST(narrowed_facet_refuses_what_comes_with_the_call_too),
		FIXTURE_TEST(narrowed_facet_does_not_answer_the_whole_interface),
		FIXTURE_TEST(transfer_as_an_ancestor_is_accepted),
		FIXTURE_TEST(transfer_of_what_only_looks_like_it_is_refused),
		FIXTURE_TEST(kernel_facets_answer_what_the_schema_says),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

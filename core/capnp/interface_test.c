/* SPDX-License-Identifier: MIT */
/* interface_test.c - who answers to whom, in a diamond with facets. */
// TEST-LINK: core/capnp/interface.c
#include "core/capnp/interface.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct capnp_interface_info root = { .name = "Root" };
static const struct capnp_interface_info other = { .name = "Other" };
static const struct capnp_interface_info *const roots[] = { &root };
static const struct capnp_interface_info left = { .name = "Left",
						  .superclass_count = 1,
						  .superclasses = roots };
static const struct capnp_interface_info right = { .name = "Right",
						   .superclass_count = 1,
						   .superclasses = roots };
static const struct capnp_interface_info *const sides[] = { &left, &right };
static const struct capnp_interface_info bottom = { .name = "Bottom",
						    .superclass_count = 2,
						    .superclasses = sides };
static const struct capnp_interface_info left_facet = { .name = "LeftFacet",
							.facet_of = &left };
static const struct capnp_interface_info bottom_facet = { .name = "BottomFacet",
							  .facet_of = &bottom };

static void answers_itself_its_ancestors_and_their_facets(void **state)
{
	static const struct capnp_interface_info *const named[] = {
		&bottom, &left, &right, &root, &left_facet, &bottom_facet
	};

	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		assert_true(capnp_interface_answers(&bottom, named[i]));
	assert_true(capnp_interface_answers(&left, &left_facet));
	assert_true(capnp_interface_answers(&left_facet, &left_facet));
}

static void answers_no_descendant_no_sibling_and_not_the_whole_of_a_facet(void **state)
{
	static const struct capnp_interface_info *const not_left[] = { &bottom, &right,
								       &other,
								       &bottom_facet };

	(void)state;
	for (size_t i = 0; i < sizeof(not_left) / sizeof(not_left[0]); i++)
		assert_false(capnp_interface_answers(&left, not_left[i]));
	assert_false(capnp_interface_answers(&root, &left));
	assert_false(capnp_interface_answers(&right, &left_facet));
	assert_false(capnp_interface_answers(&left_facet, &left));
	assert_false(capnp_interface_answers(&left_facet, &root));
	assert_false(capnp_interface_answers(&bottom_facet, &left_facet));
}

static void extends_every_ancestor_and_no_facet(void **state)
{
	(void)state;
	assert_true(capnp_interface_extends(&bottom, &root));
	assert_true(capnp_interface_extends(&root, &root));
	assert_false(capnp_interface_extends(&root, &bottom));
	assert_false(capnp_interface_extends(&bottom, &bottom_facet));
}

static void ancestors_come_once_and_nearest_first(void **state)
{
	const struct capnp_interface_info *found[4] = { nullptr };

	(void)state;
	assert_int_equal(capnp_interface_ancestors(&bottom, found, 4), 3);
	assert_ptr_equal(found[0], &left);
	assert_ptr_equal(found[1], &right);
	assert_ptr_equal(found[2], &root);
	assert_int_equal(capnp_interface_ancestors(&bottom, found, 2), 2);
	assert_int_equal(capnp_interface_ancestors(&root, found, 4), 0);
}

static void a_method_is_found_by_its_ordinal_in_a_facet_too(void **state)
{
	static const struct capnp_method_info methods[] = {
		{ .name = "one", .ordinal = 1 },
		{ .name = "three", .ordinal = 3 },
	};
	static const struct capnp_interface_info facet = { .methods = methods,
							   .method_count = 2 };

	(void)state;
	assert_ptr_equal(capnp_interface_method(&facet, 3), &methods[1]);
	assert_null(capnp_interface_method(&facet, 0));
	assert_null(capnp_interface_method(&facet, 2));
	assert_null(capnp_interface_method(&root, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_itself_its_ancestors_and_their_facets),
		cmocka_unit_test(
			answers_no_descendant_no_sibling_and_not_the_whole_of_a_facet),
		cmocka_unit_test(extends_every_ancestor_and_no_facet),
		cmocka_unit_test(ancestors_come_once_and_nearest_first),
		cmocka_unit_test(a_method_is_found_by_its_ordinal_in_a_facet_too),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

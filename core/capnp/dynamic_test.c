/* SPDX-License-Identifier: MIT */
/*
 * dynamic_test.c - one case per promise of dynamic.h, over a small type made by hand; all
 * types of the language are in tests/schema/.
 */
// TEST-LINK: core/capnp/dynamic.c @core
#include "core/capnp/dynamic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct capnp_enumerant_info levels[] = { { "low", "" }, { "high", "" } };
static const struct capnp_enum_info level_schema = {
	.name = "Level",
	.doc = "",
	.enumerants = levels,
	.enumerant_count = 2,
};

static const struct capnp_type_info int16_type = { .kind = CAPNP_KIND_INT16 };
static const struct capnp_type_info int64_type = { .kind = CAPNP_KIND_INT64 };
static const struct capnp_type_info uint64_type = { .kind = CAPNP_KIND_UINT64 };
static const struct capnp_type_info text_type = { .kind = CAPNP_KIND_TEXT };
static const struct capnp_type_info bool_type = { .kind = CAPNP_KIND_BOOL };
static const struct capnp_type_info float64_type = { .kind = CAPNP_KIND_FLOAT64 };
static const struct capnp_type_info level_type = {
	.kind = CAPNP_KIND_ENUM,
	.enumeration = &level_schema,
};

enum { NUMBER, SMALL, LEVEL, NAME, ITEMS, INNER, WIDE, RATIO, CAP, FIELD_COUNT };

extern const struct capnp_struct_info thing_schema;

/* A union of name, items and inner; its discriminant is the u16 at byte 6. */
static const struct capnp_field_info fields[] = {
	[NUMBER] = { .name = "number",
		     .doc = "",
		     .discriminant_value = CAPNP_NO_DISCRIMINANT,
		     .type = { .kind = CAPNP_KIND_INT16 },
		     .default_bits = 0xfffe }, /* -2 */
	[SMALL] = { .name = "small",
		    .doc = "",
		    .discriminant_value = CAPNP_NO_DISCRIMINANT,
		    .offset = 2,
		    .type = { .kind = CAPNP_KIND_UINT8 } },
	[LEVEL] = { .name = "level",
		    .doc = "",
		    .discriminant_value = CAPNP_NO_DISCRIMINANT,
		    .offset = 2,
		    .type = { .kind = CAPNP_KIND_ENUM, .enumeration = &level_schema } },
	[NAME] = { .name = "name",
		   .doc = "",
		   .discriminant_value = 0,
		   .type = { .kind = CAPNP_KIND_TEXT },
		   .default_text = "nobody" },
	[ITEMS] = { .name = "items",
		    .doc = "",
		    .discriminant_value = 1,
		    .type = { .kind = CAPNP_KIND_LIST, .element = &int16_type } },
	[INNER] = { .name = "inner",
		    .doc = "",
		    .discriminant_value = 2,
		    .type = { .kind = CAPNP_KIND_STRUCT, .structure = &thing_schema } },
	[WIDE] = { .name = "wide",
		   .doc = "",
		   .discriminant_value = CAPNP_NO_DISCRIMINANT,
		   .offset = 1,
		   .type = { .kind = CAPNP_KIND_UINT64 } },
	[RATIO] = { .name = "ratio",
		    .doc = "",
		    .discriminant_value = CAPNP_NO_DISCRIMINANT,
		    .offset = 4,
		    .type = { .kind = CAPNP_KIND_FLOAT32 } },
	[CAP] = { .name = "cap",
		  .doc = "",
		  .discriminant_value = CAPNP_NO_DISCRIMINANT,
		  .offset = 1,
		  .type = { .kind = CAPNP_KIND_INTERFACE } },
};

const struct capnp_struct_info thing_schema = {
	.name = "Thing",
	.doc = "",
	.data_words = 3,
	.pointers = 2,
	.fields = fields,
	.field_count = FIELD_COUNT,
	.discriminant_count = 3,
	.discriminant_offset = 3,
};

static uint64_t memory[64];

struct fixture {
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_dynamic_builder b;
};

static void start(struct fixture *fixture, uint32_t words)
{
	capnp_builder_init(&fixture->builder, memory, words * 8);
	fixture->b = capnp_dynamic_new(&fixture->builder, &thing_schema);
}

static struct capnp_struct read_back(struct fixture *fixture)
{
	struct capnp_struct root;

	capnp_reader_init(&fixture->reader, memory,
			  capnp_builder_size_bytes(&fixture->builder));
	assert_true(capnp_read_root(&fixture->reader, &root));
	return root;
}

static struct capnp_text text(const char *string)
{
	return (struct capnp_text){ string, (uint32_t)strlen(string) };
}

static enum capnp_dynamic_status set_integer(struct fixture *fixture, uint32_t field,
					     int64_t integer)
{
	const struct capnp_value value = { .type = &int64_type, .integer = integer };

	return capnp_dynamic_set(fixture->b, &fields[field], &value);
}

static void names_are_found(void **state)
{
	static const struct capnp_method_info methods[] = { { .name = "go" } };
	static const struct capnp_interface_info interface = { .methods = methods,
							       .method_count = 1 };
	uint16_t number = 9;

	(void)state;
	assert_ptr_equal(capnp_find_field(&thing_schema, text("wide")), &fields[WIDE]);
	assert_null(capnp_find_field(&thing_schema, text("wid")));
	assert_ptr_equal(capnp_find_method(&interface, text("go")), methods);
	assert_null(capnp_find_method(&interface, text("gone")));
	assert_true(capnp_find_enumerant(&level_schema, text("high"), &number));
	assert_int_equal(number, 1);
	assert_false(capnp_find_enumerant(&level_schema, text("top"), &number));
	assert_string_equal(capnp_enumerant_name(&level_schema, 1), "high");
	assert_null(capnp_enumerant_name(&level_schema, 2));
}

static void an_empty_struct_has_the_defaults(void **state)
{
	struct capnp_struct empty = { 0 };

	(void)state;
	assert_int_equal(capnp_dynamic_get(empty, &fields[NUMBER]).integer, -2);
	assert_int_equal(capnp_dynamic_get(empty, &fields[SMALL]).natural, 0);
	assert_true(capnp_text_equals(capnp_dynamic_get(empty, &fields[NAME]).text,
				      "nobody"));
	assert_int_equal(capnp_dynamic_get(empty, &fields[ITEMS]).list.count, 0);
	assert_null(capnp_dynamic_get(empty, &fields[INNER]).structure.message);
	assert_int_equal(capnp_dynamic_get(empty, &fields[CAP]).cap, CAPNP_NO_CAP);
}

static void integers_are_checked_against_their_type(void **state)
{
	struct fixture f;
	const struct capnp_value huge = { .type = &uint64_type, .natural = UINT64_MAX };

	(void)state;
	start(&f, 64);
	assert_int_equal(set_integer(&f, NUMBER, 32767), CAPNP_DYNAMIC_OK);
	assert_int_equal(set_integer(&f, NUMBER, 32768), CAPNP_DYNAMIC_RANGE);
	assert_int_equal(set_integer(&f, NUMBER, -32768), CAPNP_DYNAMIC_OK);
	assert_int_equal(set_integer(&f, NUMBER, -32769), CAPNP_DYNAMIC_RANGE);
	assert_int_equal(set_integer(&f, SMALL, 255), CAPNP_DYNAMIC_OK);
	assert_int_equal(set_integer(&f, SMALL, 256), CAPNP_DYNAMIC_RANGE);
	assert_int_equal(set_integer(&f, SMALL, -1), CAPNP_DYNAMIC_RANGE);
	assert_int_equal(set_integer(&f, WIDE, -1), CAPNP_DYNAMIC_RANGE);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[WIDE], &huge), CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[NUMBER], &huge),
			 CAPNP_DYNAMIC_RANGE);
	assert_int_equal(capnp_dynamic_get(read_back(&f), &fields[NUMBER]).integer,
			 -32768);
	assert_int_equal(capnp_dynamic_get(read_back(&f), &fields[SMALL]).natural, 255);
	assert_true(capnp_dynamic_get(read_back(&f), &fields[WIDE]).natural ==
		    UINT64_MAX);
}

static void values_of_another_kind_are_refused(void **state)
{
	const struct capnp_value flag = { .type = &bool_type, .boolean = true };
	const struct capnp_value words = { .type = &text_type, .text = { "x", 1 } };
	const struct capnp_value number = { .type = &int64_type };
	const struct capnp_value ratio = { .type = &float64_type };
	struct capnp_dynamic_list_builder list;
	struct capnp_dynamic_builder inner;
	struct fixture f;
	uint64_t before[64];

	(void)state;
	start(&f, 64);
	memcpy(before, memory, sizeof(before));
	assert_int_equal(capnp_dynamic_set(f.b, &fields[NUMBER], &flag),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[NUMBER], &words),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[NAME], &number),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[LEVEL], &number),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[RATIO], &ratio),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[INNER], &words),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_init(f.b, &fields[NAME], &inner),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_init_list(f.b, &fields[NAME], 1, &list),
			 CAPNP_DYNAMIC_KIND);
	assert_memory_equal(before, memory, sizeof(before));
}

static void enum_numbers_must_exist(void **state)
{
	struct capnp_value value = { .type = &level_type, .natural = 1 };
	struct fixture f;

	(void)state;
	start(&f, 64);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[LEVEL], &value),
			 CAPNP_DYNAMIC_OK);
	value.natural = 2;
	assert_int_equal(capnp_dynamic_set(f.b, &fields[LEVEL], &value),
			 CAPNP_DYNAMIC_RANGE);
	assert_int_equal(capnp_dynamic_get(read_back(&f), &fields[LEVEL]).natural, 1);
}

static void setting_a_member_chooses_it(void **state)
{
	const struct capnp_value name = { .type = &text_type, .text = { "me", 2 } };
	struct capnp_dynamic_builder inner;
	struct capnp_struct s;
	struct fixture f;

	(void)state;
	start(&f, 64);
	assert_int_equal(capnp_dynamic_init(f.b, &fields[INNER], &inner),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_set(inner, &fields[NAME], &name),
			 CAPNP_DYNAMIC_OK);
	s = read_back(&f);
	assert_true(capnp_field_is_active(s, &thing_schema, &fields[INNER]));
	assert_false(capnp_field_is_active(s, &thing_schema, &fields[NAME]));
	assert_true(capnp_field_is_active(s, &thing_schema, &fields[WIDE]));
	s = capnp_dynamic_get(s, &fields[INNER]).structure;
	assert_true(capnp_field_is_active(s, &thing_schema, &fields[NAME]));
	assert_true(capnp_text_equals(capnp_dynamic_get(s, &fields[NAME]).text, "me"));
}

static void list_elements_are_checked(void **state)
{
	const struct capnp_value good = { .type = &int64_type, .integer = -3 };
	const struct capnp_value large = { .type = &int64_type, .integer = 70000 };
	struct capnp_dynamic_list_builder list;
	struct capnp_dynamic_builder inner;
	struct capnp_value items;
	struct fixture f;

	(void)state;
	start(&f, 64);
	assert_int_equal(capnp_dynamic_init_list(f.b, &fields[ITEMS], 2, &list),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_set(list, 1, &good), CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_set(list, 1, &large), CAPNP_DYNAMIC_RANGE);
	assert_int_equal(capnp_dynamic_list_set(list, 2, &good), CAPNP_DYNAMIC_INDEX);
	assert_int_equal(capnp_dynamic_list_struct(list, 0, &inner), CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_list_init_list(list, 0, 1, &list),
			 CAPNP_DYNAMIC_KIND);
	items = capnp_dynamic_get(read_back(&f), &fields[ITEMS]);
	assert_int_equal(items.list.count, 2);
	assert_int_equal(capnp_dynamic_at(&items, 1).integer, -3);
	assert_int_equal(capnp_dynamic_at(&items, 2).integer, 0);
}

static void a_full_message_is_reported(void **state)
{
	const struct capnp_value name = { .type = &text_type, .text = { "too long", 8 } };
	struct capnp_dynamic_list_builder list;
	struct fixture f;

	(void)state;
	start(&f, 7);
	assert_int_equal(capnp_dynamic_set(f.b, &fields[NAME], &name),
			 CAPNP_DYNAMIC_NO_ROOM);
	start(&f, 7);
	assert_int_equal(capnp_dynamic_init_list(f.b, &fields[ITEMS], 5, &list),
			 CAPNP_DYNAMIC_NO_ROOM);
	start(&f, 3);
	assert_int_equal(set_integer(&f, NUMBER, 1), CAPNP_DYNAMIC_NO_ROOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(an_empty_struct_has_the_defaults),
		cmocka_unit_test(integers_are_checked_against_their_type),
		cmocka_unit_test(values_of_another_kind_are_refused),
		cmocka_unit_test(enum_numbers_must_exist),
		cmocka_unit_test(setting_a_member_chooses_it),
		cmocka_unit_test(list_elements_are_checked),
		cmocka_unit_test(a_full_message_is_reported),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * dynamic_kinds_test.c - dynamic.h with fields and elements of every kind: what is read by
 * reflection and written again by reflection prints the same.
 */
// TEST-LINK: core/capnp/dynamic.c @core
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/capnp/parse.h"
#include "core/capnp/render.h"
#include "tests/support/capnp_all.h"

enum { WORDS = 4096 };

static uint64_t words[WORDS];
static uint64_t copy_words[WORDS];
static uint64_t other_words[WORDS];
static char shown[1 << 14];

static struct capnp_text text_of(const char *string)
{
	return (struct capnp_text){ string, (uint32_t)strlen(string) };
}

static void collect(void *context, const char *bytes, size_t size)
{
	(void)context;
	strncat(shown, bytes, size);
}

static bool find_cap(void *context, struct capnp_text name,
		     const struct capnp_interface_info *wanted, uint32_t *out_index)
{
	(void)context;
	(void)wanted;
	*out_index = (uint32_t)(name.bytes[name.size - 1] - '0');
	return true;
}

static const struct capnp_field_info *field_of(const char *name)
{
	const struct capnp_field_info *field =
		capnp_find_field(&all_schema, text_of(name));

	assert_non_null(field);
	return field;
}

static struct capnp_struct parse(struct capnp_reader *reader, const char *text)
{
	struct capnp_builder builder;
	struct capnp_parser parser;
	struct capnp_struct root;

	capnp_parser_init(&parser, text_of(text));
	parser.find_cap = find_cap;
	capnp_builder_init(&builder, words, sizeof(words));
	assert_true(capnp_parse_message(&parser, &all_schema, &builder));
	capnp_reader_init(reader, words, capnp_builder_size_bytes(&builder));
	assert_true(capnp_read_root(reader, &root));
	return root;
}

static void show(struct capnp_struct s, char out[sizeof(shown)])
{
	const struct capnp_sink sink = { collect, nullptr };

	shown[0] = '\0';
	capnp_render_struct(&sink, nullptr, s, &all_schema);
	strcpy(out, shown);
}

static void copy_struct(struct capnp_struct from, struct capnp_dynamic_builder to);

static void copy_list(const struct capnp_value *from,
		      struct capnp_dynamic_list_builder to)
{
	for (uint32_t i = 0; i < from->list.count; i++) {
		struct capnp_value element = capnp_dynamic_at(from, i);
		struct capnp_dynamic_list_builder list;
		struct capnp_dynamic_builder inner;

		if (element.type->kind == CAPNP_KIND_STRUCT) {
			assert_int_equal(capnp_dynamic_list_struct(to, i, &inner),
					 CAPNP_DYNAMIC_OK);
			copy_struct(element.structure, inner);
		} else if (element.type->kind == CAPNP_KIND_LIST) {
			assert_int_equal(capnp_dynamic_list_init_list(
						 to, i, element.list.count, &list),
					 CAPNP_DYNAMIC_OK);
			copy_list(&element, list);
		} else {
			assert_int_equal(capnp_dynamic_list_set(to, i, &element),
					 CAPNP_DYNAMIC_OK);
		}
	}
}

static void copy_field(struct capnp_struct from, struct capnp_dynamic_builder to,
		       const struct capnp_field_info *field)
{
	struct capnp_value value = capnp_dynamic_get(from, field);
	struct capnp_dynamic_list_builder list;
	struct capnp_dynamic_builder inner;

	if (field->kind == CAPNP_FIELD_SLOT && capnp_kind_is_pointer(field->type.kind) &&
	    !capnp_has(from, field->offset))
		return;
	if (field->type.kind == CAPNP_KIND_STRUCT) {
		assert_int_equal(capnp_dynamic_init(to, field, &inner), CAPNP_DYNAMIC_OK);
		copy_struct(value.structure, inner);
	} else if (field->type.kind == CAPNP_KIND_LIST) {
		assert_int_equal(
			capnp_dynamic_init_list(to, field, value.list.count, &list),
			CAPNP_DYNAMIC_OK);
		copy_list(&value, list);
	} else if (field->type.enumeration != &empty_schema) {
		assert_int_equal(capnp_dynamic_set(to, field, &value), CAPNP_DYNAMIC_OK);
	}
}

static void copy_struct(struct capnp_struct from, struct capnp_dynamic_builder to)
{
	for (uint32_t i = 0; i < to.info->field_count; i++) {
		if (capnp_field_is_active(from, to.info, &to.info->fields[i]))
			copy_field(from, to, &to.info->fields[i]);
	}
}

static void every_kind_is_read_and_written(void **state)
{
	static const char *const texts[] = {
		"()",
		"(flag = true, i8 = -5, u16 = 7, i64 = -1, u64 = 18446744073709551615)",
		"(f32 = 0.5, f64 = -1e300, level = high, text = \"t\", data = \"\\xff\")",
		"(child = (child = (i8 = 1)), label = \"l\")",
		"(group = (deep = -3, inner = (name = \"n\")))",
		"(cap = @1, timer = @2, caps = [@3, null, @4])",
		"(bytes = [1, -2], rows = [[1], [], [2, 3]], texts = [\"a\", \"\"])",
		"(blobs = [\"x\"], children = [(), (i8 = 1, rows = [[4]])])",
		"(voids = [void, void], longs = [1, 18446744073709551615])",
		"(grid = [[(i8 = 1), ()], [], [(text = \"x\")]])",
		"(flags = [true, false, true], floats = [1.5, inf], enums = [high, low])",
	};
	static char before[sizeof(shown)];
	static char after[sizeof(shown)];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct capnp_reader reader;
		struct capnp_struct root = parse(&reader, texts[i]);
		struct capnp_builder builder;

		show(root, before);
		capnp_builder_init(&builder, copy_words, sizeof(copy_words));
		copy_struct(root, capnp_dynamic_new(&builder, &all_schema));
		assert_false(capnp_builder_failed(&builder));
		capnp_reader_init(&reader, copy_words,
				  capnp_builder_size_bytes(&builder));
		assert_true(capnp_read_root(&reader, &root));
		show(root, after);
		assert_string_equal(before, after);
		assert_false(capnp_reader_failed(&reader));
	}
}

/* A message of @field of @from, set from the value as it is read. */
static struct capnp_struct copy_one(struct capnp_reader *reader, struct capnp_struct from,
				    const struct capnp_field_info *field)
{
	struct capnp_value value = capnp_dynamic_get(from, field);
	struct capnp_builder builder;
	struct capnp_struct root;

	capnp_builder_init(&builder, copy_words, sizeof(copy_words));
	assert_int_equal(capnp_dynamic_set(capnp_dynamic_new(&builder, &all_schema),
					   field, &value),
			 CAPNP_DYNAMIC_OK);
	capnp_reader_init(reader, copy_words, capnp_builder_size_bytes(&builder));
	assert_true(capnp_read_root(reader, &root));
	return root;
}

static void lists_structs_and_groups_are_set_as_values(void **state)
{
	static const struct {
		const char *text;
		const char *field;
	} cases[] = {
		{ "(child = (i8 = 1, texts = [\"a\"], child = ()))", "child" },
		{ "(bytes = [1, 2])", "bytes" },
		{ "(rows = [[1], []])", "rows" },
		{ "(children = [(i8 = 1), (text = \"x\")])", "children" },
		{ "(grid = [[(i8 = 1)]])", "grid" },
		{ "(texts = [\"a\"])", "texts" },
		{ "(caps = [@1, @2])", "caps" },
		{ "(group = (deep = 5, inner = (name = \"n\")))", "group" },
		{ "(voids = [void])", "voids" },
		{ "()", "child" },
		{ "()", "bytes" },
	};
	static char before[sizeof(shown)];
	static char after[sizeof(shown)];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct capnp_reader reader;
		struct capnp_struct root = parse(&reader, cases[i].text);

		show(root, before);
		root = copy_one(&reader, root, field_of(cases[i].field));
		show(root, after);
		assert_string_equal(before, after);
		assert_false(capnp_reader_failed(&reader));
	}
}

static void elements_are_set_as_values(void **state)
{
	static const char *const lists[] = { "rows", "children", "grid", "texts" };
	static char before[sizeof(shown)];
	static char after[sizeof(shown)];
	struct capnp_reader reader;
	struct capnp_struct root = parse(
		&reader, "(rows = [[1]], children = [(i8 = 2)], grid = [[(i8 = 3)]], "
			 "texts = [\"4\"])");
	struct capnp_dynamic_builder copy;
	struct capnp_builder builder;

	(void)state;
	show(root, before);
	capnp_builder_init(&builder, copy_words, sizeof(copy_words));
	copy = capnp_dynamic_new(&builder, &all_schema);
	for (size_t i = 0; i < 4; i++) {
		const struct capnp_field_info *field = field_of(lists[i]);
		struct capnp_value value = capnp_dynamic_get(root, field);
		struct capnp_value element = capnp_dynamic_at(&value, 0);
		struct capnp_dynamic_list_builder list;

		assert_int_equal(capnp_dynamic_init_list(copy, field, 1, &list),
				 CAPNP_DYNAMIC_OK);
		assert_int_equal(capnp_dynamic_list_set(list, 0, &element),
				 CAPNP_DYNAMIC_OK);
	}
	capnp_reader_init(&reader, copy_words, capnp_builder_size_bytes(&builder));
	assert_true(capnp_read_root(&reader, &root));
	show(root, after);
	assert_string_equal(before, after);
}

static void any_pointer_takes_whatever_is_behind_a_pointer(void **state)
{
	static const char *const names[] = { "text", "data", "child", "bytes", "cap" };
	static const enum capnp_any_kind kinds[] = { CAPNP_ANY_LIST, CAPNP_ANY_LIST,
						     CAPNP_ANY_STRUCT, CAPNP_ANY_LIST,
						     CAPNP_ANY_CAP };
	const struct capnp_field_info *any = field_of("any");
	struct capnp_reader reader;
	struct capnp_struct root =
		parse(&reader, "(text = \"t\", data = \"d\", child = (), bytes = [1], "
			       "cap = @1)");

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct capnp_value value = capnp_dynamic_get(root, field_of(names[i]));
		struct capnp_builder builder;
		struct capnp_reader copy;
		struct capnp_struct s;

		capnp_builder_init(&builder, other_words, sizeof(other_words));
		assert_int_equal(
			capnp_dynamic_set(capnp_dynamic_new(&builder, &all_schema), any,
					  &value),
			CAPNP_DYNAMIC_OK);
		capnp_reader_init(&copy, other_words, capnp_builder_size_bytes(&builder));
		assert_true(capnp_read_root(&copy, &s));
		value = capnp_dynamic_get(s, any);
		assert_int_equal(capnp_any_kind(value.any), kinds[i]);
		s = copy_one(&copy, s, any); /* and from one any to another */
		assert_int_equal(capnp_any_kind(capnp_dynamic_get(s, any).any), kinds[i]);
	}
}

static void any_struct_and_any_list_take_nothing_else(void **state)
{
	static const struct capnp_field_info any_struct =
		FIELD("s", 0, { .kind = CAPNP_KIND_ANY_STRUCT });
	static const struct capnp_field_info any_list =
		FIELD("l", 0, { .kind = CAPNP_KIND_ANY_LIST });
	struct capnp_reader reader;
	struct capnp_struct root = parse(&reader, "(child = (), bytes = [1])");
	struct capnp_value structure = capnp_dynamic_get(root, field_of("child"));
	struct capnp_value list = capnp_dynamic_get(root, field_of("bytes"));
	struct capnp_value null = capnp_dynamic_get(root, field_of("any"));
	struct capnp_dynamic_builder copy;
	struct capnp_builder builder;

	(void)state;
	capnp_builder_init(&builder, copy_words, sizeof(copy_words));
	copy = capnp_dynamic_new(&builder, &all_schema);
	assert_int_equal(capnp_dynamic_set(copy, &any_struct, &structure),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_set(copy, &any_struct, &list), CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(copy, &any_list, &list), CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_set(copy, &any_list, &structure),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(copy, &any_list, &null), CAPNP_DYNAMIC_OK);
	list.type = &any_list.type;
	list.any = capnp_get_any(root, field_of("bytes")->offset);
	assert_int_equal(capnp_dynamic_set(copy, &any_list, &list), CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_set(copy, &any_struct, &list), CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(copy, field_of("bytes"), &structure),
			 CAPNP_DYNAMIC_KIND);
}

static void what_cannot_be_copied_is_told_apart(void **state)
{
	/* A root of one pointer, to a struct that is not there. */
	static const uint64_t message[] = { UINT64_C(1) << 48,
					    UINT64_C(5) << 32 | UINT64_C(1) << 48 };
	static const struct capnp_field_info field =
		FIELD("any", 0, { .kind = CAPNP_KIND_ANY_POINTER });
	struct capnp_reader reader;
	struct capnp_struct root = parse(&reader, "(text = \"long enough\", child = ())");
	struct capnp_value value = capnp_dynamic_get(root, field_of("child"));
	struct capnp_builder builder;

	(void)state;
	capnp_builder_init(&builder, copy_words, 30 * 8);
	assert_int_equal(capnp_dynamic_set(capnp_dynamic_new(&builder, &all_schema),
					   field_of("child"), &value),
			 CAPNP_DYNAMIC_NO_ROOM);
	capnp_reader_init(&reader, message, sizeof(message));
	assert_true(capnp_read_root(&reader, &root));
	value = capnp_dynamic_get(root, &field);
	capnp_builder_init(&builder, copy_words, sizeof(copy_words));
	assert_int_equal(capnp_dynamic_set(capnp_dynamic_new(&builder, &all_schema),
					   field_of("any"), &value),
			 CAPNP_DYNAMIC_SOURCE);
}

static void absent_elements_read_as_zero(void **state)
{
	static const char *const lists[] = { "bytes",    "rows", "texts", "blobs",
					     "children", "caps", "voids", "flags",
					     "floats",   "enums" };
	struct capnp_reader reader;
	struct capnp_struct root = parse(&reader, "()");

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct capnp_value list = capnp_dynamic_get(root, field_of(lists[i]));
		struct capnp_value element = capnp_dynamic_at(&list, 3);

		assert_int_equal(list.list.count, 0);
		assert_ptr_equal(element.type, list.type->element);
		if (element.type->kind == CAPNP_KIND_INTERFACE)
			assert_int_equal(element.cap, CAPNP_NO_CAP);
		else if (element.type->kind == CAPNP_KIND_TEXT)
			assert_int_equal(element.text.size, 0);
		else if (element.type->kind == CAPNP_KIND_DATA)
			assert_int_equal(element.data.size, 0);
		else
			assert_true(element.natural == 0);
	}
}

/* A struct of one word, 5; a list of the bytes 1, 2, 3. */
static const uint64_t struct_words[] = { UINT64_C(1) << 32, 5 };
static const uint64_t list_words[] = { UINT64_C(3) << 35 | UINT64_C(2) << 32 | 1,
				       0x030201 };
static const struct capnp_reader struct_default = CAPNP_CONSTANT_MESSAGE(struct_words);
static const struct capnp_reader list_default = CAPNP_CONSTANT_MESSAGE(list_words);

static const struct capnp_type_info byte_type = { .kind = CAPNP_KIND_UINT8 };
static const struct capnp_field_info number_fields[] = {
	FIELD("number", 0, { .kind = CAPNP_KIND_UINT64 }),
};
static const struct capnp_struct_info number_schema = {
	.name = "Number",
	.data_words = 1,
	.fields = number_fields,
	.field_count = 1,
};

/* A field of @type behind pointer 0, with a default. */
static struct capnp_field_info with_default(struct capnp_type_info type,
					    const struct capnp_reader *message)
{
	return (struct capnp_field_info){ .name = "field",
					  .discriminant_value = CAPNP_NO_DISCRIMINANT,
					  .type = type,
					  .default_message = message };
}

static void absent_pointers_have_the_schemas_default(void **state)
{
	const struct capnp_struct none = { 0 };
	const struct capnp_type_info number = { .kind = CAPNP_KIND_STRUCT,
						.structure = &number_schema };
	const struct capnp_type_info bytes = { .kind = CAPNP_KIND_LIST,
					       .element = &byte_type };
	const struct capnp_type_info data = { .kind = CAPNP_KIND_DATA };
	const struct capnp_type_info any = { .kind = CAPNP_KIND_ANY_POINTER };
	struct capnp_field_info field = with_default(number, &struct_default);
	struct capnp_value value = capnp_dynamic_get(none, &field);

	(void)state;
	assert_true(capnp_dynamic_get(value.structure, &number_fields[0]).natural == 5);
	field = with_default(bytes, &list_default);
	value = capnp_dynamic_get(none, &field);
	assert_int_equal(value.list.count, 3);
	assert_int_equal(capnp_dynamic_at(&value, 2).natural, 3);
	field = with_default(data, &list_default);
	value = capnp_dynamic_get(none, &field);
	assert_int_equal(value.data.size, 3);
	assert_int_equal(value.data.bytes[1], 2);
	field = with_default(any, &struct_default);
	value = capnp_dynamic_get(none, &field);
	assert_int_equal(capnp_any_kind(value.any), CAPNP_ANY_STRUCT);
	field = with_default(any, nullptr);
	value = capnp_dynamic_get(none, &field);
	assert_int_equal(capnp_any_kind(value.any), CAPNP_ANY_NULL);
}

static void given_pointers_are_not_the_default(void **state)
{
	/* A root with one pointer, to a struct of one word, 6. */
	static const uint64_t message[] = { UINT64_C(1) << 48, UINT64_C(1) << 32, 6 };
	struct capnp_field_info field =
		with_default((struct capnp_type_info){ .kind = CAPNP_KIND_STRUCT,
						       .structure = &number_schema },
			     &struct_default);
	struct capnp_value value;
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	capnp_reader_init(&reader, message, sizeof(message));
	assert_true(capnp_read_root(&reader, &root));
	value = capnp_dynamic_get(root, &field);
	assert_true(capnp_dynamic_get(value.structure, &number_fields[0]).natural == 6);
	field.type = (struct capnp_type_info){ .kind = CAPNP_KIND_ANY_STRUCT };
	value = capnp_dynamic_get(root, &field);
	assert_true(capnp_get_u64(capnp_any_struct(value.any), 0, 0) == 6);
}

static void elements_of_any_kind_are_found_as_they_are(void **state)
{
	/* A root with one pointer, to a list of a struct, a list and a null. */
	static const uint64_t message[] = {
		UINT64_C(1) << 48,
		1 | UINT64_C(6) << 32 | UINT64_C(3) << 35,
		2 << 2 | UINT64_C(1) << 32,
		2 << 2 | 1 | UINT64_C(2) << 32 | UINT64_C(1) << 35,
		0,
		6,
		0xff,
	};
	static const struct capnp_type_info any_type = { .kind = CAPNP_KIND_ANY_POINTER };
	const struct capnp_field_info field =
		FIELD("list", 0, { .kind = CAPNP_KIND_LIST, .element = &any_type });
	struct capnp_value list;
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	capnp_reader_init(&reader, message, sizeof(message));
	assert_true(capnp_read_root(&reader, &root));
	list = capnp_dynamic_get(root, &field);
	assert_int_equal(list.list.count, 3);
	assert_int_equal(capnp_any_kind(capnp_dynamic_at(&list, 0).any),
			 CAPNP_ANY_STRUCT);
	assert_int_equal(capnp_any_data(capnp_dynamic_at(&list, 1).any).size, 1);
	assert_int_equal(capnp_any_kind(capnp_dynamic_at(&list, 2).any), CAPNP_ANY_NULL);
	assert_int_equal(capnp_any_kind(capnp_dynamic_at(&list, 3).any), CAPNP_ANY_NULL);
	assert_false(capnp_reader_failed(&reader));
}

static void methods_are_found_in_superclasses(void **state)
{
	static const struct capnp_method_info root_methods[] = { { .name = "start" },
								 { .name = "stop" } };
	static const struct capnp_interface_info root = { .methods = root_methods,
							  .method_count = 2 };
	static const struct capnp_interface_info empty = { .name = "Empty" };
	static const struct capnp_interface_info *const roots[] = { &empty, &root };
	static const struct capnp_method_info methods[] = { { .name = "go" },
							    { .name = "start" } };
	static const struct capnp_interface_info derived = { .methods = methods,
							     .method_count = 2,
							     .superclasses = roots,
							     .superclass_count = 2 };

	(void)state;
	assert_ptr_equal(capnp_find_method(&derived, text_of("go")), &methods[0]);
	assert_ptr_equal(capnp_find_method(&derived, text_of("start")), &methods[1]);
	assert_ptr_equal(capnp_find_method(&derived, text_of("stop")), &root_methods[1]);
	assert_null(capnp_find_method(&derived, text_of("sto")));
	assert_string_equal(capnp_find_method_nearest(&derived, text_of("stpo")), "stop");
	assert_null(capnp_find_method_nearest(&empty, text_of("x")));
}

static void the_nearest_names_are_found(void **state)
{
	static const struct capnp_struct_info nothing = { .name = "Nothing" };

	(void)state;
	assert_string_equal(capnp_find_field_nearest(&all_schema, text_of("txet")),
			    "text");
	assert_null(capnp_find_field_nearest(&nothing, text_of("x")));
	assert_string_equal(capnp_find_enumerant_nearest(&level_schema, text_of("hig")),
			    "high");
	assert_null(capnp_find_enumerant_nearest(&empty_schema, text_of("x")));
}

static void room_for_bytes_is_given_to_text_and_data_only(void **state)
{
	struct capnp_dynamic_list_builder list;
	struct capnp_dynamic_builder root;
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct s;
	char *out;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	root = capnp_dynamic_new(&builder, &all_schema);
	assert_int_equal(capnp_dynamic_init_bytes(root, field_of("label"), 2, &out),
			 CAPNP_DYNAMIC_OK);
	out[0] = 'h';
	out[1] = 'i';
	assert_int_equal(capnp_dynamic_init_bytes(root, field_of("i8"), 2, &out),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_init_list(root, field_of("bytes"), 1, &list),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_init_bytes(list, 0, 1, &out),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_init_list(root, field_of("blobs"), 1, &list),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_init_bytes(list, 1, 1, &out),
			 CAPNP_DYNAMIC_INDEX);
	assert_int_equal(capnp_dynamic_list_init_bytes(list, 0, WORDS * 8, &out),
			 CAPNP_DYNAMIC_NO_ROOM);
	capnp_reader_init(&reader, words, capnp_builder_size_bytes(&builder));
	assert_true(capnp_read_root(&reader, &s));
	assert_true(capnp_field_is_active(s, &all_schema, field_of("label")));
	assert_true(
		capnp_text_equals(capnp_dynamic_get(s, field_of("label")).text, "hi"));
}

static void values_of_another_kind_are_refused(void **state)
{
	const struct capnp_value number = { .type = &types[CAPNP_KIND_UINT64] };
	const struct capnp_value wide = { .type = &types[CAPNP_KIND_FLOAT32],
					  .float_bits = UINT64_C(1) << 32 };
	struct capnp_dynamic_list_builder list;
	struct capnp_dynamic_builder root;
	struct capnp_builder builder;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	root = capnp_dynamic_new(&builder, &all_schema);
	assert_int_equal(capnp_dynamic_set(root, field_of("f32"), &wide),
			 CAPNP_DYNAMIC_RANGE);
	assert_int_equal(capnp_dynamic_set(root, field_of("group"), &number),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_set(root, field_of("text"), &number),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_init_list(root, field_of("texts"), 1, &list),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_set(list, 0, &number), CAPNP_DYNAMIC_KIND);
}

static void lists_are_started_in_lists_only(void **state)
{
	struct capnp_dynamic_list_builder list;
	struct capnp_dynamic_list_builder inner;
	struct capnp_dynamic_builder root;
	struct capnp_dynamic_builder element;
	struct capnp_builder builder;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	root = capnp_dynamic_new(&builder, &all_schema);
	assert_int_equal(capnp_dynamic_init_list(root, field_of("rows"), 1, &list),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_init_list(list, 1, 1, &inner),
			 CAPNP_DYNAMIC_INDEX);
	assert_int_equal(capnp_dynamic_list_struct(list, 0, &element),
			 CAPNP_DYNAMIC_KIND);
	assert_int_equal(capnp_dynamic_init_list(root, field_of("children"), 1, &list),
			 CAPNP_DYNAMIC_OK);
	assert_int_equal(capnp_dynamic_list_struct(list, 1, &element),
			 CAPNP_DYNAMIC_INDEX);
	assert_int_equal(capnp_dynamic_list_init_list(list, 0, 1, &inner),
			 CAPNP_DYNAMIC_KIND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read_and_written),
		cmocka_unit_test(lists_structs_and_groups_are_set_as_values),
		cmocka_unit_test(elements_are_set_as_values),
		cmocka_unit_test(any_pointer_takes_whatever_is_behind_a_pointer),
		cmocka_unit_test(any_struct_and_any_list_take_nothing_else),
		cmocka_unit_test(what_cannot_be_copied_is_told_apart),
		cmocka_unit_test(absent_elements_read_as_zero),
		cmocka_unit_test(absent_pointers_have_the_schemas_default),
		cmocka_unit_test(given_pointers_are_not_the_default),
		cmocka_unit_test(elements_of_any_kind_are_found_as_they_are),
		cmocka_unit_test(methods_are_found_in_superclasses),
		cmocka_unit_test(the_nearest_names_are_found),
		cmocka_unit_test(room_for_bytes_is_given_to_text_and_data_only),
		cmocka_unit_test(values_of_another_kind_are_refused),
		cmocka_unit_test(lists_are_started_in_lists_only),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * render_test.c - one case per promise of render.h; messages of every type are printed and
 * compared in tests/schema/.
 */
// TEST-LINK: core/capnp/dynamic.c @core
// TEST-LINK: core/capnp/decimal.c core/capnp/render.c
#include "core/capnp/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char shown[4096];
static size_t shown_size;

static void collect(void *context, const char *bytes, size_t size)
{
	(void)context;
	assert_true(shown_size + size < sizeof(shown));
	memcpy(shown + shown_size, bytes, size);
	shown_size += size;
	shown[shown_size] = '\0';
}

static const char *render_as(const struct capnp_render_options *options,
			     const struct capnp_value *value)
{
	const struct capnp_sink sink = { collect, nullptr };

	shown_size = 0;
	shown[0] = '\0';
	capnp_render_value(&sink, options, value);
	return shown;
}

static const char *render(const struct capnp_value *value)
{
	return render_as(nullptr, value);
}

static void text_cannot_drive_the_terminal(void **state)
{
	static const struct capnp_render_options safe = { .terminal_safe = true };
	static const struct capnp_type_info type = { .kind = CAPNP_KIND_TEXT };
	char bytes[256];
	const struct capnp_value value = { .type = &type,
					   .text = { bytes, sizeof(bytes) } };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	render_as(&safe, &value);
	for (size_t i = 0; i < shown_size; i++)
		assert_true(shown[i] >= 0x20 && shown[i] < 0x7f);
	assert_non_null(strstr(shown, "\"\\000\\001"));
	assert_non_null(strstr(shown, "\\a\\b\\t\\n\\v\\f\\r"));
	assert_non_null(strstr(shown, "\\033"));
	assert_non_null(strstr(shown, "\\\"#$%&\\'("));
	assert_non_null(strstr(shown, "~\\177\\200"));
	assert_non_null(strstr(shown, "\\377\""));
	render(&value);
	assert_non_null(strstr(shown, "~\\177\x80\x81"));
}

static void data_is_quoted_or_hexadecimal(void **state)
{
	static const struct capnp_render_options as_hex = { .data_as_hex = true };
	static const struct capnp_type_info type = { .kind = CAPNP_KIND_DATA };
	uint8_t bytes[100] = { 0x00, 0xff, 'A' };
	struct capnp_value value = { .type = &type, .data = { bytes, 3 } };

	(void)state;
	assert_string_equal(render(&value), "\"\\000\\377A\"");
	assert_string_equal(render_as(&as_hex, &value), "0x\"00ff41\"");
	value.data.size = sizeof(bytes);
	assert_int_equal(strlen(render_as(&as_hex, &value)), 4 + 200);
	value.data.size = 0; /* what 0x"" is the reference refuses to say */
	assert_string_equal(render_as(&as_hex, &value), "\"\"");
}

static void name_cap(void *context, const struct capnp_sink *sink, uint32_t cap,
		     const struct capnp_interface_info *interface)
{
	assert_ptr_equal(context, shown);
	assert_true(cap == CAPNP_NO_CAP || (cap == 4 && interface));
	sink->write(sink->context, cap == 4 ? "@four" : "null", cap == 4 ? 5 : 4);
}

static void capabilities_are_external_or_named_by_the_hook(void **state)
{
	static const struct capnp_render_options named = { .write_cap = name_cap,
							   .context = shown };
	static const struct capnp_interface_info timer = { .name = "Timer" };
	static const struct capnp_type_info timer_type = { .kind = CAPNP_KIND_INTERFACE,
							   .interface_ = &timer };
	static const struct capnp_type_info cap_type = { .kind = CAPNP_KIND_INTERFACE };
	struct capnp_value value = { .type = &timer_type, .cap = 4 };

	(void)state;
	assert_string_equal(render(&value), "<external capability>");
	assert_string_equal(render_as(&named, &value), "@four");
	value = (struct capnp_value){ .type = &cap_type, .cap = CAPNP_NO_CAP };
	assert_string_equal(render(&value), "<opaque pointer>");
	assert_string_equal(render_as(&named, &value), "null");
}

static void what_no_schema_describes_is_opaque(void **state)
{
	static const struct capnp_type_info types[] = {
		{ .kind = CAPNP_KIND_ANY_POINTER },
		{ .kind = CAPNP_KIND_ANY_STRUCT },
		{ .kind = CAPNP_KIND_ANY_LIST },
	};
	struct capnp_value value = { 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		value.type = &types[i];
		assert_string_equal(render(&value), "<opaque pointer>");
	}
}

static void floats_have_8_digits_or_are_exact(void **state)
{
	static const struct capnp_render_options exact = { .exact_floats = true };
	static const struct capnp_type_info type = { .kind = CAPNP_KIND_FLOAT32 };
	const struct capnp_value value = { .type = &type, .float_bits = 0x1978daec };

	(void)state;
	assert_string_equal(render(&value), "1.286551e-23");
	assert_string_equal(render_as(&exact, &value), "1.28655104e-23");
}

static void unknown_enum_numbers_are_in_parentheses(void **state)
{
	static const struct capnp_enumerant_info enumerants[] = { { "one", "" } };
	static const struct capnp_enum_info info = { .enumerants = enumerants,
						     .enumerant_count = 1 };
	static const struct capnp_type_info type = { .kind = CAPNP_KIND_ENUM,
						     .enumeration = &info };
	struct capnp_value value = { .type = &type };

	(void)state;
	assert_string_equal(render(&value), "one");
	value.natural = 65535;
	assert_string_equal(render(&value), "(65535)");
}

static const char *type_text(const struct capnp_type_info *type)
{
	const struct capnp_sink sink = { collect, nullptr };

	shown_size = 0;
	capnp_render_type(&sink, type);
	return shown;
}

static void types_are_spelled_as_in_the_schema(void **state)
{
	static const struct capnp_interface_info timer = { .name = "Timer" };
	static const struct capnp_struct_info point = { .name = "Point" };
	static const struct capnp_enum_info color = { .name = "Color" };
	static const struct capnp_type_info types[] = {
		{ .kind = CAPNP_KIND_UINT64 },
		{ .kind = CAPNP_KIND_INTERFACE },
		{ .kind = CAPNP_KIND_INTERFACE, .interface_ = &timer },
		{ .kind = CAPNP_KIND_STRUCT, .structure = &point },
		{ .kind = CAPNP_KIND_ENUM, .enumeration = &color },
		{ .kind = CAPNP_KIND_LIST, .element = &types[3] },
		{ .kind = CAPNP_KIND_LIST, .element = &types[5] },
		{ .kind = CAPNP_KIND_ANY_LIST },
	};
	static const char *const texts[] = {
		"UInt64",      "Capability",        "Timer",   "Point", "Color",
		"List(Point)", "List(List(Point))", "AnyList",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_string_equal(type_text(&types[i]), texts[i]);
}

/* Three texts and a number: how long they are decides about lines. */
static const struct capnp_type_info text_type = { .kind = CAPNP_KIND_TEXT };
static const struct capnp_field_info line_fields[] = {
	{ .name = "a",
	  .discriminant_value = CAPNP_NO_DISCRIMINANT,
	  .type = { .kind = CAPNP_KIND_TEXT } },
	{ .name = "b",
	  .discriminant_value = CAPNP_NO_DISCRIMINANT,
	  .offset = 1,
	  .type = { .kind = CAPNP_KIND_TEXT } },
	{ .name = "list",
	  .discriminant_value = CAPNP_NO_DISCRIMINANT,
	  .offset = 2,
	  .type = { .kind = CAPNP_KIND_LIST, .element = &text_type } },
	{ .name = "first",
	  .discriminant_value = 0,
	  .offset = 3,
	  .type = { .kind = CAPNP_KIND_TEXT } },
	{ .name = "second",
	  .discriminant_value = 1,
	  .offset = 3,
	  .type = { .kind = CAPNP_KIND_TEXT },
	  .default_text = "of second" },
};
static const struct capnp_struct_info line_info = {
	.name = "Line",
	.data_words = 1,
	.pointers = 4,
	.fields = line_fields,
	.field_count = 5,
	.discriminant_count = 2,
};

static uint64_t line_words[128];

/* @b bytes of b, and @list_count texts of @element bytes. */
static const char *render_line(uint32_t b, uint32_t list_count, uint32_t element,
			       bool second)
{
	static const struct capnp_render_options pretty = {
		.format = CAPNP_RENDER_PRETTY,
	};
	static const char letters[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	const struct capnp_sink sink = { collect, nullptr };
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder root;
	struct capnp_list_builder list;
	struct capnp_struct s;

	capnp_builder_init(&builder, line_words, sizeof(line_words));
	root = capnp_build_root(&builder, 1, 4);
	capnp_set_u16(root, 0, second);
	capnp_set_text(root, 1, letters, 18);
	capnp_set_text(root, 2, letters, b);
	if (list_count != 0) {
		list = capnp_init_list(root, 3, CAPNP_ELEMENT_POINTER, list_count);
		for (uint32_t i = 0; i < list_count; i++)
			capnp_list_set_text(list, i, letters, element);
	}
	capnp_reader_init(&reader, line_words, capnp_builder_size_bytes(&builder));
	assert_true(capnp_read_root(&reader, &s));
	shown_size = 0;
	capnp_render_struct(&sink, &pretty, s, &line_info);
	assert_false(capnp_reader_failed(&reader));
	return shown;
}

static void what_fits_24_bytes_stays_in_its_line(void **state)
{
	(void)state;
	assert_string_equal(render_line(18, 0, 0, false),
			    "(a = \"xxxxxxxxxxxxxxxxxx\", b = \"xxxxxxxxxxxxxxxxxx\")");
	assert_string_equal(render_line(19, 0, 0, false),
			    "( a = \"xxxxxxxxxxxxxxxxxx\",\n"
			    "  b = \"xxxxxxxxxxxxxxxxxxx\" )");
	/* 24 + 24 + 16 are 64, one more is too much. */
	assert_string_equal(render_line(18, 1, 5, false),
			    "(a = \"xxxxxxxxxxxxxxxxxx\", b = \"xxxxxxxxxxxxxxxxxx\", "
			    "list = [\"xxxxx\"])");
	assert_string_equal(render_line(18, 1, 6, false),
			    "( a = \"xxxxxxxxxxxxxxxxxx\",\n"
			    "  b = \"xxxxxxxxxxxxxxxxxx\",\n"
			    "  list = [\"xxxxxx\"] )");
	assert_string_equal(render_line(1, 2, 23, false),
			    "( a = \"xxxxxxxxxxxxxxxxxx\",\n"
			    "  b = \"x\",\n"
			    "  list = [\n"
			    "    \"xxxxxxxxxxxxxxxxxxxxxxx\",\n"
			    "    \"xxxxxxxxxxxxxxxxxxxxxxx\" ] )");
}

static void the_chosen_member_is_shown_with_its_default(void **state)
{
	(void)state;
	assert_null(strstr(render_line(1, 0, 0, false), "first"));
	assert_non_null(strstr(render_line(1, 0, 0, true), "second = \"of second\")"));
}

static void a_value_behind_its_name_is_indented(void **state)
{
	static const struct capnp_render_options options = {
		.format = CAPNP_RENDER_PRETTY,
		.indent = 1,
	};
	struct capnp_reader reader;
	struct capnp_value value = { .type = &line_fields[2].type };
	struct capnp_struct s;

	(void)state;
	render_line(1, 2, 23, false);
	capnp_reader_init(&reader, line_words, sizeof(line_words));
	assert_true(capnp_read_root(&reader, &s));
	value = capnp_dynamic_get(s, &line_fields[2]);
	assert_string_equal(render_as(&options, &value),
			    "[\n"
			    "    \"xxxxxxxxxxxxxxxxxxxxxxx\",\n"
			    "    \"xxxxxxxxxxxxxxxxxxxxxxx\" ]");
}

/* A type that contains itself. */
static const struct capnp_struct_info node_info;
static const struct capnp_field_info node_fields[] = {
	{ .name = "next",
	  .doc = "",
	  .discriminant_value = CAPNP_NO_DISCRIMINANT,
	  .type = { .kind = CAPNP_KIND_STRUCT, .structure = &node_info } },
};
static const struct capnp_struct_info node_info = {
	.name = "Node",
	.doc = "",
	.pointers = 1,
	.fields = node_fields,
	.field_count = 1,
};

/* A message that contains itself, too. */
static void recursion_ends_with_the_message(void **state)
{
	const uint64_t words[] = { UINT64_C(1) << 48, UINT64_C(1) << 48 | 0xfffffffc };
	const struct capnp_sink sink = { collect, nullptr };
	struct capnp_reader reader;
	struct capnp_struct root;

	(void)state;
	shown_size = 0;
	capnp_reader_init(&reader, words, sizeof(words));
	reader.traversal_words_left = UINT32_MAX;
	assert_true(capnp_read_root(&reader, &root));
	capnp_render_struct(&sink, nullptr, root, &node_info);
	assert_int_equal(reader.error, CAPNP_ERROR_DEPTH);
	assert_non_null(strstr(shown, "next = ()))"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_cannot_drive_the_terminal),
		cmocka_unit_test(data_is_quoted_or_hexadecimal),
		cmocka_unit_test(capabilities_are_external_or_named_by_the_hook),
		cmocka_unit_test(what_no_schema_describes_is_opaque),
		cmocka_unit_test(floats_have_8_digits_or_are_exact),
		cmocka_unit_test(unknown_enum_numbers_are_in_parentheses),
		cmocka_unit_test(types_are_spelled_as_in_the_schema),
		cmocka_unit_test(what_fits_24_bytes_stays_in_its_line),
		cmocka_unit_test(the_chosen_member_is_shown_with_its_default),
		cmocka_unit_test(a_value_behind_its_name_is_indented),
		cmocka_unit_test(recursion_ends_with_the_message),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * parse_test.c - one case per promise of parse.h, over a type made by hand; the same
 * texts are given to capnp encode in tests/schema/test_text.py.
 */
// TEST-LINK: core/capnp/parse.c core/capnp/parse_error.c @core
#include "core/capnp/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capnp_all.h"

static uint64_t words[8192];
static char shown[1 << 16];
static char *text_copy;

static void collect(void *context, const char *bytes, size_t size)
{
	(void)context;
	strncat(shown, bytes, size);
}

static const struct capnp_sink sink = { collect, nullptr };

/* A capability is called after its index: @c5. */
static bool find_cap(void *context, struct capnp_text name,
		     const struct capnp_interface_info *wanted, uint32_t *out_index)
{
	assert_ptr_equal(context, shown);
	if (name.size != 2 || name.bytes[0] != 'c')
		return false;
	*out_index = (uint32_t)(name.bytes[1] - '0');
	return !wanted || wanted->id == 7;
}

/* The text in memory of exactly its size, so that the sanitizer sees what is behind it. */
static struct capnp_parser parser_of(const char *string)
{
	struct capnp_parser parser;
	size_t size = strlen(string);

	free(text_copy);
	text_copy = malloc(size != 0 ? size : 1);
	memcpy(text_copy, string, size);
	capnp_parser_init(&parser, (struct capnp_text){ text_copy, (uint32_t)size });
	parser.find_cap = find_cap;
	parser.context = shown;
	shown[0] = '\0';
	return parser;
}

static int teardown(void **state)
{
	(void)state;
	free(text_copy);
	text_copy = nullptr;
	return 0;
}

static void show_cap(void *context, const struct capnp_sink *to, uint32_t cap,
		     const struct capnp_interface_info *interface)
{
	char name[16];
	int size = cap == CAPNP_NO_CAP
			   ? snprintf(name, sizeof(name), "null")
			   : snprintf(name, sizeof(name), "@c%u", (unsigned)cap);

	(void)context;
	(void)interface;
	to->write(to->context, name, (size_t)size);
}

/* Only the fields that differ from a message without any. */
static const char *show(const struct capnp_builder *builder)
{
	static const struct capnp_render_options options = { .write_cap = show_cap };
	struct capnp_reader reader;
	struct capnp_struct root;

	capnp_reader_init(&reader, words, capnp_builder_size_bytes(builder));
	assert_true(capnp_read_root(&reader, &root));
	shown[0] = '\0';
	for (size_t i = 0; i < all_schema.field_count; i++) {
		const struct capnp_field_info *field = &all_fields[i];
		struct capnp_value value = capnp_dynamic_get(root, field);

		if (field->kind == CAPNP_FIELD_GROUP ? capnp_get_u8(root, 40, 0) == 0
		    : capnp_kind_is_pointer(field->type.kind)
			    ? !capnp_has(root, field->offset)
			    : value.natural == 0)
			continue;
		if (!capnp_field_is_active(root, &all_schema, field))
			continue;
		strcat(strcat(strcat(shown, *shown ? ", " : ""), field->name), " = ");
		capnp_render_value(&sink, &options, &value);
	}
	assert_false(capnp_reader_failed(&reader));
	return shown;
}

/* What the text says, by show(). */
static const char *parsed(const char *string)
{
	struct capnp_parser parser = parser_of(string);
	struct capnp_builder builder;

	capnp_builder_init(&builder, words, sizeof(words));
	if (!capnp_parse_message(&parser, &all_schema, &builder)) {
		capnp_parse_write_error(&sink, &parser.error, "field");
		fail_msg("%s: %s", string, shown);
	}
	return show(&builder);
}

/* Why the text is refused, with its place. */
static const char *refused(const char *string)
{
	static char message[1024];
	struct capnp_parser parser = parser_of(string);
	struct capnp_builder builder;

	capnp_builder_init(&builder, words, sizeof(words));
	assert_false(capnp_parse_message(&parser, &all_schema, &builder));
	capnp_parse_write_error(&sink, &parser.error, "field");
	snprintf(message, sizeof(message), "%u:%u: %s", (unsigned)parser.error.line,
		 (unsigned)parser.error.column, shown);
	return message;
}

static void values_of_every_type_are_read(void **state)
{
	(void)state;
	assert_string_equal(parsed("()"), "");
	assert_string_equal(
		parsed("(nothing = void, flag = true, i8 = -128, u16 = 0xffff)"),
		"flag = true, i8 = -128, u16 = 65535");
	assert_string_equal(
		parsed("(i64 = -9223372036854775808, u64 = 18446744073709551615)"),
		"i64 = -9223372036854775808, u64 = 18446744073709551615");
	assert_string_equal(parsed("(i64 = - 017, u64 = +1_000)"),
			    "i64 = -15, u64 = 1000");
	assert_string_equal(parsed("(i64 = -0x10, u64 = 0b11)"), "i64 = -16, u64 = 3");
	assert_string_equal(parsed("(level = high)"), "level = high");
	assert_string_equal(parsed("(text = \"a\\n\" \"b\", data = \"\\xff\")"),
			    "text = \"a\\nb\", data = \"\\377\"");
	assert_string_equal(parsed("(data = 0x\"41 42\", text = \"\")"),
			    "text = \"\", data = \"AB\"");
	assert_string_equal(
		parsed("(bytes = [1, -2,], rows = [[], [3]], flags = [true])"),
		"bytes = [1, -2], rows = [[], [3]], flags = [true]");
	assert_string_equal(parsed("(texts = [\"a\", \"\"], blobs = [0x\"00\"])"),
			    "texts = [\"a\", \"\"], blobs = [\"\\000\"]");
	assert_string_equal(parsed("(voids = [void, void], enums = [low, high])"),
			    "voids = [void, void], enums = [low, high]");
	assert_string_equal(parsed("(label = \"x\", group = (deep = 4))"),
			    "label = \"x\", group = (deep = 4, inner = ())");
}

static void floats_have_many_forms(void **state)
{
	(void)state;
	assert_string_equal(parsed("(f32 = -1.5, f64 = 1e-5)"),
			    "f32 = -1.5, f64 = 1e-05");
	assert_string_equal(parsed("(f32 = - 2, f64 = +2.5)"), "f32 = -2, f64 = 2.5");
	assert_string_equal(parsed("(f32 = inf, f64 = -inf)"), "f32 = inf, f64 = -inf");
	assert_string_equal(parsed("(f32 = nan, f64 = nan)"), "f32 = nan, f64 = nan");
	assert_string_equal(parsed("(f32 = -inf, f64 = inf)"), "f32 = -inf, f64 = inf");
	assert_string_equal(parsed("(f32 = 0x10, f64 = 010)"), "f32 = 16, f64 = 8");
	assert_string_equal(parsed("(f64 = 18446744073709551616)"),
			    "f64 = 1.8446744073709552e19");
	assert_string_equal(parsed("(floats = [1, 1e-400, -0])"), "floats = [1, 0, -0]");
}

static void structs_are_read_in_any_order_with_comments(void **state)
{
	(void)state;
	assert_string_equal(parsed("( # all ( of it\n u16 = 2,\n flag = true # no )\n)"),
			    "flag = true, u16 = 2");
	assert_string_equal(
		parsed("(children = [(), (i8 = 1)])"),
		"children = [(nothing = void, flag = false, i8 = 0, u16 = 0, i64 = 0, "
		"u64 = 0, f32 = 0, f64 = 0, level = low, empty = (0), number = void, "
		"group = (deep = 0, inner = ())), (nothing = void, flag = false, i8 = 1, "
		"u16 = 0, "
		"i64 = 0, u64 = 0, f32 = 0, f64 = 0, level = low, empty = (0), number = "
		"void, group = (deep = 0, inner = ()))]");
	assert_non_null(strstr(parsed("(child = (text = \"t\"))"), "child = ("));
}

static void capabilities_are_what_the_caller_finds(void **state)
{
	(void)state;
	assert_string_equal(
		parsed("(cap = @c3, timer = @c4 (Timer), caps = [@c1, null])"),
		"cap = @c3, timer = @c4, caps = [@c1, null]");
	assert_string_equal(parsed("(cap = null)"), "");
	assert_string_equal(refused("(cap = @x)"), "1:8: field cap: `@x` is refused");
	assert_string_equal(refused("(cap = @c1 (5))"),
			    "1:13: expected the name of an interface, found `5`");
	assert_string_equal(refused("(cap = @c1 (A b))"),
			    "1:15: expected `)`, found `b`");
	assert_string_equal(refused("(cap = 5)"),
			    "1:8: field cap: Capability is wanted (such "
			    "as @name), not `5`");
	assert_string_equal(refused("(timer = @)"),
			    "1:10: field timer: Timer is wanted (such "
			    "as @name), not `@`");
}

static void without_a_finder_no_capability_has_a_name(void **state)
{
	struct capnp_parser parser = parser_of("(cap = null)");
	struct capnp_builder builder;

	(void)state;
	parser.find_cap = nullptr;
	capnp_builder_init(&builder, words, sizeof(words));
	assert_false(capnp_parse_message(&parser, &all_schema, &builder));
	assert_int_equal(parser.error.problem, CAPNP_PARSE_KIND);
}

static void values_of_another_kind_are_refused(void **state)
{
	static const struct {
		const char *text;
		const char *problem;
	} cases[] = {
		{ "(nothing = true)",
		  "1:12: field nothing: Void is wanted (such as void), not `true`" },
		{ "(flag = 1)",
		  "1:9: field flag: Bool is wanted (such as true or false), not `1`" },
		{ "(i8 = x)", "1:7: field i8: Int8 is wanted (such as -42), not `x`" },
		{ "(i8 = --1)",
		  "1:7: field i8: Int8 is wanted (such as -42), not `--1`" },
		{ "(u16 = 1.5)",
		  "1:8: field u16: UInt16 is wanted (such as 42 or 0x2a), not `1.5`" },
		{ "(f32 = high)",
		  "1:8: field f32: Float32 is wanted (such as 2.5), not `high`" },
		{ "(f64 = 1.2.3)",
		  "1:8: field f64: Float64 is wanted (such as 2.5), not `1.2.3`" },
		{ "(f64 = --1)",
		  "1:8: field f64: Float64 is wanted (such as 2.5), not `--1`" },
		{ "(level = 1)",
		  "1:10: field level: Level is wanted (such as low), not `1`" },
		{ "(level = (5))",
		  "1:10: field level: Level is wanted (such as low), not `(5)`" },
		{ "(empty = 1)",
		  "1:10: field empty: Empty is wanted (such as nothing: it has "
		  "no names), not `1`" },
		{ "(text = 0x\"00\")",
		  "1:9: field text: Text is wanted (such as \"hello\"), not `0x\"00\"`" },
		{ "(data = [1])",
		  "1:9: field data: Data is wanted (such as 0x\"00 ff\" or "
		  "\"text\"), not `[1]`" },
		{ "(bytes = (a = 1))", "1:10: field bytes: List(Int8) is wanted (such as "
				       "[a, b]), not `(a = 1)`" },
		{ "(child = [])",
		  "1:10: field child: All is wanted (such as (name = value)), not `[]`" },
		{ "(any = ())",
		  "1:8: field any: AnyPointer is wanted (such as nothing: leave "
		  "it out), not `()`" },
		{ "(rows = [[x]])",
		  "1:11: field rows: Int8 is wanted (such as -42), not `x`" },
		{ "(text = "
		  "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm)",
		  "1:9: field text: Text is wanted (such as \"hello\"), not "
		  "`abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh...`" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(refused(cases[i].text), cases[i].problem);
}

static void numbers_that_do_not_fit_are_refused_with_the_range(void **state)
{
	(void)state;
	assert_string_equal(refused("(i8 = 128)"),
			    "1:7: field i8: 128 does not fit Int8 (-128 to 127)");
	assert_string_equal(refused("(u16 = -1)"),
			    "1:8: field u16: -1 does not fit UInt16 (0 to 65535)");
	assert_string_equal(refused("(i64 = -9223372036854775809)"),
			    "1:8: field i64: -9223372036854775809 does not fit Int64 "
			    "(-9223372036854775808 to 9223372036854775807)");
	assert_string_equal(
		refused("(u64 = 99999999999999999999)"),
		"1:8: field u64: 99999999999999999999 does not fit UInt64 (0 to "
		"18446744073709551615)");
	assert_string_equal(refused("(f32 = 1e39)"),
			    "1:8: field f32: 1e39 does not fit Float32");
	assert_string_equal(refused("(f64 = - 1e400)"),
			    "1:8: field f64: - 1e400 does not fit Float64");
}

static void unknown_names_are_refused_with_the_nearest(void **state)
{
	static const struct capnp_struct_info nothing = { .name = "Nothing" };
	struct capnp_parser parser = parser_of("(x = 1)");
	struct capnp_builder builder;

	(void)state;
	assert_string_equal(refused("(\n\n flga = true)"),
			    "3:2: no field `flga`; the nearest is flag");
	assert_string_equal(refused("(group = (dep = 1))"),
			    "1:11: no field `dep`; the nearest is deep");
	assert_string_equal(refused("(level = hihg)"),
			    "1:10: field level: Level has no value "
			    "`hihg`; the nearest is high");
	assert_string_equal(refused("(empty = x)"),
			    "1:10: field empty: Empty has no value `x`");
	parser = parser_of("(x = 1)");
	capnp_builder_init(&builder, words, sizeof(words));
	assert_false(capnp_parse_message(&parser, &nothing, &builder));
	capnp_parse_write_error(&sink, &parser.error, "thing");
	assert_string_equal(shown, "no thing `x`");
}

static void a_field_is_given_once_and_of_a_union_one(void **state)
{
	(void)state;
	assert_string_equal(refused("(flag = true, i8 = 1, flag = false)"),
			    "1:23: field flag: given twice");
	assert_string_equal(refused("(label = \"x\", i8 = 1, number = void)"),
			    "1:23: field number: excludes label; they are a union");
	assert_string_equal(refused("(label = \"x\", label = \"x\")"),
			    "1:15: field label: given twice");
	assert_string_equal(refused("(group = (deep = 1), group = (deep = 2))"),
			    "1:22: field group: given twice");
}

static void a_field_beyond_the_first_set_is_given_once_too(void **state)
{
	static struct capnp_field_info many[1100];
	static char names[1100][8];
	static const struct capnp_type_info void_type = { .kind = CAPNP_KIND_VOID };
	const struct capnp_struct_info info = { .name = "Many",
						.fields = many,
						.field_count = 1100 };
	struct capnp_parser parser = parser_of("(n3 = void, n1099 = void, n1099 = void)");
	struct capnp_builder builder;

	(void)state;
	for (int i = 0; i < 1100; i++) {
		snprintf(names[i], sizeof(names[i]), "n%d", i);
		many[i] = (struct capnp_field_info){
			.name = names[i],
			.discriminant_value = CAPNP_NO_DISCRIMINANT,
			.type = void_type,
		};
	}
	capnp_builder_init(&builder, words, sizeof(words));
	assert_false(capnp_parse_message(&parser, &info, &builder));
	assert_int_equal(parser.error.problem, CAPNP_PARSE_TWICE);
	assert_int_equal(parser.error.column, 27);
	parser = parser_of("(n3 = void, n515 = void, n1027 = void)");
	assert_true(capnp_parse_message(&parser, &info, &builder));
}

static void malformed_texts_are_refused_where_they_are(void **state)
{
	static const struct {
		const char *text;
		const char *problem;
	} cases[] = {
		{ "", "1:1: expected `(`, found the end" },
		{ "5", "1:1: expected `(`, found `5`" },
		{ "()()", "1:3: expected the end of the text, found `(`" },
		{ "(flag", "1:6: expected `=`, found the end" },
		{ "(flag =", "1:8: expected a value, found the end" },
		{ "(flag = )", "1:9: expected a value, found `)`" },
		{ "(flag = !)", "1:9: expected a value, found `!`" },
		{ "(text = \"a)", "1:9: expected a value, found `\"a)`" },
		{ "(child = (flag = [", "1:18: expected a value, found `[`" },
		{ "(flag = true i8 = 1)", "1:14: expected `,` or `)`, found `i8`" },
		{ "(bytes = [1 2])", "1:13: expected `,` or `]`, found `2`" },
		{ "(bytes = [,])", "1:11: expected a value, found `,`" },
		{ "(bytes = [1", "1:12: expected `,` or `]`, found the end" },
		{ "(5 = 1)", "1:2: expected the name of a field, found `5`" },
		{ "(text = \"\\q\")",
		  "1:9: expected escapes \\n \\\\ \\\" \\x1f \\33 and other "
		  "ones of C in a text, found `\"\\q\"`" },
		{ "(text = \"a\" \"\\x\")",
		  "1:13: expected escapes \\n \\\\ \\\" \\x1f \\33 and "
		  "other ones of C in a text, found `\"\\x\"`" },
		{ "(data = 0x\"0\")",
		  "1:9: expected pairs of hexadecimal digits in data, "
		  "found `0x\"0\"`" },
		{ "(\x1b[2J)", "1:2: expected the name of a field, found `?`" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(refused(cases[i].text), cases[i].problem);
}

static void nesting_is_bounded(void **state)
{
	char text[2048] = "(";
	const char *problem;

	(void)state;
	for (int i = 0; i < CAPNP_DEPTH_MAX; i++)
		strcat(text, "child = (");
	for (int i = 0; i <= CAPNP_DEPTH_MAX; i++)
		strcat(text, ")");
	(void)parsed(text);
	strcpy(text, "(");
	for (int i = 0; i <= CAPNP_DEPTH_MAX; i++)
		strcat(text, "child = (");
	problem = refused(text);
	assert_non_null(
		strstr(problem, ": too many lists and structs inside one another"));
}

/* At every size of the message: refused until it fits, and never beyond. */
static void what_does_not_fit_the_message_is_refused(void **state)
{
	static const char text[] =
		"(text = \"abcdefghijk\", texts = [\"x\"], blobs = [\"y\"], "
		"child = (data = \"z\"), children = [()], cap = @c1)";
	bool fits = false;

	(void)state;
	for (uint32_t size = 0; size <= 1024; size += 8) {
		struct capnp_parser parser = parser_of(text);
		struct capnp_builder builder;

		words[size / 8] = 0x5555;
		capnp_builder_init(&builder, words, size);
		fits = capnp_parse_message(&parser, &all_schema, &builder);
		assert_true(words[size / 8] == 0x5555);
		if (!fits)
			assert_int_equal(parser.error.problem, CAPNP_PARSE_NO_ROOM);
	}
	assert_true(fits);
	struct capnp_parser parser = parser_of("()");
	struct capnp_builder builder;

	capnp_builder_init(&builder, words, 8);
	assert_false(capnp_parse_message(&parser, &all_schema, &builder));
	capnp_parse_write_error(&sink, &parser.error, "field");
	assert_string_equal(shown, "the values do not fit one message");
}

static void several_structs_follow_one_another(void **state)
{
	struct capnp_parser parser = parser_of("(i8 = 1) (i8 = 2)");
	struct capnp_builder builder;

	(void)state;
	for (int i = 1; i <= 2; i++) {
		capnp_builder_init(&builder, words, sizeof(words));
		assert_true(capnp_parse_struct(&parser,
					       capnp_dynamic_new(&builder, &all_schema)));
		assert_string_equal(show(&builder), i == 1 ? "i8 = 1" : "i8 = 2");
	}
	assert_int_equal(capnp_lexer_peek(&parser.lexer).kind, CAPNP_TOKEN_END);
}

static void fields_are_read_without_parentheses(void **state)
{
	struct capnp_parser parser = parser_of("i8=1 texts=[\"a\"] level=high");
	struct capnp_builder builder;

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	assert_true(
		capnp_parse_fields(&parser, capnp_dynamic_new(&builder, &all_schema)));
	assert_string_equal(show(&builder), "i8 = 1, level = high, texts = [\"a\"]");
	parser = parser_of("i8=1 i8=2");
	assert_false(
		capnp_parse_fields(&parser, capnp_dynamic_new(&builder, &all_schema)));
	assert_int_equal(parser.error.problem, CAPNP_PARSE_TWICE);
	parser = parser_of("i8=1, u16=2");
	assert_false(
		capnp_parse_fields(&parser, capnp_dynamic_new(&builder, &all_schema)));
	assert_int_equal(parser.error.problem, CAPNP_PARSE_SYNTAX);
}

static void no_error_is_said_to_be_none(void **state)
{
	const struct capnp_parse_error error = { .problem = CAPNP_PARSE_OK };

	(void)state;
	shown[0] = '\0';
	capnp_parse_write_error(&sink, &error, "field");
	assert_string_equal(shown, "no error");
}

/* Seeded noise made of what texts are made of: parsed or refused in words, always inside. */
static void noise_is_refused_in_words(void **state)
{
	static const char *const pieces[] = {
		"(",      ")",           "[",     "]",    ",",     "=",     "flag",
		"i8",     "child",       "bytes", "rows", "texts", "\"t\"", "\"",
		"5",      "-",           "1e5",   "void", "true",  "high",  "0x\"00\"",
		"@c1",    "#",           "\n",    "any",  "label", "group", "deep",
		"(flag=", "children=[(", "\\",    "\xff",
	};
	char text[512];

	(void)state;
	srandom(11);
	for (int round = 0; round < 20000; round++) {
		struct capnp_parser parser;
		struct capnp_builder builder;

		strcpy(text, "(");
		for (long i = random() % 24; i >= 0; i--)
			strcat(text, pieces[(size_t)random() %
					    (sizeof(pieces) / sizeof(*pieces))]);
		parser = parser_of(text);
		capnp_builder_init(&builder, words, 512);
		if (capnp_parse_message(&parser, &all_schema, &builder))
			continue;
		capnp_parse_write_error(&sink, &parser.error, "field");
		assert_true(shown[0] != '\0' && parser.error.line >= 1);
		assert_true(parser.error.found.bytes + parser.error.found.size <=
			    text_copy + strlen(text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_every_type_are_read),
		cmocka_unit_test(floats_have_many_forms),
		cmocka_unit_test(structs_are_read_in_any_order_with_comments),
		cmocka_unit_test(capabilities_are_what_the_caller_finds),
		cmocka_unit_test(without_a_finder_no_capability_has_a_name),
		cmocka_unit_test(values_of_another_kind_are_refused),
		cmocka_unit_test(numbers_that_do_not_fit_are_refused_with_the_range),
		cmocka_unit_test(unknown_names_are_refused_with_the_nearest),
		cmocka_unit_test(a_field_is_given_once_and_of_a_union_one),
		cmocka_unit_test(a_field_beyond_the_first_set_is_given_once_too),
		cmocka_unit_test(malformed_texts_are_refused_where_they_are),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(what_does_not_fit_the_message_is_refused),
		cmocka_unit_test(several_structs_follow_one_another),
		cmocka_unit_test(fields_are_read_without_parentheses),
		cmocka_unit_test(no_error_is_said_to_be_none),
		cmocka_unit_test(noise_is_refused_in_words),
	};

	return cmocka_run_group_tests(tests, nullptr, teardown);
}

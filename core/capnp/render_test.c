/* SPDX-License-Identifier: MIT */
/*
 * render_test.c - one case per promise of render.h; messages of every type are printed and
 * compared in tests/schema/.
 */
// TEST-LINK: core/capnp/reader.c core/capnp/builder.c core/capnp/dynamic.c
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

static const char *render(const struct capnp_value *value)
{
	const struct capnp_sink sink = { collect, nullptr };

	shown_size = 0;
	shown[0] = '\0';
	capnp_render_value(&sink, value);
	return shown;
}

static void text_cannot_drive_the_terminal(void **state)
{
	static const struct capnp_type_info type = { .kind = CAPNP_KIND_TEXT };
	char bytes[256];
	const struct capnp_value value = { .type = &type,
					   .text = { bytes, sizeof(bytes) } };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	render(&value);
	for (size_t i = 0; i < shown_size; i++)
		assert_true(shown[i] >= 0x20 && shown[i] < 0x7f);
	assert_non_null(strstr(shown, "\\x1b"));
	assert_non_null(strstr(shown, "\\x00"));
	assert_non_null(strstr(shown, "\\t\\n"));
	assert_non_null(strstr(shown, "\\xff\""));
}

static void data_is_hexadecimal(void **state)
{
	static const struct capnp_type_info type = { .kind = CAPNP_KIND_DATA };
	uint8_t bytes[100] = { 0x00, 0xff };
	struct capnp_value value = { .type = &type, .data = { bytes, 3 } };

	(void)state;
	assert_string_equal(render(&value), "0x00ff00");
	value.data.size = sizeof(bytes);
	assert_int_equal(strlen(render(&value)), 2 + 200);
}

static void capabilities_and_absent_things_are_marked(void **state)
{
	static const struct capnp_struct_info info = { .name = "", .doc = "" };
	static const struct capnp_type_info cap_type = { .kind = CAPNP_KIND_INTERFACE };
	static const struct capnp_type_info any_type = { .kind = CAPNP_KIND_ANY_POINTER };
	static const struct capnp_type_info struct_type = { .kind = CAPNP_KIND_STRUCT,
							    .structure = &info };
	struct capnp_reader reader;
	struct capnp_value value = { .type = &cap_type, .cap = 4 };

	(void)state;
	assert_string_equal(render(&value), "<4>");
	value.cap = CAPNP_NO_CAP;
	assert_string_equal(render(&value), "null");
	value = (struct capnp_value){ .type = &any_type, .present = true };
	assert_string_equal(render(&value), "<pointer>");
	value = (struct capnp_value){ .type = &struct_type };
	assert_string_equal(render(&value), "null");
	capnp_reader_init(&reader, nullptr, 0);
	value.structure.message = &reader.segment;
	assert_string_equal(render(&value), "()");
}

static void unknown_enum_numbers_are_numbers(void **state)
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
	assert_string_equal(render(&value), "65535");
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
	capnp_render_struct(&sink, root, &node_info);
	assert_int_equal(reader.error, CAPNP_ERROR_DEPTH);
	assert_non_null(strstr(shown, "null))"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_cannot_drive_the_terminal),
		cmocka_unit_test(data_is_hexadecimal),
		cmocka_unit_test(capabilities_and_absent_things_are_marked),
		cmocka_unit_test(unknown_enum_numbers_are_numbers),
		cmocka_unit_test(recursion_ends_with_the_message),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

/* SPDX-License-Identifier: MIT */
/* builder_test.c - one case per promise of builder.h; results are read with reader.h. */
// TEST-LINK: core/capnp/reader.c core/capnp/builder.c
#include "core/capnp/builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 64 };

static const struct capnp_text none = { "", 0 };

/* A builder over memory that holds an older message, on the heap for the sanitizer. */
static void set_up(struct capnp_builder *builder, uint32_t words)
{
	size_t size_bytes = (size_t)words * 8;
	void *memory = malloc(size_bytes + 1);

	memset(memory, 0xa5, size_bytes);
	capnp_builder_init(builder, memory, (uint32_t)size_bytes);
}

static struct capnp_struct read_back(const struct capnp_builder *builder,
				     struct capnp_reader *reader)
{
	struct capnp_struct root;

	capnp_reader_init(reader, builder->words, capnp_builder_size_bytes(builder));
	assert_true(capnp_read_root(reader, &root));
	return root;
}

static void plain_fields_are_written_and_the_rest_is_zero(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder b;
	struct capnp_struct s;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 3, 1);
	capnp_set_u8(b, 0, 0x11);
	capnp_set_u16(b, 2, 0x2222);
	capnp_set_u32(b, 4, 0x33333333);
	capnp_set_u64(b, 8, UINT64_C(0x4444444444444444));
	capnp_set_bool(b, 130, true);
	capnp_set_bool(b, 131, true);
	capnp_set_bool(b, 131, false);
	s = read_back(&builder, &reader);
	assert_int_equal(capnp_get_u64(s, 0, 0), UINT64_C(0x3333333322220011));
	assert_int_equal(capnp_get_u64(s, 8, 0), UINT64_C(0x4444444444444444));
	assert_int_equal(capnp_get_u64(s, 16, 0), 4);
	assert_false(capnp_has(s, 0));
	assert_int_equal(capnp_builder_size_bytes(&builder), 5 * 8);
	free(builder.words);
}

static void text_data_and_caps_are_written(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder b;
	struct capnp_struct s;
	char *text;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 1, 5);
	capnp_set_text(b, 1, "hello, world", 12);
	capnp_set_data(b, 2, "\0\1", 2);
	capnp_set_cap(b, 3, 7);
	capnp_set_cap(b, 4, CAPNP_NO_CAP);
	text = capnp_init_text(b, 5, 8);
	memset(text, 'e', 8);
	s = read_back(&builder, &reader);
	assert_true(capnp_text_equals(capnp_get_text(s, 0, none), "hello, world"));
	assert_int_equal(capnp_get_data(s, 1).size, 2);
	assert_memory_equal(capnp_get_data(s, 1).bytes, "\0\1", 2);
	assert_int_equal(capnp_get_cap(s, 2), 7);
	assert_int_equal(capnp_get_cap(s, 3), CAPNP_NO_CAP);
	assert_true(capnp_text_equals(capnp_get_text(s, 4, none), "eeeeeeee"));
	assert_false(capnp_reader_failed(&reader));
	free(builder.words);
}

static void structs_without_words_are_there(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder b;
	struct capnp_struct s;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 0, 1);
	(void)capnp_init_struct(b, 0, 0, 0);
	s = read_back(&builder, &reader);
	assert_true(capnp_has(s, 0));
	assert_non_null(capnp_get_struct(s, 0).message);
	assert_false(capnp_reader_failed(&reader));
	free(builder.words);
}

static void lists_of_every_size_are_written(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder b;
	struct capnp_list_builder lists[8];
	struct capnp_struct s;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 0, 8);
	for (uint32_t i = 0; i < CAPNP_ELEMENT_STRUCT; i++)
		lists[i] = capnp_init_list(b, i, (enum capnp_element_size)i, 3);
	lists[7] = capnp_init_struct_list(b, 7, 2, 1, 1);
	capnp_list_set_bool(lists[1], 2, true);
	capnp_list_set_u8(lists[2], 2, 0x12);
	capnp_list_set_u16(lists[3], 2, 0x1234);
	capnp_list_set_u32(lists[4], 2, 0x12345678);
	capnp_list_set_u64(lists[5], 2, UINT64_C(0x123456789a));
	capnp_list_set_text(lists[6], 0, "x", 1);
	capnp_list_set_data(lists[6], 1, "yz", 2);
	capnp_list_set_cap(lists[6], 2, 9);
	capnp_set_u64(capnp_list_struct_at(lists[7], 1), 0, 99);
	s = read_back(&builder, &reader);
	assert_int_equal(capnp_get_list(s, 0, CAPNP_ELEMENT_VOID).count, 3);
	assert_true(capnp_list_get_bool(capnp_get_list(s, 1, CAPNP_ELEMENT_BIT), 2));
	assert_int_equal(capnp_list_get_u8(capnp_get_list(s, 2, CAPNP_ELEMENT_BYTE), 2),
			 0x12);
	assert_int_equal(
		capnp_list_get_u16(capnp_get_list(s, 3, CAPNP_ELEMENT_TWO_BYTES), 2),
		0x1234);
	assert_int_equal(
		capnp_list_get_u32(capnp_get_list(s, 4, CAPNP_ELEMENT_FOUR_BYTES), 2),
		0x12345678);
	assert_int_equal(
		capnp_list_get_u64(capnp_get_list(s, 5, CAPNP_ELEMENT_EIGHT_BYTES), 2),
		UINT64_C(0x123456789a));
	struct capnp_list pointers = capnp_get_list(s, 6, CAPNP_ELEMENT_POINTER);
	assert_true(capnp_text_equals(capnp_list_get_text(pointers, 0), "x"));
	assert_int_equal(capnp_list_get_data(pointers, 1).size, 2);
	assert_int_equal(capnp_list_get_cap(pointers, 2), 9);
	struct capnp_list structs = capnp_get_list(s, 7, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(capnp_get_u64(capnp_list_get_struct(structs, 1), 0, 0), 99);
	assert_false(capnp_reader_failed(&reader));
	free(builder.words);
}

static void lists_of_lists_are_written(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_list_builder outer;
	struct capnp_list_builder inner;
	struct capnp_list list;
	struct capnp_struct s;

	(void)state;
	set_up(&builder, WORDS);
	outer = capnp_init_list(capnp_build_root(&builder, 0, 1), 0,
				CAPNP_ELEMENT_POINTER, 2);
	inner = capnp_list_init_list(outer, 0, CAPNP_ELEMENT_BYTE, 1);
	capnp_list_set_u8(inner, 0, 8);
	inner = capnp_list_init_struct_list(outer, 1, 1, 1, 0);
	capnp_set_u8(capnp_list_struct_at(inner, 0), 0, 9);
	s = read_back(&builder, &reader);
	list = capnp_get_list(s, 0, CAPNP_ELEMENT_POINTER);
	assert_int_equal(
		capnp_list_get_u8(capnp_list_get_list(list, 0, CAPNP_ELEMENT_BYTE), 0),
		8);
	list = capnp_list_get_list(list, 1, CAPNP_ELEMENT_STRUCT);
	assert_int_equal(capnp_get_u8(capnp_list_get_struct(list, 0), 0, 0), 9);
	assert_false(capnp_reader_failed(&reader));
	free(builder.words);
}

static void elements_that_do_not_exist_are_not_written(void **state)
{
	struct capnp_builder builder;
	struct capnp_list_builder list;
	uint64_t before[WORDS];

	(void)state;
	set_up(&builder, WORDS);
	list = capnp_init_list(capnp_build_root(&builder, 0, 1), 0, CAPNP_ELEMENT_BYTE,
			       8);
	memcpy(before, builder.words, sizeof(before));
	capnp_list_set_u8(list, 8, 1);
	capnp_list_set_u16(list, 0, 1);
	capnp_list_set_u32(list, 0, 1);
	capnp_list_set_u64(list, 0, 1);
	capnp_list_set_bool(list, 0, true);
	capnp_list_set_text(list, 0, "x", 1);
	capnp_list_set_data(list, 0, "x", 1);
	capnp_list_set_cap(list, 0, 1);
	assert_null(capnp_list_struct_at(list, 0).words);
	assert_int_equal(capnp_list_init_list(list, 0, CAPNP_ELEMENT_BYTE, 1).count, 0);
	assert_int_equal(capnp_list_init_struct_list(list, 0, 1, 1, 1).count, 0);
	assert_memory_equal(before, builder.words, sizeof(before));
	assert_false(capnp_builder_failed(&builder));
	free(builder.words);
}

/* Writes a bit of everything; in less room than it takes, all of it must be harmless. */
static void write_everything(struct capnp_builder *builder)
{
	struct capnp_struct_builder b = capnp_build_root(builder, 1, 6);
	struct capnp_struct_builder child;
	struct capnp_list_builder list;

	capnp_set_bool(b, 0, true);
	capnp_set_u8(b, 1, 1);
	capnp_set_u16(b, 2, 1);
	capnp_set_u32(b, 4, 1);
	capnp_set_u64(b, 0, 1);
	capnp_set_cap(b, 1, 1);
	child = capnp_init_struct(b, 2, 1, 1);
	capnp_set_u64(child, 0, 5);
	capnp_set_text(child, 1, "some text", 9);
	list = capnp_init_list(b, 3, CAPNP_ELEMENT_POINTER, 2);
	capnp_list_set_text(list, 0, "element", 7);
	(void)capnp_list_init_list(list, 1, CAPNP_ELEMENT_FOUR_BYTES, 3);
	list = capnp_init_struct_list(b, 4, 2, 1, 1);
	capnp_set_data(capnp_list_struct_at(list, 1), 1, "data", 4);
	(void)capnp_init_data(b, 5, 9);
	(void)capnp_init_text(b, 6, 9);
}

static void overflow_is_seen_and_harmless_at_every_size(void **state)
{
	struct capnp_builder builder;
	uint32_t needed;

	(void)state;
	set_up(&builder, WORDS);
	write_everything(&builder);
	assert_false(capnp_builder_failed(&builder));
	needed = builder.used_words;
	free(builder.words);
	for (uint32_t words = 0; words <= needed; words++) {
		set_up(&builder, words);
		write_everything(&builder);
		assert_int_equal(capnp_builder_failed(&builder), words < needed);
		assert_true(builder.used_words <= words);
		free(builder.words);
	}
}

static void sizes_beyond_the_format_overflow(void **state)
{
	struct capnp_builder builder;
	struct capnp_struct_builder b;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 0, 1);
	assert_null(capnp_init_data(b, 0, UINT32_MAX));
	assert_true(capnp_builder_failed(&builder));
	builder.overflow = false;
	assert_null(capnp_init_text(b, 0, UINT32_MAX));
	assert_true(capnp_builder_failed(&builder));
	builder.overflow = false;
	assert_null(capnp_init_text(b, 0, CAPNP_LIST_COUNT_MAX)); /* and its NUL */
	assert_true(capnp_builder_failed(&builder));
	builder.overflow = false;
	assert_null(capnp_init_list(b, 0, CAPNP_ELEMENT_VOID, UINT32_MAX).words);
	assert_true(capnp_builder_failed(&builder));
	builder.overflow = false;
	assert_null(capnp_init_struct_list(b, 0, 1 << 20, 0xffff, 0xffff).words);
	assert_true(capnp_builder_failed(&builder));
	builder.overflow = false;
	assert_null(capnp_init_list(b, 0, CAPNP_ELEMENT_STRUCT, 1).words);
	assert_true(capnp_builder_failed(&builder));
	free(builder.words);
}

static void a_new_root_starts_over(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct s;

	(void)state;
	set_up(&builder, WORDS);
	write_everything(&builder);
	(void)capnp_build_root(&builder, 1, 0);
	assert_int_equal(builder.used_words, 2);
	s = read_back(&builder, &reader);
	assert_int_equal(capnp_get_u64(s, 0, 0), 0);
	free(builder.words);
}

static void pointers_of_any_kind_are_written_through_one(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder b;
	struct capnp_list_builder list;
	struct capnp_struct s;
	struct capnp_list found;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_any_init_struct(capnp_build_root_any(&builder), 1, 3);
	capnp_set_u64(b, 0, 4);
	capnp_any_set_text(capnp_any_at(b, 1), "text", 4);
	list = capnp_any_init_list(capnp_any_at(b, 2), CAPNP_ELEMENT_POINTER, 6);
	capnp_set_u64(capnp_any_init_struct(capnp_list_any_at(list, 0), 1, 0), 0, 8);
	capnp_any_set_data(capnp_list_any_at(list, 1), "\1\2", 2);
	capnp_any_set_cap(capnp_list_any_at(list, 2), 3);
	(void)capnp_any_init_struct_list(capnp_list_any_at(list, 3), 2, 1, 0);
	memcpy(capnp_list_init_text(list, 4, 2), "hi", 2);
	memcpy(capnp_list_init_data(list, 5, 1), "x", 1);
	capnp_set_text(b, 3, "gone", 4);
	capnp_any_set_null(capnp_any_at(b, 3));
	s = read_back(&builder, &reader);
	found = capnp_get_list(s, 1, CAPNP_ELEMENT_POINTER);
	assert_string_equal(capnp_any_text(capnp_get_any(s, 0)).bytes, "text");
	assert_int_equal(
		capnp_get_u64(capnp_any_struct(capnp_list_get_any(found, 0)), 0, 0), 8);
	assert_int_equal(capnp_list_get_data(found, 1).bytes[1], 2);
	assert_int_equal(capnp_list_get_cap(found, 2), 3);
	assert_int_equal(
		capnp_list_get_list(found, 3, CAPNP_ELEMENT_STRUCT).element_data_bits,
		64);
	assert_string_equal(capnp_list_get_text(found, 4).bytes, "hi");
	assert_int_equal(capnp_list_get_data(found, 5).size, 1);
	assert_false(capnp_has(s, 2));
	assert_false(capnp_reader_failed(&reader));
	free(builder.words);
}

static void empty_text_and_data_are_there(void **state)
{
	struct capnp_builder builder;
	struct capnp_reader reader;
	struct capnp_struct_builder b;
	struct capnp_struct s;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 0, 4);
	capnp_set_text(b, 0, nullptr, 0);
	capnp_set_data(b, 1, nullptr, 0);
	assert_non_null(capnp_init_text(b, 2, 0));
	assert_non_null(capnp_init_data(b, 3, 0));
	s = read_back(&builder, &reader);
	for (uint32_t i = 0; i < 4; i++) {
		assert_true(capnp_has(s, i));
		assert_int_equal(capnp_get_data(s, i).size, i % 2 == 0); /* the NUL */
	}
	assert_int_equal(capnp_get_text(s, 0, (struct capnp_text){ "none", 4 }).size, 0);
	assert_int_equal(capnp_get_text(s, 2, (struct capnp_text){ "none", 4 }).size, 0);
	assert_int_equal(builder.used_words, 1 + 4 + 2);
	assert_false(capnp_reader_failed(&reader));
	free(builder.words);
}

static void without_a_pointer_nothing_is_written(void **state)
{
	struct capnp_builder builder;
	struct capnp_any_builder any = { &builder, nullptr };

	(void)state;
	set_up(&builder, WORDS);
	assert_null(capnp_any_init_struct(any, 1, 1).words);
	assert_null(capnp_any_init_list(any, CAPNP_ELEMENT_BYTE, 1).words);
	assert_null(capnp_any_init_struct_list(any, 1, 1, 1).words);
	assert_null(capnp_any_init_text(any, 1));
	assert_null(capnp_any_init_data(any, 1));
	capnp_any_set_text(any, "x", 1);
	capnp_any_set_data(any, "x", 1);
	capnp_any_set_cap(any, 1);
	capnp_any_set_null(any);
	assert_int_equal(builder.used_words, 0);
	assert_false(capnp_builder_failed(&builder));
	free(builder.words);
}

/* What somebody with whom the memory is shared may do between any two steps. */
static void scribble(const struct capnp_builder *builder)
{
	memset(builder->words, 0xff, (size_t)builder->capacity_words * 8);
}

static void what_others_write_meanwhile_changes_only_the_message(void **state)
{
	struct capnp_builder builder;
	struct capnp_struct_builder b;
	struct capnp_struct_builder child;
	struct capnp_list_builder list;

	(void)state;
	set_up(&builder, WORDS);
	b = capnp_build_root(&builder, 1, 4);
	scribble(&builder);
	child = capnp_init_struct(b, 1, 1, 1);
	scribble(&builder);
	capnp_set_text(child, 1, "some text", 9);
	scribble(&builder);
	list = capnp_init_struct_list(b, 2, 2, 1, 1);
	scribble(&builder);
	capnp_set_data(capnp_list_struct_at(list, 1), 1, "data", 4);
	assert_null(capnp_list_struct_at(list, 2).words);
	scribble(&builder);
	list = capnp_init_list(b, 3, CAPNP_ELEMENT_POINTER, 1);
	scribble(&builder);
	capnp_list_set_text(list, 0, "element", 7);
	assert_null(capnp_list_any_at(list, 1).at);
	assert_int_equal(builder.used_words, 6 + 2 + 2 + 5 + 1 + 1 + 1);
	assert_false(capnp_builder_failed(&builder));
	assert_true(capnp_builder_size_bytes(&builder) / 8 == builder.used_words);
	free(builder.words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_fields_are_written_and_the_rest_is_zero),
		cmocka_unit_test(text_data_and_caps_are_written),
		cmocka_unit_test(structs_without_words_are_there),
		cmocka_unit_test(lists_of_every_size_are_written),
		cmocka_unit_test(lists_of_lists_are_written),
		cmocka_unit_test(elements_that_do_not_exist_are_not_written),
		cmocka_unit_test(overflow_is_seen_and_harmless_at_every_size),
		cmocka_unit_test(sizes_beyond_the_format_overflow),
		cmocka_unit_test(a_new_root_starts_over),
		cmocka_unit_test(pointers_of_any_kind_are_written_through_one),
		cmocka_unit_test(empty_text_and_data_are_there),
		cmocka_unit_test(without_a_pointer_nothing_is_written),
		cmocka_unit_test(what_others_write_meanwhile_changes_only_the_message),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

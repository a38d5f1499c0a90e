/* SPDX-License-Identifier: MIT */
/*
 * capnp_all.h - reflection tables of a struct with a field of every kind, made by hand, for
 * the tests of what works by reflection.
 */
#ifndef TESTS_SUPPORT_CAPNP_ALL_H
#define TESTS_SUPPORT_CAPNP_ALL_H

#include "core/capnp/reflect.h"

static const struct capnp_enumerant_info levels[] = { { "low", "" }, { "high", "" } };
static const struct capnp_enum_info level_schema = {
	.name = "Level",
	.enumerants = levels,
	.enumerant_count = 2,
};
static const struct capnp_enum_info empty_schema = { .name = "Empty" };
static const struct capnp_interface_info timer_schema = { .name = "Timer", .id = 7 };

static const struct capnp_struct_info all_schema;
static const struct capnp_struct_info group_schema;

static const struct capnp_type_info types[] = {
	[CAPNP_KIND_VOID] = { .kind = CAPNP_KIND_VOID },
	[CAPNP_KIND_BOOL] = { .kind = CAPNP_KIND_BOOL },
	[CAPNP_KIND_INT8] = { .kind = CAPNP_KIND_INT8 },
	[CAPNP_KIND_UINT64] = { .kind = CAPNP_KIND_UINT64 },
	[CAPNP_KIND_FLOAT32] = { .kind = CAPNP_KIND_FLOAT32 },
	[CAPNP_KIND_TEXT] = { .kind = CAPNP_KIND_TEXT },
	[CAPNP_KIND_DATA] = { .kind = CAPNP_KIND_DATA },
	[CAPNP_KIND_ENUM] = { .kind = CAPNP_KIND_ENUM, .enumeration = &level_schema },
	[CAPNP_KIND_STRUCT] = { .kind = CAPNP_KIND_STRUCT, .structure = &all_schema },
	[CAPNP_KIND_INTERFACE] = { .kind = CAPNP_KIND_INTERFACE },
};

#define LIST(element_) { .kind = CAPNP_KIND_LIST, .element = &(element_) }

static const struct capnp_type_info int8_list = LIST(types[CAPNP_KIND_INT8]);
static const struct capnp_type_info struct_list = LIST(types[CAPNP_KIND_STRUCT]);

#define FIELD(name_, offset_, ...)                     \
	{ .name = (name_),                             \
	  .discriminant_value = CAPNP_NO_DISCRIMINANT, \
	  .offset = (offset_),                         \
	  .type = __VA_ARGS__ }
#define MEMBER(name_, number_, ...)        \
	{ .name = (name_),                 \
	  .discriminant_value = (number_), \
	  .offset = 11,                    \
	  .type = __VA_ARGS__ }

static const struct capnp_field_info all_fields[] = {
	FIELD("nothing", 0, { .kind = CAPNP_KIND_VOID }),
	FIELD("flag", 0, { .kind = CAPNP_KIND_BOOL }),
	FIELD("i8", 1, { .kind = CAPNP_KIND_INT8 }),
	FIELD("u16", 1, { .kind = CAPNP_KIND_UINT16 }),
	FIELD("i64", 1, { .kind = CAPNP_KIND_INT64 }),
	FIELD("u64", 2, { .kind = CAPNP_KIND_UINT64 }),
	FIELD("f32", 1, { .kind = CAPNP_KIND_FLOAT32 }),
	FIELD("f64", 3, { .kind = CAPNP_KIND_FLOAT64 }),
	FIELD("level", 16, { .kind = CAPNP_KIND_ENUM, .enumeration = &level_schema }),
	FIELD("empty", 17, { .kind = CAPNP_KIND_ENUM, .enumeration = &empty_schema }),
	FIELD("text", 0, { .kind = CAPNP_KIND_TEXT }),
	FIELD("data", 1, { .kind = CAPNP_KIND_DATA }),
	FIELD("child", 2, { .kind = CAPNP_KIND_STRUCT, .structure = &all_schema }),
	FIELD("cap", 3, { .kind = CAPNP_KIND_INTERFACE }),
	FIELD("timer", 4, { .kind = CAPNP_KIND_INTERFACE, .interface_ = &timer_schema }),
	FIELD("any", 5, { .kind = CAPNP_KIND_ANY_POINTER }),
	FIELD("bytes", 6, LIST(types[CAPNP_KIND_INT8])),
	FIELD("rows", 7, LIST(int8_list)),
	FIELD("texts", 8, LIST(types[CAPNP_KIND_TEXT])),
	FIELD("blobs", 9, LIST(types[CAPNP_KIND_DATA])),
	FIELD("children", 10, LIST(types[CAPNP_KIND_STRUCT])),
	MEMBER("number", 0, { .kind = CAPNP_KIND_VOID }),
	MEMBER("label", 1, { .kind = CAPNP_KIND_TEXT }),
	{ .name = "group",
	  .discriminant_value = CAPNP_NO_DISCRIMINANT,
	  .kind = CAPNP_FIELD_GROUP,
	  .type = { .kind = CAPNP_KIND_STRUCT, .structure = &group_schema } },
	FIELD("caps", 12, LIST(types[CAPNP_KIND_INTERFACE])),
	FIELD("voids", 13, LIST(types[CAPNP_KIND_VOID])),
	FIELD("flags", 14, LIST(types[CAPNP_KIND_BOOL])),
	FIELD("floats", 15, LIST(types[CAPNP_KIND_FLOAT32])),
	FIELD("enums", 16, LIST(types[CAPNP_KIND_ENUM])),
	FIELD("longs", 17, LIST(types[CAPNP_KIND_UINT64])),
	FIELD("grid", 18, LIST(struct_list)),
};
static const struct capnp_struct_info all_schema = {
	.name = "All",
	.data_words = 6,
	.pointers = 20,
	.fields = all_fields,
	.field_count = sizeof(all_fields) / sizeof(all_fields[0]),
	.discriminant_count = 2,
	.discriminant_offset = 18,
};
static const struct capnp_field_info inner_fields[] = {
	FIELD("name", 19, { .kind = CAPNP_KIND_TEXT }),
};
static const struct capnp_struct_info inner_schema = {
	.name = "All.group.inner",
	.is_group = true,
	.data_words = 6,
	.pointers = 20,
	.fields = inner_fields,
	.field_count = 1,
};
static const struct capnp_field_info group_fields[] = {
	FIELD("deep", 40, { .kind = CAPNP_KIND_INT8 }),
	{ .name = "inner",
	  .discriminant_value = CAPNP_NO_DISCRIMINANT,
	  .kind = CAPNP_FIELD_GROUP,
	  .type = { .kind = CAPNP_KIND_STRUCT, .structure = &inner_schema } },
};
static const struct capnp_struct_info group_schema = {
	.name = "All.group",
	.is_group = true,
	.data_words = 6,
	.pointers = 20,
	.fields = group_fields,
	.field_count = 2,
};

#endif /* TESTS_SUPPORT_CAPNP_ALL_H */

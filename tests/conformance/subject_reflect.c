/* SPDX-License-Identifier: MIT */
/* subject_reflect.c - the tables as text, as judge_reflect.cc writes the same from the schema. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/capnp/reflect.h"
#include "tests/conformance/subject_room.h"

enum { LINE_BYTES = 2048 };

struct dump {
	struct subject_bytes *out;
	int indent;
	int depth_left; /* of structs in structs; types may be recursive */
};

static void dump_struct(struct dump dump, const struct capnp_struct_info *info);

[[gnu::format(printf, 2, 3)]] static void line(struct dump dump, const char *format, ...)
{
	char text[LINE_BYTES];
	va_list arguments;

	for (int i = 0; i < dump.indent; i++)
		subject_append(dump.out, " ", 1);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	subject_append(dump.out, text, strlen(text));
	subject_append(dump.out, "\n", 1);
}

static struct dump inside(struct dump dump)
{
	return (struct dump){ dump.out, dump.indent + 1, dump.depth_left - 1 };
}

static void dump_interface(struct dump dump, const struct capnp_interface_info *info)
{
	line(dump, "interface %016llx %s", (unsigned long long)info->id, info->name);
	line(dump, "doc %s", info->doc);
	for (uint16_t i = 0; i < info->superclass_count; i++)
		line(dump, "extends %016llx %s",
		     (unsigned long long)info->superclasses[i]->id,
		     info->superclasses[i]->name);
	for (uint16_t i = 0; i < info->method_count; i++) {
		const struct capnp_method_info *method = &info->methods[i];

		line(dump, "method %s @%u of %016llx%s", method->name, method->ordinal,
		     (unsigned long long)method->interface_id,
		     method->streaming ? " streaming" : "");
		line(dump, "doc %s", method->doc);
		dump_struct(inside(dump), method->params);
		if (!method->streaming)
			dump_struct(inside(dump), method->results);
	}
}

static void dump_enum(struct dump dump, const struct capnp_enum_info *info)
{
	line(dump, "enum %016llx %s", (unsigned long long)info->id, info->name);
	line(dump, "doc %s", info->doc);
	for (uint16_t i = 0; i < info->enumerant_count; i++)
		line(dump, "enumerant %u %s doc %s", i, info->enumerants[i].name,
		     info->enumerants[i].doc);
}

static void dump_type(struct dump dump, const struct capnp_type_info *type)
{
	line(dump, "kind %u", type->kind);
	if (type->kind == CAPNP_KIND_LIST)
		dump_type(dump, type->element);
	else if (type->kind == CAPNP_KIND_ENUM)
		dump_enum(dump, type->enumeration);
	else if (type->kind == CAPNP_KIND_STRUCT)
		dump_struct(dump, type->structure);
	else if (type->kind == CAPNP_KIND_INTERFACE && type->interface_)
		dump_interface(dump, type->interface_);
}

static void dump_field(struct dump dump, const struct capnp_field_info *field)
{
	line(dump, "field %s member %u", field->name, field->discriminant_value);
	line(dump, "doc %s", field->doc);
	if (field->kind == CAPNP_FIELD_GROUP) {
		line(dump, "group");
		dump_struct(dump, field->type.structure);
		return;
	}
	line(dump, "offset %u default %016llx %s", field->offset,
	     (unsigned long long)field->default_bits,
	     field->default_text ? field->default_text : "");
	dump_type(dump, &field->type);
}

static void dump_struct(struct dump dump, const struct capnp_struct_info *info)
{
	line(dump, "struct %016llx %s", (unsigned long long)info->id, info->name);
	if (dump.depth_left <= 0)
		return;
	line(dump, "%s%u words %u pointers", info->is_group ? "group " : "",
	     info->data_words, info->pointers);
	if (info->discriminant_count != 0)
		line(dump, "union of %u at %u", info->discriminant_count,
		     info->discriminant_offset);
	if (!info->is_group)
		line(dump, "doc %s", info->doc);
	for (uint16_t i = 0; i < info->field_count; i++)
		dump_field(inside(dump), &info->fields[i]);
}

void subject_reflect(size_t root, int depth, struct subject_bytes *out)
{
	dump_struct((struct dump){ out, 0, depth }, subject_roots[root]);
}

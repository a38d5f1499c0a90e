/* SPDX-License-Identifier: MIT */
/*
 * catalog.c - see catalog.h.
 */
#include "programs/shell/catalog.h"

#include "core/capnp/dynamic.h"
#include "programs/shell/nearest.h"

const struct capnp_interface_info *catalog_find_id(uint64_t interface_id)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (capnp_interfaces[i]->id == interface_id)
			return capnp_interfaces[i];
	}
	return nullptr;
}

const struct capnp_interface_info *catalog_find(struct text name)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (text_is(name, capnp_interfaces[i]->name))
			return capnp_interfaces[i];
	}
	return nullptr;
}

const char *catalog_name(uint64_t interface_id)
{
	const struct capnp_interface_info *info = catalog_find_id(interface_id);

	return info ? info->name : "an unknown interface";
}

static struct capnp_text capnp_text_of(struct text text)
{
	return (struct capnp_text){ text.bytes, (uint32_t)text.size };
}

int catalog_find_method(const struct capnp_interface_info *info, struct text name)
{
	const struct capnp_method_info *method =
		capnp_find_method(info, capnp_text_of(name));

	return method ? (int)(method - info->methods) : -1;
}

const struct capnp_field_info *catalog_find_field(const struct capnp_struct_info *info,
						  struct text name)
{
	return capnp_find_field(info, capnp_text_of(name));
}

int catalog_find_enumerant(const struct capnp_enum_info *info, struct text name)
{
	uint16_t number;

	return capnp_find_enumerant(info, capnp_text_of(name), &number) ? number : -1;
}

void catalog_no_method(const struct capnp_interface_info *info, struct text name,
		       struct sink *sink)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < info->method_count; i++)
		nearest_offer(&nearest, text_of(info->methods[i].name));
	sink_strings(sink, info->name, " has no method `", nullptr);
	sink_text(sink, name);
	sink_strings(sink, "`", nullptr);
	nearest_write(&nearest, "", sink);
}

static const char *const kind_names[] = {
	[CAPNP_KIND_VOID] = "Void",
	[CAPNP_KIND_BOOL] = "Bool",
	[CAPNP_KIND_INT8] = "Int8",
	[CAPNP_KIND_INT16] = "Int16",
	[CAPNP_KIND_INT32] = "Int32",
	[CAPNP_KIND_INT64] = "Int64",
	[CAPNP_KIND_UINT8] = "UInt8",
	[CAPNP_KIND_UINT16] = "UInt16",
	[CAPNP_KIND_UINT32] = "UInt32",
	[CAPNP_KIND_UINT64] = "UInt64",
	[CAPNP_KIND_FLOAT32] = "Float32",
	[CAPNP_KIND_FLOAT64] = "Float64",
	[CAPNP_KIND_TEXT] = "Text",
	[CAPNP_KIND_DATA] = "Data",
	[CAPNP_KIND_LIST] = "List",
	[CAPNP_KIND_ENUM] = "enum",
	[CAPNP_KIND_STRUCT] = "struct",
	[CAPNP_KIND_INTERFACE] = "Capability",
	[CAPNP_KIND_ANY_POINTER] = "AnyPointer",
	[CAPNP_KIND_ANY_STRUCT] = "AnyStruct",
	[CAPNP_KIND_ANY_LIST] = "AnyList",
};

static void write_type_name(const struct capnp_type_info *type, struct sink *sink)
{
	const char *name = kind_names[type->kind];

	if (type->kind == CAPNP_KIND_ENUM)
		name = type->enumeration->name;
	else if (type->kind == CAPNP_KIND_STRUCT)
		name = type->structure->name;
	else if (type->kind == CAPNP_KIND_INTERFACE && type->interface_)
		name = type->interface_->name;
	sink_strings(sink, name, nullptr);
}

void catalog_write_type(const struct capnp_type_info *type, struct sink *sink)
{
	size_t depth = 0;

	for (; type->kind == CAPNP_KIND_LIST; type = type->element, depth++)
		sink_strings(sink, "List(", nullptr);
	write_type_name(type, sink);
	while (depth-- > 0)
		sink_byte(sink, ')');
}

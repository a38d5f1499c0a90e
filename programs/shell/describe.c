/* SPDX-License-Identifier: MIT */
/*
 * describe.c - see describe.h.
 */
#include "programs/shell/describe.h"

#include "programs/shell/catalog.h"

enum { DOC_INDENT = 4, NAME_WIDTH = 16 };

/* Each line of @doc behind @indent blanks. */
static void write_doc(const char *doc, size_t indent, struct sink *sink)
{
	bool line_start = true;

	for (; *doc; doc++) {
		if (line_start && *doc != '\n')
			sink_blanks(sink, indent);
		line_start = *doc == '\n';
		sink_byte(sink, *doc);
	}
	if (!line_start)
		sink_byte(sink, '\n');
}

/* (name :Type, name :Type) */
static void write_fields(const struct capnp_struct_info *info, struct sink *sink)
{
	sink_byte(sink, '(');
	for (size_t i = 0; i < info->field_count; i++) {
		sink_strings(sink, i ? ", " : "", info->fields[i].name, " :", nullptr);
		catalog_write_type(&info->fields[i].type, sink);
	}
	sink_byte(sink, ')');
}

/* A results struct that the schema names stands there by its name. */
static bool is_named(const struct capnp_struct_info *info)
{
	for (const char *c = info->name; *c; c++) {
		if (*c == '.')
			return false;
	}
	return true;
}

static void write_signature(const struct capnp_method_info *method, struct sink *sink)
{
	sink_strings(sink, method->name, " ", nullptr);
	write_fields(method->params, sink);
	sink_strings(sink, " -> ", nullptr);
	if (is_named(method->results))
		sink_strings(sink, method->results->name, nullptr);
	else
		write_fields(method->results, sink);
	sink_byte(sink, '\n');
}

void describe_interface(const struct capnp_interface_info *info, struct sink *sink)
{
	sink_strings(sink, "interface ", info->name, "\n", nullptr);
	write_doc(info->doc, DOC_INDENT, sink);
	for (size_t i = 0; i < info->method_count; i++) {
		sink_strings(sink, "\n  ", nullptr);
		write_signature(&info->methods[i], sink);
		write_doc(info->methods[i].doc, 2 * DOC_INDENT, sink);
	}
}

static void write_enum(const struct capnp_enum_info *info, struct sink *sink)
{
	sink_strings(sink, "\n  enum ", info->name, "\n", nullptr);
	write_doc(info->doc, DOC_INDENT, sink);
	for (size_t i = 0; i < info->enumerant_count; i++) {
		sink_blanks(sink, DOC_INDENT);
		sink_strings(sink, info->enumerants[i].name, "\n", nullptr);
		write_doc(info->enumerants[i].doc, 2 * DOC_INDENT, sink);
	}
}

/* The fields one under the other; members of unions and groups further in. */
static void write_members(const struct capnp_struct_info *info, size_t indent,
			  struct sink *sink)
{
	for (size_t i = 0; i < info->field_count; i++) {
		const struct capnp_field_info *field = &info->fields[i];

		sink_blanks(sink, indent);
		if (field->discriminant_value != CAPNP_NO_DISCRIMINANT)
			sink_strings(sink, "| ", nullptr);
		sink_strings(sink, field->name, " :", nullptr);
		if (field->kind == CAPNP_FIELD_GROUP) {
			sink_strings(sink, "group\n", nullptr);
			write_doc(field->doc, indent + DOC_INDENT, sink);
			write_members(field->type.structure, indent + DOC_INDENT, sink);
			continue;
		}
		catalog_write_type(&field->type, sink);
		sink_byte(sink, '\n');
		write_doc(field->doc, indent + DOC_INDENT, sink);
	}
}

static void write_struct(const struct capnp_struct_info *info, struct sink *sink)
{
	sink_strings(sink, "\n  struct ", info->name, "\n", nullptr);
	write_doc(info->doc, DOC_INDENT, sink);
	write_members(info, DOC_INDENT, sink);
}

/* The enums and structs that the fields of @info have for types. */
static void write_types(const struct capnp_struct_info *info, struct sink *sink)
{
	for (size_t i = 0; i < info->field_count; i++) {
		const struct capnp_type_info *type = &info->fields[i].type;

		while (type->kind == CAPNP_KIND_LIST)
			type = type->element;
		if (type->kind == CAPNP_KIND_ENUM)
			write_enum(type->enumeration, sink);
		else if (type->kind == CAPNP_KIND_STRUCT)
			write_struct(type->structure, sink);
	}
}

void describe_method(const struct capnp_interface_info *info,
		     const struct capnp_method_info *method, struct sink *sink)
{
	sink_strings(sink, info->name, ".", nullptr);
	write_signature(method, sink);
	write_doc(method->doc, DOC_INDENT, sink);
	write_types(method->params, sink);
	if (is_named(method->results))
		write_struct(method->results, sink);
	else
		write_types(method->results, sink);
}

void describe_defaults(const struct capnp_struct_info *info, struct sink *sink)
{
	for (size_t i = 0; i < info->field_count; i++) {
		sink_strings(sink, "  ", nullptr);
		sink_padded(sink, text_of(info->fields[i].name), NAME_WIDTH);
		sink_number(sink, info->fields[i].default_bits);
		sink_byte(sink, '\n');
		write_doc(info->fields[i].doc, 2 * DOC_INDENT, sink);
	}
}

void describe_command(const struct command_info *info, struct sink *sink)
{
	sink_strings(sink, info->name, *info->usage ? " " : "", info->usage, "\n",
		     nullptr);
	sink_blanks(sink, DOC_INDENT);
	sink_strings(sink, info->summary, "\n", nullptr);
	write_doc(info->manual, DOC_INDENT, sink);
}

void describe_all_commands(struct sink *sink)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		sink_strings(sink, "  ", nullptr);
		sink_padded(sink, text_of(command_table[i].name), 10);
		sink_strings(sink, command_table[i].summary, "\n", nullptr);
	}
	sink_strings(sink,
		     "help COMMAND explains one; help values, how values are written.\n",
		     nullptr);
}

void describe_values(struct sink *sink)
{
	sink_strings(sink,
		     "  number      42  -7  1_000_000  0x1f  0b101  2.5\n"
		     "  Text        \"hello\"  with \\n \\r \\t \\e \\0 \\\\ \\\" \\xHH\n"
		     "  Data        0x\"00 ff\"  or a text\n"
		     "  Bool        true  false\n"
		     "  Void        void\n"
		     "  enum        its name: warning\n"
		     "  List        [1, 2, 3]\n"
		     "  struct      (name = value, other = value)\n"
		     "  capability  @name, or null\n"
		     "A # starts a comment.\n",
		     nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * check.c - what the generators rely on, before anything is made.
 *
 * A request of capnp passes but for the limits of the library and of the generators, which
 * are refused by name. A request that somebody else made may say anything; here is what
 * makes it impossible that it becomes C that reads or writes outside its messages.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/capnpc-capos/model.h"
#include "tools/capnpc-capos/names.h"
#include "tools/capnpc-capos/output.h"

[[noreturn]] void reject(const struct declaration *where, const char *member,
			 const char *format, ...)
{
	char text[768];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	die("%s: %s%s%s%s%s", where->file_name, where->path,
	    member[0] && where->path[0] ? "." : "", member,
	    member[0] || where->path[0] ? ": " : "", text);
}

[[noreturn]] void refuse(const struct declaration *where, const char *member,
			 const char *what)
{
	reject(where, member, "%s not supported yet", what);
}

/* ---- Files -------------------------------------------------------------------------- */

/* A file is written below the output folder, and named in #include. */
static void check_file_name(const struct declaration *file)
{
	const char *name = file->file_name;

	for (size_t i = 0; name[i]; i++) {
		if ((unsigned char)name[i] < 0x20 || strchr("\"\\<>", name[i]))
			reject(file, "", "a file of this name cannot be included in C");
	}
	if (name[0] == '/' || name[0] == '\0')
		reject(file, "",
		       "its place in the output folder is not known; "
		       "--src-prefix says what comes before it");
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += part[0] == '/';
		if (strncmp(part, "../", 3) == 0 || strcmp(part, "..") == 0)
			reject(file, "",
			       "it would be written outside the output folder; "
			       "--src-prefix says what comes before it");
	}
}

static void check_file(const struct model *model, const struct declaration *file)
{
	check_file_name(file);
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *other = &model->declarations[i];

		if (other != file && other->kind == NODE_FILE && other->requested &&
		    strcmp(other->file_stem, file->file_stem) == 0)
			reject(file, "",
			       "what is made of it has the name of what is "
			       "made of another file");
	}
}

/* ---- Types and values --------------------------------------------------------------- */

static const char *node_kind_name(enum node_which kind)
{
	static const char *const names[] = { "file",      "struct", "enum",
					     "interface", "const",  "annotation" };

	return kind <= NODE_ANNOTATION ? names[kind] : "thing";
}

static void check_target(const struct model *model, const struct declaration *where,
			 const char *member, struct type type, enum node_which kind)
{
	const struct declaration *target = type_target(model, type);

	if (!target)
		reject(where, member, "the request lacks the %s that is its type",
		       node_kind_name(kind));
	if (target->kind != kind || target->is_group)
		reject(where, member, "its type, %s, is no %s", target->path,
		       node_kind_name(kind));
}

static void check_type(const struct model *model, const struct declaration *where,
		       const char *member, struct type type)
{
	enum type_which kind = type_which(type);

	while (kind == TYPE_LIST) {
		type = type_list_get_element_type(type_get_list(type));
		kind = type_which(type);
	}
	if (kind > TYPE_ANY_POINTER)
		reject(where, member, "its type is newer than this generator");
	if (kind == TYPE_STRUCT)
		check_target(model, where, member, type, NODE_STRUCT);
	else if (kind == TYPE_ENUM)
		check_target(model, where, member, type, NODE_ENUM);
	else if (kind == TYPE_INTERFACE)
		check_target(model, where, member, type, NODE_INTERFACE);
}

static void check_value(const struct declaration *where, const char *member,
			struct type type, struct value value)
{
	/* Both unions count the same kinds in the same order. */
	if ((uint32_t)type_which(type) != (uint32_t)value_which(value))
		reject(where, member, "its value is not of its type");
}

/* ---- Declarations ------------------------------------------------------------------- */

static void check_group(const struct declaration *structure,
			const struct field_view *field)
{
	const struct declaration *group = field->target;

	if (!group || !group->is_group || group->scope != structure)
		reject(structure, field->name, "the request lacks the group");
	if (data_words(group) != data_words(structure) ||
	    pointer_count(group) != pointer_count(structure))
		reject(structure, field->name, "the group is not as large as its struct");
}

static void check_field(const struct model *model, const struct declaration *structure,
			const struct field_view *field)
{
	uint64_t bits = type_bits(field->kind);

	if (field->in_union && field->discriminant >= discriminant_count(structure))
		reject(structure, field->name, "it is no member of the union");
	if (field->is_group) {
		check_group(structure, field);
		return;
	}
	check_type(model, structure, field->name, field->type);
	check_value(structure, field->name, field->type,
		    field_slot_get_default_value(field_get_slot(field->field)));
	if (type_is_pointer(field->kind)
		    ? field->offset >= pointer_count(structure)
		    : (field->offset + UINT64_C(1)) * bits > data_words(structure) * 64u)
		reject(structure, field->name, "it lies outside its struct");
}

static void check_struct(const struct model *model, const struct declaration *structure)
{
	struct node_struct node = node_get_struct(structure->node);

	if (data_words(structure) > CAPNP_STRUCT_DATA_WORDS_MAX)
		reject(structure, "", "its data has %u words; at most %d are possible",
		       data_words(structure), CAPNP_STRUCT_DATA_WORDS_MAX);
	if (pointer_count(structure) > CAPNP_STRUCT_POINTERS_MAX)
		reject(structure, "", "it has %u pointers; at most %d are possible",
		       pointer_count(structure), CAPNP_STRUCT_POINTERS_MAX);
	if (discriminant_count(structure) != 0 &&
	    (node_struct_get_discriminant_offset(node) + UINT64_C(1)) * 16 >
		    data_words(structure) * 64u)
		reject(structure, "", "what tells its union lies outside of it");
	for (uint32_t i = 0; i < field_count(structure); i++)
		check_field(model, structure, &structure->fields[i]);
}

static void check_method(const struct declaration *interface,
			 const struct method_view *method)
{
	const struct declaration *params = method->params;
	const struct declaration *results = method->results;

	if (!params || params->kind != NODE_STRUCT || params->is_group || !results ||
	    results->kind != NODE_STRUCT || results->is_group)
		reject(interface, method->name,
		       "the request lacks the struct of its parameters or results");
}

static void check_interface(const struct declaration *interface)
{
	for (uint32_t i = 0; i < method_count(interface); i++)
		check_method(interface, &interface->methods[i]);
}

static void check_constant(const struct model *model, const struct declaration *constant)
{
	struct node_const node = node_get_const(constant->node);

	check_type(model, constant, "", node_const_get_type(node));
	check_value(constant, "", node_const_get_type(node), node_const_get_value(node));
}

static void check_declaration(const struct model *model,
			      const struct declaration *declaration)
{
	switch (declaration->kind) {
	case NODE_FILE:
		check_file(model, declaration);
		break;
	case NODE_STRUCT:
		check_struct(model, declaration);
		break;
	case NODE_INTERFACE:
		check_interface(declaration);
		break;
	case NODE_CONST:
		check_constant(model, declaration);
		break;
	case NODE_ENUM:
	case NODE_ANNOTATION:
		break;
	default:
		reject(declaration, "", "its kind is newer than this generator");
	}
}

void model_check(const struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->declarations[i].requested)
			check_declaration(model, &model->declarations[i]);
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * check.c - refuses, by name, what the generators do not know, before anything is made.
 */
#include <string.h>

#include "tools/capnpc-capos/model.h"
#include "tools/capnpc-capos/output.h"

[[noreturn]] void refuse(const struct declaration *where, const char *member,
			 const char *what)
{
	die("%s: %s%s%s: %s not supported yet", where->file_name, where->path,
	    member[0] && where->path[0] ? "." : "", member, what);
}

static void check_file(const struct declaration *file)
{
	const char *extension = strrchr(file->file_name, '.');

	if (!extension || strcmp(extension, ".capnp") != 0)
		refuse(file, "", "a file name that does not end in .capnp is");
}

static void check_type(const struct model *model, const struct declaration *where,
		       const char *member, struct type type, bool in_list)
{
	const struct declaration *target = type_target(model, type);
	enum type_which kind = type_which(type);

	if (kind > TYPE_ANY_POINTER)
		refuse(where, member, "a type newer than this generator is");
	if (target && node_get_is_generic(target->node))
		refuse(where, member, "a generic type is");
	if (kind == TYPE_ANY_POINTER && type_any_pointer_which(type_get_any_pointer(
						type)) != TYPE_ANY_POINTER_UNCONSTRAINED)
		refuse(where, member, "a type parameter is");
	if (kind == TYPE_ANY_POINTER && in_list && !type_is_any_cap(type))
		refuse(where, member, "a list of AnyPointer is");
	if (kind == TYPE_LIST)
		check_type(model, where, member,
			   type_list_get_element_type(type_get_list(type)), true);
}

static void check_constant(const struct declaration *constant)
{
	enum type_which kind =
		type_which(node_const_get_type(node_get_const(constant->node)));

	if (kind != TYPE_TEXT && type_bits(kind) == 0)
		refuse(constant, "", "a constant that is neither plain nor text is");
}

static void check_struct(const struct model *model, const struct declaration *structure)
{
	if (data_words(structure) > CAPNP_STRUCT_DATA_WORDS_MAX ||
	    pointer_count(structure) > CAPNP_STRUCT_POINTERS_MAX)
		refuse(structure, "", "a struct of this size is");
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);
		struct field_slot slot = field_get_slot(field.field);

		if (field.is_group)
			continue;
		check_type(model, structure, field.name, field.type, false);
		if (field_slot_get_had_explicit_default(slot) &&
		    type_is_pointer(field.kind) && field.kind != TYPE_TEXT)
			refuse(structure, field.name,
			       "a default for data, a list or a struct is");
	}
}

static void check_enum(const struct declaration *enumeration)
{
	struct list_of_enumerant enumerants =
		node_enum_get_enumerants(node_get_enum(enumeration->node));

	for (uint32_t i = 0; i < enumerants.l.count; i++) {
		struct enumerant enumerant = enumerant_at(enumerants, i);

		if (enumerant_get_annotations(enumerant).l.count != 0)
			refuse(enumeration, text_copy(enumerant_get_name(enumerant)),
			       "an annotation is");
	}
}

static void check_interface(const struct model *model,
			    const struct declaration *interface)
{
	struct list_of_method methods =
		node_interface_get_methods(node_get_interface(interface->node));

	for (uint32_t i = 0; i < method_count(interface); i++) {
		struct method_view view = view_method(model, interface, i);
		struct method method = method_at(methods, view.ordinal);

		if (method_get_annotations(method).l.count != 0)
			refuse(interface, view.name, "an annotation is");
		if (method_get_implicit_parameters(method).l.count != 0 ||
		    node_get_is_generic(view.params->node) ||
		    node_get_is_generic(view.results->node))
			refuse(interface, view.name, "a generic method is");
	}
}

/* Only structs and enums have tags of their own; everything else is made from stems. */
static void check_name(const struct model *model, const struct declaration *declaration)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *other = &model->declarations[i];

		if (other == declaration || other->kind == NODE_FILE ||
		    other->kind == NODE_ANNOTATION || !other->requested)
			continue;
		if (strcmp(other->stem, declaration->stem) == 0)
			die("%s: %s: is called %s in C, as is %s of %s",
			    declaration->file_name, declaration->path, declaration->stem,
			    other->path, other->file_name);
	}
}

static void check_declaration(const struct model *model,
			      const struct declaration *declaration)
{
	struct node node = declaration->node;

	if (declaration->kind == NODE_FILE) {
		check_file(
			declaration); /* annotations of a file are for other languages */
		return;
	}
	if (node_get_is_generic(node) || node_get_parameters(node).l.count != 0)
		refuse(declaration, "", "a generic type is");
	switch (declaration->kind) {
	case NODE_STRUCT:
		check_struct(model, declaration);
		break;
	case NODE_ENUM:
		check_enum(declaration);
		break;
	case NODE_INTERFACE:
		check_interface(model, declaration);
		break;
	case NODE_CONST:
		check_constant(declaration);
		break;
	case NODE_ANNOTATION:
		return; /* says something to whoever reads it: nothing to make */
	case NODE_FILE:
	default:
		refuse(declaration, "", "this kind of declaration is");
	}
	check_name(model, declaration);
}

void model_check(const struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->declarations[i].requested)
			check_declaration(model, &model->declarations[i]);
	}
}

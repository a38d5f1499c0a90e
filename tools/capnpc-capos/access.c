/* SPDX-License-Identifier: MIT */
/*
 * access.c - the second part of .capnp.h: what reads and writes the fields of structs.
 *
 * All of it is inline and thin: offsets, defaults and discriminants are constants in the
 * text, so that a few plain fields compile to little more than loads and stores.
 */
#include "tools/capnpc-capos/generate.h"

void emit_getter(struct output *out, const struct declaration *structure,
		 const struct field_view *field, const char *type, const char *verb)
{
	struct node_struct node = node_get_struct(structure->node);

	emit_comment(out, "", field->doc);
	emit(out, "static inline %s %s_%s_%s(struct %s r)\n{\n", type, structure->stem,
	     verb, field->snake, structure->tag);
	if (field->in_union)
		emit(out,
		     "\tif (capnp_get_u16(r.s, %u, 0) != %u)\n"
		     "\t\tr.s = (struct capnp_struct){ 0 };\n",
		     node_struct_get_discriminant_offset(node) * 2, field->discriminant);
}

void emit_setter(struct output *out, const struct declaration *structure,
		 const struct field_view *field, const char *type, const char *verb,
		 const char *rest)
{
	struct node_struct node = node_get_struct(structure->node);

	emit(out, "static inline %s %s_%s_%s(struct %s_builder b%s)\n{\n", type,
	     structure->stem, verb, field->snake, structure->stem, rest);
	if (field->in_union)
		emit(out, "\tcapnp_set_u16(b.b, %u, %u);\n",
		     node_struct_get_discriminant_offset(node) * 2, field->discriminant);
}

/* Zeroes what another member of the union may have left in the words of @group. */
static void emit_clear(struct output *out, const struct declaration *group)
{
	struct node_struct node = node_get_struct(group->node);

	if (discriminant_count(group) != 0)
		emit(out, "\tcapnp_set_u16(b.b, %u, 0);\n",
		     node_struct_get_discriminant_offset(node) * 2);
	for (uint32_t i = 0; i < field_count(group); i++) {
		const struct field_view *field = &group->fields[i];
		uint32_t bits = field->is_group ? 0 : type_bits(field->kind);

		if (field->is_group)
			emit_clear(out, field->target);
		else if (type_is_pointer(field->kind))
			emit(out, "\tcapnp_any_set_null(capnp_any_at(b.b, %u));\n",
			     data_words(group) + field->offset);
		else if (bits == 1)
			emit(out, "\tcapnp_set_bool(b.b, %u, false);\n", field->offset);
		else if (bits != 0)
			emit(out, "\tcapnp_set_u%u(b.b, %u, 0);\n", bits,
			     field->offset * bits / 8);
	}
}

static void emit_group(struct output *out, const struct declaration *structure,
		       const struct field_view *field)
{
	const char *tag = field->target->tag;
	const char *builder = format_text("struct %s_builder", field->target->stem);

	emit_getter(out, structure, field, format_text("struct %s", tag), "get");
	emit(out, "\treturn (struct %s){ r.s };\n}\n\n", tag);
	emit_setter(out, structure, field, builder, "init", "");
	if (field->in_union)
		emit_clear(out, field->target);
	emit(out, "\treturn (%s){ b.b };\n}\n\n", builder);
}

static void emit_field(struct output *out, const struct model *model,
		       const struct declaration *structure,
		       const struct field_view *field)
{
	if (field->is_group)
		emit_group(out, structure, field);
	else if (type_is_pointer(field->kind))
		generate_pointer(out, model, structure, field);
	else
		generate_plain(out, structure, field);
}

/* The root of a message. */
static void emit_root(struct output *out, const struct declaration *structure)
{
	const char *tag = structure->tag;
	const char *stem = structure->stem;
	const char *upper = structure->upper;

	emit(out,
	     "static inline bool %s_read(struct capnp_reader *reader, struct %s *out)\n"
	     "{\n\treturn capnp_read_root_as(reader, %s_DATA_WORDS, %s_POINTERS, "
	     "&out->s);\n}\n\n",
	     stem, tag, upper, upper);
	emit(out,
	     "static inline struct %s_builder %s_new(struct capnp_builder *builder)\n"
	     "{\n\treturn (struct %s_builder){ capnp_build_root(builder, "
	     "%s_DATA_WORDS, %s_POINTERS) };\n}\n\n",
	     stem, stem, stem, upper, upper);
	emit(out,
	     "static inline bool %s_new_copy(struct capnp_builder *builder, struct %s "
	     "from)\n{\n\treturn capnp_any_set_struct(capnp_build_root_any(builder), "
	     "from.s);\n}\n\n",
	     stem, tag);
}

/* What any pointer leads to, and what none leads to yet. */
static void emit_loose(struct output *out, const struct declaration *structure)
{
	const char *tag = structure->tag;
	const char *stem = structure->stem;
	const char *upper = structure->upper;

	emit(out,
	     "static inline struct %s %s_from_any(struct capnp_any any)\n"
	     "{\n\treturn (struct %s){ capnp_any_struct(any) };\n}\n\n",
	     tag, stem, tag);
	emit(out,
	     "static inline struct %s_builder %s_builder_from_any("
	     "struct capnp_any_builder any)\n{\n\treturn (struct %s_builder){ "
	     "capnp_any_init_struct(any, %s_DATA_WORDS, %s_POINTERS) };\n}\n\n",
	     stem, stem, stem, upper, upper);
	emit(out,
	     "static inline struct %s_builder %s_orphan_new("
	     "struct capnp_builder *builder, struct capnp_orphan *out)\n{\n\treturn "
	     "(struct %s_builder){ capnp_orphan_struct(builder, %s_DATA_WORDS, "
	     "%s_POINTERS, out) };\n}\n\n",
	     stem, stem, stem, upper, upper);
}

static void emit_elements(struct output *out, const struct declaration *structure)
{
	const char *tag = structure->tag;
	const char *stem = structure->stem;

	emit(out,
	     "static inline struct %s %s_at(struct list_of_%s list, uint32_t i)\n"
	     "{\n\treturn (struct %s){ capnp_list_get_struct(list.l, i) };\n}\n\n",
	     tag, stem, stem, tag);
	emit(out,
	     "static inline struct %s_builder %s_builder_at("
	     "struct list_of_%s_builder list, uint32_t i)\n"
	     "{\n\treturn (struct %s_builder){ capnp_list_struct_at(list.l, i) };\n}\n\n",
	     stem, stem, stem, stem);
	emit(out,
	     "static inline bool list_of_%s_set(struct list_of_%s_builder list, "
	     "uint32_t i, struct %s from)\n"
	     "{\n\treturn capnp_list_set_struct(list.l, i, from.s);\n}\n\n",
	     stem, stem, tag);
}

static void emit_lists(struct output *out, const struct declaration *structure)
{
	const char *stem = structure->stem;
	const char *upper = structure->upper;

	emit(out,
	     "static inline struct list_of_%s list_of_%s_from_any(struct capnp_any any)\n"
	     "{\n\treturn (struct list_of_%s){ capnp_any_list(any, "
	     "CAPNP_ELEMENT_STRUCT) };\n}\n\n",
	     stem, stem, stem);
	emit(out,
	     "static inline struct list_of_%s_builder list_of_%s_builder_from_any("
	     "struct capnp_any_builder any, uint32_t count)\n"
	     "{\n\treturn (struct list_of_%s_builder){ capnp_any_init_struct_list("
	     "any, count, %s_DATA_WORDS, %s_POINTERS) };\n}\n\n",
	     stem, stem, stem, upper, upper);
	emit(out,
	     "static inline struct list_of_%s_builder list_of_%s_orphan_new("
	     "struct capnp_builder *builder, uint32_t count, struct capnp_orphan *out)\n"
	     "{\n\treturn (struct list_of_%s_builder){ capnp_orphan_struct_list("
	     "builder, count, %s_DATA_WORDS, %s_POINTERS, out) };\n}\n\n",
	     stem, stem, stem, upper, upper);
}

static void emit_struct(struct output *out, const struct model *model,
			const struct declaration *structure)
{
	struct node_struct node = node_get_struct(structure->node);

	if (!structure->is_group) {
		emit_root(out, structure);
		emit_loose(out, structure);
		emit_elements(out, structure);
		emit_lists(out, structure);
	}
	if (discriminant_count(structure) != 0) {
		emit(out, "static inline enum %s_which %s_which(struct %s r)\n{\n",
		     structure->stem, structure->stem, structure->tag);
		emit(out, "\treturn (enum %s_which)capnp_get_u16(r.s, %u, 0);\n}\n\n",
		     structure->stem, node_struct_get_discriminant_offset(node) * 2);
	}
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		emit_field(out, model, structure, &field);
	}
}

void generate_accessors(struct output *out, const struct model *model,
			const struct declaration *file)
{
	for (size_t i = 0; i < model->count; i++) {
		if (belongs(&model->declarations[i], file, NODE_STRUCT))
			emit_struct(out, model, &model->declarations[i]);
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * access.c - the second part of .capnp.h: what reads and writes the fields of structs.
 *
 * All of it is inline and thin: offsets, defaults and discriminants are constants in the
 * text, so that a few plain fields compile to little more than loads and stores.
 */
#include "tools/capnpc-capos/generate.h"

const char *scalar_type(const struct field_view *field)
{
	static const char *const types[] = {
		[TYPE_BOOL] = "bool",       [TYPE_INT8] = "int8_t",
		[TYPE_INT16] = "int16_t",   [TYPE_INT32] = "int32_t",
		[TYPE_INT64] = "int64_t",   [TYPE_UINT8] = "uint8_t",
		[TYPE_UINT16] = "uint16_t", [TYPE_UINT32] = "uint32_t",
		[TYPE_UINT64] = "uint64_t", [TYPE_FLOAT32] = "float",
		[TYPE_FLOAT64] = "double",
	};

	if (field->kind == TYPE_ENUM)
		return format_text("enum %s", field->target->tag);
	return types[field->kind];
}

static unsigned long long default_bits(const struct field_view *field)
{
	return value_bits(field_slot_get_default_value(field_get_slot(field->field)));
}

/* "static inline TYPE x_get_f(struct x r)" and its opening brace. */
static void emit_getter(struct output *out, const struct declaration *structure,
			const struct field_view *field, const char *type,
			const char *verb)
{
	emit_comment(out, "", field->doc);
	emit(out, "static inline %s %s_%s_%s(struct %s r)\n{\n", type, structure->stem,
	     verb, field->snake, structure->tag);
}

/* As emit_getter(); @rest is the text of the further parameters. */
static void emit_setter(struct output *out, const struct declaration *structure,
			const struct field_view *field, const char *type,
			const char *verb, const char *rest)
{
	struct node_struct node = node_get_struct(structure->node);

	emit(out, "static inline %s %s_%s_%s(struct %s_builder b%s)\n{\n", type,
	     structure->stem, verb, field->snake, structure->stem, rest);
	if (field->in_union)
		emit(out, "\tcapnp_set_u16(b.b, %u, %u);\n",
		     node_struct_get_discriminant_offset(node) * 2, field->discriminant);
}

/* The word of a pointer field, counted from the start of the struct. */
static uint32_t pointer_word(const struct declaration *structure,
			     const struct field_view *field)
{
	return data_words(structure) + field->offset;
}

static void emit_bool(struct output *out, const struct declaration *structure,
		      const struct field_view *field)
{
	bool value = default_bits(field) != 0;

	emit_getter(out, structure, field, "bool", "get");
	emit(out, "\treturn capnp_get_bool(r.s, %u, %s);\n}\n\n", field->offset,
	     value ? "true" : "false");
	emit_setter(out, structure, field, "void", "set", ", bool value");
	emit(out, "\tcapnp_set_bool(b.b, %u, %svalue);\n}\n\n", field->offset,
	     value ? "!" : "");
}

static void emit_float(struct output *out, const struct declaration *structure,
		       const struct field_view *field)
{
	const char *type = scalar_type(field);
	uint32_t bits = type_bits(field->kind);
	uint32_t offset = field->offset * bits / 8;

	emit_getter(out, structure, field, type, "get");
	emit(out,
	     "\treturn capnp_f%u_from_bits(capnp_get_u%u(r.s, %u, UINT%u_C(0x%llx)));\n",
	     bits, bits, offset, bits, default_bits(field));
	emit(out, "}\n\n");
	emit_setter(out, structure, field, "void", "set",
		    format_text(", %s value", type));
	emit(out, "\tcapnp_set_u%u(b.b, %u, capnp_f%u_bits(value) ^ UINT%u_C(0x%llx));\n",
	     bits, offset, bits, bits, default_bits(field));
	emit(out, "}\n\n");
}

static void emit_integer(struct output *out, const struct declaration *structure,
			 const struct field_view *field)
{
	const char *type = scalar_type(field);
	uint32_t bits = type_bits(field->kind);
	uint32_t offset = field->offset * bits / 8;
	unsigned long long value = default_bits(field);

	emit_getter(out, structure, field, type, "get");
	emit(out, "\treturn (%s)capnp_get_u%u(r.s, %u, UINT%u_C(0x%llx));\n}\n\n", type,
	     bits, offset, bits, value);
	emit_setter(out, structure, field, "void", "set",
		    format_text(", %s value", type));
	if (value == 0)
		emit(out, "\tcapnp_set_u%u(b.b, %u, (uint%u_t)value);\n}\n\n", bits,
		     offset, bits);
	else
		emit(out,
		     "\tcapnp_set_u%u(b.b, %u, (uint%u_t)((uint%u_t)value ^ "
		     "UINT%u_C(0x%llx)));\n}\n\n",
		     bits, offset, bits, bits, bits, value);
}

static void emit_void(struct output *out, const struct declaration *structure,
		      const struct field_view *field)
{
	if (!field->in_union)
		return; /* there is nothing in it to read or write */
	emit_comment(out, "", field->doc);
	emit_setter(out, structure, field, "void", "set", "");
	emit(out, "}\n\n");
}

static void emit_has(struct output *out, const struct declaration *structure,
		     const struct field_view *field)
{
	emit(out, "static inline bool %s_has_%s(struct %s r)\n{\n", structure->stem,
	     field->snake, structure->tag);
	emit(out, "\treturn capnp_has(r.s, %u);\n}\n\n", field->offset);
}

/* Of @kind "text" or "data": a copy of bytes, and room for bytes written later. */
static void emit_bytes_setters(struct output *out, const struct declaration *structure,
			       const struct field_view *field, const char *kind,
			       const char *source, const char *room)
{
	uint32_t word = pointer_word(structure, field);

	emit_setter(out, structure, field, "void", "set",
		    format_text(", const %s *bytes, uint32_t size", source));
	emit(out, "\tcapnp_set_%s(b.b, %u, bytes, size);\n}\n\n", kind, word);
	emit_setter(out, structure, field, room, "init", ", uint32_t size");
	emit(out, "\treturn capnp_init_%s(b.b, %u, size);\n}\n\n", kind, word);
}

static void emit_text(struct output *out, const struct declaration *structure,
		      const struct field_view *field)
{
	struct value value = field_slot_get_default_value(field_get_slot(field->field));
	struct capnp_text text = value_get_text(value);

	emit_getter(out, structure, field, "struct capnp_text", "get");
	emit(out, "\treturn capnp_get_text(r.s, %u, (struct capnp_text){ \"",
	     field->offset);
	emit_escaped(out, text.bytes, text.size);
	emit(out, "\", %u });\n}\n\n", text.size);
	emit_bytes_setters(out, structure, field, "text", "char", "char *");
}

static void emit_data(struct output *out, const struct declaration *structure,
		      const struct field_view *field)
{
	emit_getter(out, structure, field, "struct capnp_data", "get");
	emit(out, "\treturn capnp_get_data(r.s, %u);\n}\n\n", field->offset);
	emit_bytes_setters(out, structure, field, "data", "void", "uint8_t *");
}

static void emit_struct_field(struct output *out, const struct declaration *structure,
			      const struct field_view *field)
{
	const struct declaration *target = field->target;
	const char *builder = format_text("struct %s_builder", target->stem);

	emit_getter(out, structure, field, format_text("struct %s", target->tag), "get");
	emit(out, "\treturn (struct %s){ capnp_get_struct(r.s, %u) };\n}\n\n",
	     target->tag, field->offset);
	emit_setter(out, structure, field, builder, "init", "");
	emit(out,
	     "\treturn (%s){ capnp_init_struct(b.b, %u, %s_DATA_WORDS, "
	     "%s_POINTERS) };\n}\n\n",
	     builder, pointer_word(structure, field), target->upper, target->upper);
}

static void emit_struct_list(struct output *out, const struct declaration *structure,
			     const struct field_view *field,
			     const struct declaration *element)
{
	const char *list = format_text("struct list_of_%s", element->stem);
	const char *builder = format_text("struct list_of_%s_builder", element->stem);

	emit_getter(out, structure, field, list, "get");
	emit(out,
	     "\treturn (%s){ capnp_get_list(r.s, %u, CAPNP_ELEMENT_STRUCT) };\n}\n\n",
	     list, field->offset);
	emit_setter(out, structure, field, builder, "init", ", uint32_t count");
	emit(out,
	     "\treturn (%s){ capnp_init_struct_list(b.b, %u, count, %s_DATA_WORDS, "
	     "%s_POINTERS) };\n}\n\n",
	     builder, pointer_word(structure, field), element->upper, element->upper);
}

static void emit_list(struct output *out, const struct model *model,
		      const struct declaration *structure, const struct field_view *field)
{
	struct type element = type_list_get_element_type(type_get_list(field->type));

	if (type_which(element) == TYPE_STRUCT) {
		emit_struct_list(out, structure, field, type_target(model, element));
		return;
	}
	emit_getter(out, structure, field, "struct capnp_list", "get");
	emit(out, "\treturn capnp_get_list(r.s, %u, %s);\n}\n\n", field->offset,
	     type_element_size(element));
	emit_setter(out, structure, field, "struct capnp_list_builder", "init",
		    ", uint32_t count");
	emit(out, "\treturn capnp_init_list(b.b, %u, %s, count);\n}\n\n",
	     pointer_word(structure, field), type_element_size(element));
}

static void emit_cap(struct output *out, const struct declaration *structure,
		     const struct field_view *field)
{
	emit_getter(out, structure, field, "uint32_t", "get");
	emit(out, "\treturn capnp_get_cap(r.s, %u);\n}\n\n", field->offset);
	emit_setter(out, structure, field, "void", "set", ", uint32_t index");
	emit(out, "\tcapnp_set_cap(b.b, %u, index);\n}\n\n",
	     pointer_word(structure, field));
}

static void emit_group(struct output *out, const struct declaration *structure,
		       const struct field_view *field)
{
	const char *tag = field->target->tag;
	const char *builder = format_text("struct %s_builder", field->target->stem);

	emit_getter(out, structure, field, format_text("struct %s", tag), "get");
	emit(out, "\treturn (struct %s){ r.s };\n}\n\n", tag);
	emit_setter(out, structure, field, builder, "init", "");
	emit(out, "\treturn (%s){ b.b };\n}\n\n", builder);
}

static void emit_pointer(struct output *out, const struct model *model,
			 const struct declaration *structure,
			 const struct field_view *field)
{
	emit_has(out, structure, field);
	if (type_is_cap(field->type))
		emit_cap(out, structure, field);
	else if (field->kind == TYPE_TEXT)
		emit_text(out, structure, field);
	else if (field->kind == TYPE_DATA)
		emit_data(out, structure, field);
	else if (field->kind == TYPE_STRUCT)
		emit_struct_field(out, structure, field);
	else if (field->kind == TYPE_LIST)
		emit_list(out, model, structure, field);
	/* Of any other pointer it can only be asked yet whether it is there. */
}

static void emit_field(struct output *out, const struct model *model,
		       const struct declaration *structure,
		       const struct field_view *field)
{
	if (field->is_group)
		emit_group(out, structure, field);
	else if (type_is_pointer(field->kind))
		emit_pointer(out, model, structure, field);
	else if (field->kind == TYPE_VOID)
		emit_void(out, structure, field);
	else if (field->kind == TYPE_BOOL)
		emit_bool(out, structure, field);
	else if (field->kind == TYPE_FLOAT32 || field->kind == TYPE_FLOAT64)
		emit_float(out, structure, field);
	else
		emit_integer(out, structure, field);
}

/* Root and list elements: what a struct of its own has and a group has not. */
static void emit_whole(struct output *out, const struct declaration *structure)
{
	const char *tag = structure->tag;
	const char *stem = structure->stem;

	emit(out,
	     "static inline bool %s_read(struct capnp_reader *reader, struct %s *out)\n"
	     "{\n\treturn capnp_read_root_as(reader, %s_DATA_WORDS, %s_POINTERS, "
	     "&out->s);\n}\n\n",
	     stem, tag, structure->upper, structure->upper);
	emit(out,
	     "static inline struct %s_builder %s_new(struct capnp_builder *builder)\n"
	     "{\n\treturn (struct %s_builder){ capnp_build_root(builder, "
	     "%s_DATA_WORDS, %s_POINTERS) };\n}\n\n",
	     stem, stem, stem, structure->upper, structure->upper);
	emit(out,
	     "static inline struct %s %s_at(struct list_of_%s list, uint32_t i)\n"
	     "{\n\treturn (struct %s){ capnp_list_get_struct(list.l, i) };\n}\n\n",
	     tag, stem, stem, tag);
	emit(out,
	     "static inline struct %s_builder %s_builder_at("
	     "struct list_of_%s_builder list, uint32_t i)\n"
	     "{\n\treturn (struct %s_builder){ capnp_list_struct_at(list.l, i) };\n}\n\n",
	     stem, stem, stem, stem);
}

static void emit_struct(struct output *out, const struct model *model,
			const struct declaration *structure)
{
	struct node_struct node = node_get_struct(structure->node);

	if (!structure->is_group)
		emit_whole(out, structure);
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

/* SPDX-License-Identifier: MIT */
/* pointer.c - what reads and writes the fields behind pointers. */
#include "tools/capnpc-capos/constant.h"
#include "tools/capnpc-capos/generate.h"

struct getter pointer_getter(const struct model *model, struct type type)
{
	struct getter getter = { "struct capnp_any", "", "any", "", "" };
	const char *tag;

	switch (type_shape(type)) {
	case SHAPE_DATA:
		return (struct getter){ "struct capnp_data", "", "data", "", "" };
	case SHAPE_STRUCT:
		tag = format_text("struct %s", type_target(model, type)->tag);
		return (struct getter){ tag, format_text("(%s){ ", tag), "struct", "",
					" }" };
	case SHAPE_STRUCT_LIST:
		tag = format_text("struct list_of_%s",
				  type_target(model, type_element(type))->stem);
		return (struct getter){ tag, format_text("(%s){ ", tag), "list",
					", CAPNP_ELEMENT_STRUCT", " }" };
	case SHAPE_LIST:
		return (struct getter){
			"struct capnp_list", "", "list",
			format_text(", %s", type_element_size(type_element(type))), ""
		};
	case SHAPE_ANY_STRUCT:
		return (struct getter){ "struct capnp_struct", "", "struct", "", "" };
	case SHAPE_ANY_LIST:
		return (struct getter){ "struct capnp_list", "", "list",
					", CAPNP_ELEMENT_ANY", "" };
	case SHAPE_ANY:
	case SHAPE_PLAIN:
	case SHAPE_TEXT:
	case SHAPE_CAP:
	default:
		return getter;
	}
}

/* The word of a pointer field, counted from the start of the struct. */
static uint32_t pointer_word(const struct declaration *structure,
			     const struct field_view *field)
{
	return data_words(structure) + field->offset;
}

static void emit_has(struct output *out, const struct declaration *structure,
		     const struct field_view *field)
{
	emit_getter(out, structure, field, "bool", "has");
	emit(out, "\treturn capnp_has(r.s, %u);\n}\n\n", field->offset);
}

/* ---- Text, data, capabilities ------------------------------------------------------- */

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

static void emit_cap(struct output *out, const struct declaration *structure,
		     const struct field_view *field)
{
	emit_getter(out, structure, field, "uint32_t", "get");
	emit(out, "\treturn capnp_get_cap(r.s, %u);\n}\n\n", field->offset);
	emit_setter(out, structure, field, "void", "set", ", uint32_t index");
	emit(out, "\tcapnp_set_cap(b.b, %u, index);\n}\n\n",
	     pointer_word(structure, field));
}

/* ---- Structs, lists, and anything --------------------------------------------------- */

static void emit_pointer_getter(struct output *out, const struct model *model,
				const struct declaration *structure,
				const struct field_view *field)
{
	struct getter getter = pointer_getter(model, field->type);
	struct constant constant = default_message(field);
	const char *words = format_text("%s_words_%s", structure->stem, field->snake);
	const char *reader = format_text("%s_default_%s", structure->stem, field->snake);

	if (constant.count != 0)
		emit_message(out, &constant, words, reader);
	emit_getter(out, structure, field, getter.type, "get");
	emit(out, "\treturn %scapnp_get_%s%s(r.s, %u%s", getter.start, getter.verb,
	     constant.count != 0 ? "_or" : "", field->offset, getter.expected);
	if (constant.count != 0)
		emit(out, ", &%s", reader);
	emit(out, ")%s;\n}\n\n", getter.end);
}

static void emit_struct_init(struct output *out, const struct model *model,
			     const struct declaration *structure,
			     const struct field_view *field)
{
	const struct declaration *target = type_target(model, field->type);
	const char *builder = format_text("struct %s_builder", target->stem);

	emit_setter(out, structure, field, builder, "init", "");
	emit(out,
	     "\treturn (%s){ capnp_init_struct(b.b, %u, %s_DATA_WORDS, "
	     "%s_POINTERS) };\n}\n\n",
	     builder, pointer_word(structure, field), target->upper, target->upper);
}

static void emit_struct_list_init(struct output *out, const struct model *model,
				  const struct declaration *structure,
				  const struct field_view *field)
{
	const struct declaration *element = type_target(model, type_element(field->type));
	const char *builder = format_text("struct list_of_%s_builder", element->stem);

	emit_setter(out, structure, field, builder, "init", ", uint32_t count");
	emit(out,
	     "\treturn (%s){ capnp_init_struct_list(b.b, %u, count, %s_DATA_WORDS, "
	     "%s_POINTERS) };\n}\n\n",
	     builder, pointer_word(structure, field), element->upper, element->upper);
}

static void emit_list_init(struct output *out, const struct declaration *structure,
			   const struct field_view *field)
{
	emit_setter(out, structure, field, "struct capnp_list_builder", "init",
		    ", uint32_t count");
	emit(out, "\treturn capnp_init_list(b.b, %u, %s, count);\n}\n\n",
	     pointer_word(structure, field),
	     type_element_size(type_element(field->type)));
}

/* For what no schema tells the shape of: whoever writes it says what it is. */
static void emit_any_init(struct output *out, const struct declaration *structure,
			  const struct field_view *field, enum shape shape)
{
	uint32_t word = pointer_word(structure, field);

	if (shape == SHAPE_ANY_STRUCT) {
		emit_setter(out, structure, field, "struct capnp_struct_builder", "init",
			    ", uint16_t data_words, uint16_t pointer_count");
		emit(out,
		     "\treturn capnp_init_struct(b.b, %u, data_words, pointer_count);\n"
		     "}\n\n",
		     word);
		return;
	}
	emit_setter(out, structure, field, "struct capnp_any_builder", "init", "");
	emit(out, "\treturn capnp_any_at(b.b, %u);\n}\n\n", word);
}

static void emit_init(struct output *out, const struct model *model,
		      const struct declaration *structure, const struct field_view *field)
{
	enum shape shape = type_shape(field->type);

	if (shape == SHAPE_STRUCT)
		emit_struct_init(out, model, structure, field);
	else if (shape == SHAPE_STRUCT_LIST)
		emit_struct_list_init(out, model, structure, field);
	else if (shape == SHAPE_LIST)
		emit_list_init(out, structure, field);
	else
		emit_any_init(out, structure, field, shape);
}

/* Sets the field to a copy of what was read from anywhere else. */
static void emit_copy(struct output *out, const struct model *model,
		      const struct declaration *structure, const struct field_view *field)
{
	struct getter getter = pointer_getter(model, field->type);
	enum shape shape = type_shape(field->type);

	emit_setter(out, structure, field, "bool", "set",
		    format_text(", %s value", getter.type));
	emit(out, "\treturn capnp_set_%s(b.b, %u, value%s);\n}\n\n", getter.verb,
	     pointer_word(structure, field),
	     shape == SHAPE_STRUCT        ? ".s"
	     : shape == SHAPE_STRUCT_LIST ? ".l"
					  : "");
}

static void emit_adopt(struct output *out, const struct declaration *structure,
		       const struct field_view *field)
{
	emit(out, "[[nodiscard]] ");
	emit_setter(out, structure, field, "bool", "adopt",
		    ", struct capnp_orphan *orphan");
	emit(out, "\treturn capnp_adopt(capnp_any_at(b.b, %u), orphan);\n}\n\n",
	     pointer_word(structure, field));
}

void generate_pointer(struct output *out, const struct model *model,
		      const struct declaration *structure, const struct field_view *field)
{
	enum shape shape = type_shape(field->type);

	emit_has(out, structure, field);
	if (shape == SHAPE_CAP) {
		emit_cap(out, structure, field);
		return;
	}
	if (shape == SHAPE_TEXT) {
		emit_text(out, structure, field);
		emit_adopt(out, structure, field);
		return;
	}
	emit_pointer_getter(out, model, structure, field);
	if (shape == SHAPE_DATA) {
		emit_bytes_setters(out, structure, field, "data", "void", "uint8_t *");
	} else {
		emit_init(out, model, structure, field);
		emit_copy(out, model, structure, field);
	}
	emit_adopt(out, structure, field);
}

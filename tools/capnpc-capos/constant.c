/* SPDX-License-Identifier: MIT */
/*
 * constant.c - see constant.h.
 *
 * A value behind a pointer is copied out of the request into a message of its own, which
 * becomes an array of words in the generated header, read by a trusted reader.
 */
#include "tools/capnpc-capos/constant.h"

#include <string.h>

#include "tools/capnpc-capos/generate.h"

enum {
	POINTER_LIST = 1,
	VALUE_POINTER = 0, /* where Value has whatever is behind a pointer */
};

/* ---- Copies ------------------------------------------------------------------------- */

/* Room for @count zeroed words at the end; returns where it starts. */
static uint32_t add_words(struct constant *to, uint64_t count)
{
	uint32_t start = to->count;

	if (count > UINT32_MAX / 16 - start)
		die("capnpc-capos: a constant is too large");
	if (start + count > to->capacity) {
		to->capacity = (start + (uint32_t)count) * 2;
		to->words = resize(to->words, to->capacity * sizeof(to->words[0]));
	}
	to->count += (uint32_t)count;
	return start;
}

/* The lower half of a pointer at word @at to word @target. */
static uint64_t offset_bits(uint32_t at, uint32_t target)
{
	return (uint64_t)(target - at - 1) << 2;
}

static void copy_pointer(struct constant *to, uint32_t at, struct capnp_any from);

/* The data and pointers of @from at word @at; the room is there. */
static void copy_struct_words(struct constant *to, uint32_t at, struct capnp_struct from)
{
	if (from.data_bytes != 0)
		memcpy(to->words + at, capnp_struct_data(from), from.data_bytes);
	for (uint32_t i = 0; i < from.pointer_count; i++)
		copy_pointer(to, at + from.data_bytes / 8 + i, capnp_get_any(from, i));
}

static void copy_struct(struct constant *to, uint32_t at, struct capnp_struct from)
{
	uint64_t data = from.data_bytes / 8;
	uint64_t pointers = from.pointer_count;
	uint32_t target = add_words(to, data + pointers);

	to->words[at] = data << 32 | pointers << 48;
	if (data + pointers == 0)
		to->words[at] |= UINT32_C(0xfffffffc); /* an empty one leads to itself */
	else
		to->words[at] |= offset_bits(at, target);
	copy_struct_words(to, target, from);
}

static void copy_struct_list(struct constant *to, uint32_t at, struct capnp_list from)
{
	uint64_t data = from.element_data_bits / 64;
	uint64_t each = data + from.element_pointers;
	uint32_t tag = add_words(to, each * from.count + 1);

	to->words[at] = offset_bits(at, tag) | POINTER_LIST |
			(uint64_t)CAPNP_ELEMENT_STRUCT << 32 | each * from.count << 35;
	to->words[tag] = (uint64_t)from.count << 2 | data << 32 |
			 (uint64_t)from.element_pointers << 48;
	for (uint32_t i = 0; i < from.count && each != 0; i++)
		copy_struct_words(to, tag + 1 + i * (uint32_t)each,
				  capnp_list_get_struct(from, i));
}

static void copy_list(struct constant *to, uint32_t at, struct capnp_list from)
{
	uint64_t bits = (uint64_t)from.count * from.step_bits;
	uint32_t target;

	if (from.element_size == CAPNP_ELEMENT_STRUCT) {
		copy_struct_list(to, at, from);
		return;
	}
	target = add_words(to, (bits + 63) / 64);
	to->words[at] = offset_bits(at, target) | POINTER_LIST |
			(uint64_t)from.element_size << 32 | (uint64_t)from.count << 35;
	if (from.element_size != CAPNP_ELEMENT_POINTER && bits != 0)
		memcpy(to->words + target, from.bytes, (bits + 7) / 8);
	for (uint32_t i = 0; from.element_size == CAPNP_ELEMENT_POINTER && i < from.count;
	     i++)
		copy_pointer(to, target + i, capnp_list_get_any(from, i));
}

/* Writes a pointer at word @at that leads to a copy of what @from leads to. */
static void copy_pointer(struct constant *to, uint32_t at, struct capnp_any from)
{
	enum capnp_any_kind kind = capnp_any_kind(from);

	if (kind == CAPNP_ANY_STRUCT)
		copy_struct(to, at, capnp_any_struct(from));
	else if (kind == CAPNP_ANY_LIST)
		copy_list(to, at, capnp_any_list(from, CAPNP_ELEMENT_ANY));
}

/* Whether the pointer is that of a list of elements without size. */
static bool has_elements(uint64_t pointer)
{
	return (pointer & 3) == POINTER_LIST && pointer >> 35 != 0;
}

struct constant make_constant(struct value value)
{
	struct constant constant = { 0 };

	(void)add_words(&constant, 1);
	copy_pointer(&constant, 0, capnp_get_any(value.s, VALUE_POINTER));
	if (constant.count == 1 && !has_elements(constant.words[0]))
		constant.count = 0; /* what is absent reads the same */
	return constant;
}

struct constant default_message(const struct field_view *field)
{
	enum shape shape = field->is_group ? SHAPE_PLAIN : type_shape(field->type);

	if (shape == SHAPE_PLAIN || shape == SHAPE_TEXT || shape == SHAPE_CAP ||
	    shape == SHAPE_ANY) /* the language has no default for that */
		return (struct constant){ 0 };
	return make_constant(field_slot_get_default_value(field_get_slot(field->field)));
}

/* ---- Text --------------------------------------------------------------------------- */

void emit_message(struct output *out, const struct constant *constant, const char *words,
		  const char *reader)
{
	emit(out, "static const uint64_t %s[%u] = {", words, constant->count);
	for (uint32_t i = 0; i < constant->count; i++)
		emit(out, "%sUINT64_C(0x%016llx),", i % 3 == 0 ? "\n\t" : " ",
		     (unsigned long long)constant->words[i]);
	emit(out, "\n};\n[[maybe_unused]] static const struct capnp_reader %s =\n",
	     reader);
	emit(out, "\tCAPNP_CONSTANT_MESSAGE(%s);\n", words);
}

static void emit_text_constant(struct output *out, const struct declaration *constant,
			       struct capnp_text text)
{
	emit(out, "#define %s \\\n\t\"", constant->upper);
	emit_escaped_line(out, text.bytes, text.size);
	emit(out, "\"\n\n");
}

static void emit_plain_constant(struct output *out, const struct declaration *constant,
				enum type_which kind, unsigned long long bits)
{
	uint32_t size = type_bits(kind);

	emit(out, "#define %s ", constant->upper);
	if (kind == TYPE_BOOL)
		emit(out, "%s", bits ? "true" : "false");
	else if (kind == TYPE_FLOAT32)
		emit(out, "capnp_f32_from_bits(0x%llx)", bits);
	else if (kind == TYPE_FLOAT64)
		emit(out, "capnp_f64_from_bits(UINT64_C(0x%llx))", bits);
	else if (kind >= TYPE_INT8 && kind <= TYPE_INT64)
		emit(out, "((int%u_t)UINT%u_C(0x%llx))", size, size, bits);
	else
		emit(out, "UINT%u_C(0x%llx)", size, bits);
	emit(out, "\n\n");
}

/* The function that reads it; a value that is empty reads as what is absent. */
static void emit_value_function(struct output *out, const struct declaration *constant,
				const struct getter *getter, bool empty)
{
	emit(out, "static inline %s %s_value(void)\n{\n\treturn ", getter->type,
	     constant->stem);
	if (empty)
		emit(out, "(%s){ 0 };\n}\n\n", getter->type);
	else
		emit(out, "%scapnp_constant_%s(&%s_message%s)%s;\n}\n\n", getter->start,
		     getter->verb, constant->stem, getter->expected, getter->end);
}

void generate_constant(struct output *out, const struct model *model,
		       const struct declaration *declaration)
{
	struct node_const node = node_get_const(declaration->node);
	struct value value = node_const_get_value(node);
	struct type type = node_const_get_type(node);
	enum type_which kind = type_which(type);
	struct getter getter;
	struct constant message;

	if (kind == TYPE_VOID || type_is_cap(type))
		return; /* there is nothing to say about it */
	emit_comment(out, "", declaration->doc);
	if (kind == TYPE_TEXT) {
		emit_text_constant(out, declaration, value_get_text(value));
		return;
	}
	if (!type_is_pointer(kind)) {
		emit_plain_constant(out, declaration, kind, value_bits(value));
		return;
	}
	message = make_constant(value);
	if (message.count != 0)
		emit_message(out, &message, format_text("%s_words", declaration->stem),
			     format_text("%s_message", declaration->stem));
	getter = pointer_getter(model, type);
	emit_value_function(out, declaration, &getter, message.count == 0);
}

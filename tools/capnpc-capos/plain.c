/* SPDX-License-Identifier: MIT */
/* plain.c - what reads and writes the fields that are not behind a pointer. */
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

void generate_plain(struct output *out, const struct declaration *structure,
		    const struct field_view *field)
{
	if (field->kind == TYPE_VOID)
		emit_void(out, structure, field);
	else if (field->kind == TYPE_BOOL)
		emit_bool(out, structure, field);
	else if (field->kind == TYPE_FLOAT32 || field->kind == TYPE_FLOAT64)
		emit_float(out, structure, field);
	else
		emit_integer(out, structure, field);
}

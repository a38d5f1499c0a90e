/* SPDX-License-Identifier: MIT */
/* render.c - see render.h. Recursion ends where the reader's depth limit does. */
#include "core/capnp/render.h"

#include "core/capnp/decimal.h"

enum {
	FLOAT32_DIGITS = 9,
	FLOAT64_DIGITS = 17,
	CHUNK_BYTES = 64, /* of escaped text, so that the sink is not called per byte */
};

static const char hex_digits[] = "0123456789abcdef";

static void put(const struct capnp_sink *sink, const char *text)
{
	size_t size = 0;

	while (text[size])
		size++;
	sink->write(sink->context, text, size);
}

static size_t hex(uint8_t byte, char *out)
{
	out[0] = hex_digits[byte >> 4];
	out[1] = hex_digits[byte & 15];
	return 2;
}

/* Writes one byte of text to @out, escaped if need be; at most four bytes. */
static size_t escape(uint8_t byte, char *out)
{
	const char *plain = "\"\\\n\t";
	const char *names = "\"\\nt";

	for (size_t i = 0; plain[i]; i++) {
		if (byte == (uint8_t)plain[i]) {
			out[0] = '\\';
			out[1] = names[i];
			return 2;
		}
	}
	if (byte >= 0x20 && byte < 0x7f) {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	return 2 + hex(byte, out + 2);
}

/* Each byte in the form that @form gives it. */
static void put_bytes(const struct capnp_sink *sink, const void *bytes, uint32_t size,
		      size_t (*form)(uint8_t byte, char *out))
{
	const uint8_t *next = bytes;
	char chunk[CHUNK_BYTES];
	size_t used = 0;

	for (uint32_t i = 0; i < size; i++) {
		if (used + 4 > sizeof(chunk)) {
			sink->write(sink->context, chunk, used);
			used = 0;
		}
		used += form(next[i], chunk + used);
	}
	sink->write(sink->context, chunk, used);
}

static void put_text(const struct capnp_sink *sink, struct capnp_text text)
{
	put(sink, "\"");
	put_bytes(sink, text.bytes, text.size, escape);
	put(sink, "\"");
}

static void put_data(const struct capnp_sink *sink, struct capnp_data data)
{
	put(sink, "0x");
	put_bytes(sink, data.bytes, data.size, hex);
}

static void put_list(const struct capnp_sink *sink, const struct capnp_value *list)
{
	put(sink, "[");
	for (uint32_t i = 0; i < list->list.count; i++) {
		struct capnp_value element = capnp_dynamic_at(list, i);

		if (i != 0)
			put(sink, ", ");
		capnp_render_value(sink, &element);
	}
	put(sink, "]");
}

static void put_enum(const struct capnp_sink *sink, const struct capnp_value *value)
{
	const char *name = capnp_enumerant_name(value->type->enumeration, value->natural);
	char number[CAPNP_DECIMAL_BYTES];

	if (!name) {
		capnp_decimal_natural(value->natural, number);
		name = number;
	}
	put(sink, name);
}

static void put_cap(const struct capnp_sink *sink, uint32_t cap)
{
	char number[CAPNP_DECIMAL_BYTES];

	if (cap == CAPNP_NO_CAP) {
		put(sink, "null");
		return;
	}
	capnp_decimal_natural(cap, number);
	put(sink, "<");
	put(sink, number);
	put(sink, ">");
}

static void put_number(const struct capnp_sink *sink, const struct capnp_value *value)
{
	enum capnp_kind kind = value->type->kind;
	char number[CAPNP_DECIMAL_BYTES];

	if (kind == CAPNP_KIND_FLOAT32)
		capnp_decimal_float(capnp_float32_to_64((uint32_t)value->float_bits),
				    FLOAT32_DIGITS, number);
	else if (kind == CAPNP_KIND_FLOAT64)
		capnp_decimal_float(value->float_bits, FLOAT64_DIGITS, number);
	else if (kind >= CAPNP_KIND_UINT8)
		capnp_decimal_natural(value->natural, number);
	else
		capnp_decimal_integer(value->integer, number);
	put(sink, number);
}

void capnp_render_value(const struct capnp_sink *sink, const struct capnp_value *value)
{
	switch (value->type->kind) {
	case CAPNP_KIND_VOID:
		put(sink, "void");
		break;
	case CAPNP_KIND_BOOL:
		put(sink, value->boolean ? "true" : "false");
		break;
	case CAPNP_KIND_INT8:
	case CAPNP_KIND_INT16:
	case CAPNP_KIND_INT32:
	case CAPNP_KIND_INT64:
	case CAPNP_KIND_UINT8:
	case CAPNP_KIND_UINT16:
	case CAPNP_KIND_UINT32:
	case CAPNP_KIND_UINT64:
	case CAPNP_KIND_FLOAT32:
	case CAPNP_KIND_FLOAT64:
		put_number(sink, value);
		break;
	case CAPNP_KIND_TEXT:
		put_text(sink, value->text);
		break;
	case CAPNP_KIND_DATA:
		put_data(sink, value->data);
		break;
	case CAPNP_KIND_LIST:
		put_list(sink, value);
		break;
	case CAPNP_KIND_ENUM:
		put_enum(sink, value);
		break;
	case CAPNP_KIND_STRUCT:
		if (value->structure.message) /* else a recursive type had no end */
			capnp_render_struct(sink, value->structure,
					    value->type->structure);
		else
			put(sink, "null");
		break;
	case CAPNP_KIND_INTERFACE:
		put_cap(sink, value->cap);
		break;
	case CAPNP_KIND_ANY_POINTER:
	case CAPNP_KIND_ANY_STRUCT:
	case CAPNP_KIND_ANY_LIST:
		put(sink, value->present ? "<pointer>" : "null");
		break;
	default:
		put(sink, "?");
		break;
	}
}

void capnp_render_struct(const struct capnp_sink *sink, struct capnp_struct s,
			 const struct capnp_struct_info *info)
{
	bool first = true;

	put(sink, "(");
	for (uint32_t i = 0; i < info->field_count; i++) {
		const struct capnp_field_info *field = &info->fields[i];
		struct capnp_value value;

		if (!capnp_field_is_active(s, info, field))
			continue;
		value = capnp_dynamic_get(s, field);
		if (!first)
			put(sink, ", ");
		first = false;
		put(sink, field->name);
		put(sink, " = ");
		/* A group is part of its struct, so it is there even if that is empty. */
		if (field->kind == CAPNP_FIELD_GROUP)
			capnp_render_struct(sink, s, field->type.structure);
		else
			capnp_render_value(sink, &value);
	}
	put(sink, ")");
}

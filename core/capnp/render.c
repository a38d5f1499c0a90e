/* SPDX-License-Identifier: MIT */
/*
 * render.c - see render.h. Recursion ends where the reader's depth limit does.
 *
 * The elements of a list stay in one line if none is longer than 24 bytes, the fields of a
 * struct if besides all together are not longer than 64, separators not counted. Whether that
 * is so is found by printing each to nowhere, which ends as soon as it is known; so a
 * value is printed at most as often as there are brackets in 24 bytes.
 */
#include "core/capnp/render.h"

#include "core/capnp/decimal.h"

enum {
	INLINE_VALUE_MAX = 24,
	INLINE_RECORD_MAX = 64,
	CHUNK_BYTES = 64, /* of escaped text, so that the sink is not called per byte */
	ESCAPE_BYTES = 4,
};

static const char hex_digits[] = "0123456789abcdef";

struct writer {
	const struct capnp_sink *sink; /* null: only count */
	const struct capnp_render_options *options;
	size_t counted;
};

/* Where a value stands: lines inside begin behind 2 * level blanks. Level 0: one line. */
struct place {
	uint32_t level;
	bool is_prefixed; /* something stands before it in its line */
};

static void put_bytes(struct writer *writer, const char *bytes, size_t size)
{
	if (writer->sink)
		writer->sink->write(writer->sink->context, bytes, size);
	else
		writer->counted += size;
}

static void put(struct writer *writer, const char *text)
{
	size_t size = 0;

	while (text[size])
		size++;
	put_bytes(writer, text, size);
}

/* Whether counting on is useless. */
static bool is_full(const struct writer *writer)
{
	return !writer->sink && writer->counted > INLINE_VALUE_MAX;
}

static size_t hex(uint8_t byte, char out[ESCAPE_BYTES])
{
	out[0] = hex_digits[byte >> 4];
	out[1] = hex_digits[byte & 15];
	return 2;
}

/* Writes one byte of text to @out, escaped if a control character would be no text. */
static size_t escape(uint8_t byte, char out[ESCAPE_BYTES])
{
	static const char plain[] = "\a\b\f\n\r\t\v'\"\\";
	static const char names[] = "abfnrtv'\"\\";

	for (size_t i = 0; plain[i]; i++) {
		if (byte == (uint8_t)plain[i]) {
			out[0] = '\\';
			out[1] = names[i];
			return 2;
		}
	}
	if (byte >= 0x20 && byte != 0x7f) {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = (char)('0' + (byte >> 6));
	out[2] = (char)('0' + (byte >> 3 & 7));
	out[3] = (char)('0' + (byte & 7));
	return 4;
}

/* The same for everything that is not printable ASCII. */
static size_t escape_all(uint8_t byte, char out[ESCAPE_BYTES])
{
	if (byte < 0x80)
		return escape(byte, out);
	out[0] = '\\';
	out[1] = (char)('0' + (byte >> 6));
	out[2] = (char)('0' + (byte >> 3 & 7));
	out[3] = (char)('0' + (byte & 7));
	return 4;
}

/* Each byte in the form that @form gives it. */
static void put_each(struct writer *writer, const void *bytes, uint32_t size,
		     size_t (*form)(uint8_t byte, char out[ESCAPE_BYTES]))
{
	const uint8_t *next = bytes;
	char chunk[CHUNK_BYTES];
	size_t used = 0;

	for (uint32_t i = 0; i < size && !is_full(writer); i++) {
		if (used + ESCAPE_BYTES > sizeof(chunk)) {
			put_bytes(writer, chunk, used);
			used = 0;
		}
		used += form(next[i], chunk + used);
	}
	put_bytes(writer, chunk, used);
}

static void put_text(struct writer *writer, struct capnp_text text)
{
	put(writer, "\"");
	put_each(writer, text.bytes, text.size,
		 writer->options->terminal_safe ? escape_all : escape);
	put(writer, "\"");
}

static void put_data(struct writer *writer, struct capnp_data data)
{
	/* The reference reads no 0x"". */
	bool as_hex = writer->options->data_as_hex && data.size != 0;

	put(writer, as_hex ? "0x\"" : "\"");
	put_each(writer, data.bytes, data.size, as_hex ? hex : escape_all);
	put(writer, "\"");
}

static void put_enum(struct writer *writer, const struct capnp_value *value)
{
	const char *name = capnp_enumerant_name(value->type->enumeration, value->natural);
	char number[CAPNP_DECIMAL_BYTES];

	if (name) {
		put(writer, name);
		return;
	}
	capnp_decimal_natural(value->natural, number);
	put(writer, "(");
	put(writer, number);
	put(writer, ")");
}

static void put_number(struct writer *writer, const struct capnp_value *value)
{
	enum capnp_kind kind = value->type->kind;
	char number[CAPNP_DECIMAL_BYTES];

	if (kind == CAPNP_KIND_FLOAT32)
		capnp_decimal_float32((uint32_t)value->float_bits,
				      writer->options->exact_floats, number);
	else if (kind == CAPNP_KIND_FLOAT64)
		capnp_decimal_float64(value->float_bits, number);
	else if (kind >= CAPNP_KIND_UINT8)
		capnp_decimal_natural(value->natural, number);
	else
		capnp_decimal_integer(value->integer, number);
	put(writer, number);
}

/* A sink for what the caller's hook writes. */
static void put_from_hook(void *context, const char *bytes, size_t size)
{
	put_bytes(context, bytes, size);
}

static void put_cap(struct writer *writer, const struct capnp_value *value)
{
	const struct capnp_sink sink = { put_from_hook, writer };

	if (writer->options->write_cap)
		writer->options->write_cap(writer->options->context, &sink, value->cap,
					   value->type->interface_);
	else
		put(writer, value->type->interface_ ? "<external capability>"
						    : "<opaque pointer>");
}

static void put_value(struct writer *writer, const struct capnp_value *value,
		      struct place place);

/* Before item @i of a list or struct. */
static void put_separator(struct writer *writer, bool lines, uint32_t i,
			  struct place place)
{
	if (!lines) {
		put(writer, i == 0 ? "" : ", ");
		return;
	}
	if (i == 0 && !place.is_prefixed) {
		put(writer, " ");
		return;
	}
	put(writer, i == 0 ? "\n" : ",\n");
	for (uint32_t level = 0; level < place.level; level++)
		put(writer, "  ");
}

/* What is inside a value that stands in @place. */
static struct place inside(struct place place, bool is_prefixed)
{
	return (struct place){ place.level == 0 ? 0 : place.level + 1, is_prefixed };
}

/* Numbers are never longer than fits. */
static bool is_always_short(enum capnp_kind kind)
{
	return kind <= CAPNP_KIND_FLOAT64;
}

static struct writer counter(const struct writer *writer)
{
	return (struct writer){ .options = writer->options };
}

/* What a walk costs is not counted while it only counts. A default is never written. */
static uint32_t traversal_left(struct capnp_segment *message)
{
	return message ? capnp_segment_reader(message)->traversal_words_left : 0;
}

static void restore_traversal(struct capnp_segment *message, uint32_t words)
{
	if (traversal_left(message) != words)
		capnp_segment_reader(message)->traversal_words_left = words;
}

/* Whether the elements of @list go into lines of their own. */
static bool breaks_list(const struct writer *writer, const struct capnp_value *list,
			struct place place)
{
	uint32_t traversal = traversal_left(list->list.message);
	bool fits = true;

	if (place.level == 0 || is_always_short(list->type->element->kind))
		return false;
	for (uint32_t i = 0; i < list->list.count && fits; i++) {
		struct capnp_value element = capnp_dynamic_at(list, i);
		struct writer count = counter(writer);

		put_value(&count, &element, (struct place){ 0 });
		fits = !is_full(&count);
	}
	restore_traversal(list->list.message, traversal);
	return !fits;
}

static void put_list(struct writer *writer, const struct capnp_value *list,
		     struct place place)
{
	bool lines = breaks_list(writer, list, place);

	put(writer, "[");
	for (uint32_t i = 0; i < list->list.count && !is_full(writer); i++) {
		struct capnp_value element = capnp_dynamic_at(list, i);

		put_separator(writer, lines, i, place);
		put_value(writer, &element, inside(place, false));
	}
	put(writer, lines ? " ]" : "]");
}

/* Whether a field prints at all. */
static bool is_shown(struct capnp_struct s, const struct capnp_struct_info *info,
		     const struct capnp_field_info *field)
{
	if (!capnp_field_is_active(s, info, field))
		return false;
	if (field->kind == CAPNP_FIELD_GROUP || !capnp_kind_is_pointer(field->type.kind))
		return true;
	if (field->discriminant_value != CAPNP_NO_DISCRIMINANT &&
	    field->discriminant_value != 0)
		return true;
	return capnp_has(s, field->offset);
}

static void put_field(struct writer *writer, struct capnp_struct s,
		      const struct capnp_field_info *field, struct place place)
{
	struct capnp_value value = capnp_dynamic_get(s, field);

	put(writer, field->name);
	put(writer, " = ");
	put_value(writer, &value, place);
}

static bool breaks_struct(const struct writer *writer, struct capnp_struct s,
			  const struct capnp_struct_info *info, struct place place)
{
	uint32_t traversal = traversal_left(s.message);
	size_t size = 0;
	bool fits = true;

	if (place.level == 0)
		return false;
	for (uint32_t i = 0; i < info->field_count && fits; i++) {
		struct writer count = counter(writer);

		if (!is_shown(s, info, &info->fields[i]))
			continue;
		put_field(&count, s, &info->fields[i], (struct place){ 0 });
		size += count.counted;
		fits = !is_full(&count) && size <= INLINE_RECORD_MAX;
	}
	restore_traversal(s.message, traversal);
	return !fits;
}

static void put_struct(struct writer *writer, struct capnp_struct s,
		       const struct capnp_struct_info *info, struct place place)
{
	bool lines = breaks_struct(writer, s, info, place);
	uint32_t shown = 0;

	put(writer, "(");
	for (uint32_t i = 0; i < info->field_count && !is_full(writer); i++) {
		if (!is_shown(s, info, &info->fields[i]))
			continue;
		put_separator(writer, lines, shown++, place);
		put_field(writer, s, &info->fields[i], inside(place, true));
	}
	put(writer, lines ? " )" : ")");
}

static void put_value(struct writer *writer, const struct capnp_value *value,
		      struct place place)
{
	switch (value->type->kind) {
	case CAPNP_KIND_VOID:
		put(writer, "void");
		break;
	case CAPNP_KIND_BOOL:
		put(writer, value->boolean ? "true" : "false");
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
		put_number(writer, value);
		break;
	case CAPNP_KIND_TEXT:
		put_text(writer, value->text);
		break;
	case CAPNP_KIND_DATA:
		put_data(writer, value->data);
		break;
	case CAPNP_KIND_LIST:
		put_list(writer, value, place);
		break;
	case CAPNP_KIND_ENUM:
		put_enum(writer, value);
		break;
	case CAPNP_KIND_STRUCT:
		put_struct(writer, value->structure, value->type->structure, place);
		break;
	case CAPNP_KIND_INTERFACE:
		put_cap(writer, value);
		break;
	case CAPNP_KIND_ANY_POINTER:
	case CAPNP_KIND_ANY_STRUCT:
	case CAPNP_KIND_ANY_LIST:
		put(writer, "<opaque pointer>");
		break;
	}
}

static const struct capnp_render_options no_options = { 0 };

static struct place first_place(const struct capnp_render_options *options)
{
	if (options->format != CAPNP_RENDER_PRETTY)
		return (struct place){ 0 };
	return (struct place){ options->indent + 1u, options->indent != 0 };
}

void capnp_render_struct(const struct capnp_sink *sink,
			 const struct capnp_render_options *options,
			 struct capnp_struct s, const struct capnp_struct_info *info)
{
	struct writer writer = { sink, options ? options : &no_options, 0 };

	put_struct(&writer, s, info, first_place(writer.options));
}

void capnp_render_value(const struct capnp_sink *sink,
			const struct capnp_render_options *options,
			const struct capnp_value *value)
{
	struct writer writer = { sink, options ? options : &no_options, 0 };

	put_value(&writer, value, first_place(writer.options));
}

static const char *type_name(const struct capnp_type_info *type)
{
	static const char *const names[] = {
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

	if (type->kind == CAPNP_KIND_ENUM)
		return type->enumeration->name;
	if (type->kind == CAPNP_KIND_STRUCT)
		return type->structure->name;
	if (type->kind == CAPNP_KIND_INTERFACE && type->interface_)
		return type->interface_->name;
	return names[type->kind];
}

void capnp_render_type(const struct capnp_sink *sink, const struct capnp_type_info *type)
{
	struct writer writer = { sink, &no_options, 0 };
	uint32_t depth = 0;

	for (; type->kind == CAPNP_KIND_LIST; type = type->element, depth++)
		put(&writer, "List(");
	put(&writer, type_name(type));
	while (depth-- > 0)
		put(&writer, ")");
}

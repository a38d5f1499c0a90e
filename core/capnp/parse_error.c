/* SPDX-License-Identifier: MIT */
/* parse_error.c - see parse_error.h. */
#include "core/capnp/parse_error.h"

#include "core/capnp/decimal.h"

enum { FOUND_MAX = 60 }; /* bytes of what was found that are shown */

static void put(const struct capnp_sink *sink, const char *text)
{
	size_t size = 0;

	while (text[size])
		size++;
	sink->write(sink->context, text, size);
}

/* Somebody else's text: what is not printable ASCII is shown as '?'. */
static void put_plain(const struct capnp_sink *sink, struct capnp_text found)
{
	char shown[FOUND_MAX];
	uint32_t size = found.size < FOUND_MAX ? found.size : FOUND_MAX;

	for (uint32_t i = 0; i < size; i++) {
		char c = found.bytes[i];

		shown[i] = c >= 0x20 && c < 0x7f ? c : '?';
	}
	sink->write(sink->context, shown, size);
	if (size < found.size)
		put(sink, "...");
}

static void put_found(const struct capnp_sink *sink, struct capnp_text found)
{
	put(sink, "`");
	put_plain(sink, found);
	put(sink, "`");
}

static void put_nearest(const struct capnp_sink *sink, const char *nearest)
{
	if (!nearest)
		return;
	put(sink, "; the nearest is ");
	put(sink, nearest);
}

static uint32_t integer_bits(enum capnp_kind kind)
{
	bool is_signed = kind <= CAPNP_KIND_INT64;

	return 8u << (kind - (is_signed ? CAPNP_KIND_INT8 : CAPNP_KIND_UINT8));
}

/* " (-128 to 127)"; nothing for a float. */
static void put_range(const struct capnp_sink *sink, enum capnp_kind kind)
{
	char number[CAPNP_DECIMAL_BYTES];
	uint64_t limit;

	if (kind < CAPNP_KIND_INT8 || kind > CAPNP_KIND_UINT64)
		return;
	limit = UINT64_MAX >> (64 - integer_bits(kind));
	put(sink, " (");
	if (kind <= CAPNP_KIND_INT64) {
		limit >>= 1;
		capnp_decimal_integer(-(int64_t)limit - 1, number);
		put(sink, number);
	} else {
		put(sink, "0");
	}
	put(sink, " to ");
	capnp_decimal_natural(limit, number);
	put(sink, number);
	put(sink, ")");
}

static const char *example(const struct capnp_type_info *type)
{
	switch (type->kind) {
	case CAPNP_KIND_VOID:
		return "void";
	case CAPNP_KIND_BOOL:
		return "true or false";
	case CAPNP_KIND_INT8:
	case CAPNP_KIND_INT16:
	case CAPNP_KIND_INT32:
	case CAPNP_KIND_INT64:
		return "-42";
	case CAPNP_KIND_UINT8:
	case CAPNP_KIND_UINT16:
	case CAPNP_KIND_UINT32:
	case CAPNP_KIND_UINT64:
		return "42 or 0x2a";
	case CAPNP_KIND_FLOAT32:
	case CAPNP_KIND_FLOAT64:
		return "2.5";
	case CAPNP_KIND_TEXT:
		return "\"hello\"";
	case CAPNP_KIND_DATA:
		return "0x\"00 ff\" or \"text\"";
	case CAPNP_KIND_LIST:
		return "[a, b]";
	case CAPNP_KIND_ENUM:
		return type->enumeration->enumerant_count != 0
			       ? type->enumeration->enumerants[0].name
			       : "nothing: it has no names";
	case CAPNP_KIND_STRUCT:
		return "(name = value)";
	case CAPNP_KIND_INTERFACE:
		return "@name";
	case CAPNP_KIND_ANY_POINTER:
	case CAPNP_KIND_ANY_STRUCT:
	case CAPNP_KIND_ANY_LIST:
		break;
	}
	return "nothing: leave it out";
}

static void put_problem(const struct capnp_sink *sink,
			const struct capnp_parse_error *error, const char *field_word)
{
	switch (error->problem) {
	case CAPNP_PARSE_SYNTAX:
		put(sink, "expected ");
		put(sink, error->expected);
		put(sink, ", found ");
		if (error->found.size == 0)
			put(sink, "the end");
		else
			put_found(sink, error->found);
		break;
	case CAPNP_PARSE_FIELD:
		put(sink, "no ");
		put(sink, field_word);
		put(sink, " ");
		put_found(sink, error->found);
		put_nearest(sink, error->nearest);
		break;
	case CAPNP_PARSE_ENUMERANT:
		capnp_render_type(sink, error->type);
		put(sink, " has no value ");
		put_found(sink, error->found);
		put_nearest(sink, error->nearest);
		break;
	case CAPNP_PARSE_KIND:
		capnp_render_type(sink, error->type);
		put(sink, " is wanted (such as ");
		put(sink, example(error->type));
		put(sink, "), not ");
		put_found(sink, error->found);
		break;
	case CAPNP_PARSE_RANGE:
		put_plain(sink, error->found);
		put(sink, " does not fit ");
		capnp_render_type(sink, error->type);
		put_range(sink, error->type->kind);
		break;
	case CAPNP_PARSE_TWICE:
		put(sink, "given twice");
		break;
	case CAPNP_PARSE_UNION:
		put(sink, "excludes ");
		put(sink, error->other->name);
		put(sink, "; they are a union");
		break;
	case CAPNP_PARSE_DEPTH:
		put(sink, "too many lists and structs inside one another");
		break;
	case CAPNP_PARSE_CAPABILITY:
		put_found(sink, error->found);
		put(sink, " is refused");
		break;
	case CAPNP_PARSE_NO_ROOM:
		put(sink, "the values do not fit one message");
		break;
	case CAPNP_PARSE_OK:
		put(sink, "no error");
		break;
	}
}

void capnp_parse_write_error(const struct capnp_sink *sink,
			     const struct capnp_parse_error *error,
			     const char *field_word)
{
	bool names_field = error->problem != CAPNP_PARSE_SYNTAX &&
			   error->problem != CAPNP_PARSE_FIELD &&
			   error->problem != CAPNP_PARSE_DEPTH &&
			   error->problem != CAPNP_PARSE_NO_ROOM;

	if (names_field && error->field) {
		put(sink, field_word);
		put(sink, " ");
		put(sink, error->field->name);
		put(sink, ": ");
	}
	put_problem(sink, error, field_word);
}

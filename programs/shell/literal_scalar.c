/* SPDX-License-Identifier: MIT */
/*
 * literal_scalar.c - see literal_scalar.h.
 */
#include "programs/shell/literal_scalar.h"

#include "programs/shell/catalog.h"
#include "programs/shell/lexer.h"
#include "programs/shell/nearest.h"
#include "programs/shell/number.h"

struct sink *literal_complain(struct literal_build *build, const struct literal *literal)
{
	if (literal->name.size == 0) {
		sink_strings(build->problem, "list element: ", nullptr);
		return build->problem;
	}
	sink_strings(build->problem, build->field_word, " ", nullptr);
	sink_text(build->problem, literal->name);
	sink_strings(build->problem, ": ", nullptr);
	return build->problem;
}

static const char *kind_text(enum literal_kind kind)
{
	static const char *const texts[] = {
		[LITERAL_NUMBER] = "a number",
		[LITERAL_TEXT] = "a text",
		[LITERAL_DATA] = "data",
		[LITERAL_WORD] = "a word",
		[LITERAL_CAPABILITY] = "a capability",
		[LITERAL_LIST] = "a list",
		[LITERAL_STRUCT] = "a struct",
	};

	return texts[kind];
}

bool literal_wrong_kind(struct literal_build *build, const struct literal *literal,
			const struct capnp_type_info *type, const char *example)
{
	struct sink *sink = literal_complain(build, literal);

	catalog_write_type(type, sink);
	sink_strings(sink, " is wanted (such as ", example, "), not ",
		     kind_text(literal->kind), nullptr);
	if (literal->kind == LITERAL_WORD || literal->kind == LITERAL_NUMBER) {
		sink_strings(sink, " `", nullptr);
		sink_text(sink, literal->text);
		sink_byte(sink, '`');
	}
	return false;
}

/* ---- Numbers ----------------------------------------------------------------- */

static unsigned kind_bits(enum capnp_kind kind)
{
	switch ((unsigned)kind) {
	case CAPNP_KIND_INT8:
	case CAPNP_KIND_UINT8:
		return 8;
	case CAPNP_KIND_INT16:
	case CAPNP_KIND_UINT16:
		return 16;
	case CAPNP_KIND_INT32:
	case CAPNP_KIND_UINT32:
		return 32;
	default:
		return 64;
	}
}

static bool is_signed(enum capnp_kind kind)
{
	return kind >= CAPNP_KIND_INT8 && kind <= CAPNP_KIND_INT64;
}

static bool does_not_fit(struct literal_build *build, const struct literal *literal,
			 const struct capnp_type_info *type)
{
	unsigned bits = kind_bits(type->kind);
	struct sink *sink = literal_complain(build, literal);

	sink_text(sink, literal->text);
	sink_strings(sink, " does not fit ", nullptr);
	catalog_write_type(type, sink);
	if (is_signed(type->kind)) {
		sink_strings(sink, " (-", nullptr);
		sink_number(sink, UINT64_C(1) << (bits - 1));
		sink_strings(sink, " to ", nullptr);
		sink_number(sink, (UINT64_C(1) << (bits - 1)) - 1);
	} else {
		sink_strings(sink, " (0 to ", nullptr);
		sink_number(sink, UINT64_MAX >> (64 - bits));
	}
	sink_strings(sink, ")", nullptr);
	return false;
}

static bool read_integer(struct literal_build *build, const struct literal *literal,
			 const struct capnp_type_info *type, struct capnp_value *out)
{
	unsigned bits = kind_bits(type->kind);
	uint64_t limit = UINT64_MAX >> (64 - bits);
	struct number number;
	enum number_result result;

	if (literal->kind != LITERAL_NUMBER)
		return literal_wrong_kind(build, literal, type,
					  is_signed(type->kind) ? "-42" : "42");
	result = number_parse(literal->text, &number);
	if (result == NUMBER_MALFORMED)
		return literal_wrong_kind(build, literal, type, "42 or 0x2a");
	if (is_signed(type->kind))
		limit = (limit >> 1) + number.negative;
	else if (number.negative && number.magnitude != 0)
		limit = 0;
	if (result == NUMBER_TOO_LARGE || number.magnitude > limit)
		return does_not_fit(build, literal, type);
	/* The union's other member has the same bits. */
	out->natural = number.negative ? 0 - number.magnitude : number.magnitude;
	return true;
}

static bool read_float(struct literal_build *build, const struct literal *literal,
		       const struct capnp_type_info *type, struct capnp_value *out)
{
	double value;

	if (literal->kind != LITERAL_NUMBER ||
	    number_parse_float(literal->text, &value) != NUMBER_OK)
		return literal_wrong_kind(build, literal, type, "2.5");
	if (type->kind == CAPNP_KIND_FLOAT32) {
		float narrow = (float)value;
		uint32_t bits;

		__builtin_memcpy(&bits, &narrow, sizeof(bits));
		out->float_bits = bits;
	} else {
		__builtin_memcpy(&out->float_bits, &value, sizeof(value));
	}
	return true;
}

static bool read_enumerant(struct literal_build *build, const struct literal *literal,
			   const struct capnp_type_info *type, struct capnp_value *out)
{
	const struct capnp_enum_info *info = type->enumeration;
	struct nearest nearest;
	struct sink *sink;
	int ordinal;

	if (literal->kind != LITERAL_WORD)
		return literal_wrong_kind(build, literal, type,
					  info->enumerant_count ? info->enumerants[0].name
								: "");
	ordinal = catalog_find_enumerant(info, literal->text);
	if (ordinal >= 0) {
		out->natural = (uint64_t)ordinal;
		return true;
	}
	nearest_init(&nearest, literal->text);
	for (size_t i = 0; i < info->enumerant_count; i++)
		nearest_offer(&nearest, text_of(info->enumerants[i].name));
	sink = literal_complain(build, literal);
	sink_strings(sink, info->name, " has no value `", nullptr);
	sink_text(sink, literal->text);
	sink_byte(sink, '`');
	nearest_write(&nearest, "", sink);
	return false;
}

static bool read_bool(struct literal_build *build, const struct literal *literal,
		      const struct capnp_type_info *type, struct capnp_value *out)
{
	out->boolean = text_is(literal->text, "true");
	if (literal->kind == LITERAL_WORD &&
	    (out->boolean || text_is(literal->text, "false")))
		return true;
	return literal_wrong_kind(build, literal, type, "true or false");
}

/* ---- Capabilities and bytes -------------------------------------------------- */

static bool wrong_interface(struct literal_build *build, const struct literal *literal,
			    const struct capnp_interface_info *wanted, uint64_t found)
{
	struct sink *sink = literal_complain(build, literal);

	sink_strings(sink, wanted->name, " is wanted; @", nullptr);
	sink_text(sink, literal->text);
	sink_strings(sink, " is ", catalog_name(found), nullptr);
	return false;
}

static bool read_capability(struct literal_build *build, const struct literal *literal,
			    const struct capnp_type_info *type, struct capnp_value *out)
{
	const struct capnp_interface_info *wanted = type->interface_;
	const struct name *name;

	out->cap = CAPNP_NO_CAP;
	if (literal->kind == LITERAL_WORD && text_is(literal->text, "null"))
		return true;
	if (literal->kind != LITERAL_CAPABILITY)
		return literal_wrong_kind(build, literal, type, "@console");
	name = names_find(build->names, literal->text);
	if (!name) {
		names_unknown(build->names, literal->text,
			      literal_complain(build, literal));
		return false;
	}
	if (wanted && wanted->id != name->interface)
		return wrong_interface(build, literal, wanted, name->interface);
	if (build->cap_count == CAPOS_TRANSFERS_MAX) {
		sink_strings(build->problem, "too many capabilities in one call",
			     nullptr);
		return false;
	}
	out->cap = build->cap_count;
	build->caps[build->cap_count++] = name->cap;
	return true;
}

/* Data as results show it, 0x0102, is a number to the parser. */
static bool read_hex(struct literal_build *build, const struct literal *literal,
		     struct text *out)
{
	struct text digits = literal->text;
	size_t size;

	if (literal->kind != LITERAL_NUMBER || !text_starts_with(digits, text_of("0x")) ||
	    lexer_decode_data(text_skip(digits, 2), build->data, sizeof(build->data),
			      &size) != DECODE_OK)
		return false;
	*out = (struct text){ build->data, size };
	return true;
}

/* Text takes a text; data takes data or a text's bytes. */
static bool read_bytes(struct literal_build *build, const struct literal *literal,
		       const struct capnp_type_info *type, struct capnp_value *out)
{
	bool is_data = type->kind == CAPNP_KIND_DATA;
	bool plain = literal->kind == LITERAL_TEXT ||
		     (is_data && literal->kind == LITERAL_DATA);
	struct text bytes = literal->text;

	if (!plain && !(is_data && read_hex(build, literal, &bytes)))
		return literal_wrong_kind(build, literal, type,
					  is_data ? "0x\"00 ff\" or \"text\""
						  : "\"hello\"");
	if (is_data)
		out->data = (struct capnp_data){ (const uint8_t *)bytes.bytes,
						 (uint32_t)bytes.size };
	else
		out->text = (struct capnp_text){ bytes.bytes, (uint32_t)bytes.size };
	return true;
}

bool literal_read(struct literal_build *build, const struct literal *literal,
		  const struct capnp_type_info *type, struct capnp_value *out)
{
	out->type = type;
	switch ((unsigned)type->kind) {
	case CAPNP_KIND_VOID:
		return (literal->kind == LITERAL_WORD &&
			text_is(literal->text, "void")) ||
		       literal_wrong_kind(build, literal, type, "void");
	case CAPNP_KIND_BOOL:
		return read_bool(build, literal, type, out);
	case CAPNP_KIND_ENUM:
		return read_enumerant(build, literal, type, out);
	case CAPNP_KIND_FLOAT32:
	case CAPNP_KIND_FLOAT64:
		return read_float(build, literal, type, out);
	case CAPNP_KIND_TEXT:
	case CAPNP_KIND_DATA:
		return read_bytes(build, literal, type, out);
	case CAPNP_KIND_INTERFACE:
		return read_capability(build, literal, type, out);
	case CAPNP_KIND_ANY_POINTER:
	case CAPNP_KIND_ANY_STRUCT:
	case CAPNP_KIND_ANY_LIST:
		return literal_wrong_kind(build, literal, type, "nothing: leave it out");
	default:
		return read_integer(build, literal, type, out);
	}
}

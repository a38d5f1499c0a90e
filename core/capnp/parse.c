/* SPDX-License-Identifier: MIT */
/*
 * parse.c - see parse.h. Recursive descent, bounded by depth_left.
 *
 * Everything about one struct that concerns several of its fields (given twice, two of a
 * union) is looked at before its first field is read, by walking over its names.
 */
#include "core/capnp/parse.h"

#include "core/capnp/decimal.h"
#include "core/capnp/nearest.h"

enum {
	SEEN_BITS = 512, /* fields that are looked at in one walk over the names */
};

static const struct capnp_type_info int64_type = { .kind = CAPNP_KIND_INT64 };
static const struct capnp_type_info uint64_type = { .kind = CAPNP_KIND_UINT64 };

/* Where a value goes: a field of a struct, or an element of a list. */
struct slot {
	const struct capnp_type_info *type;
	const struct capnp_field_info *field; /* null: an element */
	struct capnp_dynamic_builder place;
	struct capnp_dynamic_list_builder list;
	uint32_t i;
};

/* ---- Errors ------------------------------------------------------------------- */

/* Always false, for the caller to return. */
static bool fail_at(struct capnp_parser *parser, enum capnp_parse_problem problem,
		    uint32_t start, uint32_t end)
{
	struct capnp_parse_error *error = &parser->error;
	struct capnp_text text = parser->lexer.text;

	error->problem = problem;
	error->field = parser->field;
	error->found = (struct capnp_text){ text.bytes + start, end - start };
	error->line = 1;
	error->column = 1;
	for (uint32_t i = 0; i < start; i++) {
		error->column++;
		if (text.bytes[i] == '\n') {
			error->line++;
			error->column = 1;
		}
	}
	return false;
}

static bool fail(struct capnp_parser *parser, enum capnp_parse_problem problem,
		 struct capnp_token token)
{
	return fail_at(parser, problem, token.start, token.end);
}

static bool expected(struct capnp_parser *parser, const char *what,
		     struct capnp_token found)
{
	parser->error.expected = what;
	return fail(parser, CAPNP_PARSE_SYNTAX, found);
}

/* What is written from @token on is no value of @type. */
static bool wrong_kind(struct capnp_parser *parser, const struct capnp_type_info *type,
		       struct capnp_token token)
{
	struct capnp_lexer after = parser->lexer;

	after.at = token.start;
	if (token.kind == CAPNP_TOKEN_END || token.kind == CAPNP_TOKEN_UNTERMINATED ||
	    token.kind == CAPNP_TOKEN_STRAY || !capnp_lexer_skip_value(&after))
		return expected(parser, "a value", token);
	if (token.kind == CAPNP_TOKEN_PUNCTUATION && !capnp_token_is(token, '(') &&
	    !capnp_token_is(token, '[') && !capnp_token_is(token, '-'))
		return expected(parser, "a value", token);
	parser->error.type = type;
	return fail_at(parser, CAPNP_PARSE_KIND, token.start, after.at);
}

/* Values have been checked against their type, so that little can be refused. */
static bool accept(struct capnp_parser *parser, enum capnp_dynamic_status status,
		   const struct slot *slot, struct capnp_token token)
{
	if (status == CAPNP_DYNAMIC_OK)
		return true;
	if (status == CAPNP_DYNAMIC_NO_ROOM)
		return fail(parser, CAPNP_PARSE_NO_ROOM, token);
	parser->error.type = slot->type;
	return fail_at(parser, CAPNP_PARSE_RANGE, token.start, parser->lexer.at);
}

/* ---- Slots -------------------------------------------------------------------- */

static enum capnp_dynamic_status slot_set(const struct slot *slot,
					  const struct capnp_value *value)
{
	return slot->field ? capnp_dynamic_set(slot->place, slot->field, value)
			   : capnp_dynamic_list_set(slot->list, slot->i, value);
}

static enum capnp_dynamic_status slot_init_bytes(const struct slot *slot, uint32_t size,
						 char **out)
{
	return slot->field
		       ? capnp_dynamic_init_bytes(slot->place, slot->field, size, out)
		       : capnp_dynamic_list_init_bytes(slot->list, slot->i, size, out);
}

static enum capnp_dynamic_status slot_init_list(const struct slot *slot, uint32_t count,
						struct capnp_dynamic_list_builder *out)
{
	return slot->field
		       ? capnp_dynamic_init_list(slot->place, slot->field, count, out)
		       : capnp_dynamic_list_init_list(slot->list, slot->i, count, out);
}

static enum capnp_dynamic_status slot_init_struct(const struct slot *slot,
						  struct capnp_dynamic_builder *out)
{
	return slot->field ? capnp_dynamic_init(slot->place, slot->field, out)
			   : capnp_dynamic_list_struct(slot->list, slot->i, out);
}

/* ---- Numbers ------------------------------------------------------------------ */

/* Takes a number, or a minus sign and a number; @token is the number. */
static bool take_sign(struct capnp_parser *parser, struct capnp_token *token)
{
	if (!capnp_token_is(*token, '-'))
		return false;
	*token = capnp_lexer_next(&parser->lexer);
	return true;
}

static bool read_integer(struct capnp_parser *parser, const struct slot *slot,
			 struct capnp_token first)
{
	struct capnp_token token = first;
	bool minus = take_sign(parser, &token);
	struct capnp_value value = { .type = &uint64_type };
	struct capnp_integer integer;

	if (token.kind != CAPNP_TOKEN_NUMBER ||
	    !capnp_token_integer(token.text, &integer) ||
	    (minus && token.text.bytes[0] == '-'))
		return wrong_kind(parser, slot->type, first);
	minus = (minus || integer.is_negative) && integer.magnitude != 0;
	if (integer.is_too_large || (minus && integer.magnitude > UINT64_C(1) << 63))
		return accept(parser, CAPNP_DYNAMIC_RANGE, slot, first);
	value.natural = minus ? -integer.magnitude : integer.magnitude;
	if (minus)
		value.type = &int64_type; /* the same bits */
	return accept(parser, slot_set(slot, &value), slot, first);
}

/* inf or nan as the bits of @format. */
static bool read_special(struct capnp_token token, enum capnp_float_format format,
			 uint64_t *out)
{
	bool is_nan = capnp_text_equals(token.text, "nan");

	if (token.kind != CAPNP_TOKEN_WORD ||
	    !(is_nan || capnp_text_equals(token.text, "inf")))
		return false;
	if (format == CAPNP_FLOAT32)
		*out = is_nan ? UINT64_C(0x7fc00000) : UINT64_C(0x7f800000);
	else
		*out = is_nan ? UINT64_C(0x7ff) << 52 | UINT64_C(1) << 51
			      : UINT64_C(0x7ff) << 52;
	return true;
}

/* The bits of a number's magnitude: an integer of any base, or a decimal one. */
static enum capnp_dynamic_status
read_magnitude(struct capnp_text text, enum capnp_float_format format, uint64_t *out)
{
	char digits[CAPNP_DECIMAL_BYTES];
	struct capnp_integer integer;

	if (capnp_token_integer(text, &integer) && !integer.is_too_large) {
		size_t size = capnp_decimal_natural(integer.magnitude, digits);

		(void)capnp_decimal_parse(digits, size, format, out);
		return CAPNP_DYNAMIC_OK;
	}
	if (capnp_decimal_parse(text.bytes, text.size, format, out))
		return CAPNP_DYNAMIC_OK;
	return *out != 0 ? CAPNP_DYNAMIC_RANGE
			 : CAPNP_DYNAMIC_KIND; /* infinity or nothing */
}

static bool read_float(struct capnp_parser *parser, const struct slot *slot,
		       struct capnp_token first)
{
	bool is_32 = slot->type->kind == CAPNP_KIND_FLOAT32;
	enum capnp_float_format format = is_32 ? CAPNP_FLOAT32 : CAPNP_FLOAT64;
	enum capnp_dynamic_status status = CAPNP_DYNAMIC_OK;
	struct capnp_value value = { .type = slot->type };
	struct capnp_token token = first;
	bool minus = take_sign(parser, &token);
	char sign = token.kind == CAPNP_TOKEN_NUMBER ? token.text.bytes[0] : '\0';

	if (token.kind == CAPNP_TOKEN_NUMBER && !(minus && sign == '-')) {
		token.text.bytes += sign == '-' || sign == '+';
		token.text.size -= sign == '-' || sign == '+';
		status = read_magnitude(token.text, format, &value.float_bits);
	} else if (!read_special(token, format, &value.float_bits)) {
		status = CAPNP_DYNAMIC_KIND;
	}
	if (status == CAPNP_DYNAMIC_KIND)
		return wrong_kind(parser, slot->type, first);
	if (status == CAPNP_DYNAMIC_OK) {
		value.float_bits |= (uint64_t)(minus || sign == '-') << (is_32 ? 31 : 63);
		status = slot_set(slot, &value);
	}
	return accept(parser, status, slot, first);
}

/* ---- Words -------------------------------------------------------------------- */

static bool read_void(struct capnp_parser *parser, const struct slot *slot,
		      struct capnp_token token)
{
	const struct capnp_value value = { .type = slot->type };

	if (token.kind != CAPNP_TOKEN_WORD || !capnp_text_equals(token.text, "void"))
		return wrong_kind(parser, slot->type, token);
	return accept(parser, slot_set(slot, &value), slot, token);
}

static bool read_bool(struct capnp_parser *parser, const struct slot *slot,
		      struct capnp_token token)
{
	struct capnp_value value = { .type = slot->type };

	value.boolean = capnp_text_equals(token.text, "true");
	if (token.kind != CAPNP_TOKEN_WORD ||
	    !(value.boolean || capnp_text_equals(token.text, "false")))
		return wrong_kind(parser, slot->type, token);
	return accept(parser, slot_set(slot, &value), slot, token);
}

static bool read_enum(struct capnp_parser *parser, const struct slot *slot,
		      struct capnp_token token)
{
	struct capnp_value value = { .type = slot->type };
	uint16_t number;

	if (token.kind != CAPNP_TOKEN_WORD)
		return wrong_kind(parser, slot->type, token);
	if (!capnp_find_enumerant(slot->type->enumeration, token.text, &number)) {
		parser->error.type = slot->type;
		parser->error.nearest =
			capnp_find_enumerant_nearest(slot->type->enumeration, token.text);
		return fail(parser, CAPNP_PARSE_ENUMERANT, token);
	}
	value.natural = number;
	return accept(parser, slot_set(slot, &value), slot, token);
}

/* The interface that render.h's hook may have written behind the name. */
static bool skip_interface(struct capnp_parser *parser)
{
	struct capnp_lexer *lexer = &parser->lexer;
	struct capnp_token token = capnp_lexer_peek(lexer);

	if (!capnp_token_is(token, '('))
		return true;
	(void)capnp_lexer_next(lexer);
	token = capnp_lexer_next(lexer);
	if (token.kind != CAPNP_TOKEN_WORD)
		return expected(parser, "the name of an interface", token);
	token = capnp_lexer_next(lexer);
	return capnp_token_is(token, ')') || expected(parser, "`)`", token);
}

static bool read_cap(struct capnp_parser *parser, const struct slot *slot,
		     struct capnp_token token)
{
	struct capnp_value value = { .type = slot->type, .cap = CAPNP_NO_CAP };
	bool is_null =
		token.kind == CAPNP_TOKEN_WORD && capnp_text_equals(token.text, "null");

	if (!parser->find_cap ||
	    !(is_null || (token.kind == CAPNP_TOKEN_CAPABILITY && token.text.size > 0)))
		return wrong_kind(parser, slot->type, token);
	if (!is_null && !skip_interface(parser))
		return false;
	if (!is_null && !parser->find_cap(parser->context, token.text,
					  slot->type->interface_, &value.cap))
		return fail(parser, CAPNP_PARSE_CAPABILITY, token);
	return accept(parser, slot_set(slot, &value), slot, token);
}

/* ---- Bytes -------------------------------------------------------------------- */

/*
 * Decodes the texts from @first on to @out, or with null only counts their bytes. The
 * lexer is behind the first, and afterwards behind the last.
 */
static bool decode(struct capnp_parser *parser, struct capnp_token first, char *out,
		   uint32_t *out_size)
{
	struct capnp_token token = first;
	uint64_t size = 0;
	uint32_t more;

	for (;;) {
		switch (capnp_token_decode(token, out ? out + size : nullptr, UINT32_MAX,
					   &more)) {
		case CAPNP_DECODE_ESCAPE:
			return expected(parser,
					"escapes \\n \\\\ \\\" \\x1f \\33 and other ones "
					"of C in a text",
					token);
		case CAPNP_DECODE_DIGIT:
			return expected(parser, "pairs of hexadecimal digits in data",
					token);
		case CAPNP_DECODE_OK:
		case CAPNP_DECODE_NO_ROOM:
			break;
		}
		size += more; /* less than the text has bytes */
		if (first.kind == CAPNP_TOKEN_DATA ||
		    capnp_lexer_peek(&parser->lexer).kind != CAPNP_TOKEN_TEXT)
			break;
		token = capnp_lexer_next(&parser->lexer);
	}
	*out_size = (uint32_t)size;
	return true;
}

static bool read_bytes(struct capnp_parser *parser, const struct slot *slot,
		       struct capnp_token token)
{
	struct capnp_lexer again = parser->lexer;
	uint32_t size = 0;
	char *out = nullptr;

	if (token.kind != CAPNP_TOKEN_TEXT &&
	    !(token.kind == CAPNP_TOKEN_DATA && slot->type->kind == CAPNP_KIND_DATA))
		return wrong_kind(parser, slot->type, token);
	if (!decode(parser, token, nullptr, &size) ||
	    !accept(parser, slot_init_bytes(slot, size, &out), slot, token))
		return false;
	parser->lexer = again;
	return decode(parser, token, out, &size);
}

/* ---- Lists and structs -------------------------------------------------------- */

static bool read_value(struct capnp_parser *parser, const struct slot *slot);

/* How many values stand before the bracket that closes; of a text that is wrong, some number. */
static uint32_t count_values(struct capnp_lexer lexer)
{
	uint32_t count = 0;

	while (!capnp_token_is(capnp_lexer_peek(&lexer), ']') &&
	       capnp_lexer_skip_value(&lexer)) {
		count++;
		if (!capnp_token_is(capnp_lexer_next(&lexer), ','))
			break;
	}
	return count;
}

/* Past a comma, or to the end of the items; false with an error if neither is there. */
static bool take_comma(struct capnp_parser *parser, char close)
{
	struct capnp_token token = capnp_lexer_peek(&parser->lexer);

	if (capnp_token_is(token, ','))
		(void)capnp_lexer_next(&parser->lexer);
	else if (!capnp_token_is(token, close))
		return expected(parser, close == ']' ? "`,` or `]`" : "`,` or `)`",
				token);
	return true;
}

static bool at_close(const struct capnp_parser *parser, char close)
{
	return capnp_token_is(capnp_lexer_peek(&parser->lexer), close);
}

static bool read_list(struct capnp_parser *parser, const struct slot *slot,
		      struct capnp_token token)
{
	struct slot element = { .type = slot->type->element };

	if (!capnp_token_is(token, '['))
		return wrong_kind(parser, slot->type, token);
	if (!accept(parser,
		    slot_init_list(slot, count_values(parser->lexer), &element.list),
		    slot, token))
		return false;
	for (; !at_close(parser, ']'); element.i++) {
		if (!read_value(parser, &element) || !take_comma(parser, ']'))
			return false;
	}
	(void)capnp_lexer_next(&parser->lexer);
	return true;
}

/*
 * Walks over the fields from the lexer's place on. Of those from number @first on, as many as
 * fit the set, it finds one given twice; of all it finds two members of a union. A text
 * that is wrong otherwise ends the walk; reading will tell.
 */
static bool check_once(struct capnp_parser *parser, const struct capnp_struct_info *info,
		       uint32_t first, bool commas)
{
	struct capnp_lexer lexer = parser->lexer;
	const struct capnp_field_info *member = nullptr;
	uint64_t seen[SEEN_BITS / 64] = { 0 };

	for (;;) {
		struct capnp_token token = capnp_lexer_next(&lexer);
		const struct capnp_field_info *field = capnp_find_field(info, token.text);
		uint32_t i;

		if (token.kind != CAPNP_TOKEN_WORD || !field ||
		    !capnp_token_is(capnp_lexer_next(&lexer), '='))
			return true;
		i = (uint32_t)(field - info->fields) - first; /* or very large */
		parser->field = field;
		if (i < SEEN_BITS && (seen[i / 64] >> (i % 64) & 1))
			return fail(parser, CAPNP_PARSE_TWICE, token);
		if (i < SEEN_BITS)
			seen[i / 64] |= UINT64_C(1) << (i % 64);
		if (field->discriminant_value != CAPNP_NO_DISCRIMINANT) {
			if (member && member != field) {
				parser->error.other = member;
				return fail(parser, CAPNP_PARSE_UNION, token);
			}
			member = field;
		}
		if (!capnp_lexer_skip_value(&lexer) ||
		    (commas && !capnp_token_is(capnp_lexer_next(&lexer), ',')))
			return true;
	}
}

static bool check_all_once(struct capnp_parser *parser,
			   const struct capnp_struct_info *info, bool commas)
{
	const struct capnp_field_info *around = parser->field;

	for (uint32_t first = 0; first < info->field_count; first += SEEN_BITS) {
		if (!check_once(parser, info, first, commas))
			return false;
	}
	parser->field = around;
	return true;
}

/* NAME = VALUE */
static bool read_field(struct capnp_parser *parser, struct capnp_dynamic_builder into)
{
	const struct capnp_field_info *around = parser->field;
	struct capnp_token name = capnp_lexer_next(&parser->lexer);
	struct capnp_token equals;
	struct slot slot = { .place = into };

	if (name.kind != CAPNP_TOKEN_WORD)
		return expected(parser, "the name of a field", name);
	slot.field = capnp_find_field(into.info, name.text);
	if (!slot.field) {
		parser->error.nearest = capnp_find_field_nearest(into.info, name.text);
		return fail(parser, CAPNP_PARSE_FIELD, name);
	}
	equals = capnp_lexer_next(&parser->lexer);
	if (!capnp_token_is(equals, '='))
		return expected(parser, "`=`", equals);
	slot.type = &slot.field->type;
	parser->field = slot.field;
	if (!read_value(parser, &slot))
		return false;
	parser->field = around;
	return true;
}

/* The fields behind an opening parenthesis, and the closing one. */
static bool read_fields(struct capnp_parser *parser, struct capnp_dynamic_builder into)
{
	if (!check_all_once(parser, into.info, true))
		return false;
	while (!at_close(parser, ')')) {
		if (!read_field(parser, into) || !take_comma(parser, ')'))
			return false;
	}
	(void)capnp_lexer_next(&parser->lexer);
	return true;
}

static bool read_struct(struct capnp_parser *parser, const struct slot *slot,
			struct capnp_token token)
{
	struct capnp_dynamic_builder into = { 0 };

	if (!capnp_token_is(token, '('))
		return wrong_kind(parser, slot->type, token);
	return accept(parser, slot_init_struct(slot, &into), slot, token) &&
	       read_fields(parser, into);
}

static bool read_nested(struct capnp_parser *parser, const struct slot *slot,
			struct capnp_token token)
{
	bool good;

	if (parser->depth_left == 0)
		return fail(parser, CAPNP_PARSE_DEPTH, token);
	parser->depth_left--;
	good = slot->type->kind == CAPNP_KIND_LIST ? read_list(parser, slot, token)
						   : read_struct(parser, slot, token);
	parser->depth_left++;
	return good;
}

static bool read_value(struct capnp_parser *parser, const struct slot *slot)
{
	struct capnp_token token = capnp_lexer_next(&parser->lexer);

	switch (slot->type->kind) {
	case CAPNP_KIND_VOID:
		return read_void(parser, slot, token);
	case CAPNP_KIND_BOOL:
		return read_bool(parser, slot, token);
	case CAPNP_KIND_INT8:
	case CAPNP_KIND_INT16:
	case CAPNP_KIND_INT32:
	case CAPNP_KIND_INT64:
	case CAPNP_KIND_UINT8:
	case CAPNP_KIND_UINT16:
	case CAPNP_KIND_UINT32:
	case CAPNP_KIND_UINT64:
		return read_integer(parser, slot, token);
	case CAPNP_KIND_FLOAT32:
	case CAPNP_KIND_FLOAT64:
		return read_float(parser, slot, token);
	case CAPNP_KIND_TEXT:
	case CAPNP_KIND_DATA:
		return read_bytes(parser, slot, token);
	case CAPNP_KIND_LIST:
	case CAPNP_KIND_STRUCT:
		return read_nested(parser, slot, token);
	case CAPNP_KIND_ENUM:
		return read_enum(parser, slot, token);
	case CAPNP_KIND_INTERFACE:
		return read_cap(parser, slot, token);
	case CAPNP_KIND_ANY_POINTER:
	case CAPNP_KIND_ANY_STRUCT:
	case CAPNP_KIND_ANY_LIST:
		break;
	}
	return wrong_kind(parser, slot->type, token);
}

bool capnp_parse_struct(struct capnp_parser *parser, struct capnp_dynamic_builder into)
{
	struct capnp_token token = capnp_lexer_next(&parser->lexer);

	if (!capnp_token_is(token, '('))
		return expected(parser, "`(`", token);
	return read_fields(parser, into);
}

bool capnp_parse_fields(struct capnp_parser *parser, struct capnp_dynamic_builder into)
{
	if (!check_all_once(parser, into.info, false))
		return false;
	while (capnp_lexer_peek(&parser->lexer).kind != CAPNP_TOKEN_END) {
		if (!read_field(parser, into))
			return false;
	}
	return true;
}

bool capnp_parse_message(struct capnp_parser *parser,
			 const struct capnp_struct_info *info,
			 struct capnp_builder *message)
{
	struct capnp_dynamic_builder root = capnp_dynamic_new(message, info);
	struct capnp_token token;

	if (!capnp_parse_struct(parser, root))
		return false;
	token = capnp_lexer_next(&parser->lexer);
	if (token.kind != CAPNP_TOKEN_END)
		return expected(parser, "the end of the text", token);
	if (capnp_builder_failed(message)) /* not even an empty root did fit */
		return fail(parser, CAPNP_PARSE_NO_ROOM, token);
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * assign.c - gives every declaration and member its names in C: the rule of symbols.h.
 *
 * What the generators define is listed here, by the shape of its name: whoever makes them
 * define something new adds it, or two declarations may one day define the same.
 */
#include <string.h>

#include "tools/capnpc-capos/model.h"
#include "tools/capnpc-capos/names.h"
#include "tools/capnpc-capos/output.h"
#include "tools/capnpc-capos/symbols.h"

/* After so many attempts somebody is playing with us. */
enum { NUMBER_MAX = 4096 };

struct claim {
	enum name_space space;
	const char *name;
};

/* What one declaration would define if its stem were @stem. */
struct attempt {
	struct declaration *declaration;
	const char *stem;
	const char *upper;
	const char *tag;
	struct symbols own; /* for members: the names of the declaration itself */
	struct claim *claims;
	size_t count;
	size_t capacity;
};

/* ---- What is defined ---------------------------------------------------------------- */

static void claim(struct attempt *attempt, enum name_space space, const char *name)
{
	if (attempt->count == attempt->capacity) {
		attempt->capacity = attempt->capacity * 2 + 64;
		attempt->claims =
			resize(attempt->claims, attempt->capacity * sizeof(struct claim));
	}
	attempt->claims[attempt->count++] = (struct claim){ space, name };
}

/* "stem_@suffix" for each of @suffixes, which ends with null. */
static void claim_all(struct attempt *attempt, enum name_space space, const char *stem,
		      const char *const *suffixes)
{
	for (size_t i = 0; suffixes[i]; i++)
		claim(attempt, space, format_text("%s%s", stem, suffixes[i]));
}

static void claim_struct(struct attempt *attempt)
{
	static const char *const functions[] = {
		"_read",       "_new",        "_at",
		"_builder_at", "_from_any",   "_builder_from_any",
		"_new_copy",   "_orphan_new", nullptr,
	};
	static const char *const sizes[] = { "_DATA_WORDS", "_POINTERS", nullptr };
	static const char *const lists[] = { "", "_builder", nullptr };
	static const char *const list_functions[] = {
		"_from_any", "_builder_from_any", "_orphan_new", "_set", nullptr,
	};
	const char *list = format_text("list_of_%s", attempt->stem);

	if (!attempt->declaration->is_group) {
		claim_all(attempt, NAME_ORDINARY, attempt->stem, functions);
		claim_all(attempt, NAME_ORDINARY, attempt->upper, sizes);
		claim_all(attempt, NAME_TAG, list, lists);
		claim_all(attempt, NAME_ORDINARY, list, list_functions);
	}
	claim(attempt, NAME_ORDINARY, format_text("%s_schema", attempt->stem));
	claim(attempt, NAME_TAG, format_text("%s_builder", attempt->stem));
	if (discriminant_count(attempt->declaration) != 0) {
		claim(attempt, NAME_TAG, format_text("%s_which", attempt->stem));
		claim(attempt, NAME_ORDINARY, format_text("%s_which", attempt->stem));
	}
}

static void claim_field(struct attempt *attempt, const struct field_view *field,
			const char *snake, const char *upper)
{
	static const char *const verbs[] = { "get",   "set",     "init", "has",
					     "adopt", "default", "words" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		claim(attempt, NAME_ORDINARY,
		      format_text("%s_%s_%s", attempt->stem, verbs[i], snake));
	if (field->in_union)
		claim(attempt, NAME_ORDINARY,
		      format_text("%s_%s", attempt->upper, upper));
}

static void claim_interface(struct attempt *attempt)
{
	static const char *const macros[] = { "_INTERFACE_ID", "_METHOD_TABLE",
					      "_ANSWERS", nullptr };
	static const char *const counts[] = { "_METHOD_COUNT", "_ANSWER_COUNT", nullptr };

	claim_all(attempt, NAME_MACRO, attempt->upper, macros);
	claim_all(attempt, NAME_ORDINARY, attempt->upper, counts);
	claim(attempt, NAME_TAG, format_text("%s_client", attempt->stem));
	claim(attempt, NAME_ORDINARY, format_text("%s_schema", attempt->stem));
}

/* Of one method in .capnp.h, .client.h, .client.c and .server.h. */
static void claim_method(struct attempt *attempt, const char *snake, const char *upper)
{
	static const char *const functions[] = {
		"",        "_begin",      "_begin_sized",    "_finish",
		"_send",   "_receive",    "_receive_slowly", "_stream",
		"_shape",  "_fill",       "_load",           "_fn",
		"_invoke", "_invoke_any", nullptr,
	};

	claim_all(attempt, NAME_ORDINARY, format_text("%s_%s", attempt->stem, snake),
		  functions);
	claim(attempt, NAME_ORDINARY, format_text("%s_METHOD_%s", attempt->upper, upper));
}

static void claim_declaration(struct attempt *attempt)
{
	static const char *const values[] = { "_value", "_words", "_message", nullptr };
	const char *upper = attempt->upper;

	switch (attempt->declaration->kind) {
	case NODE_STRUCT:
		claim(attempt, NAME_TAG, attempt->tag);
		claim_struct(attempt);
		break;
	case NODE_ENUM:
		claim(attempt, NAME_TAG, attempt->tag);
		claim(attempt, NAME_ORDINARY, format_text("%s_schema", attempt->stem));
		claim(attempt, NAME_ORDINARY, format_text("%s_COUNT", upper));
		claim(attempt, NAME_MACRO, format_text("%s_LIST", upper));
		break;
	case NODE_INTERFACE:
		claim_interface(attempt);
		break;
	case NODE_CONST:
		claim(attempt, NAME_MACRO, upper);
		claim_all(attempt, NAME_ORDINARY, attempt->stem, values);
		break;
	case NODE_ANNOTATION:
		claim(attempt, NAME_MACRO, format_text("%s_ANNOTATION_ID", upper));
		break;
	case NODE_FILE:
	default:
		break;
	}
}

/* ---- Members ------------------------------------------------------------------------ */

/* The parameters of a stub: a pointer and its size are two, "in_x" and "in_x_size". */
static void claim_parameters(struct attempt *attempt, const struct field_view *field,
			     const char *snake)
{
	const struct declaration *declaration = attempt->declaration;

	if (!declaration->scope || declaration->scope->kind != NODE_INTERFACE)
		return;
	claim(attempt, NAME_LOCAL, format_text("in_%s", snake));
	if (!field->is_group && type_is_pointer(field->kind))
		claim(attempt, NAME_LOCAL, format_text("in_%s_size", snake));
}

static void claim_member(struct attempt *attempt, uint32_t i, const char *snake,
			 const char *upper)
{
	const struct declaration *declaration = attempt->declaration;

	if (declaration->kind == NODE_STRUCT) {
		claim_field(attempt, &declaration->fields[i], snake, upper);
		claim_parameters(attempt, &declaration->fields[i], snake);
	} else if (declaration->kind == NODE_INTERFACE) {
		claim_method(attempt, snake, upper);
	} else {
		claim(attempt, NAME_ORDINARY,
		      format_text("%s_%s", attempt->upper, upper));
	}
}

/* Where member @i of @declaration keeps its names. */
struct member_names {
	const char *name;
	const char *given;
	const char **snake;
	const char **upper;
};

static struct member_names member_names(struct declaration *declaration, uint32_t i)
{
	if (declaration->kind == NODE_STRUCT) {
		struct field_view *field = &declaration->fields[i];

		return (struct member_names){ field->name, field->given, &field->snake,
					      &field->upper };
	}
	if (declaration->kind == NODE_INTERFACE) {
		struct method_view *method = &declaration->methods[i];

		return (struct member_names){ method->name, method->given, &method->snake,
					      &method->upper };
	}
	struct enumerant_view *enumerant = &declaration->enumerants[i];

	return (struct member_names){ enumerant->name, enumerant->given,
				      &enumerant->snake, &enumerant->upper };
}

/* @given or else @name in snake case, after a look at what it is made of. */
static const char *own_name(const struct declaration *where, const char *member,
			    const char *name, const char *given)
{
	if (given && !is_identifier(given))
		reject(where, member, "\"%s\" cannot be its name in C", given);
	if (!is_identifier(name))
		reject(where, member, "its name is not one of the schema language");
	return snake_case(given ? given : name);
}

/* Whether the claims from @first on are free among the declaration's own names. */
static bool own_names_are_free(const struct attempt *attempt, size_t first)
{
	for (size_t i = first; i < attempt->count; i++) {
		if (symbols_owner(&attempt->own, attempt->claims[i].space,
				  attempt->claims[i].name, nullptr))
			return false;
	}
	return true;
}

static void keep_own_names(struct attempt *attempt, size_t first)
{
	for (size_t i = first; i < attempt->count; i++)
		symbols_claim(&attempt->own, attempt->claims[i].space,
			      attempt->claims[i].name, attempt);
}

/* A method of a facet is called as in the interface, whose functions serve it. */
static void take_method_names(struct attempt *attempt, uint32_t i)
{
	struct method_view *method = &attempt->declaration->methods[i];
	const struct method_view *whole =
		&attempt->declaration->facet_of->methods[method->ordinal];

	method->snake = whole->snake;
	method->upper = whole->upper;
	claim_method(attempt, method->snake, method->upper);
}

static void name_member(struct attempt *attempt, uint32_t i)
{
	struct member_names names = member_names(attempt->declaration, i);
	const char *own =
		own_name(attempt->declaration, names.name, names.name, names.given);
	size_t first = attempt->count;

	if (attempt->declaration->facet_of) {
		take_method_names(attempt, i);
		return;
	}
	for (uint32_t number = 1; number <= NUMBER_MAX; number++) {
		*names.snake = number == 1 ? own : format_text("%s_%u", own, number);
		*names.upper = upper_case(*names.snake);
		claim_member(attempt, i, *names.snake, *names.upper);
		if (own_names_are_free(attempt, first)) {
			keep_own_names(attempt, first);
			return;
		}
		if (names.given)
			break;
		attempt->count = first;
	}
	reject(attempt->declaration, names.name,
	       "the name in C, %s, is that of something else in it", own);
}

/* ---- Declarations ------------------------------------------------------------------- */

/* What stands behind the stem of the scope: for a group, or for parameters, not the name. */
static const char *last_part(const struct declaration *declaration)
{
	const struct declaration *scope = declaration->scope;

	for (uint32_t i = 0; scope->kind == NODE_STRUCT && i < scope->member_count; i++) {
		if (scope->fields[i].is_group && scope->fields[i].target == declaration)
			return scope->fields[i].snake;
	}
	for (uint32_t i = 0; scope->kind == NODE_INTERFACE && i < scope->member_count;
	     i++) {
		const struct method_view *method = &scope->methods[i];
		bool is_params = method->params == declaration;

		if (node_get_scope_id(declaration->node) == 0 &&
		    (is_params || method->results == declaration))
			return format_text("%s_%s", method->snake,
					   is_params ? "params" : "results");
	}
	return own_name(declaration, "", declaration->name, declaration->given);
}

static const char *full_stem(const struct declaration *declaration)
{
	const char *scope = declaration->scope->stem;
	const char *stem =
		format_text("%s%s%s", scope, scope[0] ? "_" : "", last_part(declaration));

	return has_library_prefix(stem) ? format_text("%s_", stem) : stem;
}

static void start_attempt(struct attempt *attempt, struct declaration *declaration,
			  const char *stem)
{
	const char *upper = upper_case(stem);

	*attempt = (struct attempt){
		.declaration = declaration,
		.stem = stem,
		.upper = declaration->kind == NODE_CONST ? identifier(upper) : upper,
		.tag = identifier(stem),
	};
	claim_declaration(attempt);
}

/* Somebody else who has one of the names already, or null. */
static const struct declaration *other_owner(const struct symbols *symbols,
					     const struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->count; i++) {
		const void *owner =
			symbols_owner(symbols, attempt->claims[i].space,
				      attempt->claims[i].name, attempt->declaration);

		if (owner)
			return owner;
	}
	return nullptr;
}

static void keep_names(struct symbols *symbols, const struct attempt *attempt)
{
	struct declaration *declaration = attempt->declaration;

	for (size_t i = 0; i < attempt->count; i++) {
		if (attempt->claims[i].space != NAME_LOCAL)
			symbols_claim(symbols, attempt->claims[i].space,
				      attempt->claims[i].name, declaration);
	}
	declaration->stem = attempt->stem;
	declaration->upper = attempt->upper;
	declaration->tag = attempt->tag;
}

/* The other declaration that is in the way of this stem; null: now it is the stem. */
static const struct declaration *
try_stem(struct symbols *symbols, struct declaration *declaration, const char *stem)
{
	const struct declaration *other;
	struct attempt attempt;

	start_attempt(&attempt, declaration, stem);
	other = other_owner(symbols, &attempt);
	if (other)
		return other; /* before anything is done about members */
	keep_own_names(&attempt, 0);
	for (uint32_t i = 0; i < declaration->member_count; i++)
		name_member(&attempt, i);
	other = other_owner(symbols, &attempt);
	if (!other)
		keep_names(symbols, &attempt);
	return other;
}

static void name_declaration(struct symbols *symbols, struct declaration *declaration)
{
	const char *stem = full_stem(declaration);
	const struct declaration *other = try_stem(symbols, declaration, stem);

	if (other && (declaration->given || declaration->facet_of))
		reject(declaration, "", "the name in C, %s, is that of %s in %s", stem,
		       other->path, other->file_name);
	for (uint32_t number = 2; other && number <= NUMBER_MAX; number++)
		other = try_stem(symbols, declaration,
				 format_text("%s_%u", stem, number));
	if (other)
		reject(declaration, "", "thousands of others are called %s in C", stem);
}

/* Last of all, because what an interface answers to may be declared behind it. */
static void name_conversions(struct symbols *symbols, struct declaration *interface)
{
	interface->conversions = allocate_array(interface->answer_count,
						sizeof(interface->conversions[0]));
	for (uint32_t i = 0; i < interface->answer_count; i++) {
		const char *stem = format_text("%s_as_%s", interface->stem,
					       interface->answers[i]->stem);
		const char *name = stem;

		for (uint32_t number = 2;
		     symbols_owner(symbols, NAME_ORDINARY, name, nullptr); number++)
			name = format_text("%s_%u", stem, number);
		symbols_claim(symbols, NAME_ORDINARY, name, interface);
		interface->conversions[i] = name;
	}
}

void model_assign_names(struct model *model)
{
	struct symbols symbols = { 0 };

	for (size_t i = 0; i < model->count; i++) {
		struct declaration *declaration = &model->declarations[i];

		if (declaration->kind != NODE_FILE) {
			name_declaration(&symbols, declaration);
			continue;
		}
		declaration->stem = declaration->given ? own_name(declaration, "", "file",
								  declaration->given)
						       : "";
		declaration->upper = upper_case(declaration->stem);
		declaration->tag = declaration->stem;
	}
	for (size_t i = 0; i < model->count; i++)
		name_conversions(&symbols, &model->declarations[i]);
}

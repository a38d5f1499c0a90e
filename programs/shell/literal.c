/* SPDX-License-Identifier: MIT */
/*
 * literal.c - see literal.h. Recursion is as deep as the literals are nested, which the
 * parser bounds (LITERAL_DEPTH_MAX).
 */
#include "programs/shell/literal.h"

#include "programs/shell/catalog.h"
#include "programs/shell/literal_scalar.h"
#include "programs/shell/nearest.h"

/*
 * Values have been checked against their type, so there is one thing left that a builder
 * can refuse.
 */
static bool fits(struct literal_build *build, enum capnp_dynamic_status status)
{
	if (status == CAPNP_DYNAMIC_OK)
		return true;
	sink_strings(build->problem, "the values do not fit one message", nullptr);
	return false;
}

static uint32_t count_elements(const struct literal *list)
{
	uint32_t count = 0;

	for (const struct literal *item = list->first; item; item = item->next)
		count++;
	return count;
}

static bool expect_list(struct literal_build *build, const struct literal *literal,
			const struct capnp_type_info *type)
{
	return literal->kind == LITERAL_LIST ||
	       literal_wrong_kind(build, literal, type, "[a, b]");
}

static bool expect_struct(struct literal_build *build, const struct literal *literal,
			  const struct capnp_type_info *type)
{
	return literal->kind == LITERAL_STRUCT ||
	       literal_wrong_kind(build, literal, type, "(name = value)");
}

static bool build_list(struct literal_build *build,
		       struct capnp_dynamic_list_builder list,
		       const struct literal *literal);

static bool build_element(struct literal_build *build,
			  struct capnp_dynamic_list_builder list, uint32_t i,
			  const struct literal *literal)
{
	struct capnp_value value;
	struct capnp_dynamic_list_builder inner = {};
	struct capnp_dynamic_builder place = {};

	if (list.element->kind == CAPNP_KIND_LIST) {
		return expect_list(build, literal, list.element) &&
		       fits(build, capnp_dynamic_list_init_list(
					   list, i, count_elements(literal), &inner)) &&
		       build_list(build, inner, literal);
	}
	if (list.element->kind == CAPNP_KIND_STRUCT) {
		return expect_struct(build, literal, list.element) &&
		       fits(build, capnp_dynamic_list_struct(list, i, &place)) &&
		       literal_build_fields(build, place, literal->first);
	}
	return literal_read(build, literal, list.element, &value) &&
	       fits(build, capnp_dynamic_list_set(list, i, &value));
}

static bool build_list(struct literal_build *build,
		       struct capnp_dynamic_list_builder list,
		       const struct literal *literal)
{
	uint32_t i = 0;

	for (const struct literal *item = literal->first; item; item = item->next) {
		if (!build_element(build, list, i++, item))
			return false;
	}
	return true;
}

static bool build_field(struct literal_build *build, struct capnp_dynamic_builder place,
			const struct capnp_field_info *field,
			const struct literal *literal)
{
	struct capnp_value value;
	struct capnp_dynamic_list_builder list = {};
	struct capnp_dynamic_builder inner = {};

	if (field->type.kind == CAPNP_KIND_LIST) {
		return expect_list(build, literal, &field->type) &&
		       fits(build,
			    capnp_dynamic_init_list(place, field, count_elements(literal),
						    &list)) &&
		       build_list(build, list, literal);
	}
	if (field->type.kind == CAPNP_KIND_STRUCT) {
		return expect_struct(build, literal, &field->type) &&
		       fits(build, capnp_dynamic_init(place, field, &inner)) &&
		       literal_build_fields(build, inner, literal->first);
	}
	return literal_read(build, literal, &field->type, &value) &&
	       fits(build, capnp_dynamic_set(place, field, &value));
}

static bool unknown_field(struct literal_build *build,
			  const struct capnp_struct_info *info, struct text name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < info->field_count; i++)
		nearest_offer(&nearest, text_of(info->fields[i].name));
	sink_strings(build->problem, "no ", build->field_word, " `", nullptr);
	sink_text(build->problem, name);
	sink_byte(build->problem, '`');
	nearest_write(&nearest, "", build->problem);
	return false;
}

/* Whether no earlier one of @fields names the same field, or another of its union. */
static bool check_once(struct literal_build *build, const struct capnp_struct_info *info,
		       const struct capnp_field_info *field, const struct literal *fields,
		       const struct literal *literal)
{
	for (; fields != literal; fields = fields->next) {
		const struct capnp_field_info *other =
			catalog_find_field(info, fields->name);
		bool both = field->discriminant_value != CAPNP_NO_DISCRIMINANT &&
			    other->discriminant_value != CAPNP_NO_DISCRIMINANT;

		if (other == field)
			sink_strings(literal_complain(build, literal), "given twice",
				     nullptr);
		else if (both)
			sink_strings(literal_complain(build, literal), "excludes ",
				     other->name, "; they are a union", nullptr);
		else
			continue;
		return false;
	}
	return true;
}

bool literal_build_fields(struct literal_build *build, struct capnp_dynamic_builder place,
			  const struct literal *fields)
{
	for (const struct literal *item = fields; item; item = item->next) {
		const struct capnp_field_info *field =
			catalog_find_field(place.info, item->name);

		if (!field)
			return unknown_field(build, place.info, item->name);
		if (!check_once(build, place.info, field, fields, item) ||
		    !build_field(build, place, field, item))
			return false;
	}
	return true;
}

bool literal_build_root(struct literal_build *build, const struct capnp_struct_info *info,
			const struct literal *fields, struct capnp_builder *message)
{
	struct capnp_dynamic_builder root = capnp_dynamic_new(message, info);

	return literal_build_fields(build, root, fields) &&
	       fits(build, capnp_builder_failed(message) ? CAPNP_DYNAMIC_NO_ROOM
							 : CAPNP_DYNAMIC_OK);
}

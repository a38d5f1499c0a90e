/* SPDX-License-Identifier: MIT */
/* subject_walk.c - see subject_walk.h. The depth is that of the message read. */
#include "tests/conformance/subject_walk.h"

#include "core/capnp/copy.h"
#include "core/capnp/orphan.h"

static const char *status_text(enum capnp_dynamic_status status)
{
	static const char *const texts[] = {
		[CAPNP_DYNAMIC_OK] = nullptr,
		[CAPNP_DYNAMIC_KIND] = "a value of another kind than the field",
		[CAPNP_DYNAMIC_RANGE] = "a number that does not fit",
		[CAPNP_DYNAMIC_INDEX] = "no such element",
		[CAPNP_DYNAMIC_NO_ROOM] = "the message is full",
	};

	return status < sizeof(texts) / sizeof(texts[0]) ? texts[status]
							 : "another status";
}

static const char *walk_list(const struct capnp_value *list,
			     struct capnp_dynamic_list_builder to,
			     enum subject_order order);

static const char *walk_element(const struct capnp_value *list, uint32_t i,
				struct capnp_dynamic_list_builder to,
				enum subject_order order)
{
	struct capnp_value value = capnp_dynamic_at(list, i);
	struct capnp_dynamic_builder structure;
	struct capnp_dynamic_list_builder inner;
	enum capnp_dynamic_status status;

	if (capnp_kind_is_pointer(value.type->kind) &&
	    value.type->kind != CAPNP_KIND_STRUCT &&
	    capnp_any_kind(capnp_list_get_any(list->list, i)) == CAPNP_ANY_NULL)
		return nullptr; /* and stays so: not the same as an empty one */
	if (value.type->kind == CAPNP_KIND_STRUCT) {
		status = capnp_dynamic_list_struct(to, i, &structure);
		return status != CAPNP_DYNAMIC_OK
			       ? status_text(status)
			       : subject_walk(value.structure, structure, order);
	}
	if (value.type->kind == CAPNP_KIND_LIST) {
		status = capnp_dynamic_list_init_list(to, i, value.list.count, &inner);
		return status != CAPNP_DYNAMIC_OK ? status_text(status)
						  : walk_list(&value, inner, order);
	}
	return status_text(capnp_dynamic_list_set(to, i, &value));
}

static const char *walk_list(const struct capnp_value *list,
			     struct capnp_dynamic_list_builder to,
			     enum subject_order order)
{
	uint32_t count = list->list.count;

	for (uint32_t i = 0; i < count; i++) {
		const char *refused = walk_element(
			list, order == SUBJECT_BACKWARDS ? count - 1 - i : i, to, order);

		if (refused)
			return refused;
	}
	return nullptr;
}

/* A member of a union may be the chosen one and null. */
static void choose(struct capnp_dynamic_builder b, const struct capnp_field_info *field)
{
	if (field->discriminant_value != CAPNP_NO_DISCRIMINANT)
		capnp_set_u16(b.b, b.info->discriminant_offset * 2,
			      field->discriminant_value);
}

/* A struct that is finished before anything leads to it. */
static const char *walk_apart(struct capnp_struct s, const struct capnp_field_info *field,
			      struct capnp_dynamic_builder b)
{
	const struct capnp_struct_info *info = field->type.structure;
	struct capnp_any_builder at =
		capnp_any_at(b.b, b.info->data_words + field->offset);
	struct capnp_orphan orphan;
	struct capnp_dynamic_builder made = {
		capnp_orphan_struct(b.b.message, info->data_words, info->pointers,
				    &orphan),
		info,
	};
	const char *refused = subject_walk(s, made, SUBJECT_APART);

	if (refused)
		return refused;
	choose(b, field);
	if (!capnp_adopt(at, &orphan))
		return "an orphan is not adopted";
	return capnp_adopt(at, &orphan) ? "an orphan is adopted twice" : nullptr;
}

static const char *walk_any(struct capnp_struct s, const struct capnp_field_info *field,
			    struct capnp_dynamic_builder b)
{
	choose(b, field);
	return capnp_set_any(b.b, b.info->data_words + field->offset,
			     capnp_get_any(s, field->offset))
		       ? nullptr
		       : "any value is refused";
}

static const char *walk_field(struct capnp_struct s, const struct capnp_field_info *field,
			      struct capnp_dynamic_builder b, enum subject_order order)
{
	struct capnp_value value = capnp_dynamic_get(s, field);
	bool group = field->kind == CAPNP_FIELD_GROUP;
	struct capnp_dynamic_builder structure;
	struct capnp_dynamic_list_builder list;
	enum capnp_dynamic_status status;

	if (value.type->kind >= CAPNP_KIND_ANY_POINTER)
		return walk_any(s, field, b);
	if (order == SUBJECT_APART && !group && value.type->kind == CAPNP_KIND_STRUCT)
		return walk_apart(value.structure, field, b);
	if (group || value.type->kind == CAPNP_KIND_STRUCT) {
		status = capnp_dynamic_init(b, field, &structure);
		return status != CAPNP_DYNAMIC_OK
			       ? status_text(status)
			       : subject_walk(group ? s : value.structure, structure,
					      order);
	}
	if (value.type->kind == CAPNP_KIND_LIST) {
		status = capnp_dynamic_init_list(b, field, value.list.count, &list);
		return status != CAPNP_DYNAMIC_OK ? status_text(status)
						  : walk_list(&value, list, order);
	}
	return status_text(capnp_dynamic_set(b, field, &value));
}

const char *subject_walk(struct capnp_struct s, struct capnp_dynamic_builder b,
			 enum subject_order order)
{
	uint32_t count = b.info->field_count;

	for (uint32_t i = 0; i < count; i++) {
		const struct capnp_field_info *field =
			&b.info->fields[order == SUBJECT_BACKWARDS ? count - 1 - i : i];
		const char *refused;

		if (!capnp_field_is_active(s, b.info, field))
			continue;
		if (field->kind == CAPNP_FIELD_SLOT &&
		    capnp_kind_is_pointer(field->type.kind) &&
		    !capnp_has(s, field->offset)) {
			choose(b, field);
			continue;
		}
		refused = walk_field(s, field, b, order);
		if (refused)
			return refused;
	}
	return nullptr;
}

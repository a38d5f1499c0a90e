/* SPDX-License-Identifier: MIT */
/* model.c - see model.h. */
#include "tools/capnpc-capos/model.h"

#include "tools/capnpc-capos/output.h"

const struct declaration *model_find(const struct model *model, uint64_t id)
{
	const struct declaration *found = model_look_up(model, id);

	if (!found)
		die("capnpc-capos: the request lacks node %#llx", (unsigned long long)id);
	return found;
}

uint32_t field_count(const struct declaration *structure)
{
	return structure->member_count;
}

struct field_view view_field(const struct model *model,
			     const struct declaration *structure, uint32_t i)
{
	(void)model;
	return structure->fields[i];
}

uint32_t method_count(const struct declaration *interface)
{
	return interface->member_count;
}

uint32_t ordinal_limit(const struct declaration *interface)
{
	if (interface->facet_of)
		return interface->facet_ordinals[interface->facet_method_count - 1] + 1u;
	return method_count(interface);
}

struct method_view view_method(const struct model *model,
			       const struct declaration *interface, uint32_t i)
{
	(void)model;
	return interface->methods[i];
}

uint16_t data_words(const struct declaration *structure)
{
	return node_struct_get_data_word_count(node_get_struct(structure->node));
}

uint16_t pointer_count(const struct declaration *structure)
{
	return node_struct_get_pointer_count(node_get_struct(structure->node));
}

uint16_t discriminant_count(const struct declaration *structure)
{
	return node_struct_get_discriminant_count(node_get_struct(structure->node));
}

bool type_is_any_cap(struct type type)
{
	struct type_any_pointer any = type_get_any_pointer(type);
	struct type_any_pointer_unconstrained kind =
		type_any_pointer_get_unconstrained(any);

	return type_which(type) == TYPE_ANY_POINTER &&
	       type_any_pointer_which(any) == TYPE_ANY_POINTER_UNCONSTRAINED &&
	       type_any_pointer_unconstrained_which(kind) ==
		       TYPE_ANY_POINTER_UNCONSTRAINED_CAPABILITY;
}

struct type type_element(struct type type)
{
	return type_list_get_element_type(type_get_list(type));
}

static enum shape any_shape(struct type type)
{
	struct type_any_pointer any = type_get_any_pointer(type);

	if (type_any_pointer_which(any) != TYPE_ANY_POINTER_UNCONSTRAINED)
		return SHAPE_ANY;
	switch (type_any_pointer_unconstrained_which(
		type_any_pointer_get_unconstrained(any))) {
	case TYPE_ANY_POINTER_UNCONSTRAINED_STRUCT:
		return SHAPE_ANY_STRUCT;
	case TYPE_ANY_POINTER_UNCONSTRAINED_LIST:
		return SHAPE_ANY_LIST;
	case TYPE_ANY_POINTER_UNCONSTRAINED_CAPABILITY:
		return SHAPE_CAP;
	case TYPE_ANY_POINTER_UNCONSTRAINED_ANY_KIND:
	default:
		return SHAPE_ANY;
	}
}

static enum shape list_shape(struct type element)
{
	enum shape shape = type_shape(element);
	bool is_parameter = shape == SHAPE_ANY &&
			    type_any_pointer_which(type_get_any_pointer(element)) !=
				    TYPE_ANY_POINTER_UNCONSTRAINED;

	if (shape == SHAPE_STRUCT)
		return SHAPE_STRUCT_LIST;
	return is_parameter || shape == SHAPE_ANY_STRUCT ? SHAPE_ANY_LIST : SHAPE_LIST;
}

enum shape type_shape(struct type type)
{
	enum type_which kind = type_which(type);

	if (kind == TYPE_ANY_POINTER)
		return any_shape(type);
	if (kind == TYPE_LIST)
		return list_shape(type_element(type));
	if (kind == TYPE_TEXT)
		return SHAPE_TEXT;
	if (kind == TYPE_DATA)
		return SHAPE_DATA;
	if (kind == TYPE_STRUCT)
		return SHAPE_STRUCT;
	return kind == TYPE_INTERFACE ? SHAPE_CAP : SHAPE_PLAIN;
}

bool type_is_cap(struct type type)
{
	return type_which(type) == TYPE_INTERFACE || type_is_any_cap(type);
}

bool type_is_pointer(enum type_which kind)
{
	return kind >= TYPE_TEXT && kind != TYPE_ENUM;
}

uint32_t type_bits(enum type_which kind)
{
	static const uint8_t bits[] = {
		[TYPE_BOOL] = 1,     [TYPE_INT8] = 8,     [TYPE_INT16] = 16,
		[TYPE_INT32] = 32,   [TYPE_INT64] = 64,   [TYPE_UINT8] = 8,
		[TYPE_UINT16] = 16,  [TYPE_UINT32] = 32,  [TYPE_UINT64] = 64,
		[TYPE_FLOAT32] = 32, [TYPE_FLOAT64] = 64, [TYPE_ENUM] = 16,
	};

	return kind < sizeof(bits) ? bits[kind] : 0;
}

const struct declaration *type_target(const struct model *model, struct type type)
{
	enum type_which kind = type_which(type);

	if (kind == TYPE_ENUM)
		return model_look_up(model, type_enum_get_type_id(type_get_enum(type)));
	if (kind == TYPE_STRUCT)
		return model_look_up(model,
				     type_struct_get_type_id(type_get_struct(type)));
	if (kind == TYPE_INTERFACE)
		return model_look_up(
			model, type_interface_get_type_id(type_get_interface(type)));
	return nullptr;
}

const char *type_element_size(struct type type)
{
	enum type_which kind = type_which(type);

	if (kind == TYPE_STRUCT)
		return "CAPNP_ELEMENT_STRUCT";
	if (type_is_pointer(kind))
		return "CAPNP_ELEMENT_POINTER";
	switch (type_bits(kind)) {
	case 1:
		return "CAPNP_ELEMENT_BIT";
	case 8:
		return "CAPNP_ELEMENT_BYTE";
	case 16:
		return "CAPNP_ELEMENT_TWO_BYTES";
	case 32:
		return "CAPNP_ELEMENT_FOUR_BYTES";
	case 64:
		return "CAPNP_ELEMENT_EIGHT_BYTES";
	default:
		return "CAPNP_ELEMENT_VOID";
	}
}

/* Marks in @seen the capability pointers of @structure; members of a union share them. */
static void mark_caps(const struct model *model, const struct declaration *structure,
		      bool *seen)
{
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		if (field.is_group)
			mark_caps(model, field.target, seen);
		else if (type_is_cap(field.type))
			seen[field.offset] = true;
	}
}

uint32_t cap_pointer_count(const struct model *model, const struct declaration *structure)
{
	bool seen[CAPNP_STRUCT_POINTERS_MAX] = { false };
	uint32_t count = 0;

	mark_caps(model, structure, seen);
	for (uint32_t i = 0; i < CAPNP_STRUCT_POINTERS_MAX; i++)
		count += seen[i];
	return count;
}

uint64_t value_bits(struct value value)
{
	switch (value_which(value)) {
	case VALUE_BOOL:
		return value_get_bool(value);
	case VALUE_INT8:
		return (uint8_t)value_get_int8(value);
	case VALUE_INT16:
		return (uint16_t)value_get_int16(value);
	case VALUE_INT32:
		return (uint32_t)value_get_int32(value);
	case VALUE_INT64:
		return (uint64_t)value_get_int64(value);
	case VALUE_UINT8:
		return value_get_uint8(value);
	case VALUE_UINT16:
		return value_get_uint16(value);
	case VALUE_UINT32:
		return value_get_uint32(value);
	case VALUE_UINT64:
		return value_get_uint64(value);
	case VALUE_FLOAT32:
		return capnp_f32_bits(value_get_float32(value));
	case VALUE_FLOAT64:
		return capnp_f64_bits(value_get_float64(value));
	case VALUE_ENUM:
		return value_get_enum(value);
	case VALUE_VOID:
	case VALUE_TEXT:
	case VALUE_DATA:
	case VALUE_LIST:
	case VALUE_STRUCT:
	case VALUE_INTERFACE:
	case VALUE_ANY_POINTER:
	default:
		return 0;
	}
}

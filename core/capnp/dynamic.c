/* SPDX-License-Identifier: MIT */
/*
 * dynamic.c - see dynamic.h for what it promises.
 *
 * Every plain value is a number of bits at an offset, and the bits are those of the value
 * combined with those of the default. Range is checked before anything is written.
 */
#include "core/capnp/dynamic.h"

#include "core/capnp/copy.h"
#include "core/capnp/interface.h"
#include "core/capnp/nearest.h"

/* Size of a plain value in bits; 0 for void and for what is behind a pointer. */
static uint32_t kind_bits(enum capnp_kind kind)
{
	static const uint8_t bits[] = {
		[CAPNP_KIND_BOOL] = 1,     [CAPNP_KIND_INT8] = 8,
		[CAPNP_KIND_INT16] = 16,   [CAPNP_KIND_INT32] = 32,
		[CAPNP_KIND_INT64] = 64,   [CAPNP_KIND_UINT8] = 8,
		[CAPNP_KIND_UINT16] = 16,  [CAPNP_KIND_UINT32] = 32,
		[CAPNP_KIND_UINT64] = 64,  [CAPNP_KIND_FLOAT32] = 32,
		[CAPNP_KIND_FLOAT64] = 64, [CAPNP_KIND_ENUM] = 16,
	};

	return kind < sizeof(bits) ? bits[kind] : 0;
}

static bool is_signed(enum capnp_kind kind)
{
	return kind >= CAPNP_KIND_INT8 && kind <= CAPNP_KIND_INT64;
}

static bool is_unsigned(enum capnp_kind kind)
{
	return kind >= CAPNP_KIND_UINT8 && kind <= CAPNP_KIND_UINT64;
}

static enum capnp_element_size element_size(const struct capnp_type_info *type)
{
	switch (kind_bits(type->kind)) {
	case 1:
		return CAPNP_ELEMENT_BIT;
	case 8:
		return CAPNP_ELEMENT_BYTE;
	case 16:
		return CAPNP_ELEMENT_TWO_BYTES;
	case 32:
		return CAPNP_ELEMENT_FOUR_BYTES;
	case 64:
		return CAPNP_ELEMENT_EIGHT_BYTES;
	default:
		break;
	}
	if (type->kind == CAPNP_KIND_STRUCT)
		return CAPNP_ELEMENT_STRUCT;
	return type->kind == CAPNP_KIND_VOID ? CAPNP_ELEMENT_VOID : CAPNP_ELEMENT_POINTER;
}

static struct capnp_text string_text(const char *string)
{
	struct capnp_text text = { string, 0 };

	while (string[text.size])
		text.size++;
	return text;
}

const struct capnp_field_info *capnp_find_field(const struct capnp_struct_info *info,
						struct capnp_text name)
{
	for (uint32_t i = 0; i < info->field_count; i++) {
		if (capnp_text_equals(name, info->fields[i].name))
			return &info->fields[i];
	}
	return nullptr;
}

static const struct capnp_method_info *
find_method(const struct capnp_interface_info *info, struct capnp_text name,
	    uint32_t depth)
{
	for (uint32_t i = 0; i < info->method_count; i++) {
		if (capnp_text_equals(name, info->methods[i].name))
			return &info->methods[i];
	}
	for (uint32_t i = 0; i < info->superclass_count && depth > 0; i++) {
		const struct capnp_method_info *found =
			find_method(info->superclasses[i], name, depth - 1);

		if (found)
			return found;
	}
	return nullptr;
}

const struct capnp_method_info *capnp_find_method(const struct capnp_interface_info *info,
						  struct capnp_text name)
{
	return find_method(info, name, CAPNP_INHERITANCE_DEPTH_MAX);
}

static void offer(struct capnp_nearest *nearest, const char *name)
{
	capnp_nearest_offer(nearest, string_text(name));
}

/* Names are strings of the schema's tables, so that they end in NUL. */
static const char *best(const struct capnp_nearest *nearest)
{
	return nearest->best.bytes;
}

const char *capnp_find_field_nearest(const struct capnp_struct_info *info,
				     struct capnp_text name)
{
	struct capnp_nearest nearest;

	capnp_nearest_init(&nearest, name);
	for (uint32_t i = 0; i < info->field_count; i++)
		offer(&nearest, info->fields[i].name);
	return best(&nearest);
}

/* Offers the methods of @info and of what it extends. */
static void offer_methods(struct capnp_nearest *nearest,
			  const struct capnp_interface_info *info, uint32_t depth)
{
	for (uint32_t i = 0; i < info->method_count; i++)
		offer(nearest, info->methods[i].name);
	for (uint32_t i = 0; i < info->superclass_count && depth > 0; i++)
		offer_methods(nearest, info->superclasses[i], depth - 1);
}

const char *capnp_find_method_nearest(const struct capnp_interface_info *info,
				      struct capnp_text name)
{
	struct capnp_nearest nearest;

	capnp_nearest_init(&nearest, name);
	offer_methods(&nearest, info, CAPNP_INHERITANCE_DEPTH_MAX);
	return best(&nearest);
}

const char *capnp_find_enumerant_nearest(const struct capnp_enum_info *info,
					 struct capnp_text name)
{
	struct capnp_nearest nearest;

	capnp_nearest_init(&nearest, name);
	for (uint32_t i = 0; i < info->enumerant_count; i++)
		offer(&nearest, info->enumerants[i].name);
	return best(&nearest);
}

bool capnp_find_enumerant(const struct capnp_enum_info *info, struct capnp_text name,
			  uint16_t *out)
{
	for (uint16_t i = 0; i < info->enumerant_count; i++) {
		if (capnp_text_equals(name, info->enumerants[i].name)) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *capnp_enumerant_name(const struct capnp_enum_info *info, uint64_t number)
{
	return number < info->enumerant_count ? info->enumerants[number].name : nullptr;
}

bool capnp_field_is_active(struct capnp_struct s, const struct capnp_struct_info *info,
			   const struct capnp_field_info *field)
{
	if (field->discriminant_value == CAPNP_NO_DISCRIMINANT)
		return true;
	return capnp_get_u16(s, info->discriminant_offset * 2, 0) ==
	       field->discriminant_value;
}

/* Puts @bits of a plain type into @value, with the sign extended. */
static void set_plain(struct capnp_value *value, uint64_t bits)
{
	uint32_t size = kind_bits(value->type->kind);

	if (value->type->kind == CAPNP_KIND_BOOL)
		value->boolean = bits != 0;
	else if (is_signed(value->type->kind))
		value->integer = (int64_t)(bits << (64 - size)) >> (64 - size);
	else
		value->natural = bits;
}

static uint64_t get_bits(struct capnp_struct s, uint32_t size, uint32_t offset,
			 uint64_t default_bits)
{
	switch (size) {
	case 1:
		return capnp_get_bool(s, offset, default_bits != 0);
	case 8:
		return capnp_get_u8(s, offset, (uint8_t)default_bits);
	case 16:
		return capnp_get_u16(s, offset * 2, (uint16_t)default_bits);
	case 32:
		return capnp_get_u32(s, offset * 4, (uint32_t)default_bits);
	default:
		return capnp_get_u64(s, offset * 8, default_bits);
	}
}

static struct capnp_text default_text(const struct capnp_field_info *field)
{
	return string_text(field->default_text ? field->default_text : "");
}

/* A pointer of any kind, or the root of the default. */
static struct capnp_any get_any(struct capnp_struct s,
				const struct capnp_field_info *field)
{
	if (!capnp_has(s, field->offset) && field->default_message)
		return capnp_constant_any(field->default_message);
	return capnp_get_any(s, field->offset);
}

/* The value of a field behind a pointer. */
static void get_pointer(struct capnp_struct s, const struct capnp_field_info *field,
			struct capnp_value *value)
{
	const struct capnp_reader *otherwise = field->default_message;
	const struct capnp_type_info *type = &field->type;
	uint32_t at = field->offset;

	if (type->kind == CAPNP_KIND_TEXT)
		value->text = capnp_get_text(s, at, default_text(field));
	else if (type->kind == CAPNP_KIND_DATA)
		value->data = otherwise ? capnp_get_data_or(s, at, otherwise)
					: capnp_get_data(s, at);
	else if (type->kind == CAPNP_KIND_LIST)
		value->list =
			otherwise ? capnp_get_list_or(s, at, element_size(type->element),
						      otherwise)
				  : capnp_get_list(s, at, element_size(type->element));
	else if (type->kind == CAPNP_KIND_STRUCT)
		value->structure = otherwise ? capnp_get_struct_or(s, at, otherwise)
					     : capnp_get_struct(s, at);
	else if (type->kind == CAPNP_KIND_INTERFACE)
		value->cap = capnp_get_cap(s, at);
	else
		value->any = get_any(s, field);
}

struct capnp_value capnp_dynamic_get(struct capnp_struct s,
				     const struct capnp_field_info *field)
{
	struct capnp_value value = { .type = &field->type };
	uint32_t size = kind_bits(field->type.kind);

	if (field->kind == CAPNP_FIELD_GROUP)
		value.structure = s;
	else if (size != 0)
		set_plain(&value, get_bits(s, size, field->offset, field->default_bits));
	else if (field->type.kind != CAPNP_KIND_VOID)
		get_pointer(s, field, &value);
	return value;
}

static uint64_t list_bits(struct capnp_list list, uint32_t size, uint32_t i)
{
	switch (size) {
	case 1:
		return capnp_list_get_bool(list, i);
	case 8:
		return capnp_list_get_u8(list, i);
	case 16:
		return capnp_list_get_u16(list, i);
	case 32:
		return capnp_list_get_u32(list, i);
	default:
		return capnp_list_get_u64(list, i);
	}
}

struct capnp_value capnp_dynamic_at(const struct capnp_value *list, uint32_t i)
{
	const struct capnp_type_info *type = list->type->element;
	struct capnp_value value = { .type = type };
	uint32_t size = kind_bits(type->kind);

	if (size != 0)
		set_plain(&value, list_bits(list->list, size, i));
	else if (type->kind == CAPNP_KIND_TEXT)
		value.text = capnp_list_get_text(list->list, i);
	else if (type->kind == CAPNP_KIND_DATA)
		value.data = capnp_list_get_data(list->list, i);
	else if (type->kind == CAPNP_KIND_LIST)
		value.list =
			capnp_list_get_list(list->list, i, element_size(type->element));
	else if (type->kind == CAPNP_KIND_STRUCT)
		value.structure = capnp_list_get_struct(list->list, i);
	else if (type->kind == CAPNP_KIND_INTERFACE)
		value.cap = capnp_list_get_cap(list->list, i);
	else if (type->kind != CAPNP_KIND_VOID)
		value.any = capnp_list_get_any(list->list, i);
	return value;
}

struct capnp_dynamic_builder capnp_dynamic_new(struct capnp_builder *builder,
					       const struct capnp_struct_info *info)
{
	return (struct capnp_dynamic_builder){
		capnp_build_root(builder, info->data_words, info->pointers), info
	};
}

/* An integer given as INT* or UINT* as the bits of an integer of type @kind. */
static enum capnp_dynamic_status
integer_bits(enum capnp_kind kind, const struct capnp_value *value, uint64_t *out)
{
	uint32_t size = kind_bits(kind);
	bool negative = is_signed(value->type->kind) && value->integer < 0;
	/* All bits above those that a value of this type may use. */
	uint64_t above = is_signed(kind) ? ~UINT64_C(0) << (size - 1)
			 : size == 64    ? 0
					 : ~UINT64_C(0) << size;

	if (!is_signed(value->type->kind) && !is_unsigned(value->type->kind))
		return CAPNP_DYNAMIC_KIND;
	if (negative && (!is_signed(kind) || (value->natural & above) != above))
		return CAPNP_DYNAMIC_RANGE;
	if (!negative && (value->natural & above) != 0)
		return CAPNP_DYNAMIC_RANGE;
	*out = value->natural;
	return CAPNP_DYNAMIC_OK;
}

/* The bits of @value as a plain @type. */
static enum capnp_dynamic_status plain_bits(const struct capnp_type_info *type,
					    const struct capnp_value *value,
					    uint64_t *out)
{
	if (is_signed(type->kind) || is_unsigned(type->kind))
		return integer_bits(type->kind, value, out);
	if (value->type->kind != type->kind)
		return CAPNP_DYNAMIC_KIND;
	if (type->kind == CAPNP_KIND_BOOL) {
		*out = value->boolean;
		return CAPNP_DYNAMIC_OK;
	}
	if (type->kind == CAPNP_KIND_ENUM &&
	    value->natural >= type->enumeration->enumerant_count)
		return CAPNP_DYNAMIC_RANGE;
	if (type->kind == CAPNP_KIND_FLOAT32 && value->float_bits > UINT32_MAX)
		return CAPNP_DYNAMIC_RANGE;
	*out = value->natural;
	return CAPNP_DYNAMIC_OK;
}

static void set_bits(struct capnp_struct_builder b, uint32_t size, uint32_t offset,
		     uint64_t bits)
{
	if (size == 1)
		capnp_set_bool(b, offset, bits & 1);
	else if (size == 8)
		capnp_set_u8(b, offset, (uint8_t)bits);
	else if (size == 16)
		capnp_set_u16(b, offset * 2, (uint16_t)bits);
	else if (size == 32)
		capnp_set_u32(b, offset * 4, (uint32_t)bits);
	else
		capnp_set_u64(b, offset * 8, bits);
}

/* Makes @field the chosen member of its union, if it is in one. */
static void choose(struct capnp_dynamic_builder b, const struct capnp_field_info *field)
{
	if (field->discriminant_value != CAPNP_NO_DISCRIMINANT)
		capnp_set_u16(b.b, b.info->discriminant_offset * 2,
			      field->discriminant_value);
}

static enum capnp_dynamic_status room(const struct capnp_builder *message)
{
	return capnp_builder_failed(message) ? CAPNP_DYNAMIC_NO_ROOM : CAPNP_DYNAMIC_OK;
}

/* Whether a value of type @given may stand where one of @wanted is. */
static bool same_type(const struct capnp_type_info *given,
		      const struct capnp_type_info *wanted)
{
	for (; given->kind == CAPNP_KIND_LIST && wanted->kind == CAPNP_KIND_LIST;
	     given = given->element)
		wanted = wanted->element;
	if (given->kind != wanted->kind)
		return false;
	if (given->kind == CAPNP_KIND_STRUCT)
		return given->structure->id == wanted->structure->id;
	return given->kind != CAPNP_KIND_ENUM ||
	       given->enumeration->id == wanted->enumeration->id;
}

static bool is_any(enum capnp_kind kind)
{
	return kind == CAPNP_KIND_ANY_POINTER || kind == CAPNP_KIND_ANY_STRUCT ||
	       kind == CAPNP_KIND_ANY_LIST;
}

/* Whether @value may stand where any pointer, struct or list (@wanted) is. */
static bool fits_any(const struct capnp_value *value, enum capnp_kind wanted)
{
	enum capnp_kind kind = value->type->kind;
	enum capnp_any_kind found;

	if (wanted == CAPNP_KIND_ANY_POINTER)
		return capnp_kind_is_pointer(kind);
	if (!is_any(kind))
		return wanted == CAPNP_KIND_ANY_STRUCT ? kind == CAPNP_KIND_STRUCT
						       : kind == CAPNP_KIND_LIST;
	found = capnp_any_kind(value->any);
	return found == CAPNP_ANY_NULL ||
	       found == (wanted == CAPNP_KIND_ANY_STRUCT ? CAPNP_ANY_STRUCT
							 : CAPNP_ANY_LIST);
}

static bool fits(const struct capnp_value *value, const struct capnp_type_info *type)
{
	return is_any(type->kind) ? fits_any(value, type->kind)
				  : same_type(value->type, type);
}

/* What became of a copy of something in @message. */
static enum capnp_dynamic_status copied(bool good, struct capnp_segment *message)
{
	if (good)
		return CAPNP_DYNAMIC_OK;
	if (message && capnp_reader_failed(capnp_segment_reader(message)))
		return CAPNP_DYNAMIC_SOURCE;
	return CAPNP_DYNAMIC_NO_ROOM;
}

/* Makes @to lead to @value, which fits its type. */
static enum capnp_dynamic_status set_any(struct capnp_any_builder to,
					 const struct capnp_value *value)
{
	enum capnp_kind kind = value->type->kind;

	if (kind == CAPNP_KIND_LIST)
		return copied(capnp_any_set_list(to, value->list), value->list.message);
	if (kind == CAPNP_KIND_STRUCT)
		return copied(capnp_any_set_struct(to, value->structure),
			      value->structure.message);
	if (is_any(kind))
		return copied(capnp_any_set_any(to, value->any), value->any.message);
	if (kind == CAPNP_KIND_TEXT)
		capnp_any_set_text(to, value->text.bytes, value->text.size);
	else if (kind == CAPNP_KIND_DATA)
		capnp_any_set_data(to, value->data.bytes, value->data.size);
	else if (kind == CAPNP_KIND_INTERFACE)
		capnp_any_set_cap(to, value->cap);
	return room(to.message);
}

/* A field behind a pointer, or of type Void. */
static enum capnp_dynamic_status set_pointer(struct capnp_dynamic_builder b,
					     const struct capnp_field_info *field,
					     const struct capnp_value *value)
{
	if (!fits(value, &field->type))
		return CAPNP_DYNAMIC_KIND;
	choose(b, field);
	if (field->type.kind == CAPNP_KIND_VOID)
		return room(b.b.message);
	return set_any(capnp_any_at(b.b, b.info->data_words + field->offset), value);
}

static enum capnp_dynamic_status set_group(struct capnp_dynamic_builder b,
					   const struct capnp_struct_info *info,
					   struct capnp_struct from);

/* Copies @field, whose bits need no check: they are of the same field. */
static enum capnp_dynamic_status copy_field(struct capnp_dynamic_builder b,
					    const struct capnp_field_info *field,
					    struct capnp_struct from)
{
	uint32_t size = kind_bits(field->type.kind);
	struct capnp_any any;

	choose(b, field);
	if (field->kind == CAPNP_FIELD_GROUP)
		return set_group(b, field->type.structure, from);
	if (size != 0)
		set_bits(b.b, size, field->offset,
			 get_bits(from, size, field->offset, 0));
	if (!capnp_kind_is_pointer(field->type.kind))
		return room(b.b.message);
	any = capnp_get_any(from, field->offset);
	return copied(capnp_any_set_any(
			      capnp_any_at(b.b, b.info->data_words + field->offset), any),
		      any.message);
}

/* Copies what belongs to the group @info, and nothing else of the struct around it. */
static enum capnp_dynamic_status set_group(struct capnp_dynamic_builder b,
					   const struct capnp_struct_info *info,
					   struct capnp_struct from)
{
	enum capnp_dynamic_status status = CAPNP_DYNAMIC_OK;
	struct capnp_dynamic_builder inside = { b.b, info };

	for (uint32_t i = 0; i < info->field_count && status == CAPNP_DYNAMIC_OK; i++) {
		if (capnp_field_is_active(from, info, &info->fields[i]))
			status = copy_field(inside, &info->fields[i], from);
	}
	return status;
}

enum capnp_dynamic_status capnp_dynamic_set(struct capnp_dynamic_builder b,
					    const struct capnp_field_info *field,
					    const struct capnp_value *value)
{
	uint32_t size = kind_bits(field->type.kind);
	enum capnp_dynamic_status status;
	uint64_t bits;

	if (field->kind == CAPNP_FIELD_GROUP) {
		if (!same_type(value->type, &field->type))
			return CAPNP_DYNAMIC_KIND;
		choose(b, field);
		return set_group(b, field->type.structure, value->structure);
	}
	if (size == 0)
		return set_pointer(b, field, value);
	status = plain_bits(&field->type, value, &bits);
	if (status != CAPNP_DYNAMIC_OK)
		return status;
	choose(b, field);
	set_bits(b.b, size, field->offset, bits ^ field->default_bits);
	return room(b.b.message);
}

enum capnp_dynamic_status capnp_dynamic_init(struct capnp_dynamic_builder b,
					     const struct capnp_field_info *field,
					     struct capnp_dynamic_builder *out)
{
	const struct capnp_struct_info *info = field->type.structure;

	if (field->type.kind != CAPNP_KIND_STRUCT)
		return CAPNP_DYNAMIC_KIND;
	choose(b, field);
	out->info = info;
	out->b = b.b;
	if (field->kind == CAPNP_FIELD_SLOT)
		out->b = capnp_init_struct(b.b, b.info->data_words + field->offset,
					   info->data_words, info->pointers);
	return room(b.b.message);
}

enum capnp_dynamic_status capnp_dynamic_init_list(struct capnp_dynamic_builder b,
						  const struct capnp_field_info *field,
						  uint32_t count,
						  struct capnp_dynamic_list_builder *out)
{
	const struct capnp_type_info *element = field->type.element;
	uint32_t word = b.info->data_words + field->offset;

	if (field->type.kind != CAPNP_KIND_LIST)
		return CAPNP_DYNAMIC_KIND;
	choose(b, field);
	out->element = element;
	if (element->kind == CAPNP_KIND_STRUCT)
		out->l = capnp_init_struct_list(b.b, word, count,
						element->structure->data_words,
						element->structure->pointers);
	else
		out->l = capnp_init_list(b.b, word, element_size(element), count);
	return room(b.b.message);
}

static bool is_bytes(enum capnp_kind kind)
{
	return kind == CAPNP_KIND_TEXT || kind == CAPNP_KIND_DATA;
}

/* Room for text or data that @to leads to. */
static enum capnp_dynamic_status
init_bytes(struct capnp_any_builder to, enum capnp_kind kind, uint32_t size, char **out)
{
	*out = kind == CAPNP_KIND_TEXT ? capnp_any_init_text(to, size)
				       : (char *)capnp_any_init_data(to, size);
	return *out ? CAPNP_DYNAMIC_OK : CAPNP_DYNAMIC_NO_ROOM;
}

enum capnp_dynamic_status capnp_dynamic_init_bytes(struct capnp_dynamic_builder b,
						   const struct capnp_field_info *field,
						   uint32_t size, char **out)
{
	if (!is_bytes(field->type.kind))
		return CAPNP_DYNAMIC_KIND;
	choose(b, field);
	return init_bytes(capnp_any_at(b.b, b.info->data_words + field->offset),
			  field->type.kind, size, out);
}

static void list_set_bits(struct capnp_list_builder list, uint32_t size, uint32_t i,
			  uint64_t bits)
{
	if (size == 1)
		capnp_list_set_bool(list, i, bits & 1);
	else if (size == 8)
		capnp_list_set_u8(list, i, (uint8_t)bits);
	else if (size == 16)
		capnp_list_set_u16(list, i, (uint16_t)bits);
	else if (size == 32)
		capnp_list_set_u32(list, i, (uint32_t)bits);
	else
		capnp_list_set_u64(list, i, bits);
}

enum capnp_dynamic_status capnp_dynamic_list_set(struct capnp_dynamic_list_builder list,
						 uint32_t i,
						 const struct capnp_value *value)
{
	const struct capnp_type_info *type = list.element;
	uint32_t size = kind_bits(type->kind);
	enum capnp_dynamic_status status;
	uint64_t bits;

	if (i >= list.l.count)
		return CAPNP_DYNAMIC_INDEX;
	if (size != 0) {
		status = plain_bits(type, value, &bits);
		if (status == CAPNP_DYNAMIC_OK)
			list_set_bits(list.l, size, i, bits);
		return status;
	}
	if (!fits(value, type))
		return CAPNP_DYNAMIC_KIND;
	if (type->kind == CAPNP_KIND_VOID)
		return room(list.l.message);
	if (type->kind == CAPNP_KIND_STRUCT)
		return copied(capnp_list_set_struct(list.l, i, value->structure),
			      value->structure.message);
	return set_any(capnp_list_any_at(list.l, i), value);
}

enum capnp_dynamic_status
capnp_dynamic_list_struct(struct capnp_dynamic_list_builder list, uint32_t i,
			  struct capnp_dynamic_builder *out)
{
	if (list.element->kind != CAPNP_KIND_STRUCT)
		return CAPNP_DYNAMIC_KIND;
	if (i >= list.l.count)
		return CAPNP_DYNAMIC_INDEX;
	out->b = capnp_list_struct_at(list.l, i);
	out->info = list.element->structure;
	return CAPNP_DYNAMIC_OK;
}

enum capnp_dynamic_status
capnp_dynamic_list_init_list(struct capnp_dynamic_list_builder list, uint32_t i,
			     uint32_t count, struct capnp_dynamic_list_builder *out)
{
	const struct capnp_type_info *element = list.element->element;

	if (list.element->kind != CAPNP_KIND_LIST)
		return CAPNP_DYNAMIC_KIND;
	if (i >= list.l.count)
		return CAPNP_DYNAMIC_INDEX;
	out->element = element;
	if (element->kind == CAPNP_KIND_STRUCT)
		out->l = capnp_list_init_struct_list(list.l, i, count,
						     element->structure->data_words,
						     element->structure->pointers);
	else
		out->l = capnp_list_init_list(list.l, i, element_size(element), count);
	return room(list.l.message);
}

enum capnp_dynamic_status
capnp_dynamic_list_init_bytes(struct capnp_dynamic_list_builder list, uint32_t i,
			      uint32_t size, char **out)
{
	if (!is_bytes(list.element->kind))
		return CAPNP_DYNAMIC_KIND;
	if (i >= list.l.count)
		return CAPNP_DYNAMIC_INDEX;
	return init_bytes(capnp_list_any_at(list.l, i), list.element->kind, size, out);
}

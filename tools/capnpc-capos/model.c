/* SPDX-License-Identifier: MIT */
/* model.c - see model.h. */
#include "tools/capnpc-capos/model.h"

#include <stdlib.h>
#include <string.h>

#include "tools/capnpc-capos/facet.h"
#include "tools/capnpc-capos/names.h"
#include "tools/capnpc-capos/output.h"

const char *text_copy(struct capnp_text text)
{
	return format_text("%.*s", (int)text.size, text.bytes);
}

/* "process.capnp:Factory.create$Params" -> "Factory.create.params" */
static const char *path_in_file(const char *display_name)
{
	const char *colon = strrchr(display_name, ':');
	char *path = format_text("%s", colon ? colon + 1 : "");
	char *dollar = strchr(path, '$');

	if (dollar) {
		dollar[0] = '.';
		dollar[1] = dollar[1] == 'P' ? 'p' : 'r';
	}
	return path;
}

/* "folder/timer.capnp:Timer" -> "timer.capnp" */
static const char *file_of(const char *display_name)
{
	const char *colon = strrchr(display_name, ':');
	size_t length = colon ? (size_t)(colon - display_name) : strlen(display_name);
	char *path = format_text("%.*s", (int)length, display_name);
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *without_extension(const char *file_name)
{
	const char *dot = strrchr(file_name, '.');

	if (!dot)
		return file_name;
	return format_text("%.*s", (int)(dot - file_name), file_name);
}

static void load_docs(struct model *model, struct code_generator_request request)
{
	struct list_of_node_source_info list =
		code_generator_request_get_source_info(request);

	for (uint32_t i = 0; i < list.l.count; i++) {
		struct node_source_info info = node_source_info_at(list, i);

		for (size_t k = 0; k < model->count; k++) {
			struct declaration *declaration = &model->declarations[k];

			if (node_get_id(declaration->node) !=
			    node_source_info_get_id(info))
				continue;
			if (declaration->id == node_source_info_get_id(info))
				declaration->doc =
					text_copy(node_source_info_get_doc_comment(info));
			declaration->member_docs = node_source_info_get_members(info);
		}
	}
}

static void mark_requested(struct model *model, struct code_generator_request request)
{
	struct list_of_code_generator_request_requested_file files =
		code_generator_request_get_requested_files(request);

	for (uint32_t i = 0; i < files.l.count; i++) {
		struct code_generator_request_requested_file file =
			code_generator_request_requested_file_at(files, i);
		const struct declaration *found = model_find(
			model, code_generator_request_requested_file_get_id(file));

		for (size_t k = 0; k < model->count; k++) {
			struct declaration *declaration = &model->declarations[k];

			if (strcmp(declaration->file_name, found->file_name) == 0)
				declaration->requested = true;
		}
	}
}

void declaration_set_path(struct declaration *declaration, const char *path)
{
	const char *dot = strrchr(path, '.');

	declaration->path = path;
	declaration->name = dot ? dot + 1 : path;
	declaration->stem = snake_case(path);
	declaration->tag = identifier(declaration->stem);
	declaration->upper = upper_case(declaration->stem);
}

static void load_declaration(struct declaration *declaration, struct node node)
{
	const char *display_name = text_copy(node_get_display_name(node));

	declaration->node = node;
	declaration->id = node_get_id(node);
	declaration->kind = node_which(node);
	declaration_set_path(declaration, path_in_file(display_name));
	declaration->file_name = file_of(display_name);
	declaration->file_stem = without_extension(declaration->file_name);
	declaration->doc = "";
	declaration->is_group = declaration->kind == NODE_STRUCT &&
				node_struct_get_is_group(node_get_struct(node));
}

/* The order of a request depends on that of its command line and imports; this does not. */
static int compare_declarations(const void *a, const void *b)
{
	const struct declaration *left = a;
	const struct declaration *right = b;
	int order = strcmp(left->file_name, right->file_name);

	return order != 0 ? order : strcmp(left->path, right->path);
}

void model_load(struct model *model, struct code_generator_request request)
{
	struct list_of_node nodes = code_generator_request_get_nodes(request);

	model->count = nodes.l.count;
	for (uint32_t i = 0; i < nodes.l.count; i++)
		model->count += facets_of_node(node_at(nodes, i));
	model->declarations = allocate(model->count * sizeof(model->declarations[0]));
	model->count = 0;
	for (uint32_t i = 0; i < nodes.l.count; i++) {
		struct declaration *declaration = &model->declarations[model->count];

		load_declaration(declaration, node_at(nodes, i));
		model->count += 1u + load_facets(declaration, declaration + 1);
	}
	qsort(model->declarations, model->count, sizeof(model->declarations[0]),
	      compare_declarations);
	load_docs(model, request);
	mark_requested(model, request);
	link_interfaces(model);
}

const struct declaration *model_find(const struct model *model, uint64_t id)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->declarations[i].id == id)
			return &model->declarations[i];
	}
	die("capnpc-capos: the request lacks node %#llx", (unsigned long long)id);
}

static const char *member_doc(const struct declaration *declaration, uint32_t i)
{
	struct node_source_info_member member =
		node_source_info_member_at(declaration->member_docs, i);

	return text_copy(node_source_info_member_get_doc_comment(member));
}

uint32_t field_count(const struct declaration *structure)
{
	return node_struct_get_fields(node_get_struct(structure->node)).l.count;
}

struct field_view view_field(const struct model *model,
			     const struct declaration *structure, uint32_t i)
{
	struct list_of_field fields =
		node_struct_get_fields(node_get_struct(structure->node));
	struct field_view view = { .field = field_at(fields, i) };
	struct field_slot slot = field_get_slot(view.field);

	view.name = text_copy(field_get_name(view.field));
	view.snake = snake_case(view.name);
	view.doc = member_doc(structure, i);
	view.is_group = field_which(view.field) == FIELD_GROUP;
	view.discriminant = field_get_discriminant_value(view.field);
	view.in_union = view.discriminant != 0xffff;
	if (view.is_group) {
		struct field_group group = field_get_group(view.field);

		view.target = model_find(model, field_group_get_type_id(group));
		return view;
	}
	view.type = field_slot_get_type(slot);
	view.kind = type_which(view.type);
	view.offset = field_slot_get_offset(slot);
	view.target = held_as(structure, view.field, type_target(model, view.type));
	return view;
}

uint32_t method_count(const struct declaration *interface)
{
	if (interface->facet_of)
		return interface->facet_method_count;
	return node_interface_get_methods(node_get_interface(interface->node)).l.count;
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
	struct list_of_method methods =
		node_interface_get_methods(node_get_interface(interface->node));
	uint16_t ordinal =
		interface->facet_of ? interface->facet_ordinals[i] : (uint16_t)i;
	struct method method = method_at(methods, ordinal);
	struct method_view view = { .name = text_copy(method_get_name(method)) };

	view.snake = snake_case(view.name);
	view.upper = upper_case(view.snake);
	view.doc = member_doc(interface, ordinal);
	view.params = model_find(model, method_get_param_struct_type(method));
	view.results = model_find(model, method_get_result_struct_type(method));
	view.ordinal = ordinal;
	view.streaming = view.results->id == STREAM_RESULT_ID;
	return view;
}

uint16_t data_words(const struct declaration *structure)
{
	return node_struct_get_data_word_count(node_get_struct(structure->node));
}

uint16_t pointer_count(const struct declaration *structure)
{
	return node_struct_get_pointer_count(node_get_struct(structure->node));
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
		return model_find(model, type_enum_get_type_id(type_get_enum(type)));
	if (kind == TYPE_STRUCT)
		return model_find(model, type_struct_get_type_id(type_get_struct(type)));
	if (kind == TYPE_INTERFACE)
		return model_find(model,
				  type_interface_get_type_id(type_get_interface(type)));
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
		else if (type_is_cap(field.type) && field.offset <= UINT16_MAX)
			seen[field.offset] = true;
	}
}

uint32_t cap_pointer_count(const struct model *model, const struct declaration *structure)
{
	bool *seen = allocate(UINT16_MAX + 1);
	uint32_t count = 0;

	mark_caps(model, structure, seen);
	for (uint32_t i = 0; i <= UINT16_MAX; i++)
		count += seen[i];
	free(seen);
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

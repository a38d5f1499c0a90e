/* SPDX-License-Identifier: MIT */
/*
 * load.c - puts the nodes of a request in their places.
 *
 * A request lists its nodes in an order that depends on the command line; a node knows the
 * ids of what it holds. Declarations are placed by walking down from the files: whatever is
 * not reached from one is not declared anywhere and left out, nothing is placed twice, and
 * so there is neither a cycle nor a declaration without name, scope and file.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/capnpc-capos/annotation.h"
#include "tools/capnpc-capos/facet.h"
#include "tools/capnpc-capos/model.h"
#include "tools/capnpc-capos/names.h"
#include "tools/capnpc-capos/output.h"

/* A node that has not found its place yet. */
struct loose {
	struct node node;
	uint64_t id;
	enum node_which kind;
	bool placed;
	bool visited; /* of a file: its imports have been placed or are being */
	const char *file_name;
	struct list_of_code_generator_request_requested_file_import imports;
	bool requested;
};

struct loader {
	struct model *model;
	struct loose *loose; /* by id */
	uint32_t count;
};

const char *text_copy(struct capnp_text text)
{
	char *copy = allocate((size_t)text.size + 1);

	for (uint32_t i = 0; i < text.size; i++)
		copy[i] = text.bytes[i] == '\0' ? ' ' : text.bytes[i];
	return copy;
}

/* @count, which is that of a list of things with content, if that many can be there. */
static uint32_t checked(const struct model *model, uint32_t count)
{
	if (count > model->request_words)
		die("capnpc-capos: the request has a list of %u empty elements", count);
	return count;
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t left = ((const struct loose *)a)->id;
	uint64_t right = ((const struct loose *)b)->id;

	return (left > right) - (left < right);
}

static struct loose *find_loose(const struct loader *loader, uint64_t id)
{
	struct loose key = { .id = id };

	return bsearch(&key, loader->loose, loader->count, sizeof(key), compare_ids);
}

static void load_nodes(struct loader *loader, struct code_generator_request request)
{
	struct list_of_node nodes = code_generator_request_get_nodes(request);

	loader->count = checked(loader->model, nodes.l.count);
	loader->loose = allocate_array(loader->count, sizeof(loader->loose[0]));
	for (uint32_t i = 0; i < loader->count; i++) {
		struct loose *loose = &loader->loose[i];

		loose->node = node_at(nodes, i);
		loose->id = node_get_id(loose->node);
		loose->kind = node_which(loose->node);
		loose->file_name = text_copy(node_get_display_name(loose->node));
	}
	qsort(loader->loose, loader->count, sizeof(loader->loose[0]), compare_ids);
	for (uint32_t i = 1; i < loader->count; i++) {
		if (loader->loose[i].id == loader->loose[i - 1].id)
			die("capnpc-capos: the request has node %#llx twice",
			    (unsigned long long)loader->loose[i].id);
	}
}

static void load_requested_files(struct loader *loader,
				 struct code_generator_request request)
{
	struct list_of_code_generator_request_requested_file files =
		code_generator_request_get_requested_files(request);

	for (uint32_t i = 0; i < checked(loader->model, files.l.count); i++) {
		struct code_generator_request_requested_file file =
			code_generator_request_requested_file_at(files, i);
		uint64_t id = code_generator_request_requested_file_get_id(file);
		struct loose *loose = find_loose(loader, id);

		if (!loose || loose->kind != NODE_FILE)
			die("capnpc-capos: the request lacks file %#llx",
			    (unsigned long long)id);
		loose->requested = true;
		loose->file_name = text_copy(
			code_generator_request_requested_file_get_filename(file));
		loose->imports = code_generator_request_requested_file_get_imports(file);
	}
}

const char *without_extension(const char *file_name)
{
	size_t length = strlen(file_name);

	if (length > 6 && strcmp(file_name + length - 6, ".capnp") == 0)
		length -= 6;
	return format_text("%.*s", (int)length, file_name);
}

static void place_in(struct loader *loader, struct declaration *scope, const char *name,
		     struct loose *loose, uint32_t depth);

/* Places the node of @id, if it is there and says itself that it is of @scope. */
static void place_child(struct loader *loader, struct declaration *scope,
			uint64_t scope_id, const char *name, uint64_t id, uint32_t depth)
{
	struct loose *loose = find_loose(loader, id);

	if (!loose || loose->placed || loose->kind == NODE_FILE ||
	    node_get_scope_id(loose->node) != scope_id)
		return;
	place_in(loader, scope, name, loose, depth + 1);
}

static void place_groups(struct loader *loader, struct declaration *structure,
			 uint32_t depth)
{
	struct list_of_field fields =
		node_struct_get_fields(node_get_struct(structure->node));

	for (uint32_t i = 0; i < checked(loader->model, fields.l.count); i++) {
		struct field field = field_at(fields, i);

		if (field_which(field) == FIELD_GROUP)
			place_child(loader, structure, structure->id,
				    text_copy(field_get_name(field)),
				    field_group_get_type_id(field_get_group(field)),
				    depth);
	}
}

/* The anonymous ones, which have no scope; a named one is placed where it is declared. */
static void place_params(struct loader *loader, struct declaration *interface,
			 uint32_t depth)
{
	struct list_of_method methods =
		node_interface_get_methods(node_get_interface(interface->node));

	for (uint32_t i = 0; i < checked(loader->model, methods.l.count); i++) {
		struct method method = method_at(methods, i);
		const char *name = text_copy(method_get_name(method));

		place_child(loader, interface, 0, format_text("%s.params", name),
			    method_get_param_struct_type(method), depth);
		place_child(loader, interface, 0, format_text("%s.results", name),
			    method_get_result_struct_type(method), depth);
	}
}

static void place_nested(struct loader *loader, struct declaration *scope, uint32_t depth)
{
	struct list_of_node_nested_node nested = node_get_nested_nodes(scope->node);

	for (uint32_t i = 0; i < checked(loader->model, nested.l.count); i++) {
		struct node_nested_node node = node_nested_node_at(nested, i);

		place_child(loader, scope, scope->id,
			    text_copy(node_nested_node_get_name(node)),
			    node_nested_node_get_id(node), depth);
	}
}

void declaration_set_path(struct declaration *declaration, const char *path)
{
	const char *dot = strrchr(path, '.');

	declaration->path = path;
	declaration->name = dot ? dot + 1 : path;
}

static void place_in(struct loader *loader, struct declaration *scope, const char *name,
		     struct loose *loose, uint32_t depth)
{
	struct declaration *declaration =
		&loader->model->declarations[loader->model->count++];

	loose->placed = true;
	*declaration = (struct declaration){
		.node = loose->node,
		.id = loose->id,
		.kind = loose->kind,
		.scope = scope,
		.file = scope ? scope->file : declaration,
		.file_name = scope ? scope->file_name : loose->file_name,
		.file_stem =
			scope ? scope->file_stem : without_extension(loose->file_name),
		.doc = "",
		.requested = scope ? scope->requested : loose->requested,
		.is_group = loose->kind == NODE_STRUCT &&
			    node_struct_get_is_group(node_get_struct(loose->node)),
	};
	declaration_set_path(
		declaration,
		scope && scope->path[0] ? format_text("%s.%s", scope->path, name) : name);
	if (depth == SCOPE_DEPTH_MAX)
		reject(declaration, "", "more than %d scopes lie around it",
		       SCOPE_DEPTH_MAX);
	loader->model->count += load_facets(declaration, declaration + 1);
	if (declaration->kind == NODE_STRUCT)
		place_groups(loader, declaration, depth);
	else if (declaration->kind == NODE_INTERFACE)
		place_params(loader, declaration, depth);
	place_nested(loader, declaration, depth);
}

/* Files that others import come first, so that the names in them depend on no other. */
static void place_file(struct loader *loader, struct loose *file, uint32_t depth)
{
	if (file->visited || depth == SCOPE_DEPTH_MAX)
		return;
	file->visited = true;
	for (uint32_t i = 0; i < checked(loader->model, file->imports.l.count); i++) {
		struct loose *import = find_loose(
			loader, code_generator_request_requested_file_import_get_id(
					code_generator_request_requested_file_import_at(
						file->imports, i)));

		if (import && import->kind == NODE_FILE && import->requested)
			place_file(loader, import, depth + 1);
	}
	place_in(loader, nullptr, "", file, 0);
}

/* Those that are not generated for come first: their names were given by another run. */
static int compare_files(const void *a, const void *b)
{
	const struct loose *left = *(struct loose *const *)a;
	const struct loose *right = *(struct loose *const *)b;

	if (left->requested != right->requested)
		return left->requested ? 1 : -1;
	return strcmp(left->file_name, right->file_name);
}

static void place_files(struct loader *loader)
{
	struct loose **files = allocate_array(loader->count, sizeof(files[0]));
	size_t count = 0;

	for (uint32_t i = 0; i < loader->count; i++) {
		if (loader->loose[i].kind == NODE_FILE)
			files[count++] = &loader->loose[i];
	}
	qsort(files, count, sizeof(files[0]), compare_files);
	for (size_t i = 0; i < count; i++)
		place_file(loader, files[i], 0);
}

static int compare_declarations(const void *a, const void *b)
{
	uint64_t left = (*(struct declaration *const *)a)->id;
	uint64_t right = (*(struct declaration *const *)b)->id;

	return (left > right) - (left < right);
}

struct declaration *model_look_up(const struct model *model, uint64_t id)
{
	struct declaration sought = { .id = id };
	struct declaration *key = &sought;
	struct declaration **found = bsearch(&key, model->by_id, model->count,
					     sizeof(found[0]), compare_declarations);

	return found ? *found : nullptr;
}

static void index_declarations(struct model *model)
{
	model->by_id = allocate_array(model->count, sizeof(model->by_id[0]));
	for (size_t i = 0; i < model->count; i++)
		model->by_id[i] = &model->declarations[i];
	qsort(model->by_id, model->count, sizeof(model->by_id[0]), compare_declarations);
}

static void load_docs(struct model *model, struct code_generator_request request)
{
	struct list_of_node_source_info list =
		code_generator_request_get_source_info(request);

	for (uint32_t i = 0; i < checked(model, list.l.count); i++) {
		struct node_source_info info = node_source_info_at(list, i);
		struct declaration *declaration =
			model_look_up(model, node_source_info_get_id(info));

		if (!declaration || declaration->facet_method_count != 0)
			continue;
		declaration->doc = text_copy(node_source_info_get_doc_comment(info));
		declaration->member_docs = node_source_info_get_members(info);
	}
}

static const char *member_doc(const struct declaration *declaration, uint32_t i)
{
	struct node_source_info_member member =
		node_source_info_member_at(declaration->member_docs, i);

	return text_copy(node_source_info_member_get_doc_comment(member));
}

static struct field_view load_field(const struct model *model,
				    const struct declaration *structure,
				    struct field field)
{
	struct field_slot slot = field_get_slot(field);
	struct field_view view = {
		.field = field,
		.name = text_copy(field_get_name(field)),
		.given = given_name(field_get_annotations(field)),
		.is_group = field_which(field) == FIELD_GROUP,
		.discriminant = field_get_discriminant_value(field),
	};

	view.in_union = view.discriminant != 0xffff;
	if (view.is_group) {
		view.target = model_look_up(
			model, field_group_get_type_id(field_get_group(field)));
		return view;
	}
	if (field_which(field) != FIELD_SLOT)
		reject(structure, view.name, "a kind of field newer than this generator");
	view.type = field_slot_get_type(slot);
	view.kind = type_which(view.type);
	view.offset = field_slot_get_offset(slot);
	view.target = held_as(structure, field, type_target(model, view.type));
	return view;
}

static void load_fields(const struct model *model, struct declaration *structure)
{
	struct list_of_field fields =
		node_struct_get_fields(node_get_struct(structure->node));

	structure->member_count = checked(model, fields.l.count);
	structure->fields = allocate_array(fields.l.count, sizeof(struct field_view));
	for (uint32_t i = 0; i < fields.l.count; i++) {
		structure->fields[i] = load_field(model, structure, field_at(fields, i));
		structure->fields[i].doc = member_doc(structure, i);
	}
}

static struct method_view load_method(const struct model *model,
				      const struct declaration *interface,
				      struct method method, uint16_t ordinal)
{
	uint64_t results = method_get_result_struct_type(method);

	return (struct method_view){
		.method = method,
		.name = text_copy(method_get_name(method)),
		.given = given_name(method_get_annotations(method)),
		.doc = member_doc(interface, ordinal),
		.params = model_look_up(model, method_get_param_struct_type(method)),
		.results = model_look_up(model, results),
		.ordinal = ordinal,
		.streaming = results == STREAM_RESULT_ID,
	};
}

/* A facet has the methods and the documentation of the interface that it narrows. */
static void load_methods(const struct model *model, struct declaration *interface)
{
	const struct declaration *whole = interface->facet_of;
	struct list_of_method methods =
		node_interface_get_methods(node_get_interface(interface->node));
	uint32_t count = checked(model, methods.l.count);

	interface->member_count = whole ? interface->facet_method_count : count;
	interface->methods =
		allocate_array(interface->member_count, sizeof(struct method_view));
	for (uint32_t i = 0; i < interface->member_count; i++) {
		uint16_t ordinal = whole ? interface->facet_ordinals[i] : (uint16_t)i;

		interface->methods[i] = load_method(model, whole ? whole : interface,
						    method_at(methods, ordinal), ordinal);
	}
}

static void load_enumerants(const struct model *model, struct declaration *enumeration)
{
	struct list_of_enumerant enumerants =
		node_enum_get_enumerants(node_get_enum(enumeration->node));

	enumeration->member_count = checked(model, enumerants.l.count);
	enumeration->enumerants =
		allocate_array(enumerants.l.count, sizeof(struct enumerant_view));
	for (uint32_t i = 0; i < enumerants.l.count; i++) {
		struct enumerant enumerant = enumerant_at(enumerants, i);

		enumeration->enumerants[i] = (struct enumerant_view){
			.enumerant = enumerant,
			.name = text_copy(enumerant_get_name(enumerant)),
			.given = given_name(enumerant_get_annotations(enumerant)),
			.doc = member_doc(enumeration, i),
		};
	}
}

static void load_members(struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		struct declaration *declaration = &model->declarations[i];

		if (!declaration->facet_of)
			declaration->given =
				given_name(node_get_annotations(declaration->node));
		if (declaration->kind == NODE_STRUCT)
			load_fields(model, declaration);
		else if (declaration->kind == NODE_INTERFACE)
			load_methods(model, declaration);
		else if (declaration->kind == NODE_ENUM)
			load_enumerants(model, declaration);
	}
}

static size_t facet_count(const struct loader *loader)
{
	size_t count = 0;

	for (uint32_t i = 0; i < loader->count; i++)
		count += facets_of_node(loader->loose[i].node);
	return count;
}

void model_load(struct model *model, struct code_generator_request request,
		uint32_t request_words)
{
	struct loader loader = { .model = model };

	*model = (struct model){ .request = request, .request_words = request_words };
	load_nodes(&loader, request);
	load_requested_files(&loader, request);
	model->declarations = allocate_array(loader.count + facet_count(&loader),
					     sizeof(model->declarations[0]));
	place_files(&loader);
	index_declarations(model);
	load_docs(model, request);
	link_interfaces(model);
	load_members(model);
}

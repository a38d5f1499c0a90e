/* SPDX-License-Identifier: MIT */
/*
 * reflect.c - .reflect.c: the tables of core/capnp/reflect.h.
 *
 * A generic declaration has a table in which its parameters are any pointer. Each brand of
 * one that a file uses has a further one there, static and called by number, so that who
 * reads the tables need not know what a brand is.
 */
#include <string.h>

#include "tools/capnpc-capos/brand.h"
#include "tools/capnpc-capos/constant.h"
#include "tools/capnpc-capos/generate.h"

/* After so many brands in one file the others have the table without brand. */
enum { INSTANCES_MAX = 1024 };

/* A brand of a struct, group or interface. */
struct instance {
	const struct declaration *declaration;
	const struct bound *bound;
};

/* The file being made. */
struct tables {
	const struct model *model;
	struct output body;
	struct instance *instances;
	uint32_t instance_count;
	uint32_t element_count;
};

/* One of the tables being made: a declaration as it is, or a brand of it. */
struct table {
	const struct declaration *declaration;
	const struct bound *bound; /* null: as it is */
	const char *name;
	const char *prefix; /* of what only this table uses */
};

/* ---- Names -------------------------------------------------------------------------- */

/* The number of the brand in this file; INSTANCES_MAX if there are too many already. */
static uint32_t find_instance(struct tables *tables,
			      const struct declaration *declaration,
			      const struct bound *bound)
{
	for (uint32_t i = 0; i < tables->instance_count; i++) {
		const struct instance *instance = &tables->instances[i];

		if (instance->declaration == declaration &&
		    strcmp(instance->bound->key, bound->key) == 0)
			return i;
	}
	if (tables->instance_count == INSTANCES_MAX)
		return INSTANCES_MAX;
	if (!tables->instances)
		tables->instances =
			allocate_array(INSTANCES_MAX, sizeof(tables->instances[0]));
	tables->instances[tables->instance_count] =
		(struct instance){ declaration, bound };
	return tables->instance_count++;
}

/* What the table of @declaration is called, bound as it is where it is used. */
static const char *table_name(struct tables *tables,
			      const struct declaration *declaration,
			      const struct bound *bound)
{
	uint32_t number =
		bound ? find_instance(tables, declaration, bound) : INSTANCES_MAX;

	if (number == INSTANCES_MAX)
		return format_text("%s_schema", declaration->stem);
	return format_text("capnp_brand_%u", number);
}

/* ---- Types -------------------------------------------------------------------------- */

static void emit_string(struct output *out, const char *text)
{
	emit(out, "\"");
	emit_escaped(out, text, strlen(text));
	emit(out, "\"");
}

/* Doc comments end in a line end that nobody wants to print. */
static void emit_doc(struct output *out, const char *indent, const char *doc)
{
	size_t length = strlen(doc);

	while (length > 0 && doc[length - 1] == '\n')
		length--;
	emit(out, "%s.doc = \"", indent);
	emit_escaped(out, doc, length);
	emit(out, "\",\n");
}

static const char *kind_name(const struct resolved *type)
{
	static const char *const kinds[] = {
		"VOID",    "BOOL",    "INT8",      "INT16",       "INT32",
		"INT64",   "UINT8",   "UINT16",    "UINT32",      "UINT64",
		"FLOAT32", "FLOAT64", "TEXT",      "DATA",        "LIST",
		"ENUM",    "STRUCT",  "INTERFACE", "ANY_POINTER",
	};

	if (type->kind != TYPE_ANY_POINTER)
		return kinds[type->kind];
	if (type->shape == SHAPE_ANY_STRUCT)
		return "ANY_STRUCT";
	if (type->shape == SHAPE_CAP)
		return "INTERFACE";
	return type->shape == SHAPE_ANY_LIST ? "ANY_LIST" : "ANY_POINTER";
}

/* ".kind = ..., .element = &NAME": the inside of a struct capnp_type_info. */
static void emit_type(struct tables *tables, const struct resolved *type,
		      const char *element)
{
	struct output *out = &tables->body;

	emit(out, ".kind = CAPNP_KIND_%s", kind_name(type));
	if (type->kind == TYPE_LIST)
		emit(out, ", .element = &%s", element);
	else if (type->kind == TYPE_ENUM)
		emit(out, ", .enumeration = &%s_schema", type->target->stem);
	else if (type->kind == TYPE_STRUCT)
		emit(out, ", .structure = &%s",
		     table_name(tables, type->target, type->bound));
	else if (type->kind == TYPE_INTERFACE)
		emit(out, ", .interface_ = &%s",
		     table_name(tables, type->target, type->bound));
}

/* The element types of a list, innermost first: a table for each. Returns the name. */
static const char *emit_elements(struct tables *tables, const struct resolved *type)
{
	const char *inner;
	const char *name;

	if (type->kind != TYPE_LIST)
		return "";
	inner = emit_elements(tables, type->element);
	name = format_text("capnp_element_%u", tables->element_count++);
	emit(&tables->body, "static const struct capnp_type_info %s = { ", name);
	emit_type(tables, type->element, inner);
	emit(&tables->body, " };\n");
	return name;
}

/* ---- Structs ------------------------------------------------------------------------ */

static void emit_default(struct output *out, const struct declaration *structure,
			 const struct field_view *field)
{
	struct value value = field_slot_get_default_value(field_get_slot(field->field));
	struct capnp_text text = value_get_text(value);

	if (field->kind == TYPE_TEXT && text.size != 0) {
		emit(out, "\t\t.default_text = \"");
		emit_escaped(out, text.bytes, text.size);
		emit(out, "\",\n");
	} else if (value_bits(value) != 0) {
		emit(out, "\t\t.default_bits = UINT64_C(0x%llx),\n",
		     (unsigned long long)value_bits(value));
	} else if (default_message(field).count != 0) {
		emit(out, "\t\t.default_message = &%s_default_%s,\n", structure->stem,
		     field->snake);
	}
}

static const struct resolved *field_type(const struct tables *tables,
					 const struct table *table,
					 const struct field_view *field)
{
	struct resolved *held;

	if (!field->target || !field->target->facet_of)
		return resolve_type(tables->model, field->type, table->bound);
	held = allocate(sizeof(*held)); /* the facet that it is held as */
	held->kind = TYPE_INTERFACE;
	held->target = field->target;
	return held;
}

static void emit_field(struct tables *tables, const struct table *table,
		       const struct field_view *field, const char *element)
{
	struct output *out = &tables->body;

	emit(out, "\t{\n\t\t.name = \"%s\",\n", field->name);
	emit_doc(out, "\t\t", field->doc);
	emit(out, "\t\t.discriminant_value = %u,\n", field->discriminant);
	if (field->is_group) {
		emit(out,
		     "\t\t.kind = CAPNP_FIELD_GROUP,\n\t\t.type = { .kind = "
		     "CAPNP_KIND_STRUCT, .structure = &%s },\n\t},\n",
		     table_name(tables, field->target, table->bound));
		return;
	}
	emit(out, "\t\t.kind = CAPNP_FIELD_SLOT,\n\t\t.offset = %u,\n\t\t.type = { ",
	     field->offset);
	emit_type(tables, field_type(tables, table, field), element);
	emit(out, " },\n");
	emit_default(out, table->declaration, field);
	emit(out, "\t},\n");
}

static void emit_fields(struct tables *tables, const struct table *table)
{
	const struct declaration *structure = table->declaration;
	const char **elements =
		allocate_array(structure->member_count, sizeof(elements[0]));

	for (uint32_t i = 0; i < structure->member_count; i++) {
		const struct field_view *field = &structure->fields[i];

		if (!field->is_group)
			elements[i] =
				emit_elements(tables, field_type(tables, table, field));
	}
	emit(&tables->body, "static const struct capnp_field_info %s_fields[] = {\n",
	     table->prefix);
	for (uint32_t i = 0; i < structure->member_count; i++)
		emit_field(tables, table, &structure->fields[i], elements[i]);
	emit(&tables->body, "};\n");
}

/* The start of every table: what all declarations have. */
static void emit_schema_start(struct output *out, const char *kind,
			      const struct table *table)
{
	emit(out, "%sconst struct capnp_%s_info %s = {\n", table->bound ? "static " : "",
	     kind, table->name);
	emit(out, "\t.id = UINT64_C(0x%016llx),\n\t.name = ",
	     (unsigned long long)table->declaration->id);
	emit_string(out, table->declaration->path);
	emit(out, ",\n");
	emit_doc(out, "\t", table->declaration->doc);
}

static void emit_struct(struct tables *tables, const struct table *table)
{
	const struct declaration *structure = table->declaration;
	struct node_struct node = node_get_struct(structure->node);
	struct output *out = &tables->body;
	uint32_t count = structure->member_count;

	if (count != 0)
		emit_fields(tables, table);
	emit_schema_start(out, "struct", table);
	emit(out, "\t.data_words = %u,\n\t.pointers = %u,\n", data_words(structure),
	     pointer_count(structure));
	if (count != 0)
		emit(out, "\t.fields = %s_fields,\n\t.field_count = %u,\n", table->prefix,
		     count);
	if (structure->is_group)
		emit(out, "\t.is_group = true,\n");
	if (discriminant_count(structure) != 0)
		emit(out, "\t.discriminant_count = %u,\n\t.discriminant_offset = %u,\n",
		     discriminant_count(structure),
		     node_struct_get_discriminant_offset(node));
	emit(out, "};\n\n");
}

/* ---- Enums -------------------------------------------------------------------------- */

static void emit_enum(struct output *out, const struct table *table)
{
	const struct declaration *enumeration = table->declaration;
	uint32_t count = enumeration->member_count;

	if (count != 0)
		emit(out,
		     "static const struct capnp_enumerant_info %s_enumerants[] = {\n",
		     table->prefix);
	for (uint32_t i = 0; i < count; i++) {
		emit(out, "\t{\n\t\t.name = \"%s\",\n", enumeration->enumerants[i].name);
		emit_doc(out, "\t\t", enumeration->enumerants[i].doc);
		emit(out, "\t},\n");
	}
	if (count != 0)
		emit(out, "};\n");
	emit_schema_start(out, "enum", table);
	if (count != 0)
		emit(out, "\t.enumerants = %s_enumerants,\n\t.enumerant_count = %u,\n",
		     table->prefix, count);
	emit(out, "};\n\n");
}

/* ---- Interfaces --------------------------------------------------------------------- */

/* The interfaces that this one extends directly; returns how many. */
static uint32_t emit_superclasses(struct tables *tables, const struct table *table)
{
	const struct declaration *interface = table->declaration;
	struct list_of_superclass parents =
		node_interface_get_superclasses(node_get_interface(interface->node));

	if (interface->facet_of || parents.l.count == 0)
		return 0;
	emit(&tables->body,
	     "static const struct capnp_interface_info *const %s_superclasses[] = {\n",
	     table->prefix);
	for (uint32_t i = 0; i < parents.l.count; i++) {
		struct superclass parent = superclass_at(parents, i);
		const struct declaration *declaration =
			model_find(tables->model, superclass_get_id(parent));

		emit(&tables->body, "\t&%s,\n",
		     table_name(tables, declaration,
				resolve_brand(tables->model, superclass_get_brand(parent),
					      table->bound, declaration)));
	}
	emit(&tables->body, "};\n");
	return parents.l.count;
}

/* The name of the table of a method's parameters or results. */
static const char *message_table(struct tables *tables, const struct table *table,
				 const struct declaration *message, struct brand brand)
{
	return table_name(tables, message,
			  resolve_brand(tables->model, brand, table->bound, message));
}

static void emit_method(struct tables *tables, const struct table *table,
			const struct method_view *method)
{
	struct output *out = &tables->body;

	emit(out, "\t{\n\t\t.name = \"%s\",\n", method->name);
	emit_doc(out, "\t\t", method->doc);
	emit(out, "\t\t.params = &%s,\n\t\t.results = &%s,\n",
	     message_table(tables, table, method->params,
			   method_get_param_brand(method->method)),
	     message_table(tables, table, method->results,
			   method_get_result_brand(method->method)));
	emit(out, "\t\t.interface_id = UINT64_C(0x%016llx),\n\t\t.ordinal = %u,\n",
	     (unsigned long long)table->declaration->id, method->ordinal);
	if (method->streaming)
		emit(out, "\t\t.streaming = true,\n");
	emit(out, "\t},\n");
}

static void emit_interface(struct tables *tables, const struct table *table)
{
	const struct declaration *interface = table->declaration;
	uint32_t superclasses = emit_superclasses(tables, table);
	struct output *out = &tables->body;
	uint32_t count = method_count(interface);

	if (count != 0)
		emit(out, "static const struct capnp_method_info %s_methods[] = {\n",
		     table->prefix);
	for (uint32_t i = 0; i < count; i++)
		emit_method(tables, table, &interface->methods[i]);
	if (count != 0)
		emit(out, "};\n");
	emit_schema_start(out, "interface", table);
	if (count != 0)
		emit(out, "\t.methods = %s_methods,\n\t.method_count = %u,\n",
		     table->prefix, count);
	if (superclasses != 0)
		emit(out,
		     "\t.superclasses = %s_superclasses,\n\t.superclass_count = %u,\n",
		     table->prefix, superclasses);
	if (interface->facet_of)
		emit(out, "\t.facet_of = &%s_schema,\n", interface->facet_of->stem);
	emit(out, "};\n\n");
}

/* ---- The file ----------------------------------------------------------------------- */

static void emit_declaration(struct tables *tables, const struct declaration *declaration)
{
	struct table table = {
		.declaration = declaration,
		.name = format_text("%s_schema", declaration->stem),
		.prefix = format_text("capnp_of_%s", declaration->stem),
	};

	if (declaration->kind == NODE_STRUCT)
		emit_struct(tables, &table);
	else if (declaration->kind == NODE_ENUM)
		emit_enum(&tables->body, &table);
	else if (declaration->kind == NODE_INTERFACE)
		emit_interface(tables, &table);
}

/* The brands found so far; what they hold may be further ones. */
static void emit_instances(struct tables *tables)
{
	for (uint32_t i = 0; i < tables->instance_count; i++) {
		struct table table = {
			.declaration = tables->instances[i].declaration,
			.bound = tables->instances[i].bound,
			.name = format_text("capnp_brand_%u", i),
			.prefix = format_text("capnp_in_brand_%u", i),
		};

		if (table.declaration->kind == NODE_STRUCT)
			emit_struct(tables, &table);
		else
			emit_interface(tables, &table);
	}
}

void generate_reflection(struct output *out, const struct model *model,
			 const struct declaration *file)
{
	struct tables tables = { .model = model };

	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *declaration = &model->declarations[i];

		if (belongs(declaration, file, declaration->kind))
			emit_declaration(&tables, declaration);
	}
	emit_instances(&tables);
	emit_banner(out, file->file_name);
	emit(out, "#include \"core/capnp/reflect.h\"\n");
	emit_stream_include(out, model, file, "core/capnp/stream_result.h");
	emit_include(out, model, file, file, "capnp.h");
	emit(out, "\n");
	for (uint32_t i = 0; i < tables.instance_count; i++)
		emit(out, "static const struct capnp_%s_info capnp_brand_%u;\n",
		     tables.instances[i].declaration->kind == NODE_STRUCT ? "struct"
									  : "interface",
		     i);
	emit(out, "%s%s", tables.instance_count != 0 ? "\n" : "",
	     tables.body.bytes ? tables.body.bytes : "");
}

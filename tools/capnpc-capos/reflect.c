/* SPDX-License-Identifier: MIT */
/*
 * reflect.c - .reflect.c: the tables of core/capnp/reflect.h, and the registry of all
 * interfaces.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/capnpc-capos/generate.h"

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

/* @name, or what an AnyPointer may only be. */
static const char *any_kind(struct type type, const char *name)
{
	struct type_any_pointer any = type_get_any_pointer(type);
	struct type_any_pointer_unconstrained kind =
		type_any_pointer_get_unconstrained(any);

	if (type_which(type) != TYPE_ANY_POINTER ||
	    type_any_pointer_which(any) != TYPE_ANY_POINTER_UNCONSTRAINED)
		return name;
	if (type_any_pointer_unconstrained_which(kind) ==
	    TYPE_ANY_POINTER_UNCONSTRAINED_STRUCT)
		return "ANY_STRUCT";
	return type_any_pointer_unconstrained_which(kind) ==
			       TYPE_ANY_POINTER_UNCONSTRAINED_LIST
		       ? "ANY_LIST"
		       : name;
}

/* ".kind = ..., .element = &NAME": the inside of a struct capnp_type_info. */
static void emit_type(struct output *out, const struct model *model, struct type type,
		      const char *element_name)
{
	static const char *const kinds[] = {
		"VOID",    "BOOL",    "INT8",      "INT16",       "INT32",
		"INT64",   "UINT8",   "UINT16",    "UINT32",      "UINT64",
		"FLOAT32", "FLOAT64", "TEXT",      "DATA",        "LIST",
		"ENUM",    "STRUCT",  "INTERFACE", "ANY_POINTER",
	};
	const struct declaration *target = type_target(model, type);
	enum type_which kind = type_is_any_cap(type) ? TYPE_INTERFACE : type_which(type);

	emit(out, ".kind = CAPNP_KIND_%s", any_kind(type, kinds[kind]));
	if (kind == TYPE_LIST)
		emit(out, ", .element = &%s", element_name);
	else if (kind == TYPE_ENUM)
		emit(out, ", .enumeration = &%s_schema", target->stem);
	else if (kind == TYPE_STRUCT)
		emit(out, ", .structure = &%s_schema", target->stem);
	else if (kind == TYPE_INTERFACE && target)
		emit(out, ", .interface_ = &%s_schema", target->stem);
}

/* The element types of a list field, innermost first: a table for each. */
static void emit_elements(struct output *out, const struct model *model, struct type list,
			  const char *name)
{
	struct type element = type_list_get_element_type(type_get_list(list));
	const char *inner = format_text("%s_element", name);

	if (type_which(element) == TYPE_LIST)
		emit_elements(out, model, element, inner);
	emit(out, "static const struct capnp_type_info %s = { ", name);
	emit_type(out, model, element, inner);
	emit(out, " };\n");
}

static const char *element_name(const struct declaration *structure,
				const struct field_view *field)
{
	return format_text("%s_%s_element", structure->stem, field->snake);
}

static void emit_default(struct output *out, const struct field_view *field)
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
	}
}

static void emit_field(struct output *out, const struct model *model,
		       const struct declaration *structure,
		       const struct field_view *field)
{
	emit(out, "\t{\n\t\t.name = \"%s\",\n", field->name);
	emit_doc(out, "\t\t", field->doc);
	emit(out, "\t\t.discriminant_value = %u,\n", field->discriminant);
	if (field->is_group) {
		emit(out,
		     "\t\t.kind = CAPNP_FIELD_GROUP,\n\t\t.type = { .kind = "
		     "CAPNP_KIND_STRUCT, .structure = &%s_schema },\n\t},\n",
		     field->target->stem);
		return;
	}
	emit(out, "\t\t.kind = CAPNP_FIELD_SLOT,\n\t\t.offset = %u,\n", field->offset);
	emit(out, "\t\t.type = { ");
	if (field->target && field->target->facet_of) /* what the field is held as */
		emit(out, ".kind = CAPNP_KIND_INTERFACE, .interface_ = &%s_schema",
		     field->target->stem);
	else
		emit_type(out, model, field->type, element_name(structure, field));
	emit(out, " },\n");
	emit_default(out, field);
	emit(out, "\t},\n");
}

static void emit_fields(struct output *out, const struct model *model,
			const struct declaration *structure)
{
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		if (!field.is_group && field.kind == TYPE_LIST)
			emit_elements(out, model, field.type,
				      element_name(structure, &field));
	}
	emit(out, "static const struct capnp_field_info %s_fields[] = {\n",
	     structure->stem);
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		emit_field(out, model, structure, &field);
	}
	emit(out, "};\n");
}

/* The start of every _schema table: what all declarations have. */
static void emit_schema_start(struct output *out, const char *kind,
			      const struct declaration *declaration)
{
	emit(out, "const struct capnp_%s_info %s_schema = {\n", kind, declaration->stem);
	emit(out, "\t.id = UINT64_C(0x%016llx),\n\t.name = ",
	     (unsigned long long)declaration->id);
	emit_string(out, declaration->path);
	emit(out, ",\n");
	emit_doc(out, "\t", declaration->doc);
}

static void emit_struct(struct output *out, const struct model *model,
			const struct declaration *structure)
{
	struct node_struct node = node_get_struct(structure->node);
	uint32_t count = field_count(structure);

	if (count != 0)
		emit_fields(out, model, structure);
	emit_schema_start(out, "struct", structure);
	emit(out, "\t.data_words = %u,\n\t.pointers = %u,\n", data_words(structure),
	     pointer_count(structure));
	if (count != 0)
		emit(out, "\t.fields = %s_fields,\n\t.field_count = %u,\n",
		     structure->stem, count);
	if (structure->is_group)
		emit(out, "\t.is_group = true,\n");
	if (node_struct_get_discriminant_count(node) != 0)
		emit(out, "\t.discriminant_count = %u,\n\t.discriminant_offset = %u,\n",
		     node_struct_get_discriminant_count(node),
		     node_struct_get_discriminant_offset(node));
	emit(out, "};\n\n");
}

static void emit_enum(struct output *out, const struct declaration *enumeration)
{
	uint32_t count = enumeration->member_count;

	if (count != 0)
		emit(out,
		     "static const struct capnp_enumerant_info %s_enumerants[] = {\n",
		     enumeration->stem);
	for (uint32_t i = 0; i < count; i++) {
		emit(out, "\t{\n\t\t.name = \"%s\",\n", enumeration->enumerants[i].name);
		emit_doc(out, "\t\t", enumeration->enumerants[i].doc);
		emit(out, "\t},\n");
	}
	if (count != 0)
		emit(out, "};\n");
	emit_schema_start(out, "enum", enumeration);
	if (count != 0)
		emit(out, "\t.enumerants = %s_enumerants,\n\t.enumerant_count = %u,\n",
		     enumeration->stem, count);
	emit(out, "};\n\n");
}

/* The interfaces that @interface extends directly; returns how many. */
static uint32_t emit_superclasses(struct output *out, const struct model *model,
				  const struct declaration *interface)
{
	struct list_of_superclass parents =
		node_interface_get_superclasses(node_get_interface(interface->node));

	if (interface->facet_of || parents.l.count == 0)
		return 0;
	for (uint32_t i = 0; i < parents.l.count; i++)
		emit(out, "extern const struct capnp_interface_info %s_schema;\n",
		     model_find(model, superclass_get_id(superclass_at(parents, i)))
			     ->stem);
	emit(out,
	     "static const struct capnp_interface_info *const %s_superclasses[] = {\n",
	     interface->stem);
	for (uint32_t i = 0; i < parents.l.count; i++)
		emit(out, "\t&%s_schema,\n",
		     model_find(model, superclass_get_id(superclass_at(parents, i)))
			     ->stem);
	emit(out, "};\n");
	return parents.l.count;
}

static void emit_interface(struct output *out, const struct model *model,
			   const struct declaration *interface)
{
	uint32_t superclasses = emit_superclasses(out, model, interface);
	uint32_t count = method_count(interface);

	if (count != 0)
		emit(out, "static const struct capnp_method_info %s_method_infos[] = {\n",
		     interface->stem);
	for (uint32_t i = 0; i < count; i++) {
		struct method_view method = view_method(model, interface, i);

		emit(out, "\t{\n\t\t.name = \"%s\",\n", method.name);
		emit_doc(out, "\t\t", method.doc);
		emit(out, "\t\t.params = &%s_schema,\n\t\t.results = &%s_schema,\n",
		     method.params->stem, method.results->stem);
		emit(out,
		     "\t\t.interface_id = UINT64_C(0x%016llx),\n\t\t.ordinal = "
		     "%u,\n",
		     (unsigned long long)interface->id, method.ordinal);
		if (method.streaming)
			emit(out, "\t\t.streaming = true,\n");
		emit(out, "\t},\n");
	}
	if (count != 0)
		emit(out, "};\n");
	emit_schema_start(out, "interface", interface);
	if (count != 0)
		emit(out, "\t.methods = %s_method_infos,\n\t.method_count = %u,\n",
		     interface->stem, count);
	if (superclasses != 0)
		emit(out,
		     "\t.superclasses = %s_superclasses,\n\t.superclass_count = %u,\n",
		     interface->stem, superclasses);
	if (interface->facet_of)
		emit(out, "\t.facet_of = &%s_schema,\n", interface->facet_of->stem);
	emit(out, "};\n\n");
}

void generate_reflection(struct output *out, const struct model *model,
			 const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit(out, "#include \"core/capnp/reflect.h\"\n");
	emit_stream_include(out, model, file);
	emit_include(out, model, file, file, "capnp.h");
	emit(out, "\n");
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *declaration = &model->declarations[i];

		if (belongs(declaration, file, NODE_STRUCT))
			emit_struct(out, model, declaration);
		else if (belongs(declaration, file, NODE_ENUM))
			emit_enum(out, declaration);
		else if (belongs(declaration, file, NODE_INTERFACE))
			emit_interface(out, model, declaration);
	}
}

static int compare_paths(const void *a, const void *b)
{
	const struct declaration *const *left = a;
	const struct declaration *const *right = b;

	return strcmp((*left)->path, (*right)->path);
}

/* Whether a program may want to find it by name. */
static bool is_registered(const struct declaration *declaration, enum node_which kind)
{
	if (!declaration->requested || declaration->kind != kind)
		return false;
	/* The schema gives the parameters and results of a method no scope. */
	return kind != NODE_STRUCT ||
	       (!declaration->is_group && node_get_scope_id(declaration->node) != 0);
}

/* const struct capnp_@kind_info *const capnp_@kinds[], ordered by name, and its size. */
static void emit_registry(struct output *out, const struct model *model,
			  enum node_which which, const char *kind)
{
	const struct declaration **found = allocate(model->count * sizeof(*found));
	size_t count = 0;

	for (size_t i = 0; i < model->count; i++) {
		if (is_registered(&model->declarations[i], which))
			found[count++] = &model->declarations[i];
	}
	qsort(found, count, sizeof(*found), compare_paths);
	for (size_t i = 0; i < count; i++)
		emit(out, "extern const struct capnp_%s_info %s_schema;\n", kind,
		     found[i]->stem);
	emit(out, "\nconst struct capnp_%s_info *const capnp_%ss[] = {\n", kind, kind);
	for (size_t i = 0; i < count; i++)
		emit(out, "\t&%s_schema,\n", found[i]->stem);
	emit(out, "%s};\nconst size_t capnp_%s_count = %zu;\n",
	     count == 0 ? "\tnullptr,\n" : "", kind, count);
}

void generate_registry(struct output *out, const struct model *model)
{
	emit_banner(out, "all schemas");
	emit(out, "#include \"core/capnp/reflect.h\"\n\n");
	emit_registry(out, model, NODE_INTERFACE, "interface");
	emit(out, "\n");
	emit_registry(out, model, NODE_STRUCT, "struct");
	emit(out, "\n");
	emit_registry(out, model, NODE_ENUM, "enum");
}

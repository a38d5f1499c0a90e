/* SPDX-License-Identifier: MIT */
/*
 * header.c - the first part of .capnp.h: types and constants.
 *
 * They come before the includes of other schemas, and accessors after them, so that two
 * schemas may import each other: whichever is included first, all types are known when
 * the first accessor is reached.
 */
#include "tools/capnpc-capos/constant.h"
#include "tools/capnpc-capos/generate.h"

static void emit_enum(struct output *out, const struct declaration *enumeration)
{
	const char *upper = enumeration->upper;
	uint32_t count = enumeration->member_count;

	emit_comment(out, "", enumeration->doc);
	emit(out, "enum %s : uint16_t%s", enumeration->tag, count == 0 ? ";\n" : " {\n");
	for (uint32_t i = 0; i < count; i++) {
		const struct enumerant_view *enumerant = &enumeration->enumerants[i];

		emit_comment(out, "\t", enumerant->doc);
		emit(out, "\t%s_%s = %u,\n", upper, enumerant->upper, i);
	}
	emit(out, "%senum { %s_COUNT = %u };\n", count == 0 ? "" : "};\n", upper, count);
	emit(out, "/* X(NAME, number) for each of them. */\n#define %s_LIST(X)", upper);
	for (uint32_t i = 0; i < count; i++)
		emit(out, " \\\n\tX(%s, %u)", enumeration->enumerants[i].upper, i);
	emit(out, "\nextern const struct capnp_enum_info %s_schema;\n\n",
	     enumeration->stem);
}

static void emit_which(struct output *out, const struct model *model,
		       const struct declaration *structure)
{
	if (discriminant_count(structure) == 0)
		return;
	emit(out, "enum %s_which : uint16_t {\n", structure->stem);
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		if (field.in_union)
			emit(out, "\t%s_%s = %u,\n", structure->upper, field.upper,
			     field.discriminant);
	}
	emit(out, "};\n");
}

static void emit_struct_types(struct output *out, const struct model *model,
			      const struct declaration *structure)
{
	const char *tag = structure->tag;
	const char *stem = structure->stem;

	emit_comment(out, "", structure->doc);
	emit(out, "struct %s {\n\tstruct capnp_struct s;\n};\n", tag);
	emit(out, "struct %s_builder {\n\tstruct capnp_struct_builder b;\n};\n", stem);
	if (!structure->is_group) {
		emit(out, "struct list_of_%s {\n\tstruct capnp_list l;\n};\n", stem);
		emit(out, "struct list_of_%s_builder {\n", stem);
		emit(out, "\tstruct capnp_list_builder l;\n};\n");
		emit(out, "enum { %s_DATA_WORDS = %u, %s_POINTERS = %u };\n",
		     structure->upper, data_words(structure), structure->upper,
		     pointer_count(structure));
	}
	emit_which(out, model, structure);
	emit(out, "extern const struct capnp_struct_info %s_schema;\n\n", stem);
}

static void emit_interface(struct output *out, const struct model *model,
			   const struct declaration *interface)
{
	emit_comment(out, "", interface->doc);
	emit(out, "#define %s_INTERFACE_ID UINT64_C(0x%016llx)\nenum {\n",
	     interface->upper, (unsigned long long)interface->id);
	for (uint32_t i = 0; i < method_count(interface); i++) {
		struct method_view method = view_method(model, interface, i);

		emit_comment(out, "\t", method.doc);
		emit(out, "\t%s_METHOD_%s = %u,\n", interface->upper, method.upper,
		     method.ordinal);
	}
	emit(out, "\t%s_METHOD_COUNT = %u,\n};\n", interface->upper,
	     ordinal_limit(interface));
	emit(out, "extern const struct capnp_interface_info %s_schema;\n\n",
	     interface->stem);
}

static void emit_annotation(struct output *out, const struct declaration *annotation)
{
	emit_comment(out, "", annotation->doc);
	emit(out, "#define %s_ANNOTATION_ID UINT64_C(0x%016llx)\n\n", annotation->upper,
	     (unsigned long long)annotation->id);
}

static void emit_types(struct output *out, const struct model *model,
		       const struct declaration *file)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *declaration = &model->declarations[i];

		if (belongs(declaration, file, NODE_ENUM))
			emit_enum(out, declaration);
		else if (belongs(declaration, file, NODE_ANNOTATION))
			emit_annotation(out, declaration);
		else if (belongs(declaration, file, NODE_STRUCT))
			emit_struct_types(out, model, declaration);
		else if (belongs(declaration, file, NODE_INTERFACE))
			emit_interface(out, model, declaration);
	}
}

void generate_header(struct output *out, const struct model *model,
		     const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit_comment(out, "", file->doc);
	emit_guard(out, file, "CAPNP_H");
	emit(out, "#include <stddef.h>\n#include <stdint.h>\n\n"
		  "#include \"core/capnp/builder.h\"\n#include \"core/capnp/copy.h\"\n"
		  "#include \"core/capnp/float.h\"\n#include \"core/capnp/orphan.h\"\n"
		  "#include \"core/capnp/reader.h\"\n\n"
		  "struct capnp_enum_info;\nstruct capnp_interface_info;\n"
		  "struct capnp_struct_info;\n\n");
	emit_types(out, model, file);
	emit_includes(out, model, file, "capnp.h");
	generate_accessors(out, model, file);
	for (size_t i = 0; i < model->count; i++) {
		if (belongs(&model->declarations[i], file, NODE_CONST))
			generate_constant(out, model, &model->declarations[i]);
	}
	emit_guard_end(out, file, "CAPNP_H");
}

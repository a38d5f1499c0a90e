/* SPDX-License-Identifier: MIT */
/* registry.c - reflect_registry.c: all interfaces, structs and enums by name. */
#include <stdlib.h>
#include <string.h>

#include "tools/capnpc-capos/generate.h"

static int compare_paths(const void *a, const void *b)
{
	const struct declaration *const *left = a;
	const struct declaration *const *right = b;

	int order = strcmp((*left)->path, (*right)->path);

	return order != 0 ? order : strcmp((*left)->file_name, (*right)->file_name);
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

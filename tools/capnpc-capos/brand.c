/* SPDX-License-Identifier: MIT */
/* brand.c - see brand.h. */
#include "tools/capnpc-capos/brand.h"

#include <string.h>

#include "tools/capnpc-capos/memory.h"

static const struct resolved any_pointer = {
	.kind = TYPE_ANY_POINTER,
	.shape = SHAPE_ANY,
	.key = "*",
};

/* What @bound says of parameter @index of the scope; null: nothing. */
static const struct resolved *find_bound(const struct bound *bound, uint64_t scope_id,
					 uint32_t index)
{
	for (uint32_t i = 0; bound && i < bound->count; i++) {
		const struct bound_scope *scope = &bound->scopes[i];

		if (scope->scope_id == scope_id && index < scope->count)
			return scope->types[index];
	}
	return nullptr;
}

static const struct resolved *resolve_any(struct type type, const struct bound *bound)
{
	struct type_any_pointer any = type_get_any_pointer(type);
	struct type_any_pointer_parameter parameter = type_any_pointer_get_parameter(any);
	const struct resolved *found;
	struct resolved *resolved;

	if (type_any_pointer_which(any) == TYPE_ANY_POINTER_PARAMETER) {
		found = find_bound(
			bound, type_any_pointer_parameter_get_scope_id(parameter),
			type_any_pointer_parameter_get_parameter_index(parameter));
		return found ? found : &any_pointer;
	}
	resolved = allocate(sizeof(*resolved));
	*resolved = any_pointer;
	resolved->shape = type_shape(type);
	resolved->key = format_text("*%u", resolved->shape);
	return resolved;
}

static const struct resolved *resolve_list(const struct model *model, struct type type,
					   const struct bound *bound)
{
	const struct resolved *element = resolve_type(model, type_element(type), bound);
	struct resolved *resolved = allocate(sizeof(*resolved));

	*resolved = (struct resolved){
		.kind = TYPE_LIST,
		.shape = type_shape(type),
		.element = element,
		.key = format_text("[%s]", element->key),
		.depth = element->depth,
	};
	/* Elements of an unknown kind may be of any size. */
	if (element->kind != TYPE_ANY_POINTER)
		resolved->shape = SHAPE_LIST;
	else if (resolved->shape == SHAPE_ANY_LIST)
		resolved->kind = TYPE_ANY_POINTER;
	return resolved;
}

static struct brand brand_of(struct type type)
{
	if (type_which(type) == TYPE_STRUCT)
		return type_struct_get_brand(type_get_struct(type));
	return type_interface_get_brand(type_get_interface(type));
}

/* Whether @target is what a type of @kind names. */
static bool is_of_kind(const struct declaration *target, enum type_which kind)
{
	if (!target || target->is_group)
		return false;
	return kind == TYPE_ENUM     ? target->kind == NODE_ENUM
	       : kind == TYPE_STRUCT ? target->kind == NODE_STRUCT
				     : target->kind == NODE_INTERFACE;
}

static const struct resolved *resolve_named(const struct model *model, struct type type,
					    const struct bound *bound)
{
	const struct declaration *target = type_target(model, type);
	struct resolved *resolved = allocate(sizeof(*resolved));

	*resolved = (struct resolved){
		.kind = type_which(type),
		.shape = type_shape(type),
		.target = target,
	};
	if (!is_of_kind(target, resolved->kind))
		return &any_pointer;
	if (resolved->kind != TYPE_ENUM)
		resolved->bound = resolve_brand(model, brand_of(type), bound, target);
	resolved->depth = resolved->bound ? resolved->bound->depth : 0;
	resolved->key = format_text("%llx%s", (unsigned long long)target->id,
				    resolved->bound ? resolved->bound->key : "");
	return resolved;
}

const struct resolved *resolve_type(const struct model *model, struct type type,
				    const struct bound *bound)
{
	enum type_which kind = type_which(type);
	struct resolved *resolved;

	if (kind >= TYPE_ANY_POINTER)
		return resolve_any(type, bound);
	if (kind == TYPE_LIST)
		return resolve_list(model, type, bound);
	if (kind == TYPE_STRUCT || kind == TYPE_INTERFACE || kind == TYPE_ENUM)
		return resolve_named(model, type, bound);
	resolved = allocate(sizeof(*resolved));
	*resolved = (struct resolved){
		.kind = kind,
		.shape = type_shape(type),
		.key = format_text("%u", kind),
	};
	return resolved;
}

/* ---- Brands ------------------------------------------------------------------------- */

static void bind_types(const struct model *model, struct list_of_brand_binding list,
		       const struct bound *around, struct bound_scope *out)
{
	for (uint32_t i = 0; i < out->count && i < list.l.count; i++) {
		struct brand_binding binding = brand_binding_at(list, i);

		if (brand_binding_which(binding) == BRAND_BINDING_TYPE)
			out->types[i] = resolve_type(
				model, brand_binding_get_type(binding), around);
	}
}

static void bind_scope(const struct model *model, struct brand brand,
		       const struct bound *around, struct bound_scope *out)
{
	struct list_of_brand_scope scopes = brand_get_scopes(brand);

	for (uint32_t i = 0; i < scopes.l.count; i++) {
		struct brand_scope scope = brand_scope_at(scopes, i);

		if (brand_scope_get_scope_id(scope) != out->scope_id)
			continue;
		if (brand_scope_which(scope) == BRAND_SCOPE_BIND)
			bind_types(model, brand_scope_get_bind(scope), around, out);
		for (uint32_t k = 0;
		     brand_scope_which(scope) == BRAND_SCOPE_INHERIT && k < out->count;
		     k++)
			out->types[k] = find_bound(around, out->scope_id, k);
		return;
	}
}

static uint32_t parameter_count(const struct model *model,
				const struct declaration *declaration)
{
	uint32_t count = node_get_parameters(declaration->node).l.count;

	return count < model->request_words ? count : 0;
}

/* Forgets what would make the brand endless; whether anything is left. */
static bool limit(struct bound_scope *scope, uint32_t *depth)
{
	bool is_bound = false;

	for (uint32_t i = 0; i < scope->count; i++) {
		const struct resolved *type = scope->types[i];

		if (!type)
			continue;
		if (type->depth >= BRAND_DEPTH_MAX ||
		    strlen(type->key) > BRAND_KEY_BYTES_MAX || type == &any_pointer) {
			scope->types[i] = nullptr;
			continue;
		}
		is_bound = true;
		if (type->depth + 1 > *depth)
			*depth = type->depth + 1;
	}
	return is_bound;
}

static const char *brand_key(const struct bound *bound)
{
	const char *key = "(";

	for (uint32_t i = 0; i < bound->count; i++) {
		for (uint32_t k = 0; k < bound->scopes[i].count; k++) {
			const struct resolved *type = bound->scopes[i].types[k];

			key = format_text("%s%s,", key, type ? type->key : "");
		}
		key = format_text("%s;", key);
	}
	return format_text("%s)", key);
}

const struct bound *resolve_brand(const struct model *model, struct brand brand,
				  const struct bound *around,
				  const struct declaration *target)
{
	struct bound *bound;
	bool is_bound = false;

	if (!node_get_is_generic(target->node))
		return nullptr;
	bound = allocate(sizeof(*bound));
	bound->scopes = allocate_array(SCOPE_DEPTH_MAX + 1, sizeof(bound->scopes[0]));
	for (const struct declaration *scope = target; scope; scope = scope->scope) {
		struct bound_scope *out = &bound->scopes[bound->count];

		if (parameter_count(model, scope) == 0)
			continue;
		*out = (struct bound_scope){
			.scope_id = scope->id,
			.count = parameter_count(model, scope),
		};
		out->types = allocate_array(out->count, sizeof(out->types[0]));
		bind_scope(model, brand, around, out);
		is_bound |= limit(out, &bound->depth);
		bound->count++;
	}
	bound->key = brand_key(bound);
	return is_bound ? bound : nullptr;
}

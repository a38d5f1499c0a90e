/* SPDX-License-Identifier: MIT */
/* facet.c - see facet.h. */
#include "tools/capnpc-capos/facet.h"

#include <stdlib.h>
#include <string.h>

#include "tools/capnpc-capos/bootstrap/c.capnp.h"
#include "tools/capnpc-capos/names.h"
#include "tools/capnpc-capos/output.h"

/* The annotations of schema/c.capnp that are for interfaces. */
static const uint64_t FACET_ID = UINT64_C(0xb136683a929403e5);
static const uint64_t HELD_AS_ID = UINT64_C(0x8dc41892dcc72b35);

/* capnp gives every id this bit, so that they are never small numbers. */
static const uint64_t ID_BIT = UINT64_C(1) << 63;

/* ---- Facets ------------------------------------------------------------------------ */

uint32_t facets_of_node(struct node node)
{
	struct list_of_annotation list = node_get_annotations(node);
	uint32_t count = 0;

	for (uint32_t i = 0; i < list.l.count; i++)
		count += annotation_get_id(annotation_at(list, i)) == FACET_ID;
	return node_which(node) == NODE_INTERFACE ? count : 0;
}

[[noreturn]] static void refuse_facet(const struct declaration *facet, const char *what,
				      const char *name)
{
	die("%s: %s: as a facet it cannot %s%s", facet->file_name, facet->path, what,
	    name);
}

static struct list_of_method methods_of(const struct declaration *interface)
{
	return node_interface_get_methods(node_get_interface(interface->node));
}

/* The ordinal of the method called @name; ends the program if there is none. */
static uint16_t find_ordinal(const struct declaration *facet, const char *name)
{
	struct list_of_method methods = methods_of(facet);
	const char **names = allocate(methods.l.count * sizeof(names[0]));

	for (uint32_t i = 0; i < methods.l.count; i++) {
		names[i] = text_copy(method_get_name(method_at(methods, i)));
		if (strcmp(names[i], name) == 0)
			return (uint16_t)i;
	}
	refuse_facet(facet, "have ",
		     format_text("%s: no method of the interface itself is called so%s",
				 name, nearest_name(name, names, methods.l.count)));
}

static void mark_method(const struct declaration *facet, bool *chosen,
			struct capnp_text text)
{
	const char *name = text_copy(text);
	uint16_t ordinal = find_ordinal(facet, name);

	if (chosen[ordinal])
		refuse_facet(facet, "name a method twice: ", name);
	chosen[ordinal] = true;
}

/* The named methods, in the order of their ordinals. */
static void load_methods(struct declaration *facet, struct capnp_list names)
{
	uint32_t count = methods_of(facet).l.count;
	bool *chosen = allocate(count * sizeof(chosen[0]));

	if (names.count == 0)
		refuse_facet(facet, "be without methods", "");
	for (uint32_t i = 0; i < names.count; i++)
		mark_method(facet, chosen, capnp_list_get_text(names, i));
	facet->facet_ordinals = allocate(names.count * sizeof(facet->facet_ordinals[0]));
	for (uint32_t i = 0; i < count; i++) {
		if (chosen[i])
			facet->facet_ordinals[facet->facet_method_count++] = (uint16_t)i;
	}
}

/* "Outer.Console" and "ConsoleWriter" -> "Outer.ConsoleWriter" */
static const char *beside(const char *path, const char *name)
{
	const char *dot = strrchr(path, '.');

	return format_text("%.*s%s", dot ? (int)(dot + 1 - path) : 0, path, name);
}

static void load_facet(const struct declaration *interface, struct narrowed_facet from,
		       struct declaration *out)
{
	const char *name = text_copy(narrowed_facet_get_name(from));

	*out = *interface;
	out->id = narrowed_facet_get_id(from);
	out->doc = text_copy(narrowed_facet_get_doc(from));
	if (!is_type_name(name))
		die("%s: %s: a facet cannot be called \"%s\": that is no name of a type",
		    interface->file_name, interface->path, name);
	declaration_set_path(out, beside(interface->path, name));
	if (!(out->id & ID_BIT))
		refuse_facet(out, "have an id that no `capnp id` gives", "");
	load_methods(out, narrowed_facet_get_methods(from));
}

uint32_t load_facets(const struct declaration *interface, struct declaration *out)
{
	struct list_of_annotation list = node_get_annotations(interface->node);
	uint32_t count = 0;

	if (interface->kind != NODE_INTERFACE)
		return 0;
	for (uint32_t i = 0; i < list.l.count; i++) {
		struct annotation annotation = annotation_at(list, i);
		struct value value = annotation_get_value(annotation);

		if (annotation_get_id(annotation) == FACET_ID)
			load_facet(
				interface,
				(struct narrowed_facet){ capnp_get_struct(value.s, 0) },
				&out[count++]);
	}
	return count;
}

/* ---- What interfaces answer to ----------------------------------------------------- */

static void check_id(const struct model *model, const struct declaration *facet)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *other = &model->declarations[i];

		if (other != facet && other->id == facet->id)
			refuse_facet(facet, "have the id of ", other->path);
	}
}

/* Adds @answer to what @interface answers to, unless it is there. */
static void add_answer(struct declaration *interface, const struct declaration *answer)
{
	if (answer == interface)
		return;
	for (uint32_t i = 0; i < interface->answer_count; i++) {
		if (interface->answers[i] == answer)
			return;
	}
	interface->answers =
		resize(interface->answers,
		       (interface->answer_count + 1) * sizeof(interface->answers[0]));
	interface->answers[interface->answer_count++] = answer;
}

static void add_parents(const struct model *model, struct declaration *interface,
			const struct declaration *of)
{
	struct list_of_superclass parents =
		node_interface_get_superclasses(node_get_interface(of->node));

	for (uint32_t i = 0; i < parents.l.count; i++) {
		const struct declaration *parent =
			model_find(model, superclass_get_id(superclass_at(parents, i)));

		if (parent->kind != NODE_INTERFACE)
			die("%s: %s: extends what is no interface", interface->file_name,
			    interface->path);
		add_answer(interface, parent);
	}
}

static void add_facets(const struct model *model, struct declaration *interface,
		       const struct declaration *of)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->declarations[i].facet_of == of)
			add_answer(interface, &model->declarations[i]);
	}
}

static void link_interface(const struct model *model, struct declaration *interface)
{
	/* The ancestors found so far are asked for theirs: those come nearest first. */
	add_parents(model, interface, interface);
	for (uint32_t i = 0; i < interface->answer_count; i++)
		add_parents(model, interface, interface->answers[i]);
	interface->ancestor_count = interface->answer_count;
	add_facets(model, interface, interface);
	for (uint32_t i = 0; i < interface->ancestor_count; i++)
		add_facets(model, interface, interface->answers[i]);
}

void link_interfaces(struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		struct declaration *facet = &model->declarations[i];

		if (facet->facet_method_count == 0)
			continue;
		facet->facet_of = model_find(model, node_get_id(facet->node));
		check_id(model, facet);
	}
	for (size_t i = 0; i < model->count; i++) {
		struct declaration *interface = &model->declarations[i];

		if (interface->kind == NODE_INTERFACE && !interface->facet_of)
			link_interface(model, interface);
	}
}

/* ---- What fields hold -------------------------------------------------------------- */

[[noreturn]] static void refuse_held(const struct declaration *structure,
				     struct field field, const char *name,
				     const struct declaration *target)
{
	const char **names;
	uint32_t count = 0;

	if (!target || target->kind != NODE_INTERFACE)
		die("%s: %s.%s: heldAs is for fields whose type is an interface",
		    structure->file_name, structure->path,
		    text_copy(field_get_name(field)));
	names = allocate(target->answer_count * sizeof(names[0]));
	for (uint32_t i = target->ancestor_count; i < target->answer_count; i++)
		names[count++] = target->answers[i]->name;
	die("%s: %s.%s: no facet of %s is called %s%s", structure->file_name,
	    structure->path, text_copy(field_get_name(field)), target->path, name,
	    nearest_name(name, names, count));
}

static const struct declaration *find_held(const struct declaration *structure,
					   struct field field, const char *name,
					   const struct declaration *target)
{
	if (target && target->kind == NODE_INTERFACE) {
		for (uint32_t i = target->ancestor_count; i < target->answer_count; i++) {
			if (strcmp(target->answers[i]->name, name) == 0)
				return target->answers[i];
		}
	}
	refuse_held(structure, field, name, target);
}

const struct declaration *held_as(const struct declaration *structure, struct field field,
				  const struct declaration *target)
{
	struct list_of_annotation list = field_get_annotations(field);

	for (uint32_t i = 0; i < list.l.count; i++) {
		struct annotation annotation = annotation_at(list, i);
		struct value value = annotation_get_value(annotation);

		if (annotation_get_id(annotation) == HELD_AS_ID)
			return find_held(structure, field,
					 text_copy(value_get_text(value)), target);
	}
	return target;
}

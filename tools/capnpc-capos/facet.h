/* SPDX-License-Identifier: MIT */
/*
 * facet.h - what interfaces have besides methods of their own: ancestors, and facets.
 *
 * A narrowed facet (schema/c.capnp) is a declaration like any other interface, with some
 * of the methods of the one it narrows: so whatever is generated for interfaces is
 * generated for it.
 */
#ifndef CAPNPC_FACET_H
#define CAPNPC_FACET_H

#include "tools/capnpc-capos/model.h"

/* Number of facet annotations on @node; 0 if it is no interface. */
uint32_t facets_of_node(struct node node);

/*
 * Makes a declaration at @out of each facet annotation of @interface, of which the rest is
 * loaded; returns how many. Refuses methods that the interface does not declare, and ids
 * that cannot be ones.
 */
uint32_t load_facets(const struct declaration *interface, struct declaration *out);

/* Fills answers and facet_of of all interfaces, once no declaration moves any more. */
void link_interfaces(struct model *model);

/*
 * What a capability in @field of @structure is held as: the facet of the interface @target
 * that its annotation heldAs names; @target if it has none.
 */
const struct declaration *held_as(const struct declaration *structure, struct field field,
				  const struct declaration *target);

#endif /* CAPNPC_FACET_H */

/* SPDX-License-Identifier: MIT */
/* interface.c - see interface.h. */
#include "core/capnp/interface.h"

/* Depth first; a diamond is looked at by each of its sides. */
static bool extends(const struct capnp_interface_info *info,
		    const struct capnp_interface_info *ancestor, uint32_t depth)
{
	if (info == ancestor)
		return true;
	if (depth == 0)
		return false;
	for (uint16_t i = 0; i < info->superclass_count; i++) {
		if (extends(info->superclasses[i], ancestor, depth - 1))
			return true;
	}
	return false;
}

bool capnp_interface_extends(const struct capnp_interface_info *info,
			     const struct capnp_interface_info *ancestor)
{
	return extends(info, ancestor, CAPNP_INHERITANCE_DEPTH_MAX);
}

bool capnp_interface_answers(const struct capnp_interface_info *held,
			     const struct capnp_interface_info *named)
{
	return capnp_interface_extends(held, named) ||
	       (named->facet_of && capnp_interface_extends(held, named->facet_of));
}

/* Adds what @info extends to the @count interfaces in @out; returns how many there are. */
static size_t add_parents(const struct capnp_interface_info *info,
			  const struct capnp_interface_info **out, size_t count,
			  size_t max)
{
	for (uint16_t i = 0; i < info->superclass_count; i++) {
		size_t k = 0;

		while (k < count && out[k] != info->superclasses[i])
			k++;
		if (k == count && count < max)
			out[count++] = info->superclasses[i];
	}
	return count;
}

size_t capnp_interface_ancestors(const struct capnp_interface_info *info,
				 const struct capnp_interface_info **out, size_t max)
{
	size_t count = add_parents(info, out, 0, max);

	for (size_t i = 0; i < count; i++)
		count = add_parents(out[i], out, count, max);
	return count;
}

const struct capnp_method_info *
capnp_interface_method(const struct capnp_interface_info *info, uint16_t ordinal)
{
	for (uint16_t i = 0; i < info->method_count; i++) {
		if (info->methods[i].ordinal == ordinal)
			return &info->methods[i];
	}
	return nullptr;
}

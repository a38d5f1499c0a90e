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

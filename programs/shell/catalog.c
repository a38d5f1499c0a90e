/* SPDX-License-Identifier: MIT */
/*
 * catalog.c - see catalog.h.
 */
#include "programs/shell/catalog.h"

#include "core/capnp/dynamic.h"
#include "core/capnp/interface.h"
#include "core/capnp/render.h"

const struct capnp_interface_info *catalog_find_id(uint64_t interface_id)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (capnp_interfaces[i]->id == interface_id)
			return capnp_interfaces[i];
	}
	return nullptr;
}

const struct capnp_interface_info *catalog_find(struct text name)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (text_is(name, capnp_interfaces[i]->name))
			return capnp_interfaces[i];
	}
	return nullptr;
}

const char *catalog_name(uint64_t interface_id)
{
	const struct capnp_interface_info *info = catalog_find_id(interface_id);

	return info ? info->name : "an unknown interface";
}

bool catalog_answers(uint64_t interface_id, const struct capnp_interface_info *wanted)
{
	const struct capnp_interface_info *held = catalog_find_id(interface_id);

	return interface_id == wanted->id ||
	       (held && capnp_interface_answers(held, wanted));
}

static struct capnp_text capnp_text_of(struct text text)
{
	return (struct capnp_text){ text.bytes, (uint32_t)text.size };
}

const struct capnp_method_info *
catalog_find_method(const struct capnp_interface_info *info, struct text name)
{
	return capnp_find_method(info, capnp_text_of(name));
}

const struct capnp_field_info *catalog_find_field(const struct capnp_struct_info *info,
						  struct text name)
{
	return capnp_find_field(info, capnp_text_of(name));
}

void catalog_no_method(const struct capnp_interface_info *info, struct text name,
		       struct sink *sink)
{
	const char *nearest = capnp_find_method_nearest(info, capnp_text_of(name));

	sink_strings(sink, info->name, " has no method `", nullptr);
	sink_text(sink, name);
	sink_strings(sink, "`", nearest ? "; the nearest is " : "",
		     nearest ? nearest : "", nullptr);
}

static void render_write(void *context, const char *bytes, size_t size)
{
	sink_text(context, (struct text){ bytes, size });
}

void catalog_write_type(const struct capnp_type_info *type, struct sink *sink)
{
	const struct capnp_sink plain = { render_write, sink };

	capnp_render_type(&plain, type);
}

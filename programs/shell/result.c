/* SPDX-License-Identifier: MIT */
/*
 * result.c - see result.h. Recursion ends where the reader's depth limit does.
 */
#include "programs/shell/result.h"

#include "core/capnp/render.h"

void result_find_caps(struct capnp_struct results, const struct capnp_struct_info *info,
		      struct result_caps *out)
{
	for (size_t i = 0; i < info->field_count; i++) {
		const struct capnp_field_info *field = &info->fields[i];
		struct capnp_value value;

		if (!capnp_field_is_active(results, info, field))
			continue;
		if (field->type.kind != CAPNP_KIND_INTERFACE &&
		    field->type.kind != CAPNP_KIND_STRUCT)
			continue;
		value = capnp_dynamic_get(results, field);
		if (field->type.kind == CAPNP_KIND_STRUCT) {
			if (value.structure.message)
				result_find_caps(value.structure, field->type.structure,
						 out);
		} else if (value.cap != CAPNP_NO_CAP && out->count < RESULT_CAPS_MAX) {
			out->caps[out->count++] = (struct result_cap){
				.index = value.cap,
				.field = field->name,
				.interface = field->type.interface_,
			};
		}
	}
}

static void render_write(void *context, const char *bytes, size_t size)
{
	sink_text(context, (struct text){ bytes, size });
}

static void put(const struct capnp_sink *sink, const char *text)
{
	sink->write(sink->context, text, text_of(text).size);
}

static void write_cap(void *context, const struct capnp_sink *sink, uint32_t index,
		      const struct capnp_interface_info *interface)
{
	const struct result_caps *caps = context;

	if (index == CAPNP_NO_CAP) {
		put(sink, "null");
		return;
	}
	for (size_t i = 0; i < caps->count; i++) {
		const struct result_cap *cap = &caps->caps[i];

		if (cap->index != index || cap->name[0] == '\0')
			continue;
		put(sink, "@");
		put(sink, cap->name);
		if (interface) {
			put(sink, " (");
			put(sink, interface->name);
			put(sink, ")");
		}
		return;
	}
	put(sink, "<a capability that was not kept>");
}

void result_write(struct capnp_struct results, const struct capnp_struct_info *info,
		  const struct result_caps *caps, struct sink *sink)
{
	const struct capnp_sink plain = { render_write, sink };
	const struct capnp_render_options options = {
		.format = CAPNP_RENDER_PRETTY,
		.terminal_safe = true,
		.data_as_hex = true,
		.exact_floats = true,
		.indent = 1,
		.write_cap = write_cap,
		.context = (void *)(uintptr_t)caps, /* only read */
	};

	for (size_t i = 0; i < info->field_count; i++) {
		struct capnp_value value;

		if (!capnp_field_is_active(results, info, &info->fields[i]))
			continue;
		value = capnp_dynamic_get(results, &info->fields[i]);
		sink_strings(sink, "  ", info->fields[i].name, " = ", nullptr);
		capnp_render_value(&plain, &options, &value);
		sink_byte(sink, '\n');
	}
}

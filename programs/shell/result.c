/* SPDX-License-Identifier: MIT */
/*
 * result.c - see result.h. Recursion ends where the reader's depth limit does.
 */
#include "programs/shell/result.h"

#include "core/capnp/render.h"

struct writer {
	const struct result_caps *caps;
	struct sink *sink;
};

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

static void write_cap(struct writer writer, uint32_t index)
{
	const struct result_caps *caps = writer.caps;

	if (index == CAPNP_NO_CAP) {
		sink_strings(writer.sink, "null", nullptr);
		return;
	}
	for (size_t i = 0; i < caps->count; i++) {
		const struct result_cap *cap = &caps->caps[i];

		if (cap->index != index || cap->name[0] == '\0')
			continue;
		sink_strings(writer.sink, "@", cap->name, nullptr);
		if (cap->interface)
			sink_strings(writer.sink, " (", cap->interface->name, ")",
				     nullptr);
		return;
	}
	sink_strings(writer.sink, "a capability that was not kept", nullptr);
}

static void write_value(struct writer writer, const struct capnp_value *value);

/* (name = value, ...) of the fields that have one. */
static void write_struct(struct writer writer, struct capnp_struct s,
			 const struct capnp_struct_info *info)
{
	bool first = true;

	sink_byte(writer.sink, '(');
	for (size_t i = 0; i < info->field_count; i++) {
		struct capnp_value value;

		if (!capnp_field_is_active(s, info, &info->fields[i]))
			continue;
		value = capnp_dynamic_get(s, &info->fields[i]);
		sink_strings(writer.sink, first ? "" : ", ", info->fields[i].name, " = ",
			     nullptr);
		write_value(writer, &value);
		first = false;
	}
	sink_byte(writer.sink, ')');
}

static void write_list(struct writer writer, const struct capnp_value *list)
{
	bool lines =
		list->type->element->kind == CAPNP_KIND_STRUCT && list->list.count > 0;

	sink_byte(writer.sink, '[');
	for (uint32_t i = 0; i < list->list.count; i++) {
		struct capnp_value element = capnp_dynamic_at(list, i);

		sink_strings(writer.sink, i ? "," : "",
			     lines ? "\n    "
			     : i   ? " "
				   : "",
			     nullptr);
		write_value(writer, &element);
	}
	sink_strings(writer.sink, lines ? "\n  ]" : "]", nullptr);
}

static void write_value(struct writer writer, const struct capnp_value *value)
{
	struct capnp_sink plain = { render_write, writer.sink };

	if (value->type->kind == CAPNP_KIND_INTERFACE)
		write_cap(writer, value->cap);
	else if (value->type->kind == CAPNP_KIND_LIST)
		write_list(writer, value);
	else if (value->type->kind == CAPNP_KIND_STRUCT && value->structure.message)
		write_struct(writer, value->structure, value->type->structure);
	else
		capnp_render_value(&plain, value);
}

void result_write(struct capnp_struct results, const struct capnp_struct_info *info,
		  const struct result_caps *caps, struct sink *sink)
{
	struct writer writer = { caps, sink };

	for (size_t i = 0; i < info->field_count; i++) {
		struct capnp_value value;

		if (!capnp_field_is_active(results, info, &info->fields[i]))
			continue;
		value = capnp_dynamic_get(results, &info->fields[i]);
		sink_strings(sink, "  ", info->fields[i].name, " = ", nullptr);
		write_value(writer, &value);
		sink_byte(sink, '\n');
	}
}

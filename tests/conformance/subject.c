/* SPDX-License-Identifier: MIT */
/* subject.c - see subject.h. */
#include "tests/conformance/subject.h"

#include <stdlib.h>
#include <string.h>

#include "core/capnp/render.h"
#include "tests/conformance/subject_room.h"
#include "tests/conformance/subject_walk.h"

enum { FIRST_ROOM_BYTES = 4096 };

void subject_free(struct subject_bytes *bytes)
{
	free(bytes->bytes);
	*bytes = (struct subject_bytes){ 0 };
}

void subject_reserve(struct subject_bytes *bytes, size_t room)
{
	uint8_t *grown;

	if (room <= bytes->room)
		return;
	room = (room * 2 + FIRST_ROOM_BYTES) / 8 * 8;
	grown = aligned_alloc(8, room);
	if (!grown)
		abort();
	if (bytes->size != 0)
		memcpy(grown, bytes->bytes, bytes->size);
	free(bytes->bytes);
	bytes->bytes = grown;
	bytes->room = room;
}

void subject_append(void *context, const char *text, size_t size)
{
	struct subject_bytes *bytes = context;

	subject_reserve(bytes, bytes->size + size);
	memcpy(bytes->bytes + bytes->size, text, size);
	bytes->size += size;
}

size_t subject_count(void)
{
	return subject_root_count;
}

uint64_t subject_id(size_t root)
{
	return subject_roots[root]->id;
}

const char *subject_start(struct subject_message *message, const struct subject_bytes *in)
{
	enum capnp_frame_result result;

	result = capnp_frame_parse(in->bytes, in->size, UINT32_MAX, message->segments,
				   CAPNP_SEGMENTS_MAX, &message->frame);
	if (result != CAPNP_FRAME_WHOLE)
		return capnp_frame_text(result);
	if (message->frame.size_bytes != in->size)
		return "more bytes than the message has";
	capnp_reader_init_segments(&message->reader, message->segments,
				   message->frame.segment_count);
	message->reader.traversal_words_left = CAPNP_TRAVERSAL_UNLIMITED;
	return nullptr;
}

const char *subject_finish(struct subject_message *message)
{
	if (!capnp_reader_failed(&message->reader))
		return nullptr;
	capnp_reader_error_text(&message->reader, message->error, sizeof(message->error));
	return message->error;
}

const char *subject_root(struct subject_message *message, const struct subject_bytes *in,
			 struct capnp_struct *out)
{
	const char *refused = subject_start(message, in);

	if (refused)
		return refused;
	return capnp_read_root(&message->reader, out) ? nullptr : subject_finish(message);
}

static void put(const struct capnp_sink *sink, const char *text)
{
	sink->write(sink->context, text, strlen(text));
}

/* Each field on a line, as text_of_fields() of judge.cc. */
static void render_fields(const struct capnp_sink *sink, struct capnp_struct s,
			  const struct capnp_struct_info *info)
{
	for (uint32_t i = 0; i < info->field_count; i++) {
		const struct capnp_field_info *field = &info->fields[i];
		struct capnp_value value;

		if (!capnp_field_is_active(s, info, field))
			continue;
		value = capnp_dynamic_get(s, field);
		put(sink, field->name);
		put(sink, " = ");
		if (field->kind == CAPNP_FIELD_GROUP) {
			put(sink, "(\n");
			render_fields(sink, s, field->type.structure);
			put(sink, ")\n");
			continue;
		}
		if (field->type.kind == CAPNP_KIND_STRUCT)
			capnp_render_struct(sink, nullptr, value.structure,
					    field->type.structure);
		else if (field->type.kind == CAPNP_KIND_INTERFACE &&
			 value.cap == CAPNP_NO_CAP)
			put(sink, "null");
		else
			capnp_render_value(sink, nullptr, &value);
		put(sink, "\n");
	}
}

const char *subject_render(size_t root, const struct subject_bytes *in,
			   enum subject_style style, struct subject_bytes *out)
{
	static struct subject_message message;
	const struct capnp_struct_info *info = subject_roots[root];
	struct capnp_render_options options = {
		.format = style == SUBJECT_PRETTY ? CAPNP_RENDER_PRETTY
						  : CAPNP_RENDER_SHORT,
	};
	struct capnp_sink sink = { subject_append, out };
	struct capnp_struct s;
	const char *refused = subject_root(&message, in, &s);

	if (refused)
		return refused;
	if (style == SUBJECT_FIELDS)
		render_fields(&sink, s, info);
	else
		capnp_render_struct(&sink, &options, s, info);
	return subject_finish(&message);
}

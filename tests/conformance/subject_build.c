/* SPDX-License-Identifier: MIT */
/* subject_build.c - the operations of subject.h that write messages. */
#include "core/capnp/pack.h"
#include "core/capnp/parse.h"
#include "tests/conformance/subject_room.h"
#include "tests/conformance/subject_walk.h"

enum { SPARE_BYTES = 4096 };

/* A message being built in one piece, in the room of @out. */
static void start(struct capnp_builder *builder, struct subject_bytes *out, size_t room)
{
	uint32_t header = capnp_frame_header_bytes(1);

	subject_reserve(out, header + room);
	capnp_builder_init(builder, out->bytes + header, (uint32_t)out->room - header);
}

static const char *finish(const struct capnp_builder *builder, struct subject_bytes *out)
{
	struct capnp_segment built = { .words = builder->words,
				       .word_count = builder->used_words };
	uint32_t header = capnp_frame_header_bytes(1);

	if (capnp_builder_failed(builder))
		return "the message does not fit";
	if (capnp_frame_write_header(&built, 1, out->bytes, out->room) != header)
		return "the table is not written";
	out->size = header + capnp_builder_size_bytes(builder);
	return nullptr;
}

const char *subject_rebuild(size_t root, const struct subject_bytes *in,
			    uint32_t room_words, bool backwards,
			    struct subject_bytes *out)
{
	static struct subject_message message;
	struct capnp_builder builder;
	struct capnp_struct s;
	const char *refused = subject_root(&message, in, &s);

	(void)room_words;
	if (refused)
		return refused;
	start(&builder, out, in->size * 2 + SPARE_BYTES);
	refused = subject_walk(s, capnp_dynamic_new(&builder, subject_roots[root]),
			       backwards);
	if (!refused)
		refused = finish(&builder, out);
	return refused ? refused : subject_finish(&message);
}

const char *subject_parse(size_t root, const struct subject_bytes *in,
			  struct subject_bytes *out)
{
	static struct subject_bytes why;
	struct capnp_sink sink = { subject_append, &why };
	struct capnp_builder builder;
	struct capnp_parser parser;

	capnp_parser_init(&parser, (struct capnp_text){ (const char *)in->bytes,
							(uint32_t)in->size });
	start(&builder, out, in->size * 8 + SPARE_BYTES);
	if (!capnp_parse_message(&parser, subject_roots[root], &builder)) {
		why.size = 0;
		capnp_parse_write_error(&sink, &parser.error, "field");
		subject_append(&why, "", 1);
		return (const char *)why.bytes;
	}
	return finish(&builder, out);
}

const char *subject_pack(const struct subject_bytes *in, struct subject_bytes *out)
{
	static struct subject_message message;
	const char *refused = subject_start(&message, in);
	uint32_t count = message.frame.segment_count;
	enum capnp_pack_result result;

	if (refused)
		return refused;
	subject_reserve(out, capnp_packed_message_size_max(message.segments, count));
	result = capnp_pack_message(message.segments, count, out->bytes, out->room,
				    &out->size);
	return result == CAPNP_PACK_DONE ? nullptr : capnp_pack_text(result);
}

const char *subject_unpack(const struct subject_bytes *in, struct subject_bytes *out)
{
	size_t word_count;
	enum capnp_pack_result result =
		capnp_unpacked_words(in->bytes, in->size, &word_count);

	if (result != CAPNP_PACK_DONE)
		return capnp_pack_text(result);
	subject_reserve(out, word_count * 8);
	result = capnp_unpack(in->bytes, in->size, (uint64_t *)(void *)out->bytes,
			      word_count, &word_count);
	out->size = word_count * 8;
	return result == CAPNP_PACK_DONE ? nullptr : capnp_pack_text(result);
}

/* SPDX-License-Identifier: MIT */
/* subject_build.c - the operations of subject.h that write messages. */
#include <stdlib.h>

#include "core/capnp/canonical.h"
#include "core/capnp/copy.h"
#include "core/capnp/equal.h"
#include "core/capnp/measure.h"
#include "core/capnp/pack.h"
#include "core/capnp/parse.h"
#include "tests/conformance/subject_room.h"
#include "tests/conformance/subject_walk.h"

enum { SPARE_BYTES = 4096, ROOMS_MAX = 100 };

/* A message being built, in as many pieces of memory as asked for. */
struct site {
	struct capnp_builder builder;
	struct capnp_room rooms[ROOMS_MAX];
	struct capnp_segment segments[CAPNP_SEGMENTS_MAX];
	uint64_t *memory;
};

/*
 * Starts a message in room for @room bytes: in one piece, or in small ones of
 * @piece_words to four times that, and a large one for what fits nowhere else.
 */
static void start(struct site *site, size_t room, uint32_t piece_words)
{
	uint32_t pieces = piece_words == 0 ? 0 : ROOMS_MAX - 1;
	size_t words = room / 8 + (size_t)pieces * piece_words * 4;
	uint64_t *next;

	site->memory = next = aligned_alloc(8, words * 8);
	if (!next)
		abort();
	for (uint32_t i = 0; i <= pieces; i++) {
		uint32_t size =
			i < pieces ? piece_words * (1 + i % 4) : (uint32_t)(room / 8);

		site->rooms[i] =
			(struct capnp_room){ .words = next, .capacity_words = size };
		next += size;
	}
	if (pieces == 0)
		capnp_builder_init(&site->builder, site->memory, (uint32_t)room);
	else
		capnp_builder_init_rooms(&site->builder, site->rooms, pieces + 1);
}

/* The root as anybody makes it in one piece, or wherever in several there is room. */
static struct capnp_dynamic_builder start_root(struct site *site, size_t root)
{
	const struct capnp_struct_info *info = subject_roots[root];

	if (!site->builder.several)
		return capnp_dynamic_new(&site->builder, info);
	return (struct capnp_dynamic_builder){
		capnp_any_init_struct(capnp_build_root_any(&site->builder),
				      info->data_words, info->pointers),
		info,
	};
}

/* The message in its framing, unless @refused says that it is none. */
static const char *finish(struct site *site, const char *refused,
			  struct subject_bytes *out)
{
	uint32_t count = capnp_builder_segment_count(&site->builder);

	if (!refused && capnp_builder_failed(&site->builder))
		refused = "the message does not fit";
	if (!refused) {
		capnp_builder_segments(&site->builder, site->segments);
		subject_reserve(out, capnp_frame_size_bytes(site->segments, count));
		out->size =
			capnp_frame_write(site->segments, count, out->bytes, out->room);
		if (out->size == 0)
			refused = "the message is not written";
	}
	free(site->memory);
	return refused;
}

const char *subject_rebuild(size_t root, const struct subject_bytes *in,
			    uint32_t piece_words, enum subject_order order,
			    struct subject_bytes *out)
{
	static struct subject_message message;
	static struct site site;
	struct capnp_struct s;
	const char *refused = subject_root(&message, in, &s);

	if (refused)
		return refused;
	start(&site, in->size * 2 + SPARE_BYTES, piece_words);
	refused = subject_walk(s, start_root(&site, root), order);
	refused = finish(&site, refused, out);
	return refused ? refused : subject_finish(&message);
}

const char *subject_copy(const struct subject_bytes *in, uint32_t piece_words,
			 struct subject_bytes *out)
{
	static struct subject_message message;
	static struct site site;
	const char *refused = subject_start(&message, in);

	if (refused)
		return refused;
	start(&site, in->size * 2 + SPARE_BYTES, piece_words);
	if (!capnp_copy_root(&site.builder, capnp_read_root_any(&message.reader)))
		refused = "the copy is refused";
	refused = finish(&site, refused, out);
	return refused ? refused : subject_finish(&message);
}

const char *subject_measure(const struct subject_bytes *in, uint64_t *words,
			    uint32_t *caps)
{
	static struct subject_message message;
	const char *refused = subject_start(&message, in);
	struct capnp_size size = { 0 };

	if (refused)
		return refused;
	if (!capnp_measure(capnp_read_root_any(&message.reader), &size))
		return "the measure is refused";
	*words = size.words;
	*caps = size.caps;
	return subject_finish(&message);
}

const char *subject_compare(const struct subject_bytes *a, const struct subject_bytes *b)
{
	static struct subject_message left, right;
	const char *refused = subject_start(&left, a);

	if (!refused)
		refused = subject_start(&right, b);
	if (refused)
		return refused;
	switch (capnp_compare(capnp_read_root_any(&left.reader),
			      capnp_read_root_any(&right.reader))) {
	case CAPNP_EQUAL:
		return "equal";
	case CAPNP_DIFFERENT:
		return "different";
	case CAPNP_EQUAL_BUT_CAPS:
		return "equal but for capabilities";
	case CAPNP_EQUAL_MALFORMED:
	default:
		return "malformed";
	}
}

const char *subject_canonical(const struct subject_bytes *in, struct subject_bytes *out)
{
	static struct subject_message message;
	const char *refused = subject_start(&message, in);
	enum capnp_canonical_result result;
	uint32_t words;

	if (refused)
		return refused;
	subject_reserve(out, in->size * 2 + SPARE_BYTES);
	result = capnp_make_canonical(capnp_read_root_any(&message.reader),
				      (uint64_t *)(void *)out->bytes,
				      (uint32_t)(out->room / 8), &words);
	out->size = (size_t)words * 8;
	if (result != CAPNP_CANONICAL_DONE)
		return capnp_canonical_text(result);
	return subject_finish(&message);
}

const char *subject_is_canonical(const struct subject_bytes *in)
{
	static struct subject_message message;
	const char *refused = subject_start(&message, in);

	if (refused)
		return refused;
	return capnp_is_canonical(&message.reader) ? "canonical" : "not canonical";
}

const char *subject_parse(size_t root, const struct subject_bytes *in,
			  uint32_t piece_words, struct subject_bytes *out)
{
	static struct subject_bytes why;
	struct capnp_sink sink = { subject_append, &why };
	static struct site site;
	struct capnp_parser parser;

	capnp_parser_init(&parser, (struct capnp_text){ (const char *)in->bytes,
							(uint32_t)in->size });
	start(&site, in->size * 8 + SPARE_BYTES, piece_words);
	if (piece_words == 0
		    ? capnp_parse_message(&parser, subject_roots[root], &site.builder)
		    : capnp_parse_struct(&parser, start_root(&site, root)))
		return finish(&site, nullptr, out);
	why.size = 0;
	capnp_parse_write_error(&sink, &parser.error, "field");
	subject_append(&why, "", 1);
	return finish(&site, (const char *)why.bytes, out);
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

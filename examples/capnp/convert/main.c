/* SPDX-License-Identifier: MIT */
/*
 * convert - turns messages of a schema from one form into another, as `capnp convert` does,
 * knowing their types by the tables that the schema plugin made.
 *
 *     convert text packed Drawing < drawing.txt > drawing.bin
 *
 * Forms: text, binary (with the standard framing), packed, canonical (one segment without
 * framing, the same bytes for the same value). One message in, one out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/capnp/canonical.h"
#include "core/capnp/frame.h"
#include "core/capnp/pack.h"
#include "core/capnp/parse.h"
#include "core/capnp/reflect.h"
#include "core/capnp/render.h"

enum {
	SEGMENTS_MAX = 64,
	WORDS_MAX = 1 << 20, /* of a message, however it comes */
	BYTES_MAX = WORDS_MAX * 8,
};

/* A message between the forms. */
struct message {
	struct capnp_segment segments[SEGMENTS_MAX];
	uint32_t segment_count;
	uint64_t words[WORDS_MAX]; /* where the segments lie, framed or not */
};

static bool fail(const char *what, const char *why)
{
	fprintf(stderr, "convert: %s: %s\n", what, why);
	return false;
}

static void write_text(void *context, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, context);
}

static bool malformed(const char *what, const struct capnp_reader *reader)
{
	char why[CAPNP_ERROR_TEXT_BYTES];

	capnp_reader_error_text(reader, why, sizeof(why));
	return fail(what, why);
}

/* ---- Into a message ------------------------------------------------------------ */

/* Finds the segments in the @size bytes of m->words. */
static bool find_segments(struct message *m, size_t size)
{
	struct capnp_frame frame;
	enum capnp_frame_result result = capnp_frame_parse(
		m->words, size, WORDS_MAX, m->segments, SEGMENTS_MAX, &frame);

	if (result != CAPNP_FRAME_WHOLE)
		return fail("binary input", capnp_frame_text(result));
	m->segment_count = frame.segment_count;
	return true;
}

static bool from_binary(struct message *m, const char *input, size_t size,
			const struct capnp_struct_info *type)
{
	(void)type;
	memcpy(m->words, input, size);
	return find_segments(m, size);
}

static bool from_packed(struct message *m, const char *input, size_t size,
			const struct capnp_struct_info *type)
{
	size_t words;
	enum capnp_pack_result result =
		capnp_unpack((const uint8_t *)input, size, m->words, WORDS_MAX, &words);

	(void)type;
	if (result != CAPNP_PACK_DONE)
		return fail("packed input", capnp_pack_text(result));
	return find_segments(m, words * 8);
}

/* Finds one segment that is all of the input, as in canonical messages. */
static bool from_canonical(struct message *m, const char *input, size_t size,
			   const struct capnp_struct_info *type)
{
	struct capnp_reader reader;

	(void)type;
	memcpy(m->words, input, size);
	capnp_reader_init(&reader, m->words, (uint32_t)size);
	if (!capnp_is_canonical(&reader))
		return fail("canonical input", "it is not in canonical form");
	m->segments[0] = (struct capnp_segment){ .words = m->words,
						 .word_count = (uint32_t)size / 8 };
	m->segment_count = 1;
	return true;
}

static bool from_text(struct message *m, const char *input, size_t size,
		      const struct capnp_struct_info *type)
{
	const struct capnp_sink errors = { write_text, stderr };
	struct capnp_text text = { input, (uint32_t)size };
	struct capnp_builder builder;
	struct capnp_parser parser;

	capnp_builder_init(&builder, m->words, BYTES_MAX);
	capnp_parser_init(&parser, text);
	if (!capnp_parse_message(&parser, type, &builder)) {
		fprintf(stderr,
			"convert: text input: line %" PRIu32 ", column %" PRIu32 ": ",
			parser.error.line, parser.error.column);
		capnp_parse_write_error(&errors, &parser.error, "field");
		fputc('\n', stderr);
		return false;
	}
	m->segments[0].words = m->words;
	m->segments[0].word_count = builder.used_words;
	m->segment_count = 1;
	return true;
}

/* ---- Out of a message ---------------------------------------------------------- */

alignas(8) static uint8_t
	output[BYTES_MAX + BYTES_MAX / 8]; /* packing may add a little */

static bool put(const void *bytes, size_t size)
{
	return (size > 0 && fwrite(bytes, 1, size, stdout) == size) ||
	       fail("output", "it cannot be written");
}

static bool to_binary(struct message *m, const struct capnp_struct_info *type)
{
	(void)type;
	return put(output, capnp_frame_write(m->segments, m->segment_count, output,
					     sizeof(output)));
}

static bool to_packed(struct message *m, const struct capnp_struct_info *type)
{
	size_t size;
	enum capnp_pack_result result = capnp_pack_message(m->segments, m->segment_count,
							   output, sizeof(output), &size);

	(void)type;
	if (result != CAPNP_PACK_DONE)
		return fail("packed output", capnp_pack_text(result));
	return put(output, size);
}

static bool to_canonical(struct message *m, const struct capnp_struct_info *type)
{
	struct capnp_reader reader;
	uint32_t word_count;

	(void)type;
	capnp_reader_init_segments(&reader, m->segments, m->segment_count);

	enum capnp_canonical_result result =
		capnp_make_canonical(capnp_read_root_any(&reader), (uint64_t *)output,
				     sizeof(output) / 8, &word_count);

	if (result == CAPNP_CANONICAL_MALFORMED)
		return malformed("the message is malformed", &reader);
	if (result != CAPNP_CANONICAL_DONE)
		return fail("canonical output", capnp_canonical_text(result));
	return put(output, (size_t)word_count * 8);
}

static bool to_text(struct message *m, const struct capnp_struct_info *type)
{
	const struct capnp_sink sink = { write_text, stdout };
	const struct capnp_render_options options = { .format = CAPNP_RENDER_PRETTY };
	struct capnp_reader reader;
	struct capnp_struct root;

	capnp_reader_init_segments(&reader, m->segments, m->segment_count);
	if (capnp_read_root(&reader, &root))
		capnp_render_struct(&sink, &options, root, type);
	putchar('\n');
	return !capnp_reader_failed(&reader) ||
	       malformed("the message is malformed, the text not all of it", &reader);
}

/* ---- The command --------------------------------------------------------------- */

struct form {
	const char *name;
	bool (*from)(struct message *m, const char *input, size_t size,
		     const struct capnp_struct_info *type);
	bool (*to)(struct message *m, const struct capnp_struct_info *type);
};

static const struct form *find_form(const char *name)
{
	static const struct form forms[] = {
		{ "text", from_text, to_text },
		{ "binary", from_binary, to_binary },
		{ "packed", from_packed, to_packed },
		{ "canonical", from_canonical, to_canonical },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	(void)fail(name, "is no form: text, binary, packed or canonical");
	return nullptr;
}

static const struct capnp_struct_info *find_type(const char *name)
{
	for (size_t i = 0; i < capnp_struct_count; i++)
		if (strcmp(capnp_structs[i]->name, name) == 0)
			return capnp_structs[i];
	(void)fail(name, "is no struct of the schema");
	return nullptr;
}

int main(int argc, char **argv)
{
	static struct message message;
	static char input[BYTES_MAX];

	if (argc != 4) {
		fputs("usage: convert FROM TO STRUCT\n", stderr);
		return 2;
	}

	const struct form *from = find_form(argv[1]);
	const struct form *to = find_form(argv[2]);
	const struct capnp_struct_info *type = find_type(argv[3]);

	if (!from || !to || !type)
		return 2;

	size_t size = fread(input, 1, sizeof(input), stdin);

	return from->from(&message, input, size, type) && to->to(&message, type) ? 0 : 1;
}

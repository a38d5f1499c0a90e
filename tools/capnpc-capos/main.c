/* SPDX-License-Identifier: MIT */
/*
 * capnpc-capos - makes C of Cap'n Proto schemas; a plugin of `capnp compile -o`.
 *
 * Reads a CodeGeneratorRequest on standard input and writes into the current folder, for
 * each requested name.capnp: name.capnp.h (types, readers, builders, ids), .client.h and
 * .client.c (stubs for libcapos), .server.h (method tables), .reflect.c
 * (tables for the shell), and once reflect_registry.c. What it does not know it refuses
 * by name, and then it has written nothing: files are made when all texts are complete.
 *
 * Memory is never freed: the program ends when its work is done.
 */
#include <stdio.h>

#include "tools/capnpc-capos/generate.h"

typedef void generator(struct output *out, const struct model *model,
		       const struct declaration *file);

static const struct {
	generator *generate;
	const char *extension;
} kinds[] = {
	{ generate_header, "capnp.h" },         { generate_client_header, "client.h" },
	{ generate_client_source, "client.c" }, { generate_server_header, "server.h" },
	{ generate_reflection, "reflect.c" },
};

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

static uint64_t *read_input(size_t *out_words)
{
	size_t capacity = 1 << 20;
	size_t size = 0;
	char *bytes = allocate(capacity);

	for (;;) {
		size += fread(bytes + size, 1, capacity - size, stdin);
		if (size < capacity)
			break;
		capacity *= 2;
		bytes = resize(bytes, capacity);
	}
	*out_words = size / 8;
	return (uint64_t *)(void *)bytes;
}

static void die_of_input(const struct capnp_reader *reader)
{
	char why[CAPNP_ERROR_TEXT_BYTES];

	capnp_reader_error_text(reader, why, sizeof(why));
	die("capnpc-capos: the request is malformed: %s", why);
}

/*
 * Finds the segments of a framed message: their number less one, the words of each, all
 * in four bytes, and after an even number of those the segments themselves.
 */
static uint32_t find_segments(const uint64_t *words, size_t word_count,
			      struct capnp_segment segments[CAPNP_SEGMENTS_MAX])
{
	const uint32_t *header = (const uint32_t *)words;
	uint32_t count = word_count != 0 ? header[0] + 1 : 0;
	size_t at = count / 2 + 1;

	if (count == 0 || count > CAPNP_SEGMENTS_MAX || at > word_count)
		return 0;
	for (uint32_t i = 0; i < count; i++) {
		if (header[1 + i] > word_count - at)
			return 0;
		segments[i].words = words + at;
		segments[i].word_count = header[1 + i];
		at += header[1 + i];
	}
	return header[1] != 0 ? count : 0; /* an empty one has no root */
}

static void load_request(struct capnp_reader *reader, struct model *model)
{
	static struct capnp_segment segments[CAPNP_SEGMENTS_MAX];
	struct code_generator_request request;
	size_t word_count;
	const uint64_t *input = read_input(&word_count);
	uint32_t segment_count = find_segments(input, word_count, segments);

	if (segment_count == 0)
		die("capnpc-capos: standard input is not a request of capnp compile");
	capnp_reader_init_segments(reader, segments, segment_count);
	/* Read often, and by us alone. */
	reader->traversal_words_left = CAPNP_TRAVERSAL_UNLIMITED;
	if (!code_generator_request_read(reader, &request))
		die_of_input(reader);
	model_load(model, request);
	model_check(model);
}

static void generate_all(const struct model *model, struct output *texts)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *file = &model->declarations[i];

		if (!file->requested || file->kind != NODE_FILE)
			continue;
		for (size_t k = 0; k < KIND_COUNT; k++)
			kinds[k].generate(&texts[i * KIND_COUNT + k], model, file);
	}
}

static void write_all(const struct model *model, const struct output *texts)
{
	for (size_t i = 0; i < model->count * KIND_COUNT; i++) {
		const struct declaration *file = &model->declarations[i / KIND_COUNT];

		if (texts[i].size != 0)
			output_write(&texts[i],
				     format_text("%s.%s", file->file_stem,
						 kinds[i % KIND_COUNT].extension));
	}
}

int main(void)
{
	struct capnp_reader reader;
	struct model model;
	struct output registry = { 0 };
	struct output *texts;

	load_request(&reader, &model);
	texts = allocate(model.count * KIND_COUNT * sizeof(texts[0]));
	generate_all(&model, texts);
	generate_registry(&registry, &model);
	if (capnp_reader_failed(&reader))
		die_of_input(&reader);
	write_all(&model, texts);
	output_write(&registry, "reflect_registry.c");
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* run.c - see run.h. */
#include "tools/capnpc-capos/run.h"

#include <string.h>

#include "core/capnp/frame.h"
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

enum {
	KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]),
	/* Everything is read some dozen times; a hostile request could say thousands. */
	TRAVERSAL_RATIO = 256,
	TRAVERSAL_WORDS_MIN = 1 << 22, /* brands of brands are read again and again */
	WORDS_MAX = (1 << 30) / TRAVERSAL_RATIO, /* 32 MiB */
};

[[noreturn]] static void die_of_request(const struct capnp_reader *reader)
{
	char why[CAPNP_ERROR_TEXT_BYTES];

	capnp_reader_error_text(reader, why, sizeof(why));
	die("capnpc-capos: the request is malformed: %s", why);
}

static void load_request(struct capnp_reader *reader, struct model *model,
			 const void *bytes, size_t size)
{
	struct capnp_segment *segments =
		allocate_array(CAPNP_SEGMENTS_MAX, sizeof(segments[0]));
	struct code_generator_request request;
	struct capnp_frame frame;
	uint64_t *input = allocate(size);
	uint32_t words = (uint32_t)(size / 8);

	memcpy(input, bytes, size);
	if (size / 8 > WORDS_MAX ||
	    capnp_frame_parse(input, size, words, segments, CAPNP_SEGMENTS_MAX, &frame) !=
		    CAPNP_FRAME_WHOLE ||
	    segments[0].word_count == 0)
		die("capnpc-capos: standard input is not a request of capnp compile");
	capnp_reader_init_segments(reader, segments, frame.segment_count);
	reader->traversal_words_left = words * TRAVERSAL_RATIO + TRAVERSAL_WORDS_MIN;
	if (!code_generator_request_read(reader, &request))
		die_of_request(reader);
	model_load(model, request, words);
	model_check(model);
	model_assign_names(model);
}

static void add_file(struct run *run, const char *path, struct output text)
{
	run->files[run->count++] = (struct made_file){ path, text };
}

static void make_files(struct run *run, const struct model *model)
{
	struct output registry = { 0 };

	run->files = allocate_array(model->count * KIND_COUNT + 1, sizeof(run->files[0]));
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *file = &model->declarations[i];

		for (size_t k = 0;
		     file->requested && file->kind == NODE_FILE && k < KIND_COUNT; k++) {
			struct output text = { 0 };

			kinds[k].generate(&text, model, file);
			add_file(
				run,
				format_text("%s.%s", file->file_stem, kinds[k].extension),
				text);
		}
	}
	generate_registry(&registry, model);
	add_file(run, "reflect_registry.c", registry);
}

static void make_all(struct run *run, const void *bytes, size_t size)
{
	struct capnp_reader reader;
	struct model model;

	load_request(&reader, &model, bytes, size);
	make_files(run, &model);
	if (capnp_reader_failed(&reader))
		die_of_request(&reader);
}

bool run_request(struct run *run, const void *bytes, size_t size)
{
	bool good = false;

	*run = (struct run){ 0 };
	if (setjmp(run->failure.where) == 0) {
		die_into(&run->failure);
		make_all(run, bytes, size);
		good = true;
	}
	die_into(nullptr);
	if (!good)
		run->files = nullptr;
	return good;
}

void run_free(struct run *run)
{
	memory_free_all();
	run->files = nullptr;
	run->count = 0;
}

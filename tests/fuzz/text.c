/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp @features
/*
 * text.c - any text as a message of some type: it is refused with a place and a reason, or
 * it gives a message that prints as text which gives an equal message again.
 */
#include "core/capnp/copy.h"
#include "core/capnp/equal.h"
#include "core/capnp/parse.h"
#include "core/capnp/render.h"
#include "tests/fuzz/fuzz.h"

enum { MESSAGE_BYTES = 1 << 18, TEXT_BYTES = 1 << 18 };

static uint64_t first_words[MESSAGE_BYTES / 8];
static uint64_t second_words[MESSAGE_BYTES / 8];

struct text_out {
	char bytes[TEXT_BYTES];
	size_t size;
	bool full;
};

static struct text_out printed;

static void append(void *context, const char *bytes, size_t size)
{
	struct text_out *out = context;

	if (size > TEXT_BYTES - out->size) {
		out->full = true;
		return;
	}
	memcpy(out->bytes + out->size, bytes, size);
	out->size += size;
}

static bool parse(struct capnp_text text, const struct capnp_struct_info *info,
		  uint64_t *words, uint32_t room_bytes, struct capnp_reader *reader)
{
	struct capnp_parser parser;
	struct capnp_builder builder;
	capnp_parser_init(&parser, text);
	capnp_builder_init(&builder, words, room_bytes);
	if (!capnp_parse_message(&parser, info, &builder)) {
		const struct capnp_sink sink = { append, &printed };

		printed.size = 0;
		capnp_parse_write_error(&sink, &parser.error, "field");
		FUZZ_CHECK(printed.size > 0 || builder.overflow ||
			   parser.error.problem == CAPNP_PARSE_CAPABILITY);
		FUZZ_CHECK(parser.error.line >= 1 && parser.error.column >= 1);
		return false;
	}
	FUZZ_CHECK(!capnp_builder_failed(&builder));
	capnp_reader_init(reader, words, capnp_builder_size_bytes(&builder));
	return true;
}

static void print(struct capnp_reader *reader, const struct capnp_struct_info *info,
		  enum capnp_render_format format)
{
	const struct capnp_render_options options = { .format = format };
	const struct capnp_sink sink = { append, &printed };
	struct capnp_struct root;

	printed.size = 0;
	printed.full = false;
	FUZZ_CHECK(capnp_read_root(reader, &root));
	capnp_render_struct(&sink, &options, root, info);
	/* Text is no deeper than what readers accept; much of it may have no size. */
	FUZZ_CHECK(!capnp_reader_failed(reader) ||
		   reader->error == CAPNP_ERROR_TRAVERSAL ||
		   reader->error == CAPNP_ERROR_COUNT);
}

static void print_and_parse(const struct capnp_reader *first,
			    const struct capnp_struct_info *info,
			    enum capnp_render_format format)
{
	struct capnp_reader one = *first;
	struct capnp_reader two;

	print(&one, info, format);
	if (printed.full || capnp_reader_failed(&one))
		return;
	one = *first;
	if (!parse((struct capnp_text){ printed.bytes, (uint32_t)printed.size }, info,
		   second_words, sizeof(second_words), &two))
		return; /* a capability, an unknown number: it prints, but is no text of a value */
	FUZZ_CHECK(capnp_compare(capnp_read_root_any(&one), capnp_read_root_any(&two)) !=
		   CAPNP_DIFFERENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct capnp_struct_info *info;
	struct capnp_reader reader;
	char *text;

	if (size == 0)
		return 0;
	info = capnp_structs[bytes[0] % capnp_struct_count];
	text = fuzz_copy(bytes + 1, size - 1);
	if (parse((struct capnp_text){ text, (uint32_t)(size - 1) }, info, first_words,
		  sizeof(first_words), &reader)) {
		print_and_parse(&reader, info, CAPNP_RENDER_SHORT);
		print_and_parse(&reader, info, CAPNP_RENDER_PRETTY);
	}
	free(text);
	return 0;
}

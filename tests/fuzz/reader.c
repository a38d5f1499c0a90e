/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp @features
/*
 * reader.c - any bytes through every getter: as the types of a schema with every feature,
 * and untyped. Whatever is read lies in the message, takes no longer than the limits
 * allow, and a malformed message says where it is.
 */
#include "core/capnp/dynamic.h"
#include "core/capnp/render.h"
#include "tests/fuzz/message.h"

/* Longer output than this per word of input would be an amplification. */
enum { OUTPUT_PER_WORD_MAX = 1 << 14 };

static void count(void *context, const char *bytes, size_t size)
{
	size_t *total = context;

	(void)bytes;
	*total += size;
}

static void read_as(struct message *message, const struct capnp_struct_info *info)
{
	static const struct capnp_render_options pretty = {
		.format = CAPNP_RENDER_PRETTY,
		.terminal_safe = true,
	};
	size_t total = 0;
	const struct capnp_sink sink = { count, &total };
	struct capnp_reader reader;
	struct capnp_struct root;

	message_read(message, &reader);
	if (!capnp_read_root(&reader, &root)) {
		FUZZ_CHECK(!root.message); /* it reads as all defaults */
		FUZZ_CHECK(capnp_reader_failed(&reader));
	}
	capnp_render_struct(&sink, nullptr, root, info);
	capnp_render_struct(&sink, &pretty, root, info);
	FUZZ_CHECK(total <= (size_t)OUTPUT_PER_WORD_MAX * (1 + message_words(message)));
	if (capnp_reader_failed(&reader)) {
		char text[CAPNP_ERROR_TEXT_BYTES];

		capnp_reader_error_text(&reader, text, sizeof(text));
		FUZZ_CHECK(strnlen(text, sizeof(text)) < sizeof(text));
		capnp_reader_error_text(&reader, text,
					5); /* cut where there is no room */
		FUZZ_CHECK(strlen(text) == 4);
		FUZZ_CHECK(reader.error_segment < message->count);
	}
}

static uint64_t read_any(struct capnp_any any, uint32_t depth);

/* Elements as they are, and as what they are not. */
static uint64_t read_list(struct capnp_list list, uint32_t depth)
{
	uint64_t sum = list.count;

	for (uint32_t i = 0; i <= list.count && i < 5; i++) {
		struct capnp_struct element = capnp_list_get_struct(list, i);

		sum += capnp_list_get_bool(list, i) + capnp_list_get_u8(list, i) +
		       capnp_list_get_u16(list, i) + capnp_list_get_u32(list, i) +
		       capnp_list_get_u64(list, i) + capnp_list_get_cap(list, i);
		sum += capnp_list_get_text(list, i).size;
		sum += capnp_list_get_data(list, i).size;
		sum += capnp_get_u8(element, 0, 0) + capnp_get_u64(element, 8, 0);
		sum += capnp_list_get_list(list, i, CAPNP_ELEMENT_ANY).count;
		sum += read_any(capnp_list_get_any(list, i), depth - 1);
		sum += read_any(capnp_get_any(element, 0), depth - 1);
	}
	return sum;
}

static uint64_t read_bytes(const uint8_t *bytes, uint32_t size)
{
	return size != 0 ? bytes[0] + (uint64_t)bytes[size - 1] : 0;
}

static uint64_t read_struct(struct capnp_struct s, uint32_t depth)
{
	static const uint64_t words[] = { 0 };
	static const struct capnp_reader empty = CAPNP_CONSTANT_MESSAGE(words);
	uint64_t sum = 0;

	for (uint32_t i = 0; i <= s.pointer_count && i < 6; i++) {
		struct capnp_text text =
			capnp_get_text(s, i, (struct capnp_text){ "none", 4 });
		struct capnp_data data = capnp_get_data_or(s, i, &empty);

		FUZZ_CHECK(text.bytes[text.size] == '\0');
		sum += read_bytes((const uint8_t *)text.bytes, text.size);
		sum += read_bytes(data.bytes, data.size);
		sum += capnp_get_cap(s, i) + capnp_has(s, i);
		sum += capnp_get_struct(s, i).data_bytes;
		sum += capnp_get_struct_or(s, i, &empty).data_bytes;
		sum += capnp_get_list_or(s, i, CAPNP_ELEMENT_STRUCT, &empty).count;
		sum += read_any(capnp_get_any(s, i), depth - 1);
	}
	for (uint32_t offset = 0; offset <= s.data_bytes && offset < 64; offset += 8)
		sum += capnp_get_u64(s, offset, 1) + capnp_get_u32(s, offset, 2) +
		       capnp_get_u16(s, offset, 3) + capnp_get_u8(s, offset, 4) +
		       capnp_get_bool(s, offset * 8, true);
	return sum;
}

static uint64_t read_any(struct capnp_any any, uint32_t depth)
{
	uint64_t sum = 0;

	if (depth < 2)
		return 0;
	for (uint32_t size = CAPNP_ELEMENT_VOID; size <= CAPNP_ELEMENT_ANY; size++)
		sum += read_list(capnp_any_list(any, (enum capnp_element_size)size),
				 depth - 1);
	switch (capnp_any_kind(any)) {
	case CAPNP_ANY_NULL:
		break;
	case CAPNP_ANY_STRUCT:
		sum += read_struct(capnp_any_struct(any), depth);
		break;
	case CAPNP_ANY_LIST:
		sum += capnp_any_text(any).size + capnp_any_data(any).size;
		break;
	case CAPNP_ANY_CAP:
		sum += capnp_any_cap(any);
		break;
	}
	return sum;
}

/* A reader that was started wrongly is an empty message with an error. */
static void start_wrongly(struct message *message)
{
	struct capnp_segment segments[2] = { message->segments[0], message->segments[0] };
	const struct capnp_any none = { 0 };
	struct capnp_reader reader;
	char text[CAPNP_ERROR_TEXT_BYTES];

	capnp_reader_init(&reader, message->copies[0], 7);
	FUZZ_CHECK(reader.error == CAPNP_ERROR_SIZE && reader.word_count == 0);
	capnp_reader_error_text(&reader, text, sizeof(text));
	FUZZ_CHECK(strcmp(text, capnp_error_text(CAPNP_ERROR_SIZE)) == 0);
	capnp_reader_init_segments(&reader, segments, 0);
	FUZZ_CHECK(reader.error == CAPNP_ERROR_SIZE);
	capnp_reader_init_segments(&reader, segments, CAPNP_SEGMENTS_MAX + 1);
	FUZZ_CHECK(reader.error == CAPNP_ERROR_SIZE);
	segments[1].words =
		(const uint64_t *)(const void *)((const uint8_t *)segments[1].words + 1);
	capnp_reader_init_segments(&reader, segments, 2);
	FUZZ_CHECK(reader.error == CAPNP_ERROR_SIZE);
	segments[1] = message->segments[0];
	segments[1].word_count = CAPNP_SEGMENT_WORDS_MAX + 1;
	capnp_reader_init_segments(&reader, segments, 2);
	FUZZ_CHECK(reader.error == CAPNP_ERROR_SIZE);
	FUZZ_CHECK(!capnp_any_struct(none).message &&
		   capnp_any_list(none, CAPNP_ELEMENT_ANY).count == 0 &&
		   capnp_any_text(none).size == 0 && capnp_any_data(none).size == 0 &&
		   capnp_any_cap(none) == CAPNP_NO_CAP &&
		   capnp_any_kind(none) == CAPNP_ANY_NULL);
	for (size_t i = 0; i <= CAPNP_ERROR_COUNT + 1; i++)
		FUZZ_CHECK(capnp_error_text((enum capnp_error)i)[0] != '\0');
}

/* The limit that a caller chose holds, and texts compare as they are. */
static uint64_t read_shallowly(struct message *message)
{
	struct capnp_reader reader;
	struct capnp_any root;
	uint64_t sum;

	message_read(message, &reader);
	reader.depth_max = 2;
	root = capnp_read_root_any(&reader);
	sum = read_any(root, 7);
	return sum + capnp_text_equals(capnp_any_text(root), "abc") +
	       capnp_text_equals(capnp_any_text(root), "");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct message message;
	struct capnp_reader reader;
	uint64_t sum;

	message_take(&message, bytes, size);
	for (size_t i = 0; i < capnp_struct_count; i++)
		read_as(&message, capnp_structs[i]);
	message_read(&message, &reader);
	sum = read_any(capnp_read_root_any(&reader), 7) + read_shallowly(&message);
	start_wrongly(&message);
	__asm__ volatile("" : : "r"(sum)); /* the reads are wanted, not the sum */
	message_drop(&message);
	return 0;
}

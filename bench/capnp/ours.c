/* SPDX-License-Identifier: MIT */
/*
 * ours.c - the work of the capnp_ rows of `make bench`, by capOS's own library.
 *
 *     ours make FOLDER           writes the messages that both programs work on
 *     ours ROW COUNT FOLDER      does one row's work @COUNT times
 *
 * Each row prints a sum of what it read or wrote, which theirs.cc has to print as well:
 * the two are not compared in what they cost before they agree in what they did. Nothing
 * but the work itself depends on the count, so the cost of one piece of work is the
 * difference between two counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/capnp/values.h"
#include "core/capnp/copy.h"
#include "core/capnp/frame.h"
#include "core/capnp/pack.h"
#include "gen/work.capnp.h"

enum { ROOM_WORDS = 1 << 18 };

/* One message as it lies in a file, and the room for what is made of it. */
static uint64_t message[ROOM_WORDS];
static uint64_t room[ROOM_WORDS];
static size_t message_bytes;

static struct capnp_segment segment_of(const struct capnp_builder *builder)
{
	return (struct capnp_segment){
		.words = builder->words,
		.word_count = builder->used_words,
	};
}

static void write_file(const char *folder, const char *name, const void *bytes,
		       size_t size_bytes)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, size_bytes, file) != size_bytes ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

static void read_file(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	message_bytes = file ? fread(message, 1, sizeof(message), file) : 0;
	if (message_bytes == 0 || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

/* The only segment of the message that was read from a file. */
static struct capnp_segment message_segment(void)
{
	struct capnp_segment segment;
	struct capnp_frame frame;

	if (capnp_frame_parse(message, message_bytes, ROOM_WORDS, &segment, 1, &frame) !=
	    CAPNP_FRAME_WHOLE)
		exit(1);
	return segment;
}

/* Adds up what was written, so that two programs can be held against each other. */
static uint64_t sum_of(const void *bytes, size_t size_bytes)
{
	const uint8_t *byte = bytes;
	uint64_t sum = size_bytes;

	for (size_t i = 0; i < size_bytes; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3;
	return sum;
}

static void fill_record(struct record_builder b, uint32_t i)
{
	struct capnp_list_builder tags;

	record_set_id(b, 70000 + i);
	record_set_created_ns(b, (int64_t)record_created_ns(i));
	record_set_kind(b, (enum kind)(i % 3));
	record_set_flags(b, i % 7);
	record_set_ratio(b, i * 0.25);
	record_set_score(b, (float)i * 0.1F);
	record_set_active(b, i % 2 == 0);
	record_set_hidden(b, i % 5 == 0);
	record_set_level(b, (uint8_t)(i % 9));
	record_set_port(b, (uint16_t)(i * 17));
	record_set_balance(b, (int32_t)i - 100);
	record_set_quota(b, i % 4 == 0 ? 5000000 : 1000000);
	record_set_name(b, RECORD_NAME, record_name_size(i));
	record_set_note(b, RECORD_NOTE, record_note_size(i));
	tags = record_init_tags(b, RECORD_TAGS);
	for (uint32_t tag = 0; tag < RECORD_TAGS; tag++)
		capnp_list_set_u32(tags, tag, tag * 100 + i);
	record_set_digest(b, RECORD_DIGEST, RECORD_DIGEST_BYTES);
}

static uint64_t walk_record(struct record r)
{
	struct capnp_list tags = record_get_tags(r);
	struct capnp_text name = record_get_name(r);
	struct capnp_text note = record_get_note(r);
	struct capnp_data digest = record_get_digest(r);
	uint64_t sum = record_get_id(r);

	sum += (uint64_t)record_get_created_ns(r);
	sum += (uint64_t)record_get_kind(r);
	sum += record_get_flags(r);
	sum += (uint64_t)(record_get_ratio(r) * 4);
	sum += (uint64_t)record_get_score(r);
	sum += record_get_active(r);
	sum += record_get_hidden(r);
	sum += record_get_level(r);
	sum += record_get_port(r);
	sum += (uint64_t)(int64_t)record_get_balance(r);
	sum += record_get_quota(r);
	sum += name.size + (uint8_t)name.bytes[0];
	sum += note.size + (uint8_t)note.bytes[0];
	for (uint32_t i = 0; i < tags.count; i++)
		sum += capnp_list_get_u32(tags, i);
	return sum + digest.size + digest.bytes[0];
}

static void fill_node(struct node_builder b, uint32_t depth, uint32_t children,
		      uint64_t *number)
{
	struct list_of_node_builder list;
	char name[32];

	*number += 1;
	node_set_number(b, *number);
	snprintf(name, sizeof(name), "node %lu", (unsigned long)*number);
	node_set_name(b, name, (uint32_t)strlen(name));
	if (depth == 0)
		return;
	list = node_init_children(b, children);
	for (uint32_t i = 0; i < children; i++)
		fill_node(node_builder_at(list, i), depth - 1, TREE_CHILDREN, number);
}

static void make_mixed(struct mixed_builder b)
{
	struct list_of_record_builder records = mixed_init_records(b, MIXED_RECORDS);
	uint64_t number = 0;
	uint8_t *picture;

	for (uint32_t i = 0; i < MIXED_RECORDS; i++)
		fill_record(record_builder_at(records, i), i);
	fill_node(mixed_init_tree(b), MIXED_TREE_DEPTH, TREE_ROOT_CHILDREN, &number);
	picture = mixed_init_picture(b, MIXED_PICTURE_BYTES);
	for (uint32_t i = 0; picture && i < MIXED_PICTURE_BYTES; i++)
		picture[i] = noise(i);
}

static void write_message(const char *folder, const char *name,
			  const struct capnp_builder *builder)
{
	struct capnp_segment segment = segment_of(builder);
	size_t size = capnp_frame_write(&segment, 1, message, sizeof(message));

	if (capnp_builder_failed(builder) || size == 0)
		exit(1);
	write_file(folder, name, message, size);
}

static void make_messages(const char *folder)
{
	struct capnp_builder builder;
	struct capnp_segment segment;
	uint64_t number = 0;
	size_t size;

	capnp_builder_init(&builder, room, sizeof(room));
	fill_record(record_new(&builder), 30);
	write_message(folder, "record.bin", &builder);

	capnp_builder_init(&builder, room, sizeof(room));
	fill_node(node_new(&builder), TREE_DEPTH, TREE_ROOT_CHILDREN, &number);
	write_message(folder, "tree.bin", &builder);

	capnp_builder_init(&builder, room, sizeof(room));
	make_mixed(mixed_new(&builder));
	write_message(folder, "mixed.bin", &builder);
	segment = segment_of(&builder);
	if (capnp_pack_message(&segment, 1, (uint8_t *)message, sizeof(message), &size) !=
	    CAPNP_PACK_DONE)
		exit(1);
	write_file(folder, "mixed.packed", message, size);
}

static uint64_t read_record(uint32_t count)
{
	struct capnp_segment segment = message_segment();
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct capnp_reader reader;
		struct record r;

		capnp_reader_init(&reader, segment.words, segment.word_count * 8);
		if (record_read(&reader, &r))
			sum += walk_record(r);
		if (capnp_reader_failed(&reader))
			exit(1);
	}
	return sum;
}

static uint64_t build_record(uint32_t count)
{
	struct capnp_builder builder = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		capnp_builder_init(&builder, room, 1024);
		fill_record(record_new(&builder), i % MIXED_RECORDS);
		if (capnp_builder_failed(&builder))
			exit(1);
	}
	return sum_of(room, capnp_builder_size_bytes(&builder));
}

static uint64_t copy_tree(uint32_t count)
{
	struct capnp_segment segment = message_segment();
	struct capnp_builder builder = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		struct capnp_reader reader;

		capnp_reader_init(&reader, segment.words, segment.word_count * 8);
		capnp_builder_init(&builder, room, sizeof(room));
		if (!capnp_copy_root(&builder, capnp_read_root_any(&reader)))
			exit(1);
	}
	return sum_of(room, capnp_builder_size_bytes(&builder));
}

static uint64_t pack(uint32_t count)
{
	size_t size = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (capnp_pack(message, message_bytes / 8, (uint8_t *)room, sizeof(room),
			       &size) != CAPNP_PACK_DONE)
			exit(1);
	}
	return sum_of(room, size);
}

static uint64_t unpack(uint32_t count)
{
	size_t words = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (capnp_unpack((const uint8_t *)message, message_bytes, room,
				 ROOM_WORDS, &words) != CAPNP_PACK_DONE)
			exit(1);
	}
	return sum_of(room, words * 8);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		const char *file;
		uint64_t (*run)(uint32_t count);
	} rows[] = {
		{ "read", "record.bin", read_record },
		{ "build", "record.bin", build_record },
		{ "copy", "tree.bin", copy_tree },
		{ "pack", "mixed.bin", pack },
		{ "unpack", "mixed.packed", unpack },
	};

	if (argc == 3 && strcmp(argv[1], "make") == 0) {
		make_messages(argv[2]);
		return 0;
	}
	for (size_t i = 0; argc == 4 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(argv[1], rows[i].name) == 0) {
			read_file(argv[3], rows[i].file);
			printf("%lu\n", (unsigned long)rows[i].run(
						(uint32_t)strtoul(argv[2], nullptr, 10)));
			return 0;
		}
	}
	fprintf(stderr, "usage: ours make FOLDER | ours ROW COUNT FOLDER\n");
	return 2;
}

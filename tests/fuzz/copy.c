/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp
/*
 * copy.c - a copy of any message equals it and has the measured size, in one piece of
 * memory or in many small ones, and where it cannot be made nothing is there.
 */
#include "core/capnp/copy.h"
#include "core/capnp/equal.h"
#include "core/capnp/measure.h"
#include "tests/fuzz/message.h"

enum { ROOMS = 8 };

static bool equal(struct message *source, struct capnp_any copy)
{
	struct capnp_reader reader;
	enum capnp_equality found;

	message_read(source, &reader);
	found = capnp_compare(capnp_read_root_any(&reader), copy);
	/* Comparing may spend more than copying did; copies are within the limits. */
	return found == CAPNP_EQUAL || found == CAPNP_EQUAL_BUT_CAPS ||
	       capnp_reader_failed(&reader);
}

/* Copies into memory of exactly @words words; the copy's root is null if that fails. */
static bool copy_into(struct message *source, uint32_t words)
{
	uint64_t *room = fuzz_room((size_t)words * 8);
	struct capnp_builder builder;
	struct capnp_reader reader;
	bool good;

	message_read(source, &reader);
	capnp_builder_init(&builder, room, words * 8);
	good = capnp_copy_root(&builder, capnp_read_root_any(&reader));
	if (good) {
		struct capnp_reader copy;

		FUZZ_CHECK(!capnp_builder_failed(&builder));
		FUZZ_CHECK(!capnp_reader_failed(&reader));
		capnp_reader_init(&copy, room, capnp_builder_size_bytes(&builder));
		copy.traversal_words_left = UINT32_MAX; /* it is denser than its source */
		FUZZ_CHECK(equal(source, capnp_read_root_any(&copy)));
		FUZZ_CHECK(!capnp_reader_failed(&copy));
	} else {
		FUZZ_CHECK(capnp_builder_failed(&builder) ||
			   capnp_reader_failed(&reader));
		FUZZ_CHECK(words == 0 || builder.used_words == 0 || room[0] == 0);
	}
	free(room);
	return good;
}

/* Copies into pieces of @words words each, so that far pointers are needed. */
static void copy_into_rooms(struct message *source, uint32_t words)
{
	struct capnp_room rooms[ROOMS] = { 0 };
	struct capnp_segment segments[ROOMS];
	struct capnp_builder builder;
	struct capnp_reader reader;

	for (uint32_t i = 0; i < ROOMS; i++) {
		rooms[i].words = fuzz_room((size_t)(words + i) * 8);
		rooms[i].capacity_words = words + i;
	}
	message_read(source, &reader);
	capnp_builder_init_rooms(&builder, rooms, ROOMS);
	if (capnp_copy_root(&builder, capnp_read_root_any(&reader))) {
		struct capnp_reader copy;

		capnp_builder_segments(&builder, segments);
		capnp_reader_init_segments(&copy, segments,
					   capnp_builder_segment_count(&builder));
		copy.traversal_words_left = UINT32_MAX;
		FUZZ_CHECK(equal(source, capnp_read_root_any(&copy)));
		FUZZ_CHECK(!capnp_reader_failed(&copy));
	}
	for (uint32_t i = 0; i < ROOMS; i++)
		free(rooms[i].words);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct message message;
	struct capnp_reader reader;
	struct capnp_size measured;

	message_take(&message, bytes, size);
	message_read(&message, &reader);
	if (capnp_measure(capnp_read_root_any(&reader), &measured)) {
		uint32_t words = (uint32_t)measured.words + 1;

		FUZZ_CHECK(measured.words <=
			   UINT64_C(16) * (1 + message_words(&message)));
		FUZZ_CHECK(copy_into(&message, words));
		FUZZ_CHECK(words == 1 || !copy_into(&message, words - 1));
		copy_into_rooms(&message, words / 3 + 1);
		copy_into_rooms(&message, 4);
	} else {
		FUZZ_CHECK(capnp_reader_failed(&reader));
		FUZZ_CHECK(!copy_into(&message, 1024));
	}
	message_drop(&message);
	return 0;
}

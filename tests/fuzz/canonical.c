/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp
/*
 * canonical.c - the canonical form of any message is canonical, equals the message, and
 * is its own canonical form; bytes that are canonical are their own form, too.
 */
#include "core/capnp/canonical.h"
#include "core/capnp/equal.h"
#include "core/capnp/measure.h"
#include "tests/fuzz/message.h"

static bool is_canonical(const uint64_t *words, uint32_t word_count, bool limited)
{
	struct capnp_reader reader;

	capnp_reader_init(&reader, words, word_count * 8);
	if (!limited)
		reader.traversal_words_left =
			UINT32_MAX; /* it is denser than its source */
	return capnp_is_canonical(&reader);
}

static void check_form(struct message *message, const uint64_t *form, uint32_t word_count)
{
	uint64_t *again = fuzz_room((size_t)word_count * 8);
	struct capnp_reader ours;
	struct capnp_reader theirs;
	enum capnp_equality found;
	uint32_t again_count;

	FUZZ_CHECK(is_canonical(form, word_count, false));
	message_read(message, &theirs);
	capnp_reader_init(&ours, form, word_count * 8);
	ours.traversal_words_left = UINT32_MAX;
	found = capnp_compare(capnp_read_root_any(&ours), capnp_read_root_any(&theirs));
	FUZZ_CHECK(found == CAPNP_EQUAL || capnp_reader_failed(&theirs));
	capnp_reader_init(&ours, form, word_count * 8);
	ours.traversal_words_left = UINT32_MAX;
	FUZZ_CHECK(capnp_make_canonical(capnp_read_root_any(&ours), again, word_count,
					&again_count) == CAPNP_CANONICAL_DONE);
	FUZZ_CHECK(again_count == word_count);
	FUZZ_CHECK(memcmp(again, form, (size_t)word_count * 8) == 0);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct message message;
	struct capnp_reader reader;
	struct capnp_size measured;
	uint32_t room;
	uint64_t *form;
	uint32_t word_count;
	enum capnp_canonical_result result;

	message_take(&message, bytes, size);
	message_read(&message, &reader);
	if (!capnp_measure(capnp_read_root_any(&reader), &measured))
		measured.words = 64;
	room = (uint32_t)measured.words + 1;
	form = fuzz_room((size_t)room * 8);
	message_read(&message, &reader);
	result = capnp_make_canonical(capnp_read_root_any(&reader), form, room,
				      &word_count);
	FUZZ_CHECK(capnp_canonical_text(result)[0] != '\0');
	if (result == CAPNP_CANONICAL_DONE)
		check_form(&message, form, word_count);
	else
		FUZZ_CHECK(word_count == 0);
	if (is_canonical(message.copies[0], message.segments[0].word_count, true) &&
	    message.count == 1 && message.segments[0].word_count != 0)
		FUZZ_CHECK(result == CAPNP_CANONICAL_DONE &&
			   word_count == message.segments[0].word_count &&
			   memcmp(form, message.copies[0], (size_t)word_count * 8) == 0);
	free(form);
	message_drop(&message);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * canonical.c - see canonical.h for what it promises.
 *
 * Making is copying, with fewer words of some structs (copy.c). Checking goes through the
 * message in the order in which a copy would be written, and holds each object against
 * the place where that would be: the end of everything so far.
 */
#include "core/capnp/canonical.h"

#include "core/capnp/copy_private.h"

const char *capnp_canonical_text(enum capnp_canonical_result result)
{
	static const char *const texts[] = {
		[CAPNP_CANONICAL_DONE] = "done",
		[CAPNP_CANONICAL_ROOM] = "there is not enough room for the message",
		[CAPNP_CANONICAL_CAPABILITY] = "a capability has no canonical form",
		[CAPNP_CANONICAL_MALFORMED] = "the message is malformed",
	};

	if (result >= sizeof(texts) / sizeof(texts[0]))
		return "unknown result";
	return texts[result];
}

/* A message with a root pointer that is null. */
static void start(struct capnp_builder *builder, uint64_t *out, uint32_t room_words)
{
	capnp_builder_init(builder, out, 0);
	builder->capacity_words = room_words;
	(void)capnp_build_root_any(builder);
}

static enum capnp_canonical_result finish(const struct copying *copying, bool good,
					  uint32_t *word_count)
{
	const struct capnp_builder *builder = copying->to;

	*word_count = 0;
	if (copying->met_cap)
		return CAPNP_CANONICAL_CAPABILITY;
	if (capnp_builder_failed(builder))
		return CAPNP_CANONICAL_ROOM;
	if (!good)
		return CAPNP_CANONICAL_MALFORMED;
	*word_count = builder->used_words;
	return CAPNP_CANONICAL_DONE;
}

enum capnp_canonical_result capnp_make_canonical(struct capnp_any from, uint64_t *out,
						 uint32_t room_words,
						 uint32_t *word_count)
{
	struct capnp_builder builder;
	struct copying copying = { .to = &builder, .canonical = true };
	bool good;

	start(&builder, out, room_words);
	good = capnp_builder_failed(&builder) || is_null(from) ||
	       capnp_copy_pointer(&copying, from, out);
	return finish(&copying, good, word_count);
}

enum capnp_canonical_result capnp_make_canonical_struct(struct capnp_struct from,
							uint64_t *out,
							uint32_t room_words,
							uint32_t *word_count)
{
	struct capnp_builder builder;
	struct copying copying = { .to = &builder, .canonical = true };
	bool good;

	start(&builder, out, room_words);
	good = capnp_builder_failed(&builder) || !from.message ||
	       capnp_copy_struct(&copying, from, out);
	return finish(&copying, good, word_count);
}

/* What has been gone through of a message of one segment. */
struct walk {
	const uint64_t *words;
	uint32_t end; /* of everything so far, in words */
};

static bool is_pointer_canonical(struct walk *walk, struct capnp_any any);

static bool are_pointers_canonical(struct walk *walk, struct capnp_any first,
				   uint32_t count)
{
	for (uint32_t i = 0; i < count; i++, first.word++) {
		if (!is_pointer_canonical(walk, first))
			return false;
	}
	return true;
}

/* Whether an object at @at stands where the next one has to; then its @words count. */
static bool is_next(struct walk *walk, const void *at, uint64_t words)
{
	if (at != walk->words + walk->end)
		return false;
	walk->end += (uint32_t)words; /* the reader found them in the segment */
	return true;
}

static bool is_struct_canonical(struct walk *walk, struct capnp_struct s,
				struct capnp_any pointer)
{
	uint32_t words = s.data_bytes / 8u + s.pointer_count;

	if (words == 0) /* it leads to itself */
		return s.offset / 8 == pointer.word;
	return s.data_bytes == (used_data_bytes(s) + 7) / 8 * 8 &&
	       s.pointer_count == used_pointers(s) &&
	       is_next(walk, walk->words + s.offset / 8, words) &&
	       are_pointers_canonical(walk, any_of(s, 0), s.pointer_count);
}

/* Whether some element needs all of the data, and some all of the pointers. */
static bool are_elements_full(const struct capnp_list *list)
{
	bool data = list->element_data_bits == 0;
	bool pointers = list->element_pointers == 0;

	for (uint32_t i = 0; i < list->count && !(data && pointers); i++) {
		struct capnp_struct s = capnp_list_get_struct(*list, i);

		data = data || s.data_bytes == (used_data_bytes(s) + 7) / 8 * 8;
		pointers = pointers || s.pointer_count == used_pointers(s);
	}
	return data && pointers;
}

static bool is_struct_list_canonical(struct walk *walk, const struct capnp_list *list,
				     uint64_t words_said)
{
	uint64_t words = (uint64_t)list->count * (list->step_bits / 64);
	const uint8_t *pointers = list->bytes + list->element_data_bits / 8;

	/* An element is one level deeper than its list: the reader says if that is too deep. */
	if (list->count != 0 && !capnp_list_get_struct(*list, 0).message)
		return false;
	if (words != words_said || !are_elements_full(list) ||
	    !is_next(walk, list->bytes - 8, words + 1))
		return false;
	for (uint32_t i = 0; i < list->count && list->element_pointers != 0; i++) {
		if (!are_pointers_canonical(
			    walk, pointer_in(list, pointers, list->depth_left - 1u),
			    list->element_pointers))
			return false;
		pointers += list->step_bits / 8;
	}
	return true;
}

/* Whether the last word of a list of @bits has nothing above them. */
static bool is_padding_zero(const struct capnp_list *list, uint64_t bits)
{
	uint64_t last;

	if (bits % 64 == 0)
		return true;
	__builtin_memcpy(&last, list->bytes + bits / 64 * 8, sizeof(last));
	return last >> bits % 64 == 0;
}

static bool is_list_canonical(struct walk *walk, const struct capnp_list *list,
			      struct capnp_any pointer)
{
	uint64_t bits = (uint64_t)list->count * list->step_bits;

	if (list->element_size == CAPNP_ELEMENT_STRUCT)
		return is_struct_list_canonical(walk, list, word_of(pointer) >> 35);
	if (!is_next(walk, list->bytes, (bits + 63) / 64))
		return false;
	if (list->element_size != CAPNP_ELEMENT_POINTER)
		return is_padding_zero(list, bits);
	return are_pointers_canonical(
		walk, pointer_in(list, list->bytes, list->depth_left), list->count);
}

static bool is_pointer_canonical(struct walk *walk, struct capnp_any any)
{
	struct capnp_struct s;
	struct capnp_list list;
	uint64_t pointer = word_of(any);

	if (pointer == 0)
		return true;
	switch (pointer & 3) {
	case COPY_KIND_STRUCT:
		s = capnp_any_struct(any);
		return s.message && is_struct_canonical(walk, s, any);
	case COPY_KIND_LIST:
		list = capnp_any_list(any, CAPNP_ELEMENT_ANY);
		return list.message && is_list_canonical(walk, &list, any);
	default:
		return false;
	}
}

bool capnp_is_canonical(struct capnp_reader *reader)
{
	struct walk walk = {
		.words = reader->words, .end = 1, /* the root pointer */
	};

	bool is_one_segment =
		reader->role != CAPNP_SEGMENT_FIRST || reader->segment_count == 1;

	return reader->word_count != 0 && is_one_segment &&
	       is_pointer_canonical(&walk, capnp_read_root_any(reader)) &&
	       walk.end == reader->word_count;
}

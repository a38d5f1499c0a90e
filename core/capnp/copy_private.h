/* SPDX-License-Identifier: MIT */
/*
 * copy_private.h - what copying, measuring, comparing and the canonical form share.
 *
 * The canonical form differs from a copy in how many words of a struct it takes, and in
 * nothing else: a copy writes each object before what it leads to, in order.
 */
#ifndef CORE_CAPNP_COPY_PRIVATE_H
#define CORE_CAPNP_COPY_PRIVATE_H

#include "core/capnp/copy.h"

enum {
	COPY_KIND_STRUCT = 0,
	COPY_KIND_LIST = 1,
	COPY_KIND_FAR = 2,
	COPY_KIND_CAP = 3,
};

struct copying {
	struct capnp_builder *to;
	const struct capnp_cap_map *caps;
	bool canonical;
	bool met_cap; /* in canonical form, which has none */
};

/* Copies what the pointer @from leads to, and then sets *@at. */
[[nodiscard]] bool capnp_copy_pointer(struct copying *copying, struct capnp_any from,
				      uint64_t *at);
[[nodiscard]] bool capnp_copy_struct(struct copying *copying, struct capnp_struct from,
				     uint64_t *at);

/* The words of @s that have data, the last one perhaps in part. */
static inline uint32_t data_words_of(struct capnp_struct s)
{
	return (s.data_bytes + 7u) / 8;
}

/* The pointer at @index of @s. */
static inline struct capnp_any any_of(struct capnp_struct s, uint32_t index)
{
	return (struct capnp_any){
		.message = s.message,
		.word = (s.offset + s.data_bytes) / 8 + index,
		.depth_left = s.depth_left,
	};
}

static inline uint64_t word_of(struct capnp_any any)
{
	return any.message->words[any.word];
}

/* What kind of object a pointer leads to, by itself or through its landing pad. */
static inline uint32_t kind_of(struct capnp_any any)
{
	static const uint8_t kinds[] = {
		[CAPNP_ANY_NULL] = COPY_KIND_FAR, /* malformed */
		[CAPNP_ANY_STRUCT] = COPY_KIND_STRUCT,
		[CAPNP_ANY_LIST] = COPY_KIND_LIST,
		[CAPNP_ANY_CAP] = COPY_KIND_CAP,
	};
	uint32_t kind = word_of(any) & 3;

	return kind == COPY_KIND_FAR ? kinds[capnp_any_kind(any)] : kind;
}

/* The pointer that starts at @bytes, inside of the elements of @list. */
static inline struct capnp_any pointer_in(const struct capnp_list *list,
					  const uint8_t *bytes, uint32_t depth_left)
{
	return (struct capnp_any){
		.message = list->message,
		.word = (uint32_t)((size_t)(bytes -
					    (const uint8_t *)list->message->words) /
				   8),
		.depth_left = (uint16_t)depth_left,
	};
}

static inline bool is_null(struct capnp_any any)
{
	return !any.message || word_of(any) == 0;
}

/* The bytes of data of @s without the zeros at their end. */
static inline uint32_t used_data_bytes(struct capnp_struct s)
{
	uint32_t bytes = s.data_bytes;

	while (bytes != 0 && capnp_struct_data(s)[bytes - 1] == 0)
		bytes--;
	return bytes;
}

/* The pointers of @s without those at their end that are null. */
static inline uint32_t used_pointers(struct capnp_struct s)
{
	uint32_t count = s.pointer_count;

	while (count != 0 && *capnp_struct_pointer(s, count - 1) == 0)
		count--;
	return count;
}

/*
 * Whether @index, as the reader gave it, is that of a capability. The mark of none is
 * also a number that a message may have.
 */
static inline bool is_good_cap(struct capnp_any any, uint32_t index)
{
	return index != CAPNP_NO_CAP ||
	       !capnp_reader_failed(capnp_segment_reader(any.message));
}

#endif /* CORE_CAPNP_COPY_PRIVATE_H */

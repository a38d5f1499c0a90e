/* SPDX-License-Identifier: MIT */
/*
 * capnp_words.h - the words of a Cap'n Proto message by what they mean, for tests that
 * spell out messages so that what is malformed in them can be seen.
 */
#ifndef TESTS_SUPPORT_CAPNP_WORDS_H
#define TESTS_SUPPORT_CAPNP_WORDS_H

#include <stdint.h>

#include "core/capnp/reader.h"

/* A pointer to a struct, @offset words after the pointer. */
static inline uint64_t struct_pointer(int32_t offset, uint16_t data_words,
				      uint16_t pointers)
{
	return (uint32_t)offset << 2 | (uint64_t)data_words << 32 |
	       (uint64_t)pointers << 48;
}

/* A pointer to a list; of a list of structs @count is in words, without its tag. */
static inline uint64_t list_pointer(int32_t offset, enum capnp_element_size size,
				    uint32_t count)
{
	return (uint32_t)offset << 2 | 1 | (uint64_t)size << 32 | (uint64_t)count << 35;
}

/* The tag before a list of @count structs. */
static inline uint64_t struct_list_tag(uint32_t count, uint16_t data_words,
				       uint16_t pointers)
{
	return (uint64_t)count << 2 | (uint64_t)data_words << 32 |
	       (uint64_t)pointers << 48;
}

static inline uint64_t cap_pointer(uint32_t index)
{
	return (uint64_t)index << 32 | 3;
}

/* A far pointer to a pad of one word. */
static inline uint64_t far_pointer(uint32_t segment, uint32_t word)
{
	return (uint64_t)segment << 32 | word << 3 | 2;
}

/* A far pointer to a pad of two words. */
static inline uint64_t double_far_pointer(uint32_t segment, uint32_t word)
{
	return far_pointer(segment, word) | 4;
}

#endif /* TESTS_SUPPORT_CAPNP_WORDS_H */

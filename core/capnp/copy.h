/* SPDX-License-Identifier: MIT */
/*
 * copy.h - copies what a reader sees into a message being built, with all it leads to.
 *
 * Nothing needs to be known of the schema: structs, lists and capabilities are copied as
 * they are found, fields that this program does not know with them. Far pointers and the
 * places of things are not part of a value, so the copy has its own.
 *
 * The source may be hostile. Its reader's limits hold, so a copy ends, is no deeper than
 * the reader allows and takes no more room than there is. If the source is malformed or
 * does not fit, the pointer that was to be set is null, the source's reader has the error
 * if it was the source's (capnp_reader_failed()), and the builder has failed: a message
 * with a hole where a value should be is never sent by mistake.
 *
 * The source must not lie in the memory that is written to. The calls nest as deep as the
 * source, which is at most the reader's depth_max; a level takes up to 180 bytes of stack.
 *
 *   tests    copy_test.c
 *   figure   capnp_copy_tree in bench/rows.toml
 */
#ifndef CORE_CAPNP_COPY_H
#define CORE_CAPNP_COPY_H

#include <stdint.h>

#include "core/capnp/builder.h"
#include "core/capnp/reader.h"

/*
 * Says which index a capability of the source has in the target's list; CAPNP_NO_CAP
 * makes a null pointer of it. Called once for each capability pointer, in the order of
 * the copy. Without a map, indices stay as they are.
 */
struct capnp_cap_map {
	uint32_t (*index_of)(void *context, uint32_t source_index);
	void *context;
};

/*
 * Make @to lead to a copy. A zeroed source, as a getter gives for what is absent, sets it
 * to null. False as told above; @to with null does nothing, which is false, too.
 */
bool capnp_any_set_struct(struct capnp_any_builder to, struct capnp_struct from);
bool capnp_any_set_list(struct capnp_any_builder to, struct capnp_list from);
bool capnp_any_set_any(struct capnp_any_builder to, struct capnp_any from);

/* The same with the capabilities in it mapped; nullptr maps none. */
bool capnp_any_set_mapped(struct capnp_any_builder to, struct capnp_any from,
			  const struct capnp_cap_map *caps);

/* The same for the pointer field in @word. */
static inline bool capnp_set_struct(struct capnp_struct_builder b, uint32_t word,
				    struct capnp_struct from)
{
	return capnp_any_set_struct(capnp_any_at(b, word), from);
}

static inline bool capnp_set_list(struct capnp_struct_builder b, uint32_t word,
				  struct capnp_list from)
{
	return capnp_any_set_list(capnp_any_at(b, word), from);
}

static inline bool capnp_set_any(struct capnp_struct_builder b, uint32_t word,
				 struct capnp_any from)
{
	return capnp_any_set_any(capnp_any_at(b, word), from);
}

/* The same for element @i of a list of pointers. */
static inline bool capnp_list_set_list(struct capnp_list_builder list, uint32_t i,
				       struct capnp_list from)
{
	return capnp_any_set_list(capnp_list_any_at(list, i), from);
}

static inline bool capnp_list_set_any(struct capnp_list_builder list, uint32_t i,
				      struct capnp_any from)
{
	return capnp_any_set_any(capnp_list_any_at(list, i), from);
}

/*
 * Fills element @i of a list of structs. The elements of a list all have one size: what
 * @from has beyond it has to be zero, or it does not fit. Where @from is shorter, zeros.
 * After a failure the element is zero. Beyond the end nothing is done, which is false.
 */
bool capnp_list_set_struct(struct capnp_list_builder list, uint32_t i,
			   struct capnp_struct from);

/* Starts the message over with a copy as its root. */
static inline bool capnp_copy_root(struct capnp_builder *builder, struct capnp_any from)
{
	return capnp_any_set_any(capnp_build_root_any(builder), from);
}

#endif /* CORE_CAPNP_COPY_H */

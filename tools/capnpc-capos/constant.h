/* SPDX-License-Identifier: MIT */
/* constant.h - values behind pointers that a schema gives: defaults and constants. */
#ifndef CAPNPC_CONSTANT_H
#define CAPNPC_CONSTANT_H

#include "tools/capnpc-capos/model.h"
#include "tools/capnpc-capos/output.h"

/* A message of one segment; of no words if its root would be null or empty. */
struct constant {
	uint64_t *words;
	uint32_t count;
	uint32_t capacity;
};

/* A message whose root is a copy of what @value, which is behind a pointer, leads to. */
struct constant make_constant(struct value value);

/* The default of @field; of no words for fields that are not behind a pointer, and text. */
struct constant default_message(const struct field_view *field);

/* The words of @constant as an array called @words, and its reader, called @reader. */
void emit_message(struct output *out, const struct constant *constant, const char *words,
		  const char *reader);

/* The first part of .capnp.h has it: a macro, or a function that reads it. */
void generate_constant(struct output *out, const struct model *model,
		       const struct declaration *declaration);

#endif /* CAPNPC_CONSTANT_H */

/* SPDX-License-Identifier: MIT */
/*
 * brand.h - types with their type parameters replaced by what they are bound to.
 *
 * Accessors of generic types say struct capnp_any for a parameter; reflection shows
 * Box(Text) as what it is. A brand says what the parameters of a declaration and of the
 * scopes around it are bound to. What is bound to nothing is any pointer; so is what is
 * nested deeper in brands than BRAND_DEPTH_MAX, which ends types that contain themselves
 * with ever larger parameters.
 */
#ifndef CAPNPC_BRAND_H
#define CAPNPC_BRAND_H

#include "tools/capnpc-capos/model.h"

enum {
	BRAND_DEPTH_MAX = 6,        /* Box(Box(Text)) has two */
	BRAND_KEY_BYTES_MAX = 2048, /* of the text that identifies one */
};

struct resolved;

/* What the parameters of one scope are bound to; null of one that is not. */
struct bound_scope {
	uint64_t scope_id;
	const struct resolved **types;
	uint32_t count;
};

struct bound {
	struct bound_scope *scopes; /* the declaration's own first, then outwards */
	uint32_t count;
	uint32_t depth;
	const char *key; /* equal if and only if the brands are */
};

/* A type in which nothing is left to be found out. */
struct resolved {
	enum type_which kind;
	enum shape shape;
	const struct declaration *target;
	const struct resolved *element;
	const struct bound *bound; /* of the target; null: nothing is bound */
	const char *key;
	uint32_t depth;
};

/* @type where @bound, which may be null, holds. */
const struct resolved *resolve_type(const struct model *model, struct type type,
				    const struct bound *bound);

/*
 * What @brand, written where @around holds, binds of the parameters that @target has; null
 * if that is nothing.
 */
const struct bound *resolve_brand(const struct model *model, struct brand brand,
				  const struct bound *around,
				  const struct declaration *target);

#endif /* CAPNPC_BRAND_H */

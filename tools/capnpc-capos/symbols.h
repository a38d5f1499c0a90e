/* SPDX-License-Identifier: MIT */
/*
 * symbols.h - one table of every name that the generated C defines, so that none is
 * defined twice.
 *
 * Declarations claim their names one after the other, in the order of the model: files
 * that are imported first, a scope before what is in it, otherwise as written. A
 * declaration's stem is that of its scope, an underscore and its own name in snake case.
 * If anything that would be made of the stem has been claimed already, the declaration
 * that comes later takes the stem with "_2" behind it, else "_3" and so on; what is
 * declared in it follows. Members (fields, methods, enumerants) are treated so among
 * themselves, in the order of their ordinals. A tag or macro that would be a word of C
 * ends in an underscore, and so does a stem in the library's own capnp_ and capos_.
 *
 * So a name depends only on what comes before it: adding at the end renames nothing. A
 * name given by the annotation $C.name of schema/c.capnp is used as it is or refused.
 */
#ifndef CAPNPC_SYMBOLS_H
#define CAPNPC_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/* Where a name lives; a macro is in the way everywhere. */
enum name_space : uint8_t {
	NAME_TAG = 1,      /* struct X, enum X */
	NAME_ORDINARY = 2, /* functions, objects, types and enumerators */
	NAME_MACRO = 3,
	NAME_LOCAL = 4, /* a parameter; in the way of others of its declaration only */
};

struct symbol {
	const char *name;
	const void *owner;
	struct symbol *next;
	uint32_t spaces; /* of the name, as bits */
};

/* Names with their owners. A zeroed one is empty. */
struct symbols {
	struct symbol **chains;
	size_t chain_count;
	size_t count;
};

/* Claims @name for @owner. Owners do not get in their own way. */
void symbols_claim(struct symbols *symbols, enum name_space space, const char *name,
		   const void *owner);

/* The other owner that @name has been claimed by, or null. */
const void *symbols_owner(const struct symbols *symbols, enum name_space space,
			  const char *name, const void *owner);

#endif /* CAPNPC_SYMBOLS_H */

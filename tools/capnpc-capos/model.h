/* SPDX-License-Identifier: MIT */
/*
 * model.h - the schemas of one request, with the names their declarations have in C.
 *
 * A declaration is a node of the request: file, struct or group, enum, interface or
 * constant. Its stem is its name in C: Outer.Inner is outer_inner, the anonymous
 * parameters of Timer.now are timer_now_params.
 */
#ifndef CAPNPC_MODEL_H
#define CAPNPC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "tools/capnpc-capos/bootstrap/schema.capnp.h"

/* Of StreamResult in capnp/stream.capnp, which `-> stream` means. */
static const uint64_t STREAM_RESULT_ID = UINT64_C(0x995f9a3377c0b16e);

struct declaration {
	struct node node;
	uint64_t id;
	enum node_which kind;
	const char *path; /* in its file, as in the schema: "Outer.Inner" */
	const char *name; /* the last part of path */
	const char *tag;  /* as the tag of a struct or enum: never a word of C */
	const char *stem; /* as the start of a name */
	const char *upper;
	const char *file_name; /* "timer.capnp" */
	const char *file_stem; /* "timer" */
	const char *doc;
	struct list_of_node_source_info_member member_docs;
	bool requested; /* its file is one to generate for */
	bool is_group;
	/*
	 * Of an interface: what else a capability of it answers to. First its ancestors, each
	 * once, nearest first; then its narrowed facets and theirs.
	 */
	const struct declaration **answers;
	uint32_t answer_count;
	uint32_t ancestor_count;
	/* Of a narrowed facet: the interface, whose node it shares, and its methods, ascending. */
	const struct declaration *facet_of;
	uint16_t *facet_ordinals;
	uint32_t facet_method_count;
};

struct model {
	struct declaration *declarations; /* by file, then by path */
	size_t count;
};

/* A field with what is asked about it all the time. */
struct field_view {
	struct field field;
	const char *name;  /* as in the schema */
	const char *snake; /* for use inside longer names */
	const char *doc;
	bool is_group;
	bool in_union;
	uint16_t discriminant;
	struct type type;     /* of a slot */
	enum type_which kind; /* of a slot */
	uint32_t offset;      /* of a slot, in units of its size */
	/* The group, struct or enum; the interface, or the facet of it that is held. */
	const struct declaration *target;
};

/* A method, with its structs; the anonymous ones too. */
struct method_view {
	const char *name;
	const char *snake;
	const char *upper;
	const char *doc;
	const struct declaration *params;
	const struct declaration *results;
	uint16_t ordinal;
	bool streaming; /* its results are nothing but flow control */
};

void model_load(struct model *model, struct code_generator_request request);

/* Names it after @path, its scopes and its own name with dots between them. */
void declaration_set_path(struct declaration *declaration, const char *path);

/* The declaration of @id; ends the program if the request lacks it. */
const struct declaration *model_find(const struct model *model, uint64_t id);

/* Refuses, by name, what the generators do not know. */
void model_check(const struct model *model);

/* Ends the program with "file: declaration: @what is not supported yet". */
[[noreturn]] void refuse(const struct declaration *where, const char *member,
			 const char *what);

uint32_t field_count(const struct declaration *structure);
struct field_view view_field(const struct model *model,
			     const struct declaration *structure, uint32_t i);
/* Methods declared by @interface itself; of a facet: those it has. */
uint32_t method_count(const struct declaration *interface);
/* All ordinals are below this; a facet lacks some of them. */
uint32_t ordinal_limit(const struct declaration *interface);
/* The one with the @i-th ordinal. */
struct method_view view_method(const struct model *model,
			       const struct declaration *interface, uint32_t i);

uint16_t data_words(const struct declaration *structure);
uint16_t pointer_count(const struct declaration *structure);

/* Whether @type is Capability, a capability of any interface. */
bool type_is_any_cap(struct type type);
/* Whether a field of @type is behind a pointer. */
bool type_is_pointer(enum type_which kind);
/* Whether @type is a capability, of one interface or of any. */
bool type_is_cap(struct type type);
/* Size of a plain field in bits; 0 for void. */
uint32_t type_bits(enum type_which kind);
/* The struct, enum or interface that @type names, else nullptr. */
const struct declaration *type_target(const struct model *model, struct type type);
/* CAPNP_ELEMENT_... of a list of @type. */
const char *type_element_size(struct type type);

/* Number of different capability pointers directly in @structure and its groups. */
uint32_t cap_pointer_count(const struct model *model,
			   const struct declaration *structure);

/* The bits of a plain default or constant. */
uint64_t value_bits(struct value value);

/* @text, which is in the request, as a string of its own. */
const char *text_copy(struct capnp_text text);

#endif /* CAPNPC_MODEL_H */

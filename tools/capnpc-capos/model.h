/* SPDX-License-Identifier: MIT */
/*
 * model.h - the schemas of one request, with the names their declarations have in C.
 *
 * A declaration is a node of the request: file, struct or group, enum, interface,
 * constant or annotation. Its stem is its name in C: Outer.Inner is outer_inner, the
 * anonymous parameters of Timer.now are timer_now_params (symbols.h has the whole rule).
 *
 * The request is somebody's bytes: it is loaded once, everything that the generators rely
 * on is checked by load.c and check.c, and what is not as it should be ends the run.
 */
#ifndef CAPNPC_MODEL_H
#define CAPNPC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "tools/capnpc-capos/bootstrap/schema.capnp.h"

/* Of StreamResult in capnp/stream.capnp, which `-> stream` means. */
static const uint64_t STREAM_RESULT_ID = UINT64_C(0x995f9a3377c0b16e);

/* Scopes within scopes; a request with more is not one of capnp. */
enum { SCOPE_DEPTH_MAX = 64 };

/* A field with what is asked about it all the time. */
struct field_view {
	struct field field;
	const char *name;  /* as in the schema */
	const char *given; /* what an annotation calls it instead, or null */
	const char *snake; /* for use inside longer names */
	const char *upper;
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
	struct method method;
	const char *name;
	const char *given;
	const char *snake;
	const char *upper;
	const char *doc;
	const struct declaration *params;
	const struct declaration *results;
	uint16_t ordinal;
	bool streaming; /* its results are nothing but flow control */
};

/* A member of an enum; its number is its place. */
struct enumerant_view {
	struct enumerant enumerant;
	const char *name;
	const char *given;
	const char *snake;
	const char *upper;
	const char *doc;
};

struct declaration {
	struct node node;
	uint64_t id;
	enum node_which kind;
	const char *path;  /* in its file, as in the schema: "Outer.Inner" */
	const char *name;  /* the last part of path */
	const char *given; /* what an annotation calls it instead, or null */
	const char *tag;   /* as the tag of a struct or enum: never a word of C */
	const char *
		stem; /* as the start of a name; of a file what all its names begin with */
	const char *upper;
	struct declaration *scope;      /* that it is declared in; null of a file */
	const struct declaration *file; /* that it is in; itself of a file */
	const char *file_name;          /* "folder/timer.capnp" */
	const char *file_stem;          /* "folder/timer" */
	const char *doc;
	struct field_view *fields; /* of a struct */
	struct method_view *methods;
	struct enumerant_view *enumerants;
	uint32_t member_count; /* of whichever it has */
	struct list_of_node_source_info_member member_docs;
	bool requested; /* its file is one to generate for */
	bool is_group;
	/*
	 * Of an interface: what else a capability of it answers to. First its ancestors, each
	 * once, nearest first; then its narrowed facets and theirs. A conversion is the name
	 * of the function that makes one of the other, "console_as_console_writer".
	 */
	const struct declaration **answers;
	const char **conversions;
	uint32_t answer_count;
	uint32_t ancestor_count;
	/* Of a narrowed facet: the interface, whose node it shares, and its methods, ascending. */
	const struct declaration *facet_of;
	uint16_t *facet_ordinals;
	uint32_t facet_method_count;
};

struct model {
	/* By file, an importing one behind what it imports; in a file by place. */
	struct declaration *declarations;
	size_t count;
	struct declaration **by_id;
	struct code_generator_request request;
	uint32_t request_words; /* no list in the request has more elements */
};

void model_load(struct model *model, struct code_generator_request request,
		uint32_t request_words);

/* Gives every declaration and member its names in C. */
void model_assign_names(struct model *model);

/* Places it at @path, its scopes and its own name with dots between them. */
void declaration_set_path(struct declaration *declaration, const char *path);

/* The declaration of @id; ends the run if the request lacks it. */
const struct declaration *model_find(const struct model *model, uint64_t id);
/* The same, or null. */
struct declaration *model_look_up(const struct model *model, uint64_t id);

/* Refuses, by name, what the generators do not know. */
void model_check(const struct model *model);

/* Ends the run with "file: declaration.@member: @what not supported yet". */
[[noreturn]] void refuse(const struct declaration *where, const char *member,
			 const char *what);
/* Ends the run with "file: declaration.@member: " and the formatted text. */
[[noreturn]] __attribute__((format(printf, 3, 4))) void
reject(const struct declaration *where, const char *member, const char *format, ...);

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
/* Members of the unnamed union of @structure; 0 if it has none. */
uint16_t discriminant_count(const struct declaration *structure);

/* What a pointer of some type leads to, as far as C is concerned. */
enum shape : uint8_t {
	SHAPE_PLAIN, /* no pointer */
	SHAPE_TEXT,
	SHAPE_DATA,
	SHAPE_STRUCT,
	SHAPE_STRUCT_LIST, /* of one struct of the schema */
	SHAPE_LIST,        /* of anything else, and all elements are of one size */
	SHAPE_CAP,
	SHAPE_ANY_STRUCT,
	SHAPE_ANY_LIST, /* a list of a type parameter too */
	SHAPE_ANY,      /* a type parameter too */
};

enum shape type_shape(struct type type);
/* Of a list. */
struct type type_element(struct type type);

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

/* A file's name without ".capnp", if it ends so. */
const char *without_extension(const char *file_name);

/* @text, which is in the request, as a string of its own; a NUL inside becomes a space. */
const char *text_copy(struct capnp_text text);

#endif /* CAPNPC_MODEL_H */

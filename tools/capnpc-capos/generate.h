/* SPDX-License-Identifier: MIT */
/*
 * generate.h - the generators. Each appends one file's text for one schema, and depends
 * on nothing but the request, so that the same schemas always give the same bytes.
 */
#ifndef CAPNPC_GENERATE_H
#define CAPNPC_GENERATE_H

#include "tools/capnpc-capos/model.h"
#include "tools/capnpc-capos/output.h"

/* @file is the declaration of the schema's file in all of them. */
void generate_header(struct output *out, const struct model *model,
		     const struct declaration *file); /* .capnp.h */
void generate_accessors(struct output *out, const struct model *model,
			const struct declaration *file); /* the second part of it */
/* Parts of that: the functions of one field, plain or behind a pointer. */
void generate_plain(struct output *out, const struct declaration *structure,
		    const struct field_view *field);
void generate_pointer(struct output *out, const struct model *model,
		      const struct declaration *structure,
		      const struct field_view *field);
void generate_client_header(struct output *out, const struct model *model,
			    const struct declaration *file);
void generate_client_source(struct output *out, const struct model *model,
			    const struct declaration *file);
void generate_stub_header(struct output *out, const struct model *model,
			  const struct declaration *interface,
			  const struct method_view *method); /* a part of both */
void generate_stub_source(struct output *out, const struct model *model,
			  const struct declaration *interface,
			  const struct method_view *method);
void generate_server_header(struct output *out, const struct model *model,
			    const struct declaration *file);
void generate_reflection(struct output *out, const struct model *model,
			 const struct declaration *file);
void generate_registry(struct output *out, const struct model *model);

/* The first comment of every generated file. */
void emit_banner(struct output *out, const char *from);
/* "#ifndef GEN_TIMER_@suffix" and so on, and its end. */
void emit_guard(struct output *out, const struct declaration *file, const char *suffix);
void emit_guard_end(struct output *out, const struct declaration *file,
		    const char *suffix);
/* The #include of what @target's file makes in what @file makes, which may be itself. */
void emit_include(struct output *out, const struct model *model,
		  const struct declaration *file, const struct declaration *target,
		  const char *extension);
/* The same for each other file whose types are used here. */
void emit_includes(struct output *out, const struct model *model,
		   const struct declaration *file, const char *extension);
/* The include of @header, which streaming methods need, if @file has any. */
void emit_stream_include(struct output *out, const struct model *model,
			 const struct declaration *file, const char *header);

/*
 * The start of a function of @structure, "@type x_@verb_f(struct x r)", and its brace. What
 * reads a member of a union goes on with a struct of all defaults if it is not chosen.
 */
void emit_getter(struct output *out, const struct declaration *structure,
		 const struct field_view *field, const char *type, const char *verb);
/*
 * The same of what writes: "@type x_@verb_f(struct x_builder b, @rest)". It chooses a
 * member of a union first.
 */
void emit_setter(struct output *out, const struct declaration *structure,
		 const struct field_view *field, const char *type, const char *verb,
		 const char *rest);

/* Whether @declaration is of @file, and of @kind; StreamResult is of no file. */
bool belongs(const struct declaration *declaration, const struct declaration *file,
	     enum node_which kind);
bool has_interfaces(const struct model *model, const struct declaration *file);

/* How what lies behind a pointer is read: @start capnp_get_@verb(..., @expected) @end. */
struct getter {
	const char *type; /* that C has it as: "struct point" */
	const char *start;
	const char *verb;
	const char *expected; /* ", CAPNP_ELEMENT_BYTE" of a list */
	const char *end;
};

/* Of @type, which is behind a pointer, but neither text nor a capability. */
struct getter pointer_getter(const struct model *model, struct type type);

/* "uint32_t", "bool", "enum status": the C type of a plain field. */
const char *scalar_type(const struct field_view *field);

#endif /* CAPNPC_GENERATE_H */

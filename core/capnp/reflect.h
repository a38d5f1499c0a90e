/* SPDX-License-Identifier: MIT */
/*
 * reflect.h - what a schema says, as constant tables made by tools/capnpc-capos.
 *
 * The shell names, shows and calls methods with these; nothing in them is code. Names
 * are spelled as in the schema. A doc comment is "" if there is none, never null.
 */
#ifndef CORE_CAPNP_REFLECT_H
#define CORE_CAPNP_REFLECT_H

#include <stddef.h>
#include <stdint.h>

struct capnp_reader;
struct capnp_struct_info;
struct capnp_enum_info;
struct capnp_interface_info;

/*
 * The numbers are those of schema.capnp's Type, but for the last two, which are an
 * AnyPointer there. A capability of any interface is an INTERFACE without its interface,
 * and a type parameter that nothing is known of is an ANY_POINTER.
 */
enum capnp_kind : uint8_t {
	CAPNP_KIND_VOID,
	CAPNP_KIND_BOOL,
	CAPNP_KIND_INT8,
	CAPNP_KIND_INT16,
	CAPNP_KIND_INT32,
	CAPNP_KIND_INT64,
	CAPNP_KIND_UINT8,
	CAPNP_KIND_UINT16,
	CAPNP_KIND_UINT32,
	CAPNP_KIND_UINT64,
	CAPNP_KIND_FLOAT32,
	CAPNP_KIND_FLOAT64,
	CAPNP_KIND_TEXT,
	CAPNP_KIND_DATA,
	CAPNP_KIND_LIST,
	CAPNP_KIND_ENUM,
	CAPNP_KIND_STRUCT,
	CAPNP_KIND_INTERFACE,
	CAPNP_KIND_ANY_POINTER,
	CAPNP_KIND_ANY_STRUCT,
	CAPNP_KIND_ANY_LIST,
};

/* Whether a value of @kind is behind a pointer. */
static inline bool capnp_kind_is_pointer(enum capnp_kind kind)
{
	return kind >= CAPNP_KIND_TEXT && kind != CAPNP_KIND_ENUM;
}

struct capnp_type_info {
	enum capnp_kind kind;
	union {
		const struct capnp_type_info *element;         /* list */
		const struct capnp_enum_info *enumeration;     /* enum */
		const struct capnp_struct_info *structure;     /* struct */
		const struct capnp_interface_info *interface_; /* null: any interface */
	};
};

enum capnp_field_kind : uint8_t {
	CAPNP_FIELD_SLOT,
	CAPNP_FIELD_GROUP, /* type.structure shares the words of the struct around it */
};

enum { CAPNP_NO_DISCRIMINANT = 0xffff };

struct capnp_field_info {
	const char *name;
	const char *doc;
	enum capnp_field_kind kind;
	uint16_t discriminant_value; /* CAPNP_NO_DISCRIMINANT outside a union */
	uint32_t offset; /* in units of the field's own size, as on the wire */
	struct capnp_type_info type;
	uint64_t default_bits;
	const char *default_text; /* null: none */
	/*
	 * Of a list, struct, data or any pointer: a constant message whose root pointer is
	 * the default; null if that is the empty one. The reader is trusted, so that it is
	 * never written.
	 */
	const struct capnp_reader *default_message;
};

struct capnp_struct_info {
	uint64_t id;
	const char *name;
	const char *doc;
	uint16_t data_words;
	uint16_t pointers;
	const struct capnp_field_info *fields; /* in ordinal order; a group's ordinal is
						  the smallest of its fields */
	uint16_t field_count;
	bool is_group; /* part of the struct around it: the words are that one's */
	uint16_t discriminant_count;  /* 0: no unnamed union */
	uint32_t discriminant_offset; /* in units of 16 bits */
};

struct capnp_enumerant_info {
	const char *name;
	const char *doc;
};

struct capnp_enum_info {
	uint64_t id;
	const char *name;
	const char *doc;
	const struct capnp_enumerant_info *enumerants;
	uint16_t enumerant_count;
};

struct capnp_method_info {
	const char *name;
	const char *doc;
	const struct capnp_struct_info *params;
	const struct capnp_struct_info *results;
	uint64_t
		interface_id; /* of the interface that declares it; calls name that one */
	uint16_t ordinal;     /* in that interface; calls name this one too */
	bool streaming; /* results are empty, and the caller need not wait for them */
};

struct capnp_interface_info {
	uint64_t id;
	const char *name;
	const char *doc;
	/*
	 * By ordinal, those of superclasses not among them. A facet has only the methods
	 * that it allows, with the ordinals that they have in the whole interface and the
	 * facet's own interface_id.
	 */
	const struct capnp_method_info *methods;
	uint16_t method_count;
	uint16_t superclass_count;
	const struct capnp_interface_info *const *superclasses; /* that it extends */
	const struct capnp_interface_info *facet_of; /* null: it is a whole interface */
};

/*
 * Every interface, every struct but groups and the parameters and results of methods, and
 * every enum of the schemas, ordered by name; in gen/reflect_registry.c. A program gets
 * only the tables that it names.
 */
extern const struct capnp_interface_info *const capnp_interfaces[];
extern const size_t capnp_interface_count;
extern const struct capnp_struct_info *const capnp_structs[];
extern const size_t capnp_struct_count;
extern const struct capnp_enum_info *const capnp_enums[];
extern const size_t capnp_enum_count;

#endif /* CORE_CAPNP_REFLECT_H */

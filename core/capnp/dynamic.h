/* SPDX-License-Identifier: MIT */
/*
 * dynamic.h - reads and writes messages whose type is known only when the program runs,
 * by the tables of reflect.h. The shell calls methods with it.
 *
 * It is as safe on hostile bytes as reader.h and allocates nothing either. What a caller
 * must not do by mistake (a value of the wrong kind, a number that does not fit, an enum
 * number that does not exist) is refused with a status.
 *
 *   tests    dynamic_test.c
 */
#ifndef CORE_CAPNP_DYNAMIC_H
#define CORE_CAPNP_DYNAMIC_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/builder.h"
#include "core/capnp/reader.h"
#include "core/capnp/reflect.h"

/* A value of any type; type->kind says which member of the union it is. */
struct capnp_value {
	const struct capnp_type_info *type;
	union {
		bool boolean;
		int64_t integer;  /* INT8 to INT64 */
		uint64_t natural; /* UINT8 to UINT64; the number of an ENUM */
		uint64_t float_bits;
		struct capnp_text text;
		struct capnp_data data;
		struct capnp_list list;        /* its elements: type->element */
		struct capnp_struct structure; /* its fields: type->structure; absent if
						  message is null */
		uint32_t cap;                  /* CAPNP_NO_CAP if null */
		struct capnp_any any;          /* ANY_POINTER, ANY_STRUCT, ANY_LIST: see
						  capnp_any_kind() */
	};
};

/* A struct or group being written, with its type. */
struct capnp_dynamic_builder {
	struct capnp_struct_builder b;
	const struct capnp_struct_info *info;
};

struct capnp_dynamic_list_builder {
	struct capnp_list_builder l;
	const struct capnp_type_info *element;
};

enum capnp_dynamic_status : uint8_t {
	CAPNP_DYNAMIC_OK,
	CAPNP_DYNAMIC_KIND,  /* the value is of another kind than the field */
	CAPNP_DYNAMIC_RANGE, /* the number does not fit, or the enum has no such number */
	CAPNP_DYNAMIC_INDEX, /* the list has no such element */
	CAPNP_DYNAMIC_NO_ROOM, /* the message is full */
	CAPNP_DYNAMIC_SOURCE, /* what was to be copied is malformed, as its reader says */
};

/* The field or method called @name, also one of a superclass; nullptr if there is none. */
const struct capnp_field_info *capnp_find_field(const struct capnp_struct_info *info,
						struct capnp_text name);
const struct capnp_method_info *capnp_find_method(const struct capnp_interface_info *info,
						  struct capnp_text name);

/* The name that is nearest to @name; nullptr if there is none at all. */
const char *capnp_find_field_nearest(const struct capnp_struct_info *info,
				     struct capnp_text name);
const char *capnp_find_method_nearest(const struct capnp_interface_info *info,
				      struct capnp_text name);
const char *capnp_find_enumerant_nearest(const struct capnp_enum_info *info,
					 struct capnp_text name);

/* The number of the enumerant called @name; false if there is none. */
bool capnp_find_enumerant(const struct capnp_enum_info *info, struct capnp_text name,
			  uint16_t *out);

/* The enumerant's name; nullptr for a number that this schema does not know. */
const char *capnp_enumerant_name(const struct capnp_enum_info *info, uint64_t number);

/* Whether @field has a value in @s: it is in no union, or the union's chosen member. */
bool capnp_field_is_active(struct capnp_struct s, const struct capnp_struct_info *info,
			   const struct capnp_field_info *field);

/*
 * The value of @field in @s, a struct or group of the type that @field belongs to; the
 * schema's default if it is absent or malformed.
 */
struct capnp_value capnp_dynamic_get(struct capnp_struct s,
				     const struct capnp_field_info *field);

/* Element @i of @list, a value of kind LIST. */
struct capnp_value capnp_dynamic_at(const struct capnp_value *list, uint32_t i);

/* Starts the message over with a root of type @info. */
struct capnp_dynamic_builder capnp_dynamic_new(struct capnp_builder *builder,
					       const struct capnp_struct_info *info);

/*
 * Sets @field, which belongs to the builder's type, to @value. A member of a union becomes
 * the chosen one. value->type tells its kind; numbers may be given as INT64 or UINT64 for a
 * field of any integer type, and what is behind any pointer for an ANY_POINTER. Lists,
 * structs and any pointers are copied with all they lead to (copy.h), absent ones are null
 * then; a group is given as a struct value of the same group. After NO_ROOM and SOURCE the
 * message is not to be used.
 */
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_set(struct capnp_dynamic_builder b, const struct capnp_field_info *field,
		  const struct capnp_value *value);

/* Starts a struct or group field, or a list field of @count elements. */
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_init(struct capnp_dynamic_builder b, const struct capnp_field_info *field,
		   struct capnp_dynamic_builder *out);
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_init_list(struct capnp_dynamic_builder b,
			const struct capnp_field_info *field, uint32_t count,
			struct capnp_dynamic_list_builder *out);

/* Starts a text or data field of @size bytes, which the caller writes to *@out. */
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_init_bytes(struct capnp_dynamic_builder b,
			 const struct capnp_field_info *field, uint32_t size, char **out);

/*
 * The same for element @i of a list. A struct there has the size of the list's elements: one
 * of a newer schema whose further fields are set is NO_ROOM.
 */
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_list_set(struct capnp_dynamic_list_builder list, uint32_t i,
		       const struct capnp_value *value);
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_list_struct(struct capnp_dynamic_list_builder list, uint32_t i,
			  struct capnp_dynamic_builder *out);
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_list_init_list(struct capnp_dynamic_list_builder list, uint32_t i,
			     uint32_t count, struct capnp_dynamic_list_builder *out);
[[nodiscard]] enum capnp_dynamic_status
capnp_dynamic_list_init_bytes(struct capnp_dynamic_list_builder list, uint32_t i,
			      uint32_t size, char **out);

#endif /* CORE_CAPNP_DYNAMIC_H */

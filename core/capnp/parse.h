/* SPDX-License-Identifier: MIT */
/*
 * parse.h - text becomes a message, by the tables of reflect.h.
 *
 *     (name = "x", list = [1, 2], level = warning, place = (x = -3))   # a comment
 *
 * It reads what render.h and the reference tool's decode print and what its encode reads:
 *
 *   Void        void                     Text   "hello", escapes \n \\ \" \x1f \33 and C's others
 *   Bool        true false               Data   0x"00 ff", or as Text
 *   integers    42 -7 0x1f 017           List   [a, b]
 *   floats      those, 2.5 1e-5 inf nan  struct (name = value), in any order; groups too
 *   enums       the enumerant's name     texts that follow one another are one
 *
 * and besides 0b101, 1_000, and a comma after the last item. A capability is @name, perhaps
 * with its interface (@page (MemoryObject)), or null, if the caller gives names a meaning.
 * AnyPointer, AnyStruct and AnyList cannot be written and are left out. What is left out has the
 * schema's default.
 *
 * Refused are names that the schema lacks, values of another type, numbers that do not fit
 * theirs (a float that is no finite one too), a field given twice, two members of a
 * union, and more than CAPNP_DEPTH_MAX levels. Nothing is allocated: lists are counted before
 * they are built, so that a text is passed over as often as it is nested.
 *
 *   tests    parse_test.c, tests/schema/test_text.py
 */
#ifndef CORE_CAPNP_PARSE_H
#define CORE_CAPNP_PARSE_H

#include "core/capnp/dynamic.h"
#include "core/capnp/parse_error.h"
#include "core/capnp/token.h"

/*
 * Says which index the capability @name has in the message's list of capabilities, and that it
 * may stand where a capability of @wanted (null: any) is expected; false refuses it.
 */
typedef bool capnp_find_cap(void *context, struct capnp_text name,
			    const struct capnp_interface_info *wanted,
			    uint32_t *out_index);

struct capnp_parser {
	struct capnp_lexer lexer;
	capnp_find_cap *find_cap; /* null: no capability has a name */
	void *context;            /* of find_cap */
	uint32_t depth_left;
	const struct capnp_field_info *field; /* that is being read */
	struct capnp_parse_error error;
};

static inline void capnp_parser_init(struct capnp_parser *parser, struct capnp_text text)
{
	*parser = (struct capnp_parser){ .depth_left = CAPNP_DEPTH_MAX };
	capnp_lexer_init(&parser->lexer, text);
}

/*
 * Reads the next ( ... ) of the text as a struct that has been started; another may
 * follow. False: parser->error says why, and the message is not to be used.
 */
[[nodiscard]] bool capnp_parse_struct(struct capnp_parser *parser,
				      struct capnp_dynamic_builder into);

/* The same for fields without parentheses and commas, up to the end of the text. */
[[nodiscard]] bool capnp_parse_fields(struct capnp_parser *parser,
				      struct capnp_dynamic_builder into);

/* A whole message of type @info: one ( ... ) and nothing after it. */
[[nodiscard]] bool capnp_parse_message(struct capnp_parser *parser,
				       const struct capnp_struct_info *info,
				       struct capnp_builder *message);

#endif /* CORE_CAPNP_PARSE_H */

/* SPDX-License-Identifier: MIT */
/*
 * parse_error.h - what is wrong with a text that parse.h refuses.
 *
 *   tests    parse_test.c
 */
#ifndef CORE_CAPNP_PARSE_ERROR_H
#define CORE_CAPNP_PARSE_ERROR_H

#include "core/capnp/reflect.h"
#include "core/capnp/render.h"

enum capnp_parse_problem : uint8_t {
	CAPNP_PARSE_OK,
	CAPNP_PARSE_SYNTAX,     /* @expected should stand there */
	CAPNP_PARSE_FIELD,      /* no such field; @nearest is one */
	CAPNP_PARSE_ENUMERANT,  /* no such name in the enum; @nearest is one */
	CAPNP_PARSE_KIND,       /* a value of @type should stand there */
	CAPNP_PARSE_RANGE,      /* the number does not fit @type */
	CAPNP_PARSE_TWICE,      /* @field is given twice */
	CAPNP_PARSE_UNION,      /* @field and @other are members of one union */
	CAPNP_PARSE_DEPTH,      /* nested too deeply */
	CAPNP_PARSE_CAPABILITY, /* find_cap refused it */
	CAPNP_PARSE_NO_ROOM,    /* the message is full */
};

/* What is wrong, and where. Names point into the text or the schema's tables. */
struct capnp_parse_error {
	enum capnp_parse_problem problem;
	uint32_t line;                      /* from 1 */
	uint32_t column;                    /* from 1, in bytes */
	struct capnp_text found;            /* as written; "" at the end of the text */
	const char *expected;               /* SYNTAX: "`,` or `)`" */
	const char *nearest;                /* null if there is no name at all */
	const struct capnp_type_info *type; /* of KIND, RANGE and ENUMERANT */
	/* The field whose value it is about; null outside of one. */
	const struct capnp_field_info *field;
	const struct capnp_field_info
		*other; /* UNION: the member that was given before */
};

/*
 * The error in words, without its place: "field x: 300 does not fit UInt8 (0 to 255)", where
 * @field_word is "field". CAPABILITY is left to whoever refused it.
 */
void capnp_parse_write_error(const struct capnp_sink *sink,
			     const struct capnp_parse_error *error,
			     const char *field_word);

#endif /* CORE_CAPNP_PARSE_ERROR_H */

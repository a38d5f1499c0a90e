/* SPDX-License-Identifier: MIT */
/*
 * render.h - prints a message as text, byte for byte as the reference tool does:
 *
 *     (name = "x", list = [1, 2], level = warning)         as `capnp decode --short`
 *
 *     ( name = "a longer text than fits one line",         as `capnp decode`
 *       list = [1, 2],
 *       level = warning )
 *
 * Plain fields are always there. Members of a union that are not chosen are left out, and so
 * is what is behind a null pointer, unless it is the chosen member of a union other than the
 * first; then it prints as its default. An enum number that the schema does not know prints
 * as (7). Text and data are quoted; control characters in them are escaped, the bytes from 128
 * on in data only. A float has at most 8 digits, of which not every float can be read back.
 * Options change what is no good for a terminal or for being read back.
 *
 * Malformed parts print as if absent; ask capnp_reader_failed() afterwards. To see whether
 * a value fits its line it is read twice; that does not count against the traversal limit.
 *
 *   tests    render_test.c, tests/schema/test_text.py
 */
#ifndef CORE_CAPNP_RENDER_H
#define CORE_CAPNP_RENDER_H

#include <stddef.h>

#include "core/capnp/dynamic.h"

/* Where the text goes, in pieces. */
struct capnp_sink {
	void (*write)(void *context, const char *bytes, size_t size);
	void *context;
};

enum capnp_render_format : uint8_t {
	CAPNP_RENDER_SHORT,  /* one line */
	CAPNP_RENDER_PRETTY, /* what is long is broken into lines; no line end after all */
};

/* All zero is `capnp decode --short`. */
struct capnp_render_options {
	enum capnp_render_format format;
	bool terminal_safe; /* escapes everything in text that is not printable ASCII, so
			       that a hostile text cannot drive a terminal */
	bool data_as_hex;   /* 0x"00 ff" instead of "\000\377" */
	bool exact_floats;  /* 9 digits where a float could not be read back from 8 */
	uint8_t indent;     /* PRETTY: the value stands behind "name = " in a line that
			       begins with so many levels of two blanks */
	/*
	 * Writes a capability, CAPNP_NO_CAP if null, of the field's or list's interface
	 * (null: any). Without it every capability is <external capability>, and one
	 * of any interface <opaque pointer>. It may be called twice for the same one.
	 */
	void (*write_cap)(void *context, const struct capnp_sink *sink, uint32_t cap,
			  const struct capnp_interface_info *interface);
	void *context;
};

/* @options may be null: all zero. */
void capnp_render_struct(const struct capnp_sink *sink,
			 const struct capnp_render_options *options,
			 struct capnp_struct s, const struct capnp_struct_info *info);
void capnp_render_value(const struct capnp_sink *sink,
			const struct capnp_render_options *options,
			const struct capnp_value *value);

/* The type as the schema spells it: UInt64, List(Text), Protection. */
void capnp_render_type(const struct capnp_sink *sink, const struct capnp_type_info *type);

#endif /* CORE_CAPNP_RENDER_H */

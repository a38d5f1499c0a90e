/* SPDX-License-Identifier: MIT */
/*
 * render.h - prints a message as text, much as `capnp decode` does:
 *
 *     (name = "x", list = [1, 2], data = 0x00ff, level = warning, cap = <0>)
 *
 * Members of a union that are not chosen are left out; an absent struct, an absent
 * capability and an unknown pointer that is not there are null. Text is quoted and
 * everything but printable ASCII in it escaped, so that a hostile text cannot drive the terminal.
 * An enum number that the schema does not know prints as its number. Malformed parts print as
 * if absent; ask capnp_reader_failed() afterwards.
 *
 *   tests    render_test.c
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

void capnp_render_struct(const struct capnp_sink *sink, struct capnp_struct s,
			 const struct capnp_struct_info *info);
void capnp_render_value(const struct capnp_sink *sink, const struct capnp_value *value);

#endif /* CORE_CAPNP_RENDER_H */

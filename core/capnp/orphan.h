/* SPDX-License-Identifier: MIT */
/*
 * orphan.h - objects that are written before it is known what points to them.
 *
 * An orphan takes its room in the message when it is made. It is adopted at most once, by
 * a pointer of the same message: a field, an element, or the root. One that nobody adopts
 * leaves unused words in the message and is otherwise harmless. Starting the message over
 * forgets its orphans; they must not be adopted then.
 *
 *   tests    orphan_test.c
 */
#ifndef CORE_CAPNP_ORPHAN_H
#define CORE_CAPNP_ORPHAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/capnp/builder.h"

/* An object that nothing points to. Zeroed: there is none. */
struct capnp_orphan {
	struct capnp_builder *message; /* null: adopted, or it did not fit */
	uint64_t *words;               /* the object; null if it takes no words */
	uint64_t pointer;              /* its kind and size */
	uint32_t room;
};

/*
 * These make an orphan in *@out, zeroed and written through what is returned, as by
 * capnp_init_struct() and its like. It overflows as those do, and then there is none.
 */
struct capnp_struct_builder capnp_orphan_struct(struct capnp_builder *message,
						uint16_t data_words,
						uint16_t pointer_count,
						struct capnp_orphan *out);
struct capnp_list_builder capnp_orphan_list(struct capnp_builder *message,
					    enum capnp_element_size size, uint32_t count,
					    struct capnp_orphan *out);
struct capnp_list_builder capnp_orphan_struct_list(struct capnp_builder *message,
						   uint32_t count, uint16_t data_words,
						   uint16_t pointer_count,
						   struct capnp_orphan *out);

/* Room for @size bytes to be written by the caller; nullptr if it does not fit. */
char *capnp_orphan_text(struct capnp_builder *message, uint32_t size,
			struct capnp_orphan *out);
uint8_t *capnp_orphan_data(struct capnp_builder *message, uint32_t size,
			   struct capnp_orphan *out);

/*
 * Makes @any lead to the orphan, which is none any more. False, with nothing done, if
 * there was none, it is of another message, or @any is nothing to point with; false too,
 * with the builder's overflow flag set, if there is no room for a far pointer's pad.
 */
[[nodiscard]] bool capnp_adopt(struct capnp_any_builder any, struct capnp_orphan *orphan);

/* The same where the root of the message is what points to it. */
[[nodiscard]] bool capnp_adopt_root(struct capnp_orphan *orphan);

#endif /* CORE_CAPNP_ORPHAN_H */

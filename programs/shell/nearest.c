/* SPDX-License-Identifier: MIT */
/*
 * nearest.c - see nearest.h.
 */
#include "programs/shell/nearest.h"

static struct capnp_text capnp_text_of(struct text text)
{
	return (struct capnp_text){ text.bytes, (uint32_t)text.size };
}

void nearest_init(struct nearest *nearest, struct text wanted)
{
	capnp_nearest_init(&nearest->core, capnp_text_of(wanted));
}

void nearest_offer(struct nearest *nearest, struct text name)
{
	capnp_nearest_offer(&nearest->core, capnp_text_of(name));
}

bool nearest_is_exact(const struct nearest *nearest)
{
	return nearest->core.distance == 0;
}

void nearest_write(const struct nearest *nearest, const char *prefix, struct sink *sink)
{
	struct capnp_text best = nearest->core.best;

	if (best.size == 0)
		return;
	sink_strings(sink, "; the nearest is ", prefix, nullptr);
	sink_text(sink, (struct text){ best.bytes, best.size });
}

/* SPDX-License-Identifier: MIT */
/*
 * names.c - see names.h.
 */
#include "programs/shell/names.h"

#include "programs/shell/nearest.h"

const struct name *names_find(const struct names *names, struct text name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (text_is(name, names->entries[i].name))
			return &names->entries[i];
	}
	return nullptr;
}

enum names_result names_check(const struct names *names, struct text wanted)
{
	if (names->count == NAMES_MAX)
		return NAMES_FULL;
	if (wanted.size >= CAPOS_NAME_BYTES)
		return NAMES_TOO_LONG;
	return names_find(names, wanted) ? NAMES_TAKEN : NAMES_OK;
}

/* Writes the next free rN or pN to @out. */
static void next_name(struct names *names, enum name_origin origin,
		      char out[CAPOS_NAME_BYTES])
{
	uint64_t *number = origin == NAME_PROCESS ? &names->processes : &names->results;
	struct sink_buffer buffer;

	do {
		sink_buffer_init(&buffer, out, CAPOS_NAME_BYTES);
		sink_byte(&buffer.sink, origin == NAME_PROCESS ? 'p' : 'r');
		sink_number(&buffer.sink, ++*number);
	} while (names_find(names, sink_buffer_text(&buffer)));
}

enum names_result names_add(struct names *names, struct text wanted, cap_t cap,
			    uint64_t interface, enum name_origin origin,
			    const struct name **out)
{
	enum names_result result = names_check(names, wanted);
	struct name entry = { .cap = cap, .interface = interface, .origin = origin };

	if (result != NAMES_OK)
		return result;
	if (wanted.size == 0)
		next_name(names, origin, entry.name);
	else
		text_copy(entry.name, sizeof(entry.name), wanted);
	names->entries[names->count] = entry;
	*out = &names->entries[names->count++];
	return NAMES_OK;
}

void names_remove(struct names *names, const struct name *entry)
{
	size_t index = (size_t)(entry - names->entries);

	names->count--;
	__builtin_memmove(&names->entries[index], &names->entries[index + 1],
			  (names->count - index) * sizeof(names->entries[0]));
}

void names_unknown(const struct names *names, struct text name, struct sink *sink)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < names->count; i++)
		nearest_offer(&nearest, text_of(names->entries[i].name));
	sink_strings(sink, "no capability @", nullptr);
	sink_text(sink, name);
	nearest_write(&nearest, "@", sink);
}

void names_explain(enum names_result result, struct text wanted, struct sink *sink)
{
	switch (result) {
	case NAMES_OK:
		return;
	case NAMES_TAKEN:
		sink_strings(sink, "the name @", nullptr);
		sink_text(sink, wanted);
		sink_strings(sink, " is taken; release it first", nullptr);
		return;
	case NAMES_TOO_LONG:
		sink_strings(sink, "a name has at most 31 characters", nullptr);
		return;
	case NAMES_FULL:
		sink_strings(sink,
			     "the shell has no room for another capability; "
			     "release one first",
			     nullptr);
		return;
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * names.h - the capabilities that the shell holds, by name.
 *
 * What the shell was granted keeps the name of the grant; result capabilities and
 * process handles are added under the name that the person asked for, or as @r1, @p1, ...
 *
 *   N1  Names are unique; taking a name that is in use is refused, never silently done.
 *   N2  Numbers of @rN and @pN only grow, so an old name never comes to mean something new.
 */
#ifndef SHELL_NAMES_H
#define SHELL_NAMES_H

#include "capos/cap.h"
#include "programs/shell/sink.h"

enum { NAMES_MAX = 96 };

enum name_origin {
	NAME_GRANTED,
	NAME_RESULT,
	NAME_PROCESS,
};

struct name {
	char name[CAPOS_NAME_BYTES];
	cap_t cap;
	uint64_t interface;
	enum name_origin origin;
};

struct names {
	struct name entries[NAMES_MAX];
	size_t count;
	uint64_t results; /* @rN given out */
	uint64_t processes;
};

enum names_result {
	NAMES_OK,
	NAMES_TAKEN,
	NAMES_TOO_LONG,
	NAMES_FULL,
};

/* nullptr if nothing has that name. */
const struct name *names_find(const struct names *names, struct text name);

/* Adds a capability; an empty @wanted asks for the next @rN or @pN. */
enum names_result names_add(struct names *names, struct text wanted, cap_t cap,
			    uint64_t interface, enum name_origin origin,
			    const struct name **out);

/* Whether names_add() would add @wanted. */
enum names_result names_check(const struct names *names, struct text wanted);

/* @entry is gone, later ones move up. */
void names_remove(struct names *names, const struct name *entry);

/* "no capability @NAME; the nearest is @OTHER" */
void names_unknown(const struct names *names, struct text name, struct sink *sink);

/* Why @wanted cannot be a name. */
void names_explain(enum names_result result, struct text wanted, struct sink *sink);

#endif /* SHELL_NAMES_H */

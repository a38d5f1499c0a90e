/* SPDX-License-Identifier: MIT */
/*
 * system_graph.h - whether a system description (schema/manifest.capnp) can be trusted.
 *
 * The rules are written in the schema. tools/mkimage asks before it makes an image, init
 * asks before it starts anything: the same code, so that what was built is what starts.
 * Pure: reads the message, reports sentences, changes nothing.
 *
 *   tests    system_graph_test.c, tests/image/
 */
#ifndef CORE_SYSTEM_GRAPH_H
#define CORE_SYSTEM_GRAPH_H

#include <stdint.h>

#include "abi/boot_package.h"
#include "abi/startup.h"
#include "core/ledger.h"
#include "gen/manifest.capnp.h"

enum {
	SYSTEM_SCHEMA_VERSION = 1,
	SYSTEM_MAX_BYTES = 1 << 20, /* of the description */
	SYSTEM_MESSAGE_MAX_BYTES = 240,
	SYSTEM_PROGRAMS_MAX =
		CAPOS_PACKAGE_FILES_MAX - 1, /* the description is a file too */
	SYSTEM_SERVICES_MAX = 32,
	SYSTEM_ARGUMENTS_MAX =
		CAPOS_ARGUMENTS_MAX - 1,  /* the first is the service's name */
	SYSTEM_ARGUMENT_BYTES_MAX = 4000, /* with the name and each NUL */
};

/* The program that the kernel starts, and the one service that may hold PowerControl. */
#define SYSTEM_INIT  "init"
#define SYSTEM_SHELL "shell"

/* Where defects go. A sentence names the service, the grant and, where a name is
 * unknown, the nearest known one. It is gone when the function returns. */
struct system_graph_report {
	void (*defect)(void *context, const char *sentence);
	void *context;
};

/*
 * Starts reading the description in the @size_bytes at @bytes. False if it is too large or
 * its root is malformed; a description that opens may still be malformed further in.
 */
[[nodiscard]] bool system_graph_open(struct capnp_reader *reader, const void *bytes,
				     uint32_t size_bytes, struct system *out);

/*
 * Reports each defect and returns how many there are. @available is what init can give
 * away of each resource, or nullptr where that is not known.
 */
[[nodiscard]] uint32_t system_graph_check(struct system system,
					  const struct ledger_budget *available,
					  const struct system_graph_report *report);

/* The interface under which @source is granted, or 0 if there is no such source. */
[[nodiscard]] uint64_t system_source_interface(uint16_t source);

/*
 * What the service at @index is to get, its share of @memory_pages worked out:
 * @memory_pages is what init can give to all services together.
 */
void system_graph_service_budget(struct system system, uint32_t index,
				 uint64_t memory_pages, struct ledger_budget *out);

#endif /* CORE_SYSTEM_GRAPH_H */

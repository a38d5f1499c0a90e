/* SPDX-License-Identifier: MIT */
/*
 * log.h - the bootstrap log (schema/log.capnp): 64 KiB of records, the oldest make room.
 *
 * A record costs its writer's ledger what it takes here, header included, so nobody can
 * push out more of the log than its ledger allows.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "gen/log.capnp.h"
#include "kernel/object.h"

enum {
	LOG_RING_BYTES = 65536,
	LOG_TEXT_MAX_BYTES = 240,
	LOG_READ_MAX_RECORDS = 32,
	LOG_RECORD_HEADER_BYTES = 56,
};

extern const struct facet log_sink_facet;
extern const struct facet log_reader_facet;

/* The one log, for the machine's account. */
[[nodiscard]] status_t log_create(struct account *payer, struct object **out);

/* A record of the kernel's own, origin "kernel"; cut to LOG_TEXT_MAX_BYTES. */
void log_write_kernel(enum log_level level, const char *text);

#endif /* KERNEL_LOG_H */

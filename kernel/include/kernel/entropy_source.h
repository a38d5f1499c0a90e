/* SPDX-License-Identifier: MIT */
/* entropy_source.h - EntropySource: random bytes fit for keys (schema/entropy.capnp). */
#ifndef KERNEL_ENTROPY_SOURCE_H
#define KERNEL_ENTROPY_SOURCE_H

#include "kernel/object.h"

enum { ENTROPY_FILL_MAX_BYTES = 1024 };

extern const struct facet entropy_source_facet;

/* The one EntropySource, for the machine's account. */
[[nodiscard]] status_t entropy_source_create(struct account *payer, struct object **out);

#endif /* KERNEL_ENTROPY_SOURCE_H */

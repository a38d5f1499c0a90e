/* SPDX-License-Identifier: MIT */
/* dispatch.h - carries out CALL, RELEASE and CANCEL entries. */
#ifndef KERNEL_DISPATCH_H
#define KERNEL_DISPATCH_H

#include "abi/ring.h"
#include "abi/status.h"

struct thread;
union ring_entry;

/*
 * Each carries out one entry, a private copy, and posts its completion; a call that
 * the object keeps gets it later, and a successful RELEASE none unless it asks.
 */
void dispatch_call(struct thread *thread, const union ring_entry *entry,
		   uint32_t sequence);
void dispatch_release(struct thread *thread, const struct capos_sqe *sqe);
void dispatch_cancel(struct thread *thread, const struct capos_sqe *sqe);

/* Posts a refusal. */
void dispatch_refuse(struct thread *thread, const struct capos_sqe *sqe, status_t status,
		     enum rule rule, uint64_t detail);

#endif /* KERNEL_DISPATCH_H */

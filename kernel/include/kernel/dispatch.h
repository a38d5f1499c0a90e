/* SPDX-License-Identifier: MIT */
/* dispatch.h - carries out CALL, RELEASE and CANCEL entries. */
#ifndef KERNEL_DISPATCH_H
#define KERNEL_DISPATCH_H

#include "abi/ring.h"
#include "abi/status.h"

struct thread;

/*
 * Carries out one entry, a private copy. Returns its status; fills @cqe's payload_size,
 * cap_count, flags, rule and detail, which are zero before. CAPOS_PENDING: the entry is
 * outstanding and gets its completion later.
 */
[[nodiscard]] status_t dispatch_call(struct thread *thread, const struct capos_sqe *sqe,
				     uint32_t sequence, struct capos_cqe *cqe);
[[nodiscard]] status_t dispatch_release(struct thread *thread, const struct capos_sqe *sqe,
					struct capos_cqe *cqe);
[[nodiscard]] status_t dispatch_cancel(struct thread *thread, const struct capos_sqe *sqe,
				       struct capos_cqe *cqe);

#endif /* KERNEL_DISPATCH_H */

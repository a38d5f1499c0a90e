/* SPDX-License-Identifier: MIT */
/*
 * upcall.h - asynchronous events that continue a thread somewhere else.
 *
 * The registers are saved in the thread's own region, where it may look at them and
 * change them; ThreadControl.resume checks them again. One upcall at a time.
 */
#ifndef KERNEL_UPCALL_H
#define KERNEL_UPCALL_H

#include "kernel/thread.h"

/* A fault of the running thread: true if its context now stands at its upcall. */
[[nodiscard]] bool upcall_fault(struct thread *thread, enum fault_kind kind,
				uint64_t address);

/* Raises the interrupt event; false if the thread does not take it. */
[[nodiscard]] bool upcall_interrupt(struct thread *thread);

/* Called before a thread returns to user mode: starts a raised interrupt upcall. */
void upcall_deliver(struct thread *thread);

/*
 * Ends the running upcall: the context is loaded from the frame when the thread leaves the kernel.
 * Returns OK, or the rule: upcallNone, upcallContext.
 */
[[nodiscard]] bool upcall_resume(struct thread *thread, enum rule *rule);

#endif /* KERNEL_UPCALL_H */

/* SPDX-License-Identifier: MIT */
/*
 * thread_control.h - ThreadControl: power over one thread (schema/thread.capnp).
 *
 * The object knows its thread, but does not keep it: when the thread ends the object is
 * closed, and whoever still holds it is refused as disconnected.
 */
#ifndef KERNEL_THREAD_CONTROL_H
#define KERNEL_THREAD_CONTROL_H

#include "kernel/object.h"

struct thread;

extern const struct facet thread_control_facet;

/*
 * Control of @thread; made at most once per thread. The reference in @out is the thread's
 * own (thread->control); thread_control_detach drops it.
 */
[[nodiscard]] status_t thread_control_create(struct account *payer, struct thread *thread,
					     struct object **out);

/* The thread of @control ends: closes the object and drops the thread's reference. */
void thread_control_detach(struct object *control);

#endif /* KERNEL_THREAD_CONTROL_H */

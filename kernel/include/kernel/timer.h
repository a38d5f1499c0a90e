/* SPDX-License-Identifier: MIT */
/* timer.h - Timer: monotonic time, and alarms at it (schema/timer.capnp). */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include "kernel/object.h"

extern const struct facet timer_facet;

/* The one Timer, for the machine's account: it serves for as long as the machine runs. */
[[nodiscard]] status_t timer_create(struct account *payer, struct object **out);

#endif /* KERNEL_TIMER_H */

/* SPDX-License-Identifier: MIT */
/*
 * sched.h - who runs next. Round robin with a time slice; no periodic tick: the timer
 * is armed for the end of the slice only while another thread is runnable.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "kernel/thread.h"

enum { SCHED_SLICE_NS = 5'000'000 };

/* Makes @thread runnable and queues it. */
void sched_add(struct thread *thread);
/* Takes @thread out of the run queue if it is in it. */
void sched_remove(struct thread *thread);
/* Does a step of long work, then continues the next runnable thread, or idles. */
[[noreturn]] void sched_run(void);
/* Whether somebody else is runnable. */
bool sched_contended(void);
/* Arms the timer for the next alarm or the end of the slice. */
void sched_arm_timer(void);

#endif /* KERNEL_SCHED_H */

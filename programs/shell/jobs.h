/* SPDX-License-Identifier: MIT */
/*
 * jobs.h - the processes that this shell started, and how they ended.
 *
 * A bounded table. While a handle is held the process is asked for its state; when it
 * has ended, what is left is a line of text. A new process takes the place of the oldest
 * ended one.
 */
#ifndef SHELL_JOBS_H
#define SHELL_JOBS_H

#include "capos/cap.h"
#include "programs/shell/text.h"

enum {
	JOBS_MAX = 32,
	JOB_END_BYTES = 160,
};

struct job {
	char program[CAPOS_NAME_BYTES];
	char name[CAPOS_NAME_BYTES]; /* of the handle, without the @; "" for run */
	cap_t handle;                /* null once released */
	uint64_t id;
	uint64_t runtime_ns; /* as last seen */
	uint32_t memory_pages;
	bool ended;
	char end[JOB_END_BYTES]; /* how, in words */
};

struct jobs {
	struct job entries[JOBS_MAX]; /* in the order they were started */
	size_t count;
};

/* A new entry; the oldest ended one, or else the oldest, is forgotten if there is no room. */
struct job *jobs_add(struct jobs *jobs, struct text program, cap_t handle);

/* nullptr if no entry has this handle. */
struct job *jobs_find(struct jobs *jobs, cap_t handle);

#endif /* SHELL_JOBS_H */

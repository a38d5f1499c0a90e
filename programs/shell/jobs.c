/* SPDX-License-Identifier: MIT */
/*
 * jobs.c - see jobs.h.
 */
#include "programs/shell/jobs.h"

static size_t oldest_ended(const struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->count; i++) {
		if (jobs->entries[i].ended)
			return i;
	}
	return 0;
}

static void remove_entry(struct jobs *jobs, size_t index)
{
	jobs->count--;
	__builtin_memmove(&jobs->entries[index], &jobs->entries[index + 1],
			  (jobs->count - index) * sizeof(jobs->entries[0]));
}

struct job *jobs_add(struct jobs *jobs, struct text program, cap_t handle)
{
	struct job *job;

	if (jobs->count == JOBS_MAX)
		remove_entry(jobs, oldest_ended(jobs));
	job = &jobs->entries[jobs->count++];
	*job = (struct job){ .handle = handle };
	text_copy(job->program, sizeof(job->program), program);
	return job;
}

struct job *jobs_find(struct jobs *jobs, cap_t handle)
{
	for (size_t i = 0; i < jobs->count; i++) {
		if (!cap_is_null(handle) && cap_equal(jobs->entries[i].handle, handle))
			return &jobs->entries[i];
	}
	return nullptr;
}

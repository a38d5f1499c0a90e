/* SPDX-License-Identifier: MIT */
/* faults.h - each kind of fault by name. */
#ifndef FAULTY_FAULTS_H
#define FAULTY_FAULTS_H

#include <stddef.h>

struct fault {
	const char *name;
	void (*raise)(void); /* does not return unless the machine is broken */
};

extern const struct fault faults[];
extern const size_t fault_count;

#endif /* FAULTY_FAULTS_H */

/* SPDX-License-Identifier: MIT */
/*
 * run.h - one run of the plugin, from the bytes of a request to the texts of all files.
 *
 * It reads and writes nothing but memory, so that it can be run on anything (tests/fuzz/).
 */
#ifndef CAPNPC_RUN_H
#define CAPNPC_RUN_H

#include <stddef.h>

#include "tools/capnpc-capos/output.h"

struct made_file {
	const char *path; /* in the output folder, whose sub-folders may be missing */
	struct output text;
};

struct run {
	struct made_file *files; /* null if the request was refused */
	size_t count;
	struct failure failure; /* its message says why */
};

/*
 * Makes the files of the stream-framed CodeGeneratorRequest of @size bytes at @bytes, of
 * which it keeps nothing. Returns false, with a message in @run, if anything in the request
 * is malformed or refused. Not for two threads at once.
 */
bool run_request(struct run *run, const void *bytes, size_t size);

/* Frees the files of every run there was. */
void run_free(struct run *run);

#endif /* CAPNPC_RUN_H */

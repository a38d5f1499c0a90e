/* SPDX-License-Identifier: MIT */
/*
 * capnpc-capos - makes C of Cap'n Proto schemas; a plugin of `capnp compile -o`.
 *
 * Reads a CodeGeneratorRequest on standard input and writes into the current folder, for
 * each requested name.capnp: name.capnp.h (types, readers, builders, ids), .client.h and
 * .client.c (stubs for libcapos), .server.h (method tables), .reflect.c
 * (tables for the shell), and once reflect_registry.c. What it does not know it refuses
 * by name, and then it has written nothing: files are made when all texts are complete.
 */
#include <stdio.h>

#include "tools/capnpc-capos/run.h"

static char *read_input(size_t *out_size)
{
	size_t capacity = 1 << 20;
	size_t size = 0;
	char *bytes = allocate(capacity);

	for (;;) {
		size += fread(bytes + size, 1, capacity - size, stdin);
		if (size < capacity)
			break;
		capacity *= 2;
		bytes = resize(bytes, capacity);
	}
	*out_size = size;
	return bytes;
}

int main(void)
{
	struct run run;
	size_t size;
	const char *bytes = read_input(&size);

	if (!run_request(&run, bytes, size))
		die("%s", run.failure.message);
	for (size_t i = 0; i < run.count; i++)
		output_write(&run.files[i].text, run.files[i].path);
	return 0;
}

/* SPDX-License-Identifier: MIT */
// FUZZ-LINK: @capnp @plugin
/*
 * plugin.c - any bytes as a CodeGeneratorRequest: files or one message, and the same files
 * when asked again.
 */
#include "tests/fuzz/fuzz.h"
#include "tools/capnpc-capos/run.h"

static uint64_t hash(uint64_t seed, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		seed = (seed ^ (uint8_t)bytes[i]) * UINT64_C(0x100000001b3);
	return seed;
}

static uint64_t run(const uint8_t *bytes, size_t size)
{
	struct run made = { 0 };
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	if (run_request(&made, bytes, size)) {
		for (size_t i = 0; i < made.count; i++) {
			FUZZ_CHECK(made.files[i].path[0] != '\0' &&
				   made.files[i].path[0] != '/');
			sum = hash(sum, made.files[i].path, strlen(made.files[i].path));
			sum = hash(sum, made.files[i].text.bytes,
				   made.files[i].text.size);
		}
	} else {
		FUZZ_CHECK(made.failure.message[0] != '\0');
		sum = hash(sum, made.failure.message, strlen(made.failure.message));
	}
	run_free(&made);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = fuzz_copy(bytes, size);

	FUZZ_CHECK(run(copy, size) == run(copy, size));
	free(copy);
	return 0;
}

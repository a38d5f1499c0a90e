/* SPDX-License-Identifier: MIT */
/*
 * capnp_reader.c - libFuzzer over core/capnp: every input is read as the parameters and
 * results of every method there is, printed, and read again through the plain getters.
 * tests/schema/test_fuzz.py builds it and runs it for a short while; by hand:
 *
 *     clang-19 -fsanitize=fuzzer,address,undefined ... && ./capnp_reader -max_len=512
 */
#include <stdlib.h>
#include <string.h>

#include "core/capnp/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Longer output than this per word of input would be an amplification. */
enum { OUTPUT_PER_WORD_MAX = 1 << 14 };

static void count(void *context, const char *bytes, size_t size)
{
	size_t *total = context;

	(void)bytes;
	*total += size;
}

static void read_as(const uint64_t *words, uint32_t size_bytes,
		    const struct capnp_struct_info *info)
{
	static const struct capnp_render_options pretty = {
		.format = CAPNP_RENDER_PRETTY,
		.terminal_safe = true,
	};
	size_t total = 0;
	const struct capnp_sink sink = { count, &total };
	struct capnp_reader reader;
	struct capnp_struct root;

	capnp_reader_init(&reader, words, size_bytes);
	if (!capnp_read_root(&reader, &root)) {
		if (root.message)
			abort(); /* a malformed root reads as all defaults */
		return;
	}
	capnp_render_struct(&sink, nullptr, root, info);
	capnp_render_struct(&sink, &pretty, root, info);
	if (total > (size_t)OUTPUT_PER_WORD_MAX * (1 + size_bytes / 8))
		abort();
}

/* The same bytes through getters that no schema led to. */
static void read_anything(const uint64_t *words, uint32_t size_bytes)
{
	struct capnp_reader reader;
	struct capnp_struct root;
	uint64_t sum = 0;

	capnp_reader_init(&reader, words, size_bytes);
	if (!capnp_read_root_as(&reader, 2, 1, &root))
		return;
	for (uint32_t i = 0; i < 8; i++) {
		struct capnp_list list =
			capnp_get_list(root, i, (enum capnp_element_size)(i % 8));

		sum += capnp_get_u64(root, i * 8, 0) + capnp_get_data(root, i).size;
		for (uint32_t k = 0; k < list.count && k < 1000; k++) {
			sum += capnp_list_get_bool(list, k) + capnp_list_get_u8(list, k);
			sum += capnp_list_get_u64(list, k) + capnp_list_get_cap(list, k);
			sum += capnp_list_get_text(list, k).size;
			sum += capnp_list_get_struct(list, k).data_bytes;
		}
	}
	__asm__ volatile("" : : "r"(sum)); /* the reads are wanted, not the sum */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint32_t size_bytes = (uint32_t)(size / 8 * 8);
	uint64_t *words = malloc(size_bytes + 1); /* exact, for the sanitizer */

	memcpy(words, bytes, size_bytes);
	for (size_t i = 0; i < capnp_interface_count; i++) {
		const struct capnp_interface_info *interface = capnp_interfaces[i];

		for (uint32_t k = 0; k < interface->method_count; k++) {
			read_as(words, size_bytes, interface->methods[k].params);
			read_as(words, size_bytes, interface->methods[k].results);
		}
	}
	read_anything(words, size_bytes);
	free(words);
	return 0;
}

/* SPDX-License-Identifier: MIT */
// PROVES: text with its final NUL, and data, are inside its segment or the default
// BOUND: one step from any word; a segment of any bytes up to 2^32 - 8
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - words = (size + 7) / 8;
// + words = size / 8;
// FAULT: core/capnp/reader.c
// - if (data.size == 0 || data.bytes[data.size - 1] != 0) {
// + if (data.bytes[data.size - 1] != 0) {
#include "tests/proof/proof.h"

int main(void)
{
	struct capnp_reader reader;

	proof_single(&reader, PROOF_WORDS_MAX);

	struct capnp_any any = { .message = &reader.segment, .word = nondet_uint32() };

	proof_assume(any.word < any.message->word_count);
	if (nondet_bool()) {
		struct capnp_text text = capnp_any_text(any);

		proof_require(text.bytes[text.size] == '\0', "text ends in NUL");
		if (text.size != 0)
			proof_require(bytes_inside(&reader.segment, text.bytes,
						   text.size + 1ull),
				      "text is inside its segment");
	} else {
		struct capnp_data data = capnp_any_data(any);

		if (data.size != 0)
			proof_require(
				bytes_inside(&reader.segment, data.bytes, data.size),
				"data is inside its segment");
	}
	return 0;
}

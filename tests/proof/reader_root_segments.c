/* SPDX-License-Identifier: MIT */
// PROVES: the root of a message of several segments is inside one of them or all defaults
// BOUND: any number of segments, of which up to 3 are there, of 4 words of any content
// LINK: core/capnp/reader.c
// FAULT: core/capnp/reader.c
// - if (word > segment->word_count || words > segment->word_count - word)
// + if (word > segment->word_count)
#include "tests/proof/proof.h"

int main(void)
{
	struct proof_message message;
	struct capnp_struct root;
	uint32_t count = nondet_uint32();

	/* More than there are must be refused before they are looked at. */
	proof_assume(count <= PROOF_SEGMENTS || count > CAPNP_SEGMENTS_MAX);
	for (uint32_t i = 0; i < PROOF_SEGMENTS; i++) {
		message.segments[i].words = proof_words(PROOF_SMALL_WORDS);
		message.segments[i].word_count = PROOF_SMALL_WORDS;
	}
	capnp_reader_init_segments(&message.reader, message.segments, count);
	if (!capnp_read_root(&message.reader, &root))
		proof_require(!root.message, "a malformed root is none");
	proof_require(struct_inside(root), "the root is inside its segment");
	return 0;
}

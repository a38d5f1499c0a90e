/* SPDX-License-Identifier: MIT */
/* unpack.h - what the proofs of unpack.c share: buffers, and places in them. */
#ifndef TESTS_PROOF_UNPACK_H
#define TESTS_PROOF_UNPACK_H

#include "tests/proof/proof.h"
/* Its steps are its own, so it is part of the proof. */
#include "core/capnp/unpack.c" // NOLINT(bugprone-suspicious-include)

/* Any places in an input of any content and any room of at most these sizes. */
static inline struct cursor proof_cursor(uint32_t in_max, uint32_t out_max)
{
	uint32_t in_size = nondet_uint32();
	uint32_t out_size = nondet_uint32();
	uint32_t in_at = nondet_uint32();
	uint32_t out_at = nondet_uint32();

	proof_assume(in_size <= in_max && in_at <= in_size);
	proof_assume(out_size <= out_max && out_at <= out_size);

	uint8_t *in = proof_allocate(in_size, false);
	uint8_t *out = proof_allocate(out_size, false);

	return (struct cursor){ in + in_at, in + in_size, out + out_at, out + out_size };
}

/* That the work went on from @before, inside both buffers. */
static inline void require_inside(const struct cursor *before, const struct cursor *after)
{
	proof_require(after->in_end == before->in_end &&
			      after->out_end == before->out_end,
		      "the ends stay");
	proof_require(proof_same_object(after->in, before->in) &&
			      after->in >= before->in && after->in <= before->in_end,
		      "the input is inside its buffer");
	proof_require(proof_same_object(after->out, before->out) &&
			      after->out >= before->out && after->out <= before->out_end,
		      "the output is inside its buffer");
}

#endif /* TESTS_PROOF_UNPACK_H */

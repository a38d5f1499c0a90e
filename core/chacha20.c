/* SPDX-License-Identifier: MIT */
/* chacha20.c - see chacha20.h. Constant time: no branch or index depends on the key. */
#include "core/chacha20.h"

enum { DOUBLE_ROUNDS = 10 };

static uint32_t rotate_left(uint32_t value, unsigned int bits)
{
	return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	*a += *b;
	*d = rotate_left(*d ^ *a, 16);
	*c += *d;
	*b = rotate_left(*b ^ *c, 12);
	*a += *b;
	*d = rotate_left(*d ^ *a, 8);
	*c += *d;
	*b = rotate_left(*b ^ *c, 7);
}

static void double_round(uint32_t x[CHACHA20_BLOCK_WORDS])
{
	quarter_round(&x[0], &x[4], &x[8], &x[12]);
	quarter_round(&x[1], &x[5], &x[9], &x[13]);
	quarter_round(&x[2], &x[6], &x[10], &x[14]);
	quarter_round(&x[3], &x[7], &x[11], &x[15]);
	quarter_round(&x[0], &x[5], &x[10], &x[15]);
	quarter_round(&x[1], &x[6], &x[11], &x[12]);
	quarter_round(&x[2], &x[7], &x[8], &x[13]);
	quarter_round(&x[3], &x[4], &x[9], &x[14]);
}

void chacha20_block(const uint32_t key[CHACHA20_KEY_WORDS], uint32_t counter,
		    const uint32_t nonce[CHACHA20_NONCE_WORDS],
		    uint32_t out[CHACHA20_BLOCK_WORDS])
{
	/* "expand 32-byte k" */
	uint32_t state[CHACHA20_BLOCK_WORDS] = { 0x61707865, 0x3320646e, 0x79622d32,
						 0x6b206574 };

	for (int i = 0; i < CHACHA20_KEY_WORDS; i++)
		state[4 + i] = key[i];
	state[12] = counter;
	for (int i = 0; i < CHACHA20_NONCE_WORDS; i++)
		state[13 + i] = nonce[i];
	for (int i = 0; i < CHACHA20_BLOCK_WORDS; i++)
		out[i] = state[i];
	for (int i = 0; i < DOUBLE_ROUNDS; i++)
		double_round(out);
	for (int i = 0; i < CHACHA20_BLOCK_WORDS; i++)
		out[i] += state[i];
}

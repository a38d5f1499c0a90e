/* SPDX-License-Identifier: MIT */
/* chacha20.h - the ChaCha20 block function (RFC 8439, section 2.3). */
#ifndef CORE_CHACHA20_H
#define CORE_CHACHA20_H

#include <stdint.h>

enum {
	CHACHA20_KEY_WORDS = 8,
	CHACHA20_NONCE_WORDS = 3,
	CHACHA20_BLOCK_WORDS = 16,
	CHACHA20_BLOCK_BYTES = 64,
};

/* Writes block @counter of the key stream. Words are little-endian in the RFC's bytes. */
void chacha20_block(const uint32_t key[CHACHA20_KEY_WORDS], uint32_t counter,
		    const uint32_t nonce[CHACHA20_NONCE_WORDS],
		    uint32_t out[CHACHA20_BLOCK_WORDS]);

#endif /* CORE_CHACHA20_H */

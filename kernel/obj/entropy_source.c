/* SPDX-License-Identifier: MIT */
/*
 * entropy_source.c - see entropy_source.h.
 *
 * A ChaCha20 generator with fast key erasure (D. J. Bernstein, 2017): each request runs
 * the cipher under the present key; the first 32 bytes of the stream become the next key
 * and are never given out, so whoever later sees the state cannot compute what went out
 * before. Fresh processor randomness is mixed into the key before each request.
 *
 * Locking. source->lock (rank OBJECT) guards the key.
 */
#include "kernel/entropy_source.h"

#include "core/chacha20.h"
#include "gen/entropy.server.h"
#include "kernel/arch.h"
#include "kernel/call.h"
#include "kernel/panic.h"

struct entropy_source {
	struct object base; /* first, so that an object pointer converts */
	struct spinlock lock;
	bool seeded; /* a whole key's worth of randomness went in */
	uint32_t key[CHACHA20_KEY_WORDS];
};

static struct cache entropy_source_cache =
	CACHE("EntropySource", sizeof(struct entropy_source));

static const struct object_type entropy_source_type = {
	.name = "EntropySource",
	.cache = &entropy_source_cache,
};

/* No key stays behind on the stack; the compiler may not drop this store. */
static void erase(void *bytes, size_t size)
{
	__builtin_memset(bytes, 0, size);
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

/* Mixes fresh randomness into the key; a source that fails now leaves the old key good. */
static void reseed_locked(struct entropy_source *source)
{
	uint64_t fresh[CHACHA20_KEY_WORDS / 2];

	for (uint32_t i = 0; i < CHACHA20_KEY_WORDS / 2; i++)
		if (!arch_random(&fresh[i]))
			return;
	for (uint32_t i = 0; i < CHACHA20_KEY_WORDS / 2; i++) {
		source->key[2 * i] ^= (uint32_t)fresh[i];
		source->key[2 * i + 1] ^= (uint32_t)(fresh[i] >> 32);
	}
	source->seeded = true;
	erase(fresh, sizeof(fresh));
}

static void fill_locked(struct entropy_source *source, uint8_t *out, uint32_t size)
{
	static const uint32_t nonce[CHACHA20_NONCE_WORDS];
	uint32_t block[CHACHA20_BLOCK_WORDS];
	uint32_t key[CHACHA20_KEY_WORDS];
	uint32_t counter = 0;
	uint32_t used = sizeof(key); /* of the block: the next key comes first */

	__builtin_memcpy(key, source->key, sizeof(key));
	chacha20_block(key, counter++, nonce, block);
	__builtin_memcpy(source->key, block, sizeof(source->key));
	while (size > 0) {
		uint32_t part = CHACHA20_BLOCK_BYTES - used;

		if (part == 0) {
			chacha20_block(key, counter++, nonce, block);
			used = 0;
			continue;
		}
		part = part < size ? part : size;
		__builtin_memcpy(out, (const uint8_t *)block + used, part);
		out += part;
		used += part;
		size -= part;
	}
	erase(block, sizeof(block));
	erase(key, sizeof(key));
}

static status_t method_fill(void *self, struct call *call,
			    struct entropy_source_fill_params params,
			    struct entropy_source_fill_results_builder results)
{
	struct entropy_source *source = self;
	uint32_t size = entropy_source_fill_params_get_size_bytes(params);
	uint8_t *bytes;
	bool seeded;

	if (size == 0)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_SIZE_NON_ZERO, 0);
	if (size > ENTROPY_FILL_MAX_BYTES)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT,
				  size);
	bytes = entropy_source_fill_results_init_bytes(results, size);
	if (!bytes)
		return call_refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
				   call_result_room(call));

	spin_lock(&source->lock);
	reseed_locked(source);
	seeded = source->seeded;
	if (seeded)
		fill_locked(source, bytes, size);
	spin_unlock(&source->lock);
	return seeded ? CAPOS_OK
		      : call_raise(call, EXCEPTION_TYPE_UNIMPLEMENTED, RULE_NONE, 0);
}

ENTROPY_SOURCE_METHOD_TABLE(entropy_source_table, method_fill);

const struct facet entropy_source_facet =
	FACET(ENTROPY_SOURCE, "EntropySource", entropy_source_type, entropy_source_table);

status_t entropy_source_create(struct account *payer, struct object **out)
{
	struct entropy_source *source;
	status_t status;

	status = object_alloc(&entropy_source_type, payer, out);
	if (status != CAPOS_OK)
		return status;
	source = (struct entropy_source *)*out;
	spin_init(&source->lock, LOCK_OBJECT);
	reseed_locked(source);
	return CAPOS_OK;
}

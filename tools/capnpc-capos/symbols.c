/* SPDX-License-Identifier: MIT */
/* symbols.c - see symbols.h. */
#include "tools/capnpc-capos/symbols.h"

#include <string.h>

#include "tools/capnpc-capos/memory.h"

static size_t hash(const char *name)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (size_t i = 0; name[i]; i++)
		sum = (sum ^ (uint8_t)name[i]) * UINT64_C(0x100000001b3);
	return (size_t)(sum ^ sum >> 32);
}

static void grow(struct symbols *symbols)
{
	struct symbols larger = {
		.chain_count =
			symbols->chain_count == 0 ? 1024 : symbols->chain_count * 4,
		.count = symbols->count,
	};

	larger.chains = allocate_array(larger.chain_count, sizeof(larger.chains[0]));
	for (size_t i = 0; i < symbols->chain_count; i++) {
		struct symbol *next;

		for (struct symbol *symbol = symbols->chains[i]; symbol; symbol = next) {
			size_t chain = hash(symbol->name) % larger.chain_count;

			next = symbol->next;
			symbol->next = larger.chains[chain];
			larger.chains[chain] = symbol;
		}
	}
	*symbols = larger;
}

void symbols_claim(struct symbols *symbols, enum name_space space, const char *name,
		   const void *owner)
{
	struct symbol *symbol = allocate(sizeof(*symbol));
	size_t chain;

	if (symbols->count >= symbols->chain_count)
		grow(symbols);
	chain = hash(name) % symbols->chain_count;
	*symbol = (struct symbol){
		.name = name,
		.owner = owner,
		.next = symbols->chains[chain],
		.spaces = space,
	};
	symbols->chains[chain] = symbol;
	symbols->count++;
}

const void *symbols_owner(const struct symbols *symbols, enum name_space space,
			  const char *name, const void *owner)
{
	const struct symbol *symbol = nullptr;

	if (symbols->chain_count != 0)
		symbol = symbols->chains[hash(name) % symbols->chain_count];
	for (; symbol; symbol = symbol->next) {
		if (symbol->owner != owner && (symbol->spaces & space) != 0 &&
		    strcmp(symbol->name, name) == 0)
			return symbol->owner;
	}
	return nullptr;
}

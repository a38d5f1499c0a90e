/* SPDX-License-Identifier: MIT */
/*
 * heap.h - an intrusive pairing heap keyed by a 64-bit number, smallest first.
 *
 * Insertion takes constant time, removal of any node logarithmic amortised time.
 * Nodes with equal keys come out in no particular order.
 * M. L. Fredman et al., "The pairing heap", Algorithmica 1 (1986).
 */
#ifndef CORE_HEAP_H
#define CORE_HEAP_H

#include <stdint.h>

struct heap_node {
	uint64_t key;
	struct heap_node *child;
	struct heap_node *next; /* sibling */
	struct heap_node *prev; /* left sibling, or the parent of a first child */
};

struct heap {
	struct heap_node *root;
};

void heap_insert(struct heap *heap, struct heap_node *node);
/* Takes @node, which is in the heap, out of it. */
void heap_remove(struct heap *heap, struct heap_node *node);
static inline struct heap_node *heap_first(const struct heap *heap)
{
	return heap->root;
}

#endif /* CORE_HEAP_H */

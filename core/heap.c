/* SPDX-License-Identifier: MIT */
/*
 * heap.c - see heap.h.
 *
 * H1  No node's key is smaller than its parent's.
 * H2  prev of a first child is its parent, of any other child its left sibling.
 * H3  The root has neither prev nor next; a node outside the heap has no links at all.
 */
#include "core/heap.h"

#include <stddef.h>

/* Joins two heaps (either may be nullptr); their roots have no siblings. */
static struct heap_node *heap_meld(struct heap_node *a, struct heap_node *b)
{
	if (!a)
		return b;
	if (!b)
		return a;
	if (b->key < a->key) {
		struct heap_node *swap = a;

		a = b;
		b = swap;
	}
	b->next = a->child;
	b->prev = a;
	if (a->child)
		a->child->prev = b;
	a->child = b;
	return a;
}

/* Cuts @node off its siblings and returns the next one. */
static struct heap_node *heap_detach(struct heap_node *node)
{
	struct heap_node *next = node->next;

	node->next = nullptr;
	node->prev = nullptr;
	return next;
}

/*
 * Makes one heap of a list of siblings: pairs from left to right, then the pairs from
 * right to left. Both passes are needed for the logarithmic bound.
 */
static struct heap_node *heap_meld_siblings(struct heap_node *first)
{
	struct heap_node *pairs = nullptr; /* linked through next, the last pair first */
	struct heap_node *root = nullptr;

	while (first) {
		struct heap_node *a = first;
		struct heap_node *b = heap_detach(a);

		first = b ? heap_detach(b) : nullptr;
		a = heap_meld(a, b);
		a->next = pairs;
		pairs = a;
	}
	while (pairs) {
		struct heap_node *pair = pairs;

		pairs = heap_detach(pair);
		root = heap_meld(root, pair);
	}
	return root;
}

void heap_insert(struct heap *heap, struct heap_node *node)
{
	node->child = nullptr;
	node->next = nullptr;
	node->prev = nullptr;
	heap->root = heap_meld(heap->root, node);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
	struct heap_node *rest = heap_meld_siblings(node->child);

	node->child = nullptr;
	if (heap->root == node) {
		heap->root = rest;
		return;
	}
	if (node->prev->child == node)
		node->prev->child = node->next;
	else
		node->prev->next = node->next;
	if (node->next)
		node->next->prev = node->prev;
	(void)heap_detach(node);
	heap->root = heap_meld(heap->root, rest);
}

/* SPDX-License-Identifier: MIT */
/* heap_test.c - the promises of heap.h against a sorted array. */
// TEST-LINK: core/heap.c
#include "core/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 300 };

/* H1 and H2 of heap.c for everything below @node; returns how many nodes there are. */
static size_t check_below(const struct heap_node *node)
{
	size_t count = 1;
	const struct heap_node *left = nullptr;

	for (const struct heap_node *child = node->child; child; child = child->next) {
		assert_true(child->key >= node->key);
		assert_ptr_equal(child->prev, left ? left : node);
		count += check_below(child);
		left = child;
	}
	return count;
}

static size_t check(const struct heap *heap)
{
	if (!heap->root)
		return 0;
	assert_null(heap->root->next);
	assert_null(heap->root->prev);
	return check_below(heap->root);
}

static uint64_t smallest(const struct heap_node *nodes, const bool *inside)
{
	uint64_t key = UINT64_MAX;

	for (size_t i = 0; i < NODES; i++)
		if (inside[i] && nodes[i].key < key)
			key = nodes[i].key;
	return key;
}

static void heap_empty_has_no_first(void **state)
{
	struct heap heap = { nullptr };

	(void)state;
	assert_null(heap_first(&heap));
}

static void heap_gives_ascending_keys(void **state)
{
	struct heap heap = { nullptr };
	struct heap_node nodes[NODES];
	uint64_t last = 0;

	(void)state;
	for (size_t i = 0; i < NODES; i++) {
		nodes[i].key = (i * 7919) % 101;
		heap_insert(&heap, &nodes[i]);
		assert_int_equal(check(&heap), i + 1);
	}
	for (size_t i = 0; i < NODES; i++) {
		struct heap_node *node = heap_first(&heap);

		assert_non_null(node);
		assert_true(node->key >= last);
		last = node->key;
		heap_remove(&heap, node);
		assert_int_equal(check(&heap), NODES - 1 - i);
	}
	assert_null(heap_first(&heap));
}

static void heap_removes_any_node(void **state)
{
	struct heap heap = { nullptr };
	struct heap_node nodes[NODES];
	bool inside[NODES] = { false };
	size_t count = 0;

	(void)state;
	srandom(7);
	for (int step = 0; step < 6000; step++) {
		size_t i = (size_t)random() % NODES;

		if (inside[i]) {
			heap_remove(&heap, &nodes[i]);
			assert_null(nodes[i].child);
			count--;
		} else {
			nodes[i].key = (uint64_t)random() % 64;
			heap_insert(&heap, &nodes[i]);
			count++;
		}
		inside[i] = !inside[i];
		assert_int_equal(check(&heap), count);
		if (count > 0)
			assert_int_equal(heap_first(&heap)->key, smallest(nodes, inside));
	}
}

static void heap_keeps_the_largest_key(void **state)
{
	struct heap heap = { nullptr };
	struct heap_node forever = { .key = UINT64_MAX };
	struct heap_node soon = { .key = 0 };

	(void)state;
	heap_insert(&heap, &forever);
	heap_insert(&heap, &soon);
	assert_ptr_equal(heap_first(&heap), &soon);
	heap_remove(&heap, &soon);
	assert_ptr_equal(heap_first(&heap), &forever);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heap_empty_has_no_first),
		cmocka_unit_test(heap_gives_ascending_keys),
		cmocka_unit_test(heap_removes_any_node),
		cmocka_unit_test(heap_keeps_the_largest_key),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

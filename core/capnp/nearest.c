/* SPDX-License-Identifier: MIT */
/*
 * nearest.c - see nearest.h. The distance is that of optimal string alignment:
 * F. J. Damerau, "A technique for computer detection and correction of spelling
 * errors", Communications of the ACM 7 (1964).
 */
#include "core/capnp/nearest.h"

enum { LENGTH_MAX = 40 }; /* longer names are compared by their start */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t cut(uint32_t size)
{
	return smaller(size, LENGTH_MAX);
}

static bool same(struct capnp_text a, uint32_t i, struct capnp_text b, uint32_t j)
{
	return lower(a.bytes[i]) == lower(b.bytes[j]);
}

/* Cell (@i, @j), both at least 1; the two rows before it are known. */
static uint32_t cell(struct capnp_text a, struct capnp_text b, uint32_t i, uint32_t j,
		     uint32_t rows[3][LENGTH_MAX + 1])
{
	const uint32_t *above = rows[(i + 2) % 3];
	uint32_t cost = same(a, i - 1, b, j - 1) ? 0 : 2;
	uint32_t best = above[j - 1] + cost;

	best = smaller(best, above[j] + 2);
	best = smaller(best, rows[i % 3][j - 1] + 2);
	if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1))
		best = smaller(best, rows[(i + 1) % 3][j - 2] + 2);
	return best;
}

/* Twice the number of edits, so that a shared start can count for a half. */
static uint32_t distance(struct capnp_text a, struct capnp_text b)
{
	uint32_t rows[3][LENGTH_MAX + 1];
	uint32_t a_size = cut(a.size);
	uint32_t b_size = cut(b.size);

	for (uint32_t j = 0; j <= b_size; j++)
		rows[0][j] = 2 * j;
	for (uint32_t i = 1; i <= a_size; i++) {
		rows[i % 3][0] = 2 * i;
		for (uint32_t j = 1; j <= b_size; j++)
			rows[i % 3][j] = cell(a, b, i, j, rows);
	}
	return rows[a_size % 3][b_size] + (a_size && b_size && !same(a, 0, b, 0));
}

void capnp_nearest_init(struct capnp_nearest *nearest, struct capnp_text wanted)
{
	*nearest = (struct capnp_nearest){ .wanted = wanted, .distance = UINT32_MAX };
}

void capnp_nearest_offer(struct capnp_nearest *nearest, struct capnp_text name)
{
	uint32_t found = distance(nearest->wanted, name);

	if (found >= nearest->distance)
		return;
	nearest->distance = found;
	nearest->best = name;
}

/* SPDX-License-Identifier: MIT */
/*
 * nearest.c - see nearest.h. The distance is that of optimal string alignment:
 * F. J. Damerau, "A technique for computer detection and correction of spelling
 * errors", Communications of the ACM 7 (1964).
 */
#include "programs/shell/nearest.h"

enum { LENGTH_MAX = 40 }; /* longer names are compared by their start */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t cut(size_t size)
{
	return smaller(size, LENGTH_MAX);
}

static bool same(struct text a, size_t i, struct text b, size_t j)
{
	return lower(a.bytes[i]) == lower(b.bytes[j]);
}

/* Cell (@i, @j), both at least 1; the two rows before it are known. */
static size_t cell(struct text a, struct text b, size_t i, size_t j,
		   size_t rows[3][LENGTH_MAX + 1])
{
	const size_t *above = rows[(i + 2) % 3];
	size_t cost = same(a, i - 1, b, j - 1) ? 0 : 2;
	size_t best = above[j - 1] + cost;

	best = smaller(best, above[j] + 2);
	best = smaller(best, rows[i % 3][j - 1] + 2);
	if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1))
		best = smaller(best, rows[(i + 1) % 3][j - 2] + 2);
	return best;
}

/* Twice the number of edits, so that a shared start can count for a half. */
static size_t distance(struct text a, struct text b)
{
	size_t rows[3][LENGTH_MAX + 1];
	size_t a_size = cut(a.size);
	size_t b_size = cut(b.size);

	for (size_t j = 0; j <= b_size; j++)
		rows[0][j] = 2 * j;
	for (size_t i = 1; i <= a_size; i++) {
		rows[i % 3][0] = 2 * i;
		for (size_t j = 1; j <= b_size; j++)
			rows[i % 3][j] = cell(a, b, i, j, rows);
	}
	return rows[a_size % 3][b_size] + (a_size && b_size && !same(a, 0, b, 0));
}

void nearest_init(struct nearest *nearest, struct text wanted)
{
	*nearest = (struct nearest){ .wanted = wanted, .distance = SIZE_MAX };
}

void nearest_offer(struct nearest *nearest, struct text name)
{
	size_t found = distance(nearest->wanted, name);

	if (found >= nearest->distance)
		return;
	nearest->distance = found;
	nearest->best = name;
}

void nearest_write(const struct nearest *nearest, const char *prefix, struct sink *sink)
{
	if (nearest->best.size == 0)
		return;
	sink_strings(sink, "; the nearest is ", prefix, nullptr);
	sink_text(sink, nearest->best);
}

/* SPDX-License-Identifier: MIT */
/*
 * pager.c - see pager.h.
 */
#include "programs/shell/pager.h"

enum { BYTE_INTERRUPT = 3 };

/* Asks at the end of a screenful. */
static void stop(struct pager *pager)
{
	sink_strings(pager->screen,
		     "-- more: space next page, Enter next line, q quit --", nullptr);
	for (bool waiting = true; waiting;) {
		uint8_t key = pager->read_key(pager->context);

		waiting = false;
		if (key == ' ')
			pager->row = 0;
		else if (key == '\r' || key == '\n')
			pager->row--;
		else if (key == 'q' || key == 'Q' || key == BYTE_INTERRUPT)
			pager->quit = true;
		else
			waiting = true;
	}
	sink_strings(pager->screen, "\r\x1b[K", nullptr);
}

/* Whether the next line needs a row that the screen does not have. */
static bool is_full(const struct pager *pager)
{
	return pager->rows > 0 && pager->column == 0 && pager->row >= pager->rows - 1;
}

static void count(struct pager *pager, char byte)
{
	if (byte == '\n') {
		pager->row++;
		pager->column = 0;
		return;
	}
	if (((uint8_t)byte & 0xc0) == 0x80)
		return;
	if (pager->column == pager->columns) {
		pager->row++;
		pager->column = 0;
	}
	pager->column++;
}

static void pager_write(struct sink *sink, const char *bytes, size_t size)
{
	struct pager *pager = (struct pager *)sink;
	size_t shown = 0;

	for (size_t i = 0; i < size && !pager->quit; i++) {
		if (is_full(pager)) {
			sink_text(pager->screen,
				  (struct text){ bytes + shown, i - shown });
			shown = i;
			stop(pager);
		}
		count(pager, bytes[i]);
	}
	if (!pager->quit)
		sink_text(pager->screen, (struct text){ bytes + shown, size - shown });
}

void pager_init(struct pager *pager, struct sink *screen, size_t rows, size_t columns,
		uint8_t (*read_key)(void *context), void *context)
{
	*pager = (struct pager){
		.sink = { .write = pager_write },
		.screen = screen,
		.read_key = read_key,
		.context = context,
		.rows = rows,
		.columns = columns,
	};
}

void pager_begin(struct pager *pager)
{
	pager->row = pager->column = 0;
	pager->quit = false;
}

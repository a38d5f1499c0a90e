/* SPDX-License-Identifier: MIT */
/*
 * main.c - tiny, 16 KiB that end at once. See README.md.
 */
#include <stdint.h>

#include "capos/program.h"

enum { PADDING_BYTES = 12800 };

/* Makes four pages of constants, so that the file has a little more than 16 KiB. */
[[gnu::used, gnu::retain]] static const uint8_t padding[PADDING_BYTES] = { 1 };

int main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

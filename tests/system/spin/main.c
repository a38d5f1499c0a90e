/* SPDX-License-Identifier: MIT */
/* main.c - spin, which never gives the processor away: only preemption can take it. */
#include "capos/program.h"

int main(int argc, char **argv)
{
	volatile int forever = argc;

	(void)argv;
	while (forever)
		;
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * main.c - faulty, which ends in every way a program can end by itself. See README.md.
 */
#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/string.h"
#include "programs/faulty/faults.h"

enum { NEED_CONSOLE, NEED_COUNT };

CAP_NEEDS(faulty_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, CAPOS_NEED_OPTIONAL, 0 },
};

enum { EXIT_USAGE = 2, EXIT_SURVIVED = 3, EXIT_DIGITS_MAX = 9 };

static int read_code(const char *text)
{
	bool negative = *text == '-';
	int code = 0;

	text += negative;
	for (int i = 0; i < EXIT_DIGITS_MAX && *text >= '0' && *text <= '9'; i++)
		code = code * 10 + (*text++ - '0');
	return negative ? -code : code;
}

static int usage(void)
{
	(void)capos_print("usage: faulty exit N | panic");
	for (size_t i = 0; i < fault_count; i++)
		(void)capos_print(" | %s", faults[i].name);
	(void)capos_print("\n");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];

	cap_resolve(faulty_needs, NEED_COUNT, caps);
	if (argc == 3 && capos_text_equal(argv[1], "exit"))
		return read_code(argv[2]);
	if (argc != 2)
		return usage();
	if (capos_text_equal(argv[1], "panic"))
		capos_panic("as asked");
	for (size_t i = 0; i < fault_count; i++) {
		if (!capos_text_equal(argv[1], faults[i].name))
			continue;
		(void)capos_print("faulty: %s\n", faults[i].name);
		faults[i].raise();
		(void)capos_print("faulty: survived %s\n", faults[i].name);
		return EXIT_SURVIVED;
	}
	return usage();
}

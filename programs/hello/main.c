/* SPDX-License-Identifier: MIT */
/*
 * main.c - hello, the smallest program that says something. See README.md.
 */
#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/string.h"

enum { NEED_CONSOLE, NEED_COUNT };

CAP_NEEDS(hello_needs) = {
	[NEED_CONSOLE] = { "console", CONSOLE_INTERFACE_ID, 0, 0 },
};

enum { EXIT_USAGE = 2 };

/* A decimal number from 0 to 255; false if @text is anything else. */
static bool read_code(const char *text, int *code)
{
	*code = 0;
	if (*text == '\0')
		return false;
	for (; *text >= '0' && *text <= '9' && *code <= 255; text++)
		*code = *code * 10 + (*text - '0');
	return *text == '\0' && *code <= 255;
}

int main(int argc, char **argv)
{
	cap_t caps[NEED_COUNT];
	struct console_client console;
	int code = 0;

	cap_resolve(hello_needs, NEED_COUNT, caps);
	console = (struct console_client){ caps[NEED_CONSOLE] };

	(void)console_print(console, "Hello from %s.\n", argv[0]);
	for (int i = 1; i < argc; i++) {
		if (!capos_text_equal(argv[i], "--exit")) {
			(void)console_print(console, "argument %d: %s\n", i, argv[i]);
			continue;
		}
		if (++i == argc || !read_code(argv[i], &code)) {
			(void)console_print(
				console, "hello: --exit needs a number from 0 to 255\n");
			return EXIT_USAGE;
		}
	}
	return code;
}

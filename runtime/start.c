/* SPDX-License-Identifier: MIT */
/*
 * start.c - from the first instruction to main, and from there to the end.
 */
#include "capos/cap.h"
#include "capos/program.h"
#include "capos/ring.h"
#include "capos/string.h"

/* Placed by user.ld: the initial contents of thread-local data, and their block. */
extern const uint8_t capos_tls_image[];
extern const uint8_t capos_tls_image_bytes[]; /* its address is the number */
extern uint8_t capos_tls_block[];

const struct capos_capset *capos_capset;
const struct capos_startup *capos_startup;

/* The program's. */
int main(int argc, char **argv);

[[noreturn]] void capos_start(void *region, const struct capos_capset *capset,
			      const struct capos_startup *startup);

/* Fills @argv, which has room for every argument and a null pointer. */
static int take_arguments(const struct capos_startup *startup, char **argv)
{
	char *next = (char *)(uintptr_t)(startup + 1);
	char *end = (char *)(uintptr_t)startup + startup->size_bytes;
	int argc = 1;

	for (uint32_t i = 0; i < startup->argument_count && i < CAPOS_ARGUMENTS_MAX;
	     i++) {
		if (next >= end)
			break;
		argv[argc++] = next;
		next += strlen(next) + 1;
	}
	return argc;
}

/* For programs the record is theirs; for this file it came from somebody else. */
static int prepare_arguments(char **argv)
{
	argv[0] = (char *)(uintptr_t)capos_capset->process_name;
	if (!capos_startup || capos_startup->magic != CAPOS_STARTUP_MAGIC) {
		capos_startup = nullptr;
		return 1;
	}
	return take_arguments(capos_startup, argv);
}

void capos_start(void *region, const struct capos_capset *capset,
		 const struct capos_startup *startup)
{
	static char *argv[CAPOS_ARGUMENTS_MAX + 2];

	memcpy(capos_tls_block, capos_tls_image, (uintptr_t)capos_tls_image_bytes);
	capos_capset = capset;
	capos_startup = startup;
	capos_ring_init(&capos_thread_ring, region);
	capos_exit(main(prepare_arguments(argv), argv));
}

void capos_exit(int code)
{
	/* It does not return; the loop is what the compiler can see. */
	for (;;)
		(void)capos_sys_call(CAPOS_SYS_EXIT, (uint32_t)code, 0);
}

const char *capos_process_name(void)
{
	return capos_capset->process_name;
}

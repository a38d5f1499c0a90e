/* SPDX-License-Identifier: MIT */
/*
 * program.h - the start and the end of a program.
 *
 * A program defines `int main(int argc, char **argv)`. argv[0] is the name of the
 * process, the arguments follow; what main returns is the exit code.
 *
 *   tests    tests/system (hello, faulty)
 */
#ifndef CAPOS_PROGRAM_H
#define CAPOS_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "abi/address_map.h"
#include "abi/startup.h"

/* The exit code after capos_panic(), as of a program that aborts. */
enum { CAPOS_EXIT_PANIC = 134 };

/* Ends the process at once. Queued releases do not matter: everything is released. */
[[noreturn]] void capos_exit(int code);

/*
 * Says on the console or the log, if the process holds one, that this cannot go on, and
 * ends the process with CAPOS_EXIT_PANIC. Uses neither the heap nor a lock.
 */
[[noreturn, gnu::format(printf, 1, 2)]] void capos_panic(const char *format, ...);

/* Name of this process. */
const char *capos_process_name(void);

/* What the loader said about this process; nullptr if it said nothing. */
extern const struct capos_startup *capos_startup;

#endif /* CAPOS_PROGRAM_H */

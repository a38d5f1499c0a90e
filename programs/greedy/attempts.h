/* SPDX-License-Identifier: MIT */
/* attempts.h - the attempts, by what they forge. */
#ifndef GREEDY_ATTEMPTS_H
#define GREEDY_ATTEMPTS_H

#include "gen/console.client.h"
#include "programs/greedy/attempt.h"

/* Ids: null, forged, stale, every interface at every slot; wrong interfaces and methods. */
void try_identities(struct tally *tally, struct console_client console);

/* Opcodes, flags and reserved fields of entries; system calls that do not exist. */
void try_entries(struct tally *tally, cap_t console);

/* Parameters, results and transfer records outside the arena, or not aligned. */
void try_buffers(struct tally *tally, cap_t console);

/* Giving away what is not held, or in ways that do not exist. */
void try_transfers(struct tally *tally, cap_t console);

/* More than the documented limits, and memory that nobody granted. */
void try_resources(struct tally *tally, struct console_client console);

#endif /* GREEDY_ATTEMPTS_H */

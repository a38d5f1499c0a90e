/* SPDX-License-Identifier: MIT */
/*
 * ending.h - what the end of a service means. Pure; tested on the host.
 */
#ifndef INIT_ENDING_H
#define INIT_ENDING_H

#include "core/sentence.h"
#include "gen/process.capnp.h"

/* Whether it ended itself with code 0. */
bool ending_is_success(struct terminal_status status);

/* "service NAME ...": how it ended. */
void ending_tell(struct sentence *sentence, struct capnp_text name,
		 struct terminal_status status);

/* The machine's exit code if this was the last service: its own, or 1 if it has none
 * between 0 and 255, did not end itself, or never ran. */
uint8_t ending_code(struct terminal_status status);

#endif /* INIT_ENDING_H */

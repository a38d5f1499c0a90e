/* SPDX-License-Identifier: MIT */
/* supervise.h - waits for services to end. */
#ifndef INIT_SUPERVISE_H
#define INIT_SUPERVISE_H

#include "services/init/init.h"

/*
 * Waits until the service named shell has ended, or all have; says how each ended.
 * Returns the exit code for the machine.
 */
[[nodiscard]] uint8_t supervise(struct init *init);

#endif /* INIT_SUPERVISE_H */

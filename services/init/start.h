/* SPDX-License-Identifier: MIT */
/* start.h - starts one service. */
#ifndef INIT_START_H
#define INIT_START_H

#include "services/init/init.h"

/*
 * Starts the service at @index with exactly its grants and its budget, and keeps its
 * handle. Reports what fails.
 */
[[nodiscard]] bool start_service(struct init *init, uint32_t index);

#endif /* INIT_START_H */

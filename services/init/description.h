/* SPDX-License-Identifier: MIT */
/* description.h - the system description: read it, check it. */
#ifndef INIT_DESCRIPTION_H
#define INIT_DESCRIPTION_H

#include "services/init/init.h"

/* Maps the description and starts to read it; reports what fails. */
[[nodiscard]] bool description_open(struct init *init);

/* Reports each defect of the whole graph; true if there is none. */
[[nodiscard]] bool description_check(struct init *init);

#endif /* INIT_DESCRIPTION_H */

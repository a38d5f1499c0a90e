/* SPDX-License-Identifier: MIT */
/* init_process.h - the only program that the kernel loads itself. */
#ifndef KERNEL_INIT_PROCESS_H
#define KERNEL_INIT_PROCESS_H

#include "kernel/object.h"

struct boot_info;

/* Makes the bootstrap objects, loads init from @package, grants it all of them and starts it. */
void init_process_start(const struct boot_info *info, struct account *machine,
			struct object *package);

#endif /* KERNEL_INIT_PROCESS_H */

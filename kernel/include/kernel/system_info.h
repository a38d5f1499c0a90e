/* SPDX-License-Identifier: MIT */
/* system_info.h - SystemInfo: what runs here (schema/system.capnp). */
#ifndef KERNEL_SYSTEM_INFO_H
#define KERNEL_SYSTEM_INFO_H

#include "core/capnp/reader.h"
#include "kernel/object.h"

#define KERNEL_VERSION "capOS 0.1"

enum { SYSTEM_NAME_MAX_BYTES = 32, SYSTEM_MESSAGE_MAX_BYTES = 256 };

extern const struct facet system_info_facet;

[[nodiscard]] status_t system_info_create(struct account *payer, struct object **out);

/*
 * The name and message of the System that the machine was booted with; copied, and cut
 * to the sizes above. Called once, before the first process starts.
 */
void system_info_set_system(struct capnp_text name, struct capnp_text message_of_the_day);

#endif /* KERNEL_SYSTEM_INFO_H */

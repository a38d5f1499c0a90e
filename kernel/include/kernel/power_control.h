/* SPDX-License-Identifier: MIT */
/*
 * power_control.h - PowerControl: ends everything (schema/system.capnp).
 *
 * The last line on the console is "[capos] shutdown <nonce> <code>" or
 * "[capos] reboot <nonce>". The nonce is the boot option of that name ("0" without one):
 * whoever started the machine knows that this line is the kernel's, and of this run.
 */
#ifndef KERNEL_POWER_CONTROL_H
#define KERNEL_POWER_CONTROL_H

#include "kernel/object.h"

struct boot_info;

extern const struct facet power_control_facet;

[[nodiscard]] status_t power_control_create(const struct boot_info *info,
					    struct account *payer, struct object **out);

#endif /* KERNEL_POWER_CONTROL_H */

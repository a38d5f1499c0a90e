/* SPDX-License-Identifier: MIT */
/*
 * needs.h - joins what a program declares that it needs with what a service of it gets.
 */
#ifndef MKIMAGE_NEEDS_H
#define MKIMAGE_NEEDS_H

#include "gen/manifest.capnp.h"
#include "tools/mkimage/program.h"

/*
 * Complains about each need of @program that @service is not granted by the same name and
 * interface, and warns of each grant that the program does not declare. Returns the
 * number of complaints; warnings do not count.
 */
[[nodiscard]] uint32_t needs_join(const char *source, struct service service,
				  const struct program *program);

#endif /* MKIMAGE_NEEDS_H */

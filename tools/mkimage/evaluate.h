/* SPDX-License-Identifier: MIT */
/* evaluate.h - from a system's source file to its binary description. */
#ifndef MKIMAGE_EVALUATE_H
#define MKIMAGE_EVALUATE_H

#include "tools/mkimage/file.h"

/*
 * Has `capnp eval` work out the constant named system in @source. The result is one
 * canonical segment without stream header: equal sources make equal bytes. Complains and
 * returns null bytes if that fails; capnp itself has then said where the trouble is.
 */
struct file_bytes evaluate_system(const char *source, const char *schema_folder);

#endif /* MKIMAGE_EVALUATE_H */

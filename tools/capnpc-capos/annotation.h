/* SPDX-License-Identifier: MIT */
/* annotation.h - what the annotations of schema/c.capnp say; all others are passed over. */
#ifndef CAPNPC_ANNOTATION_H
#define CAPNPC_ANNOTATION_H

#include "tools/capnpc-capos/model.h"

/* The text of $C.name among @annotations, or null if it is not there. */
const char *given_name(struct list_of_annotation annotations);

#endif /* CAPNPC_ANNOTATION_H */

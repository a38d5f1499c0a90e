/* SPDX-License-Identifier: MIT */
/* names.h - how names of a schema are spelled in C. */
#ifndef CAPNPC_NAMES_H
#define CAPNPC_NAMES_H

/* "nowNs" -> "now_ns", "IOError" -> "io_error", "Outer.Inner" -> "outer_inner". */
char *snake_case(const char *name);

/* "now_ns" -> "NOW_NS". */
char *upper_case(const char *snake);

/* @snake with an underscore behind it if it is a word of C. */
char *identifier(const char *snake);

#endif /* CAPNPC_NAMES_H */

/* SPDX-License-Identifier: MIT */
/* names.h - how names of a schema are spelled in C. */
#ifndef CAPNPC_NAMES_H
#define CAPNPC_NAMES_H

#include <stddef.h>

/* "nowNs" -> "now_ns", "IOError" -> "io_error", "Outer.Inner" -> "outer_inner". */
char *snake_case(const char *name);

/* "now_ns" -> "NOW_NS". */
char *upper_case(const char *snake);

/* Whether @name is a letter and then letters, digits and underscores. */
bool is_identifier(const char *name);

/*
 * Whether @word means something in C already: a keyword, a macro that compilers define, or
 * a name of the headers that generated code includes, but for those of the library itself.
 */
bool is_c_word(const char *word);

/* Whether @word begins as nearly all names of core/ and the runtime do. */
bool has_library_prefix(const char *word);

/* @snake with an underscore behind it if it is a word of C. */
char *identifier(const char *snake);

/* Whether @name could be that of a type in a schema: a capital, letters and digits. */
bool is_type_name(const char *name);

/*
 * "; the nearest is writeLine": the one of @names that takes the fewest changes to be made
 * of @wanted, to be put behind an error. "" if there are none.
 */
const char *nearest_name(const char *wanted, const char *const *names, size_t count);

#endif /* CAPNPC_NAMES_H */

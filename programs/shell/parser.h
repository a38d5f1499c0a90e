/* SPDX-License-Identifier: MIT */
/*
 * parser.h - the command grammar.
 *
 *   line    := [ "time" ] command
 *   call    := "call" @cap "." method { name "=" value } [ "as" name ]
 *   run     := "run" program { argument } { "budget" struct | "with" grants }
 *   grants  := "{" [ name ":" source { "," name ":" source } ] "}"
 *   source  := @cap | "own" "memory" | "own" "thread"
 *   value, struct: as core/capnp/parse.h reads them
 *
 * What a name means is decided later, and what is inside a value is looked at later; here only
 * the form is checked, with one exception:
 * an unknown command is refused with the nearest known one.
 */
#ifndef SHELL_PARSER_H
#define SHELL_PARSER_H

#include "programs/shell/command.h"
#include "programs/shell/sink.h"

/* False leaves one line in @problem that says what was expected, and where. */
[[nodiscard]] bool parser_parse(struct text line, struct command *out,
				struct sink *problem);

#endif /* SHELL_PARSER_H */

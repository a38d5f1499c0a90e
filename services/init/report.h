/* SPDX-License-Identifier: MIT */
/* report.h - what init tells a person, and the power switch. */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

#include "core/sentence.h"
#include "services/init/init.h"

/* A line on the console, as it is. */
void report_line(const struct init *init, const char *words);

/* What normally happens: to the log only. */
void report_event(const struct init *init, const struct sentence *sentence);

/* What went wrong: to the log and, as "init: SENTENCE", to the console. */
void report_trouble(const struct init *init, const struct sentence *sentence);

/* Adds why a call was refused: ": STATUS by rule RULE". */
void report_add_refusal(struct sentence *sentence, status_t status, uint16_t rule);

/* Stops the machine with @code. */
[[noreturn]] void report_stop(const struct init *init, uint8_t code);

#endif /* INIT_REPORT_H */

/* SPDX-License-Identifier: MIT */
/*
 * explain.h - why a call was refused, in words: who, which capability, which method,
 * which rule, which value.
 *
 * capos_explain() needs the reflection tables; a program that does not call it does not
 * contain them. The names alone are small.
 *
 *   tests    runtime/explain_test.c
 */
#ifndef CAPOS_EXPLAIN_H
#define CAPOS_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "capos/call.h"
#include "core/capnp/reflect.h"

/* The names of the schema in capitals: "NO_LEDGER" of CAPOS_ERR_NO_LEDGER, "CAPABILITY_LIVE". */
const char *capos_status_name(status_t status);
const char *capos_rule_name(uint16_t rule);

/*
 * What a capability is called here, if it was not granted at the start: the shell sets it
 * to look among the names it gave. May return nullptr.
 */
extern const char *(*capos_explain_cap_name)(cap_t cap);

/*
 * One sentence without a line end about a call that failed, such as
 *   shell: @clock.sleep was refused: noLedger by rule ledgerAlarms (The process has as many
 *   pending alarms as its ledger allows.), value 32
 * Returns the length of the whole sentence, as capos_format() does.
 */
size_t capos_explain(struct capos_call *call, char *buffer, size_t size);

/* The same from the entry and its completion alone (without the text of an exception). */
size_t capos_explain_entry(const struct capos_sqe *entry,
			   const struct capos_cqe *completion, char *buffer, size_t size);

/* The interface called by @id; nullptr if no schema that this program knows has it. */
const struct capnp_interface_info *capos_find_interface_info(uint64_t id);

#endif /* CAPOS_EXPLAIN_H */

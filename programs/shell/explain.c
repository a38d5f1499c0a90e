/* SPDX-License-Identifier: MIT */
/*
 * explain.c - see explain.h. Names and texts of statuses and rules are the schema's.
 */
#include "programs/shell/explain.h"

#include "core/capnp/dynamic.h"
#include "gen/status.capnp.h"

/* A doc comment as part of a sentence: one line, a small letter first, no full stop. */
static void write_clause(const char *doc, struct sink *sink)
{
	size_t size = text_of(doc).size;

	if (size > 0 && doc[size - 1] == '.')
		size--;
	for (size_t i = 0; i < size; i++) {
		char c = doc[i];
		bool word = size > 1 && doc[1] >= 'a' && doc[1] <= 'z';
		bool article = size > 1 && doc[1] == ' ';

		if (i == 0 && (word || article) && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		sink_byte(sink, c == '\n' ? ' ' : c);
	}
}

/* "name (text" of number @number of an enum; its number if the schema does not know it. */
static void write_enumerant(const struct capnp_enum_info *info, uint64_t number,
			    struct sink *sink)
{
	if (number >= info->enumerant_count) {
		sink_strings(sink, info->name, " ", nullptr);
		sink_number(sink, number);
		sink_strings(sink, " (unknown to this shell", nullptr);
		return;
	}
	sink_strings(sink, info->enumerants[number].name, " (", nullptr);
	write_clause(info->enumerants[number].doc, sink);
}

void explain_refusal(const struct refusal *refusal, struct sink *sink)
{
	bool by_rule = refusal->rule != RULE_NONE;

	sink_strings(sink, by_rule ? "refused: " : "failed: ", refusal->who, " called ",
		     nullptr);
	sink_text(sink, refusal->target);
	sink_strings(sink, ".", refusal->method, ": ", nullptr);
	if (by_rule) {
		write_enumerant(&rule_schema, refusal->rule, sink);
		sink_strings(sink, "; offending value ", nullptr);
		sink_number(sink, refusal->detail);
	} else {
		write_enumerant(&status_schema, 0 - (uint64_t)refusal->status, sink);
	}
	if (refusal->exception.size > 0) {
		sink_strings(sink, "; ", nullptr);
		sink_foreign(sink, refusal->exception);
	}
	sink_byte(sink, ')');
}

static void explain_fault(struct terminal_status_faulted fault, struct sink *sink)
{
	enum fault_kind kind = terminal_status_faulted_get_kind(fault);
	const char *name = capnp_enumerant_name(&fault_kind_schema, kind);
	bool vowel;

	if (!name)
		name = "unknown";
	vowel = name[0] == 'i' || name[0] == 'a' || name[0] == 'o' || name[0] == 'u';
	sink_strings(sink, " was stopped by ", vowel ? "an " : "a ", name, nullptr);
	if (kind != FAULT_KIND_PAGE_FAULT && kind != FAULT_KIND_ILLEGAL_INSTRUCTION &&
	    kind != FAULT_KIND_BREAKPOINT)
		sink_strings(sink, " fault", nullptr); /* "a divide fault" */
	if (kind == FAULT_KIND_PAGE_FAULT) {
		sink_strings(sink, " at ", nullptr);
		sink_hex(sink, terminal_status_faulted_get_address(fault));
	}
	sink_strings(sink, " (instruction ", nullptr);
	sink_hex(sink, terminal_status_faulted_get_instruction(fault));
	sink_byte(sink, ')');
}

void explain_end(struct text name, struct terminal_status status, struct sink *sink)
{
	struct capnp_text why;

	sink_text(sink, name);
	switch (terminal_status_which(status)) {
	case TERMINAL_STATUS_EXITED:
		sink_strings(sink, " exited with ", nullptr);
		sink_signed(sink, terminal_status_get_exited(status));
		return;
	case TERMINAL_STATUS_KILLED:
		sink_strings(sink, " was killed", nullptr);
		return;
	case TERMINAL_STATUS_FAULTED:
		explain_fault(terminal_status_get_faulted(status), sink);
		return;
	case TERMINAL_STATUS_FAILED_TO_START:
		why = terminal_status_get_failed_to_start(status);
		sink_strings(sink, " failed to start: ", nullptr);
		sink_foreign(sink, (struct text){ why.bytes, why.size });
		return;
	default:
		sink_strings(sink, " ended in a way that this shell does not know",
			     nullptr);
		return;
	}
}

bool explain_ended_well(struct terminal_status status)
{
	return terminal_status_which(status) == TERMINAL_STATUS_EXITED &&
	       terminal_status_get_exited(status) == 0;
}

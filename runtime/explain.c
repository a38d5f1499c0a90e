/* SPDX-License-Identifier: MIT */
/*
 * explain.c - see explain.h.
 */
#include "capos/explain.h"

#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/string.h"
#include "core/capnp/interface.h"
#include "gen/status.capnp.h"

const char *(*capos_explain_cap_name)(cap_t cap);

/* A sentence being written; what does not fit is counted only. */
struct sentence {
	char *buffer;
	size_t size;
	size_t length;
};

[[gnu::format(printf, 2, 3)]] static void say(struct sentence *sentence,
					      const char *format, ...)
{
	size_t used =
		sentence->length < sentence->size ? sentence->length : sentence->size;
	va_list arguments;

	va_start(arguments, format);
	sentence->length += capos_format_list(sentence->buffer + used,
					      sentence->size - used, format, arguments);
	va_end(arguments);
}

/* A doc comment as one line. */
static void say_doc(struct sentence *sentence, const char *doc)
{
	while (*doc != '\0') {
		const char *end = strchr(doc, '\n');
		size_t length = end ? (size_t)(end - doc) : strlen(doc);

		say(sentence, "%.*s%s", (int)length, doc,
		    end && end[1] != '\0' ? " " : "");
		doc += length + (end ? 1 : 0);
	}
}

const struct capnp_interface_info *capos_find_interface_info(uint64_t id)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (capnp_interfaces[i]->id == id)
			return capnp_interfaces[i];
	}
	return nullptr;
}

static void say_capability(struct sentence *sentence, cap_t cap)
{
	const char *name = capos_explain_cap_name ? capos_explain_cap_name(cap) : nullptr;

	for (size_t i = 0; !name && i < capos_capset_count(); i++) {
		if (capos_capset->records[i].cap == cap.raw)
			name = capos_capset->records[i].name;
	}
	if (name)
		say(sentence, "@%s", name);
	else if (cap_is_null(cap))
		say(sentence, "the null capability");
	else
		say(sentence, "capability %u (generation %u)", cap_slot(cap),
		    cap_generation(cap));
}

static void say_method(struct sentence *sentence, const struct capos_sqe *entry)
{
	const struct capnp_interface_info *info;
	const struct capnp_method_info *method;

	if (entry->opcode == CAPOS_OP_RELEASE) {
		say(sentence, ": its release");
		return;
	}
	info = capos_find_interface_info(entry->interface);
	method = info ? capnp_interface_method(info, entry->method) : nullptr;
	if (!info)
		say(sentence, ", method %u of interface 0x%016llx,", entry->method,
		    (unsigned long long)entry->interface);
	else if (!method)
		say(sentence, ", method %u of %s,", entry->method, info->name);
	else
		say(sentence, ".%s", method->name);
}

static const struct capnp_enumerant_info *enumerant(const struct capnp_enum_info *info,
						    uint32_t value)
{
	static const struct capnp_enumerant_info unknown = { "unknown", "" };

	return value < info->enumerant_count ? &info->enumerants[value] : &unknown;
}

/* Status and rule; @exception replaces the status that only says that there was one. */
static void say_reason(struct sentence *sentence, const struct capos_cqe *completion,
		       const char *exception)
{
	const struct capnp_enumerant_info *status =
		enumerant(&status_schema, 0 - (uint32_t)completion->result);
	const struct capnp_enumerant_info *rule =
		enumerant(&rule_schema, completion->rule);

	if (completion->rule == RULE_NONE) {
		say(sentence, " failed: %s (", exception ? exception : status->name);
		say_doc(sentence, status->doc);
		say(sentence, ")");
		return;
	}
	say(sentence, " was refused: %s by rule %s (",
	    exception ? exception : status->name, rule->name);
	say_doc(sentence, rule->doc);
	say(sentence, "), value %llu", (unsigned long long)completion->detail);
}

static void explain(struct sentence *sentence, const struct capos_sqe *entry,
		    const struct capos_cqe *completion, const char *exception)
{
	say(sentence, "%s: ", capos_process_name());
	say_capability(sentence, (cap_t){ entry->cap });
	say_method(sentence, entry);
	say_reason(sentence, completion, exception);
}

size_t capos_explain_entry(const struct capos_sqe *entry,
			   const struct capos_cqe *completion, char *buffer, size_t size)
{
	struct sentence sentence = { buffer, size, 0 };

	explain(&sentence, entry, completion, nullptr);
	return sentence.length;
}

size_t capos_explain(struct capos_call *call, char *buffer, size_t size)
{
	struct sentence sentence = { buffer, size, 0 };
	struct cap_exception exception;
	struct capnp_text text;

	if (!(call->cqe.flags & CAPOS_CQE_EXCEPTION) ||
	    !cap_exception_read(capos_call_results(call), &exception))
		return capos_explain_entry(&call->sqe, &call->cqe, buffer, size);
	explain(&sentence, &call->sqe, &call->cqe,
		enumerant(&exception_type_schema, cap_exception_get_type(exception))
			->name);
	text = cap_exception_get_text(exception);
	if (text.size != 0)
		say(&sentence, ": %.*s", (int)text.size, text.bytes);
	return sentence.length;
}

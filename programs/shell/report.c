/* SPDX-License-Identifier: MIT */
/*
 * report.c - what the commands share: waiting with Ctrl-C, and saying why not. See shell.h.
 */
#include "gen/status.capnp.h"
#include "programs/shell/catalog.h"
#include "programs/shell/explain.h"
#include "programs/shell/shell.h"

enum { TARGET_BYTES = CAPOS_NAME_BYTES + 32 };

struct sink *shell_error(struct shell *shell)
{
	sink_strings(shell->out, "error: ", nullptr);
	return shell->out;
}

bool shell_fail(struct shell *shell, const char *why)
{
	sink_strings(shell_error(shell), why, "\n", nullptr);
	return false;
}

const struct name *shell_find(struct shell *shell, struct text name)
{
	const struct name *entry = names_find(&shell->names, name);

	if (!entry) {
		names_unknown(&shell->names, name, shell_error(shell));
		sink_byte(shell->out, '\n');
	}
	return entry;
}

const struct name *shell_find_process(struct shell *shell, struct text name)
{
	const struct name *entry = shell_find(shell, name);

	if (!entry || entry->interface == PROCESS_HANDLE_INTERFACE_ID)
		return entry;
	sink_strings(shell_error(shell), "@", entry->name, " is ",
		     catalog_name(entry->interface), ", not a process\n", nullptr);
	return nullptr;
}

bool shell_wait(struct shell *shell, struct capos_call *call)
{
	struct terminal_interrupt_await_params_builder params;
	struct capos_call interrupt;
	struct capos_call *calls[] = { call, &interrupt };
	bool pressed = false;

	terminal_flush(&shell->terminal);
	(void)terminal_interrupt_await_begin(shell->caps.interrupt, &interrupt, &params);
	if (capos_wait_any(calls, 2) == 1) {
		/* Somebody else may be the one waiter that is admitted. */
		pressed = capos_call_wait(&interrupt) == CAPOS_OK;
		if (!pressed)
			(void)capos_call_wait(call);
	}
	capos_call_end(&interrupt);
	return !pressed;
}

/* "@name", or the name of the interface if no name is known. */
static void write_target(const struct shell *shell, const struct capos_sqe *entry,
			 struct sink *sink)
{
	for (size_t i = 0; i < shell->names.count; i++) {
		if (shell->names.entries[i].cap.raw == entry->cap) {
			sink_strings(sink, "@", shell->names.entries[i].name, nullptr);
			return;
		}
	}
	sink_strings(sink, catalog_name(entry->interface), nullptr);
}

static bool report_refusal(struct shell *shell, const struct capos_sqe *entry,
			   const struct capos_cqe *completion, struct text exception)
{
	const struct capnp_interface_info *info = catalog_find_id(entry->interface);
	const struct capnp_method_info *method =
		info ? capnp_interface_method(info, entry->method) : nullptr;
	char target[TARGET_BYTES];
	struct sink_buffer buffer;
	struct refusal refusal = {
		.who = shell->process_name,
		.method = method ? method->name : "?",
		.status = completion->result,
		.rule = completion->rule,
		.detail = completion->detail,
		.exception = exception,
	};

	sink_buffer_init(&buffer, target, sizeof(target));
	write_target(shell, entry, &buffer.sink);
	refusal.target = sink_buffer_text(&buffer);
	explain_refusal(&refusal, shell->out);
	sink_byte(shell->out, '\n');
	return false;
}

bool shell_refused(struct shell *shell, const struct capos_call *call)
{
	struct capos_call copy = *call; /* the reader of the results changes */
	struct cap_exception exception = {};
	struct capnp_text text = { "", 0 };

	if ((call->cqe.flags & CAPOS_CQE_EXCEPTION) &&
	    cap_exception_read(capos_call_results(&copy), &exception))
		text = cap_exception_get_text(exception);
	return report_refusal(shell, &call->sqe, &call->cqe,
			      (struct text){ text.bytes, text.size });
}

bool shell_start_failed(struct shell *shell, struct text program,
			const struct loader_error *error)
{
	if (error->refused)
		return report_refusal(shell, &error->entry, &error->completion,
				      text_of(""));
	sink_text(shell->out, program);
	sink_strings(shell->out, " failed to start: ", nullptr);
	sink_foreign(shell->out, text_of(error->why));
	sink_byte(shell->out, '\n');
	return false;
}

uint8_t shell_default_code(const struct shell *shell)
{
	return !shell->interactive && shell->failed;
}

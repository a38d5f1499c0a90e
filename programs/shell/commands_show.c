/* SPDX-License-Identifier: MIT */
/*
 * commands_show.c - commands that only show something: help, man, caps, inspect, echo,
 * history, clear.
 */
#include "gen/ledger.capnp.h"
#include "programs/shell/catalog.h"
#include "programs/shell/describe.h"
#include "programs/shell/nearest.h"
#include "programs/shell/shell.h"

enum { NAME_WIDTH = 14, INTERFACE_WIDTH = 20, NUMBER_WIDTH = 5 };

/* "no manual for `NAME`; the nearest is ..." */
static bool no_topic(struct shell *shell, struct text topic, bool interfaces)
{
	struct nearest nearest;

	nearest_init(&nearest, topic);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		nearest_offer(&nearest, text_of(command_table[i].name));
	for (size_t i = 0; interfaces && i < capnp_interface_count; i++)
		nearest_offer(&nearest, text_of(capnp_interfaces[i]->name));
	sink_strings(shell_error(shell), interfaces ? "no manual for `" : "no help for `",
		     nullptr);
	sink_text(shell->out, topic);
	sink_byte(shell->out, '`');
	nearest_write(&nearest, "", shell->out);
	sink_byte(shell->out, '\n');
	return false;
}

bool command_help(struct shell *shell)
{
	struct text topic = shell->command.topic;
	const struct command_info *info = command_find(topic);

	if (topic.size == 0) {
		describe_all_commands(shell->out);
	} else if (info) {
		describe_command(info, shell->out);
	} else if (text_is(topic, "values")) {
		describe_values(shell->out);
	} else if (text_is(topic, "budget")) {
		sink_strings(
			shell->out,
			"What a program may use unless `budget (...)` says otherwise:\n",
			nullptr);
		describe_defaults(&budget_schema, shell->out);
	} else {
		return no_topic(shell, topic, false);
	}
	return true;
}

bool command_man(struct shell *shell)
{
	struct text topic = shell->command.topic;
	struct text method = shell->command.topic_method;
	const struct command_info *command = command_find(topic);
	const struct capnp_interface_info *info = catalog_find(topic);
	const struct capnp_method_info *found;

	if (topic.size == 0)
		return shell_fail(shell, "man wants an interface, a method or a command; "
					 "caps shows what there is");
	if (command && method.size == 0) {
		describe_command(command, shell->out);
		return true;
	}
	if (!info)
		return no_topic(shell, topic, true);
	if (method.size == 0) {
		describe_interface(info, shell->out);
		return true;
	}
	found = catalog_find_method(info, method);
	if (!found) {
		catalog_no_method(info, method, shell_error(shell));
		sink_byte(shell->out, '\n');
		return false;
	}
	describe_method(info, found, shell->out);
	return true;
}

static const char *origin_text(enum name_origin origin)
{
	static const char *const texts[] = {
		[NAME_GRANTED] = "granted",
		[NAME_RESULT] = "result of a call",
		[NAME_PROCESS] = "handle of a process",
	};

	return texts[origin];
}

bool command_caps(struct shell *shell)
{
	for (size_t i = 0; i < shell->names.count; i++) {
		const struct name *name = &shell->names.entries[i];

		sink_byte(shell->out, '@');
		sink_padded(shell->out, text_of(name->name), NAME_WIDTH);
		sink_padded(shell->out, text_of(catalog_name(name->interface)),
			    INTERFACE_WIDTH);
		sink_strings(shell->out, origin_text(name->origin), "\n", nullptr);
	}
	return true;
}

bool command_inspect(struct shell *shell)
{
	const struct name *name = shell_find(shell, shell->command.capability);
	const struct capnp_interface_info *info;

	if (!name)
		return false;
	sink_strings(shell->out, "@", name->name, ": ", origin_text(name->origin), "\n",
		     nullptr);
	info = catalog_find_id(name->interface);
	if (!info)
		return shell_fail(shell, "its interface is in no schema of this system");
	describe_interface(info, shell->out);
	return true;
}

bool command_echo(struct shell *shell)
{
	for (size_t i = 0; i < shell->command.argument_count; i++) {
		sink_strings(shell->out, i ? " " : "", nullptr);
		sink_text(shell->out, shell->command.arguments[i]);
	}
	sink_byte(shell->out, '\n');
	return true;
}

bool command_history(struct shell *shell)
{
	const struct history *history = &shell->history;
	uint64_t last = history_last(history);

	for (uint64_t i = history_first(history); i <= last; i++) {
		char number[24];
		struct sink_buffer buffer;

		sink_buffer_init(&buffer, number, sizeof(number));
		sink_number(&buffer.sink, i);
		if (buffer.size < NUMBER_WIDTH)
			sink_blanks(shell->out, NUMBER_WIDTH - buffer.size);
		sink_strings(shell->out, number, "  ", nullptr);
		sink_text(shell->out, history_line(history, i));
		sink_byte(shell->out, '\n');
	}
	return true;
}

bool command_clear(struct shell *shell)
{
	sink_strings(&shell->terminal.sink, "\x1b[H\x1b[2J", nullptr);
	return true;
}

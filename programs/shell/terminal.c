/* SPDX-License-Identifier: MIT */
/*
 * terminal.c - see terminal.h.
 */
#include "programs/shell/terminal.h"

void terminal_flush(struct terminal *terminal)
{
	size_t size = terminal->used;

	terminal->used = 0;
	if (size > 0 && console_write(terminal->console, terminal->buffer,
				      (uint32_t)size) != CAPOS_OK)
		terminal->lost = true;
}

static void terminal_write(struct sink *sink, const char *bytes, size_t size)
{
	struct terminal *terminal = (struct terminal *)sink;

	for (size_t i = 0; i < size; i++) {
		if (terminal->used == TERMINAL_BUFFER_BYTES)
			terminal_flush(terminal);
		terminal->buffer[terminal->used++] = bytes[i];
	}
}

void terminal_init(struct terminal *terminal, struct console_client console)
{
	terminal->sink.write = terminal_write;
	terminal->console = console;
	terminal->lost = false;
	terminal->used = 0;
}

bool terminal_read(struct terminal *terminal, uint8_t *out)
{
	struct console_read_params_builder params;
	struct console_read_results results;
	struct capnp_data data = {};
	struct capos_call call;

	terminal_flush(terminal);
	if (console_read_begin(terminal->console, &call, &params) == CAPOS_OK)
		console_read_params_set_max_bytes(params, 1);
	if (console_read_finish(&call, &results) == CAPOS_OK)
		data = console_read_results_get_data(results);
	if (data.size > 0)
		*out = data.bytes[0];
	else
		terminal->lost = true;
	capos_call_end(&call);
	return !terminal->lost;
}

bool terminal_is_interactive(const struct terminal *terminal)
{
	struct console_attributes_params_builder params;
	struct console_attributes_results results;
	struct capos_call call;
	bool interactive = false;

	(void)console_attributes_begin(terminal->console, &call, &params);
	if (console_attributes_finish(&call, &results) == CAPOS_OK)
		interactive = console_attributes_results_get_interactive(results);
	capos_call_end(&call);
	return interactive;
}

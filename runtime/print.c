/* SPDX-License-Identifier: MIT */
/*
 * print.c - text to consoles. See print.h.
 *
 * ConsoleWriter has the write method of Console, with its ordinal; an entry says through
 * which of the two interfaces the capability is held.
 */
#include "capos/print.h"

#include "capos/call.h"
#include "capos/cap.h"
#include "capos/string.h"

enum { CONSOLE_WRITE_MAX_BYTES = 4096, LINE_BYTES = 512 };

struct console_sink {
	struct capos_text_sink sink; /* first, so that its address converts */
	cap_t cap;
	uint64_t interface;
	status_t status;
	size_t used;
	char bytes[LINE_BYTES];
};

static status_t write_piece(cap_t cap, uint64_t interface, const char *bytes,
			    uint32_t size)
{
	struct capos_call call;
	struct console_write_params_builder params;
	status_t status;

	(void)capos_call_begin(&call, cap, interface, CONSOLE_METHOD_WRITE,
			       1 + CONSOLE_WRITE_PARAMS_DATA_WORDS +
				       CONSOLE_WRITE_PARAMS_POINTERS + (size + 7) / 8,
			       0, 0);
	params = console_write_params_new(capos_call_params(&call));
	console_write_params_set_data(params, bytes, size);
	status = capos_call_wait(&call);
	capos_call_end(&call);
	return status;
}

static status_t write_all(cap_t cap, uint64_t interface, const char *bytes, size_t size)
{
	while (size != 0) {
		uint32_t piece = size < CONSOLE_WRITE_MAX_BYTES ? (uint32_t)size
								: CONSOLE_WRITE_MAX_BYTES;
		status_t status = write_piece(cap, interface, bytes, piece);

		if (status != CAPOS_OK)
			return status;
		bytes += piece;
		size -= piece;
	}
	return CAPOS_OK;
}

static void sink_flush(struct console_sink *sink)
{
	if (sink->used != 0)
		sink->status =
			write_all(sink->cap, sink->interface, sink->bytes, sink->used);
	sink->used = 0;
}

static void sink_put(struct capos_text_sink *base, const char *bytes, size_t size)
{
	struct console_sink *sink = (struct console_sink *)base;

	while (size != 0) {
		size_t room = LINE_BYTES - sink->used;
		size_t piece = size < room ? size : room;

		memcpy(sink->bytes + sink->used, bytes, piece);
		sink->used += piece;
		bytes += piece;
		size -= piece;
		if (sink->used == LINE_BYTES)
			sink_flush(sink);
	}
}

static status_t print_list(cap_t cap, uint64_t interface, const char *format,
			   va_list arguments)
{
	struct console_sink sink;

	sink.sink.put = sink_put;
	sink.cap = cap;
	sink.interface = interface;
	sink.status = CAPOS_OK;
	sink.used = 0;
	capos_format_to(&sink.sink, format, arguments);
	sink_flush(&sink);
	return sink.status;
}

status_t console_print(struct console_client console, const char *format, ...)
{
	va_list arguments;
	status_t status;

	va_start(arguments, format);
	status = print_list(console.cap, CONSOLE_INTERFACE_ID, format, arguments);
	va_end(arguments);
	return status;
}

status_t console_writer_print(struct console_writer_client console, const char *format,
			      ...)
{
	va_list arguments;
	status_t status;

	va_start(arguments, format);
	status = print_list(console.cap, CONSOLE_WRITER_INTERFACE_ID, format, arguments);
	va_end(arguments);
	return status;
}

static bool is_console(const struct capos_capset_record *record)
{
	return record && (record->interface == CONSOLE_INTERFACE_ID ||
			  record->interface == CONSOLE_WRITER_INTERFACE_ID);
}

/* The CapSet never changes; a capability in it that was released just refuses. */
static const struct capos_capset_record *own_console(void)
{
	const struct capos_capset_record *record = capos_capset_find_record("console");

	if (!is_console(record))
		record = capos_capset_find_interface(CONSOLE_INTERFACE_ID);
	if (!record)
		record = capos_capset_find_interface(CONSOLE_WRITER_INTERFACE_ID);
	return record;
}

status_t capos_write(const char *bytes, size_t size)
{
	const struct capos_capset_record *record = own_console();

	if (!record)
		return CAPOS_ERR_BAD_CAPABILITY;
	return write_all((cap_t){ record->cap }, record->interface, bytes, size);
}

status_t capos_print(const char *format, ...)
{
	const struct capos_capset_record *record = own_console();
	va_list arguments;
	status_t status;

	if (!record)
		return CAPOS_ERR_BAD_CAPABILITY;
	va_start(arguments, format);
	status = print_list((cap_t){ record->cap }, record->interface, format, arguments);
	va_end(arguments);
	return status;
}

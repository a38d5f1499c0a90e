/* SPDX-License-Identifier: MIT */
/*
 * panic.c - the last words of a program, and those of one that was not given its needs.
 */
#include <stdarg.h>

#include "capos/cap.h"
#include "capos/print.h"
#include "capos/program.h"
#include "capos/string.h"
#include "gen/log.client.h"

enum { LAST_WORDS_BYTES = 200 }; /* a log record holds 240 bytes */

/* On the console if there is one, else in the log if there is one. */
static void say(const char *text)
{
	const struct capos_capset_record *log;

	if (capos_print("%s: %s\n", capos_process_name(), text) == CAPOS_OK)
		return;
	log = capos_capset_find_interface(LOG_SINK_INTERFACE_ID);
	if (log)
		(void)log_sink_write((struct log_sink_client){ { log->cap } },
				     LOG_LEVEL_ERROR, text, (uint32_t)strlen(text));
}

void capos_panic(const char *format, ...)
{
	char text[LAST_WORDS_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)capos_format_list(text, sizeof(text), format, arguments);
	va_end(arguments);
	say(text);
	capos_exit(CAPOS_EXIT_PANIC);
}

static void say_missing(const struct capos_need *need)
{
	const struct capos_capset_record *record = capos_capset_find_record(need->name);
	char text[LAST_WORDS_BYTES];

	if (record)
		(void)capos_format(
			text, sizeof(text),
			"needs \"%s\" with interface 0x%016llx, but was granted it with "
			"0x%016llx",
			need->name, (unsigned long long)need->interface,
			(unsigned long long)record->interface);
	else
		(void)capos_format(
			text, sizeof(text),
			"needs \"%s\" (interface 0x%016llx), which was not granted",
			need->name, (unsigned long long)need->interface);
	say(text);
}

void cap_resolve(const struct capos_need *needs, size_t count, cap_t *caps)
{
	bool missing = false;

	for (size_t i = 0; i < count; i++) {
		caps[i] = capos_capset_find(needs[i].name, needs[i].interface);
		if (!cap_is_null(caps[i]) || needs[i].flags & CAPOS_NEED_OPTIONAL)
			continue;
		say_missing(&needs[i]);
		missing = true;
	}
	if (missing)
		capos_exit(CAPOS_EXIT_NEEDS);
}

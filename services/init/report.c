/* SPDX-License-Identifier: MIT */
/* report.c - see report.h. */
#include "services/init/report.h"

#include "capos/program.h"
#include "capos/string.h"
#include "core/capnp/reflect.h"
#include "gen/console.client.h"
#include "gen/log.client.h"
#include "gen/status.capnp.h"
#include "gen/system.client.h"

void report_line(const struct init *init, const char *words)
{
	struct console_client console = { init->holds[HOLD_CONSOLE] };

	/* There is nobody else to tell. */
	(void)console_write_line(console, words, (uint32_t)strlen(words));
}

static void report_log(const struct init *init, enum log_level level,
		       const struct sentence *sentence)
{
	struct log_sink_client log = { init->holds[HOLD_LOGSINK] };

	(void)log_sink_write(log, level, sentence->bytes, sentence->size);
}

void report_event(const struct init *init, const struct sentence *sentence)
{
	report_log(init, LOG_LEVEL_INFO, sentence);
}

void report_trouble(const struct init *init, const struct sentence *sentence)
{
	struct sentence line;

	report_log(init, LOG_LEVEL_ERROR, sentence);
	sentence_start(&line, "init: ");
	sentence_words(&line, sentence->bytes);
	report_line(init, line.bytes);
}

void report_add_status(struct sentence *sentence, status_t status, uint16_t rule,
		       uint64_t detail)
{
	uint32_t number = (uint32_t)-status;

	sentence_words(sentence, ": ");
	if (number < status_schema.enumerant_count)
		sentence_words(sentence, status_schema.enumerants[number].name);
	if (rule == RULE_NONE || rule >= rule_schema.enumerant_count)
		return;
	sentence_words(sentence, ", rule ");
	sentence_words(sentence, rule_schema.enumerants[rule].name);
	sentence_words(sentence, ", detail ");
	sentence_number(sentence, detail);
}

void report_stop(const struct init *init, uint8_t code)
{
	struct power_control_client power = { init->holds[HOLD_POWER] };

	(void)power_control_shutdown(power, code);
	capos_panic("the machine does not stop");
}

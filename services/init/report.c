/* SPDX-License-Identifier: MIT */
/* report.c - see report.h. */
#include "services/init/report.h"

#include "capos/explain.h"
#include "capos/program.h"
#include "capos/string.h"
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

void report_add_refusal(struct sentence *sentence, status_t status, uint16_t rule)
{
	sentence_words(sentence, ": ");
	sentence_words(sentence, capos_status_name(status));
	if (rule == RULE_NONE)
		return;
	sentence_words(sentence, " by rule ");
	sentence_words(sentence, capos_rule_name(rule));
}

void report_stop(const struct init *init, uint8_t code)
{
	struct power_control_client power = { init->holds[HOLD_POWER] };

	(void)power_control_shutdown(power, code);
	capos_panic("the machine does not stop");
}

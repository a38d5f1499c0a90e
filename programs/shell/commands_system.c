/* SPDX-License-Identifier: MIT */
/*
 * commands_system.c - log, reboot and shutdown.
 */
#include "core/capnp/dynamic.h"
#include "programs/shell/shell.h"

enum {
	LOG_COUNT_DEFAULT = 20,
	LOG_READ_RECORDS = 32,
	LOG_READ_WORDS = 2048,
	LOG_LEVEL_WIDTH = 8,
	CODE_MAX = 255,
};

/* One batch of records from *@from on, which moves behind them; UINT32_MAX if refused. */
static uint32_t read_records(struct shell *shell, uint64_t *from,
			     void (*show)(struct shell *shell, struct log_record record))
{
	struct log_reader_read_params_builder params;
	struct log_reader_read_results results;
	struct capos_call call;
	uint32_t count = UINT32_MAX;

	if (log_reader_read_begin_sized(shell->caps.log, &call, 0, LOG_READ_WORDS,
					&params) == CAPOS_OK) {
		log_reader_read_params_set_from(params, *from);
		log_reader_read_params_set_max_records(params, LOG_READ_RECORDS);
	}
	if (log_reader_read_finish(&call, &results) == CAPOS_OK) {
		struct list_of_log_record records =
			log_reader_read_results_get_records(results);

		count = records.l.count;
		*from = log_reader_read_results_get_next(results);
		for (uint32_t i = 0; show && i < count; i++)
			show(shell, log_record_at(records, i));
	} else {
		(void)shell_refused(shell, &call);
	}
	capos_call_end(&call);
	return count;
}

static void show_record(struct shell *shell, struct log_record record)
{
	const char *level =
		capnp_enumerant_name(&log_level_schema, log_record_get_level(record));
	struct capnp_text origin = log_record_get_origin(record);
	struct capnp_text text = log_record_get_text(record);
	uint64_t ms = log_record_get_time_ns(record) / 1000000;

	sink_strings(shell->out, "[", nullptr);
	sink_number(shell->out, ms / 1000);
	sink_strings(shell->out, ms % 1000 < 100 ? ".0" : ".", ms % 1000 < 10 ? "0" : "",
		     nullptr);
	sink_number(shell->out, ms % 1000);
	sink_strings(shell->out, "] ", nullptr);
	sink_padded(shell->out, text_of(level ? level : "?"), LOG_LEVEL_WIDTH);
	sink_foreign(shell->out, (struct text){ origin.bytes, origin.size });
	sink_strings(shell->out, ": ", nullptr);
	sink_foreign(shell->out, (struct text){ text.bytes, text.size });
	sink_byte(shell->out, '\n');
}

/* First to the end, to learn where it is; then the last records. */
bool command_log(struct shell *shell)
{
	uint64_t wanted =
		shell->command.has_number ? shell->command.number : LOG_COUNT_DEFAULT;
	uint64_t end = 0;
	uint64_t from;
	uint32_t count;

	do
		count = read_records(shell, &end, nullptr);
	while (count != 0 && count != UINT32_MAX);
	if (count != 0)
		return false;
	from = end > wanted ? end - wanted : 0;
	while (from < end) {
		count = read_records(shell, &from, show_record);
		if (count == UINT32_MAX)
			return false;
		if (count == 0)
			break;
	}
	return true;
}

bool command_shutdown(struct shell *shell)
{
	struct power_control_shutdown_params_builder params;
	struct power_control_shutdown_results results;
	uint64_t code = shell->command.has_number ? shell->command.number
						  : shell_default_code(shell);
	struct capos_call call;

	if (code > CODE_MAX)
		return shell_fail(shell, "a shutdown code is 0 to 255");
	terminal_flush(&shell->terminal);
	if (power_control_shutdown_begin(shell->caps.power, &call, &params) == CAPOS_OK)
		power_control_shutdown_params_set_code(params, (uint8_t)code);
	if (power_control_shutdown_finish(&call, &results) != CAPOS_OK)
		(void)shell_refused(shell, &call);
	capos_call_end(&call);
	return false; /* it does not return when it succeeds */
}

bool command_reboot(struct shell *shell)
{
	struct power_control_reboot_params_builder params;
	struct power_control_reboot_results results;
	struct capos_call call;

	terminal_flush(&shell->terminal);
	(void)power_control_reboot_begin(shell->caps.power, &call, &params);
	if (power_control_reboot_finish(&call, &results) != CAPOS_OK)
		(void)shell_refused(shell, &call);
	capos_call_end(&call);
	return false;
}

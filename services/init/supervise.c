/* SPDX-License-Identifier: MIT */
/* supervise.c - see supervise.h. */
#include "services/init/supervise.h"

#include "services/init/ending.h"
#include "services/init/report.h"

enum { CODE_FAILED = 1 };

static struct capnp_text service_name(const struct init *init, size_t index)
{
	return service_get_name(
		service_at(system_get_services(init->system), (uint32_t)index));
}

/* Starts waiting for every service; entries of services that do not run stay null. */
static void wait_for_all(struct init *init, uint32_t count, struct capos_call *calls,
			 struct capos_call **waiting)
{
	struct process_handle_wait_params_builder params;

	for (uint32_t i = 0; i < count; i++) {
		waiting[i] = nullptr;
		if (process_handle_wait_begin(init->handles[i], &calls[i], &params) ==
		    CAPOS_OK)
			waiting[i] = &calls[i];
	}
}

/* Says how the service at @index ended; returns its code. */
static uint8_t take_ending(struct init *init, size_t index, struct capos_call *call)
{
	struct terminal_status ending;
	struct sentence sentence;
	uint8_t code = CODE_FAILED;
	status_t status = process_handle_wait_finish(call, &ending);

	if (status == CAPOS_OK) {
		ending_tell(&sentence, service_name(init, index), ending);
		code = ending_code(ending);
	} else {
		sentence_start(&sentence, "service ");
		sentence_text(&sentence, service_name(init, index));
		sentence_words(&sentence, " cannot be waited for");
		report_add_refusal(&sentence, status, call->cqe.rule);
	}
	if (status == CAPOS_OK && ending_is_success(ending))
		report_event(init, &sentence);
	else
		report_trouble(init, &sentence);
	capos_call_end(call);
	capos_release(init->handles[index].cap);
	return code;
}

uint8_t supervise(struct init *init)
{
	static struct capos_call calls[SYSTEM_SERVICES_MAX];
	struct capos_call *waiting[SYSTEM_SERVICES_MAX];
	uint32_t count = system_get_services(init->system).l.count;
	uint32_t left = count;
	uint8_t code = CODE_FAILED;

	wait_for_all(init, count, calls, waiting);
	while (left > 0) {
		size_t index = capos_wait_any(waiting, count);

		if (index >= count)
			break;
		code = take_ending(init, index, waiting[index]);
		waiting[index] = nullptr;
		left--;
		if (capnp_text_equals(service_name(init, index), SYSTEM_SHELL))
			break;
	}
	return code;
}

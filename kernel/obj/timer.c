/* SPDX-License-Identifier: MIT */
/*
 * timer.c - see timer.h.
 *
 * A sleep is a pending call whose alarm is queued. Whoever takes the alarm out of the
 * queue ends the call: its expiry here, or cancel. There is no other state, so no lock.
 *   A1  One LEDGER_ALARMS of the caller's account is charged exactly while the alarm of
 *       its pending call is queued.
 */
#include "kernel/timer.h"

#include "gen/timer.server.h"
#include "kernel/arch.h"
#include "kernel/call.h"
#include "kernel/panic.h"

struct timer {
	struct object base; /* first, so that an object pointer converts */
};

static struct cache timer_cache = CACHE("Timer", sizeof(struct timer));

static const struct object_type timer_type = {
	.name = "Timer",
	.cache = &timer_cache,
};

static status_t method_now(void *self, struct call *call, struct timer_now_params params,
			   struct timer_now_results_builder results)
{
	(void)self;
	(void)call;
	(void)params;
	timer_now_results_set_now_ns(results, arch_time_ns());
	return CAPOS_OK;
}

static void timer_expired(struct alarm *alarm)
{
	struct pending_call *pending = container_of(alarm, struct pending_call, alarm);
	/* Of the same layout as sleepUntil's. */
	struct timer_sleep_results_builder results;

	ledger_refund(&pending->payer->ledger, LEDGER_ALARMS, 1);
	results = timer_sleep_results_new(pending_results(pending));
	timer_sleep_results_set_now_ns(results, arch_time_ns());
	pending_complete(pending, CAPOS_OK);
}

static bool timer_cancel(struct pending_call *pending)
{
	if (!alarm_cancel(&pending->alarm))
		return false;
	ledger_refund(&pending->payer->ledger, LEDGER_ALARMS, 1);
	return true;
}

/* Keeps @call until @deadline_ns, which has not passed. */
static status_t timer_defer(struct call *call, uint64_t deadline_ns)
{
	struct ledger *ledger = &call_account(call)->ledger;
	struct pending_call *pending;
	status_t status;

	if (!ledger_charge(ledger, LEDGER_ALARMS, 1))
		return call_raise_short(call, CAPOS_ERR_NO_LEDGER, LEDGER_ALARMS);
	status = call_defer(call, timer_cancel, &pending);
	if (status != CAPOS_OK) {
		ledger_refund(ledger, LEDGER_ALARMS, 1);
		return status;
	}
	alarm_init(&pending->alarm, timer_expired);
	alarm_set(&pending->alarm, deadline_ns);
	return CAPOS_PENDING;
}

static status_t method_sleep(void *self, struct call *call,
			     struct timer_sleep_params params,
			     struct timer_sleep_results_builder results)
{
	uint64_t duration_ns = timer_sleep_params_get_duration_ns(params);
	uint64_t now_ns = arch_time_ns();

	(void)self;
	if (duration_ns == 0) {
		timer_sleep_results_set_now_ns(results, now_ns);
		return CAPOS_OK;
	}
	if (duration_ns > UINT64_MAX - now_ns)
		duration_ns = UINT64_MAX - now_ns;
	return timer_defer(call, now_ns + duration_ns);
}

static status_t method_sleep_until(void *self, struct call *call,
				   struct timer_sleep_until_params params,
				   struct timer_sleep_until_results_builder results)
{
	uint64_t deadline_ns = timer_sleep_until_params_get_deadline_ns(params);
	uint64_t now_ns = arch_time_ns();

	(void)self;
	if (deadline_ns <= now_ns) {
		timer_sleep_until_results_set_now_ns(results, now_ns);
		return CAPOS_OK;
	}
	return timer_defer(call, deadline_ns);
}

TIMER_METHOD_TABLE(timer_table, method_now, method_sleep, method_sleep_until);

const struct facet timer_facet = FACET(TIMER, "Timer", timer_type, timer_table);

status_t timer_create(struct account *payer, struct object **out)
{
	return object_alloc(&timer_type, payer, out);
}

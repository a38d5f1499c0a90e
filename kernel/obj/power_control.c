/* SPDX-License-Identifier: MIT */
/* power_control.c - see power_control.h. */
#include "kernel/power_control.h"

#include "gen/system.server.h"
#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/call.h"
#include "kernel/console.h"
#include "kernel/panic.h"

struct power_control {
	struct object base; /* first, so that an object pointer converts */
	char nonce[32];
};

static struct cache power_control_cache =
	CACHE("PowerControl", sizeof(struct power_control));

static const struct object_type power_control_type = {
	.name = "PowerControl",
	.cache = &power_control_cache,
};

static status_t method_shutdown(void *self, struct call *call,
				struct power_control_shutdown_params params,
				struct power_control_shutdown_results_builder results)
{
	const struct power_control *power = self;
	uint32_t code = power_control_shutdown_params_get_code(params);

	(void)call;
	(void)results;
	console_end_line();
	kernel_print("[capos] shutdown %s %u\n", power->nonce, code);
	arch_power_off();
}

static status_t method_reboot(void *self, struct call *call,
			      struct power_control_reboot_params params,
			      struct power_control_reboot_results_builder results)
{
	const struct power_control *power = self;

	(void)call;
	(void)params;
	(void)results;
	console_end_line();
	kernel_print("[capos] reboot %s\n", power->nonce);
	arch_reboot();
}

POWER_CONTROL_METHOD_TABLE(power_control_table, method_shutdown, method_reboot);

const struct facet power_control_facet =
	FACET(POWER_CONTROL, "PowerControl", power_control_type, power_control_table);

status_t power_control_create(const struct boot_info *info, struct account *payer,
			      struct object **out)
{
	struct power_control *power;
	status_t status;

	status = object_alloc(&power_control_type, payer, out);
	if (status != CAPOS_OK)
		return status;
	power = (struct power_control *)*out;
	if (!boot_option(info, "nonce", power->nonce, sizeof(power->nonce)))
		__builtin_memcpy(power->nonce, "0", 2);
	return CAPOS_OK;
}

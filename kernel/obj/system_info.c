/* SPDX-License-Identifier: MIT */
/*
 * system_info.c - see system_info.h.
 *
 * Nothing here changes after boot but the counters, which are the processors' own and
 * read without a lock: each is a snapshot.
 */
#include "kernel/system_info.h"

#include "gen/system.server.h"
#include "kernel/arch.h"
#include "kernel/call.h"
#include "kernel/cpu.h"
#include "kernel/frame.h"
#include "kernel/panic.h"

enum { WARNINGS_MAX = 8 };

struct system_info {
	struct object base; /* first, so that an object pointer converts */
};

static struct cache system_info_cache = CACHE("SystemInfo", sizeof(struct system_info));

static const struct object_type system_info_type = {
	.name = "SystemInfo",
	.cache = &system_info_cache,
};

static char system_name[SYSTEM_NAME_MAX_BYTES];
static uint32_t system_name_size;
static char system_message[SYSTEM_MESSAGE_MAX_BYTES];
static uint32_t system_message_size;

static uint32_t copy_text(char *to, uint32_t max_bytes, struct capnp_text from)
{
	uint32_t size = from.size < max_bytes ? from.size : max_bytes;

	__builtin_memcpy(to, from.bytes, size);
	return size;
}

void system_info_set_system(struct capnp_text name, struct capnp_text message_of_the_day)
{
	system_name_size = copy_text(system_name, SYSTEM_NAME_MAX_BYTES, name);
	system_message_size =
		copy_text(system_message, SYSTEM_MESSAGE_MAX_BYTES, message_of_the_day);
}

static uint32_t string_size(const char *string)
{
	return (uint32_t)__builtin_strlen(string);
}

static void describe_warnings(struct system_info_describe_results_builder results)
{
	const char *warnings[WARNINGS_MAX];
	uint32_t count = (uint32_t)arch_warnings(warnings, WARNINGS_MAX);
	struct capnp_list_builder list =
		system_info_describe_results_init_warnings(results, count);

	for (uint32_t i = 0; i < count; i++)
		capnp_list_set_text(list, i, warnings[i], string_size(warnings[i]));
}

static status_t method_describe(void *self, struct call *call,
				struct system_info_describe_params params,
				struct system_info_describe_results_builder results)
{
	const char *architecture = arch_name();

	(void)self;
	(void)call;
	(void)params;
	system_info_describe_results_set_kernel_version(results, KERNEL_VERSION,
							string_size(KERNEL_VERSION));
	system_info_describe_results_set_architecture(results, architecture,
						      string_size(architecture));
	system_info_describe_results_set_system_name(results, system_name,
						     system_name_size);
	system_info_describe_results_set_message_of_the_day(results, system_message,
							    system_message_size);
	system_info_describe_results_set_page_size_bytes(results, ARCH_PAGE_SIZE);
	system_info_describe_results_set_processors(results, 1);
	system_info_describe_results_set_memory_total_pages(results, frame_total_count());
	system_info_describe_results_set_memory_free_pages(results, frame_free_count());
	system_info_describe_results_set_uptime_ns(results, arch_time_ns());
	describe_warnings(results);
	return CAPOS_OK;
}

static status_t method_counters(void *self, struct call *call,
				struct system_info_counters_params params,
				struct system_info_counters_results_builder results)
{
	const struct cpu *cpu = arch_cpu();

	(void)self;
	(void)call;
	(void)params;
	system_info_counters_results_set_address_space_switches(results,
								cpu->space_switches);
	system_info_counters_results_set_msr_writes(results, cpu->msr_writes);
	system_info_counters_results_set_interprocessor_interrupts(results, cpu->ipis);
	system_info_counters_results_set_vector_saves(results, cpu->vector_saves);
	system_info_counters_results_set_thread_switches(results, cpu->thread_switches);
	system_info_counters_results_set_interrupts(results, cpu->interrupts);
	return CAPOS_OK;
}

SYSTEM_INFO_METHOD_TABLE(system_info_table, method_describe, method_counters);

const struct facet system_info_facet =
	FACET(SYSTEM_INFO, "SystemInfo", system_info_type, system_info_table);

status_t system_info_create(struct account *payer, struct object **out)
{
	return object_alloc(&system_info_type, payer, out);
}

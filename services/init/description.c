/* SPDX-License-Identifier: MIT */
/* description.c - see description.h. */
#include "services/init/description.h"

#include "gen/memory.client.h"
#include "gen/system.client.h"
#include "services/init/report.h"

enum {
	/* Pages that init keeps for itself: stack growth of its own calls, tables for
	 * mapping programs while it loads them. */
	RESERVE_PAGES = 64,
};

static bool fail(const struct init *init, const char *words, status_t status)
{
	struct sentence sentence;

	sentence_start(&sentence, words);
	report_add_refusal(&sentence, status, RULE_NONE);
	report_trouble(init, &sentence);
	return false;
}

/* What the machine has: the size of a page, and memory to give away. */
static status_t ask_machine(struct init *init, uint64_t *page_bytes)
{
	struct system_info_client info = { init->holds[HOLD_INFO] };
	struct system_info_describe_params_builder params;
	struct system_info_describe_results results;
	struct capos_call call;
	uint64_t free_pages;
	status_t status = system_info_describe_begin(info, &call, &params);

	if (status == CAPOS_OK)
		status = system_info_describe_finish(&call, &results);
	if (status == CAPOS_OK) {
		free_pages = system_info_describe_results_get_memory_free_pages(results);
		*page_bytes = system_info_describe_results_get_page_size_bytes(results);
		init->memory_pages =
			free_pages > RESERVE_PAGES ? free_pages - RESERVE_PAGES : 0;
	}
	capos_call_end(&call);
	return status;
}

bool description_open(struct init *init)
{
	struct boot_package_client package = { init->holds[HOLD_PACKAGE] };
	struct virtual_memory_client memory = { init->holds[HOLD_MEMORY] };
	struct memory_object_client image;
	uint64_t size_bytes, mapped_bytes, address;
	uint64_t page_bytes = 0;
	status_t status = ask_machine(init, &page_bytes);

	if (status != CAPOS_OK || page_bytes == 0)
		return fail(init, "the machine does not say what it has", status);
	status = boot_package_manifest(package, &image, &size_bytes);
	if (status == CAPOS_OK)
		status = boot_package_programs(package, &init->store);
	if (status != CAPOS_OK)
		return fail(init, "the boot package does not open", status);
	mapped_bytes = (size_bytes + page_bytes - 1) / page_bytes * page_bytes;
	status = virtual_memory_map_object(memory, image, 0, mapped_bytes, 0,
					   PROTECTION_READ, &address);
	if (status != CAPOS_OK)
		return fail(init, "the system description cannot be mapped", status);
	capos_release(image.cap);
	if (!system_graph_open(&init->reader, (const void *)address, (uint32_t)size_bytes,
			       &init->system))
		return fail(init, "the system description cannot be read",
			    CAPOS_ERR_BAD_MESSAGE);
	return true;
}

static void take_defect(void *context, const char *words)
{
	struct sentence sentence;

	sentence_start(&sentence, words);
	report_trouble(context, &sentence);
}

bool description_check(struct init *init)
{
	const struct system_graph_report report = { take_defect, init };
	struct ledger_budget available;

	/* Of the rest the kernel keeps the books: what is too much is refused at the start. */
	for (uint32_t i = 0; i < LEDGER_RESOURCES; i++)
		available.max[i] = UINT64_MAX;
	available.max[LEDGER_MEMORY_PAGES] = init->memory_pages;
	return system_graph_check(init->system, &available, &report) == 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * object_rows.c - mapping a page, and a process from its image to its end.
 */
#include "programs/bench/rows.h"

#include "capos/cap.h"
#include "capos/print.h"

enum { PAGE_BYTES = 4096, CHILD_STACK_BYTES = 4096 };

static void touch(uint64_t address)
{
	*(volatile uint8_t *)(uintptr_t)address = 1;
}

bool row_map_existing(void *context, uint32_t count)
{
	const struct memory_work *work = context;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t address;

		if (virtual_memory_map_object(work->memory, work->object, 0, PAGE_BYTES,
					      CAPOS_PLACEMENT_FIRST,
					      PROTECTION_READ_WRITE,
					      &address) != CAPOS_OK)
			return false;
		touch(address);
		if (virtual_memory_unmap(work->memory, address, PAGE_BYTES) != CAPOS_OK)
			return false;
	}
	return true;
}

bool row_map_fresh(void *context, uint32_t count)
{
	const struct memory_work *work = context;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t address;

		if (virtual_memory_map(work->memory, CAPOS_PLACEMENT_FIRST, PAGE_BYTES,
				       PROTECTION_READ_WRITE, &address) != CAPOS_OK)
			return false;
		touch(address);
		if (virtual_memory_unmap(work->memory, address, PAGE_BYTES) != CAPOS_OK)
			return false;
	}
	return true;
}

/* Whether the process ended itself with code 0. */
static bool wait_for(struct process_handle_client handle)
{
	struct process_handle_wait_params_builder params;
	struct terminal_status ending;
	struct capos_call call;
	bool good;

	(void)process_handle_wait_begin_sized(handle, &call, 0, 0, &params);
	good = process_handle_wait_finish(&call, &ending) == CAPOS_OK &&
	       terminal_status_which(ending) == TERMINAL_STATUS_EXITED &&
	       terminal_status_get_exited(ending) == 0;
	capos_call_end(&call);
	return good;
}

static bool spawn_once(const struct spawn_work *work)
{
	/* Static, as a shell would keep them: what is measured is not the clearing of a stack. */
	static struct loader_image image;
	static struct loader_error error = { .why = "it did not end with code 0" };
	const struct loader_grant grants[] = {
		{ "console", work->console, CONSOLE_INTERFACE_ID, CAPOS_TRANSFER_COPY,
		  LOADER_GIVEN },
		{ "timer", work->timer, TIMER_INTERFACE_ID, CAPOS_TRANSFER_COPY,
		  LOADER_GIVEN },
	};
	const struct loader_request request = {
		.name = "tiny",
		.grants = grants,
		.grant_count = sizeof(grants) / sizeof(grants[0]),
		.stack_bytes = CHILD_STACK_BYTES,
	};
	struct process_handle_client handle;
	bool good;

	good = loader_open(work->store, work->memory, "tiny", &image, &error);
	if (good) {
		good = loader_spawn(work->factory, &image, &request, &handle, &error) &&
		       wait_for(handle);
		capos_release(handle.cap);
		loader_close(&image);
	}
	if (!good)
		(void)capos_print("spawning: %s\n", error.why);
	return good;
}

bool row_spawn(void *context, uint32_t count)
{
	bool good = true;

	for (uint32_t i = 0; good && i < count; i++)
		good = spawn_once(context);
	return good;
}

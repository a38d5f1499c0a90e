/* SPDX-License-Identifier: MIT */
/*
 * loader.c - see loader.h for what it promises.
 *
 * Calls that do not depend on each other are submitted together and enter the kernel
 * once; it takes them in order. The first failure is the one that is reported.
 */
#include "capos/loader.h"

#include "capos/cap.h"
#include "capos/explain.h"
#include "capos/print.h"
#include "capos/string.h"

enum { BATCH_MAX = 12 };

/* Calls in flight together, all of which must succeed. */
struct batch {
	struct loader_error *error;
	bool failed;
	uint32_t count;
	const char *what[BATCH_MAX];
	struct capos_call calls[BATCH_MAX];
};

/* What a spawn has made so far. */
struct spawn {
	struct process_builder_client builder;
	struct virtual_memory_client memory;
	struct thread_control_client thread;
	uint64_t stack_low;
	uint64_t stack_top;
	uint64_t argument; /* address of the startup record, or 0 */
	const struct loader_image *image;
	const struct loader_request *request;
	struct batch batch;
};

static bool fail(struct loader_error *error, const char *what, const char *why)
{
	error->refused = false;
	(void)capos_format(error->why, sizeof(error->why), "%s: %s", what, why);
	return false;
}

static bool fail_call(struct loader_error *error, const struct capos_call *call,
		      const char *what)
{
	error->refused = true;
	error->entry = call->sqe;
	error->completion = call->cqe;
	(void)capos_format(error->why, sizeof(error->why), "%s: %s by rule %s", what,
			   capos_status_name(call->cqe.result),
			   capos_rule_name(call->cqe.rule));
	return false;
}

/* ---- Batches ------------------------------------------------------------------- */

static bool batch_finish(struct batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		struct capos_call *call = &batch->calls[i];

		if (capos_call_wait(call) != CAPOS_OK && !batch->failed) {
			(void)fail_call(batch->error, call, batch->what[i]);
			batch->failed = true;
		}
		capos_call_end(call);
	}
	batch->count = 0;
	return !batch->failed;
}

/* The next call, to be begun and submitted; @what says what it is for. */
static struct capos_call *batch_add(struct batch *batch, const char *what)
{
	if (batch->count == BATCH_MAX)
		(void)batch_finish(batch);
	batch->what[batch->count] = what;
	return &batch->calls[batch->count++];
}

/* ---- Opening ------------------------------------------------------------------- */

static bool find_program(struct program_store_client store, const char *name,
			 struct loader_image *image, uint64_t *size_bytes,
			 struct loader_error *error)
{
	struct program_store_open_params_builder params;
	struct open_result result;
	struct capos_call call;
	uint32_t length = (uint32_t)strlen(name);
	bool good = false;

	(void)program_store_open_begin_sized(store, &call, length / 8 + 1, 0, &params);
	if (!capos_call_is_done(&call))
		program_store_open_params_set_name(params, name, length);
	if (program_store_open_finish(&call, &result) != CAPOS_OK) {
		(void)fail_call(error, &call, name);
	} else if (open_result_which(result) != OPEN_RESULT_FOUND) {
		(void)fail(error, name, "there is no such program");
	} else {
		struct open_result_found found = open_result_get_found(result);

		*size_bytes = open_result_found_get_size_bytes(found);
		image->object.cap =
			capos_call_take(&call, open_result_found_get_image(found),
					MEMORY_OBJECT_INTERFACE_ID);
		good = true;
	}
	capos_call_end(&call);
	return good;
}

/* Reads the mapped file. */
static bool read_program(const void *bytes, uint64_t size_bytes, const char *name,
			 struct loader_image *image, struct loader_error *error)
{
	struct elf_image elf;
	const char *why;

	if (!elf_parse(bytes, size_bytes, &elf, &why) || !loader_plan(&elf, image, &why))
		return fail(error, name, why);
	if (elf.need_count > LOADER_NEEDS_MAX)
		return fail(error, name, "it needs too many capabilities");
	image->need_count = elf.need_count;
	for (uint32_t i = 0; i < elf.need_count; i++)
		elf_read_need(bytes, &elf, i, &image->needs[i]);
	return true;
}

static bool map_and_read(struct virtual_memory_client memory, uint64_t size_bytes,
			 const char *name, struct loader_image *image,
			 struct loader_error *error)
{
	uint64_t mapped_bytes =
		(size_bytes + ELF_PAGE_BYTES - 1) & ~(uint64_t)(ELF_PAGE_BYTES - 1);
	uint64_t address;
	bool good;

	if (size_bytes == 0 || size_bytes > CAPOS_MAP_CALL_MAX_BYTES)
		return fail(error, name, "empty, or larger than 2 MiB");
	if (virtual_memory_map_object(memory, image->object, 0, mapped_bytes, 0,
				      PROTECTION_READ, &address) != CAPOS_OK)
		return fail(error, name, "there is no room to map the file here");
	good = read_program((const void *)(uintptr_t)address, size_bytes, name, image,
			    error);
	(void)virtual_memory_unmap(memory, address, mapped_bytes);
	return good;
}

bool loader_open(struct program_store_client store, struct virtual_memory_client memory,
		 const char *name, struct loader_image *image, struct loader_error *error)
{
	uint64_t size_bytes;

	image->object.cap = CAP_NULL;
	image->step_count = 0;
	image->need_count = 0;
	if (!find_program(store, name, image, &size_bytes, error))
		return false;
	if (map_and_read(memory, size_bytes, name, image, error))
		return true;
	loader_close(image);
	return false;
}

void loader_close(struct loader_image *image)
{
	capos_release(image->object.cap);
	image->object.cap = CAP_NULL;
}

/* ---- Spawning ------------------------------------------------------------------ */

static bool create_process(struct process_factory_client factory, struct spawn *spawn,
			   struct process_handle_client *handle)
{
	const struct loader_request *request = spawn->request;
	struct process_factory_create_params_builder params;
	struct process_factory_create_results results;
	struct capos_call call;
	uint32_t length = (uint32_t)strlen(request->name);
	bool good;

	(void)process_factory_create_begin_sized(
		factory, &call, length / 8 + 1 + BUDGET_DATA_WORDS, 0, &params);
	if (!capos_call_is_done(&call)) {
		process_factory_create_params_set_name(params, request->name, length);
		if (request->set_budget)
			request->set_budget(
				process_factory_create_params_init_budget(params),
				request->context);
	}
	good = process_factory_create_finish(&call, &results) == CAPOS_OK;
	if (good) {
		uint32_t index = process_factory_create_results_get_builder(results);

		spawn->builder.cap =
			capos_call_take(&call, index, PROCESS_BUILDER_INTERFACE_ID);
		index = process_factory_create_results_get_handle(results);
		handle->cap = capos_call_take(&call, index, PROCESS_HANDLE_INTERFACE_ID);
	} else {
		(void)fail_call(spawn->batch.error, &call, "creating the process");
	}
	capos_call_end(&call);
	return good;
}

static void submit_grant(struct spawn *spawn, const struct loader_grant *grant, cap_t cap)
{
	struct process_builder_grant_params_builder params;
	struct capos_call *call = batch_add(&spawn->batch, grant->name);
	uint32_t length = (uint32_t)strlen(grant->name);

	if (process_builder_grant_begin_sized(spawn->builder, call, length / 8 + 1, 0,
					      &params) != CAPOS_OK)
		return;
	process_builder_grant_params_set_name(params, grant->name, length);
	process_builder_grant_params_set_capability(
		params, capos_call_give(call, cap, grant->mode));
	(void)capos_call_submit(call);
}

/* Grants what this process holds, or what is the new process's own. */
static void submit_grants(struct spawn *spawn, bool own)
{
	for (size_t i = 0; i < spawn->request->grant_count; i++) {
		const struct loader_grant *grant = &spawn->request->grants[i];
		cap_t cap = grant->cap;

		if ((grant->source != LOADER_GIVEN) != own)
			continue;
		if (grant->source == LOADER_OWN_MEMORY)
			cap = spawn->memory.cap;
		else if (grant->source == LOADER_OWN_THREAD)
			cap = spawn->thread.cap;
		submit_grant(spawn, grant, cap);
	}
}

static bool wants(const struct loader_request *request, enum loader_source source)
{
	for (size_t i = 0; i < request->grant_count; i++) {
		if (request->grants[i].source == source)
			return true;
	}
	return false;
}

/* Takes the one capability that a call of the builder returns. */
static bool finish_part(struct spawn *spawn, struct capos_call *call, uint64_t interface,
			const char *what, cap_t *out)
{
	bool good = capos_call_wait(call) == CAPOS_OK;

	if (good)
		*out = capos_call_take(call, 0, interface);
	else
		(void)fail_call(spawn->batch.error, call, what);
	capos_call_end(call);
	return good;
}

/* The address space, the thread if it is to be granted, and the grants of what is here. */
static bool take_parts(struct spawn *spawn)
{
	struct process_builder_memory_params_builder memory_params;
	struct process_builder_thread_params_builder thread_params;
	struct capos_call memory, thread;
	bool wants_thread = wants(spawn->request, LOADER_OWN_THREAD);
	bool good;

	(void)process_builder_memory_begin(spawn->builder, &memory, &memory_params);
	(void)capos_call_submit(&memory);
	if (wants_thread) {
		(void)process_builder_thread_begin(spawn->builder, &thread,
						   &thread_params);
		(void)capos_call_submit(&thread);
	}
	submit_grants(spawn, false);
	good = finish_part(spawn, &memory, VIRTUAL_MEMORY_INTERFACE_ID,
			   "its address space", &spawn->memory.cap);
	if (wants_thread)
		good &= finish_part(spawn, &thread, THREAD_CONTROL_INTERFACE_ID,
				    "its thread", &spawn->thread.cap);
	return batch_finish(&spawn->batch) && good;
}

static void submit_fresh(struct spawn *spawn, uint64_t address, uint64_t size_bytes,
			 enum protection protection, const char *what)
{
	struct virtual_memory_map_params_builder params;
	struct capos_call *call = batch_add(&spawn->batch, what);

	if (virtual_memory_map_begin(spawn->memory, call, &params) != CAPOS_OK)
		return;
	virtual_memory_map_params_set_address(params, address);
	virtual_memory_map_params_set_size_bytes(params, size_bytes);
	virtual_memory_map_params_set_protection(params, protection);
	(void)capos_call_submit(call);
}

static void submit_object(struct spawn *spawn, const struct loader_step *step)
{
	struct virtual_memory_map_object_params_builder params;
	struct capos_call *call = batch_add(&spawn->batch, "mapping its code");

	if (virtual_memory_map_object_begin(spawn->memory, call, &params) != CAPOS_OK)
		return;
	virtual_memory_map_object_params_set_object(
		params,
		capos_call_give(call, spawn->image->object.cap, CAPOS_TRANSFER_COPY));
	virtual_memory_map_object_params_set_offset_bytes(params, step->offset);
	virtual_memory_map_object_params_set_size_bytes(params, step->size_bytes);
	virtual_memory_map_object_params_set_address(params, step->address);
	virtual_memory_map_object_params_set_protection(params, step->protection);
	(void)capos_call_submit(call);
}

static void submit_copy(struct spawn *spawn, const struct loader_step *step)
{
	struct virtual_memory_map_copy_params_builder params;
	struct capos_call *call = batch_add(&spawn->batch, "copying its data");

	if (virtual_memory_map_copy_begin(spawn->memory, call, &params) != CAPOS_OK)
		return;
	virtual_memory_map_copy_params_set_object(
		params,
		capos_call_give(call, spawn->image->object.cap, CAPOS_TRANSFER_COPY));
	virtual_memory_map_copy_params_set_offset_bytes(params, step->offset);
	virtual_memory_map_copy_params_set_copy_bytes(params, step->copy_bytes);
	virtual_memory_map_copy_params_set_address(params, step->address);
	virtual_memory_map_copy_params_set_size_bytes(params, step->size_bytes);
	virtual_memory_map_copy_params_set_protection(params, step->protection);
	(void)capos_call_submit(call);
}

static void submit_step(struct spawn *spawn, const struct loader_step *step)
{
	switch (step->kind) {
	case LOADER_MAP_OBJECT:
		submit_object(spawn, step);
		break;
	case LOADER_MAP_COPY:
		submit_copy(spawn, step);
		break;
	case LOADER_MAP_FRESH:
		submit_fresh(spawn, step->address, step->size_bytes, step->protection,
			     "mapping its data");
		break;
	}
}

/* The arguments go to the top of the stack: no page of their own for a few bytes. */
static bool submit_arguments(struct spawn *spawn)
{
	const struct loader_request *request = spawn->request;
	struct process_builder_write_params_builder params;
	struct capos_call *call;
	size_t size;
	uint8_t *record;

	if (request->argument_count == 0)
		return true;
	size = loader_startup_size(request->arguments, request->argument_count);
	if (size == 0 || size >= spawn->stack_top - spawn->stack_low)
		return fail(spawn->batch.error, request->name, "too many arguments");
	spawn->argument = spawn->stack_top - ((size + 15) & ~(size_t)15);

	call = batch_add(&spawn->batch, "its arguments");
	if (process_builder_write_begin_sized(spawn->builder, call,
					      (uint32_t)(size + 7) / 8, 0,
					      &params) != CAPOS_OK)
		return true; /* the batch reports it */
	process_builder_write_params_set_address(params, spawn->argument);
	record = process_builder_write_params_init_data(params, (uint32_t)size);
	if (record)
		loader_startup_write((struct capos_startup *)(void *)record, size,
				     spawn->stack_low, spawn->argument,
				     request->arguments, request->argument_count);
	(void)capos_call_submit(call);
	spawn->stack_top = spawn->argument;
	return true;
}

/* Everything that the process has in memory, and the grants of its own parts. */
static bool fill_memory(struct spawn *spawn)
{
	bool good;

	for (uint32_t i = 0; i < spawn->image->step_count; i++)
		submit_step(spawn, &spawn->image->steps[i]);
	submit_fresh(spawn, spawn->stack_low, spawn->stack_top - spawn->stack_low,
		     PROTECTION_READ_WRITE, "its stack");
	good = submit_arguments(spawn);
	submit_grants(spawn, true);
	return batch_finish(&spawn->batch) && good;
}

static bool start_process(struct spawn *spawn)
{
	struct process_builder_start_params_builder params;
	struct capos_call *call = batch_add(&spawn->batch, "starting it");

	if (process_builder_start_begin(spawn->builder, call, &params) == CAPOS_OK) {
		process_builder_start_params_set_entry(params, spawn->image->entry);
		process_builder_start_params_set_stack_top(params, spawn->stack_top);
		process_builder_start_params_set_argument(params, spawn->argument);
	}
	return batch_finish(&spawn->batch);
}

static void abandon(struct spawn *spawn)
{
	const char *why = spawn->batch.error->why;

	(void)process_builder_abandon(spawn->builder, why,
				      (uint32_t)strnlen(why, LOADER_ABANDON_MAX_BYTES));
}

bool loader_spawn(struct process_factory_client factory, const struct loader_image *image,
		  const struct loader_request *request,
		  struct process_handle_client *handle, struct loader_error *error)
{
	uint32_t stack_bytes =
		request->stack_bytes ? request->stack_bytes : CAPOS_STACK_DEFAULT_BYTES;
	struct spawn spawn;
	bool good;

	spawn.memory.cap = CAP_NULL;
	spawn.thread.cap = CAP_NULL;
	spawn.stack_low = CAPOS_STACK_TOP - stack_bytes;
	spawn.stack_top = CAPOS_STACK_TOP;
	spawn.argument = 0;
	spawn.image = image;
	spawn.request = request;
	spawn.batch.error = error;
	spawn.batch.failed = false;
	spawn.batch.count = 0;
	handle->cap = CAP_NULL;

	if (!create_process(factory, &spawn, handle))
		return false;
	error->refused = false;
	good = loader_check_needs(image, request->grants, request->grant_count,
				  error->why, sizeof(error->why)) &&
	       take_parts(&spawn) && fill_memory(&spawn) && start_process(&spawn);
	if (!good)
		abandon(&spawn);
	capos_release(spawn.thread.cap);
	capos_release(spawn.memory.cap);
	capos_release(spawn.builder.cap);
	return good;
}

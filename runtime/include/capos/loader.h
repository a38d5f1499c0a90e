/* SPDX-License-Identifier: MIT */
/*
 * loader.h - starts programs: an ELF file from a ProgramStore becomes a process with
 * exactly the capabilities that the request names.
 *
 * The kernel knows nothing of files or programs; all of this happens in the process
 * that starts another one, with its own ProcessFactory and at its own expense.
 *
 *    loader_open(store, memory, "hello", &image, &error)    once per program
 *    loader_spawn(factory, &image, &request, &handle, &error)    as often as one likes
 *    loader_close(&image)
 *
 * Spawning takes four entries into the kernel: create; address space and grants;
 * mappings and arguments; start.
 *
 *   tests    runtime/loader_plan_test.c, tests/system (spawn, needs, failedToStart)
 */
#ifndef CAPOS_LOADER_H
#define CAPOS_LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "abi/address_map.h"
#include "abi/needs.h"
#include "abi/startup.h"
#include "capos/call.h"
#include "core/elf.h"
#include "gen/boot.client.h"
#include "gen/memory.client.h"
#include "gen/process.client.h"

enum {
	LOADER_STEPS_MAX = 24,
	LOADER_NEEDS_MAX = 32,
	LOADER_WHY_BYTES = 160,
	LOADER_ABANDON_MAX_BYTES = 63, /* what ProcessBuilder.abandon keeps */
};

/* Why something failed. */
struct loader_error {
	char why[LOADER_WHY_BYTES]; /* a sentence, always there after a failure */
	bool refused; /* the kernel refused a call: the next two say which and why */
	struct capos_sqe entry;
	struct capos_cqe completion;
};

/* One mapping of a program. */
enum loader_step_kind : uint8_t {
	LOADER_MAP_OBJECT, /* pages of the file itself */
	LOADER_MAP_COPY,   /* fresh pages that start with contents of the file */
	LOADER_MAP_FRESH,  /* zeroed pages */
};

struct loader_step {
	enum loader_step_kind kind;
	enum protection protection;
	uint64_t address;
	uint64_t size_bytes;
	uint64_t offset;     /* in the file */
	uint64_t copy_bytes; /* MAP_COPY */
};

/* A program, checked and ready to be started any number of times. */
struct loader_image {
	struct memory_object_client object;
	uint64_t entry;
	uint32_t step_count;
	uint32_t need_count;
	struct loader_step steps[LOADER_STEPS_MAX];
	struct capos_need needs[LOADER_NEEDS_MAX];
};

/* Where a granted capability comes from. */
enum loader_source : uint8_t {
	LOADER_GIVEN,      /* cap */
	LOADER_OWN_MEMORY, /* VirtualMemory of the new process */
	LOADER_OWN_THREAD, /* ThreadControl of its first thread */
};

struct loader_grant {
	const char *name;
	cap_t cap;
	uint64_t interface; /* that cap is held as; 0: not known */
	enum capos_transfer_mode mode;
	enum loader_source source;
};

struct loader_request {
	const char *name; /* of the process */
	const struct loader_grant *grants;
	size_t grant_count;
	const char *const *arguments; /* without the program's name */
	size_t argument_count;
	/* Changes the budget from the defaults of the schema; nullptr: leaves them. */
	void (*set_budget)(struct budget_builder budget, const void *context);
	const void *context;
	uint32_t stack_bytes; /* whole pages; 0: CAPOS_STACK_DEFAULT_BYTES */
};

/*
 * Opens the program called @name. @memory is this process's own address space, where the file is
 * mapped while it is being checked.
 */
[[nodiscard]] bool loader_open(struct program_store_client store,
			       struct virtual_memory_client memory, const char *name,
			       struct loader_image *image, struct loader_error *error);
void loader_close(struct loader_image *image);

/*
 * Starts a process. Unless creating it failed, *@handle is set, also on failure: then the
 * process is abandoned, and its handle says failedToStart with the reason. *@handle is the
 * caller's to release.
 */
[[nodiscard]] bool loader_spawn(struct process_factory_client factory,
				const struct loader_image *image,
				const struct loader_request *request,
				struct process_handle_client *handle,
				struct loader_error *error);

/* ---- The pure part (loader_plan.c) --------------------------------------------- */

/* Turns segments into mappings that the kernel accepts; false with *@why. */
[[nodiscard]] bool loader_plan(const struct elf_image *elf, struct loader_image *image,
			       const char **why);

/*
 * Writes into @why which needs of @image the grants do not meet; true if none. A grant meets
 * a need if it answers to its interface (capos_cap_answers, if it is not held as that).
 */
[[nodiscard]] bool loader_check_needs(const struct loader_image *image,
				      const struct loader_grant *grants,
				      size_t grant_count, char *why, size_t size);

/* Size of the startup record for these arguments; 0 if it would be too large. */
size_t loader_startup_size(const char *const *arguments, size_t count);

/* Fills @record, which has the size that loader_startup_size() said. */
void loader_startup_write(struct capos_startup *record, size_t size, uint64_t stack_low,
			  uint64_t stack_top, const char *const *arguments, size_t count);

#endif /* CAPOS_LOADER_H */

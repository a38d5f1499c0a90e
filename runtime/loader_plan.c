/* SPDX-License-Identifier: MIT */
/*
 * loader_plan.c - what of loading a program is only computation, but for the one question
 * to the kernel whether a capability answers to the interface that is needed.
 */
#include "capos/cap.h"
#include "capos/loader.h"
#include "capos/print.h"
#include "capos/string.h"

static const uint64_t PAGE_MASK = ELF_PAGE_BYTES - 1;
static const uint64_t FRESH_MAX_BYTES =
	(uint64_t)CAPOS_MAP_FRESH_MAX_PAGES * ELF_PAGE_BYTES;

static bool add_step(struct loader_image *image, struct loader_step step)
{
	if (image->step_count == LOADER_STEPS_MAX)
		return false;
	image->steps[image->step_count++] = step;
	return true;
}

/* Pages of the file itself, at most CAPOS_MAP_CALL_MAX_BYTES at a time. */
static bool plan_object(struct loader_image *image, struct loader_step all)
{
	uint64_t left = all.size_bytes;

	while (left != 0) {
		all.size_bytes =
			left < CAPOS_MAP_CALL_MAX_BYTES ? left : CAPOS_MAP_CALL_MAX_BYTES;
		if (!add_step(image, all))
			return false;
		all.address += all.size_bytes;
		all.offset += all.size_bytes;
		left -= all.size_bytes;
	}
	return true;
}

/* Fresh pages, at most CAPOS_MAP_FRESH_MAX_PAGES at a time; the contents come first. */
static bool plan_fresh(struct loader_image *image, struct loader_step all)
{
	uint64_t left = all.size_bytes;
	uint64_t contents = all.copy_bytes;

	while (left != 0) {
		all.size_bytes = left < FRESH_MAX_BYTES ? left : FRESH_MAX_BYTES;
		all.copy_bytes = contents < all.size_bytes ? contents : all.size_bytes;
		all.kind = all.copy_bytes != 0 ? LOADER_MAP_COPY : LOADER_MAP_FRESH;
		if (!add_step(image, all))
			return false;
		all.address += all.size_bytes;
		all.offset += all.copy_bytes;
		contents -= all.copy_bytes;
		left -= all.size_bytes;
	}
	return true;
}

static bool plan_segment(struct loader_image *image, const struct elf_segment *segment)
{
	uint64_t lead = segment->address & PAGE_MASK;
	struct loader_step step = {
		.kind = LOADER_MAP_OBJECT,
		.address = segment->address - lead,
		.size_bytes = (lead + segment->memory_bytes + PAGE_MASK) & ~PAGE_MASK,
		.offset = segment->file_offset - lead,
	};

	if (segment->flags & ELF_WRITE) {
		step.protection = PROTECTION_READ_WRITE;
		step.copy_bytes =
			segment->file_bytes != 0 ? lead + segment->file_bytes : 0;
		return plan_fresh(image, step);
	}
	step.protection =
		segment->flags & ELF_EXECUTE ? PROTECTION_READ_EXECUTE : PROTECTION_READ;
	return plan_object(image, step);
}

bool loader_plan(const struct elf_image *elf, struct loader_image *image,
		 const char **why)
{
	image->entry = elf->entry;
	image->step_count = 0;
	for (uint32_t i = 0; i < elf->segment_count; i++) {
		if (elf->segments[i].address < CAPOS_IMAGE_ADDRESS) {
			*why = "a segment lies where its stack and ring go";
			return false;
		}
		if (!plan_segment(image, &elf->segments[i])) {
			*why = "it is too large";
			return false;
		}
	}
	return true;
}

static bool is_met(const struct capos_need *need, const struct loader_grant *grants,
		   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t interface = grants[i].interface;

		if (grants[i].source == LOADER_OWN_MEMORY)
			interface = VIRTUAL_MEMORY_INTERFACE_ID;
		else if (grants[i].source == LOADER_OWN_THREAD)
			interface = THREAD_CONTROL_INTERFACE_ID;
		if (strcmp(need->name, grants[i].name) == 0)
			return interface == 0 || interface == need->interface ||
			       (grants[i].source == LOADER_GIVEN &&
				capos_cap_answers(grants[i].cap, need->interface));
	}
	return (need->flags & CAPOS_NEED_OPTIONAL) != 0;
}

bool loader_check_needs(const struct loader_image *image,
			const struct loader_grant *grants, size_t grant_count, char *why,
			size_t size)
{
	size_t used = 0;

	for (uint32_t i = 0; i < image->need_count; i++) {
		if (is_met(&image->needs[i], grants, grant_count))
			continue;
		used += capos_format(why + used, size - used, "%s%s",
				     used == 0 ? "not granted as needed: " : ", ",
				     image->needs[i].name);
		if (used >= size)
			used = size - 1; /* cut, and still true */
	}
	return used == 0;
}

size_t loader_startup_size(const char *const *arguments, size_t count)
{
	size_t size = sizeof(struct capos_startup);

	if (count > CAPOS_ARGUMENTS_MAX)
		return 0;
	for (size_t i = 0; i < count; i++) {
		size += strnlen(arguments[i], CAPOS_STARTUP_MAX_BYTES) + 1;
		if (size > CAPOS_STARTUP_MAX_BYTES)
			return 0;
	}
	return size;
}

void loader_startup_write(struct capos_startup *record, size_t size, uint64_t stack_low,
			  uint64_t stack_top, const char *const *arguments, size_t count)
{
	char *next = (char *)(record + 1);

	*record = (struct capos_startup){
		.magic = CAPOS_STARTUP_MAGIC,
		.size_bytes = (uint32_t)size,
		.argument_count = (uint32_t)count,
		.stack_low = stack_low,
		.stack_top = stack_top,
	};
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(arguments[i]) + 1;

		memcpy(next, arguments[i], length);
		next += length;
	}
}

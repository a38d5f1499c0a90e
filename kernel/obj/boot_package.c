/* SPDX-License-Identifier: MIT */
/*
 * boot_package.c - see boot_package.h.
 *
 * Locking. package->lock (rank OBJECT) guards the memory objects. The header was checked
 * and is read-only for everybody afterwards, so it needs neither lock nor second check.
 */
#include "kernel/boot_package.h"

#include "core/boot_package.h"
#include "gen/boot.server.h"
#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/call.h"
#include "kernel/memory_object.h"
#include "kernel/panic.h"

/* Files from this one on are programs; init is the first of them. */
enum { FIRST_PROGRAM = CAPOS_PACKAGE_INIT };

struct boot_package {
	struct object base; /* first, so that an object pointer converts */
	struct spinlock lock;
	const struct capos_package *header;
	paddr_t start;
	struct object *files[CAPOS_PACKAGE_FILES_MAX]; /* references; made on demand */
};

static struct cache boot_package_cache =
	CACHE("BootPackage", sizeof(struct boot_package));

static void boot_package_destroy(struct object *object);

static const struct object_type boot_package_type = {
	.name = "BootPackage",
	.cache = &boot_package_cache,
	.destroy = boot_package_destroy,
};

static const struct boot_package *boot_package_from(const struct object *object)
{
	return (const struct boot_package *)object;
}

static void boot_package_destroy(struct object *object)
{
	struct boot_package *package = (struct boot_package *)object;

	for (uint32_t i = 0; i < package->header->file_count; i++)
		if (package->files[i])
			object_put(package->files[i]);
}

bool boot_package_file(const struct object *object, uint32_t index, struct boot_file *out)
{
	const struct boot_package *package = boot_package_from(object);
	const struct capos_package_file *file;

	if (index >= package->header->file_count)
		return false;
	file = &package->header->files[index];
	*out = (struct boot_file){
		.name = file->name,
		.bytes = (const uint8_t *)package->header + file->offset,
		.size_bytes = file->size_bytes,
		.first = paddr_add(package->start, file->offset),
		.page_count = (uint32_t)((file->size_bytes + ARCH_PAGE_SIZE - 1) >>
					 ARCH_PAGE_SHIFT),
	};
	return true;
}

/* Keeps @made as the file's object, unless another processor was first. */
static struct object *publish(struct boot_package *package, uint32_t index,
			      struct object *made)
{
	struct object *object;

	spin_lock(&package->lock);
	if (!package->files[index])
		package->files[index] = made;
	object = package->files[index];
	object_get(object);
	spin_unlock(&package->lock);
	if (object != made)
		object_put(made);
	return object;
}

static struct object *find_made(struct boot_package *package, uint32_t index)
{
	struct object *object;

	spin_lock(&package->lock);
	object = package->files[index];
	if (object)
		object_get(object);
	spin_unlock(&package->lock);
	return object;
}

status_t boot_package_open_file(struct object *object, uint32_t index,
				struct object **out)
{
	struct boot_package *package = (struct boot_package *)object;
	struct boot_file file;
	struct object *made;
	status_t status;

	if (!boot_package_file(object, index, &file))
		return CAPOS_ERR_NOT_FOUND;
	*out = find_made(package, index);
	if (*out)
		return CAPOS_OK;
	status = memory_object_create_static(object->payer, file.first, file.page_count,
					     &made);
	if (status != CAPOS_OK)
		return status;
	*out = publish(package, index, made);
	return CAPOS_OK;
}

/* ---- BootPackage ----------------------------------------------------------------- */

static status_t method_manifest(void *self, struct call *call,
				struct boot_package_manifest_params params,
				struct boot_package_manifest_results_builder results)
{
	struct boot_package *package = self;
	struct object *image;
	status_t status;

	(void)params;
	status = boot_package_open_file(&package->base, CAPOS_PACKAGE_MANIFEST, &image);
	if (status != CAPOS_OK)
		return call_raise_short(call, status, LEDGER_KERNEL_BYTES);
	boot_package_manifest_results_set_image(
		results, call_return_capability(call, image, &memory_object_facet));
	boot_package_manifest_results_set_size_bytes(
		results, package->header->files[CAPOS_PACKAGE_MANIFEST].size_bytes);
	return CAPOS_OK;
}

static status_t method_programs(void *self, struct call *call,
				struct boot_package_programs_params params,
				struct boot_package_programs_results_builder results)
{
	struct boot_package *package = self;

	(void)params;
	object_get(&package->base);
	boot_package_programs_results_set_store(
		results,
		call_return_capability(call, &package->base, &program_store_facet));
	return CAPOS_OK;
}

/* ---- ProgramStore ---------------------------------------------------------------- */

static uint32_t string_size(const char *string)
{
	return (uint32_t)__builtin_strlen(string);
}

static status_t method_list(void *self, struct call *call,
			    struct program_store_list_params params,
			    struct program_store_list_results_builder results)
{
	const struct boot_package *package = self;
	uint32_t count = package->header->file_count - FIRST_PROGRAM;
	struct list_of_stored_program_builder list;

	(void)call;
	(void)params;
	/* What does not fit fails the builder, and with it the call. */
	list = program_store_list_results_init_programs(results, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct capos_package_file *file =
			&package->header->files[FIRST_PROGRAM + i];
		struct stored_program_builder program =
			stored_program_builder_at(list, i);

		stored_program_set_name(program, file->name, string_size(file->name));
		stored_program_set_size_bytes(program, file->size_bytes);
	}
	return CAPOS_OK;
}

static status_t method_open(void *self, struct call *call,
			    struct program_store_open_params params,
			    struct open_result_builder results)
{
	struct boot_package *package = self;
	struct capnp_text name = program_store_open_params_get_name(params);
	struct open_result_found_builder found;
	struct object *image;
	status_t status;
	int index;

	if (call_params_malformed(params.s))
		return CAPOS_ERR_BAD_MESSAGE;
	index = boot_package_find(package->header, name.bytes, name.size);
	if (index < FIRST_PROGRAM) { /* the system description is not a program */
		open_result_set_not_found(results);
		return CAPOS_OK;
	}
	status = boot_package_open_file(&package->base, (uint32_t)index, &image);
	if (status != CAPOS_OK)
		return call_raise_short(call, status, LEDGER_KERNEL_BYTES);
	found = open_result_init_found(results);
	open_result_found_set_image(
		found, call_return_capability(call, image, &memory_object_facet));
	open_result_found_set_size_bytes(found, package->header->files[index].size_bytes);
	return CAPOS_OK;
}

BOOT_PACKAGE_METHOD_TABLE(boot_package_table, method_manifest, method_programs);

PROGRAM_STORE_METHOD_TABLE(program_store_table, method_list, method_open);

const struct facet program_store_facet =
	FACET(PROGRAM_STORE, "ProgramStore", boot_package_type, program_store_table);

static const struct facet *const boot_package_answers[] =
	BOOT_PACKAGE_ANSWERS(&program_store_facet);

const struct facet boot_package_facet =
	FACET_ANSWERING(BOOT_PACKAGE, "BootPackage", boot_package_type,
			boot_package_table, boot_package_answers);

static const struct capos_package *check_package(const struct boot_info *info)
{
	const struct capos_package *header;
	enum boot_package_error error;

	if (info->package_size_bytes == 0)
		panic("the boot loader handed over no boot package");
	header = arch_direct(info->package);
	error = boot_package_check(header, info->package_size_bytes);
	if (error)
		panic("%s", boot_package_error_text(error));
	return header;
}

status_t boot_package_create(const struct boot_info *info, struct account *payer,
			     struct object **out)
{
	const struct capos_package *header = check_package(info);
	struct boot_package *package;
	status_t status;

	status = object_alloc(&boot_package_type, payer, out);
	if (status != CAPOS_OK)
		return status;
	package = (struct boot_package *)*out;
	spin_init(&package->lock, LOCK_OBJECT);
	package->header = header;
	package->start = info->package;
	return CAPOS_OK;
}

/* SPDX-License-Identifier: MIT */
/* package.c - see package.h. */
#include "tools/mkimage/package.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/boot_package.h"
#include "core/system_graph.h"

enum { PACKAGE_MAX_BYTES = 1 << 28 };

#define DESCRIPTION_NAME "manifest"

static size_t align_up(size_t size)
{
	return (size + CAPOS_PACKAGE_ALIGN - 1) / CAPOS_PACKAGE_ALIGN *
	       CAPOS_PACKAGE_ALIGN;
}

static size_t header_bytes(size_t file_count)
{
	return sizeof(struct capos_package) +
	       file_count * sizeof(struct capos_package_file);
}

/* Puts a file at @offset into the package; returns where the next one goes. */
static size_t add_file(uint8_t *package, struct capos_package_file *record, size_t offset,
		       const char *name, struct file_bytes file)
{
	memcpy(record->name, name, strnlen(name, sizeof(record->name) - 1));
	record->offset = offset;
	record->size_bytes = file.size;
	memcpy(package + offset, file.bytes, file.size);
	return offset + align_up(file.size);
}

bool package_write(const char *path, struct file_bytes description,
		   const struct program *programs, uint32_t program_count)
{
	size_t offset = align_up(header_bytes(program_count + 1));
	size_t size = offset + align_up(description.size);
	struct capos_package *package;
	enum boot_package_error error;
	bool written;

	for (uint32_t i = 0; i < program_count; i++)
		size += align_up(programs[i].file.size);
	package = allocate(size);
	*package = (struct capos_package){
		.magic = CAPOS_PACKAGE_MAGIC,
		.version = CAPOS_PACKAGE_VERSION,
		.file_count = program_count + 1,
		.size_bytes = size,
	};
	offset = add_file((uint8_t *)package, &package->files[CAPOS_PACKAGE_MANIFEST],
			  offset, DESCRIPTION_NAME, description);
	for (uint32_t i = 0; i < program_count; i++)
		offset = add_file((uint8_t *)package,
				  &package->files[CAPOS_PACKAGE_INIT + i], offset,
				  programs[i].name, programs[i].file);
	error = boot_package_check(package, size);
	if (error)
		complain(path, "%s", boot_package_error_text(error));
	written = !error && file_write(path, package, size);
	file_free((struct file_bytes){ (uint8_t *)package, size });
	return written;
}

/* ---- Listing ---------------------------------------------------------------------- */

static void list_service(struct service service)
{
	struct list_of_grant grants = service_get_grants(service);
	struct capnp_list arguments = service_get_arguments(service);

	printf("service %s: %s", service_get_name(service).bytes,
	       service_get_program(service).bytes);
	for (uint32_t i = 0; i < arguments.count; i++)
		printf(" %s", capnp_list_get_text(arguments, i).bytes);
	for (uint32_t i = 0; i < grants.l.count; i++)
		printf("%s%s", i ? " " : "\n  grants ",
		       grant_get_name(grant_at(grants, i)).bytes);
	putchar('\n');
}

static void list_description(const struct capos_package *package)
{
	const struct capos_package_file *file = &package->files[CAPOS_PACKAGE_MANIFEST];
	const uint8_t *bytes = (const uint8_t *)package + file->offset;
	struct capnp_reader reader;
	struct system system;
	struct list_of_service services;

	if (file->size_bytes > SYSTEM_MAX_BYTES ||
	    !system_graph_open(&reader, bytes, (uint32_t)file->size_bytes, &system)) {
		puts("the system description is malformed");
		return;
	}
	printf("system %s\n", system_get_name(system).bytes);
	services = system_get_services(system);
	for (uint32_t i = 0; i < services.l.count; i++)
		list_service(service_at(services, i));
}

bool package_list(const char *path)
{
	struct file_bytes file = file_read(path, PACKAGE_MAX_BYTES);
	const struct capos_package *package = (const struct capos_package *)file.bytes;
	enum boot_package_error error;

	if (!file.bytes)
		return false;
	error = boot_package_check(package, file.size);
	if (error || package->size_bytes != file.size) {
		complain(path, "%s",
			 boot_package_error_text(error ? error : BOOT_PACKAGE_SIZE));
		file_free(file);
		return false;
	}
	printf("%10s %10s  file\n", "offset", "bytes");
	for (uint32_t i = 0; i < package->file_count; i++)
		printf("%10" PRIu64 " %10" PRIu64 "  %s\n", package->files[i].offset,
		       package->files[i].size_bytes, package->files[i].name);
	printf("%10s %10" PRIu64 "  in all\n", "", package->size_bytes);
	list_description(package);
	file_free(file);
	return true;
}

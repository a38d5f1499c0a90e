/* SPDX-License-Identifier: MIT */
/* boot_package.c - see boot_package.h. */
#include "core/boot_package.h"

static uint64_t header_bytes(uint32_t file_count)
{
	return sizeof(struct capos_package) +
	       (uint64_t)file_count * sizeof(struct capos_package_file);
}

static bool is_aligned(uint64_t value)
{
	return value % CAPOS_PACKAGE_ALIGN == 0;
}

static enum boot_package_error check_head(const struct capos_package *package,
					  uint64_t available_bytes)
{
	if (available_bytes < sizeof(*package))
		return BOOT_PACKAGE_SIZE;
	if (package->magic != CAPOS_PACKAGE_MAGIC)
		return BOOT_PACKAGE_MAGIC;
	if (package->version != CAPOS_PACKAGE_VERSION)
		return BOOT_PACKAGE_VERSION;
	if (package->reserved != 0)
		return BOOT_PACKAGE_RESERVED;
	if (package->file_count <= CAPOS_PACKAGE_INIT ||
	    package->file_count > CAPOS_PACKAGE_FILES_MAX)
		return BOOT_PACKAGE_COUNT;
	if (!is_aligned(package->size_bytes) || package->size_bytes > available_bytes ||
	    package->size_bytes < header_bytes(package->file_count))
		return BOOT_PACKAGE_SIZE;
	return BOOT_PACKAGE_OK;
}

static size_t name_size(const char *name)
{
	size_t size = 0;

	while (size < CAPOS_NAME_BYTES && name[size])
		size++;
	return size;
}

static bool name_is_well_formed(const char *name)
{
	size_t size = name_size(name);

	if (size == 0 || size == CAPOS_NAME_BYTES)
		return false;
	for (size_t i = 0; i < size; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	for (size_t i = size; i < CAPOS_NAME_BYTES; i++)
		if (name[i])
			return false;
	return true;
}

/* The first file below @count called @name, or -1. */
static int find_below(const struct capos_package *package, uint32_t count,
		      const char *name, size_t size)
{
	if (size == 0 || size >= CAPOS_NAME_BYTES)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		const char *other = package->files[i].name;

		if (name_size(other) == size && __builtin_memcmp(other, name, size) == 0)
			return (int)i;
	}
	return -1;
}

/* @end is where the file before ends, a multiple of the page size. */
static enum boot_package_error check_file(const struct capos_package *package,
					  uint32_t index, uint64_t end)
{
	const struct capos_package_file *file = &package->files[index];

	if (!name_is_well_formed(file->name) ||
	    find_below(package, index, file->name, name_size(file->name)) >= 0)
		return BOOT_PACKAGE_NAME;
	if (!is_aligned(file->offset) || file->offset < end ||
	    file->offset > package->size_bytes || file->size_bytes == 0 ||
	    file->size_bytes > package->size_bytes - file->offset)
		return BOOT_PACKAGE_RANGE;
	return BOOT_PACKAGE_OK;
}

static uint64_t page_end(uint64_t bytes)
{
	return (bytes + CAPOS_PACKAGE_ALIGN - 1) & ~(uint64_t)(CAPOS_PACKAGE_ALIGN - 1);
}

/* Between the last file record and the first page boundary nothing may stand. */
static enum boot_package_error check_padding(const struct capos_package *package)
{
	const uint8_t *bytes = (const uint8_t *)package;
	uint64_t first = header_bytes(package->file_count);

	for (uint64_t i = first; i < page_end(first); i++)
		if (bytes[i])
			return BOOT_PACKAGE_RESERVED;
	return BOOT_PACKAGE_OK;
}

enum boot_package_error boot_package_check(const struct capos_package *package,
					   uint64_t available_bytes)
{
	enum boot_package_error error = check_head(package, available_bytes);
	uint64_t end;

	if (error)
		return error;
	error = check_padding(package);
	end = page_end(header_bytes(package->file_count));
	for (uint32_t i = 0; !error && i < package->file_count; i++) {
		error = check_file(package, i, end);
		end = page_end(package->files[i].offset + package->files[i].size_bytes);
	}
	return error;
}

const char *boot_package_error_text(enum boot_package_error error)
{
	switch (error) {
	case BOOT_PACKAGE_OK:
		return "the boot package is well formed";
	case BOOT_PACKAGE_SIZE:
		return "the boot package's size is wrong";
	case BOOT_PACKAGE_MAGIC:
		return "the module is not a boot package";
	case BOOT_PACKAGE_VERSION:
		return "the boot package is of another version";
	case BOOT_PACKAGE_RESERVED:
		return "reserved bytes of the boot package are not zero";
	case BOOT_PACKAGE_COUNT:
		return "the boot package has no init or too many files";
	case BOOT_PACKAGE_NAME:
		return "a file name in the boot package is malformed or not unique";
	case BOOT_PACKAGE_RANGE:
		return "a file of the boot package lies outside it or over another";
	}
	return "";
}

int boot_package_find(const struct capos_package *package, const char *name, size_t size)
{
	return find_below(package, package->file_count, name, size);
}

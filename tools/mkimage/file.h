/* SPDX-License-Identifier: MIT */
/* file.h - whole files in memory, and complaints that name them. */
#ifndef MKIMAGE_FILE_H
#define MKIMAGE_FILE_H

#include <stddef.h>
#include <stdint.h>

struct file_bytes {
	uint8_t *bytes; /* aligned for any type; nullptr: could not be read */
	size_t size;
};

/* "mkimage: PATH: WORDS" on the standard error stream. */
[[gnu::format(printf, 2, 3)]] void complain(const char *path, const char *format, ...);

/* Zeroed memory; ends the program if there is none. */
void *allocate(size_t size_bytes);

/* @first and @second in one string, to be freed. */
char *join(const char *first, const char *second);

/* Reads until the end of @stream. */
struct file_bytes file_read_stream(int stream);

/* Reads a file of at most @max_bytes; complains if that fails. */
struct file_bytes file_read(const char *path, size_t max_bytes);
void file_free(struct file_bytes file);

/* Writes a file that appears whole or not at all; complains if that fails. */
[[nodiscard]] bool file_write(const char *path, const void *bytes, size_t size);

#endif /* MKIMAGE_FILE_H */

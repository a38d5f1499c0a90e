/* SPDX-License-Identifier: MIT */
/* file.c - see file.h. */
#include "tools/mkimage/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP_BYTES = 65536, FILE_MODE = 0666 };

void complain(const char *path, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fprintf(stderr, "mkimage: %s: ", path);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void *allocate(size_t size_bytes)
{
	void *memory = calloc(1, size_bytes ? size_bytes : 1);

	if (!memory) {
		fputs("mkimage: no memory\n", stderr);
		exit(1);
	}
	return memory;
}

char *join(const char *first, const char *second)
{
	char *both;

	if (asprintf(&both, "%s%s", first, second) < 0)
		abort();
	return both;
}

static uint8_t *grow(uint8_t *bytes, size_t capacity)
{
	uint8_t *grown = realloc(bytes, capacity);

	if (!grown)
		abort();
	return grown;
}

struct file_bytes file_read_stream(int stream)
{
	struct file_bytes file = { allocate(READ_STEP_BYTES), 0 };
	size_t capacity = READ_STEP_BYTES;

	for (;;) {
		ssize_t got = read(stream, file.bytes + file.size, capacity - file.size);

		if (got == 0)
			return file;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		file.size += (size_t)got;
		if (file.size < capacity)
			continue;
		capacity *= 2;
		file.bytes = grow(file.bytes, capacity);
	}
	file_free(file);
	return (struct file_bytes){ 0 };
}

struct file_bytes file_read(const char *path, size_t max_bytes)
{
	struct file_bytes file = { 0 };
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &about) != 0) {
		complain(path, "%s", strerror(errno));
		goto out;
	}
	if ((size_t)about.st_size > max_bytes) {
		complain(path, "%lld bytes are too many; at most %zu make sense",
			 (long long)about.st_size, max_bytes);
		goto out;
	}
	file = file_read_stream(fd);
	if (!file.bytes)
		complain(path, "%s", strerror(errno));
out:
	if (fd >= 0)
		close(fd);
	return file;
}

void file_free(struct file_bytes file)
{
	free(file.bytes);
}

static bool write_all(int fd, const uint8_t *bytes, size_t size)
{
	while (size) {
		ssize_t put = write(fd, bytes, size);

		if (put < 0 && errno != EINTR)
			return false;
		if (put < 0)
			continue;
		bytes += put;
		size -= (size_t)put;
	}
	return true;
}

bool file_write(const char *path, const void *bytes, size_t size)
{
	char *part = join(path, ".part");
	bool done = false;
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
	if (fd >= 0) {
		done = write_all(fd, bytes, size);
		done = close(fd) == 0 && done && rename(part, path) == 0;
	}
	if (!done)
		complain(path, "%s", strerror(errno));
	if (!done && fd >= 0)
		unlink(part);
	free(part);
	return done;
}

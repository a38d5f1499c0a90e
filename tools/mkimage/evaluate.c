/* SPDX-License-Identifier: MIT */
/* evaluate.c - see evaluate.h. */
#include "tools/mkimage/evaluate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_NOT_STARTED = 127 };

/* Becomes capnp. A source file is evaluated by its path, so that messages show it. */
[[noreturn]] static void become_capnp(const char *source, const char *schema_folder,
				      int output)
{
	char *import = join("-I", schema_folder);

	if (dup2(output, STDOUT_FILENO) >= 0)
		execlp("capnp", "capnp", "eval", "--no-standard-import", import,
		       "-ocanonical", source, "system", (char *)nullptr);
	complain("capnp", "%s (Debian's package capnproto has it)", strerror(errno));
	_exit(STATUS_NOT_STARTED);
}

struct file_bytes evaluate_system(const char *source, const char *schema_folder)
{
	struct file_bytes nothing = { 0 };
	struct file_bytes description;
	int ends[2];
	int status = -1;
	pid_t child;

	if (pipe(ends) != 0) {
		complain(source, "no pipe: %s", strerror(errno));
		return nothing;
	}
	child = fork();
	if (child == 0)
		become_capnp(source, schema_folder, ends[1]);
	close(ends[1]);
	description = file_read_stream(ends[0]);
	close(ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    description.size)
		return description;
	complain(source, "capnp could not work out the constant named system");
	file_free(description);
	return nothing;
}

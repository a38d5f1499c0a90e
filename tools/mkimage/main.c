/* SPDX-License-Identifier: MIT */
/*
 * main.c - mkimage, from a system's description to its boot package.
 *
 *   mkimage [--schema FOLDER] --programs FOLDER --output PACKAGE SYSTEM.capnp
 *   mkimage --list PACKAGE
 *
 * Nothing is written unless the whole system is in order: its graph (core/system_graph),
 * its programs' files, and what each program declares that it needs.
 *
 *   format   abi/boot_package.h      rules   schema/manifest.capnp
 *   tests    tests/image/
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/system_graph.h"
#include "tools/mkimage/evaluate.h"
#include "tools/mkimage/needs.h"
#include "tools/mkimage/package.h"

enum { STATUS_OK, STATUS_REFUSED, STATUS_USAGE };

struct options {
	const char *schema;
	const char *programs;
	const char *output;
	const char *list;
	const char *source;
};

static void report_defect(void *context, const char *sentence)
{
	complain(context, "%s", sentence);
}

static void free_programs(struct program *programs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		program_free(&programs[i]);
	free(programs);
}

/* All programs that the system lists, in its order; complains about each bad one. */
static struct program *read_programs(const struct options *options, struct system system,
				     uint32_t *bad)
{
	struct capnp_list names = system_get_programs(system);
	struct program *programs = allocate(names.count * sizeof(*programs));

	*bad = 0;
	for (uint32_t i = 0; i < names.count; i++)
		*bad += !program_read(&programs[i], options->programs,
				      capnp_list_get_text(names, i).bytes);
	return programs;
}

static const struct program *find_program(const struct program *programs, uint32_t count,
					  const char *name)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(programs[i].name, name) == 0)
			return &programs[i];
	}
	return nullptr;
}

/* Number of needs that are not met, over all services. */
static uint32_t join_all(const char *source, struct system system,
			 const struct program *programs, uint32_t count)
{
	struct list_of_service services = system_get_services(system);
	uint32_t unmet = 0;

	for (uint32_t i = 0; i < services.l.count; i++) {
		struct service service = service_at(services, i);
		const struct program *program =
			find_program(programs, count, service_get_program(service).bytes);

		if (program)
			unmet += needs_join(source, service, program);
	}
	return unmet;
}

static int make_package(const struct options *options, struct file_bytes description)
{
	const char *source = options->source;
	char *context = strdup(source);
	const struct system_graph_report report = { report_defect, context };
	struct capnp_reader reader;
	struct system system;
	struct program *programs;
	uint32_t count, bad;

	if (!context || description.size > SYSTEM_MAX_BYTES ||
	    !system_graph_open(&reader, description.bytes, (uint32_t)description.size,
			       &system)) {
		complain(source, "its constant is too large, or not a System");
		free(context);
		return STATUS_REFUSED;
	}
	bad = system_graph_check(system, nullptr, &report);
	free(context);
	if (bad)
		return STATUS_REFUSED;
	count = system_get_programs(system).count;
	programs = read_programs(options, system, &bad);
	if (!bad)
		bad = join_all(source, system, programs, count);
	if (!bad)
		bad = !package_write(options->output, description, programs, count);
	free_programs(programs, count);
	return bad ? STATUS_REFUSED : STATUS_OK;
}

static bool parse(int count, char **words, struct options *options)
{
	static const struct option long_options[] = {
		{ "schema", required_argument, nullptr, 's' },
		{ "programs", required_argument, nullptr, 'p' },
		{ "output", required_argument, nullptr, 'o' },
		{ "list", required_argument, nullptr, 'l' },
		{ 0 },
	};
	int option;

	*options = (struct options){ .schema = "schema" };
	while ((option = getopt_long(count, words, "", long_options, nullptr)) != -1) {
		switch (option) {
		case 's':
			options->schema = optarg;
			break;
		case 'p':
			options->programs = optarg;
			break;
		case 'o':
			options->output = optarg;
			break;
		case 'l':
			options->list = optarg;
			break;
		default:
			return false;
		}
	}
	options->source = optind == count - 1 ? words[optind] : nullptr;
	return options->list ? optind == count
			     : options->source && options->programs && options->output;
}

int main(int count, char **words)
{
	struct options options;
	struct file_bytes description;
	int status;

	if (!parse(count, words, &options)) {
		fputs("usage: mkimage [--schema FOLDER] --programs FOLDER --output "
		      "PACKAGE "
		      "SYSTEM.capnp\n       mkimage --list PACKAGE\n",
		      stderr);
		return STATUS_USAGE;
	}
	if (options.list)
		return package_list(options.list) ? STATUS_OK : STATUS_REFUSED;
	description = evaluate_system(options.source, options.schema);
	if (!description.bytes)
		return STATUS_REFUSED;
	status = make_package(&options, description);
	file_free(description);
	return status;
}

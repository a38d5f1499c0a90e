/* SPDX-License-Identifier: MIT */
/*
 * commands_call.c - call and release: any method of any capability, by reflection.
 */
#include "capos/cap.h"
#include "gen/status.capnp.h"
#include "programs/shell/catalog.h"
#include "programs/shell/commands_process.h"
#include "programs/shell/literal.h"
#include "programs/shell/result.h"
#include "programs/shell/shell.h"

enum {
	PARAMS_WORDS = CAPOS_KERNEL_PARAMS_MAX_BYTES / 8,
	RESULTS_WORDS = 2048,
	PROBLEM_BYTES = 256,
};

/* What is known of a process when its handle goes is all that ps will show. */
static void forget_handle(struct job *job)
{
	bool running;

	(void)process_look(job, &running);
	job->handle = CAP_NULL;
	job->name[0] = '\0';
}

/* Writes the parameters and gives the capabilities that they name. */
static bool write_params(struct shell *shell, const struct capnp_method_info *method,
			 struct capos_call *call)
{
	char problem_bytes[PROBLEM_BYTES];
	struct sink_buffer problem;
	struct literal_build build = {
		.names = &shell->names,
		.line = shell->command.line,
		.field_word = "parameter",
		.problem = &problem.sink,
	};

	sink_buffer_init(&problem, problem_bytes, sizeof(problem_bytes));
	if (method->params->field_count == 0) {
		if (shell->command.fields.size == 0)
			return true;
		sink_strings(shell_error(shell), method->name, " takes no parameters\n",
			     nullptr);
		return false;
	}
	if (!literal_build_root(&build, method->params, shell->command.fields,
				capos_call_params(call)))
		return shell_fail(shell, problem_bytes);
	for (uint32_t i = 0; i < build.cap_count; i++)
		(void)capos_call_give(call, build.caps[i], CAPOS_TRANSFER_COPY);
	return true;
}

/* @base, or @base_field if several capabilities came back; empty to be numbered. */
static struct text choose_name(struct text base, const struct result_caps *caps,
			       const char *field, char out[2 * CAPOS_NAME_BYTES])
{
	struct sink_buffer buffer;

	sink_buffer_init(&buffer, out, 2 * CAPOS_NAME_BYTES);
	sink_text(&buffer.sink, base);
	if (base.size > 0 && caps->count > 1)
		sink_strings(&buffer.sink, "_", field, nullptr);
	return sink_buffer_text(&buffer);
}

/* Takes the result capabilities over and names them. What has no name is released. */
static bool keep_caps(struct shell *shell, struct capos_call *call,
		      struct result_caps *caps)
{
	bool good = true;

	for (size_t i = 0; i < caps->count; i++) {
		struct result_cap *cap = &caps->caps[i];
		uint64_t interface = cap->interface ? cap->interface->id : 0;
		char wanted_bytes[2 * CAPOS_NAME_BYTES];
		struct text wanted = choose_name(shell->command.result_name, caps,
						 cap->field, wanted_bytes);
		cap_t taken = capos_call_take(call, cap->index, interface);
		const struct name *name;
		enum names_result result;

		if (cap_is_null(taken))
			continue;
		result = names_add(&shell->names, wanted, taken, interface, NAME_RESULT,
				   &name);
		if (result == NAMES_OK) {
			text_copy(cap->name, sizeof(cap->name), text_of(name->name));
			continue;
		}
		capos_release(taken);
		names_explain(result, wanted, shell_error(shell));
		sink_byte(shell->out, '\n');
		good = false;
	}
	return good;
}

static bool show_results(struct shell *shell, const struct capnp_method_info *method,
			 struct capos_call *call)
{
	struct capnp_reader *reader = capos_call_results(call);
	struct result_caps caps = {};
	struct capnp_struct results;
	bool good;

	if (method->results->field_count == 0) {
		sink_strings(shell->out, "done\n", nullptr);
		return true;
	}
	if (!capnp_read_root(reader, &results))
		return shell_fail(shell, "the results are malformed");
	result_find_caps(results, method->results, &caps);
	good = keep_caps(shell, call, &caps);
	result_write(results, method->results, &caps, shell->out);
	if (capnp_reader_failed(reader))
		return shell_fail(shell, capnp_error_text(reader->error));
	return good;
}

static bool perform(struct shell *shell, const struct capnp_method_info *method,
		    struct capos_call *call)
{
	if (!write_params(shell, method, call))
		return false;
	if (!shell_wait(shell, call))
		capos_call_cancel(call);
	if (capos_call_wait(call) != CAPOS_OK)
		return shell_refused(shell, call);
	return show_results(shell, method, call);
}

/* Whether the name after `as` can be given, before anything is done. */
static bool check_result_name(struct shell *shell)
{
	struct text wanted = shell->command.result_name;
	enum names_result result = names_check(&shell->names, wanted);

	if (wanted.size == 0 || result == NAMES_OK)
		return true;
	names_explain(result, wanted, shell_error(shell));
	sink_byte(shell->out, '\n');
	return false;
}

bool command_call(struct shell *shell)
{
	const struct command *command = &shell->command;
	const struct name *name = shell_find(shell, command->capability);
	const struct capnp_interface_info *info;
	const struct capnp_method_info *method;
	struct capos_call call;
	bool good;

	if (!name || !check_result_name(shell))
		return false;
	info = catalog_find_id(name->interface);
	if (!info)
		return shell_fail(shell, "its interface is in no schema of this system");
	method = catalog_find_method(info, command->method);
	if (!method) {
		catalog_no_method(info, command->method, shell_error(shell));
		sink_byte(shell->out, '\n');
		return false;
	}
	if (capos_call_begin(&call, name->cap, method->interface_id, method->ordinal,
			     method->params->field_count ? PARAMS_WORDS : 0,
			     method->results->field_count ? RESULTS_WORDS : 0,
			     RESULT_CAPS_MAX) != CAPOS_OK)
		return shell_fail(shell, "no room for the call in the message arena");
	good = perform(shell, method, &call);
	capos_call_end(&call);
	return good;
}

bool command_release(struct shell *shell)
{
	const struct name *name = shell_find(shell, shell->command.capability);
	struct job *job;
	status_t status;

	if (!name)
		return false;
	job = jobs_find(&shell->jobs, name->cap);
	if (job)
		forget_handle(job);
	status = capos_release_checked(name->cap);
	names_remove(&shell->names, name);
	if (status == CAPOS_OK)
		return true;
	sink_strings(shell_error(shell),
		     "it was not held any more: ", status_schema.enumerants[-status].name,
		     "\n", nullptr);
	return false;
}

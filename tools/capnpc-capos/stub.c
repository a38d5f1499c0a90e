/* SPDX-License-Identifier: MIT */
/*
 * stub.c - the parts of .client.h and .client.c that make a call with one or two functions:
 * X_send, X_receive, X, X_stream; what they promise is said at the head of client.c.
 *
 * Parameters and results are *flat* if each field is a C parameter of its own. If both are,
 * and nothing in them has a variable size, the functions are made of capos/flat.h.
 */
#include "core/capnp/reader.h"
#include "tools/capnpc-capos/generate.h"

/* Of an arena unit, in bytes (runtime/include/capos/arena.h); flat.h asserts it. */
enum { UNIT_BYTES = 256 };

struct stub {
	const struct model *model;
	const struct declaration *interface;
	struct method_view method;
	const char *name;  /* of the function: "timer_now" */
	bool flat_params;  /* plain values, text, data and capabilities */
	bool whole_params; /* there are groups or a union: one struct has them all */
	bool flat_results; /* plain values and capabilities */
};

/* Whether @structure can be spelled as C parameters, one or two per field. */
static bool is_flat(const struct model *model, const struct declaration *structure,
		    bool with_bytes)
{
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		if (field.is_group || field.in_union)
			return false;
		if (!type_is_pointer(field.kind) || type_is_cap(field.type))
			continue;
		if (!with_bytes || (field.kind != TYPE_TEXT && field.kind != TYPE_DATA))
			return false;
	}
	return true;
}

/* Words of the message with nothing behind its text and data. */
static uint32_t message_words(const struct declaration *structure)
{
	if (field_count(structure) == 0)
		return 0;
	return 1u + data_words(structure) + pointer_count(structure);
}

/* Whether the call has one size, known here, and fits the smallest block. */
static bool is_small(const struct stub *stub)
{
	const struct declaration *params = stub->method.params;
	const struct declaration *results = stub->method.results;
	uint32_t transfer_bytes = cap_pointer_count(stub->model, params) * 16;
	uint32_t result_cap_bytes = cap_pointer_count(stub->model, results) * 16;

	return stub->flat_results && is_flat(stub->model, params, false) &&
	       (message_words(params) + message_words(results)) * 8 + transfer_bytes +
			       result_cap_bytes <=
		       UNIT_BYTES;
}

/* Whether results can come back in the few words that capos_flat_is_usual() looks at. */
static bool has_usual_results(const struct stub *stub)
{
	return pointer_count(stub->method.results) == 0;
}

/* Whether there is anything to read in them. */
static bool has_values(const struct stub *stub)
{
	return data_words(stub->method.results) + pointer_count(stub->method.results) !=
	       0;
}

/* ---- Parameters of the C functions ----------------------------------------------- */

/* The C type of a capability: the client of its interface, or cap_t if it is any. */
static const char *cap_type(const struct field_view *field)
{
	if (!field->target)
		return "cap_t";
	return format_text("struct %s_client", field->target->stem);
}

/* Whether the parameter is copied out of another message. */
static bool is_copied(const struct field_view *field)
{
	return type_is_pointer(field->kind) && !type_is_cap(field->type) &&
	       field->kind != TYPE_TEXT && field->kind != TYPE_DATA;
}

/* The library's struct in the generated one that a copied parameter is: ".s", ".l". */
static const char *copied_inside(const struct field_view *field)
{
	enum shape shape = type_shape(field->type);

	if (shape == SHAPE_STRUCT)
		return ".s";
	return shape == SHAPE_STRUCT_LIST ? ".l" : "";
}

static const char *value_type(const struct field_view *field)
{
	return type_is_cap(field->type) ? cap_type(field) : scalar_type(field);
}

/* ", uint64_t in_x" for each parameter; text and data are two. */
static void emit_ins(struct output *out, const struct stub *stub)
{
	if (stub->whole_params) {
		emit(out, ",\n\tstruct %s in", stub->method.params->tag);
		return;
	}
	for (uint32_t i = 0; i < field_count(stub->method.params); i++) {
		struct field_view field = view_field(stub->model, stub->method.params, i);

		if (field.kind == TYPE_TEXT)
			emit(out, ",\n\tconst char *in_%s, uint32_t in_%s_size",
			     field.snake, field.snake);
		else if (field.kind == TYPE_DATA)
			emit(out, ",\n\tconst void *in_%s, uint32_t in_%s_size",
			     field.snake, field.snake);
		else if (is_copied(&field))
			emit(out, ",\n\t%s in_%s",
			     pointer_getter(stub->model, field.type).type, field.snake);
		else if (field.kind != TYPE_VOID)
			emit(out, ",\n\t%s in_%s", value_type(&field), field.snake);
	}
}

/* ", uint64_t *out_x" for each result; or one for all, where they lie in the call. */
static void emit_outs(struct output *out, const struct stub *stub)
{
	if (!stub->flat_results) {
		emit(out, ",\n\tstruct %s *out", stub->method.results->tag);
		return;
	}
	for (uint32_t i = 0; i < field_count(stub->method.results); i++) {
		struct field_view field =
			view_field(stub->model, stub->method.results, i);

		if (field.kind != TYPE_VOID)
			emit(out, ",\n\t%s *out_%s", value_type(&field), field.snake);
	}
}

/* ", in_x": the parameters handed on. */
static void emit_in_names(struct output *out, const struct stub *stub)
{
	if (stub->whole_params) {
		emit(out, ", in");
		return;
	}
	for (uint32_t i = 0; i < field_count(stub->method.params); i++) {
		struct field_view field = view_field(stub->model, stub->method.params, i);

		if (field.kind != TYPE_VOID)
			emit(out, ", in_%s", field.snake);
		if (field.kind == TYPE_TEXT || field.kind == TYPE_DATA)
			emit(out, ", in_%s_size", field.snake);
	}
}

static void emit_out_names(struct output *out, const struct stub *stub)
{
	if (!stub->flat_results) {
		emit(out, ", out");
		return;
	}
	for (uint32_t i = 0; i < field_count(stub->method.results); i++) {
		struct field_view field =
			view_field(stub->model, stub->method.results, i);

		if (field.kind != TYPE_VOID)
			emit(out, ", out_%s", field.snake);
	}
}

/* ---- Parameters and results in messages -------------------------------------------- */

/* @give is the text before the capability: "capos_call_give(call". */
static void emit_set_params(struct output *out, const struct stub *stub, const char *give,
			    const char *give_end)
{
	const char *stem = stub->method.params->stem;

	for (uint32_t i = 0; i < field_count(stub->method.params); i++) {
		struct field_view field = view_field(stub->model, stub->method.params, i);

		if (field.kind == TYPE_VOID)
			continue;
		if (field.kind == TYPE_TEXT || field.kind == TYPE_DATA)
			emit(out, "\t%s_set_%s(params, in_%s, in_%s_size);\n", stem,
			     field.snake, field.snake, field.snake);
		else if (is_copied(&field))
			emit(out, "\t(void)capnp_set_%s(params.b, %u, in_%s%s);\n",
			     pointer_getter(stub->model, field.type).verb,
			     data_words(stub->method.params) + field.offset, field.snake,
			     copied_inside(&field));
		else if (type_is_cap(field.type))
			emit(out, "\t%s_set_%s(params, %s, in_%s%s%s));\n", stem,
			     field.snake, give, field.snake, field.target ? ".cap" : "",
			     give_end);
		else
			emit(out, "\t%s_set_%s(params, in_%s);\n", stem, field.snake,
			     field.snake);
	}
}

/* The results that were asked for, out of the struct `results`, if @condition holds. */
static void emit_get_results(struct output *out, const struct stub *stub,
			     const char *condition)
{
	const char *stem = stub->method.results->stem;

	for (uint32_t i = 0; i < field_count(stub->method.results); i++) {
		struct field_view field =
			view_field(stub->model, stub->method.results, i);
		const char *id =
			field.target ? format_text("%s_INTERFACE_ID", field.target->upper)
				     : "0";

		if (field.kind == TYPE_VOID)
			continue;
		emit(out, "\tif (%sout_%s)\n", condition, field.snake);
		if (type_is_cap(field.type))
			emit(out,
			     "\t\t%sout_%s%s = capos_call_take(call, "
			     "%s_get_%s(results), %s);\n",
			     field.target ? "" : "*", field.snake,
			     field.target ? "->cap" : "", stem, field.snake, id);
		else
			emit(out, "\t\t*out_%s = %s_get_%s(results);\n", field.snake,
			     stem, field.snake);
	}
}

/* "0 + in_a_size / 8 + 1": enough words for the text and data parameters. */
static void emit_extra_words(struct output *out, const struct stub *stub)
{
	emit(out, "0");
	for (uint32_t i = 0; !stub->whole_params && i < field_count(stub->method.params);
	     i++) {
		struct field_view field = view_field(stub->model, stub->method.params, i);

		if (field.kind == TYPE_TEXT || field.kind == TYPE_DATA)
			emit(out, " + in_%s_size / 8 + 1", field.snake);
	}
}

/* ---- Calls of one size ------------------------------------------------------------- */

static void emit_shape(struct output *out, const struct stub *stub)
{
	const struct declaration *params = stub->method.params;
	const struct declaration *results = stub->method.results;

	emit(out,
	     "static const struct capos_shape %s_shape = {\n"
	     "\t.interface = %s_INTERFACE_ID,\n\t.method = %s_METHOD_%s,\n",
	     stub->name, stub->interface->upper, stub->interface->upper,
	     stub->method.upper);
	emit(out, "\t.params_words = %u,\n\t.result_words = %u,\n", message_words(params),
	     message_words(results));
	emit(out, "\t.result_caps = %u,\n\t.transfers = %u,\n",
	     cap_pointer_count(stub->model, results),
	     cap_pointer_count(stub->model, params));
	emit(out, "\t.result_data_words = %u,\n};\n\n", data_words(results));
}

/* The inline function that writes the parameters. */
static void emit_fill(struct output *out, const struct stub *stub)
{
	const char *stem = stub->method.params->stem;

	if (field_count(stub->method.params) == 0)
		return;
	emit(out, "static inline void %s_fill(struct capos_flat *flat", stub->name);
	emit_ins(out, stub);
	emit(out, ")\n{\n\tstruct %s_builder params = %s_new(&flat->params);\n\n", stem,
	     stem);
	if (data_words(stub->method.params) + pointer_count(stub->method.params) == 0)
		emit(out, "\t(void)params; /* nothing but voids in it */\n");
	emit_set_params(out, stub, "capos_flat_give(flat", "");
	emit(out, "}\n\n");
}

static void emit_fill_call(struct output *out, const struct stub *stub)
{
	if (field_count(stub->method.params) == 0)
		return;
	emit(out, "\t%s_fill(&flat", stub->name);
	emit_in_names(out, stub);
	emit(out, ");\n");
}

/* The inline function that reads results which came as they usually do. */
static void emit_load(struct output *out, const struct stub *stub)
{
	if (!has_usual_results(stub) || !has_values(stub))
		return;
	emit(out, "static inline void %s_load(const uint64_t *block", stub->name);
	emit_outs(out, stub);
	emit(out, ")\n{\n\tstruct capnp_reader reader;\n\tstruct %s results = {\n",
	     stub->method.results->tag);
	emit(out, "\t\tcapos_flat_results(&reader, block, %s_shape),\n\t};\n\n",
	     stub->name);
	emit_get_results(out, stub, "");
	emit(out, "}\n\n");
}

static void emit_load_call(struct output *out, const struct stub *stub, const char *block)
{
	if (!has_values(stub))
		return;
	emit(out, "\t%s_load(%s", stub->name, block);
	emit_out_names(out, stub);
	emit(out, ");\n");
}

static void emit_send_small(struct output *out, const struct stub *stub)
{
	emit(out,
	     "\tstruct capos_flat flat;\n\n\tif (!capos_flat_begin(&flat, %s_shape))\n"
	     "\t\treturn capos_call_fail_begin(call, CAPOS_ARENA_UNIT_BYTES);\n",
	     stub->name);
	emit_fill_call(out, stub);
	emit(out, "\tcapos_flat_send(&flat, %s_shape, client.cap, call);\n", stub->name);
	emit(out, "\treturn CAPOS_OK;\n}\n\n");
}

static void emit_receive_small(struct output *out, const struct stub *stub)
{
	emit(out, "status_t %s_receive_slowly(struct capos_call *call", stub->name);
	emit_outs(out, stub);
	emit(out, ");\n\nstatic inline status_t %s_receive(struct capos_call *call",
	     stub->name);
	emit_outs(out, stub);
	emit(out, ")\n{\n");
	if (has_usual_results(stub)) {
		emit(out,
		     "\tif (__builtin_expect(!capos_flat_received(call, %s_shape), "
		     "false))\n\t",
		     stub->name);
	}
	emit(out, "\treturn %s_receive_slowly(call", stub->name);
	emit_out_names(out, stub);
	emit(out, ");\n");
	if (has_usual_results(stub)) {
		emit_load_call(out, stub, "call->params.words");
		emit(out, "\tcapos_flat_end(call);\n\treturn CAPOS_OK;\n");
	}
	emit(out, "}\n\n");
}

static void emit_whole_small(struct output *out, const struct stub *stub)
{
	emit(out,
	     "\tstruct capos_call call;\n\tstruct capos_flat flat;\n\n"
	     "\tif (!capos_flat_begin(&flat, %s_shape))\n"
	     "\t\treturn CAPOS_ERR_BAD_BUFFER;\n",
	     stub->name);
	emit_fill_call(out, stub);
	emit(out,
	     "\tif (!capos_flat_run(&flat, %s_shape, client.cap, &call))\n"
	     "\t\treturn %s_receive_slowly(&call",
	     stub->name, stub->name);
	emit_out_names(out, stub);
	emit(out, ");\n");
	if (has_usual_results(stub))
		emit_load_call(out, stub, "flat.params.words");
	emit(out,
	     "\tcapos_arena_free_unit(&capos_thread_ring.arena, flat.params.words);\n");
	emit(out, "\treturn CAPOS_OK;\n}\n\n");
}

/* ---- Calls of any size ------------------------------------------------------------- */

/* Of parameters that are copied: measured, so that there is room for exactly them. */
static void emit_measure(struct output *out, const struct stub *stub)
{
	if (stub->whole_params) {
		emit(out, "\tcapos_copied_struct(&copied, in.s);\n");
		return;
	}
	for (uint32_t i = 0; i < field_count(stub->method.params); i++) {
		struct field_view field = view_field(stub->model, stub->method.params, i);

		if (is_copied(&field))
			emit(out, "\tcapos_copied_%s(&copied, in_%s%s);\n",
			     pointer_getter(stub->model, field.type).verb, field.snake,
			     copied_inside(&field));
	}
}

static void emit_send_copied(struct output *out, const struct stub *stub)
{
	emit(out,
	     "\tstruct capos_copied copied = { 0 };\n\tstruct %s_builder params;\n"
	     "\tstatus_t status;\n\n",
	     stub->method.params->stem);
	emit_measure(out, stub);
	emit(out, "\tif (copied.status != CAPOS_OK)\n"
		  "\t\treturn capos_call_fail(call, copied.status);\n");
	emit(out, "\tstatus = %s_begin_sized(client, call, copied.words + ", stub->name);
	emit_extra_words(out, stub);
	emit(out, ", %s, &params);\n\tif (status != CAPOS_OK)\n\t\treturn status;\n",
	     stub->flat_results ? "0" : "results_extra_words");
	if (stub->whole_params)
		emit(out, "\t(void)capnp_any_set_struct(capnp_build_root_any("
			  "capos_call_params(call)), in.s);\n");
	else
		emit_set_params(out, stub, "capos_call_give(call",
				", CAPOS_TRANSFER_COPY");
	emit(out, "\treturn capos_call_submit(call);\n}\n\n");
}

static void emit_send_large(struct output *out, const struct stub *stub)
{
	emit(out,
	     "\tstruct %s_builder params;\n"
	     "\tstatus_t status = %s_begin_sized(client, call, ",
	     stub->method.params->stem, stub->name);
	emit_extra_words(out, stub);
	emit(out, ", %s, &params);\n\n\tif (status != CAPOS_OK)\n\t\treturn status;\n",
	     stub->flat_results ? "0" : "results_extra_words");
	emit_set_params(out, stub, "capos_call_give(call", ", CAPOS_TRANSFER_COPY");
	emit(out, "\treturn capos_call_submit(call);\n}\n\n");
}

/* Whatever comes late usually comes as it should. */
static void emit_wait_first(struct output *out, const struct stub *stub)
{
	emit(out,
	     "\tif (!capos_call_is_done(call)) {\n\t\t(void)capos_call_wait(call);\n"
	     "\t\treturn %s_receive(call",
	     stub->name);
	emit_out_names(out, stub);
	emit(out, ");\n\t}\n");
}

/* The general way to wait, read and end. */
static void emit_receive_body(struct output *out, const struct stub *stub)
{
	emit(out, "\tstruct %s results;\n\tstatus_t status;\n\n",
	     stub->method.results->tag);
	if (is_small(stub) && has_usual_results(stub))
		emit_wait_first(out, stub);
	emit(out, "\tstatus = %s_finish(call, &results);\n", stub->name);
	emit_get_results(out, stub, "status == CAPOS_OK && ");
	emit(out, "\tcapos_call_end(call);\n\treturn status;\n}\n\n");
}

static void emit_whole_large(struct output *out, const struct stub *stub)
{
	if (stub->flat_results)
		emit(out, "\tstruct capos_call call;\n\n");
	emit(out, "\t(void)%s_send(client, %s", stub->name,
	     stub->flat_results ? "&call" : "call, results_extra_words");
	emit_in_names(out, stub);
	emit(out, ");\n\treturn %s_receive(%scall", stub->name,
	     stub->flat_results ? "&" : "");
	emit_out_names(out, stub);
	emit(out, ");\n}\n\n");
}

/* ---- Streams ----------------------------------------------------------------------- */

static void emit_stream(struct output *out, const struct stub *stub)
{
	emit(out,
	     "/* Sends %s as one of @stream's calls, when that has room: capos/stream.h. "
	     "*/\n",
	     stub->name);
	emit(out,
	     "static inline status_t %s_stream(struct %s_client client,\n"
	     "\tstruct capos_stream *stream",
	     stub->name, stub->interface->stem);
	emit_ins(out, stub);
	emit(out, ")\n{\n\tuint32_t words = %u + ", message_words(stub->method.params));
	emit_extra_words(out, stub);
	emit(out, ";\n\tstruct capos_call *call;\n\n\tdo\n"
		  "\t\tcall = capos_stream_next(stream, words * 8);\n"
		  "\twhile (call && !capos_stream_sent(stream, call,\n");
	emit(out, "\t\t%s_send(client, call", stub->name);
	emit_in_names(out, stub);
	emit(out, ")));\n\treturn capos_stream_status(stream);\n}\n\n");
}

/* ---- Both -------------------------------------------------------------------------- */

/* Whether each field of @structure can be a C parameter. */
static bool is_one_each(const struct model *model, const struct declaration *structure)
{
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		if (field.is_group || field.in_union)
			return false;
	}
	return true;
}

static struct stub view_stub(const struct model *model,
			     const struct declaration *interface,
			     const struct method_view *method)
{
	return (struct stub){
		.model = model,
		.interface = interface,
		.method = *method,
		.name = format_text("%s_%s", interface->stem, method->snake),
		.flat_params = is_flat(model, method->params, true),
		.whole_params = !is_one_each(model, method->params),
		.flat_results = is_flat(model, method->results, false),
	};
}

static void emit_signature(struct output *out, const struct stub *stub)
{
	emit(out, "status_t %s(struct %s_client client", stub->name,
	     stub->interface->stem);
	if (!stub->flat_results)
		emit(out, ",\n\tstruct capos_call *call, uint32_t results_extra_words");
	emit_ins(out, stub);
	emit_outs(out, stub);
	emit(out, ")");
}

static void emit_send_signature(struct output *out, const struct stub *stub)
{
	emit(out,
	     "status_t %s_send(struct %s_client client,\n\tstruct capos_call *call%s",
	     stub->name, stub->interface->stem,
	     stub->flat_results ? "" : ", uint32_t results_extra_words");
	emit_ins(out, stub);
	emit(out, ")");
}

static void emit_send(struct output *out, const struct stub *stub)
{
	emit(out, "/* Sends %s; receive waits for it and reads%s. */\n", stub->name,
	     stub->flat_results ? ", and ends it" : "");
	emit(out, "%s", stub->flat_params ? "static inline " : "");
	emit_send_signature(out, stub);
	if (!stub->flat_params) {
		emit(out, ";\n\n");
		return;
	}
	emit(out, "\n{\n");
	if (is_small(stub))
		emit_send_small(out, stub);
	else
		emit_send_large(out, stub);
}

static void emit_receive(struct output *out, const struct stub *stub)
{
	if (is_small(stub)) {
		emit_receive_small(out, stub);
	} else if (stub->flat_results) {
		emit(out, "status_t %s_receive(struct capos_call *call", stub->name);
		emit_outs(out, stub);
		emit(out, ");\n\n");
	} else {
		emit(out, "static inline status_t %s_receive(struct capos_call *call",
		     stub->name);
		emit_outs(out, stub);
		emit(out, ")\n{\n\treturn %s_finish(call, out);\n}\n\n", stub->name);
	}
}

void generate_stub_header(struct output *out, const struct model *model,
			  const struct declaration *interface,
			  const struct method_view *method)
{
	struct stub stub = view_stub(model, interface, method);

	if (is_small(&stub)) {
		emit_shape(out, &stub);
		emit_fill(out, &stub);
		emit_load(out, &stub);
	}
	emit_send(out, &stub);
	emit_receive(out, &stub);
	if (method->streaming)
		emit_stream(out, &stub);
	emit_comment(out, "", method->doc);
	emit_signature(out, &stub);
	emit(out, ";\n\n");
}

void generate_stub_source(struct output *out, const struct model *model,
			  const struct declaration *interface,
			  const struct method_view *method)
{
	struct stub stub = view_stub(model, interface, method);
	bool small = is_small(&stub);

	if (stub.flat_results) {
		emit(out, "%sstatus_t %s_receive%s(struct capos_call *call",
		     small ? "[[gnu::noinline]] " : "", stub.name,
		     small ? "_slowly" : "");
		emit_outs(out, &stub);
		emit(out, ")\n{\n");
		emit_receive_body(out, &stub);
	}
	if (!stub.flat_params) {
		emit_send_signature(out, &stub);
		emit(out, "\n{\n");
		emit_send_copied(out, &stub);
	}
	emit_signature(out, &stub);
	emit(out, "\n{\n");
	if (small)
		emit_whole_small(out, &stub);
	else
		emit_whole_large(out, &stub);
}

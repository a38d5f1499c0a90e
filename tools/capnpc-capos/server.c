/* SPDX-License-Identifier: MIT */
/*
 * server.c - .server.h: what serves an interface names one function per method.
 *
 * The method table is a macro over those functions, so that a missing one does not
 * compile, one in the wrong place has the wrong type, and the compiler sees decoding and
 * method as one piece.
 */
#include "tools/capnpc-capos/generate.h"
#include "tools/capnpc-capos/names.h"

static void emit_start_results(struct output *out, const struct declaration *results)
{
	if (field_count(results) == 0) {
		emit(out, "\tstruct %s_builder r = { { results, nullptr } };\n\n",
		     results->stem);
		return;
	}
	emit(out, "\tstruct %s_builder r = %s_new(results);\n\n", results->stem,
	     results->stem);
	emit(out, "\tif (!r.b.words)\n\t\treturn CAPOS_ERR_RESULT_TOO_SMALL;\n");
}

/* The head of the function @stem_method_@suffix, which decodes and calls the method. */
static void emit_invoke_head(struct output *out, const struct declaration *interface,
			     const struct method_view *method, const char *suffix)
{
	const char *stem = interface->stem;

	emit(out, "static inline status_t %s_%s_%s(%s_%s_fn *method, void *self,\n", stem,
	     method->snake, suffix, stem, method->snake);
	emit(out, "\tstruct call *call, struct capnp_reader *params,\n");
	emit(out, "\tstruct capnp_builder *results)\n{\n");
}

/* For a root of the schema's own shape: the compiler knows which fields are there. */
static void emit_invoke(struct output *out, const struct declaration *interface,
			const struct method_view *method)
{
	const struct declaration *params = method->params;

	emit_invoke_head(out, interface, method, "invoke");
	emit_start_results(out, method->results);
	if (field_count(params) == 0) {
		emit(out, "\t(void)params; /* nothing to read */\n");
		emit(out, "\treturn method(self, call, (struct %s){ 0 }, r);\n}\n\n",
		     params->tag);
		return;
	}
	emit(out, "\tstruct %s p = { capnp_root_as(params, %u, %u) };\n\n", params->tag,
	     data_words(params), pointer_count(params));
	emit(out, "\t[[clang::always_inline]] return method(self, call, p, r);\n}\n\n");
}

/* For any root: of a sender with another version of the schema, or malformed. */
static void emit_invoke_any(struct output *out, const struct declaration *interface,
			    const struct method_view *method)
{
	const struct declaration *params = method->params;

	emit_invoke_head(out, interface, method, "invoke_any");
	emit(out, "\tstruct %s p;\n\n\tif (!%s_read(params, &p))\n", params->tag,
	     params->stem);
	emit(out, "\t\treturn CAPOS_ERR_BAD_MESSAGE;\n\n");
	emit_start_results(out, method->results);
	emit(out, "\t[[clang::noinline]] return method(self, call, p, r);\n}\n\n");
}

/* The type of the function that serves the method, and how it is reached. */
static void emit_method(struct output *out, const struct declaration *interface,
			const struct method_view *method)
{
	emit_comment(out, "", method->doc);
	emit(out, "typedef status_t %s_%s_fn(void *self, struct call *call,\n",
	     interface->stem, method->snake);
	emit(out, "\tstruct %s params, struct %s_builder results);\n\n",
	     method->params->tag, method->results->stem);
	emit_invoke(out, interface, method);
	if (field_count(method->params) != 0)
		emit_invoke_any(out, interface, method);
}

/* Of the smallest message with this struct as root; nothing is sent for no fields. */
static unsigned int message_bytes(const struct declaration *type)
{
	unsigned int words = data_words(type) + pointer_count(type);

	return words ? (words + 1) * 8 : 0;
}

/* Whose functions serve @interface: those of a facet are the interface's own. */
static const struct declaration *server_of(const struct declaration *interface)
{
	return interface->facet_of ? interface->facet_of : interface;
}

static void emit_table_function_head(struct output *out, const struct method_view *method,
				     const char *attributes, const char *suffix)
{
	emit(out, "\t%sstatic status_t table##_%s%s(void *self, struct call *call, \\\n",
	     attributes, method->snake, suffix);
	emit(out, "\t\tstruct capnp_reader *params, struct capnp_builder *results) \\\n");
	emit(out, "\t{ \\\n");
}

static void emit_table_return(struct output *out, const struct declaration *interface,
			      const struct method_view *method, const char *suffix)
{
	emit(out, "\t\treturn %s_%s_%s(%s_, self, call, params, results); \\\n\t} \\\n",
	     server_of(interface)->stem, method->snake, suffix, method->snake);
}

/* A function of the table's own for the method, with the serving function built in. */
static void emit_table_function(struct output *out, const struct declaration *interface,
				const struct method_view *method)
{
	const struct declaration *params = method->params;

	if (field_count(params) != 0) {
		emit_table_function_head(out, method, "[[gnu::noinline]] ", "_any");
		emit_table_return(out, interface, method, "invoke_any");
	}
	emit_table_function_head(out, method, "", "");
	if (field_count(params) != 0) {
		emit(out, "\t\tif (!capnp_root_is(params, %u, %u)) \\\n",
		     data_words(params), pointer_count(params));
		emit(out,
		     "\t\t\treturn table##_%s_any(self, call, params, results); "
		     "\\\n",
		     method->snake);
	}
	emit_table_return(out, interface, method, "invoke");
}

/* The rows of ordinals before @end that the facet lacks. */
static void emit_absent_rows(struct output *out, const struct declaration *facet,
			     uint32_t from, uint32_t end)
{
	struct list_of_method methods =
		node_interface_get_methods(node_get_interface(facet->node));

	for (uint32_t i = from; i < end; i++)
		emit(out, "\t\t[%u] = CAPNP_METHOD_ABSENT(\"%s\"), \\\n", i,
		     text_copy(method_get_name(method_at(methods, i))));
}

static void emit_table_row(struct output *out, const struct model *model,
			   const struct declaration *interface,
			   const struct method_view *method)
{
	emit(out, "\t\t[%s_METHOD_%s] = { \\\n", interface->upper, method->upper);
	emit(out, "\t\t\t.invoke = table##_%s, \\\n", method->snake);
	emit(out, "\t\t\t.name = \"%s\", \\\n", method->name);
	emit(out, "\t\t\t.params_words = %u, \\\n",
	     data_words(method->params) + pointer_count(method->params));
	emit(out, "\t\t\t.results_bytes = %u, \\\n", message_bytes(method->results));
	emit(out, "\t\t\t.params_caps_max = %u, \\\n",
	     cap_pointer_count(model, method->params));
	emit(out, "\t\t\t.result_caps_max = %u, \\\n\t\t}, \\\n",
	     cap_pointer_count(model, method->results));
}

static void emit_table_macro(struct output *out, const struct model *model,
			     const struct declaration *interface)
{
	uint32_t count = method_count(interface);
	uint32_t ordinal = 0;

	emit_comment(out, "", interface->doc);
	emit(out, "#define %s_METHOD_TABLE(table", interface->upper);
	for (uint32_t i = 0; i < count; i++)
		emit(out, ", %s_", view_method(model, interface, i).snake);
	emit(out, ") \\\n");
	for (uint32_t i = 0; i < count; i++) {
		struct method_view method = view_method(model, interface, i);

		emit_table_function(out, interface, &method);
	}
	/* C has no arrays of nothing. */
	emit(out, "\tstatic const struct capnp_method table[%u] = { \\\n",
	     count == 0 ? 1 : ordinal_limit(interface));
	for (uint32_t i = 0; i < count; i++) {
		struct method_view method = view_method(model, interface, i);

		emit_absent_rows(out, interface, ordinal, method.ordinal);
		emit_table_row(out, model, interface, &method);
		ordinal = method.ordinal + 1u;
	}
	emit(out, "\t}\n\n");
}

/*
 * The number of other interfaces that a capability of this one answers to, and a list of
 * what serves those, to initialize an array with: an argument that is missing does not
 * compile.
 */
static void emit_answers(struct output *out, const struct declaration *interface)
{
	const char *comma = "";

	emit(out, "enum { %s_ANSWER_COUNT = %u };\n", interface->upper,
	     interface->answer_count);
	if (interface->answer_count == 0) {
		emit(out, "\n");
		return;
	}
	emit(out, "/* What serves the interfaces that %s also answers to, in order. */\n",
	     interface->path);
	emit(out, "#define %s_ANSWERS(", interface->upper);
	for (uint32_t i = 0; i < interface->answer_count; i++) {
		emit(out, "%s%s_", comma, interface->answers[i]->stem);
		comma = ", ";
	}
	comma = ") { ";
	for (uint32_t i = 0; i < interface->answer_count; i++) {
		emit(out, "%s(%s_)", comma, interface->answers[i]->stem);
		comma = ", ";
	}
	emit(out, " }\n\n");
}

static void emit_interface(struct output *out, const struct model *model,
			   const struct declaration *interface)
{
	for (uint32_t i = 0; !interface->facet_of && i < method_count(interface); i++) {
		struct method_view method = view_method(model, interface, i);

		emit_method(out, interface, &method);
	}
	emit_table_macro(out, model, interface);
	emit_answers(out, interface);
}

void generate_server_header(struct output *out, const struct model *model,
			    const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit_guard(out, file, "SERVER_H");
	emit(out, "#include \"core/capnp/method.h\"\n");
	emit_stream_include(out, model, file, "core/capnp/stream_result.h");
	emit_include(out, model, file, file, "capnp.h");
	emit(out, "\n");
	for (size_t i = 0; i < model->count; i++) {
		if (belongs(&model->declarations[i], file, NODE_INTERFACE))
			emit_interface(out, model, &model->declarations[i]);
	}
	emit_guard_end(out, file, "SERVER_H");
}

/* SPDX-License-Identifier: MIT */
/* server.c - .server.h and .server.c: what serves an interface fills in one struct. */
#include "tools/capnpc-capos/generate.h"
#include "tools/capnpc-capos/names.h"

static void emit_server_struct(struct output *out, const struct model *model,
			       const struct declaration *interface)
{
	const char *stem = interface->stem;

	emit_comment(out, "", interface->doc);
	emit(out, "struct %s_server {\n", stem);
	for (uint32_t i = 0; i < method_count(interface); i++) {
		struct method_view method = view_method(model, interface, i);

		emit_comment(out, "\t", method.doc);
		emit(out,
		     "\tstatus_t (*%s)(void *self, struct call *call, struct %s "
		     "params,\n",
		     identifier(method.snake), method.params->tag);
		emit(out, "\t\tstruct %s_builder results);\n", method.results->stem);
	}
	emit(out, "};\n\n/* By method ordinal. */\n");
	emit(out, "extern const struct capnp_method %s_methods[%s_METHOD_COUNT];\n\n",
	     stem, interface->upper);
	emit(out,
	     "/* Whether every method is there. To be asserted once per server. */\n");
	emit(out, "bool %s_server_complete(const struct %s_server *server);\n\n", stem,
	     stem);
}

void generate_server_header(struct output *out, const struct model *model,
			    const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit_guard(out, file, "SERVER_H");
	emit(out, "#include \"core/capnp/method.h\"\n#include \"gen/%s.capnp.h\"\n\n",
	     file->file_stem);
	for (size_t i = 0; i < model->count; i++) {
		if (belongs(&model->declarations[i], file, NODE_INTERFACE))
			emit_server_struct(out, model, &model->declarations[i]);
	}
	emit_guard_end(out, file, "SERVER_H");
}

static void emit_read_params(struct output *out, const struct declaration *params)
{
	if (field_count(params) == 0) {
		emit(out, "\n\t(void)params; /* nothing to read */\n");
		return;
	}
	emit(out, "\tstruct %s p;\n\n\tif (!%s_read(params, &p))\n", params->tag,
	     params->stem);
	emit(out, "\t\treturn CAPOS_ERR_BAD_MESSAGE;\n");
}

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

static void emit_invoke(struct output *out, const struct declaration *interface,
			const struct method_view *method)
{
	const char *stem = interface->stem;

	emit(out, "static status_t %s_invoke_%s(const void *server, void *self,\n", stem,
	     method->snake);
	emit(out, "\tstruct call *call, struct capnp_reader *params,\n");
	emit(out, "\tstruct capnp_builder *results)\n{\n");
	emit(out, "\tconst struct %s_server *methods = server;\n", stem);
	emit_read_params(out, method->params);
	emit(out, "\n");
	emit_start_results(out, method->results);
	if (field_count(method->params) == 0)
		emit(out, "\treturn methods->%s(self, call, (struct %s){ 0 }, r);\n}\n\n",
		     identifier(method->snake), method->params->tag);
	else
		emit(out, "\treturn methods->%s(self, call, p, r);\n}\n\n",
		     identifier(method->snake));
}

/* Of the smallest message with this struct as root; nothing is sent for no fields. */
static unsigned int message_bytes(const struct declaration *type)
{
	unsigned int words = data_words(type) + pointer_count(type);

	return words ? (words + 1) * 8 : 0;
}

static void emit_method_row(struct output *out, const struct model *model,
			    const struct declaration *interface,
			    const struct method_view *method)
{
	emit(out, "\t[%s_METHOD_%s] = {\n", interface->upper, method->upper);
	emit(out, "\t\t.invoke = %s_invoke_%s,\n", interface->stem, method->snake);
	emit(out, "\t\t.name = \"%s\",\n", method->name);
	emit(out, "\t\t.params_data_words = %u,\n\t\t.params_pointers = %u,\n",
	     data_words(method->params), pointer_count(method->params));
	emit(out, "\t\t.results_data_words = %u,\n\t\t.results_pointers = %u,\n",
	     data_words(method->results), pointer_count(method->results));
	emit(out, "\t\t.results_bytes = %u,\n", message_bytes(method->results));
	emit(out, "\t\t.result_caps_max = %u,\n\t},\n",
	     cap_pointer_count(model, method->results));
}

static void emit_server_code(struct output *out, const struct model *model,
			     const struct declaration *interface)
{
	const char *stem = interface->stem;
	uint32_t count = method_count(interface);

	for (uint32_t i = 0; i < count; i++) {
		struct method_view method = view_method(model, interface, i);

		emit_invoke(out, interface, &method);
	}
	emit(out, "const struct capnp_method %s_methods[%s_METHOD_COUNT] = {\n", stem,
	     interface->upper);
	for (uint32_t i = 0; i < count; i++) {
		struct method_view method = view_method(model, interface, i);

		emit_method_row(out, model, interface, &method);
	}
	emit(out, "};\n\nbool %s_server_complete(const struct %s_server *server)\n{\n",
	     stem, stem);
	for (uint32_t i = 0; i < count; i++) {
		struct method_view method = view_method(model, interface, i);

		emit(out, "%sserver->%s", i == 0 ? "\treturn " : " &&\n\t       ",
		     identifier(method.snake));
	}
	emit(out, ";\n}\n\n");
}

void generate_server_source(struct output *out, const struct model *model,
			    const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit(out, "#include \"gen/%s.server.h\"\n\n", file->file_stem);
	for (size_t i = 0; i < model->count; i++) {
		if (belongs(&model->declarations[i], file, NODE_INTERFACE))
			emit_server_code(out, model, &model->declarations[i]);
	}
}

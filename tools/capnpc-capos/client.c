/* SPDX-License-Identifier: MIT */
/*
 * client.c - .client.h and .client.c: stubs that call an interface through libcapos.
 *
 * An interface X is struct x_client, a capability with a type. x_as_y() makes one of each
 * ancestor Y and each narrowed facet Y, which a capability of X also is.
 *
 * Of a method m, whatever its types are, there is
 *
 *    x_m_begin(client, call, &params)       starts a call; the parameters are then written
 *                                           with the x_m_params_set_... of .capnp.h. Room
 *                                           for what is of variable size is as usual, or
 *    x_m_begin_sized(...)                   as said, in words
 *    x_m_finish(call, &results)             sends it if that was not done, waits, and reads
 *                                           what stays in the call until capos_call_end()
 *    x_m_receive(call, ...)                 the same for the results as they are here:
 *
 * Results that are plain values and capabilities are a pointer each, null for what is not
 * wanted; receive has ended the call then, and a client that comes is the caller's. Other
 * results are one struct, as with finish, and the caller ends the call.
 *
 * Each parameter is one of
 *
 *    x_m_send(client, call, [room,] ...)    sends, and waits for nothing; receive follows
 *    x_m(client, [call, room,] ..., ...)    sends and receives
 *    x_m_stream(client, stream, ...)        of a streaming method: capos/stream.h
 *
 * where call and room (words of results beyond the fixed ones) are there if the results
 * are of variable size. Text and data are a pointer and a size in bytes, a capability is the
 * client of its interface, or cap_t; it is given by copy. Structs, lists, any pointers and
 * type parameters are what a reader found elsewhere; they are copied, and may have no
 * capabilities in them (capos/copied.h). If there are groups or a union, one struct of the
 * parameters, read elsewhere, is all of them. A failure is remembered by the call, so it is
 * enough to look at the status of the last function.
 */
#include <string.h>

#include "tools/capnpc-capos/generate.h"
#include "tools/capnpc-capos/names.h"

static bool has_variable_size(const struct model *model,
			      const struct declaration *structure)
{
	for (uint32_t i = 0; i < field_count(structure); i++) {
		struct field_view field = view_field(model, structure, i);

		if (field.is_group) {
			if (has_variable_size(model, field.target))
				return true;
		} else if (type_is_pointer(field.kind) && !type_is_cap(field.type)) {
			return true;
		}
	}
	return false;
}

/* Words of the message with nothing behind its text, data and list pointers. */
static const char *fixed_words(const struct declaration *structure)
{
	if (field_count(structure) == 0)
		return "0";
	return format_text("1 + %s_DATA_WORDS + %s_POINTERS", structure->upper,
			   structure->upper);
}

static void emit_begin_sized(struct output *out, const struct model *model,
			     const struct declaration *interface,
			     const struct method_view *method)
{
	const struct declaration *params = method->params;

	emit_comment(out, "", method->doc);
	emit(out,
	     "static inline status_t %s_%s_begin_sized(struct %s_client client,\n"
	     "\tstruct capos_call *call, uint32_t params_extra_words,\n"
	     "\tuint32_t results_extra_words, struct %s_builder *params)\n{\n",
	     interface->stem, method->snake, interface->stem, params->stem);
	emit(out,
	     "\tstatus_t status = capos_call_begin(call, client.cap, %s_INTERFACE_ID,\n"
	     "\t\t%s_METHOD_%s, %s + params_extra_words,\n"
	     "\t\t%s + results_extra_words, %u);\n\n",
	     interface->upper, interface->upper, method->upper, fixed_words(params),
	     fixed_words(method->results), cap_pointer_count(model, method->results));
	emit(out, "\tif (status != CAPOS_OK)\n\t\treturn status;\n");
	if (field_count(params) == 0)
		emit(out, "\t*params = (struct %s_builder){ 0 };\n", params->stem);
	else
		emit(out, "\t*params = %s_new(capos_call_params(call));\n", params->stem);
	emit(out, "\treturn CAPOS_OK;\n}\n\n");
}

static void emit_begin(struct output *out, const struct model *model,
		       const struct declaration *interface,
		       const struct method_view *method)
{
	const char *stem = interface->stem;
	const char *room = "CAPNP_EXTRA_WORDS_DEFAULT";

	emit(out,
	     "static inline status_t %s_%s_begin(struct %s_client client,\n"
	     "\tstruct capos_call *call, struct %s_builder *params)\n{\n",
	     stem, method->snake, stem, method->params->stem);
	emit(out, "\treturn %s_%s_begin_sized(client, call, %s, %s, params);\n}\n\n",
	     stem, method->snake, has_variable_size(model, method->params) ? room : "0",
	     has_variable_size(model, method->results) ? room : "0");
}

static void emit_finish(struct output *out, const struct declaration *interface,
			const struct method_view *method)
{
	const struct declaration *results = method->results;

	emit(out,
	     "static inline status_t %s_%s_finish(struct capos_call *call, struct %s "
	     "*out)\n"
	     "{\n\tstatus_t status = capos_call_wait(call);\n\n",
	     interface->stem, method->snake, results->tag);
	if (field_count(results) == 0) {
		emit(out, "\t*out = (struct %s){ 0 };\n\treturn status;\n}\n\n",
		     results->tag);
		return;
	}
	emit(out,
	     "\tif (status != CAPOS_OK) {\n\t\t*out = (struct %s){ 0 };\n"
	     "\t\treturn status;\n\t}\n",
	     results->tag);
	emit(out,
	     "\tif (!%s_read(capos_call_results(call), out))\n"
	     "\t\treturn CAPOS_ERR_BAD_MESSAGE;\n\treturn CAPOS_OK;\n}\n\n",
	     results->stem);
}

/* A capability of the interface is one of each ancestor, and of each facet. */
static void emit_conversions(struct output *out, const struct declaration *interface)
{
	for (uint32_t i = 0; i < interface->answer_count; i++) {
		const struct declaration *answer = interface->answers[i];

		emit(out, "/* %s %s as the %s that it also is; the same capability. */\n",
		     strchr("AEIOU", interface->name[0]) ? "An" : "A", interface->path,
		     answer->path);
		emit(out,
		     "static inline struct %s_client %s(struct %s_client client)\n"
		     "{\n\treturn (struct %s_client){ client.cap };\n}\n\n",
		     answer->stem, interface->conversions[i], interface->stem,
		     answer->stem);
	}
}

static void emit_interface(struct output *out, const struct model *model,
			   const struct declaration *interface)
{
	emit_conversions(out, interface);
	for (uint32_t i = 0; i < method_count(interface); i++) {
		struct method_view method = view_method(model, interface, i);

		emit_begin_sized(out, model, interface, &method);
		emit_begin(out, model, interface, &method);
		emit_finish(out, interface, &method);
		generate_stub_header(out, model, interface, &method);
	}
}

void generate_client_header(struct output *out, const struct model *model,
			    const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit_guard(out, file, "CLIENT_H");
	emit(out, "#include \"capos/flat.h\"\n");
	emit_stream_include(out, model, file, "capos/stream.h");
	emit_stream_include(out, model, file, "core/capnp/stream_result.h");
	emit_include(out, model, file, file, "capnp.h");
	emit(out, "\n");
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *interface = &model->declarations[i];

		if (!belongs(interface, file, NODE_INTERFACE))
			continue;
		emit_comment(out, "", interface->doc);
		emit(out, "struct %s_client {\n\tcap_t cap;\n};\n\n", interface->stem);
	}
	emit_includes(out, model, file, "client.h");
	for (size_t i = 0; i < model->count; i++) {
		if (belongs(&model->declarations[i], file, NODE_INTERFACE))
			emit_interface(out, model, &model->declarations[i]);
	}
	emit_guard_end(out, file, "CLIENT_H");
}

void generate_client_source(struct output *out, const struct model *model,
			    const struct declaration *file)
{
	emit_banner(out, file->file_name);
	emit_include(out, model, file, file, "client.h");
	if (has_interfaces(model, file))
		emit(out, "\n#include \"capos/copied.h\"\n");
	emit(out, "\n");
	for (size_t i = 0; i < model->count; i++) {
		const struct declaration *interface = &model->declarations[i];

		if (!belongs(interface, file, NODE_INTERFACE))
			continue;
		for (uint32_t k = 0; k < method_count(interface); k++) {
			struct method_view method = view_method(model, interface, k);

			generate_stub_source(out, model, interface, &method);
		}
	}
}

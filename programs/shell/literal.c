/* SPDX-License-Identifier: MIT */
/*
 * literal.c - see literal.h.
 */
#include "programs/shell/literal.h"

#include "programs/shell/catalog.h"

/* What finds capabilities, and knows for which field. */
struct search {
	struct literal_build *build;
	struct capnp_parser parser;
};

/* Starts a message: "parameter NAME: ". */
static struct sink *complain(const struct search *search)
{
	sink_strings(search->build->problem, search->build->field_word, " ",
		     search->parser.field->name, ": ", nullptr);
	return search->build->problem;
}

static bool find_cap(void *context, struct capnp_text wanted_name,
		     const struct capnp_interface_info *wanted, uint32_t *out_index)
{
	struct search *search = context;
	struct literal_build *build = search->build;
	struct text text = { wanted_name.bytes, wanted_name.size };
	const struct name *name = names_find(build->names, text);

	if (!name) {
		names_unknown(build->names, text, complain(search));
		return false;
	}
	if (wanted && !catalog_answers(name->interface, wanted)) {
		sink_strings(complain(search), wanted->name, " is wanted; @", name->name,
			     " is ", catalog_name(name->interface), nullptr);
		return false;
	}
	if (build->cap_count == CAPOS_TRANSFERS_MAX) {
		sink_strings(build->problem, "too many capabilities in one call",
			     nullptr);
		return false;
	}
	*out_index = build->cap_count;
	build->caps[build->cap_count++] = name->cap;
	return true;
}

static void write_problem(void *context, const char *bytes, size_t size)
{
	sink_text(context, (struct text){ bytes, size });
}

/* Always false. */
static bool explain(const struct search *search, struct text source)
{
	struct sink *problem = search->build->problem;
	const struct capnp_sink sink = { write_problem, problem };
	const struct capnp_parse_error *error = &search->parser.error;

	if (error->problem == CAPNP_PARSE_CAPABILITY)
		return false; /* find_cap() has said it */
	capnp_parse_write_error(&sink, error, search->build->field_word);
	if (error->problem != CAPNP_PARSE_SYNTAX)
		return false;
	sink_strings(problem, " (column ", nullptr);
	sink_number(problem,
		    (size_t)(source.bytes - search->build->line.bytes) + error->column);
	sink_strings(problem, ")", nullptr);
	return false;
}

static void start(struct search *search, struct literal_build *build, struct text source)
{
	search->build = build;
	capnp_parser_init(&search->parser,
			  (struct capnp_text){ source.bytes, (uint32_t)source.size });
	search->parser.depth_left = LITERAL_DEPTH_MAX;
	search->parser.find_cap = find_cap;
	search->parser.context = search;
}

bool literal_build_root(struct literal_build *build, const struct capnp_struct_info *info,
			struct text fields, struct capnp_builder *message)
{
	struct search search;

	start(&search, build, fields);
	if (!capnp_parse_fields(&search.parser, capnp_dynamic_new(message, info)))
		return explain(&search, fields);
	if (!capnp_builder_failed(message))
		return true;
	sink_strings(build->problem, "the values do not fit one message", nullptr);
	return false;
}

bool literal_build_struct(struct literal_build *build, struct capnp_dynamic_builder place,
			  struct text source)
{
	struct search search;

	start(&search, build, source);
	return capnp_parse_struct(&search.parser, place) || explain(&search, source);
}

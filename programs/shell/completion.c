/* SPDX-License-Identifier: MIT */
/*
 * completion.c - see completion.h.
 *
 * The text before the cursor is split into the word being typed and what stands before
 * it; the command's shape then says what the word can be.
 */
#include "programs/shell/completion.h"

#include "programs/shell/catalog.h"
#include "programs/shell/command_table.h"
#include "programs/shell/lexer.h"

struct search {
	const struct completer *completer;
	struct completion *out;
	struct text before; /* the line up to the word being typed */
	struct lexer lexer; /* behind the command's name, in @before */
};

static bool is_separator(char c)
{
	static const char separators[] = " \t=()[]{},:";

	for (size_t i = 0; i < sizeof(separators) - 1; i++) {
		if (c == separators[i])
			return true;
	}
	return false;
}

/* Where the word that ends the line starts; inside a text, at its quote. */
static size_t word_start(struct text line)
{
	size_t start = 0;
	bool quoted = false;

	for (size_t i = 0; i < line.size; i++) {
		char c = line.bytes[i];

		if (c == '"') {
			quoted = !quoted;
			if (quoted)
				start = i;
		} else if (c == '\\' && quoted) {
			i++;
		} else if (!quoted && is_separator(c)) {
			start = i + 1;
		}
	}
	return start;
}

/* Offers @prefix and @name, joined, if that begins with what was typed. */
static void offer_joined(struct search *search, struct text prefix, struct text name,
			 char suffix)
{
	struct completion *out = search->out;
	struct candidate *candidate = &out->candidates[out->count];
	struct sink_buffer buffer;

	if (out->count == COMPLETION_CANDIDATES_MAX)
		return;
	sink_buffer_init(&buffer, candidate->text, sizeof(candidate->text));
	sink_text(&buffer.sink, prefix);
	sink_text(&buffer.sink, name);
	candidate->suffix = suffix;
	if (text_starts_with(sink_buffer_text(&buffer), out->typed))
		out->count++;
}

static void offer(struct search *search, const char *name, char suffix)
{
	offer_joined(search, text_of(""), text_of(name), suffix);
}

/* @capabilities: all, or those that answer to @wanted. */
static void offer_caps(struct search *search, const struct capnp_interface_info *wanted,
		       char suffix)
{
	const struct names *names = search->completer->names;

	for (size_t i = 0; i < names->count; i++) {
		if (!wanted || catalog_answers(names->entries[i].interface, wanted))
			offer_joined(search, text_of("@"),
				     text_of(names->entries[i].name), suffix);
	}
}

static void offer_processes(struct search *search)
{
	const struct names *names = search->completer->names;

	for (size_t i = 0; i < names->count; i++) {
		if (names->entries[i].origin == NAME_PROCESS)
			offer_joined(search, text_of("@"),
				     text_of(names->entries[i].name), ' ');
	}
}

static void offer_commands(struct search *search)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		offer(search, command_table[i].name,
		      command_table[i].shape == SHAPE_NOTHING ? '\0' : ' ');
}

static void offer_own_methods(struct search *search, struct text prefix,
			      const struct capnp_interface_info *info)
{
	for (size_t i = 0; i < info->method_count; i++)
		offer_joined(search, prefix, text_of(info->methods[i].name), ' ');
}

/* Methods, inherited ones too, each behind @prefix: what was typed up to the point. */
static void offer_methods(struct search *search, struct text prefix,
			  const struct capnp_interface_info *info)
{
	const struct capnp_interface_info *ancestors[ANCESTORS_MAX];
	size_t count;

	if (!info)
		return;
	offer_own_methods(search, prefix, info);
	count = capnp_interface_ancestors(info, ancestors, ANCESTORS_MAX);
	for (size_t i = 0; i < count; i++)
		offer_own_methods(search, prefix, ancestors[i]);
}

/* The typed word up to and with its point; empty if it has none. */
static struct text typed_prefix(const struct search *search)
{
	struct text typed = search->out->typed;

	for (size_t i = typed.size; i-- > 0;) {
		if (typed.bytes[i] == '.')
			return (struct text){ typed.bytes, i + 1 };
	}
	return text_of("");
}

static const struct capnp_interface_info *cap_interface(const struct search *search,
							struct text name)
{
	const struct name *entry = names_find(search->completer->names, name);

	return entry ? catalog_find_id(entry->interface) : nullptr;
}

static void find_topic(struct search *search, bool interfaces)
{
	struct text prefix = typed_prefix(search);

	if (prefix.size > 0) {
		struct text name = { prefix.bytes, prefix.size - 1 };

		if (interfaces)
			offer_methods(search, prefix, catalog_find(name));
		return;
	}
	offer_commands(search);
	for (size_t i = 0; interfaces && i < capnp_interface_count; i++)
		offer(search, capnp_interfaces[i]->name, '\0');
	if (!interfaces) {
		offer(search, "values", '\0');
		offer(search, "budget", '\0');
	}
}

/* What may follow `name=`. */
static void offer_values(struct search *search, const struct capnp_type_info *type)
{
	if (type->kind == CAPNP_KIND_BOOL) {
		offer(search, "true", ' ');
		offer(search, "false", ' ');
	} else if (type->kind == CAPNP_KIND_ENUM) {
		for (size_t i = 0; i < type->enumeration->enumerant_count; i++)
			offer(search, type->enumeration->enumerants[i].name, ' ');
	} else if (type->kind == CAPNP_KIND_INTERFACE) {
		offer_caps(search, type->interface_, ' ');
	} else if (type->kind == CAPNP_KIND_STRUCT) {
		offer(search, "(", '\0');
	}
}

/* Whether `name=` stands in @rest already. */
static bool is_given(struct lexer rest, const char *name)
{
	struct token previous = lexer_next(&rest);

	for (struct token token = lexer_next(&rest); token.kind != CAPNP_TOKEN_END;
	     token = lexer_next(&rest)) {
		if (token_is(token, '=') && text_is(previous.text, name))
			return true;
		previous = token;
	}
	return false;
}

static void offer_fields(struct search *search, const struct capnp_struct_info *info,
			 struct lexer given)
{
	for (size_t i = 0; i < info->field_count; i++) {
		if (!is_given(given, info->fields[i].name))
			offer(search, info->fields[i].name, '=');
	}
}

/*
 * Fields and their values. Walks the tokens of a parameter list and keeps track of the
 * struct that the cursor is in, one level of parentheses deep; inside lists and deeper
 * structs nothing is offered.
 */
static void find_fields(struct search *search, const struct capnp_struct_info *info,
			bool *top_level)
{
	const struct capnp_struct_info *outer = info;
	const struct capnp_field_info *field = nullptr;
	struct lexer start = search->lexer;
	struct token previous = { .kind = CAPNP_TOKEN_END };
	size_t depth = 0;
	bool at_value = false;

	for (struct token token = lexer_next(&search->lexer);
	     token.kind != CAPNP_TOKEN_END; token = lexer_next(&search->lexer)) {
		at_value = token_is(token, '=');
		if (at_value)
			field = info ? catalog_find_field(info, previous.text) : nullptr;
		if (token_is(token, '(') && depth++ == 0) {
			bool in_struct = field && field->type.kind == CAPNP_KIND_STRUCT;

			info = in_struct ? field->type.structure : nullptr;
			start = search->lexer;
		}
		if (token_is(token, '['))
			info = nullptr;
		if ((token_is(token, ')') && depth > 0 && --depth == 0) ||
		    (token_is(token, ']') && depth == 0))
			info = outer;
		previous = token;
	}
	*top_level = depth == 0 && !at_value;
	if (depth > 1 || !info)
		return;
	if (!at_value)
		offer_fields(search, info, start);
	else if (field)
		offer_values(search, &field->type);
}

static void find_call(struct search *search)
{
	struct token cap = lexer_next(&search->lexer);
	struct token point = lexer_next(&search->lexer);
	struct token method = lexer_next(&search->lexer);
	const struct capnp_interface_info *info;
	const struct capnp_method_info *found;
	bool top_level = false;

	if (cap.kind == CAPNP_TOKEN_END) {
		struct text prefix = typed_prefix(search);

		if (prefix.size < 2)
			offer_caps(search, nullptr, '.');
		else
			offer_methods(
				search, prefix,
				cap_interface(search, (struct text){ prefix.bytes + 1,
								     prefix.size - 2 }));
		return;
	}
	info = cap_interface(search, cap.text);
	if (!info || !token_is(point, '.'))
		return;
	found = catalog_find_method(info, method.text);
	if (!found)
		return;
	find_fields(search, found->params, &top_level);
	if (top_level)
		offer(search, "as", ' ');
}

static void offer_programs(struct search *search)
{
	const struct completer *completer = search->completer;
	struct text typed = search->out->typed;
	bool quoted = typed.size > 0 && typed.bytes[0] == '"';
	char name[CAPOS_NAME_BYTES + 1];

	for (size_t i = 0; i < completer->program_count; i++) {
		struct sink_buffer buffer;

		sink_buffer_init(&buffer, name, sizeof(name));
		sink_strings(&buffer.sink, completer->programs[i], quoted ? "\"" : "",
			     nullptr);
		offer_joined(search, text_of(quoted ? "\"" : ""),
			     sink_buffer_text(&buffer), ' ');
	}
}

static void offer_grant_source(struct search *search, struct token previous)
{
	if (token_is(previous, ':')) {
		offer_caps(search, nullptr, ' ');
		offer(search, "own", ' ');
	} else if (text_is(previous.text, "own")) {
		offer(search, "memory", ' ');
		offer(search, "thread", ' ');
	}
}

static void offer_budget(struct search *search, struct lexer given)
{
	const struct capnp_interface_info *factory =
		catalog_find(text_of("ProcessFactory"));
	const struct capnp_field_info *budget = nullptr;
	const struct capnp_method_info *create =
		factory ? catalog_find_method(factory, text_of("create")) : nullptr;

	if (create)
		budget = catalog_find_field(create->params, text_of("budget"));
	if (budget)
		offer_fields(search, budget->type.structure, given);
}

/* The clause the cursor is in decides: arguments, budget (...) or with { ... }. */
static void find_run(struct search *search)
{
	struct token previous = lexer_next(&search->lexer);
	struct lexer inside = search->lexer;
	char open = '\0';

	if (previous.kind == CAPNP_TOKEN_END) {
		offer_programs(search);
		return;
	}
	for (struct token token = lexer_next(&search->lexer);
	     token.kind != CAPNP_TOKEN_END; token = lexer_next(&search->lexer)) {
		if (token_is(token, '{') || token_is(token, '(')) {
			open = token.text.bytes[0];
			inside = search->lexer;
		} else if (token_is(token, '}') || token_is(token, ')')) {
			open = '\0';
		}
		previous = token;
	}
	if (open == '{') {
		offer_grant_source(search, previous);
	} else if (open == '(') {
		if (!token_is(previous, '='))
			offer_budget(search, inside);
	} else if (text_is(previous.text, "with")) {
		offer(search, "{", ' ');
	} else if (text_is(previous.text, "budget")) {
		offer(search, "(", '\0');
	} else {
		offer(search, "with", ' ');
		offer(search, "budget", ' ');
	}
}

static void find_argument(struct search *search, const struct command_info *info)
{
	bool first = lexer_peek(&search->lexer).kind == CAPNP_TOKEN_END;

	switch (info->shape) {
	case SHAPE_TOPIC:
		if (first)
			find_topic(search, command_id(info) == COMMAND_MAN);
		break;
	case SHAPE_CAPABILITY:
		if (first)
			offer_caps(search, nullptr, '\0');
		break;
	case SHAPE_PROCESS:
		if (first)
			offer_processes(search);
		break;
	case SHAPE_CALL:
		find_call(search);
		break;
	case SHAPE_RUN:
		find_run(search);
		break;
	case SHAPE_NOTHING:
	case SHAPE_NUMBER:
	case SHAPE_ARGUMENTS:
	case SHAPE_COMMAND:
		break;
	}
}

void completion_find(const struct completer *completer, struct text before_cursor,
		     struct completion *out)
{
	struct search search = { .completer = completer, .out = out };
	const struct command_info *info;
	struct token token;

	out->count = 0;
	out->start = word_start(before_cursor);
	out->typed = text_skip(before_cursor, out->start);
	search.before = (struct text){ before_cursor.bytes, out->start };
	lexer_init(&search.lexer, search.before);
	do {
		token = lexer_next(&search.lexer);
		if (token.kind == CAPNP_TOKEN_END) {
			offer_commands(&search);
			return;
		}
		info = command_find(token.text);
	} while (info && info->shape == SHAPE_COMMAND);
	if (token.kind == CAPNP_TOKEN_WORD && info)
		find_argument(&search, info);
}

struct text completion_common(const struct completion *completion)
{
	struct text common = text_of(completion->candidates[0].text);

	for (size_t i = 1; i < completion->count; i++) {
		while (!text_starts_with(text_of(completion->candidates[i].text), common))
			common.size--;
	}
	return common;
}

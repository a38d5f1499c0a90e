/* SPDX-License-Identifier: MIT */
/*
 * parser.c - see parser.h. Values are passed over whole; literal.h reads them.
 */
#include "programs/shell/parser.h"

#include "programs/shell/lexer.h"

struct parser {
	struct lexer lexer;
	struct command *command;
	struct sink *problem;
};

/* "expected X, found Y (column N)"; always false, for the caller to return. */
static bool refuse(struct parser *parser, const char *expected, struct token found)
{
	sink_strings(parser->problem, "expected ", expected, ", found ", nullptr);
	if (found.kind == CAPNP_TOKEN_END) {
		sink_strings(parser->problem, "the end of the line", nullptr);
	} else if (found.kind == CAPNP_TOKEN_UNTERMINATED) {
		sink_strings(parser->problem, "a text without its closing quote",
			     nullptr);
	} else {
		sink_strings(parser->problem, "`",
			     found.kind == CAPNP_TOKEN_CAPABILITY ? "@" : "", nullptr);
		sink_text(parser->problem, found.text);
		sink_strings(parser->problem, "`", nullptr);
	}
	sink_strings(parser->problem, " (column ", nullptr);
	sink_number(parser->problem, found.column + 1);
	sink_strings(parser->problem, ")", nullptr);
	return false;
}

static bool too_many(struct parser *parser, const char *what)
{
	sink_strings(parser->problem, "too many ", what, nullptr);
	return false;
}

static bool take_punctuation(struct parser *parser, char wanted)
{
	if (!token_is(lexer_peek(&parser->lexer), wanted))
		return false;
	(void)lexer_next(&parser->lexer);
	return true;
}

static bool expect_punctuation(struct parser *parser, char wanted)
{
	const char name[] = { '`', wanted, '`', '\0' };

	return take_punctuation(parser, wanted) ||
	       refuse(parser, name, lexer_peek(&parser->lexer));
}

static bool take_keyword(struct parser *parser, const char *keyword)
{
	struct token token = lexer_peek(&parser->lexer);

	if (token.kind != CAPNP_TOKEN_WORD || !text_is(token.text, keyword))
		return false;
	(void)lexer_next(&parser->lexer);
	return true;
}

static bool expect_kind(struct parser *parser, enum capnp_token_kind kind,
			const char *what, struct text *out)
{
	struct token token = lexer_next(&parser->lexer);

	if (token.kind != kind || token.text.size == 0)
		return refuse(parser, what, token);
	*out = token.text;
	return true;
}

/* Decodes the text in @token into the pool. */
static bool decode(struct parser *parser, struct token token, struct text *out)
{
	struct command *command = parser->command;
	char *place = command->pool + command->pool_used;
	size_t room = sizeof(command->pool) - command->pool_used;
	size_t size = 0;

	switch (lexer_decode_text(token.text, place, room, &size)) {
	case CAPNP_DECODE_OK:
	case CAPNP_DECODE_DIGIT: /* never: that is of data */
		break;
	case CAPNP_DECODE_ESCAPE:
		return refuse(parser, "escapes \\n \\\\ \\\" \\x1f \\33 in a text",
			      token);
	case CAPNP_DECODE_NO_ROOM:
		return too_many(parser, "bytes of text in one command");
	}
	command->pool_used += size;
	*out = (struct text){ place, size };
	return true;
}

/* Past a value, whose form is only looked at where it begins. */
static bool skip_value(struct parser *parser, struct text *out)
{
	struct token token = lexer_peek(&parser->lexer);
	bool starts_value =
		token_is(token, '(') || token_is(token, '[') || token_is(token, '-');

	if (token.kind == CAPNP_TOKEN_END || token.kind == CAPNP_TOKEN_UNTERMINATED ||
	    token.kind == CAPNP_TOKEN_STRAY ||
	    (token.kind == CAPNP_TOKEN_PUNCTUATION && !starts_value))
		return refuse(parser, "a value", token);
	*out = lexer_value(&parser->lexer);
	return true;
}

/* The text from where @start begins to the end of @last. */
static struct text text_up_to(struct text start, struct text last)
{
	return (struct text){ start.bytes,
			      (size_t)(last.bytes - start.bytes) + last.size };
}

static bool parse_call(struct parser *parser)
{
	struct command *command = parser->command;

	if (!expect_kind(parser, CAPNP_TOKEN_CAPABILITY, "@CAPABILITY.METHOD",
			 &command->capability) ||
	    !expect_punctuation(parser, '.') ||
	    !expect_kind(parser, CAPNP_TOKEN_WORD, "the name of a method",
			 &command->method))
		return false;
	while (lexer_peek(&parser->lexer).kind != CAPNP_TOKEN_END) {
		struct text name;
		struct text value;

		if (!expect_kind(parser, CAPNP_TOKEN_WORD, "NAME=VALUE", &name))
			return false;
		if (text_is(name, "as") && !token_is(lexer_peek(&parser->lexer), '='))
			return expect_kind(parser, CAPNP_TOKEN_WORD,
					   "a name for the resulting capability",
					   &command->result_name);
		if (!expect_punctuation(parser, '=') || !skip_value(parser, &value))
			return false;
		if (command->fields.size == 0)
			command->fields = name;
		command->fields = text_up_to(command->fields, value);
	}
	return true;
}

/* A word or a text: the name of a program or of a grant. */
static bool parse_name(struct parser *parser, const char *what, struct text *out)
{
	struct token token = lexer_next(&parser->lexer);

	if (token.kind == CAPNP_TOKEN_TEXT)
		return decode(parser, token, out);
	if (token.kind != CAPNP_TOKEN_WORD)
		return refuse(parser, what, token);
	*out = token.text;
	return true;
}

static bool parse_source(struct parser *parser, struct command_grant *grant)
{
	struct token token = lexer_next(&parser->lexer);

	if (token.kind == CAPNP_TOKEN_CAPABILITY && token.text.size > 0) {
		grant->source = GRANT_CAPABILITY;
		grant->capability = token.text;
		return true;
	}
	if (token.kind != CAPNP_TOKEN_WORD || !text_is(token.text, "own"))
		return refuse(parser, "@CAPABILITY, `own memory` or `own thread`", token);
	if (take_keyword(parser, "memory"))
		grant->source = GRANT_OWN_MEMORY;
	else if (take_keyword(parser, "thread"))
		grant->source = GRANT_OWN_THREAD;
	else
		return refuse(parser, "`memory` or `thread` after `own`",
			      lexer_peek(&parser->lexer));
	return true;
}

static bool parse_grants(struct parser *parser)
{
	struct command *command = parser->command;

	if (!expect_punctuation(parser, '{'))
		return false;
	if (take_punctuation(parser, '}'))
		return true;
	do {
		if (command->grant_count == COMMAND_GRANTS_MAX)
			return too_many(parser, "grants in one command");

		struct command_grant *grant = &command->grants[command->grant_count++];

		if (!parse_name(parser, "the name of a grant", &grant->name) ||
		    !expect_punctuation(parser, ':') || !parse_source(parser, grant))
			return false;
	} while (take_punctuation(parser, ','));
	return take_punctuation(parser, '}') ||
	       refuse(parser, "`,` or `}`", lexer_peek(&parser->lexer));
}

/* Whether the next argument ends the arguments of run. */
static bool at_clause(const struct parser *parser)
{
	struct lexer copy = parser->lexer;
	struct token token = lexer_argument(&copy);

	if (token.kind == CAPNP_TOKEN_END)
		return true;
	token = lexer_peek(&parser->lexer);
	return token.kind == CAPNP_TOKEN_WORD &&
	       (text_is(token.text, "with") || text_is(token.text, "budget"));
}

static bool parse_argument(struct parser *parser)
{
	struct command *command = parser->command;
	struct token token = lexer_argument(&parser->lexer);

	if (token.kind == CAPNP_TOKEN_UNTERMINATED)
		return refuse(parser, "an argument", token);
	if (command->argument_count == COMMAND_ARGUMENTS_MAX)
		return too_many(parser, "arguments");

	struct text *out = &command->arguments[command->argument_count++];

	if (token.kind == CAPNP_TOKEN_TEXT)
		return decode(parser, token, out);
	*out = token.text;
	return true;
}

static bool parse_run(struct parser *parser)
{
	struct command *command = parser->command;

	if (!parse_name(parser, "the name of a program", &command->program))
		return false;
	while (!at_clause(parser)) {
		if (!parse_argument(parser))
			return false;
	}
	for (;;) {
		bool good;

		if (take_keyword(parser, "with"))
			good = parse_grants(parser);
		else if (take_keyword(parser, "budget"))
			good = token_is(lexer_peek(&parser->lexer), '(')
				       ? skip_value(parser, &command->budget)
				       : refuse(parser, "`(`",
						lexer_peek(&parser->lexer));
		else
			return true;
		if (!good)
			return false;
	}
}

static bool parse_topic(struct parser *parser)
{
	struct command *command = parser->command;

	if (lexer_peek(&parser->lexer).kind == CAPNP_TOKEN_END)
		return true;
	if (!expect_kind(parser, CAPNP_TOKEN_WORD, "a name", &command->topic))
		return false;
	return !take_punctuation(parser, '.') ||
	       expect_kind(parser, CAPNP_TOKEN_WORD, "the name of a method",
			   &command->topic_method);
}

static bool parse_number(struct parser *parser)
{
	struct command *command = parser->command;
	struct token token = lexer_peek(&parser->lexer);
	struct capnp_integer number;

	if (token.kind == CAPNP_TOKEN_END)
		return true;
	(void)lexer_next(&parser->lexer);
	if (token.kind != CAPNP_TOKEN_NUMBER ||
	    !capnp_token_integer(
		    (struct capnp_text){ token.text.bytes, (uint32_t)token.text.size },
		    &number) ||
	    number.is_negative || number.is_too_large)
		return refuse(parser, "a number", token);
	command->has_number = true;
	command->number = number.magnitude;
	return true;
}

static bool parse_arguments(struct parser *parser)
{
	struct lexer copy = parser->lexer;

	while (lexer_argument(&copy).kind != CAPNP_TOKEN_END) {
		if (!parse_argument(parser))
			return false;
		copy = parser->lexer;
	}
	return true;
}

static bool parse_rest(struct parser *parser)
{
	struct command *command = parser->command;

	switch (command->info->shape) {
	case SHAPE_NOTHING:
	case SHAPE_COMMAND: /* never: `time` has been taken off */
		return true;
	case SHAPE_TOPIC:
		return parse_topic(parser);
	case SHAPE_NUMBER:
		return parse_number(parser);
	case SHAPE_CAPABILITY:
		return expect_kind(parser, CAPNP_TOKEN_CAPABILITY, "@CAPABILITY",
				   &command->capability);
	case SHAPE_PROCESS:
		return expect_kind(parser, CAPNP_TOKEN_CAPABILITY, "@PROCESS",
				   &command->capability);
	case SHAPE_CALL:
		return parse_call(parser);
	case SHAPE_RUN:
		return parse_run(parser);
	case SHAPE_ARGUMENTS:
		return parse_arguments(parser);
	}
	return false;
}

static bool unknown_command(struct parser *parser, struct text name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		nearest_offer(&nearest, text_of(command_table[i].name));
	sink_strings(parser->problem, "no command `", nullptr);
	sink_text(parser->problem, name);
	sink_strings(parser->problem, "`", nullptr);
	nearest_write(&nearest, "", parser->problem);
	return false;
}

static void reset(struct command *command)
{
	command->info = nullptr;
	command->timed = false;
	command->capability = command->method = command->result_name = text_of("");
	command->topic = command->topic_method = command->program = text_of("");
	command->fields = command->budget = text_of("");
	command->has_number = false;
	command->argument_count = command->grant_count = 0;
	command->pool_used = 0;
}

bool parser_parse(struct text line, struct command *out, struct sink *problem)
{
	struct parser parser = { .command = out, .problem = problem };
	struct text name;

	reset(out);
	out->line = line;
	lexer_init(&parser.lexer, line);
	if (lexer_peek(&parser.lexer).kind == CAPNP_TOKEN_END)
		return true;
	do {
		if (!expect_kind(&parser, CAPNP_TOKEN_WORD, "a command", &name))
			return false;
		out->info = command_find(name);
		if (!out->info)
			return unknown_command(&parser, name);
		out->timed |= out->info->shape == SHAPE_COMMAND;
	} while (out->info->shape == SHAPE_COMMAND);
	if (!parse_rest(&parser))
		return false;

	struct token rest = lexer_peek(&parser.lexer);

	return rest.kind == CAPNP_TOKEN_END ||
	       refuse(&parser, "the end of the line", rest);
}

/* SPDX-License-Identifier: MIT */
/*
 * parser.c - see parser.h. Recursive descent, nested at most LITERAL_DEPTH_MAX deep.
 */
#include "programs/shell/parser.h"

#include "programs/shell/lexer.h"
#include "programs/shell/number.h"

struct parser {
	struct lexer lexer;
	struct command *command;
	struct sink *problem;
};

/* "expected X, found Y (column N)"; always false, for the caller to return. */
static bool refuse(struct parser *parser, const char *expected, struct token found)
{
	sink_strings(parser->problem, "expected ", expected, ", found ", nullptr);
	if (found.kind == TOKEN_END) {
		sink_strings(parser->problem, "the end of the line", nullptr);
	} else if (found.kind == TOKEN_UNTERMINATED) {
		sink_strings(parser->problem, "a text without its closing quote",
			     nullptr);
	} else {
		sink_strings(parser->problem, "`",
			     found.kind == TOKEN_CAPABILITY ? "@" : "", nullptr);
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

	if (token.kind != TOKEN_WORD || !text_is(token.text, keyword))
		return false;
	(void)lexer_next(&parser->lexer);
	return true;
}

static bool expect_kind(struct parser *parser, enum token_kind kind, const char *what,
			struct text *out)
{
	struct token token = lexer_next(&parser->lexer);

	if (token.kind != kind || token.text.size == 0)
		return refuse(parser, what, token);
	*out = token.text;
	return true;
}

/* Decodes the text or data in @token into the pool. */
static bool decode(struct parser *parser, struct token token, struct text *out)
{
	struct command *command = parser->command;
	char *place = command->pool + command->pool_used;
	size_t room = sizeof(command->pool) - command->pool_used;
	size_t size = 0;
	enum decode_result result =
		token.kind == TOKEN_DATA
			? lexer_decode_data(token.text, place, room, &size)
			: lexer_decode_text(token.text, place, room, &size);

	switch (result) {
	case DECODE_OK:
		break;
	case DECODE_BAD_ESCAPE:
		return refuse(parser,
			      "escapes \\n \\r \\t \\e \\0 \\\\ \\\" \\xHH in a text",
			      token);
	case DECODE_BAD_DIGIT:
		return refuse(parser, "pairs of hexadecimal digits in data", token);
	case DECODE_NO_ROOM:
		return too_many(parser, "bytes of text in one command");
	}
	command->pool_used += size;
	*out = (struct text){ place, size };
	return true;
}

static bool parse_value(struct parser *parser, struct text name, int depth,
			struct literal **out);

/* Elements up to @close, joined from *@link on; with names if @named. */
static bool parse_elements(struct parser *parser, bool named, char close, int depth,
			   struct literal **link)
{
	if (take_punctuation(parser, close))
		return true;
	do {
		struct text name = { "", 0 };

		if (named &&
		    !(expect_kind(parser, TOKEN_WORD, "the name of a field", &name) &&
		      expect_punctuation(parser, '=')))
			return false;
		if (!parse_value(parser, name, depth + 1, link))
			return false;
		link = &(*link)->next;
	} while (take_punctuation(parser, ','));
	if (!take_punctuation(parser, close))
		return refuse(parser, close == ']' ? "`,` or `]`" : "`,` or `)`",
			      lexer_peek(&parser->lexer));
	return true;
}

static bool parse_scalar(struct parser *parser, struct token token,
			 struct literal *literal)
{
	literal->text = token.text;
	switch (token.kind) {
	case TOKEN_NUMBER:
		literal->kind = LITERAL_NUMBER;
		return true;
	case TOKEN_WORD:
		literal->kind = LITERAL_WORD;
		return true;
	case TOKEN_CAPABILITY:
		literal->kind = LITERAL_CAPABILITY;
		return token.text.size > 0 || refuse(parser, "a name after @", token);
	case TOKEN_TEXT:
		literal->kind = LITERAL_TEXT;
		return decode(parser, token, &literal->text);
	case TOKEN_DATA:
		literal->kind = LITERAL_DATA;
		return decode(parser, token, &literal->text);
	case TOKEN_END:
	case TOKEN_PUNCTUATION:
	case TOKEN_UNTERMINATED:
	case TOKEN_STRAY:
		break;
	}
	return refuse(parser, "a value", token);
}

static bool parse_value(struct parser *parser, struct text name, int depth,
			struct literal **out)
{
	struct command *command = parser->command;
	struct token token = lexer_next(&parser->lexer);

	if (depth > LITERAL_DEPTH_MAX)
		return too_many(parser, "lists and structs inside one another");
	if (command->literal_count == COMMAND_LITERALS_MAX)
		return too_many(parser, "values in one command");

	struct literal *literal = &command->literals[command->literal_count++];

	*literal = (struct literal){ .name = name };
	*out = literal;
	if (token_is(token, '[')) {
		literal->kind = LITERAL_LIST;
		return parse_elements(parser, false, ']', depth, &literal->first);
	}
	if (token_is(token, '(')) {
		literal->kind = LITERAL_STRUCT;
		return parse_elements(parser, true, ')', depth, &literal->first);
	}
	return parse_scalar(parser, token, literal);
}

static bool parse_call(struct parser *parser)
{
	struct command *command = parser->command;
	struct literal **link = &command->fields;

	if (!expect_kind(parser, TOKEN_CAPABILITY, "@CAPABILITY.METHOD",
			 &command->capability) ||
	    !expect_punctuation(parser, '.') ||
	    !expect_kind(parser, TOKEN_WORD, "the name of a method", &command->method))
		return false;
	while (lexer_peek(&parser->lexer).kind != TOKEN_END) {
		struct text name;

		if (!expect_kind(parser, TOKEN_WORD, "NAME=VALUE", &name))
			return false;
		if (text_is(name, "as") && !token_is(lexer_peek(&parser->lexer), '='))
			return expect_kind(parser, TOKEN_WORD,
					   "a name for the resulting capability",
					   &command->result_name);
		if (!expect_punctuation(parser, '=') ||
		    !parse_value(parser, name, 0, link))
			return false;
		link = &(*link)->next;
	}
	return true;
}

/* A word or a text: the name of a program or of a grant. */
static bool parse_name(struct parser *parser, const char *what, struct text *out)
{
	struct token token = lexer_next(&parser->lexer);

	if (token.kind == TOKEN_TEXT)
		return decode(parser, token, out);
	if (token.kind != TOKEN_WORD)
		return refuse(parser, what, token);
	*out = token.text;
	return true;
}

static bool parse_source(struct parser *parser, struct command_grant *grant)
{
	struct token token = lexer_next(&parser->lexer);

	if (token.kind == TOKEN_CAPABILITY && token.text.size > 0) {
		grant->source = GRANT_CAPABILITY;
		grant->capability = token.text;
		return true;
	}
	if (token.kind != TOKEN_WORD || !text_is(token.text, "own"))
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

	if (token.kind == TOKEN_END)
		return true;
	token = lexer_peek(&parser->lexer);
	return token.kind == TOKEN_WORD &&
	       (text_is(token.text, "with") || text_is(token.text, "budget"));
}

static bool parse_argument(struct parser *parser)
{
	struct command *command = parser->command;
	struct token token = lexer_argument(&parser->lexer);

	if (token.kind == TOKEN_UNTERMINATED)
		return refuse(parser, "an argument", token);
	if (command->argument_count == COMMAND_ARGUMENTS_MAX)
		return too_many(parser, "arguments");

	struct text *out = &command->arguments[command->argument_count++];

	if (token.kind == TOKEN_TEXT)
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
				       ? parse_value(parser, text_of("budget"), 0,
						     &command->budget)
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

	if (lexer_peek(&parser->lexer).kind == TOKEN_END)
		return true;
	if (!expect_kind(parser, TOKEN_WORD, "a name", &command->topic))
		return false;
	return !take_punctuation(parser, '.') ||
	       expect_kind(parser, TOKEN_WORD, "the name of a method",
			   &command->topic_method);
}

static bool parse_number(struct parser *parser)
{
	struct command *command = parser->command;
	struct token token = lexer_peek(&parser->lexer);
	struct number number;

	if (token.kind == TOKEN_END)
		return true;
	(void)lexer_next(&parser->lexer);
	if (token.kind != TOKEN_NUMBER ||
	    number_parse(token.text, &number) != NUMBER_OK || number.negative)
		return refuse(parser, "a number", token);
	command->has_number = true;
	command->number = number.magnitude;
	return true;
}

static bool parse_arguments(struct parser *parser)
{
	struct lexer copy = parser->lexer;

	while (lexer_argument(&copy).kind != TOKEN_END) {
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
		return expect_kind(parser, TOKEN_CAPABILITY, "@CAPABILITY",
				   &command->capability);
	case SHAPE_PROCESS:
		return expect_kind(parser, TOKEN_CAPABILITY, "@PROCESS",
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
	command->fields = command->budget = nullptr;
	command->has_number = false;
	command->argument_count = command->grant_count = 0;
	command->literal_count = command->pool_used = 0;
}

bool parser_parse(struct text line, struct command *out, struct sink *problem)
{
	struct parser parser = { .command = out, .problem = problem };
	struct text name;

	reset(out);
	lexer_init(&parser.lexer, line);
	if (lexer_peek(&parser.lexer).kind == TOKEN_END)
		return true;
	do {
		if (!expect_kind(&parser, TOKEN_WORD, "a command", &name))
			return false;
		out->info = command_find(name);
		if (!out->info)
			return unknown_command(&parser, name);
		out->timed |= out->info->shape == SHAPE_COMMAND;
	} while (out->info->shape == SHAPE_COMMAND);
	if (!parse_rest(&parser))
		return false;

	struct token rest = lexer_peek(&parser.lexer);

	return rest.kind == TOKEN_END || refuse(&parser, "the end of the line", rest);
}

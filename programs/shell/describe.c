/* SPDX-License-Identifier: MIT */
/*
 * describe.c - see describe.h.
 */
#include "programs/shell/describe.h"

#include "programs/shell/catalog.h"

enum {
	DOC_INDENT = 4,
	SIGNATURE_INDENT = 6,
	NAME_WIDTH = 16,
	LINE_WIDTH = 79,
	SIGNATURE_BYTES = 1024,
	JOINT = 0x1f, /* a blank at which no line is broken */
};

/* The end of the word at @at; a joint is part of a word. */
static size_t word_end(struct text text, size_t at)
{
	while (at < text.size && text.bytes[at] != ' ' && text.bytes[at] != '\n')
		at++;
	return at;
}

/* Writes one word of @text with its joints as blanks. */
static void write_word(struct text word, struct sink *sink)
{
	for (size_t i = 0; i < word.size; i++)
		sink_byte(sink, word.bytes[i] == JOINT ? ' ' : word.bytes[i]);
}

/*
 * Writes the words of @text in lines that fit the screen. The cursor stands at @column;
 * further lines begin behind @indent blanks.
 */
static void fill(struct text text, size_t column, size_t indent, struct sink *sink)
{
	bool line_start = true;
	size_t end;

	for (size_t at = 0; at < text.size; at = end + 1) {
		struct text word;

		end = word_end(text, at);
		word = (struct text){ text.bytes + at, end - at };
		if (word.size == 0)
			continue;
		if (!line_start && column + 1 + word.size > LINE_WIDTH) {
			sink_byte(sink, '\n');
			sink_blanks(sink, indent);
			column = indent;
		} else if (!line_start) {
			sink_byte(sink, ' ');
			column++;
		}
		write_word(word, sink);
		column += word.size;
		line_start = false;
	}
	sink_byte(sink, '\n');
}

/* Whether a line of a comment stands for itself: an empty or an indented one. */
static bool is_verbatim(const char *line)
{
	return *line == '\n' || *line == ' ' || *line == '\0';
}

/* The text up to the next line that stands for itself. */
static struct text take_paragraph(const char *doc)
{
	size_t size = 0;

	do {
		while (doc[size] != '\0' && doc[size] != '\n')
			size++;
		if (doc[size] == '\n')
			size++;
	} while (doc[size - 1] == '\n' && !is_verbatim(doc + size));
	return (struct text){ doc, size };
}

/* A comment behind @indent blanks, its paragraphs filled anew. */
static void write_doc(const char *doc, size_t indent, struct sink *sink)
{
	while (*doc) {
		struct text part = { doc, 0 };

		if (!is_verbatim(doc)) {
			part = take_paragraph(doc);
			sink_blanks(sink, indent);
			fill(part, indent, indent, sink);
		} else {
			while (part.bytes[part.size] != '\0' &&
			       part.bytes[part.size] != '\n')
				part.size++;
			sink_blanks(sink, part.size ? indent : 0);
			sink_text(sink, part);
			sink_byte(sink, '\n');
			part.size += part.bytes[part.size] == '\n';
		}
		doc += part.size;
	}
}

/* (name :Type, name :Type) */
static void write_fields(const struct capnp_struct_info *info, struct sink *sink)
{
	static const char joint[] = { JOINT, ':', '\0' };

	sink_byte(sink, '(');
	for (size_t i = 0; i < info->field_count; i++) {
		sink_strings(sink, i ? ", " : "", info->fields[i].name, joint, nullptr);
		catalog_write_type(&info->fields[i].type, sink);
	}
	sink_byte(sink, ')');
}

/* A results struct that the schema names stands there by its name. */
static bool is_named(const struct capnp_struct_info *info)
{
	for (const char *c = info->name; *c; c++) {
		if (*c == '.')
			return false;
	}
	return true;
}

/* The cursor stands at @column; further lines of a long one begin six further in. */
static void write_signature(const struct capnp_method_info *method, size_t column,
			    struct sink *sink)
{
	char bytes[SIGNATURE_BYTES];
	struct sink_buffer buffer;

	sink_buffer_init(&buffer, bytes, sizeof(bytes));
	sink_strings(&buffer.sink, method->name, " ", nullptr);
	write_fields(method->params, &buffer.sink);
	sink_strings(&buffer.sink, " -> ", nullptr);
	if (is_named(method->results))
		sink_strings(&buffer.sink, method->results->name, nullptr);
	else
		write_fields(method->results, &buffer.sink);
	fill(sink_buffer_text(&buffer), column, SIGNATURE_INDENT, sink);
}

/* " extends A, B", or " facet of A". */
static void write_relatives(const struct capnp_interface_info *info, struct sink *sink)
{
	for (size_t i = 0; i < info->superclass_count; i++)
		sink_strings(sink, i ? ", " : " extends ", info->superclasses[i]->name,
			     nullptr);
	if (info->facet_of)
		sink_strings(sink, " facet of ", info->facet_of->name, nullptr);
}

static void write_methods(const struct capnp_interface_info *info, struct sink *sink)
{
	for (size_t i = 0; i < info->method_count; i++) {
		sink_strings(sink, "\n  ", nullptr);
		write_signature(&info->methods[i], 2, sink);
		write_doc(info->methods[i].doc, 2 * DOC_INDENT, sink);
	}
}

void describe_interface(const struct capnp_interface_info *info, struct sink *sink)
{
	const struct capnp_interface_info *ancestors[ANCESTORS_MAX];
	size_t count;

	sink_strings(sink, "interface ", info->name, nullptr);
	write_relatives(info, sink);
	sink_byte(sink, '\n');
	write_doc(info->doc, DOC_INDENT, sink);
	write_methods(info, sink);
	count = capnp_interface_ancestors(info, ancestors, ANCESTORS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (ancestors[i]->method_count == 0)
			continue;
		sink_strings(sink, "\n  of ", ancestors[i]->name, ":\n", nullptr);
		write_methods(ancestors[i], sink);
	}
}

static void write_enum(const struct capnp_enum_info *info, struct sink *sink)
{
	sink_strings(sink, "\n  enum ", info->name, "\n", nullptr);
	write_doc(info->doc, DOC_INDENT, sink);
	for (size_t i = 0; i < info->enumerant_count; i++) {
		sink_blanks(sink, DOC_INDENT);
		sink_strings(sink, info->enumerants[i].name, "\n", nullptr);
		write_doc(info->enumerants[i].doc, 2 * DOC_INDENT, sink);
	}
}

/* The fields one under the other; members of unions and groups further in. */
static void write_members(const struct capnp_struct_info *info, size_t indent,
			  struct sink *sink)
{
	for (size_t i = 0; i < info->field_count; i++) {
		const struct capnp_field_info *field = &info->fields[i];

		sink_blanks(sink, indent);
		if (field->discriminant_value != CAPNP_NO_DISCRIMINANT)
			sink_strings(sink, "| ", nullptr);
		sink_strings(sink, field->name, " :", nullptr);
		if (field->kind == CAPNP_FIELD_GROUP) {
			sink_strings(sink, "group\n", nullptr);
			write_doc(field->doc, indent + DOC_INDENT, sink);
			write_members(field->type.structure, indent + DOC_INDENT, sink);
			continue;
		}
		catalog_write_type(&field->type, sink);
		sink_byte(sink, '\n');
		write_doc(field->doc, indent + DOC_INDENT, sink);
	}
}

static void write_struct(const struct capnp_struct_info *info, struct sink *sink)
{
	sink_strings(sink, "\n  struct ", info->name, "\n", nullptr);
	write_doc(info->doc, DOC_INDENT, sink);
	write_members(info, DOC_INDENT, sink);
}

/* The enums and structs that the fields of @info have for types. */
static void write_types(const struct capnp_struct_info *info, struct sink *sink)
{
	for (size_t i = 0; i < info->field_count; i++) {
		const struct capnp_type_info *type = &info->fields[i].type;

		while (type->kind == CAPNP_KIND_LIST)
			type = type->element;
		if (type->kind == CAPNP_KIND_ENUM)
			write_enum(type->enumeration, sink);
		else if (type->kind == CAPNP_KIND_STRUCT)
			write_struct(type->structure, sink);
	}
}

void describe_method(const struct capnp_interface_info *info,
		     const struct capnp_method_info *method, struct sink *sink)
{
	sink_strings(sink, info->name, ".", nullptr);
	write_signature(method, text_of(info->name).size + 1, sink);
	write_doc(method->doc, DOC_INDENT, sink);
	write_types(method->params, sink);
	if (is_named(method->results))
		write_struct(method->results, sink);
	else
		write_types(method->results, sink);
}

void describe_defaults(const struct capnp_struct_info *info, struct sink *sink)
{
	for (size_t i = 0; i < info->field_count; i++) {
		sink_strings(sink, "  ", nullptr);
		sink_padded(sink, text_of(info->fields[i].name), NAME_WIDTH);
		sink_number(sink, info->fields[i].default_bits);
		sink_byte(sink, '\n');
		write_doc(info->fields[i].doc, 2 * DOC_INDENT, sink);
	}
}

/* Lines as they are, each behind @indent blanks. */
static void write_lines(const char *text, size_t indent, struct sink *sink)
{
	for (bool line_start = true; *text; text++) {
		if (line_start)
			sink_blanks(sink, indent);
		sink_byte(sink, *text);
		line_start = *text == '\n';
	}
}

void describe_command(const struct command_info *info, struct sink *sink)
{
	sink_strings(sink, info->name, *info->usage ? " " : "", info->usage, "\n",
		     nullptr);
	sink_blanks(sink, DOC_INDENT);
	sink_strings(sink, info->summary, "\n", nullptr);
	write_lines(info->manual, DOC_INDENT, sink);
}

void describe_all_commands(struct sink *sink)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		sink_strings(sink, "  ", nullptr);
		sink_padded(sink, text_of(command_table[i].name), 10);
		sink_strings(sink, command_table[i].summary, "\n", nullptr);
	}
	sink_strings(sink,
		     "help COMMAND explains one; help values, how values are written.\n",
		     nullptr);
}

void describe_values(struct sink *sink)
{
	sink_strings(sink,
		     "  number      42  -7  1_000_000  0x1f  017  0b101  2.5  1e-5  inf\n"
		     "  Text        \"hello\"  with \\n \\r \\t \\e \\0 \\\\ \\\" \\xHH "
		     "\\ooo\n"
		     "  Data        0x\"00 ff\"  or a text\n"
		     "  Bool        true  false\n"
		     "  Void        void\n"
		     "  enum        its name: warning\n"
		     "  List        [1, 2, 3]\n"
		     "  struct      (name = value, other = value)\n"
		     "  capability  @name, or null\n"
		     "A # starts a comment.\n",
		     nullptr);
}

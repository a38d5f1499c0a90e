// SPDX-License-Identifier: MIT
// judge_checks.cc - check_value(): everything that both sides do with one value.
#include <capnp/pretty-print.h>
#include <capnp/serialize-packed.h>
#include <capnp/serialize-text.h>

#include <cstring>

#include "tests/conformance/judge_case.hh"

using capnp::DynamicStruct;
using capnp::word;

namespace
{

typedef kj::ArrayPtr<const word> Framed;

const uint32_t SEGMENTS_MAX = 512;

uint32_t segment_count(Framed message)
{
	uint32_t less_one;

	std::memcpy(&less_one, message.begin(), sizeof(less_one));
	return less_one + 1;
}

std::string text_of(DynamicStruct::Reader root)
{
	return kj::str(root).cStr();
}

bool is_cap(capnp::Type type)
{
	return type.isInterface() ||
	       (type.isAnyPointer() &&
		type.whichAnyPointerKind() ==
			capnp::schema::Type::AnyPointer::Unconstrained::CAPABILITY);
}

/* Each field on a line, also those that are null: their defaults show. */
void text_of_fields(DynamicStruct::Reader root, std::string &out)
{
	for (auto field : root.getSchema().getFields()) {
		auto proto = field.getProto();
		bool active = proto.getDiscriminantValue() ==
			      capnp::schema::Field::NO_DISCRIMINANT;

		KJ_IF_MAYBE (chosen, root.which())
			active = active || *chosen == field;
		if (!active)
			continue;
		out += proto.getName().cStr();
		out += " = ";
		if (proto.isGroup()) {
			out += "(\n";
			text_of_fields(root.get(field).as<DynamicStruct>(), out);
			out += ")\n";
			continue;
		}
		/* A null capability has a client in C++, too. */
		if (is_cap(field.getType()) && !root.has(field))
			out += "null";
		else if (field.getType().isFloat32())
			out += kj::str(root.get(field).as<float>()).cStr();
		else
			out += kj::str(root.get(field)).cStr();
		out += "\n";
	}
}

/* Both messages hold the same, down to what is null and what is not. */
void same_message(const Case &it, const char *what, DynamicStruct::Reader expected,
		  DynamicStruct::Reader found)
{
	capnp::AnyStruct::Reader left = expected, right = found;

	if (same(it, what, nullptr, chars(text_of(expected)), chars(text_of(found))) &&
	    left.equals(right) == capnp::Equality::NOT_EQUAL)
		differ(it, what, chars("the same text and the same message"),
		       chars("the same text of another message"));
}

/* What the subject reads in @message as a @root is what C++ reads. */
bool check_reading(const Case &it, const char *what, Framed message, const Root &root)
{
	Message theirs(message, root.schema);
	Bytes in(message.asBytes()), text, pretty;

	return same(it, what, subject_render(root.index, &in.it, SUBJECT_SHORT, &text.it),
		    chars(text_of(theirs.root)), text.chars()) &&
	       same(it, "text in lines",
		    subject_render(root.index, &in.it, SUBJECT_PRETTY, &pretty.it),
		    chars(capnp::prettyPrint(theirs.root).flatten().cStr()),
		    pretty.chars());
}

/* Both make the same packed bytes, and unpack each other's. */
void check_packing(const Case &it, Framed message)
{
	capnp::FlatArrayMessageReader reader(message);
	kj::Vector<kj::ArrayPtr<const word>> segments;
	kj::VectorOutputStream packed;
	Bytes in(message.asBytes()), ours, unpacked;

	for (uint32_t i = 0; i < segment_count(message); i++)
		segments.add(reader.getSegment(i));
	capnp::writePackedMessage(packed, segments.asPtr());

	Bytes theirs(packed.getArray());

	same(it, "packed", subject_pack(&in.it, &ours.it), theirs.chars(), ours.chars());
	same(it, "unpacked", subject_unpack(&theirs.it, &unpacked.it), in.chars(),
	     unpacked.chars());
}

/* The same in many small segments, so that pointers lead from one to another. */
void check_segments(const Case &it, Dice &dice, DynamicStruct::Reader value)
{
	static const uint32_t sizes[] = { 1, 2, 3, 5, 8, 20, 60 };
	kj::Array<word> message;

	do {
		uint32_t size = sizes[dice.under(7)];

		message = framed(value, size);
	} while (segment_count(message) > SEGMENTS_MAX);
	check_reading(it, "small segments", message, *it.root);
	check_packing(it, message);
}

void check_fields(const Case &it, Framed message, const Root &root)
{
	Message theirs(message, root.schema);
	Bytes in(message.asBytes()), text;
	std::string expected;

	text_of_fields(theirs.root, expected);
	same(it, "field by field",
	     subject_render(root.index, &in.it, SUBJECT_FIELDS, &text.it),
	     chars(expected), text.chars());
}

/* What the subject builds, C++ reads as the same. */
void check_rebuilding(const Case &it, Dice &dice, Framed message)
{
	static const uint32_t rooms[] = { 0, 0, 4, 16, 100 };
	Bytes in(message.asBytes()), out;
	const char *refused = subject_rebuild(
		it.root->index, &in.it, rooms[dice.under(2)], dice.one_in(2), &out.it);

	if (refused) {
		same(it, "building", refused, chars("a message"), nullptr);
		return;
	}
	Message ours(out.words(), it.root->schema);

	same_message(it, "what is built", Message(message, it.root->schema).root,
		     ours.root);
}

/* Whether there is nothing in it that only a message can hold. */
bool can_be_written(const std::string &text)
{
	return text.find("<opaque pointer>") == std::string::npos &&
	       text.find("<external capability>") == std::string::npos;
}

/* The value's text means the same message to both; so does the text in lines. */
void check_parsing(const Case &it, DynamicStruct::Reader value)
{
	capnp::TextCodec codec;

	for (bool lines : { false, true }) {
		kj::String text =
			lines ? capnp::prettyPrint(value).flatten() : kj::str(value);
		capnp::MallocMessageBuilder message;
		auto theirs = message.initRoot<DynamicStruct>(it.root->schema);

		codec.decode(text, theirs);

		Bytes in(text.asBytes()), out;
		const char *refused = subject_parse(it.root->index, &in.it, &out.it);

		if (refused) {
			same(it, "text parsed", refused, text, nullptr);
			continue;
		}
		Message ours(out.words(), it.root->schema);

		/* Their own parser makes 0 of -0. */
		if (text_of(theirs.asReader()) == it.text)
			same_message(it, "text parsed", theirs.asReader(), ours.root);
		else
			same(it, "text parsed", nullptr, chars(it.text),
			     chars(text_of(ours.root)));
	}
}

} // namespace

void check_value(Case &it, Dice &dice, DynamicStruct::Reader value)
{
	kj::Array<word> flat =
		framed(value, static_cast<uint32_t>(value.totalSize().wordCount) + 1);

	it.text = text_of(value);
	if (!check_reading(it, "one segment", flat, *it.root))
		return;
	check_fields(it, flat, *it.root);
	check_segments(it, dice, value);
	check_packing(it, flat);
	if (it.sibling)
		check_reading(it, "another version's message", flat, *it.sibling);
	if (!it.has_beyond && !it.has_unknowns)
		check_rebuilding(it, dice, flat);
	if (!it.has_beyond && can_be_written(it.text))
		check_parsing(it, value);
}

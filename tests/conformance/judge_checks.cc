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
kj::Array<word> in_small_segments(Dice &dice, DynamicStruct::Reader value)
{
	static const uint32_t sizes[] = { 1, 2, 3, 5, 8, 20, 60 };
	kj::Array<word> message;

	do
		message = framed(value, sizes[dice.under(7)]);
	while (segment_count(message) > SEGMENTS_MAX);
	return message;
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

uint32_t some_piece(Dice &dice)
{
	static const uint32_t sizes[] = { 0, 0, 1, 2, 5, 30 };

	return sizes[dice.under(6)];
}

/* What the subject builds or copies, C++ reads as the same. */
void check_built(const Case &it, const char *what, const char *refused,
		 const Bytes &built, DynamicStruct::Reader value)
{
	if (refused)
		same(it, what, refused, chars("a message"), nullptr);
	else
		same_message(it, what, value,
			     Message(built.words(), it.root->schema).root);
}

void check_building(const Case &it, Dice &dice, Framed message)
{
	static const subject_order orders[] = { SUBJECT_FORWARDS, SUBJECT_BACKWARDS,
						SUBJECT_APART };
	Bytes in(message.asBytes()), out, copy;
	Message theirs(message, it.root->schema);

	if (!it.has_beyond)
		check_built(it, "what is built",
			    subject_rebuild(it.root->index, &in.it, some_piece(dice),
					    orders[dice.under(3)], &out.it),
			    out, theirs.root);
	check_built(it, "a copy", subject_copy(&in.it, some_piece(dice), &copy.it), copy,
		    theirs.root);
}

const char *text_of(capnp::Equality equality)
{
	switch (equality) {
	case capnp::Equality::EQUAL:
		return "equal";
	case capnp::Equality::NOT_EQUAL:
		return "different";
	default:
		return "equal but for capabilities";
	}
}

/* Both find the same of two messages: equal, different, or neither. */
void check_equality(const Case &it, const char *what, Framed left, Framed right)
{
	Message a(left, it.root->schema), b(right, it.root->schema);
	capnp::AnyStruct::Reader any_a = a.root, any_b = b.root;
	Bytes ours_a(left.asBytes()), ours_b(right.asBytes());

	same(it, what, nullptr, chars(text_of(any_a.equals(any_b))),
	     chars(subject_compare(&ours_a.it, &ours_b.it)));
}

/* Another message of which one field of the root, or of a group, was set or cleared. */
kj::Array<word> changed(Dice &dice, const Root &root, Framed message)
{
	Message theirs(message, root.schema);
	capnp::MallocMessageBuilder copy;
	capnp::BuilderCapabilityTable caps;
	auto any = caps.imbue(copy.getRoot<capnp::AnyPointer>());

	any.setAs<DynamicStruct>(theirs.root);

	auto value = any.getAs<DynamicStruct>(root.schema);
	auto fields = root.schema.getFields();
	Values made(dice, capnp::Orphanage::getForMessageContaining(value), root.schema);

	if (fields.size() != 0)
		made.change(value, fields[dice.under(fields.size())]);
	return capnp::messageToFlatArray(copy);
}

void check_measure(const Case &it, Framed message)
{
	Message theirs(message, it.root->schema);
	capnp::MessageSize expected = theirs.root.totalSize();
	Bytes in(message.asBytes());
	uint64_t words = 0;
	uint32_t caps = 0;
	const char *refused = subject_measure(&in.it, &words, &caps);

	same(it, "total size", refused,
	     kj::str(expected.wordCount, " words, ", expected.capCount, " capabilities"),
	     kj::str(words, " words, ", caps, " capabilities"));
}

kj::Array<word> with_table(Framed segment)
{
	return capnp::messageToFlatArray(kj::arrayPtr(&segment, 1));
}

void check_canonical(const Case &it, Framed message)
{
	Message theirs(message, it.root->schema);
	capnp::AnyStruct::Reader any = theirs.root;
	Bytes in(message.asBytes()), ours;
	const char *refused = subject_canonical(&in.it, &ours.it);

	if (it.has_caps) {
		same(it, "no canonical form", nullptr, chars("refused"),
		     chars(refused ? "refused" : "made"));
		return;
	}

	kj::Array<word> canonical = any.canonicalize();

	if (!same(it, "canonical form", refused, canonical.asBytes().asChars(),
		  ours.chars()))
		return;
	kj::Array<word> framed = with_table(canonical);
	Bytes again(framed.asBytes());

	check_reading(it, "canonical form read", framed, *it.root);
	same(it, "a canonical message", nullptr, chars("canonical"),
	     chars(subject_is_canonical(&again.it)));
	capnp::FlatArrayMessageReader reader(message);
	same(it, "any other message", nullptr,
	     chars(reader.isCanonical() ? "canonical" : "not canonical"),
	     chars(subject_is_canonical(&in.it)));
}

/* Whether there is nothing in it that only a message can hold. */
bool can_be_written(const std::string &text)
{
	return text.find("<opaque pointer>") == std::string::npos &&
	       text.find("<external capability>") == std::string::npos;
}

/* The value's text means the same message to both; so does the text in lines. */
void check_parsing(const Case &it, Dice &dice, DynamicStruct::Reader value)
{
	capnp::TextCodec codec;

	for (bool lines : { false, true }) {
		kj::String text =
			lines ? capnp::prettyPrint(value).flatten() : kj::str(value);
		capnp::MallocMessageBuilder message;
		auto theirs = message.initRoot<DynamicStruct>(it.root->schema);

		codec.decode(text, theirs);

		Bytes in(text.asBytes()), out;
		const char *refused =
			subject_parse(it.root->index, &in.it, some_piece(dice), &out.it);

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

void check_value(Case &it, Dice &dice, DynamicStruct::Reader value, kj::Array<word> built)
{
	kj::Array<word> flat =
		framed(value, static_cast<uint32_t>(value.totalSize().wordCount) + 1);

	/* As it was built: orphans stand before what adopted them, through double far pointers. */
	if (segment_count(built) > SEGMENTS_MAX)
		built = in_small_segments(dice, value);

	kj::Array<word> copied = in_small_segments(dice, value);
	Framed small = dice.one_in(2) ? copied.asPtr() : built.asPtr();

	it.text = text_of(value);
	if (!check_reading(it, "one segment", flat, *it.root))
		return;
	check_fields(it, flat, *it.root);
	check_packing(it, flat);
	check_reading(it, "small segments", small, *it.root);
	check_reading(it, "as it was built", built, *it.root);
	check_packing(it, small);
	if (it.sibling)
		check_reading(it, "another version's message", small, *it.sibling);

	Framed source = dice.one_in(4) ? flat.asPtr() : small;

	check_building(it, dice, source);
	check_measure(it, source);
	check_canonical(it, source);
	check_equality(it, "equality with itself", flat, small);
	check_equality(it, "equality with the like", source,
		       changed(dice, *it.root, source));
	if (it.previous != nullptr)
		check_equality(it, "equality with another", flat, it.previous);
	if (!it.has_beyond && can_be_written(it.text))
		check_parsing(it, dice, value);
	it.previous = kj::mv(flat);
}

// SPDX-License-Identifier: MIT
// judge_values.cc - see judge_values.hh.
#include "tests/conformance/judge_values.hh"

#include <capnp/capability.h>

#include <cmath>
#include <cstring>
#include <limits>

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
using capnp::schema::Type;

uint64_t Dice::next()
{
	state += 0x9e3779b97f4a7c15;

	uint64_t mixed = state;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
	return mixed ^ (mixed >> 31);
}

/* The ends of the range, numbers near zero, and any other. */
template <typename Number> static Number number(Dice &dice)
{
	switch (dice.under(6)) {
	case 0:
		return std::numeric_limits<Number>::max();
	case 1:
		return std::numeric_limits<Number>::min();
	case 2:
		return static_cast<Number>(dice.under(3));
	default:
		return static_cast<Number>(dice.next() >> dice.under(64));
	}
}

template <typename Number> static Number floating(Dice &dice)
{
	static const double some[] = { 0,          -0.0,     1,     -1,    0.1,
				       1e10,       1e-10,    1.5e7, 1e300, 5e-324,
				       123456.789, 16777217, 1e21,  1e22 };
	uint64_t bits = dice.next();
	Number value;

	switch (dice.under(4)) {
	case 0:
		return static_cast<Number>(
			some[dice.under(sizeof(some) / sizeof(some[0]))]);
	case 1:
		return dice.one_in(2) ? std::numeric_limits<Number>::infinity()
				      : -std::numeric_limits<Number>::infinity();
	case 2:
		return static_cast<Number>(
			static_cast<double>(dice.next() % 2000001) / 1000 - 1000);
	default:
		std::memcpy(&value, &bits, sizeof(value));
		return std::isnan(value) ? 0 : value;
	}
}

capnp::Text::Reader Values::text()
{
	static const char *const pieces[] = { "a",
					      "Zebra",
					      " ",
					      "\"",
					      "\\",
					      "\n",
					      "\t",
					      "\x01",
					      "\x7f",
					      "\xc3\xa4",
					      "\xe2\x82\xac",
					      "'",
					      "0x",
					      "\r",
					      "%s",
					      "\xf0\x9f\x98\x80",
					      "(",
					      ")",
					      "[]",
					      "{}",
					      "=",
					      "#" };
	kj::Vector<char> letters;

	for (uint32_t count = dice.under(dice.one_in(20) ? 200 : 9); count > 0; count--) {
		const char *piece =
			pieces[dice.under(sizeof(pieces) / sizeof(pieces[0]))];

		letters.addAll(piece, piece + std::strlen(piece));
	}
	texts.add(kj::heapString(letters.asPtr()));
	return texts.back();
}

capnp::Data::Reader Values::data()
{
	kj::String bytes = kj::heapString(dice.under(dice.one_in(20) ? 300 : 20));

	for (char &byte : bytes)
		byte = dice.one_in(3) ? 0 : static_cast<char>(dice.next());
	texts.add(kj::mv(bytes));
	return texts.back().asBytes();
}

/* What is not behind a pointer, and text and data. */
DynamicValue::Reader Values::plain(capnp::Type type)
{
	switch (type.which()) {
	case Type::BOOL:
		return dice.one_in(2);
	case Type::INT8:
		return number<int8_t>(dice);
	case Type::INT16:
		return number<int16_t>(dice);
	case Type::INT32:
		return number<int32_t>(dice);
	case Type::INT64:
		return number<int64_t>(dice);
	case Type::UINT8:
		return number<uint8_t>(dice);
	case Type::UINT16:
		return number<uint16_t>(dice);
	case Type::UINT32:
		return number<uint32_t>(dice);
	case Type::UINT64:
		return number<uint64_t>(dice);
	case Type::FLOAT32:
		return floating<float>(dice);
	case Type::FLOAT64:
		return floating<double>(dice);
	case Type::TEXT:
		return text();
	case Type::DATA:
		return data();
	case Type::ENUM: {
		uint32_t count = type.asEnum().getEnumerants().size();

		if (!dice.one_in(12))
			return capnp::DynamicEnum(
				type.asEnum(), static_cast<uint16_t>(dice.under(count)));
		beyond++;
		return capnp::DynamicEnum(
			type.asEnum(), static_cast<uint16_t>(count + dice.under(1000)));
	}
	default:
		return capnp::VOID;
	}
}

capnp::DynamicCapability::Client Values::cap(capnp::InterfaceSchema schema)
{
	capnp::Capability::Client broken(KJ_EXCEPTION(FAILED, "nobody calls it"));

	caps++;
	return broken.castAs<capnp::DynamicCapability>(schema);
}

uint32_t Values::list_size(capnp::Type element, int depth)
{
	bool flat = !element.isStruct() && !element.isList();

	if (depth <= 0 || budget < 0)
		return 0;
	if (flat && dice.one_in(25))
		return dice.under(300);
	return dice.under(depth > 2 ? 5 : 3);
}

void Values::fill_list(DynamicList::Builder list, int depth)
{
	capnp::Type element = list.getSchema().getElementType();

	for (uint32_t i = 0; i < list.size(); i++) {
		if (element.isStruct())
			fill(list[i].as<DynamicStruct>(), depth - 1);
		else if (dice.one_in(10))
			continue;
		else if (element.isList())
			fill_list(
				list.init(i, list_size(element.asList().getElementType(),
						       depth - 1))
					.as<DynamicList>(),
				depth - 1);
		else if (element.isInterface())
			list.set(i, cap(element.asInterface()));
		else if (!element.isAnyPointer())
			list.set(i, plain(element));
	}
}

/* Something of a kind that a pointer declared as @type may lead to. */
void Values::fill_any(capnp::AnyPointer::Builder any, capnp::Type type, int depth)
{
	uint32_t kind = dice.under(6);

	switch (type.whichAnyPointerKind()) {
	case Type::AnyPointer::Unconstrained::STRUCT:
		kind = 0;
		break;
	case Type::AnyPointer::Unconstrained::LIST:
		kind = 1 + dice.under(4);
		break;
	case Type::AnyPointer::Unconstrained::CAPABILITY:
		kind = 5;
		break;
	default:
		break;
	}
	unknowns++;
	switch (kind) {
	case 0:
		return fill(any.initAs<DynamicStruct>(known), depth - 1);
	case 1:
		return any.setAs<capnp::Text>(text());
	case 2:
		return any.setAs<capnp::Data>(data());
	case 3: {
		static const Type::Which elements[] = { Type::VOID,   Type::BOOL,
							Type::INT8,   Type::INT16,
							Type::UINT32, Type::FLOAT64,
							Type::TEXT };
		capnp::Type element = elements[dice.under(7)];

		return fill_list(any.initAs<DynamicList>(capnp::ListSchema::of(element),
							 list_size(element, depth)),
				 depth - 1);
	}
	case 4:
		return fill_list(any.initAs<DynamicList>(capnp::ListSchema::of(known),
							 list_size(known, depth)),
				 depth - 1);
	default:
		caps++;
		return any.setAs<capnp::Capability>(capnp::Capability::Client(
			KJ_EXCEPTION(FAILED, "nobody calls it")));
	}
}

/* Made apart, so that it lies before what leads to it. */
capnp::Orphan<DynamicValue> Values::orphan(capnp::Type type, int depth)
{
	if (type.isStruct()) {
		auto made = orphanage.newOrphan(type.asStruct());

		fill(made.get(), depth - 1);
		return kj::mv(made);
	}

	auto made = orphanage.newOrphan(type.asList(),
					list_size(type.asList().getElementType(), depth));

	fill_list(made.get(), depth - 1);
	return kj::mv(made);
}

void Values::set(DynamicStruct::Builder structure, capnp::StructSchema::Field field,
		 int depth)
{
	capnp::Type type = field.getType();

	if (field.getProto().isGroup())
		return fill(structure.init(field).as<DynamicStruct>(), depth);
	if (--budget < 0)
		depth = 0;
	if (type.isInterface())
		return structure.set(field, cap(type.asInterface()));
	if (type.isAnyPointer()) {
		structure.clear(field);
		if (depth <= 0)
			return;
		return fill_any(structure.get(field).as<capnp::AnyPointer>(), type,
				depth);
	}
	if (!type.isStruct() && !type.isList())
		return structure.set(field, plain(type));
	if (depth <= 0)
		return structure.clear(field);
	if (dice.one_in(6))
		return structure.adopt(field, orphan(type, depth));
	if (type.isStruct())
		return fill(structure.init(field).as<DynamicStruct>(), depth - 1);
	fill_list(structure.init(field, list_size(type.asList().getElementType(), depth))
			  .as<DynamicList>(),
		  depth - 1);
}

void Values::change(DynamicStruct::Builder structure, capnp::StructSchema::Field field)
{
	if (dice.one_in(2))
		structure.clear(field);
	else
		set(structure, field, 2);
}

void Values::fill(DynamicStruct::Builder structure, int depth)
{
	auto choices = structure.getSchema().getUnionFields();

	for (auto field : structure.getSchema().getNonUnionFields()) {
		if (field.getProto().isGroup() || !dice.one_in(4))
			set(structure, field, depth);
	}
	if (choices.size() != 0)
		set(structure, choices[dice.under(choices.size())], depth);
}

// SPDX-License-Identifier: MIT
// judge_reflect.cc - check_reflection(): the tables say what the schema says. Both sides
// write it as text, in the form of subject_reflect.c.
#include <capnp/schema-parser.h>

#include "tests/conformance/judge_case.hh"

using capnp::schema::Field;
using capnp::schema::Type;
using capnp::schema::Value;

namespace
{

const int DEPTH = 3;
/* Kinds that the schema language has no number for. */
const unsigned ANY_STRUCT = Type::ANY_POINTER + 1, ANY_LIST = Type::ANY_POINTER + 2;

struct Dump {
	const capnp::SchemaParser &parser;
	std::string &out;
	int indent;
	int depth_left;

	template <typename... Parts> void line(Parts &&...parts) const
	{
		out += std::string(static_cast<size_t>(indent), ' ');
		out += kj::str(kj::fwd<Parts>(parts)...).cStr();
		out += '\n';
	}
	Dump inside() const
	{
		return { parser, out, indent + 1, depth_left - 1 };
	}
	void structure(capnp::StructSchema schema) const;
	void interface(capnp::InterfaceSchema schema) const;
	void enumeration(capnp::EnumSchema schema) const;
	void field(capnp::StructSchema::Field field, kj::StringPtr doc) const;
	void type(capnp::Type type) const;
};

kj::String hexadecimal(uint64_t number)
{
	char text[17];

	std::snprintf(text, sizeof(text), "%016llx",
		      static_cast<unsigned long long>(number));
	return kj::str(text);
}

/* The name in its file, where method$Params, which nobody can write, is method.params. */
kj::String identity(capnp::Schema schema)
{
	kj::StringPtr shown = schema.getProto().getDisplayName();

	KJ_IF_MAYBE (colon, shown.findFirst(':'))
		shown = shown.slice(*colon + 1);

	kj::String name = kj::heapString(shown);

	KJ_IF_MAYBE (dollar, name.asPtr().findFirst('$')) {
		name[*dollar] = '.';
		name[*dollar + 1] = name[*dollar + 1] == 'P' ? 'p' : 'r';
	}
	return kj::str(hexadecimal(schema.getProto().getId()), " ", name);
}

/* Doc comments end in a line end that the tables leave out. */
kj::String trimmed(kj::StringPtr doc)
{
	size_t size = doc.size();

	while (size > 0 && doc[size - 1] == '\n')
		size--;
	return kj::heapString(doc.begin(), size);
}

struct Docs {
	Docs(const capnp::SchemaParser &parser, capnp::Schema schema)
	{
		KJ_IF_MAYBE (info, parser.getSourceInfo(schema))
			source = *info;
	}
	kj::String whole() const
	{
		return trimmed(source.getDocComment());
	}
	kj::String member(uint32_t i) const
	{
		auto members = source.getMembers();

		return i < members.size() ? trimmed(members[i].getDocComment())
					  : kj::str();
	}
	capnp::schema::Node::SourceInfo::Reader source;
};

uint64_t float_bits(double value)
{
	uint64_t bits;

	static_assert(sizeof(bits) == sizeof(value), "");
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

uint64_t float_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* A plain default as the bits that stand in the schema's tables, cut to its size. */
uint64_t default_bits(Value::Reader value)
{
	switch (value.which()) {
	case Value::BOOL:
		return value.getBool();
	case Value::INT8:
		return static_cast<uint8_t>(value.getInt8());
	case Value::INT16:
		return static_cast<uint16_t>(value.getInt16());
	case Value::INT32:
		return static_cast<uint32_t>(value.getInt32());
	case Value::INT64:
		return static_cast<uint64_t>(value.getInt64());
	case Value::UINT8:
		return value.getUint8();
	case Value::UINT16:
		return value.getUint16();
	case Value::UINT32:
		return value.getUint32();
	case Value::UINT64:
		return value.getUint64();
	case Value::FLOAT32:
		return float_bits(value.getFloat32());
	case Value::FLOAT64:
		return float_bits(value.getFloat64());
	case Value::ENUM:
		return value.getEnum();
	default:
		return 0;
	}
}

void Dump::interface(capnp::InterfaceSchema schema) const
{
	Docs docs(parser, schema);

	line("interface ", identity(schema));
	line("doc ", docs.whole());
	for (auto parent : schema.getSuperclasses())
		line("extends ", identity(parent));
	for (auto method : schema.getMethods()) {
		line("method ", method.getProto().getName(), " @", method.getOrdinal(),
		     " of ", hexadecimal(schema.getProto().getId()),
		     method.isStreaming() ? " streaming" : "");
		line("doc ", docs.member(method.getIndex()));
		inside().structure(method.getParamType());
		if (!method.isStreaming())
			inside().structure(method.getResultType());
	}
}

void Dump::enumeration(capnp::EnumSchema schema) const
{
	Docs docs(parser, schema);

	line("enum ", identity(schema));
	line("doc ", docs.whole());
	for (auto enumerant : schema.getEnumerants())
		line("enumerant ", enumerant.getIndex(), " ",
		     enumerant.getProto().getName(), " doc ",
		     docs.member(enumerant.getIndex()));
}

void Dump::type(capnp::Type type) const
{
	unsigned kind = static_cast<unsigned>(type.which());

	if (type.isAnyPointer()) {
		switch (type.whichAnyPointerKind()) {
		case Type::AnyPointer::Unconstrained::STRUCT:
			kind = ANY_STRUCT;
			break;
		case Type::AnyPointer::Unconstrained::LIST:
			kind = ANY_LIST;
			break;
		case Type::AnyPointer::Unconstrained::CAPABILITY:
			kind = Type::INTERFACE;
			break;
		default:
			break;
		}
	}
	line("kind ", kind);
	if (type.isList())
		this->type(type.asList().getElementType());
	else if (type.isEnum())
		enumeration(type.asEnum());
	else if (type.isStruct())
		structure(type.asStruct());
	else if (type.isInterface())
		interface(type.asInterface());
}

void Dump::field(capnp::StructSchema::Field field, kj::StringPtr doc) const
{
	auto proto = field.getProto();

	line("field ", proto.getName(), " member ", proto.getDiscriminantValue());
	line("doc ", doc);
	if (proto.isGroup()) {
		line("group");
		return structure(field.getType().asStruct());
	}

	auto value = proto.getSlot().getDefaultValue();

	line("offset ", proto.getSlot().getOffset(), " default ",
	     hexadecimal(default_bits(value)), " ",
	     value.isText() ? kj::StringPtr(value.getText()) : kj::StringPtr(""));
	type(field.getType());
}

void Dump::structure(capnp::StructSchema schema) const
{
	auto proto = schema.getProto().getStruct();
	Docs docs(parser, schema);

	line("struct ", identity(schema));
	if (depth_left <= 0)
		return;
	line(proto.getIsGroup() ? "group " : "", proto.getDataWordCount(), " words ",
	     proto.getPointerCount(), " pointers");
	if (proto.getDiscriminantCount() != 0)
		line("union of ", proto.getDiscriminantCount(), " at ",
		     proto.getDiscriminantOffset());
	if (!proto.getIsGroup())
		line("doc ", docs.whole());
	for (auto field : schema.getFields())
		inside().field(field, docs.member(field.getIndex()));
}

} // namespace

void check_reflection(const Root &root, const capnp::SchemaParser &parser, uint64_t seed)
{
	std::string expected;
	Bytes found;
	Case it = {};

	it.root = &root;
	it.seed = seed;
	Dump{ parser, expected, 0, DEPTH }.structure(root.schema);
	subject_reflect(root.index, DEPTH, &found.it);
	same(it, "reflection tables", nullptr, chars(expected), found.chars());
}

// SPDX-License-Identifier: MIT
// judge_case.hh - one value of one schema, and the comparisons that are made with it.
#ifndef TESTS_CONFORMANCE_JUDGE_CASE_H
#define TESTS_CONFORMANCE_JUDGE_CASE_H

#include <capnp/capability.h>
#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/schema-parser.h>
#include <capnp/serialize.h>

#include <cstdint>
#include <string>

#include "tests/conformance/judge_values.hh"

extern "C" {
#include "tests/conformance/subject.h"
}

/* What is handed to the subject and what it gives back. */
class Bytes
{
      public:
	Bytes() = default;
	explicit Bytes(kj::ArrayPtr<const kj::byte> from);
	Bytes(const Bytes &) = delete;
	Bytes &operator=(const Bytes &) = delete;
	~Bytes()
	{
		subject_free(&it);
	}
	kj::ArrayPtr<const char> chars() const;
	kj::ArrayPtr<const capnp::word> words() const;

	subject_bytes it = {};
};

/* A framed message that C++ reads, with capabilities for every index. */
class Message
{
      public:
	Message(kj::ArrayPtr<const capnp::word> framed, capnp::StructSchema schema);

      private:
	capnp::FlatArrayMessageReader reader;

      public:
	capnp::DynamicStruct::Reader root;
};

/* A root type, as both sides know it. */
struct Root {
	uint32_t number;
	size_t index; /* in subject_roots */
	std::string name;
	capnp::StructSchema schema;
};

/* One value of a root, and where it came from. */
struct Case {
	const Root *root;
	const Root *sibling; /* an older or newer version of it, or null */
	uint64_t seed;
	uint32_t value;
	bool has_caps, has_unknowns, has_beyond; /* see Values */
	std::string text;                        /* what C++ makes of the value */
	kj::Array<capnp::word> previous;         /* the value before it, framed */
};

struct Score {
	uint64_t comparisons, differences;
};

extern Score score;

/* Whether Bytes hands on other bytes than it was given: for a test of the judge. */
extern bool spoil;

kj::ArrayPtr<const char> chars(const std::string &text);

/* Counts a difference, and prints it with the command that shows it again. */
void differ(const Case &it, const char *what, kj::ArrayPtr<const char> expected,
	    kj::ArrayPtr<const char> found);

/* Whether the subject did not refuse and both are the same; says so if not. */
bool same(const Case &it, const char *what, const char *refused,
	  kj::ArrayPtr<const char> expected, kj::ArrayPtr<const char> found);

/* A message in segments of @segment_words, or larger where an object is. */
kj::Array<capnp::word> framed(capnp::DynamicStruct::Reader root, uint32_t segment_words);

/* All comparisons of one value, which was built as the framed message @built. */
void check_value(Case &it, Dice &dice, capnp::DynamicStruct::Reader value,
		 kj::Array<capnp::word> built);

/* The subject's tables say what the schema says. */
void check_reflection(const Root &root, const capnp::SchemaParser &parser, uint64_t seed);

#endif // TESTS_CONFORMANCE_JUDGE_CASE_H

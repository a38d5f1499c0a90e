/* SPDX-License-Identifier: MIT */
/* judge_values.hh - random values of any schema, the same for the same seed. */
#ifndef TESTS_CONFORMANCE_JUDGE_VALUES_H
#define TESTS_CONFORMANCE_JUDGE_VALUES_H

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <kj/vector.h>

#include <cstdint>

/* A generator of numbers that every computer has alike. */
class Dice
{
      public:
	explicit Dice(uint64_t seed) : state(seed)
	{
	}
	uint64_t next();
	/* Less than @below, which is not 0. */
	uint32_t under(uint32_t below)
	{
		return static_cast<uint32_t>(next() % below);
	}
	bool one_in(uint32_t chances)
	{
		return under(chances) == 0;
	}

      private:
	uint64_t state;
};

/* Fills messages; knows what was put in, for judges that cannot take everything. */
class Values
{
      public:
	/* Pointers of unknown type lead, among others, to structs of type @known. */
	Values(Dice &dice, capnp::Orphanage orphanage, capnp::StructSchema known)
	    : dice(dice), orphanage(orphanage), known(known),
	      budget(static_cast<int32_t>(10 + dice.under(dice.one_in(8) ? 1000 : 100)))
	{
	}

	void fill(capnp::DynamicStruct::Builder structure, int depth);

	/* Sets one field, or makes it what it is by default. */
	void change(capnp::DynamicStruct::Builder structure,
		    capnp::StructSchema::Field field);

	uint32_t caps =
		0; /* capability pointers, which no text and no canonical form has */
	uint32_t unknowns =
		0; /* values behind pointers of unknown type: no text has them */
	uint32_t beyond = 0; /* enum numbers that the schema does not name */
      private:
	void set(capnp::DynamicStruct::Builder structure,
		 capnp::StructSchema::Field field, int depth);
	void fill_list(capnp::DynamicList::Builder list, int depth);
	void fill_any(capnp::AnyPointer::Builder any, capnp::Type type, int depth);
	capnp::Orphan<capnp::DynamicValue> orphan(capnp::Type type, int depth);
	capnp::DynamicCapability::Client cap(capnp::InterfaceSchema schema);
	capnp::DynamicValue::Reader plain(capnp::Type type);
	capnp::Text::Reader text();
	capnp::Data::Reader data();
	uint32_t list_size(capnp::Type element, int depth);

	Dice &dice;
	capnp::Orphanage orphanage;
	capnp::StructSchema known;
	int32_t budget; /* values still to make; after that everything ends soon */
	kj::Vector<kj::String> texts; /* what text() and data() point to */
};

#endif /* TESTS_CONFORMANCE_JUDGE_VALUES_H */

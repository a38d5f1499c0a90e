// SPDX-License-Identifier: MIT
// judge_case.cc - what the comparisons share; see judge_case.hh.
#include "tests/conformance/judge_case.hh"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using capnp::DynamicStruct;
using capnp::word;

namespace
{

const uint64_t DIFFERENCES_SHOWN = 12;
const size_t SHOWN_BYTES = 1500, SHOWN_BEFORE = 200;
const uint32_t CAPS = 4000;

/* Every index of a message is a capability that nobody calls. */
kj::Array<kj::Maybe<kj::Own<capnp::ClientHook>>> hooks()
{
	auto all = kj::heapArrayBuilder<kj::Maybe<kj::Own<capnp::ClientHook>>>(CAPS);

	for (uint32_t i = 0; i < CAPS; i++)
		all.add(capnp::newBrokenCap("nobody calls it"));
	return all.finish();
}

capnp::AnyPointer::Reader imbued(capnp::AnyPointer::Reader root)
{
	static capnp::ReaderCapabilityTable caps(hooks());

	return caps.imbue(root);
}

capnp::ReaderOptions unlimited()
{
	capnp::ReaderOptions limits;

	limits.traversalLimitInWords = UINT64_C(1) << 32;
	return limits;
}

void show(const char *head, kj::ArrayPtr<const char> text)
{
	std::printf("  %s%.*s\n", head,
		    static_cast<int>(std::min(text.size(), SHOWN_BYTES)), text.begin());
}

} // namespace

Score score;
bool spoil;

Bytes::Bytes(kj::ArrayPtr<const kj::byte> from)
{
	it.room = it.size = from.size();
	it.bytes = static_cast<uint8_t *>(std::aligned_alloc(8, (it.size + 8) / 8 * 8));
	std::memcpy(it.bytes, from.begin(), it.size);
	if (spoil && it.size != 0)
		it.bytes[it.size / 2] ^= 1;
}

kj::ArrayPtr<const char> Bytes::chars() const
{
	return kj::arrayPtr(reinterpret_cast<const char *>(it.bytes), it.size);
}

kj::ArrayPtr<const word> Bytes::words() const
{
	return kj::arrayPtr(reinterpret_cast<const word *>(it.bytes),
			    it.size / sizeof(word));
}

Message::Message(kj::ArrayPtr<const word> framed, capnp::StructSchema schema)
    : reader(framed, unlimited()),
      root(imbued(reader.getRoot<capnp::AnyPointer>()).getAs<DynamicStruct>(schema))
{
}

kj::ArrayPtr<const char> chars(const std::string &text)
{
	return kj::arrayPtr(text.data(), text.size());
}

void differ(const Case &it, const char *what, kj::ArrayPtr<const char> expected,
	    kj::ArrayPtr<const char> found)
{
	size_t same = 0;

	if (++score.differences > DIFFERENCES_SHOWN)
		return;
	while (same < expected.size() && same < found.size() &&
	       expected[same] == found[same])
		same++;
	std::printf("DIFFERENT %s, %s: make conformance SEED=%llu SCHEMA=%u VALUE=%u\n",
		    it.root->name.c_str(), what, static_cast<unsigned long long>(it.seed),
		    it.root->number, it.value);
	show("value    ", chars(it.text));
	std::printf("  from byte %zu on\n", same);
	same = same > SHOWN_BEFORE ? same - SHOWN_BEFORE : 0;
	show("expected ",
	     expected.slice(std::min(same, expected.size()), expected.size()));
	show("found    ", found.slice(std::min(same, found.size()), found.size()));
}

bool same(const Case &it, const char *what, const char *refused,
	  kj::ArrayPtr<const char> expected, kj::ArrayPtr<const char> found)
{
	score.comparisons++;
	if (refused)
		differ(it, what, expected, kj::StringPtr(refused).asArray());
	else if (expected != found)
		differ(it, what, expected, found);
	return !refused && expected == found;
}

kj::Array<word> framed(DynamicStruct::Reader root, uint32_t segment_words)
{
	capnp::MallocMessageBuilder message(segment_words,
					    capnp::AllocationStrategy::FIXED_SIZE);
	capnp::BuilderCapabilityTable caps;

	caps.imbue(message.getRoot<capnp::AnyPointer>()).setAs<DynamicStruct>(root);
	return capnp::messageToFlatArray(message);
}

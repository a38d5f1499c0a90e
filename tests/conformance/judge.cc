// SPDX-License-Identifier: MIT
// judge.cc - the reference implementation judges core/capnp over given schemas.
//
//     judge [spoil] FOLDER SEED VALUES [VALUE]
//
// FOLDER/roots.txt has a line for each root type, in the order of subject_roots: its number,
// its file and its name. Two in a row with the same number are versions of each other. For
// each the judge makes VALUES random values (or the one numbered VALUE) and compares what
// both sides make of them. Each difference is printed with the command that shows it alone;
// the last line counts.
//
// With "spoil" the subject gets messages with one bit changed: differences have to be found.
//
//     judge tool OPERATION ROOT [NUMBER] <in >out
//
// The subject alone, so that the reference implementation's own programs can judge it, too.
#include <capnp/schema-parser.h>
#include <kj/filesystem.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <vector>

#include "tests/conformance/judge_case.hh"

using capnp::DynamicStruct;

namespace
{

const int DEPTH = 5, SHALLOW = 2;
const uint32_t FIRST_SEGMENTS_LOG2 = 12;

void check(Case &it, Dice &dice)
{
	const Root &root = *it.root;
	capnp::MallocMessageBuilder message(
		1u << dice.under(dice.one_in(2) ? 2 : FIRST_SEGMENTS_LOG2),
		dice.one_in(2) ? capnp::AllocationStrategy::FIXED_SIZE
			       : capnp::AllocationStrategy::GROW_HEURISTICALLY);
	capnp::BuilderCapabilityTable caps;
	auto value = caps.imbue(message.getRoot<capnp::AnyPointer>())
			     .initAs<DynamicStruct>(root.schema);
	Values made(dice, capnp::Orphanage::getForMessageContaining(value), root.schema);

	made.fill(value, it.value == 0 ? SHALLOW : DEPTH);
	it.has_caps = made.caps != 0;
	it.has_unknowns = made.unknowns != 0;
	it.has_beyond = made.beyond != 0;
	check_value(it, dice, value.asReader(), capnp::messageToFlatArray(message));
}

void check_root(const Root &root, const Root *sibling, uint64_t seed, uint32_t values,
		int64_t only)
{
	Case it = {};

	it.root = &root;
	it.sibling = sibling;
	it.seed = seed;
	for (it.value = 0; it.value < values; it.value++) {
		Dice dice(seed * 0x100000001b3 + root.number * UINT64_C(1000003) +
			  it.value);

		/* With the one before it, which it is compared with. */
		if (only >= 0 && it.value != only && it.value + 1 != only)
			continue;
		KJ_IF_MAYBE (thrown, kj::runCatchingExceptions([&] { check(it, dice); }))
			differ(it, "the judge", chars("no exception"),
			       thrown->getDescription().asArray());
	}
}

/* The types of roots.txt, each file parsed once. */
std::vector<Root> read_roots(const char *path, capnp::SchemaParser &parser,
			     const kj::ReadableDirectory &folder,
			     kj::ArrayPtr<const kj::ReadableDirectory *const> standard)
{
	std::ifstream lines(std::string(path) + "/roots.txt");
	std::map<std::string, capnp::ParsedSchema> files;
	std::vector<Root> roots;
	std::string file;
	Root root = {};

	while (lines >> root.number >> file >> root.name) {
		if (files.count(file) == 0)
			files[file] = parser.parseFromDirectory(
				folder, kj::Path(kj::str(file.c_str())), standard);
		root.schema = files[file].getNested(root.name.c_str()).asStruct();
		if (subject_id(root.index) != root.schema.getProto().getId()) {
			std::fprintf(stderr, "%s is not root %zu\n", root.name.c_str(),
				     root.index);
			std::exit(2);
		}
		roots.push_back(root);
		root.index++;
	}
	return roots;
}

struct Operation {
	const char *name;
	const char *(*run)(size_t root, uint32_t number, const subject_bytes *in,
			   subject_bytes *out);
};

const Operation operations[] = {
	{ "render",
	  [](size_t root, uint32_t, const subject_bytes *in, subject_bytes *out) {
		  return subject_render(root, in, SUBJECT_SHORT, out);
	  } },
	{ "lines",
	  [](size_t root, uint32_t, const subject_bytes *in, subject_bytes *out) {
		  return subject_render(root, in, SUBJECT_PRETTY, out);
	  } },
	{ "rebuild",
	  [](size_t root, uint32_t room, const subject_bytes *in, subject_bytes *out) {
		  return subject_rebuild(root, in, room, SUBJECT_FORWARDS, out);
	  } },
	{ "parse",
	  [](size_t root, uint32_t room, const subject_bytes *in, subject_bytes *out) {
		  return subject_parse(root, in, room, out);
	  } },
	{ "copy", [](size_t, uint32_t room, const subject_bytes *in,
		     subject_bytes *out) { return subject_copy(in, room, out); } },
	{ "canonical", [](size_t, uint32_t, const subject_bytes *in,
			  subject_bytes *out) { return subject_canonical(in, out); } },
	{ "pack", [](size_t, uint32_t, const subject_bytes *in,
		     subject_bytes *out) { return subject_pack(in, out); } },
	{ "unpack", [](size_t, uint32_t, const subject_bytes *in,
		       subject_bytes *out) { return subject_unpack(in, out); } },
};

int run_tool(const char *name, size_t root, uint32_t number)
{
	std::string all((std::istreambuf_iterator<char>(std::cin)),
			std::istreambuf_iterator<char>());
	Bytes in(kj::StringPtr(all.data(), all.size()).asBytes()), out;

	for (const Operation &operation : operations) {
		if (operation.name != kj::StringPtr(name))
			continue;
		const char *refused = operation.run(root, number, &in.it, &out.it);

		if (refused)
			std::fprintf(stderr, "%s: %s\n", name, refused);
		std::fwrite(out.it.bytes, 1, out.it.size, stdout);
		return refused ? 1 : 0;
	}
	std::fprintf(stderr, "no operation %s\n", name);
	return 2;
}

} // namespace

/*
 * The reference implementation makes a text of many small pieces: who asked for each is not
 * worth the time. Its leaks at the end are not ours.
 */
extern "C" const char *__asan_default_options(void)
{
	return "detect_leaks=0:malloc_context_size=0:quarantine_size_mb=1";
}

int main(int count, char **words)
{
	if (count >= 4 && words[1] == kj::StringPtr("tool"))
		return run_tool(words[2], static_cast<size_t>(std::atoi(words[3])),
				count > 4 ? static_cast<uint32_t>(std::atoi(words[4]))
					  : 0);
	if (count > 1 && words[1] == kj::StringPtr("spoil")) {
		spoil = true;
		count--;
		words++;
	}
	if (count < 4) {
		std::fprintf(stderr, "judge [spoil] FOLDER SEED VALUES [VALUE]\n");
		return 2;
	}

	/* A check of the parser for users of its versions before 0.6. */
	setenv("CAPNP_IGNORE_ISSUE_344", "1", 1);

	auto disk = kj::newDiskFilesystem();
	auto folder =
		disk->getRoot().openSubdir(disk->getCurrentPath().evalNative(words[1]));
	auto include = disk->getRoot().openSubdir(kj::Path({ "usr", "include" }));
	const kj::ReadableDirectory *standard[] = { include.get() };
	capnp::SchemaParser parser;
	std::vector<Root> roots = read_roots(words[1], parser, *folder, standard);
	uint64_t seed = std::strtoull(words[2], nullptr, 10);

	for (size_t i = 0; i < roots.size(); i++) {
		const Root *sibling = nullptr;

		if (i > 0 && roots[i - 1].number == roots[i].number)
			sibling = &roots[i - 1];
		else if (i + 1 < roots.size() && roots[i + 1].number == roots[i].number)
			sibling = &roots[i + 1];
		check_reflection(roots[i], parser, seed);
		check_root(roots[i], sibling, seed,
			   static_cast<uint32_t>(std::atoi(words[3])),
			   count > 4 ? std::atoi(words[4]) : -1);
	}
	std::printf("%zu types, %llu comparisons, %llu differences\n", roots.size(),
		    static_cast<unsigned long long>(score.comparisons),
		    static_cast<unsigned long long>(score.differences));
	return score.differences == 0 && score.comparisons != 0 ? 0 : 1;
}

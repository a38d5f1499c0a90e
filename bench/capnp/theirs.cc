/* SPDX-License-Identifier: MIT */
/*
 * theirs.cc - the work of ours.c, by the C++ library of Debian's libcapnp-dev.
 *
 *     theirs ROW COUNT FOLDER
 *
 * It gets what makes that library fastest: messages are read where they lie, built in a
 * scratch segment large enough for all of it, packed and unpacked from one array to
 * another; no row allocates.
 */
#include <capnp/message.h>
#include <capnp/serialize-packed.h>
#include <kj/io.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/capnp/values.h"
#include "gen/work.capnp.h"

namespace
{

constexpr size_t ROOM_WORDS = 1 << 18;
constexpr size_t RECORD_ROOM_WORDS = 128;

alignas(8) capnp::word message[ROOM_WORDS];
alignas(8) capnp::word room[ROOM_WORDS];
size_t message_bytes;

void read_file(const char *folder, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);

	FILE *file = fopen(path, "rb");

	message_bytes = file ? fread(message, 1, sizeof(message), file) : 0;
	if (message_bytes == 0 || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

kj::ArrayPtr<const capnp::word> message_segment()
{
	return kj::arrayPtr(message + 1, message_bytes / 8 - 1);
}

uint64_t sum_of(const void *bytes, size_t size_bytes)
{
	const uint8_t *byte = static_cast<const uint8_t *>(bytes);
	uint64_t sum = size_bytes;

	for (size_t i = 0; i < size_bytes; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3;
	return sum;
}

void fill_record(Record::Builder b, uint32_t i)
{
	b.setId(70000 + i);
	b.setCreatedNs(static_cast<int64_t>(record_created_ns(i)));
	b.setKind(static_cast<Kind>(i % 3));
	b.setFlags(i % 7);
	b.setRatio(i * 0.25);
	b.setScore(static_cast<float>(i) * 0.1F);
	b.setActive(i % 2 == 0);
	b.setHidden(i % 5 == 0);
	b.setLevel(static_cast<uint8_t>(i % 9));
	b.setPort(static_cast<uint16_t>(i * 17));
	b.setBalance(static_cast<int32_t>(i) - 100);
	b.setQuota(i % 4 == 0 ? 5000000 : 1000000);
	memcpy(b.initName(record_name_size(i)).begin(), RECORD_NAME, record_name_size(i));
	memcpy(b.initNote(record_note_size(i)).begin(), RECORD_NOTE, record_note_size(i));

	auto tags = b.initTags(RECORD_TAGS);

	for (uint32_t tag = 0; tag < RECORD_TAGS; tag++)
		tags.set(tag, tag * 100 + i);
	b.setDigest(kj::arrayPtr(RECORD_DIGEST, RECORD_DIGEST_BYTES));
}

uint64_t walk_record(Record::Reader r)
{
	auto tags = r.getTags();
	auto name = r.getName();
	auto note = r.getNote();
	auto digest = r.getDigest();
	uint64_t sum = r.getId();

	sum += static_cast<uint64_t>(r.getCreatedNs());
	sum += static_cast<uint64_t>(r.getKind());
	sum += r.getFlags();
	sum += static_cast<uint64_t>(r.getRatio() * 4);
	sum += static_cast<uint64_t>(r.getScore());
	sum += r.getActive();
	sum += r.getHidden();
	sum += r.getLevel();
	sum += r.getPort();
	sum += static_cast<uint64_t>(static_cast<int64_t>(r.getBalance()));
	sum += r.getQuota();
	sum += name.size() + static_cast<uint8_t>(*name.begin());
	sum += note.size() + static_cast<uint8_t>(*note.begin());
	for (uint32_t i = 0; i < tags.size(); i++)
		sum += tags[i];
	return sum + digest.size() + digest[0];
}

uint64_t read_record(uint32_t count)
{
	kj::ArrayPtr<const capnp::word> segments[1] = { message_segment() };
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		capnp::SegmentArrayMessageReader reader(segments);

		sum += walk_record(reader.getRoot<Record>());
	}
	return sum;
}

uint64_t build_record(uint32_t count)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		capnp::MallocMessageBuilder builder(
			kj::arrayPtr(room, RECORD_ROOM_WORDS));

		fill_record(builder.initRoot<Record>(), i % MIXED_RECORDS);

		auto segment = builder.getSegmentsForOutput()[0];

		if (i == count - 1)
			sum = sum_of(segment.begin(), segment.size() * 8);
	}
	return sum;
}

uint64_t copy_tree(uint32_t count)
{
	kj::ArrayPtr<const capnp::word> segments[1] = { message_segment() };
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		capnp::SegmentArrayMessageReader reader(segments);
		capnp::MallocMessageBuilder builder(kj::arrayPtr(room, ROOM_WORDS));

		builder.setRoot(reader.getRoot<Node>());

		auto segment = builder.getSegmentsForOutput()[0];

		if (i == count - 1)
			sum = sum_of(segment.begin(), segment.size() * 8);
	}
	return sum;
}

/* The table and the segment apart, as writePackedMessage() does it. */
uint64_t pack(uint32_t count)
{
	size_t size = 0;
	auto bytes = kj::arrayPtr(reinterpret_cast<kj::byte *>(room), sizeof(room));

	for (uint32_t i = 0; i < count; i++) {
		kj::ArrayOutputStream array(bytes);
		capnp::_::PackedOutputStream packed(array);

		packed.write(message, message_bytes);
		size = array.getArray().size();
	}
	return sum_of(room, size);
}

uint64_t unpack(uint32_t count)
{
	auto bytes =
		kj::arrayPtr(reinterpret_cast<const kj::byte *>(message), message_bytes);
	size_t words = capnp::computeUnpackedSizeInWords(bytes);

	for (uint32_t i = 0; i < count; i++) {
		kj::ArrayInputStream array(bytes);
		capnp::_::PackedInputStream packed(array);

		packed.read(room, words * 8);
	}
	return sum_of(room, words * 8);
}

} // namespace

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		const char *file;
		uint64_t (*run)(uint32_t count);
	} rows[] = {
		{ "read", "record.bin", read_record },
		{ "build", "record.bin", build_record },
		{ "copy", "tree.bin", copy_tree },
		{ "pack", "mixed.bin", pack },
		{ "unpack", "mixed.packed", unpack },
	};

	for (const auto &row : rows) {
		if (argc == 4 && strcmp(argv[1], row.name) == 0) {
			read_file(argv[3], row.file);
			printf("%lu\n",
			       static_cast<unsigned long>(row.run(static_cast<uint32_t>(
				       strtoul(argv[2], nullptr, 10)))));
			return 0;
		}
	}
	fprintf(stderr, "usage: theirs ROW COUNT FOLDER\n");
	return 2;
}

/* SPDX-License-Identifier: MIT */
/*
 * address_book - writes an address book as one message, and lists one that it reads.
 *
 *     address_book write > people
 *     address_book list < people
 *
 * The message is framed as in files and on streams, so `capnp decode` reads it as well.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "address_book.capnp.h"
#include "core/capnp/frame.h"

enum {
	ROOM_BYTES = 4096,
	INPUT_BYTES_MAX = 1 << 20, /* of a message that we are willing to look at */
	INPUT_SEGMENTS_MAX = 8,
};

/* ---- Writing ------------------------------------------------------------------- */

static void set_name(struct person_builder person, const char *name)
{
	person_set_name(person, name, (uint32_t)strlen(name));
}

static void add_phone(struct phone_builder phone, const char *number,
		      enum phone_kind kind)
{
	phone_set_number(phone, number, (uint32_t)strlen(number));
	phone_set_kind(phone, kind);
}

static void build_ada(struct person_builder ada)
{
	struct list_of_phone_builder phones = person_init_phones(ada, 2);

	person_set_id(ada, 123);
	set_name(ada, "Ada");
	add_phone(phone_builder_at(phones, 0), "555-1212", PHONE_KIND_MOBILE);
	add_phone(phone_builder_at(phones, 1), "555-4567", PHONE_KIND_OFFICE);
	person_work_set_employer(person_init_work(ada), "Analytical Engines", 18);
}

static void build_bob(struct person_builder bob)
{
	person_set_id(bob, 456);
	set_name(bob, "Bob");
	person_work_set_none(person_init_work(bob));
}

static int write_book(void)
{
	static uint64_t room[ROOM_BYTES / 8];
	static uint8_t framed[ROOM_BYTES + 8];
	struct capnp_builder message;

	capnp_builder_init(&message, room, sizeof(room));

	struct address_book_builder book = address_book_new(&message);
	struct list_of_person_builder people = address_book_init_people(book, 2);

	build_ada(person_builder_at(people, 0));
	build_bob(person_builder_at(people, 1));
	/* Setters of a full message do nothing, so one question at the end is enough. */
	if (capnp_builder_failed(&message)) {
		fputs("the address book does not fit\n", stderr);
		return 1;
	}

	struct capnp_segment segment = { .words = room,
					 .word_count = message.used_words };
	size_t size = capnp_frame_write(&segment, 1, framed, sizeof(framed));

	return fwrite(framed, 1, size, stdout) == size ? 0 : 1;
}

/* ---- Reading ------------------------------------------------------------------- */

static const char *kind_name(enum phone_kind kind)
{
	/* A newer program may know kinds that we do not. */
	static const char *const names[] = { "home", "mobile", "office" };

	return kind < PHONE_KIND_COUNT ? names[kind] : "other";
}

static void list_work(struct person_work work)
{
	switch (person_work_which(work)) {
	case PERSON_WORK_SCHOOL:
		printf("  goes to %s\n", person_work_get_school(work).bytes);
		break;
	case PERSON_WORK_EMPLOYER:
		printf("  works for %s\n", person_work_get_employer(work).bytes);
		break;
	case PERSON_WORK_NONE:
		break;
	}
}

static void list_person(struct person person)
{
	struct list_of_phone phones = person_get_phones(person);

	printf("%" PRIu32 " %s\n", person_get_id(person), person_get_name(person).bytes);
	for (uint32_t i = 0; i < phones.l.count; i++) {
		struct phone phone = phone_at(phones, i);

		printf("  %s (%s)\n", phone_get_number(phone).bytes,
		       kind_name(phone_get_kind(phone)));
	}
	list_work(person_get_work(person));
}

/* Prints the book; false, with the reason on stderr, if the message is malformed. */
static bool list_people(struct capnp_reader *message)
{
	struct address_book book;
	char why[CAPNP_ERROR_TEXT_BYTES];

	if (address_book_read(message, &book)) {
		struct list_of_person people = address_book_get_people(book);

		for (uint32_t i = 0; i < people.l.count; i++)
			list_person(person_at(people, i));
	}
	if (!capnp_reader_failed(message))
		return true;
	capnp_reader_error_text(message, why, sizeof(why));
	fprintf(stderr, "not an address book: %s\n", why);
	return false;
}

static int list_book(void)
{
	static uint64_t input[INPUT_BYTES_MAX / 8];
	struct capnp_segment segments[INPUT_SEGMENTS_MAX];
	struct capnp_frame frame;
	struct capnp_reader message;
	size_t size = fread(input, 1, sizeof(input), stdin);
	enum capnp_frame_result result = capnp_frame_parse(
		input, size, INPUT_BYTES_MAX / 8, segments, INPUT_SEGMENTS_MAX, &frame);

	if (result != CAPNP_FRAME_WHOLE) {
		fprintf(stderr, "not a message: %s\n", capnp_frame_text(result));
		return 1;
	}
	capnp_reader_init_segments(&message, segments, frame.segment_count);
	return list_people(&message) ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "write") == 0)
		return write_book();
	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list_book();
	fputs("usage: address_book write | list\n", stderr);
	return 2;
}

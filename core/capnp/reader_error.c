/* SPDX-License-Identifier: MIT */
/* reader_error.c - what was wrong with a message, in words; see reader.h. */
#include "core/capnp/reader.h"

struct writer {
	char *out;
	size_t room; /* without the NUL */
};

const char *capnp_error_text(enum capnp_error error)
{
	static const char *const texts[] = {
		[CAPNP_ERROR_NONE] = "no error",
		[CAPNP_ERROR_SIZE] = "the message has an impossible size or alignment",
		[CAPNP_ERROR_BOUNDS] = "a pointer leads outside its segment",
		[CAPNP_ERROR_KIND] = "a pointer is of another kind than the schema says",
		[CAPNP_ERROR_SEGMENT] = "a pointer leads to a segment that is not there",
		[CAPNP_ERROR_FAR] = "a far pointer does not lead to a landing pad",
		[CAPNP_ERROR_STRUCT] = "a struct is larger than this reader supports",
		[CAPNP_ERROR_LIST] =
			"the elements of a list are of another size than the schema says",
		[CAPNP_ERROR_LIST_BOUNDS] = "a list leads outside its segment",
		[CAPNP_ERROR_TAG] = "the tag of a list of structs does not fit the list",
		[CAPNP_ERROR_TEXT] = "text does not end in NUL",
		[CAPNP_ERROR_DEPTH] = "nested too deeply",
		[CAPNP_ERROR_TRAVERSAL] = "too much to read for its size",
		[CAPNP_ERROR_COUNT] = "too many elements without size",
	};

	if (error >= sizeof(texts) / sizeof(texts[0]))
		return "unknown error";
	return texts[error];
}

static void put(struct writer *writer, const char *text)
{
	for (; *text && writer->room > 0; writer->room--)
		*writer->out++ = *text++;
}

static void put_number(struct writer *writer, uint32_t number)
{
	char digits[11] = { 0 };
	char *first = digits + sizeof(digits) - 1;

	do {
		*--first = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	put(writer, first);
}

void capnp_reader_error_text(const struct capnp_reader *reader, char *out, size_t size)
{
	struct writer writer = { out, size - 1 };

	/* Size is wrong of the whole message, not of a pointer in it. */
	if (reader->error > CAPNP_ERROR_SIZE) {
		put(&writer, "segment ");
		put_number(&writer, reader->error_segment);
		put(&writer, ", word ");
		put_number(&writer, reader->error_word);
		put(&writer, ": ");
	}
	put(&writer, capnp_error_text(reader->error));
	*writer.out = '\0';
}

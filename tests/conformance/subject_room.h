/* SPDX-License-Identifier: MIT */
/* subject_room.h - what the parts of the subject share: the roots, and room that grows. */
#ifndef TESTS_CONFORMANCE_SUBJECT_ROOM_H
#define TESTS_CONFORMANCE_SUBJECT_ROOM_H

#include "core/capnp/frame.h"
#include "core/capnp/reader.h"
#include "core/capnp/reflect.h"
#include "tests/conformance/subject.h"

/* Made by run.py: the roots of all schemas of this program, in the judge's order. */
extern const struct capnp_struct_info *const subject_roots[];
extern const size_t subject_root_count;

/* A message being read. It stays where it is. */
struct subject_message {
	struct capnp_reader reader;
	struct capnp_frame frame;
	struct capnp_segment segments[CAPNP_SEGMENTS_MAX];
	char error[CAPNP_ERROR_TEXT_BYTES];
};

/*
 * Starts reading the framed message @in, without a limit on how much is read; with
 * subject_root() its root too. nullptr, or why it is no message.
 */
const char *subject_start(struct subject_message *message,
			  const struct subject_bytes *in);
const char *subject_root(struct subject_message *message, const struct subject_bytes *in,
			 struct capnp_struct *out);

/* After the last read: nullptr, or what was malformed, and where. */
const char *subject_finish(struct subject_message *message);

/* Makes room for @room bytes in all; what is there stays. */
void subject_reserve(struct subject_bytes *bytes, size_t room);

/* A sink's write(): @context is a struct subject_bytes. */
void subject_append(void *context, const char *text, size_t size);

#endif /* TESTS_CONFORMANCE_SUBJECT_ROOM_H */

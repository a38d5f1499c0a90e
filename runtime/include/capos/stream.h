/* SPDX-License-Identifier: MIT */
/*
 * stream.h - many calls of streaming methods in flight, without counting them oneself.
 *
 *    struct capos_call window[8];
 *    struct capos_stream stream;
 *
 *    capos_stream_init(&stream, window, 8, 16384);
 *    while (there is more)
 *        (void)store_write_stream(store, &stream, offset, bytes, size);
 *    status = capos_stream_finish(&stream);
 *
 * A stream is a window: so many calls, and so many bytes of the arena, may be in flight.
 * Whoever sends into a full one waits for its oldest call: that is the back-pressure, as
 * a streaming method answers when it can take more. Calls to one capability are carried
 * out in the order they were sent. Several methods and capabilities may share a stream.
 *
 * What a method copies out of other messages (capos/copied.h) is counted once it is sent,
 * so that one such call may go beyond the bytes.
 *
 * The first call that fails, in the order they were sent, decides: from when it is known,
 * nothing more is sent, and each X_stream and finish return its status. Calls that were
 * sent behind it before that was known may have been carried out, so a streaming method
 * refuses to go on after a failure if that would matter.
 *
 * Calls are queued and go to the kernel together: when the queue or the window is full,
 * with any other call that waits, or with capos_stream_flush(). The window and the stream
 * stay in place until finish or abandon, and belong to the thread like the ring.
 *
 *   tests    runtime/stream_test.c, tests/schema/test_interfaces.py
 */
#ifndef CAPOS_STREAM_H
#define CAPOS_STREAM_H

#include "capos/flat.h"

struct capos_stream {
	struct capos_call *window;
	uint32_t call_max;
	uint32_t bytes_max;
	uint32_t oldest;    /* index in the window of the oldest call in flight */
	uint32_t in_flight; /* the calls from there on, round the end */
	uint32_t bytes;     /* of the arena, that they take */
	/* The completion of the first call that failed; its result is CAPOS_OK until then. */
	struct capos_cqe failure;
};

/*
 * Starts a stream of at most @call_max calls at a time (1 to CAPOS_OUTSTANDING_POLITE are
 * useful), whose structs are @window, and at most @bytes_max bytes of the arena. One call
 * that is larger than that goes alone.
 */
void capos_stream_init(struct capos_stream *stream, struct capos_call *window,
		       uint32_t call_max, uint32_t bytes_max);

/* CAPOS_OK, or the status of the first call that is known to have failed. */
static inline status_t capos_stream_status(const struct capos_stream *stream)
{
	return stream->failure.result;
}

/* Hands everything that was sent to the kernel, without waiting. */
void capos_stream_flush(struct capos_stream *stream);

/*
 * Waits for every call in flight. Returns CAPOS_OK, or the status of the first call that
 * failed. The stream is empty then; to use it again, init it.
 */
status_t capos_stream_finish(struct capos_stream *stream);

/* Withdraws what is in flight, as capos_call_end() does, and waits for nothing else. */
void capos_stream_abandon(struct capos_stream *stream);

/* ---- What X_stream is made of ------------------------------------------------------ */

/*
 * The struct for the next call, which will take @size_bytes of the arena, once there is
 * room for it; waits for the oldest if there is none. nullptr if the stream has failed.
 */
struct capos_call *capos_stream_next(struct capos_stream *stream, uint32_t size_bytes);

/*
 * Takes in the call that next gave and X_send returned @status for. False if the arena had
 * no room for it and now has more: try again. A call that could not be sent for another
 * reason is the stream's failure.
 */
[[nodiscard]] bool capos_stream_sent(struct capos_stream *stream, struct capos_call *call,
				     status_t status);

#endif /* CAPOS_STREAM_H */

/* SPDX-License-Identifier: MIT */
/*
 * stream.c - see stream.h for what it promises.
 *
 * Invariants:
 *   S1  The calls in flight are window[oldest] to window[oldest + in_flight - 1], modulo
 *       call_max, in the order in which they were sent; the other structs are nobody's.
 *   S2  bytes is the sum of block_bytes() of the calls in flight.
 *   S3  failure.result is CAPOS_OK or negative, and once negative it stays.
 */
#include "capos/stream.h"

void capos_stream_init(struct capos_stream *stream, struct capos_call *window,
		       uint32_t call_max, uint32_t bytes_max)
{
	*stream = (struct capos_stream){
		.window = window,
		.call_max = call_max,
		.bytes_max = bytes_max,
	};
}

static uint32_t round_up(uint32_t size_bytes)
{
	const uint32_t unit = CAPOS_ARENA_UNIT_BYTES;

	return size_bytes + (unit - size_bytes % unit) % unit;
}

static uint32_t block_bytes(const struct capos_call *call)
{
	return call->flags & CAPOS_CALL_LARGE ? round_up(call->block_bytes)
					      : CAPOS_ARENA_UNIT_BYTES;
}

static struct capos_call *oldest(const struct capos_stream *stream)
{
	return &stream->window[stream->oldest];
}

static void note_failure(struct capos_stream *stream, const struct capos_cqe *cqe)
{
	if (stream->failure.result == CAPOS_OK && cqe->result < 0)
		stream->failure = *cqe;
}

/* Waits for the oldest call, unless it has completed, and lets go of it. */
static void retire(struct capos_stream *stream)
{
	struct capos_call *call = oldest(stream);

	(void)capos_call_wait(call);
	note_failure(stream, &call->cqe);
	stream->bytes -= block_bytes(call);
	stream->in_flight--;
	if (++stream->oldest == stream->call_max)
		stream->oldest = 0;
	capos_call_end(call);
}

static bool has_room(const struct capos_stream *stream, uint32_t size_bytes)
{
	return stream->in_flight == 0 ||
	       (stream->in_flight < stream->call_max &&
		stream->bytes < stream->bytes_max &&
		round_up(size_bytes) <= stream->bytes_max - stream->bytes);
}

struct capos_call *capos_stream_next(struct capos_stream *stream, uint32_t size_bytes)
{
	uint32_t next;

	while (stream->in_flight != 0 && capos_call_is_done(oldest(stream)))
		retire(stream);
	while (stream->failure.result == CAPOS_OK && !has_room(stream, size_bytes))
		retire(stream);
	if (stream->failure.result != CAPOS_OK)
		return nullptr;
	next = stream->oldest + stream->in_flight;
	return &stream->window[next < stream->call_max ? next : next - stream->call_max];
}

bool capos_stream_sent(struct capos_stream *stream, struct capos_call *call,
		       status_t status)
{
	if (status == CAPOS_OK) {
		stream->in_flight++;
		stream->bytes += block_bytes(call);
		return true;
	}
	if (status == CAPOS_ERR_BAD_BUFFER && stream->in_flight != 0) {
		retire(stream);
		return false;
	}
	note_failure(stream, &call->cqe);
	return true;
}

void capos_stream_flush(struct capos_stream *stream)
{
	if (stream->in_flight != 0)
		capos_ring_enter(&capos_thread_ring, 0, CAPOS_DEADLINE_POLL);
}

status_t capos_stream_finish(struct capos_stream *stream)
{
	while (stream->in_flight != 0)
		retire(stream);
	return stream->failure.result;
}

void capos_stream_abandon(struct capos_stream *stream)
{
	/* All of them first: each would be waited for otherwise. */
	for (uint32_t i = 0; i < stream->in_flight; i++)
		capos_call_cancel(
			&stream->window[(stream->oldest + i) % stream->call_max]);
	(void)capos_stream_finish(stream);
}

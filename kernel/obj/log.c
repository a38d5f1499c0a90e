/* SPDX-License-Identifier: MIT */
/*
 * log.c - see log.h.
 *
 * Records stand one after the other in a byte ring, each a header and its text, padded
 * to 8 bytes; a record may wrap around the end. Positions are free-running.
 *
 * Locking. log_lock (rank OBJECT) guards everything here. The ring is static: there is
 * one log, and the kernel writes to it before its object exists.
 *
 *   L1  [head, tail) holds whole records, at most LOG_RING_BYTES of them.
 *   L2  They carry the sequences first, first + 1, ... next - 1.
 */
#include "kernel/log.h"

#include "abi/capset.h"
#include "gen/log.server.h"
#include "kernel/arch.h"
#include "kernel/call.h"
#include "kernel/panic.h"
#include "kernel/process.h"

struct log_header {
	uint64_t sequence;
	uint64_t time_ns;
	char origin[CAPOS_NAME_BYTES];
	uint32_t level;
	uint32_t text_size;
};

static_assert(sizeof(struct log_header) == LOG_RECORD_HEADER_BYTES);

struct log {
	struct object base; /* first, so that an object pointer converts */
};

static struct cache log_cache = CACHE("Log", sizeof(struct log));

static const struct object_type log_type = {
	.name = "Log",
	.cache = &log_cache,
};

static struct spinlock log_lock = SPINLOCK(LOCK_OBJECT);
static alignas(8) uint8_t log_ring[LOG_RING_BYTES];
static uint64_t log_head;
static uint64_t log_tail;
static uint64_t log_first; /* sequence of the record at head */
static uint64_t log_next;  /* of the next record */

/* ---- The ring -------------------------------------------------------------------- */

static void ring_put(uint64_t position, const void *bytes, uint32_t size)
{
	uint32_t start = (uint32_t)(position % LOG_RING_BYTES);
	uint32_t first = size < LOG_RING_BYTES - start ? size : LOG_RING_BYTES - start;

	__builtin_memcpy(log_ring + start, bytes, first);
	__builtin_memcpy(log_ring, (const uint8_t *)bytes + first, size - first);
}

static void ring_get(uint64_t position, void *bytes, uint32_t size)
{
	uint32_t start = (uint32_t)(position % LOG_RING_BYTES);
	uint32_t first = size < LOG_RING_BYTES - start ? size : LOG_RING_BYTES - start;

	__builtin_memcpy(bytes, log_ring + start, first);
	__builtin_memcpy((uint8_t *)bytes + first, log_ring, size - first);
}

static uint32_t record_bytes(uint32_t text_size)
{
	return LOG_RECORD_HEADER_BYTES + ((text_size + 7) & ~7u);
}

static uint64_t record_after(uint64_t position)
{
	struct log_header header;

	ring_get(position, &header, sizeof(header));
	return position + record_bytes(header.text_size);
}

static void log_append(struct log_header *header, const char *text)
{
	uint32_t size = record_bytes(header->text_size);

	spin_lock(&log_lock);
	while (log_tail + size - log_head > LOG_RING_BYTES) {
		log_head = record_after(log_head);
		log_first++;
	}
	header->sequence = log_next++;
	ring_put(log_tail, header, sizeof(*header));
	ring_put(log_tail + sizeof(*header), text, header->text_size);
	log_tail += size;
	spin_unlock(&log_lock);
}

void log_write_kernel(enum log_level level, const char *text)
{
	size_t size = __builtin_strlen(text);
	struct log_header header = {
		.time_ns = arch_time_ns(),
		.origin = "kernel",
		.level = level,
		.text_size =
			size < LOG_TEXT_MAX_BYTES ? (uint32_t)size : LOG_TEXT_MAX_BYTES,
	};

	log_append(&header, text);
}

/* ---- LogSink --------------------------------------------------------------------- */

static status_t method_write(void *self, struct call *call,
			     struct log_sink_write_params params,
			     struct log_sink_write_results_builder results)
{
	enum log_level level = log_sink_write_params_get_level(params);
	struct capnp_text text = log_sink_write_params_get_text(params);
	struct log_header header = { .level = level, .text_size = text.size };

	(void)self;
	(void)results;
	if (call_params_malformed(params.s))
		return CAPOS_ERR_BAD_MESSAGE;
	if (level >= LOG_LEVEL_COUNT)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_LEVEL_KNOWN,
				  level);
	if (text.size > LOG_TEXT_MAX_BYTES)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_TEXT_LIMIT,
				  text.size);
	/* Never refunded: the ledger counts what was written over the process's life. */
	if (!ledger_charge(&call_account(call)->ledger, LEDGER_LOG_BYTES,
			   record_bytes(text.size)))
		return call_raise_short(call, CAPOS_ERR_NO_LEDGER, LEDGER_LOG_BYTES);

	header.time_ns = arch_time_ns();
	__builtin_memcpy(header.origin, call_process(call)->name, CAPOS_NAME_BYTES);
	log_append(&header, text.bytes);
	return CAPOS_OK;
}

/* ---- LogReader ------------------------------------------------------------------- */

struct selection {
	uint64_t position; /* of the first record */
	uint32_t count;
};

static uint32_t words(uint32_t bytes)
{
	return (bytes + 7) / 8;
}

/* Words of a message that one record takes: struct, origin and text with their NULs. */
static uint32_t message_words(const struct log_header *header)
{
	return LOG_RECORD_DATA_WORDS + LOG_RECORD_POINTERS +
	       words((uint32_t)__builtin_strlen(header->origin) + 1) +
	       words(header->text_size + 1);
}

/* The records from sequence @from that fit @room_words, at most @max of them. */
static struct selection select_locked(uint64_t from, uint32_t max, uint32_t room_words)
{
	struct selection selection = { .position = log_head };
	struct log_header header;
	uint64_t position;

	if (from >= log_next)
		return selection;
	for (uint64_t sequence = log_first; sequence < from; sequence++)
		selection.position = record_after(selection.position);
	position = selection.position;
	while (position != log_tail && selection.count < max) {
		ring_get(position, &header, sizeof(header));
		if (message_words(&header) > room_words)
			break;
		room_words -= message_words(&header);
		position += record_bytes(header.text_size);
		selection.count++;
	}
	return selection;
}

static void build_record(struct log_record_builder record, uint64_t position,
			 const struct log_header *header)
{
	char text[LOG_TEXT_MAX_BYTES];

	ring_get(position + sizeof(*header), text, header->text_size);
	log_record_set_sequence(record, header->sequence);
	log_record_set_time_ns(record, header->time_ns);
	log_record_set_level(record, (enum log_level)header->level);
	log_record_set_origin(record, header->origin,
			      (uint32_t)__builtin_strlen(header->origin));
	log_record_set_text(record, text, header->text_size);
}

static void build_records_locked(const struct selection *selection,
				 struct log_reader_read_results_builder results)
{
	struct list_of_log_record_builder list =
		log_reader_read_results_init_records(results, selection->count);
	uint64_t position = selection->position;

	for (uint32_t i = 0; i < selection->count; i++) {
		struct log_header header;

		ring_get(position, &header, sizeof(header));
		build_record(log_record_builder_at(list, i), position, &header);
		position += record_bytes(header.text_size);
	}
}

/* What is left of the caller's result buffer for records, less the list's tag. */
static uint32_t room_words(struct log_reader_read_results_builder results)
{
	const struct capnp_builder *message = results.b.message;
	uint32_t left = message->capacity_words - message->used_words;

	return left > 0 ? left - 1 : 0;
}

static status_t method_read(void *self, struct call *call,
			    struct log_reader_read_params params,
			    struct log_reader_read_results_builder results)
{
	uint64_t from = log_reader_read_params_get_from(params);
	uint32_t max = log_reader_read_params_get_max_records(params);
	struct selection selection;
	uint64_t first;
	uint64_t next;

	(void)self;
	if (max == 0)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_SIZE_NON_ZERO, 0);
	if (max > LOG_READ_MAX_RECORDS)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT,
				  max);

	spin_lock(&log_lock);
	first = log_first > from ? log_first : from;
	next = log_next;
	selection = select_locked(first, max, room_words(results));
	build_records_locked(&selection, results);
	spin_unlock(&log_lock);

	/* There is a record, and the buffer holds not even one. */
	if (selection.count == 0 && first < next)
		return call_refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
				   call_result_room(call));
	log_reader_read_results_set_next(results, first + selection.count);
	log_reader_read_results_set_dropped(results, first - from);
	return CAPOS_OK;
}

LOG_SINK_METHOD_TABLE(log_sink_table, method_write);

LOG_READER_METHOD_TABLE(log_reader_table, method_read);

const struct facet log_sink_facet = FACET(LOG_SINK, "LogSink", log_type, log_sink_table);

const struct facet log_reader_facet =
	FACET(LOG_READER, "LogReader", log_type, log_reader_table);

status_t log_create(struct account *payer, struct object **out)
{
	return object_alloc(&log_type, payer, out);
}

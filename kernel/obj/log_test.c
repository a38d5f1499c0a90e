/* SPDX-License-Identifier: MIT */
/* log_test.c - LogSink and LogReader: the promises of schema/log.capnp and log.h. */
// TEST-LINK: tests/support/hosted_machine.c tests/support/hosted_fixture.c @hosted @gen
#include "kernel/log.h"

#include <stdio.h>

#include "tests/support/hosted_fixture.h"

static struct capos_sqe write_call(struct fixture *f, uint16_t level, const char *text,
				   uint32_t size)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct log_sink_write_params_builder params = log_sink_write_params_new(&builder);

	capnp_set_u16(params.b, 0, level); /* also what is no level */
	log_sink_write_params_set_text(params, text, size);
	return machine_call(&f->child, "logsink", LOG_SINK_METHOD_WRITE, &builder);
}

static struct capos_sqe read_call(struct fixture *f, uint64_t from, uint32_t max)
{
	struct capnp_builder builder = machine_params(&f->child);
	struct log_reader_read_params_builder params =
		log_reader_read_params_new(&builder);

	log_reader_read_params_set_from(params, from);
	log_reader_read_params_set_max_records(params, max);
	return machine_call(&f->child, "log", LOG_READER_METHOD_READ, &builder);
}

/* What one read returned; the lists point into the arena. */
struct reading {
	struct capnp_reader reader;
	struct list_of_log_record records;
	uint64_t next;
	uint64_t dropped;
};

static void read_log(struct fixture *f, uint64_t from, uint32_t max, struct reading *out)
{
	struct capos_sqe sqe = read_call(f, from, max);
	struct capos_cqe cqe = fixture_ok(f, &sqe);
	struct log_reader_read_results results;

	out->reader = machine_results(&f->child, &cqe, 0);
	assert_true(log_reader_read_results_read(&out->reader, &results));
	out->records = log_reader_read_results_get_records(results);
	out->next = log_reader_read_results_get_next(results);
	out->dropped = log_reader_read_results_get_dropped(results);
}

/* The sequence that the next record will have. */
static uint64_t end_of_log(struct fixture *f)
{
	struct reading reading;
	uint64_t next = 0;

	do {
		read_log(f, next, LOG_READ_MAX_RECORDS, &reading);
		next = reading.next;
	} while (reading.records.l.count > 0);
	return next;
}

static void log_records_say_who_when_and_what(void **state)
{
	struct fixture *f = *state;
	uint64_t from = end_of_log(f);
	struct capos_sqe sqe = write_call(f, LOG_LEVEL_WARNING, "beware", 6);
	struct reading reading;
	struct log_record record;

	machine_advance(1234);
	(void)fixture_ok(f, &sqe);
	read_log(f, from, 10, &reading);
	assert_int_equal(reading.records.l.count, 1);
	assert_int_equal(reading.next, from + 1);
	assert_int_equal(reading.dropped, 0);
	record = log_record_at(reading.records, 0);
	assert_int_equal(log_record_get_sequence(record), from);
	assert_int_equal(log_record_get_time_ns(record), hosted_cpu.now_ns);
	assert_int_equal(log_record_get_level(record), LOG_LEVEL_WARNING);
	assert_true(capnp_text_equals(log_record_get_origin(record), "child"));
	assert_true(capnp_text_equals(log_record_get_text(record), "beware"));
}

static void log_takes_records_of_the_kernel(void **state)
{
	struct fixture *f = *state;
	uint64_t from = end_of_log(f);
	struct reading reading;
	struct log_record record;

	log_write_kernel(LOG_LEVEL_INFO, "booted");
	read_log(f, from, 1, &reading);
	record = log_record_at(reading.records, 0);
	assert_true(capnp_text_equals(log_record_get_origin(record), "kernel"));
	assert_true(capnp_text_equals(log_record_get_text(record), "booted"));
}

static void log_refuses_what_it_does_not_know_or_hold(void **state)
{
	static char text[LOG_TEXT_MAX_BYTES + 1];
	struct fixture *f = *state;
	uint64_t from = end_of_log(f);
	struct capos_sqe sqe = write_call(f, LOG_LEVEL_COUNT, "x", 1);

	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_LEVEL_KNOWN);
	sqe = write_call(f, 0xffff, "x", 1);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_LEVEL_KNOWN);
	memset(text, 't', sizeof(text));
	sqe = write_call(f, LOG_LEVEL_INFO, text, sizeof(text));
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_TEXT_LIMIT);
	assert_int_equal(end_of_log(f), from);
	sqe = write_call(f, LOG_LEVEL_INFO, text, LOG_TEXT_MAX_BYTES);
	(void)fixture_ok(f, &sqe);
	assert_int_equal(end_of_log(f), from + 1);
}

static void log_reads_1_to_32_records(void **state)
{
	struct fixture *f = *state;
	struct capos_sqe sqe = read_call(f, 0, 0);

	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_NON_ZERO);
	sqe = read_call(f, 0, LOG_READ_MAX_RECORDS + 1);
	fixture_raised(f, &sqe, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT);
}

static void log_writing_ends_with_the_ledger(void **state)
{
	struct fixture *f = *state;
	struct ledger *ledger = &f->child.process->account.ledger;
	struct capos_sqe sqe;
	int written = 0;

	for (;; written++) {
		sqe = write_call(f, LOG_LEVEL_DEBUG, "12345678", 8);
		if (ledger_used(ledger, LEDGER_LOG_BYTES) + LOG_RECORD_HEADER_BYTES + 8 >
		    ledger->accounts[LEDGER_LOG_BYTES].max)
			break;
		(void)fixture_ok(f, &sqe);
	}
	assert_int_equal(written, 65536 / (LOG_RECORD_HEADER_BYTES + 8));
	(void)fixture_refused(f, &sqe, CAPOS_ERR_NO_LEDGER, RULE_LEDGER_LOG_BYTES);
}

/* Records of all sizes go round the ring several times. */
static void log_drops_the_oldest_and_says_how_many(void **state)
{
	static char text[LOG_TEXT_MAX_BYTES + 1];
	struct fixture *f = *state;
	uint64_t from = end_of_log(f);
	struct reading reading;
	uint64_t next;
	uint64_t seen = 0;

	for (uint32_t i = 0; i < 2000; i++) {
		uint32_t size = (uint32_t)snprintf(text, sizeof(text), "%u ", i);

		memset(text + size, 'a', sizeof(text) - 1 - size);
		text[size + i % 200] = 0;
		log_write_kernel(LOG_LEVEL_DEBUG, text);
		/* The oldest that is left is whole: nothing wrote over its start. */
		read_log(f, from, 1, &reading);
		assert_int_equal(reading.records.l.count, 1);
		assert_int_equal(
			log_record_get_sequence(log_record_at(reading.records, 0)),
			from + reading.dropped);
	}
	assert_true(reading.dropped > 0);
	next = from + reading.dropped;
	for (;; seen++) {
		struct log_record record;
		unsigned int number;

		read_log(f, next, 1, &reading);
		if (reading.records.l.count == 0)
			break;
		assert_int_equal(reading.dropped, 0);
		record = log_record_at(reading.records, 0);
		assert_int_equal(log_record_get_sequence(record), next);
		assert_int_equal(
			sscanf(log_record_get_text(record).bytes, "%u ", &number), 1);
		assert_int_equal(from + number, next);
		next = reading.next;
	}
	assert_int_equal(next, from + 2000);
	assert_true(seen > 200 && seen < 1000);
}

/* A small buffer gets as many records as fit; one without room for any is refused. */
static void log_reads_as_many_records_as_fit(void **state)
{
	struct fixture *f = *state;
	uint64_t from = end_of_log(f);
	struct capos_sqe sqe;
	struct capos_cqe cqe;
	struct capnp_reader reader;
	struct log_reader_read_results results;

	for (int i = 0; i < 10; i++)
		log_write_kernel(LOG_LEVEL_INFO, "0123456789");
	for (uint32_t size = 0; size <= 1024; size += 8) {
		uint32_t count;

		sqe = read_call(f, from, 10);
		sqe.result_size = size;
		cqe = machine_do(&f->child, &sqe);
		if (cqe.result != CAPOS_OK) {
			assert_int_equal(cqe.result, CAPOS_ERR_RESULT_TOO_SMALL);
			assert_true(size < 200);
			continue;
		}
		reader = machine_results(&f->child, &cqe, 0);
		assert_true(log_reader_read_results_read(&reader, &results));
		count = log_reader_read_results_get_records(results).l.count;
		assert_true(count > 0);
		assert_int_equal(log_reader_read_results_get_next(results), from + count);
		if (size == 1024)
			assert_int_equal(count, 10);
	}
}

static void log_reading_beyond_the_end_finds_nothing(void **state)
{
	struct fixture *f = *state;
	struct reading reading;

	read_log(f, UINT64_MAX, 32, &reading);
	assert_int_equal(reading.records.l.count, 0);
	assert_int_equal(reading.next, UINT64_MAX);
	assert_int_equal(reading.dropped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(log_records_say_who_when_and_what),
		FIXTURE_TEST(log_takes_records_of_the_kernel),
		FIXTURE_TEST(log_refuses_what_it_does_not_know_or_hold),
		FIXTURE_TEST(log_reads_1_to_32_records),
		FIXTURE_TEST(log_writing_ends_with_the_ledger),
		FIXTURE_TEST(log_drops_the_oldest_and_says_how_many),
		FIXTURE_TEST(log_reads_as_many_records_as_fit),
		FIXTURE_TEST(log_reading_beyond_the_end_finds_nothing),
	};

	return cmocka_run_group_tests(tests, fixture_boot, nullptr);
}

/* SPDX-License-Identifier: MIT */
/*
 * explain_test.c - the sentence names who, which capability, which method, which rule.
 */
// TEST-LINK: runtime/explain.c runtime/names.c runtime/format.c runtime/capset.c core/capnp/reader.c @gen @core
#include "capos/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "capos/cap.h"
#include "capos/program.h"
#include "gen/status.capnp.h"
#include "gen/timer.capnp.h"

static const struct capos_capset capset = {
	.count = 1,
	.process_name = "tester",
	.records = { { "clock", 0x100000003, TIMER_INTERFACE_ID } },
};

const struct capos_capset *capos_capset = &capset;

const char *capos_process_name(void)
{
	return capset.process_name;
}

/* The CapSet asks the kernel about interfaces that are not the granted one. */
bool capos_cap_answers(cap_t cap, uint64_t interface)
{
	(void)cap, (void)interface;
	return false;
}

static struct capos_sqe entry_of(uint64_t cap, uint64_t interface, uint16_t method)
{
	return (struct capos_sqe){ .opcode = CAPOS_OP_CALL,
				   .method = method,
				   .cap = cap,
				   .interface = interface };
}

static char text[400];

static void explain_names_all_five(void **state)
{
	struct capos_sqe entry =
		entry_of(0x100000003, TIMER_INTERFACE_ID, TIMER_METHOD_SLEEP_UNTIL);
	struct capos_cqe completion = { .result = CAPOS_ERR_NO_LEDGER,
					.rule = RULE_LEDGER_ALARMS,
					.detail = 32 };
	size_t length = capos_explain_entry(&entry, &completion, text, sizeof(text));

	(void)state;
	assert_int_equal(length, strlen(text));
	assert_string_equal(text,
			    "tester: @clock.sleepUntil was refused: noLedger by rule "
			    "ledgerAlarms (The process has as many pending alarms as its "
			    "ledger allows.), value 32");
}

static const char *name_of(cap_t cap)
{
	return cap.raw == 9 ? "mine" : nullptr;
}

static void explain_asks_for_names_given_later(void **state)
{
	struct capos_sqe entry = entry_of(9, TIMER_INTERFACE_ID, 0);
	struct capos_cqe completion = { .result = CAPOS_ERR_CANCELLED };

	(void)state;
	capos_explain_cap_name = name_of;
	(void)capos_explain_entry(&entry, &completion, text, sizeof(text));
	capos_explain_cap_name = nullptr;
	assert_non_null(strstr(text, "tester: @mine.now failed: cancelled ("));
}

static void explain_survives_what_nobody_knows(void **state)
{
	struct capos_sqe entry = entry_of(0x200000007, 12345, 99);
	struct capos_cqe completion = { .result = -999,
					.rule = 9999,
					.detail = UINT64_MAX };

	(void)state;
	(void)capos_explain_entry(&entry, &completion, text, sizeof(text));
	assert_non_null(
		strstr(text, "capability 7 (generation 2), method 99 of interface 0x"));
	assert_non_null(strstr(text, "unknown by rule unknown"));
	entry = entry_of(0, TIMER_INTERFACE_ID, 99);
	(void)capos_explain_entry(&entry, &completion, text, sizeof(text));
	assert_non_null(strstr(text, "the null capability, method 99 of Timer"));
	assert_string_equal(capos_status_name(-999), "an unknown status");
	assert_string_equal(capos_rule_name(9999), "an unknown rule");
	assert_string_equal(capos_status_name(CAPOS_ERR_NO_LEDGER), "NO_LEDGER");
}

static void explain_tells_what_an_exception_says(void **state)
{
	uint64_t words[32];
	struct capnp_builder builder;
	struct cap_exception_builder exception;
	struct capos_call call = { 0 };

	(void)state;
	capnp_builder_init(&builder, words, sizeof(words));
	exception = cap_exception_new(&builder);
	cap_exception_set_type(exception, EXCEPTION_TYPE_OVERLOADED);
	cap_exception_set_text(exception, "come back later", 15);
	call.sqe = entry_of(0x100000003, TIMER_INTERFACE_ID, 0);
	call.params.words = words;
	call.cqe.result = CAPOS_ERR_EXCEPTION;
	call.cqe.flags = CAPOS_CQE_EXCEPTION;
	call.cqe.payload_size = capnp_builder_size_bytes(&builder);
	(void)capos_explain(&call, text, sizeof(text));
	assert_non_null(strstr(text, "tester: @clock.now failed: overloaded ("));
	assert_non_null(strstr(text, "): come back later"));
}

static void explain_never_writes_beyond_the_size(void **state)
{
	struct capos_sqe entry = entry_of(0x100000003, TIMER_INTERFACE_ID, 0);
	struct capos_cqe completion = { .result = CAPOS_ERR_DEADLINE };
	size_t whole = capos_explain_entry(&entry, &completion, text, sizeof(text));

	(void)state;
	for (size_t size = 1; size <= whole; size++) {
		char cut[400];

		memset(cut, 'x', sizeof(cut));
		assert_int_equal(capos_explain_entry(&entry, &completion, cut, size),
				 whole);
		assert_int_equal(strlen(cut), size - 1);
		assert_int_equal(cut[size], 'x');
		assert_memory_equal(cut, text, size - 1);
	}
}

static void capset_finds_by_name_and_interface(void **state)
{
	(void)state;
	assert_int_equal(capos_capset_find("clock", TIMER_INTERFACE_ID).raw, 0x100000003);
	assert_int_equal(capos_capset_find("clock", 0).raw, 0x100000003);
	assert_true(cap_is_null(capos_capset_find("clock", 1)));
	assert_true(cap_is_null(capos_capset_find("clo", 0)));
	assert_non_null(capos_capset_find_interface(TIMER_INTERFACE_ID));
	assert_null(capos_capset_find_interface(1));
	assert_non_null(capos_capset_at(0));
	assert_null(capos_capset_at(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explain_names_all_five),
		cmocka_unit_test(explain_asks_for_names_given_later),
		cmocka_unit_test(explain_survives_what_nobody_knows),
		cmocka_unit_test(explain_tells_what_an_exception_says),
		cmocka_unit_test(explain_never_writes_beyond_the_size),
		cmocka_unit_test(capset_finds_by_name_and_interface),
	};

	return cmocka_run_group_tests(tests, nullptr, nullptr);
}

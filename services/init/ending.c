/* SPDX-License-Identifier: MIT */
/* ending.c - see ending.h. */
#include "services/init/ending.h"

#include "core/capnp/reflect.h"

enum { CODE_FAILED = 1, CODE_MAX = 255 };

bool ending_is_success(struct terminal_status status)
{
	return terminal_status_which(status) == TERMINAL_STATUS_EXITED &&
	       terminal_status_get_exited(status) == 0;
}

static void tell_exit(struct sentence *sentence, int32_t code)
{
	sentence_words(sentence, " ended with code ");
	if (code < 0)
		sentence_words(sentence, "-");
	sentence_number(sentence, code < 0 ? -(uint64_t)code : (uint64_t)code);
}

static void tell_fault(struct sentence *sentence, struct terminal_status_faulted fault)
{
	uint16_t kind = (uint16_t)terminal_status_faulted_get_kind(fault);

	sentence_words(sentence, " crashed: ");
	if (kind < fault_kind_schema.enumerant_count)
		sentence_words(sentence, fault_kind_schema.enumerants[kind].name);
	sentence_words(sentence, " at address ");
	sentence_hex(sentence, terminal_status_faulted_get_address(fault));
	sentence_words(sentence, ", instruction ");
	sentence_hex(sentence, terminal_status_faulted_get_instruction(fault));
}

void ending_tell(struct sentence *sentence, struct capnp_text name,
		 struct terminal_status status)
{
	sentence_start(sentence, "service ");
	sentence_text(sentence, name);
	switch (terminal_status_which(status)) {
	case TERMINAL_STATUS_EXITED:
		tell_exit(sentence, terminal_status_get_exited(status));
		break;
	case TERMINAL_STATUS_KILLED:
		sentence_words(sentence, " was killed");
		break;
	case TERMINAL_STATUS_FAULTED:
		tell_fault(sentence, terminal_status_get_faulted(status));
		break;
	case TERMINAL_STATUS_FAILED_TO_START:
		sentence_words(sentence, " could not be started: ");
		sentence_text(sentence, terminal_status_get_failed_to_start(status));
		break;
	default: /* of a newer kernel */
		sentence_words(sentence, " ended in a way that init does not know");
		break;
	}
}

uint8_t ending_code(struct terminal_status status)
{
	int32_t code;

	if (terminal_status_which(status) != TERMINAL_STATUS_EXITED)
		return CODE_FAILED;
	code = terminal_status_get_exited(status);
	return code >= 0 && code <= CODE_MAX ? (uint8_t)code : CODE_FAILED;
}

/* SPDX-License-Identifier: MIT */
/*
 * dump.c - prints every layout and number of abi/, for tests/abi/golden.txt.
 *
 * A change of the ABI shows up in review as a change of that file. A field that is
 * missing here shows up as a hole, because the fields of a struct must cover it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "abi/address_map.h"
#include "abi/boot_package.h"
#include "abi/cap.h"
#include "abi/capset.h"
#include "abi/needs.h"
#include "abi/ring.h"
#include "abi/startup.h"
#include "abi/status.h"

enum row_kind { ROW_HEADER, ROW_CONSTANT, ROW_TYPE, ROW_STRUCT, ROW_FIELD };

struct row {
	enum row_kind kind;
	const char *name;
	uint64_t value; /* of a constant; the size of a type; where a field begins */
	uint64_t size;  /* of a field */
};

#define HEADER(path)   { ROW_HEADER, path, 0, 0 }
#define CONSTANT(name) { ROW_CONSTANT, #name, (uint64_t)(name), 0 }
#define STRUCT(type)   { ROW_STRUCT, #type, sizeof(struct type), 0 }
#define FIELD(type, field)                                 \
	{ ROW_FIELD, #field, offsetof(struct type, field), \
	  sizeof(((struct type *)0)->field) }
/* A flexible array: it begins where the struct ends. */
#define TAIL(type, field)    { ROW_FIELD, #field, offsetof(struct type, field), 0 }
#define NUMBER(name, number) { ROW_CONSTANT, #name, number, 0 },

static const struct row layouts[] = {
	HEADER("abi/address_map.h"),
	CONSTANT(CAPOS_USER_FIRST),
	CONSTANT(CAPOS_USER_END),
	CONSTANT(CAPOS_CAPSET_ADDRESS),
	CONSTANT(CAPOS_REGION_ADDRESS),
	CONSTANT(CAPOS_STACK_TOP),
	CONSTANT(CAPOS_STARTUP_ADDRESS),
	CONSTANT(CAPOS_IMAGE_ADDRESS),
	CONSTANT(CAPOS_PLACEMENT_FIRST),
	CONSTANT(CAPOS_STACK_DEFAULT_BYTES),
	CONSTANT(CAPOS_MAP_CALL_MAX_BYTES),
	CONSTANT(CAPOS_MAP_FRESH_MAX_PAGES),
	CONSTANT(CAPOS_UNMAP_MAX),
	HEADER("abi/boot_package.h"),
	CONSTANT(CAPOS_PACKAGE_MAGIC),
	CONSTANT(CAPOS_PACKAGE_VERSION),
	CONSTANT(CAPOS_PACKAGE_FILES_MAX),
	CONSTANT(CAPOS_PACKAGE_MANIFEST),
	CONSTANT(CAPOS_PACKAGE_INIT),
	CONSTANT(CAPOS_PACKAGE_ALIGN),
	STRUCT(capos_package_file),
	FIELD(capos_package_file, name),
	FIELD(capos_package_file, offset),
	FIELD(capos_package_file, size_bytes),
	STRUCT(capos_package),
	FIELD(capos_package, magic),
	FIELD(capos_package, version),
	FIELD(capos_package, file_count),
	FIELD(capos_package, size_bytes),
	FIELD(capos_package, reserved),
	TAIL(capos_package, files),
	HEADER("abi/cap.h"),
	{ ROW_TYPE, "cap_t", sizeof(cap_t), 0 },
	HEADER("abi/capset.h"),
	CONSTANT(CAPOS_CAPSET_MAGIC),
	CONSTANT(CAPOS_NAME_BYTES),
	CONSTANT(CAPOS_CAPSET_MAX),
	STRUCT(capos_capset_record),
	FIELD(capos_capset_record, name),
	FIELD(capos_capset_record, cap),
	FIELD(capos_capset_record, interface),
	STRUCT(capos_capset),
	FIELD(capos_capset, magic),
	FIELD(capos_capset, abi_version),
	FIELD(capos_capset, count),
	FIELD(capos_capset, process_name),
	FIELD(capos_capset, process_id),
	FIELD(capos_capset, reserved),
	FIELD(capos_capset, records),
	HEADER("abi/needs.h"),
	CONSTANT(CAPOS_NEED_OPTIONAL),
	STRUCT(capos_need),
	FIELD(capos_need, name),
	FIELD(capos_need, interface),
	FIELD(capos_need, flags),
	FIELD(capos_need, reserved),
	HEADER("abi/ring.h"),
	CONSTANT(CAPOS_DEADLINE_POLL),
	CONSTANT(CAPOS_DEADLINE_FOREVER),
	CONSTANT(CAPOS_RING_MAGIC),
	CONSTANT(CAPOS_SQ_ENTRIES),
	CONSTANT(CAPOS_CQ_ENTRIES),
	CONSTANT(CAPOS_OUTSTANDING_MAX),
	CONSTANT(CAPOS_OUTSTANDING_POLITE),
	CONSTANT(CAPOS_TRANSFERS_MAX),
	CONSTANT(CAPOS_KERNEL_PARAMS_MAX_BYTES),
	CONSTANT(CAPOS_BUFFER_ALIGN),
	CONSTANT(CAPOS_SYS_CAP_ENTER),
	CONSTANT(CAPOS_SYS_EXIT),
	CONSTANT(CAPOS_OP_NOP),
	CONSTANT(CAPOS_OP_CALL),
	CONSTANT(CAPOS_OP_RELEASE),
	CONSTANT(CAPOS_OP_CANCEL),
	CONSTANT(CAPOS_OP_RECV),
	CONSTANT(CAPOS_OP_RETURN),
	CONSTANT(CAPOS_OP_PARK),
	CONSTANT(CAPOS_OP_UNPARK),
	CONSTANT(CAPOS_OP_COUNT),
	CONSTANT(CAPOS_SQE_PIPELINE),
	CONSTANT(CAPOS_SQE_COMPLETE),
	CONSTANT(CAPOS_SQE_REARM),
	CONSTANT(CAPOS_CQE_EXCEPTION),
	CONSTANT(CAPOS_TRANSFER_COPY),
	CONSTANT(CAPOS_TRANSFER_MOVE),
	CONSTANT(CAPOS_EVENT_FAULT),
	CONSTANT(CAPOS_EVENT_INTERRUPT),
	CONSTANT(CAPOS_EVENT_ALL),
	CONSTANT(CAPOS_ABI_VERSION),
	CONSTANT(CAPOS_SQ_OFFSET),
	CONSTANT(CAPOS_CQ_OFFSET),
	CONSTANT(CAPOS_ARENA_OFFSET),
	CONSTANT(CAPOS_ARENA_DEFAULT_BYTES),
	CONSTANT(CAPOS_ARENA_MAX_BYTES),
	STRUCT(capos_sqe),
	FIELD(capos_sqe, opcode),
	FIELD(capos_sqe, flags),
	FIELD(capos_sqe, method),
	FIELD(capos_sqe, params_offset),
	FIELD(capos_sqe, cap),
	FIELD(capos_sqe, interface),
	FIELD(capos_sqe, params_size),
	FIELD(capos_sqe, result_offset),
	FIELD(capos_sqe, result_size),
	FIELD(capos_sqe, transfer_offset),
	FIELD(capos_sqe, transfer_count),
	FIELD(capos_sqe, result_cap_max),
	FIELD(capos_sqe, pipeline_field),
	FIELD(capos_sqe, pipeline_dep),
	FIELD(capos_sqe, deadline_ns),
	FIELD(capos_sqe, user_data),
	STRUCT(capos_cqe),
	FIELD(capos_cqe, user_data),
	FIELD(capos_cqe, result),
	FIELD(capos_cqe, flags),
	FIELD(capos_cqe, payload_size),
	FIELD(capos_cqe, cap_count),
	FIELD(capos_cqe, rule),
	FIELD(capos_cqe, detail),
	STRUCT(capos_transfer),
	FIELD(capos_transfer, cap),
	FIELD(capos_transfer, mode),
	FIELD(capos_transfer, reserved),
	STRUCT(capos_result_cap),
	FIELD(capos_result_cap, cap),
	FIELD(capos_result_cap, interface),
	STRUCT(capos_message_header),
	FIELD(capos_message_header, token),
	FIELD(capos_message_header, interface),
	FIELD(capos_message_header, caller_ref),
	FIELD(capos_message_header, caller_epoch),
	FIELD(capos_message_header, params_size),
	FIELD(capos_message_header, result_size),
	FIELD(capos_message_header, method),
	FIELD(capos_message_header, cap_count),
	FIELD(capos_message_header, result_cap_max),
	FIELD(capos_message_header, reserved),
	STRUCT(capos_upcall_frame),
	FIELD(capos_upcall_frame, rax),
	FIELD(capos_upcall_frame, rbx),
	FIELD(capos_upcall_frame, rcx),
	FIELD(capos_upcall_frame, rdx),
	FIELD(capos_upcall_frame, rsi),
	FIELD(capos_upcall_frame, rdi),
	FIELD(capos_upcall_frame, rbp),
	FIELD(capos_upcall_frame, rsp),
	FIELD(capos_upcall_frame, r8),
	FIELD(capos_upcall_frame, r9),
	FIELD(capos_upcall_frame, r10),
	FIELD(capos_upcall_frame, r11),
	FIELD(capos_upcall_frame, r12),
	FIELD(capos_upcall_frame, r13),
	FIELD(capos_upcall_frame, r14),
	FIELD(capos_upcall_frame, r15),
	FIELD(capos_upcall_frame, rip),
	FIELD(capos_upcall_frame, rflags),
	FIELD(capos_upcall_frame, fs_base),
	FIELD(capos_upcall_frame, reserved),
	STRUCT(capos_ring_header),
	FIELD(capos_ring_header, magic),
	FIELD(capos_ring_header, abi_version),
	FIELD(capos_ring_header, region_size),
	FIELD(capos_ring_header, sq_offset),
	FIELD(capos_ring_header, cq_offset),
	FIELD(capos_ring_header, arena_offset),
	FIELD(capos_ring_header, arena_size),
	FIELD(capos_ring_header, reserved0),
	FIELD(capos_ring_header, sq_tail),
	FIELD(capos_ring_header, sq_head),
	FIELD(capos_ring_header, cq_head),
	FIELD(capos_ring_header, cq_tail),
	FIELD(capos_ring_header, upcall),
	HEADER("abi/startup.h"),
	CONSTANT(CAPOS_STARTUP_MAGIC),
	CONSTANT(CAPOS_STARTUP_MAX_BYTES),
	CONSTANT(CAPOS_ARGUMENTS_MAX),
	STRUCT(capos_startup),
	FIELD(capos_startup, magic),
	FIELD(capos_startup, size_bytes),
	FIELD(capos_startup, argument_count),
	FIELD(capos_startup, stack_low),
	FIELD(capos_startup, stack_top),
	HEADER("abi/status.h"),
	{ ROW_TYPE, "status_t", sizeof(status_t), 0 },
};

/* clang-format off: each list makes its own commas */
static const struct row statuses[] = { STATUS_LIST(NUMBER) };
static const struct row rules[] = { RULE_LIST(NUMBER) };
static const struct row exceptions[] = { EXCEPTION_TYPE_LIST(NUMBER) };
/* clang-format on */

static void print_hole(uint64_t start, uint64_t end)
{
	if (start < end)
		printf("\t%4llu %4llu (unused)\n", (unsigned long long)start,
		       (unsigned long long)(end - start));
}

/* Prints one row; @covered is up to where the current struct's fields have come. */
static void print_row(const struct row *row, uint64_t *covered)
{
	unsigned long long value = row->value;

	switch (row->kind) {
	case ROW_HEADER:
		printf("\n# %s\n", row->name);
		break;
	case ROW_CONSTANT:
		printf("%s = %llu (0x%llx)\n", row->name, value, value);
		break;
	case ROW_TYPE:
		printf("%s: %llu bytes\n", row->name, value);
		break;
	case ROW_STRUCT:
		printf("struct %s: %llu bytes\n", row->name, value);
		*covered = 0;
		break;
	case ROW_FIELD:
		print_hole(*covered, row->value);
		printf("\t%4llu %4llu %s\n", value, (unsigned long long)row->size,
		       row->name);
		*covered = row->value + row->size;
		break;
	}
}

static void print_rows(const struct row *rows, size_t count)
{
	const struct row *current = nullptr;
	uint64_t covered = 0;

	for (size_t i = 0; i < count; i++) {
		if (current && rows[i].kind != ROW_FIELD) {
			print_hole(covered, current->value);
			current = nullptr;
		}
		if (rows[i].kind == ROW_STRUCT)
			current = &rows[i];
		print_row(&rows[i], &covered);
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
	puts("Layouts shared by kernel and programs: offset, size, field. `make "
	     "abi-golden`\n"
	     "writes this file; a commit that changes it says ABI: and its compatibility "
	     "class.");
	print_rows(layouts, COUNT(layouts));
	print_rows(statuses, COUNT(statuses));
	puts("\n# rules of schema/status.capnp");
	print_rows(rules, COUNT(rules));
	puts("\n# exception types of schema/status.capnp");
	print_rows(exceptions, COUNT(exceptions));
	return 0;
}

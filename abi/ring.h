/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the memory that one thread shares with the kernel, and the two system calls.
 *
 * EXPERIMENTAL: layouts may change until endpoints, pipelining and several processors
 * have used every field. tests/abi/golden.txt is the golden dump of every offset.
 *
 * One region per thread, in this order: header page, submission queue, completion queue,
 * message arena. The thread writes sq_tail and cq_head, the kernel writes sq_head and
 * cq_tail; all four are free-running. A store to an index is a release that pairs with
 * an acquire load on the other side: whoever sees the index sees the entries behind it.
 *
 * Every buffer that an entry names is an offset and a size in the arena, both multiples
 * of 8. A message is one bare Cap'n Proto segment; its root pointer is its first word.
 *
 * Vector registers, the x87 and MXCSR state and all caller-saved registers are dead
 * across a system call.
 */
#ifndef ABI_RING_H
#define ABI_RING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CAPOS_SQ_ENTRIES = 64,
	CAPOS_CQ_ENTRIES = 128,
	CAPOS_OUTSTANDING_MAX = CAPOS_CQ_ENTRIES,
	/* What a runtime keeps in flight, so that a CANCEL is always accepted. */
	CAPOS_OUTSTANDING_POLITE = CAPOS_CQ_ENTRIES - 1,
	CAPOS_TRANSFERS_MAX = 16, /* transfer records of one entry */
	CAPOS_KERNEL_PARAMS_MAX_BYTES = 8192,
	CAPOS_BUFFER_ALIGN = 8,
};

/* System call numbers: first register. */
enum {
	/* (min_complete u32, deadline_ns u64) -> completions or -status */
	CAPOS_SYS_CAP_ENTER = 0,
	/* (code i32), ends the process */
	CAPOS_SYS_EXIT = 1,
};

#define CAPOS_DEADLINE_POLL    UINT64_C(0)
#define CAPOS_DEADLINE_FOREVER UINT64_MAX

enum capos_opcode {
	CAPOS_OP_NOP = 0,
	CAPOS_OP_CALL = 1,
	CAPOS_OP_RELEASE = 2,
	CAPOS_OP_CANCEL = 3,
	/* Numbered and refused with CAPOS_ERR_UNSUPPORTED by this kernel: */
	CAPOS_OP_RECV = 4,
	CAPOS_OP_RETURN = 5,
	CAPOS_OP_PARK = 6,
	CAPOS_OP_UNPARK = 7,
	CAPOS_OP_COUNT,
};

enum capos_sqe_flags {
	CAPOS_SQE_PIPELINE = 1 << 0, /* cap is named by pipeline_dep and pipeline_field */
	CAPOS_SQE_COMPLETE = 1 << 1, /* RELEASE, RETURN: a completion on success too */
	CAPOS_SQE_REARM = 1 << 2,    /* RETURN: the receive slot is used again at once */
};

struct capos_sqe {
	uint8_t opcode;
	uint8_t flags;
	uint16_t method;        /* CALL: ordinal in the interface */
	uint32_t params_offset; /* PARK: offset of the word */
	uint64_t cap;           /* RETURN: the call token */
	uint64_t interface;
	uint32_t params_size; /* PARK: the expected value */
	uint32_t result_offset;
	uint32_t result_size;
	uint32_t transfer_offset;
	uint8_t transfer_count;
	uint8_t result_cap_max;
	uint16_t pipeline_field;
	uint32_t pipeline_dep; /* with PIPELINE, or CANCEL: a submission sequence */
	uint64_t deadline_ns;  /* 0: none */
	uint64_t user_data;    /* copied to the completion */
};

enum capos_cqe_flags {
	CAPOS_CQE_EXCEPTION = 1 << 0, /* the payload is a CapException */
};

struct capos_cqe {
	uint64_t user_data;
	int32_t result; /* 0 or more: success in the opcode's sense; else a status */
	uint32_t flags;
	uint32_t payload_size; /* bytes after the result capability records */
	uint16_t cap_count;    /* result capability records filled */
	uint16_t rule;         /* enum rule: which rule refused */
	uint64_t detail;       /* the offending value */
};

enum capos_transfer_mode {
	CAPOS_TRANSFER_COPY = 0,
	CAPOS_TRANSFER_MOVE = 1,
};

struct capos_transfer {
	uint64_t cap;
	uint8_t mode;
	uint8_t reserved[7];
};

/* Fills the first 16 x result_cap_max bytes of a result buffer; the payload follows. */
struct capos_result_cap {
	uint64_t cap; /* 0: the capability pointer of this index is null */
	uint64_t interface;
};

/* What precedes the parameters in a receive slot (endpoints; not used by this kernel). */
struct capos_message_header {
	uint64_t token;
	uint64_t interface;
	uint64_t caller_ref[2];
	uint64_t caller_epoch;
	uint32_t params_size;
	uint32_t result_size;
	uint16_t method;
	uint8_t cap_count; /* capos_result_cap records that follow this header */
	uint8_t result_cap_max;
	uint32_t reserved;
};

/* Registers saved when an upcall begins; ThreadControl.resume continues from here. */
struct capos_upcall_frame {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rip, rflags, fs_base;
	uint64_t reserved[5];
};

enum capos_event {
	CAPOS_EVENT_FAULT = 1 << 0,
	CAPOS_EVENT_INTERRUPT = 1 << 1,
	CAPOS_EVENT_ALL = CAPOS_EVENT_FAULT | CAPOS_EVENT_INTERRUPT,
};

#define CAPOS_RING_MAGIC UINT64_C(0x31474e52736f7063) /* "cposRNG1" */

/* Each index has a cache line of its own: two processors never fight over one. */
struct capos_ring_header {
	uint64_t magic;
	uint32_t abi_version;
	uint32_t region_size; /* bytes, whole region */
	uint32_t sq_offset;   /* all offsets from the start of the region */
	uint32_t cq_offset;
	uint32_t arena_offset;
	uint32_t arena_size;
	uint8_t reserved0[32];
	alignas(64) _Atomic uint32_t sq_tail; /* written by the thread */
	alignas(64) _Atomic uint32_t sq_head; /* written by the kernel */
	alignas(64) _Atomic uint32_t cq_head; /* written by the thread */
	alignas(64) _Atomic uint32_t cq_tail; /* written by the kernel */
	alignas(64) struct capos_upcall_frame upcall;
};

enum {
	CAPOS_ABI_VERSION = 1,
	CAPOS_SQ_OFFSET = 4096,
	CAPOS_CQ_OFFSET = CAPOS_SQ_OFFSET + CAPOS_SQ_ENTRIES * 64,
	CAPOS_ARENA_OFFSET = CAPOS_CQ_OFFSET + CAPOS_CQ_ENTRIES * 32,
	CAPOS_ARENA_DEFAULT_BYTES = 65536,
	CAPOS_ARENA_MAX_BYTES = 1 << 19,
};

#define CAPOS_FIELD(type, field, offset, size)                             \
	static_assert(offsetof(struct type, field) == (offset) &&          \
			      sizeof(((struct type *)0)->field) == (size), \
		      #type "." #field " is part of the ABI")

static_assert(sizeof(struct capos_sqe) == 64, "submission entries are 64 bytes");
CAPOS_FIELD(capos_sqe, opcode, 0, 1);
CAPOS_FIELD(capos_sqe, flags, 1, 1);
CAPOS_FIELD(capos_sqe, method, 2, 2);
CAPOS_FIELD(capos_sqe, params_offset, 4, 4);
CAPOS_FIELD(capos_sqe, cap, 8, 8);
CAPOS_FIELD(capos_sqe, interface, 16, 8);
CAPOS_FIELD(capos_sqe, params_size, 24, 4);
CAPOS_FIELD(capos_sqe, result_offset, 28, 4);
CAPOS_FIELD(capos_sqe, result_size, 32, 4);
CAPOS_FIELD(capos_sqe, transfer_offset, 36, 4);
CAPOS_FIELD(capos_sqe, transfer_count, 40, 1);
CAPOS_FIELD(capos_sqe, result_cap_max, 41, 1);
CAPOS_FIELD(capos_sqe, pipeline_field, 42, 2);
CAPOS_FIELD(capos_sqe, pipeline_dep, 44, 4);
CAPOS_FIELD(capos_sqe, deadline_ns, 48, 8);
CAPOS_FIELD(capos_sqe, user_data, 56, 8);

static_assert(sizeof(struct capos_cqe) == 32, "completions are 32 bytes");
CAPOS_FIELD(capos_cqe, user_data, 0, 8);
CAPOS_FIELD(capos_cqe, result, 8, 4);
CAPOS_FIELD(capos_cqe, flags, 12, 4);
CAPOS_FIELD(capos_cqe, payload_size, 16, 4);
CAPOS_FIELD(capos_cqe, cap_count, 20, 2);
CAPOS_FIELD(capos_cqe, rule, 22, 2);
CAPOS_FIELD(capos_cqe, detail, 24, 8);

static_assert(sizeof(struct capos_transfer) == 16, "transfer records are 16 bytes");
CAPOS_FIELD(capos_transfer, cap, 0, 8);
CAPOS_FIELD(capos_transfer, mode, 8, 1);
CAPOS_FIELD(capos_transfer, reserved, 9, 7);

static_assert(sizeof(struct capos_result_cap) == 16, "result records are 16 bytes");
CAPOS_FIELD(capos_result_cap, cap, 0, 8);
CAPOS_FIELD(capos_result_cap, interface, 8, 8);

static_assert(sizeof(struct capos_message_header) == 56, "message headers are 56 bytes");
CAPOS_FIELD(capos_message_header, token, 0, 8);
CAPOS_FIELD(capos_message_header, interface, 8, 8);
CAPOS_FIELD(capos_message_header, caller_ref, 16, 16);
CAPOS_FIELD(capos_message_header, caller_epoch, 32, 8);
CAPOS_FIELD(capos_message_header, params_size, 40, 4);
CAPOS_FIELD(capos_message_header, result_size, 44, 4);
CAPOS_FIELD(capos_message_header, method, 48, 2);
CAPOS_FIELD(capos_message_header, cap_count, 50, 1);
CAPOS_FIELD(capos_message_header, result_cap_max, 51, 1);
CAPOS_FIELD(capos_message_header, reserved, 52, 4);

static_assert(sizeof(struct capos_upcall_frame) == 192, "upcall frames are 192 bytes");
CAPOS_FIELD(capos_upcall_frame, rax, 0, 8);
CAPOS_FIELD(capos_upcall_frame, rsp, 56, 8);
CAPOS_FIELD(capos_upcall_frame, r8, 64, 8);
CAPOS_FIELD(capos_upcall_frame, r15, 120, 8);
CAPOS_FIELD(capos_upcall_frame, rip, 128, 8);
CAPOS_FIELD(capos_upcall_frame, rflags, 136, 8);
CAPOS_FIELD(capos_upcall_frame, fs_base, 144, 8);
CAPOS_FIELD(capos_upcall_frame, reserved, 152, 40);

static_assert(sizeof(struct capos_ring_header) == 512, "the ring header is 512 bytes");
CAPOS_FIELD(capos_ring_header, magic, 0, 8);
CAPOS_FIELD(capos_ring_header, abi_version, 8, 4);
CAPOS_FIELD(capos_ring_header, region_size, 12, 4);
CAPOS_FIELD(capos_ring_header, sq_offset, 16, 4);
CAPOS_FIELD(capos_ring_header, cq_offset, 20, 4);
CAPOS_FIELD(capos_ring_header, arena_offset, 24, 4);
CAPOS_FIELD(capos_ring_header, arena_size, 28, 4);
CAPOS_FIELD(capos_ring_header, reserved0, 32, 32);
CAPOS_FIELD(capos_ring_header, sq_tail, 64, 4);
CAPOS_FIELD(capos_ring_header, sq_head, 128, 4);
CAPOS_FIELD(capos_ring_header, cq_head, 192, 4);
CAPOS_FIELD(capos_ring_header, cq_tail, 256, 4);
CAPOS_FIELD(capos_ring_header, upcall, 320, 192);

#endif /* ABI_RING_H */

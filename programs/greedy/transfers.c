/* SPDX-License-Identifier: MIT */
/*
 * transfers.c - giving away what is not held, or what nobody asked for; taking too much.
 */
#include "capos/call.h"
#include "capos/cap.h"
#include "capos/program.h"
#include "gen/memory.client.h"
#include "programs/greedy/attempts.h"

enum { PAGE_BYTES = 4096, TOO_MANY_PAGES = 1 << 20 };

/* One call of Console.write with one transfer record. */
static void try_transfer(struct tally *tally, const char *name, cap_t console,
			 struct capos_transfer transfer)
{
	struct capos_call call;
	struct console_write_params_builder params;

	if (console_write_begin(((struct console_client){ console }), &call, &params) !=
	    CAPOS_OK)
		return;
	console_write_params_set_data(params, "greedy was here\n", 16);
	if (capos_call_give(&call, console, CAPOS_TRANSFER_COPY) == 0)
		call.transfers[0] = transfer;
	(void)capos_call_wait(&call);
	attempt_report(tally, name, call.cqe.result, call.cqe.rule);
	capos_call_end(&call);
}

void try_transfers(struct tally *tally, cap_t console)
{
	struct capos_transfer transfer = { .cap = console.raw };

	try_transfer(tally, "a capability where none is expected", console, transfer);
	transfer.mode = 2;
	try_transfer(tally, "a transfer mode that does not exist", console, transfer);
	transfer.mode = 0;
	transfer.reserved[6] = 1;
	try_transfer(tally, "a reserved byte in a transfer record", console, transfer);
	transfer = (struct capos_transfer){ .cap = cap_make(200, 1).raw };
	try_transfer(tally, "copying a capability that is not held", console, transfer);
	transfer.mode = CAPOS_TRANSFER_MOVE;
	try_transfer(tally, "moving a capability that is not held", console, transfer);
	transfer.cap = 0;
	try_transfer(tally, "moving the null capability", console, transfer);
}

static void try_write(struct tally *tally, const char *name,
		      struct console_client console, uint32_t size)
{
	struct capos_call call;
	struct console_write_params_builder params;

	(void)console_write_begin_sized(console, &call, (size + 7) / 8, 0, &params);
	if (!capos_call_is_done(&call))
		(void)console_write_params_init_data(params, size);
	(void)capos_call_wait(&call);
	attempt_report(tally, name, call.cqe.result, call.cqe.rule);
	capos_call_end(&call);
}

static void try_read(struct tally *tally, const char *name, struct console_client console,
		     uint32_t size)
{
	struct capos_call call;
	struct console_read_params_builder params;

	(void)console_read_begin_sized(console, &call, 0, size / 8 + 2, &params);
	if (!capos_call_is_done(&call))
		console_read_params_set_max_bytes(params, size);
	(void)capos_call_wait(&call);
	attempt_report(tally, name, call.cqe.result, call.cqe.rule);
	capos_call_end(&call);
}

static void try_map(struct tally *tally, const char *name,
		    struct virtual_memory_client memory, uint64_t address, uint64_t size)
{
	struct capos_call call;
	struct virtual_memory_map_params_builder params;

	(void)virtual_memory_map_begin(memory, &call, &params);
	if (!capos_call_is_done(&call)) {
		virtual_memory_map_params_set_address(params, address);
		virtual_memory_map_params_set_size_bytes(params, size);
		virtual_memory_map_params_set_protection(params, PROTECTION_READ_WRITE);
	}
	(void)capos_call_wait(&call);
	attempt_report(tally, name, call.cqe.result, call.cqe.rule);
	capos_call_end(&call);
}

void try_resources(struct tally *tally, struct console_client console)
{
	/* CAP_NULL unless somebody did grant it: then these are refused by other rules. */
	struct virtual_memory_client memory = { capos_capset_find(
		"memory", VIRTUAL_MEMORY_INTERFACE_ID) };

	try_write(tally, "writing 4097 bytes at once", console, 4097);
	try_read(tally, "reading 0 bytes", console, 0);
	try_read(tally, "reading 1025 bytes at once", console, 1025);
	try_map(tally, "mapping a page over the ring", memory, CAPOS_REGION_ADDRESS,
		PAGE_BYTES);
	try_map(tally, "mapping a page of the kernel", memory,
		UINT64_C(0xffff800000000000), PAGE_BYTES);
	try_map(tally, "mapping page 0", memory, 0x1000, PAGE_BYTES);
	try_map(tally, "mapping 4 GiB", memory, 0, (uint64_t)TOO_MANY_PAGES * PAGE_BYTES);
}

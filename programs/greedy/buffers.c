/* SPDX-License-Identifier: MIT */
/*
 * buffers.c - buffers and transfer records in the wrong places.
 */
#include "capos/call.h"
#include "capos/cap.h"
#include "programs/greedy/attempts.h"

enum { FAR_OFFSET = 0x40000000, PAGE_BYTES = 4096 };

static struct capos_sqe write_of(cap_t console)
{
	return (struct capos_sqe){
		.opcode = CAPOS_OP_CALL,
		.method = CONSOLE_METHOD_WRITE,
		.cap = console.raw,
		.interface = CONSOLE_INTERFACE_ID,
	};
}

static void try_params(struct tally *tally, cap_t console)
{
	struct capos_sqe entry = write_of(console);

	entry.params_offset = FAR_OFFSET;
	entry.params_size = 16;
	attempt(tally, "parameters beyond the arena", &entry);
	entry.params_offset = CAPOS_ARENA_DEFAULT_BYTES - 8;
	attempt(tally, "parameters across the end of the arena", &entry);
	entry.params_offset = UINT32_MAX - 7;
	attempt(tally, "parameters whose end wraps around", &entry);
	entry.params_offset = 4;
	attempt(tally, "parameters that are not aligned", &entry);
	entry.params_offset = 0;
	entry.params_size = 12;
	attempt(tally, "parameters of half a word", &entry);
	entry.params_size = CAPOS_ARENA_DEFAULT_BYTES;
	attempt(tally, "parameters of 64 KiB", &entry);
}

/* A message in the arena that is not one. */
static void try_message(struct tally *tally, cap_t console)
{
	struct capos_ring *ring = &capos_thread_ring;
	uint64_t *words = capos_arena_take_unit(&ring->arena);
	struct capos_sqe entry = write_of(console);

	if (!words)
		return;
	entry.params_offset = (uint32_t)((uint8_t *)words - ring->arena.base);
	entry.params_size = 16;
	words[0] = UINT64_MAX;
	words[1] = UINT64_MAX;
	attempt(tally, "parameters that are no message", &entry);
	words[0] = UINT64_C(0x0001000000000000); /* no data, one pointer */
	words[1] = UINT64_C(0xffffff0200000ffd); /* bytes that lie far outside */
	attempt(tally, "a pointer out of the message", &entry);
	words[1] = UINT64_C(0x0000000000000002); /* to another segment */
	attempt(tally, "a pointer into another segment", &entry);
	capos_arena_free_unit(&ring->arena, words);
}

static void try_results(struct tally *tally, cap_t console)
{
	struct capos_sqe entry = write_of(console);

	entry.method = CONSOLE_METHOD_ATTRIBUTES;
	attempt(tally, "no room for the result", &entry);
	entry.result_offset = FAR_OFFSET;
	entry.result_size = 64;
	attempt(tally, "a result beyond the arena", &entry);
	entry.result_offset = 4;
	attempt(tally, "a result that is not aligned", &entry);
	entry.result_offset = CAPOS_ARENA_DEFAULT_BYTES - 8;
	attempt(tally, "a result across the end of the arena", &entry);
	entry.result_offset = UINT32_MAX - 7;
	attempt(tally, "a result whose end wraps around", &entry);
	entry.method = CONSOLE_METHOD_WRITER;
	entry.result_offset = 0;
	attempt(tally, "no room for a result capability", &entry);
	entry.result_cap_max = UINT8_MAX;
	attempt(tally, "room for more capabilities than the buffer has", &entry);
}

void try_buffers(struct tally *tally, cap_t console)
{
	struct capos_sqe entry = write_of(console);

	try_params(tally, console);
	try_message(tally, console);
	try_results(tally, console);
	entry.transfer_count = 1;
	entry.transfer_offset = FAR_OFFSET;
	attempt(tally, "transfer records beyond the arena", &entry);
	entry.transfer_offset = 4;
	attempt(tally, "transfer records that are not aligned", &entry);
	entry.transfer_offset = 0;
	entry.transfer_count = CAPOS_TRANSFERS_MAX + 1;
	attempt(tally, "too many transfer records", &entry);
}

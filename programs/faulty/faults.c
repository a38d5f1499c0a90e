/* SPDX-License-Identifier: MIT */
/*
 * faults.c - one function per fault. Where C has no way to commit the crime, one
 * instruction of the processor does it.
 */
#include "programs/faulty/faults.h"

#include <stdint.h>

enum { RECURSION_BYTES = 1024 };

static const uint64_t KERNEL_ADDRESS = UINT64_C(0xffff800000000000);
static const uint64_t NONCANONICAL_ADDRESS = UINT64_C(0x0000800000000000);

static void write_byte(uintptr_t address)
{
	*(volatile uint8_t *)address = 1; // NOLINT(clang-analyzer-core.NullDereference)
}

static void raise_null(void)
{
	static volatile uintptr_t nowhere; /* the compiler must not know */

	write_byte(nowhere);
}

static void raise_write_text(void)
{
	write_byte((uintptr_t)&raise_null);
}

static void raise_jump_data(void)
{
	static uint8_t code[16] = { 0xc3 }; /* ret: would come back if data could run */

	((void (*)(void))(uintptr_t)code)();
}

/* The compiler must not see that this never ends. */
static volatile bool deeper = true;

static uint8_t recurse(uint8_t depth)
{
	volatile uint8_t frame[RECURSION_BYTES];

	frame[depth] = depth;
	if (!deeper)
		return 0;
	return (uint8_t)(recurse((uint8_t)(depth + 1)) + frame[depth]);
}

static void raise_stack(void)
{
	(void)recurse(0);
}

static void raise_privileged(void)
{
	__asm__ volatile("cli");
}

static void raise_divide(void)
{
	__asm__ volatile("xorl %%edx, %%edx\n\t"
			 "movl $1, %%eax\n\t"
			 "xorl %%ecx, %%ecx\n\t"
			 "divl %%ecx" ::
				 : "eax", "ecx", "edx", "cc");
}

static void raise_undefined(void)
{
	__asm__ volatile("ud2");
}

static void raise_noncanonical(void)
{
	write_byte(NONCANONICAL_ADDRESS);
}

static void raise_breakpoint(void)
{
	__asm__ volatile("int3");
}

static void raise_kernel_address(void)
{
	write_byte(KERNEL_ADDRESS);
}

const struct fault faults[] = {
	{ "null", raise_null },
	{ "write-text", raise_write_text },
	{ "jump-data", raise_jump_data },
	{ "stack", raise_stack },
	{ "privileged", raise_privileged },
	{ "divide", raise_divide },
	{ "undefined", raise_undefined },
	{ "noncanonical", raise_noncanonical },
	{ "breakpoint", raise_breakpoint },
	{ "kernel-address", raise_kernel_address },
};

const size_t fault_count = sizeof(faults) / sizeof(faults[0]);

/* SPDX-License-Identifier: MIT */
/* power.c - switching the machine off, restarting it, and standing still. */
#include "acpi.h"
#include "kernel/arch.h"
#include "x86.h"

enum {
	CONTROL_ACPI_ON = 1 << 0,
	CONTROL_TYPE_SHIFT = 10,
	CONTROL_SLEEP = 1 << 13,
	REDUCED_TYPE_SHIFT = 2,
	REDUCED_SLEEP = 1 << 5,
	EMULATOR_PORT = 0x604, /* QEMU's control port where no table says so */
	RESET_PORT = 0xcf9,
	RESET_HARD = 0x06,
	KEYBOARD_PORT = 0x64,
	KEYBOARD_RESET = 0xfe,
	PATIENCE = 1'000'000,
};

static void write_register(const struct acpi_register *reg, uint8_t value)
{
	if (reg->address == 0)
		return;
	if (reg->space == ACPI_IN_PORTS)
		x86_out8((uint16_t)reg->address, value);
	else if (reg->space == ACPI_IN_MEMORY)
		*(volatile uint8_t *)paging_map_device((paddr_t){ reg->address }, 1) =
			value;
}

/* Until the firmware has handed the control ports over, they do nothing. */
static void enable_acpi(void)
{
	if (acpi.command_port == 0 || acpi.command_enable == 0 ||
	    x86_in16(acpi.control_ports[0]) & CONTROL_ACPI_ON)
		return;
	x86_out8(acpi.command_port, acpi.command_enable);
	for (int i = 0; i < PATIENCE; i++) {
		if (x86_in16(acpi.control_ports[0]) & CONTROL_ACPI_ON)
			return;
	}
}

void arch_power_off(void)
{
	uint8_t types[2];

	if (acpi_find_off(types)) {
		write_register(&acpi.sleep_control,
			       (uint8_t)(types[0] << REDUCED_TYPE_SHIFT | REDUCED_SLEEP));
		if (acpi.control_ports[0] != 0)
			enable_acpi();
		for (int i = 0; i < 2; i++) {
			if (acpi.control_ports[i] != 0)
				x86_out16(acpi.control_ports[i],
					  (uint16_t)(types[i] << CONTROL_TYPE_SHIFT |
						     CONTROL_SLEEP));
		}
	}
	x86_out16(EMULATOR_PORT, CONTROL_SLEEP);
	arch_halt();
}

void arch_reboot(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} no_gates = { 0, 0 };

	write_register(&acpi.reset, acpi.reset_value);
	x86_out8(RESET_PORT, RESET_HARD);
	x86_out8(KEYBOARD_PORT, KEYBOARD_RESET);
	/* A fault without gates ends in a shutdown cycle, which resets most machines. */
	__asm__ volatile("lidt %0; int3" : : "m"(no_gates));
	arch_halt();
}

void arch_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

void arch_idle(void)
{
	/* sti takes effect after hlt has begun, so no interrupt is missed in between. */
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

void arch_poll_interrupts(void)
{
	__asm__ volatile("sti; nop; cli" : : : "memory");
}

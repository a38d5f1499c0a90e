/* SPDX-License-Identifier: MIT */
/*
 * acpi.h - what this kernel reads from the firmware's tables: where the interrupt
 * controllers are, a timer to calibrate by, and how to switch the machine off.
 *
 * The tables are foreign data: every offset is checked against the size of the table,
 * every table against its checksum, before a byte is believed.
 */
#ifndef ARCH_X86_64_ACPI_H
#define ARCH_X86_64_ACPI_H

#include "kernel/types.h"

struct acpi_register {
	uint8_t space; /* enum acpi_register_space */
	uint64_t address;
};

enum acpi_register_space { ACPI_IN_MEMORY = 0, ACPI_IN_PORTS = 1 };

struct acpi {
	/* Defaults of a PC where the tables say nothing. */
	paddr_t local_apic;
	paddr_t io_apic;
	uint32_t io_apic_base;     /* its first global interrupt */
	uint32_t serial_interrupt; /* global interrupt of the first serial port */
	bool serial_active_low;
	bool serial_level;
	uint16_t timer_port;       /* ACPI timer; 0: none */
	uint16_t control_ports[2]; /* PM1a, PM1b; 0: none */
	uint16_t command_port; /* and the value that turns ACPI mode on; 0: it is on */
	uint8_t command_enable;
	struct acpi_register
		sleep_control;      /* hardware-reduced machines; address 0: none */
	struct acpi_register reset; /* address 0: none */
	uint8_t reset_value;
	paddr_t dsdt; /* looked at only to switch off */
};

extern struct acpi acpi;

/* Reads RSDP, RSDT or XSDT, MADT and FADT. */
void acpi_init(paddr_t rsdp);
/* Sleep types of state S5 for the two control ports. False if the DSDT has none. */
[[nodiscard]] bool acpi_find_off(uint8_t types[2]);

#endif /* ARCH_X86_64_ACPI_H */

/* SPDX-License-Identifier: MIT */
/* init.c - the second half of start-up. Page tables and gates are final already. */
#include "acpi.h"
#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/panic.h"
#include "x86.h"

void arch_init(const struct boot_info *info)
{
	char check[8];

	vector_init();
	acpi_init(info->acpi_rsdp);
	apic_init();
	clock_init();
	apic_init_serial();
	serial_enable_interrupt();
	if (boot_option(info, "check", check, sizeof(check)) && check[0] == 'w')
		kernel_print("[capos] wx ok %lu pages\n", (unsigned long)arch_check_wx());
}

/* SPDX-License-Identifier: MIT */
/* acpi_s5.h - finds the sleep types of \_S5 in a table of ACPI byte code. */
#ifndef ARCH_COMMON_ACPI_S5_H
#define ARCH_COMMON_ACPI_S5_H

#include <stddef.h>
#include <stdint.h>

/*
 * Looks for Name (_S5, Package () { a, b, ... }) without interpreting the rest. False if there is no
 * such package or it is not made of plain numbers. Never reads outside @code.
 */
[[nodiscard]] bool acpi_s5_find(const uint8_t *code, size_t size_bytes, uint8_t types[2]);

#endif /* ARCH_COMMON_ACPI_S5_H */

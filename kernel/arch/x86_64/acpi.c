/* SPDX-License-Identifier: MIT */
/* acpi.c - see acpi.h. Tables are looked at through one window, one at a time. */
#include "acpi.h"

#include "kernel/arch/common/acpi_s5.h"
#include "x86.h"

struct acpi acpi = {
	.local_apic = { 0xfee00000 },
	.io_apic = { 0xfec00000 },
	.serial_interrupt = 4,
};

enum {
	HEADER_BYTES = 36,
	TABLE_MAX_BYTES = 1 << 20,
	RSDP_BYTES = 20,
	RSDP_XSDT_BYTES = 36,

	MADT_LOCAL_APIC = 36,
	MADT_ENTRIES = 44,
	MADT_IO_APIC = 1,
	MADT_OVERRIDE = 2,
	MADT_LOCAL_APIC_ADDRESS = 5,
	SERIAL_ISA_INTERRUPT = 4,

	FADT_DSDT = 40,
	FADT_SMI_COMMAND = 48,
	FADT_ACPI_ENABLE = 52,
	FADT_PM1A_CONTROL = 64,
	FADT_PM1B_CONTROL = 68,
	FADT_TIMER = 76,
	FADT_TIMER_LENGTH = 91,
	FADT_FLAGS = 112,
	FADT_RESET = 116,
	FADT_RESET_VALUE = 128,
	FADT_X_DSDT = 140,
	FADT_SLEEP_CONTROL = 244,
	FADT_HAS_RESET = 1 << 10,
	FADT_HARDWARE_REDUCED = 1 << 20,
};

constexpr uint64_t RSDP_SIGNATURE = 0x2052545020445352; /* "RSD PTR " */

/* Bytes of a table that have been found to be there. */
struct table {
	const uint8_t *bytes;
	size_t size;
};

/* Little endian, any alignment; 0 beyond the table. */
static uint64_t field(const struct table *table, size_t offset, size_t width)
{
	uint64_t value = 0;

	if (offset > table->size || width > table->size - offset)
		return 0;
	for (size_t i = width; i > 0; i--)
		value = value << 8 | table->bytes[offset + i - 1];
	return value;
}

static bool sums_to_zero(const uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum == 0;
}

static uint32_t name_of(const char *text)
{
	const struct table bytes = { (const uint8_t *)text, 4 };

	return (uint32_t)field(&bytes, 0, 4);
}

/* Shows the whole table at @address if it is named @name and undamaged. */
static bool open_table(uint64_t address, const char *name, struct table *out)
{
	const struct table header = { paging_view((paddr_t){ address }, HEADER_BYTES),
				      HEADER_BYTES };
	size_t size;

	if (address == 0 || !header.bytes || field(&header, 0, 4) != name_of(name))
		return false;
	size = field(&header, 4, 4);
	if (size < HEADER_BYTES || size > TABLE_MAX_BYTES)
		return false;
	*out = (struct table){ paging_view((paddr_t){ address }, size), size };
	return out->bytes && sums_to_zero(out->bytes, size);
}

/* Root table: 4-byte entries in an RSDT, 8-byte ones in an XSDT. */
struct root {
	uint64_t address;
	const char *name;
	size_t width;
};

static bool find_root(paddr_t rsdp, struct root *out)
{
	struct table table = { rsdp.raw == 0 ? nullptr
					     : paging_view(rsdp, RSDP_XSDT_BYTES),
			       RSDP_XSDT_BYTES };

	if (!table.bytes || field(&table, 0, 8) != RSDP_SIGNATURE ||
	    !sums_to_zero(table.bytes, RSDP_BYTES))
		return false;
	*out = (struct root){ field(&table, 16, 4), "RSDT", 4 };
	if (table.bytes[15] >= 2 && field(&table, 24, 8) != 0 &&
	    sums_to_zero(table.bytes, RSDP_XSDT_BYTES))
		*out = (struct root){ field(&table, 24, 8), "XSDT", 8 };
	return true;
}

/* Shows the first table named @name that the root lists. */
static bool find_table(const struct root *root, const char *name, struct table *out)
{
	for (size_t offset = HEADER_BYTES;; offset += root->width) {
		struct table table;

		if (!open_table(root->address, root->name, &table) ||
		    offset + root->width > table.size)
			return false;
		if (open_table(field(&table, offset, root->width), name, out))
			return true;
	}
}

static void read_override(const struct table *madt, size_t offset)
{
	uint64_t flags = field(madt, offset + 8, 2);

	if (field(madt, offset + 3, 1) != SERIAL_ISA_INTERRUPT)
		return;
	acpi.serial_interrupt = (uint32_t)field(madt, offset + 4, 4);
	acpi.serial_active_low = (flags & 3) == 3;
	acpi.serial_level = (flags >> 2 & 3) == 3;
}

static void read_madt(const struct table *madt)
{
	size_t length;
	bool found = false;

	acpi.local_apic.raw = field(madt, MADT_LOCAL_APIC, 4);
	for (size_t at = MADT_ENTRIES; at + 2 <= madt->size; at += length) {
		uint64_t kind = field(madt, at, 1);

		length = field(madt, at + 1, 1);
		if (length < 2)
			return;
		if (kind == MADT_OVERRIDE)
			read_override(madt, at);
		if (kind == MADT_LOCAL_APIC_ADDRESS)
			acpi.local_apic.raw = field(madt, at + 4, 8);
		/* The one with global interrupt 0 has the old devices. */
		if (kind == MADT_IO_APIC && (!found || field(madt, at + 8, 4) == 0)) {
			found = true;
			acpi.io_apic.raw = field(madt, at + 4, 4);
			acpi.io_apic_base = (uint32_t)field(madt, at + 8, 4);
		}
	}
}

/* A generic address: space, width, offset, access size, address. */
static struct acpi_register read_register(const struct table *table, size_t offset)
{
	return (struct acpi_register){ (uint8_t)field(table, offset, 1),
				       field(table, offset + 4, 8) };
}

static void read_fadt(const struct table *fadt)
{
	uint64_t flags = field(fadt, FADT_FLAGS, 4);

	acpi.dsdt.raw = field(fadt, FADT_X_DSDT, 8);
	if (acpi.dsdt.raw == 0)
		acpi.dsdt.raw = field(fadt, FADT_DSDT, 4);
	if (flags & FADT_HAS_RESET) {
		acpi.reset = read_register(fadt, FADT_RESET);
		acpi.reset_value = (uint8_t)field(fadt, FADT_RESET_VALUE, 1);
	}
	if (flags & FADT_HARDWARE_REDUCED) {
		acpi.sleep_control = read_register(fadt, FADT_SLEEP_CONTROL);
		return;
	}
	acpi.control_ports[0] = (uint16_t)field(fadt, FADT_PM1A_CONTROL, 4);
	acpi.control_ports[1] = (uint16_t)field(fadt, FADT_PM1B_CONTROL, 4);
	acpi.command_port = (uint16_t)field(fadt, FADT_SMI_COMMAND, 4);
	acpi.command_enable = (uint8_t)field(fadt, FADT_ACPI_ENABLE, 1);
	if (field(fadt, FADT_TIMER_LENGTH, 1) == 4)
		acpi.timer_port = (uint16_t)field(fadt, FADT_TIMER, 4);
}

void acpi_init(paddr_t rsdp)
{
	struct root root;
	struct table table;

	if (!find_root(rsdp, &root))
		return;
	if (find_table(&root, "APIC", &table))
		read_madt(&table);
	if (find_table(&root, "FACP", &table))
		read_fadt(&table);
}

bool acpi_find_off(uint8_t types[2])
{
	struct table dsdt;

	return open_table(acpi.dsdt.raw, "DSDT", &dsdt) &&
	       acpi_s5_find(dsdt.bytes + HEADER_BYTES, dsdt.size - HEADER_BYTES, types);
}

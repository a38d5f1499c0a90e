/* SPDX-License-Identifier: MIT */
/* apic.c - local interrupt controller with its timer, and the one for devices. */
#include "acpi.h"
#include "entry_offsets.h"
#include "kernel/arch.h"
#include "x86.h"

/* Registers of the local controller: byte offsets. */
enum local_register {
	LOCAL_ID = 0x20,
	LOCAL_TASK_PRIORITY = 0x80,
	LOCAL_END_OF_INTERRUPT = 0xb0,
	LOCAL_SPURIOUS = 0xf0,
	LOCAL_TIMER = 0x320,
	LOCAL_LINT0 = 0x350,
	LOCAL_LINT1 = 0x360,
	LOCAL_ERROR = 0x370,
	LOCAL_TIMER_START = 0x380,
	LOCAL_TIMER_NOW = 0x390,
	LOCAL_TIMER_DIVIDE = 0x3e0,
};

enum {
	SPURIOUS_ENABLE = 1 << 8,
	MASKED = 1 << 16,
	NMI_DELIVERY = 4 << 8,
	DIVIDE_BY_16 = 3,
};

/* The controller for devices: a register is chosen, then read or written. */
enum {
	IO_SELECT = 0x00,
	IO_DATA = 0x10,
	IO_VERSION = 1,
	IO_REDIRECTION = 0x10,
	REDIRECT_ACTIVE_LOW = 1 << 13,
	REDIRECT_LEVEL = 1 << 15,
};

enum { PIC1_COMMAND = 0x20, PIC1_DATA = 0x21, PIC2_COMMAND = 0xa0, PIC2_DATA = 0xa1 };

constexpr uint32_t MSR_APIC_BASE = 0x1b;
constexpr uint64_t APIC_BASE_X2 = 1u << 10;
constexpr uint64_t APIC_BASE_ENABLE = 1u << 11;

static volatile uint8_t *local;
static volatile uint8_t *io;
static uint64_t ticks_per_ns_32;

static uint32_t local_read(enum local_register reg)
{
	return *(volatile uint32_t *)(local + reg);
}

static void local_write(enum local_register reg, uint32_t value)
{
	*(volatile uint32_t *)(local + reg) = value;
}

static uint32_t io_read(uint32_t reg)
{
	*(volatile uint32_t *)(io + IO_SELECT) = reg;
	return *(volatile uint32_t *)(io + IO_DATA);
}

static void io_write(uint32_t reg, uint32_t value)
{
	*(volatile uint32_t *)(io + IO_SELECT) = reg;
	*(volatile uint32_t *)(io + IO_DATA) = value;
}

/* Moves the old controller away from the exceptions' vectors, for its strays, and masks it. */
static void mask_pic(void)
{
	x86_out8(PIC1_COMMAND, 0x11);
	x86_out8(PIC2_COMMAND, 0x11);
	x86_out8(PIC1_DATA, VECTOR_PIC);
	x86_out8(PIC2_DATA, VECTOR_PIC + 8);
	x86_out8(PIC1_DATA, 4);
	x86_out8(PIC2_DATA, 2);
	x86_out8(PIC1_DATA, 1);
	x86_out8(PIC2_DATA, 1);
	x86_out8(PIC1_DATA, 0xff);
	x86_out8(PIC2_DATA, 0xff);
}

void apic_init(void)
{
	uint64_t base = x86_read_msr(MSR_APIC_BASE);

	/* From x2APIC mode the way back to registers in memory leads through off. */
	if (base & APIC_BASE_X2)
		x86_write_msr(MSR_APIC_BASE, base & ~(APIC_BASE_X2 | APIC_BASE_ENABLE));
	x86_write_msr(MSR_APIC_BASE, (base & ~APIC_BASE_X2) | APIC_BASE_ENABLE);
	mask_pic();
	local = paging_map_device(acpi.local_apic, ARCH_PAGE_SIZE);
	local_write(LOCAL_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
	local_write(LOCAL_TASK_PRIORITY, 0);
	local_write(LOCAL_LINT0, MASKED);
	local_write(LOCAL_LINT1, NMI_DELIVERY);
	local_write(LOCAL_ERROR, MASKED | VECTOR_SPURIOUS);
	local_write(LOCAL_TIMER_DIVIDE, DIVIDE_BY_16);
	local_write(LOCAL_TIMER, MASKED | VECTOR_TIMER);
}

void apic_init_serial(void)
{
	uint32_t pin = acpi.serial_interrupt - acpi.io_apic_base;
	uint32_t low = VECTOR_SERIAL;
	uint32_t pins;

	io = paging_map_device(acpi.io_apic, IO_DATA + 4);
	pins = (io_read(IO_VERSION) >> 16 & 0xff) + 1;
	for (uint32_t i = 0; i < pins; i++)
		io_write(IO_REDIRECTION + 2 * i, MASKED);
	if (pin >= pins)
		return; /* no interrupt: the console can still write */
	low |= acpi.serial_active_low ? REDIRECT_ACTIVE_LOW : 0;
	low |= acpi.serial_level ? REDIRECT_LEVEL : 0;
	io_write(IO_REDIRECTION + 2 * pin + 1, local_read(LOCAL_ID) & 0xff000000);
	io_write(IO_REDIRECTION + 2 * pin, low);
}

void apic_end_of_interrupt(void)
{
	local_write(LOCAL_END_OF_INTERRUPT, 0);
}

uint32_t apic_timer_remaining(void)
{
	return local_read(LOCAL_TIMER_NOW);
}

void apic_timer_start(uint32_t ticks)
{
	local_write(LOCAL_TIMER_START, ticks);
}

void apic_timer_set_rate(uint64_t rate)
{
	ticks_per_ns_32 = rate;
	apic_timer_start(0);
	local_write(LOCAL_TIMER, VECTOR_TIMER);
}

/* A deadline beyond the counter's range fires early; apic_timer_interrupt goes on then. */
static void start_for(uint64_t deadline_ns)
{
	uint64_t now = arch_time_ns();
	uint64_t wait_ns = deadline_ns > now ? deadline_ns - now : 0;
	unsigned __int128 ticks = (unsigned __int128)wait_ns * ticks_per_ns_32 >> 32;

	apic_timer_start(ticks >= UINT32_MAX ? UINT32_MAX : (uint32_t)ticks + 1);
}

void arch_timer_set(uint64_t deadline_ns)
{
	struct arch_cpu *cpu = arch_cpu_block();

	if (cpu->timer_deadline_ns == deadline_ns)
		return;
	cpu->timer_deadline_ns = deadline_ns;
	if (deadline_ns == UINT64_MAX)
		apic_timer_start(0);
	else
		start_for(deadline_ns);
}

void apic_timer_interrupt(void)
{
	struct arch_cpu *cpu = arch_cpu_block();

	if (cpu->timer_deadline_ns == UINT64_MAX)
		return; /* it was disarmed when it had already fired */
	if (arch_time_ns() < cpu->timer_deadline_ns) {
		start_for(cpu->timer_deadline_ns);
		return;
	}
	cpu->timer_deadline_ns = UINT64_MAX;
	kernel_timer();
}

/* SPDX-License-Identifier: MIT */
/*
 * clock.c - how fast the processor's counter and the local timer run.
 *
 * Both are compared with a timer of known rate over half a millisecond: the ACPI timer,
 * or channel 2 of the old interval timer. Boot time is counted, so it is not longer; to
 * be exact all the same, each end is the closest of some readings.
 */
#include "acpi.h"
#include "kernel/arch.h"
#include "kernel/panic.h"
#include "x86.h"

enum {
	ACPI_TIMER_HZ = 3579545,
	ACPI_TIMER_MASK = 0xffffff,
	PIT_HZ = 1193182,
	PIT_MASK = 0xffff,
	PIT_CHANNEL_2 = 0x42,
	PIT_COMMAND = 0x43,
	PIT_GATE = 0x61,
	PIT_LOAD_2 = 0xb0, /* channel 2, both bytes, count down once */
	PIT_LATCH_2 = 0x80,
	SPEAKER_BITS = 0x03,

	INTERVAL_PER_SECOND = 2000,
	READINGS = 5,
	PATIENCE = 50'000'000, /* readings without progress: the timer is dead */
};

struct reference {
	uint32_t hz;
	uint32_t mask;
	uint32_t (*read)(void); /* counts up */
};

struct reading {
	uint64_t counter;
	uint32_t reference;
	uint32_t local; /* counts down */
};

static uint32_t read_acpi_timer(void)
{
	return x86_in32(acpi.timer_port);
}

static uint32_t read_pit(void)
{
	uint8_t low;

	x86_out8(PIT_COMMAND, PIT_LATCH_2);
	low = x86_in8(PIT_CHANNEL_2);
	return ~((uint32_t)x86_in8(PIT_CHANNEL_2) << 8 | low);
}

static void start_pit(void)
{
	x86_out8(PIT_GATE, (uint8_t)((x86_in8(PIT_GATE) & ~SPEAKER_BITS) | 1));
	x86_out8(PIT_COMMAND, PIT_LOAD_2);
	x86_out8(PIT_CHANNEL_2, 0xff);
	x86_out8(PIT_CHANNEL_2, 0xff);
}

static struct reference choose_reference(void)
{
	if (acpi.timer_port != 0)
		return (struct reference){ ACPI_TIMER_HZ, ACPI_TIMER_MASK,
					   read_acpi_timer };
	start_pit();
	return (struct reference){ PIT_HZ, PIT_MASK, read_pit };
}

/* Of some readings the one that took least: nothing came between its parts. */
static struct reading take_reading(const struct reference *reference)
{
	struct reading best = { 0 };
	uint64_t best_ticks = UINT64_MAX;

	for (int i = 0; i < READINGS; i++) {
		uint64_t before = arch_counter();
		struct reading reading = { before, reference->read(),
					   apic_timer_remaining() };
		uint64_t ticks = arch_counter() - before;

		if (ticks < best_ticks) {
			best_ticks = ticks;
			best = reading;
		}
	}
	return best;
}

static void wait_for(const struct reference *reference, uint32_t start, uint32_t ticks)
{
	for (uint32_t i = 0; i < PATIENCE; i++) {
		if (((reference->read() - start) & reference->mask) >= ticks)
			return;
	}
	panic("no timer to measure the processor's clock with");
}

void clock_init(void)
{
	struct reference reference = choose_reference();
	struct reading start, end;
	uint64_t elapsed_ns, ticks;

	apic_timer_start(UINT32_MAX);
	start = take_reading(&reference);
	wait_for(&reference, start.reference, reference.hz / INTERVAL_PER_SECOND);
	end = take_reading(&reference);

	ticks = (end.reference - start.reference) & reference.mask;
	elapsed_ns = ticks * 1'000'000'000 / reference.hz;
	arch_clock.multiplier = (elapsed_ns << 32) / (end.counter - start.counter);
	arch_clock.ticks_per_us = (end.counter - start.counter) * 1000 / elapsed_ns;
	apic_timer_set_rate(((uint64_t)(start.local - end.local) << 32) / elapsed_ns);
}

/* SPDX-License-Identifier: MIT */
/* serial.c - the first serial port, a 16550, as boot console. */
#include "kernel/arch.h"
#include "x86.h"

enum {
	PORT = 0x3f8,
	DATA = PORT, /* with DIVISOR: low byte of the divisor */
	INTERRUPTS = PORT + 1,
	FIFO = PORT + 2,
	LINE_CONTROL = PORT + 3,
	MODEM_CONTROL = PORT + 4,
	LINE_STATUS = PORT + 5,
	SCRATCH = PORT + 7,

	INTERRUPT_RECEIVED = 0x01,
	FIFO_ENABLE_CLEAR = 0x07,
	LINE_8N1 = 0x03,
	LINE_DIVISOR = 0x80,
	MODEM_READY = 0x0b, /* DTR, RTS, and OUT2, which lets interrupts through */
	STATUS_RECEIVED = 0x01,
	STATUS_SEND_EMPTY = 0x20,
	DIVISOR_115200 = 1,
	FIFO_BYTES = 16,
	/* Polls until a port that never gets ready is taken for dead: some tenths of a second. */
	PATIENCE = 1'000'000,
};

static bool present;

void serial_init(void)
{
	x86_out8(SCRATCH, 0x5a);
	present = x86_in8(SCRATCH) == 0x5a;
	if (!present)
		return;
	x86_out8(INTERRUPTS, 0);
	x86_out8(LINE_CONTROL, LINE_DIVISOR | LINE_8N1);
	x86_out8(DATA, DIVISOR_115200);
	x86_out8(INTERRUPTS, 0); /* high byte of the divisor */
	x86_out8(LINE_CONTROL, LINE_8N1);
	x86_out8(FIFO, FIFO_ENABLE_CLEAR);
	x86_out8(MODEM_CONTROL, MODEM_READY);
}

void serial_enable_interrupt(void)
{
	if (present)
		x86_out8(INTERRUPTS, INTERRUPT_RECEIVED);
}

static bool wait_until_empty(void)
{
	for (uint32_t i = 0; i < PATIENCE; i++) {
		if (x86_in8(LINE_STATUS) & STATUS_SEND_EMPTY)
			return true;
		arch_relax();
	}
	present = false;
	return false;
}

void arch_console_write(const char *bytes, size_t size)
{
	size_t sent = 0;

	while (present && sent < size && wait_until_empty()) {
		for (int room = FIFO_BYTES; room > 0 && sent < size; room--)
			x86_out8(DATA, (uint8_t)bytes[sent++]);
	}
}

int arch_console_read(void)
{
	if (!present || !(x86_in8(LINE_STATUS) & STATUS_RECEIVED))
		return -1;
	return x86_in8(DATA);
}
